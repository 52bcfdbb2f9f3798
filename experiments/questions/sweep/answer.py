"""The answer of a sweep in plain sentences, made from its points: where deals are, and where the outcome turns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.lab.even_draws import HOW, have_intervals, of_intervals
from experiments.lab.known_inputs import KnownInput, known_path
from experiments.labels import (
    SIDE_LABELS,
    counted,
    ends_how,
    fixed,
    inside,
    listed,
    number,
    outcome_label,
    percent,
    quantity,
)
from experiments.labels import side as called
from experiments.questions.sweep.axes import value_label
from experiments.questions.sweep.leader import strongest
from experiments.questions.sweep.pairs import FIRST, beside, is_clear
from experiments.questions.sweep.tables import DEALS
from experiments.report.blocks import Answer, KeyNumber
from experiments.report.key_numbers import key_number
from experiments.statistics.ties import best_places, together

if TYPE_CHECKING:
    import pandas as pd

    from experiments.questions.sweep.axes import Axis
    from experiments.questions.sweep.leader import Leader
    from experiments.questions.sweep.tables import Sweep

_HALF: Final = 0.5

_CERTAIN: Final = (
    "95 %: of a share Wilson's, of a mean gain the normal one, of a change between points that of pairs of the same "
    "worlds."
)

#: Steps of a settlement, as shares of the step of an opening, up to which it stays and from which it follows.
_STAYS: Final = 0.2
_FOLLOWS: Final = 0.8

#: Intervals of points with the same worlds may overlap where the worlds differ clearly one by one.
_OVERLAP: Final = (
    "The intervals of all points overlap, which settles nothing, for the same worlds are played at every point: the "
    "changes world by world do."
)


def with_interval(row: Any, name: str = DEALS) -> str:
    """A share with its 95 % interval."""
    low, high = float(row[f"{name}_low"]), float(row[f"{name}_high"])
    return f"{percent(float(row[name]))} (95 % interval: {percent(low).removesuffix(' %')} to {percent(high)})"


def moved_inputs(result: Sweep) -> list[KnownInput]:
    """What each axis moves."""
    found = [known_path(result.config, axis.path, axis.unit, _values(axis)) for axis in result.axes]
    # What a leader moves may be no entry of the config.
    return found if result.leader is None else [replace(found[0], meaning=result.leader.meaning)]


def meanings_of_axes(result: Sweep) -> dict[str, str]:
    """What each axis moves, by its path."""
    return {one.path: one.meaning for one in moved_inputs(result)}


def _values(axis: Axis) -> str:
    if axis.numbers is None:
        return ", ".join(axis.values)
    ends = (value_label(value, axis.unit) for value in (axis.numbers[0], axis.numbers[-1]))
    return f"{' to '.join(ends)}, {counted(len(axis.values), 'value')}"


def answer(result: Sweep, moved: Sequence[KnownInput]) -> Answer:
    """Say what moving the axes does to the share of deals, and where the outcome turns.

    Parameters
    ----------
    result : Sweep
        Points of one or two axes.
    moved : sequence of KnownInput
        What each axis moves.
    """
    shares = result.points[DEALS].to_numpy(float)
    if len(best_places(shares)) == len(shares):
        parts = [f"The share of deals is the same at every point: {with_interval(result.points.iloc[0])}."]
        parts += [] if len(result.axes) == 2 else _gains(result)
    elif len(result.axes) == 2:
        parts = [*_two(result, moved)]
    else:
        parts = [*_one(result, moved[0]), *_gains(result)]
    if result.leader is not None and result.following is not None:
        parts += [verdict(result.leader, result.following), *result.inputs.values()]
    first, *others = parts
    put_in = " ".join(result.inputs.values()) or "At no point are the agreed values set by an input in most deals."
    certain = f"{_CERTAIN} {of_points(result)}".rstrip()
    return Answer(first, tuple(_numbers(result)), certain, put_in, (" ".join(others),) if others else ())


def of_points(result: Sweep) -> str:
    """What is said of the intervals of points whose worlds are spread evenly; nothing of independent draws."""
    sampling = result.config.experiment.sampling
    if have_intervals(sampling):
        return of_intervals(sampling)
    return f"The worlds are those of {HOW[sampling]}, for which intervals of independent draws are no more than rough."


def change_in_words(row: Mapping[Any, Any]) -> str:
    """By how much a point has more deals than the one that it is set beside, with the interval."""
    change = f"{fixed(100.0 * row['deals'], 1, sign=True)} points"
    if math.isnan(row["deals_low"]):
        return change
    low, high = (fixed(100.0 * row[f"deals_{end}"], 1, sign=True) for end in ("low", "high"))
    return f"{change} (95 % interval: {low} to {high})"


def _change(result: Sweep, what: str) -> Iterator[str]:
    """How the last point differs from the first, world by world."""
    *_, last = beside(result.changes, FIRST)
    # The same worlds are played at every point.
    change = f"World by world, the share changes by {change_in_words(last)} {what}"
    if math.isnan(last["deals_low"]):
        yield f"{change}. {of_intervals(result.config.experiment.sampling)}".rstrip()
    else:
        yield f"{change}{'' if is_clear(last) else ', which may be chance'}."


def _numbers(result: Sweep) -> Iterator[KeyNumber]:
    """Change of the share of deals, where it is lowest and highest, and gains at the point with most deals."""
    if len(result.axes) == 1 and (result.axes[0].numbers is not None or len(result.points) == 2):
        yield _number_of_change(result)
    places = [best_places(result.points[DEALS].to_numpy(float), more=more) for more in (False, True)]
    rows = [(result.points.iloc[equal[0]], len(equal)) for equal in places]
    words = (", fewest", ", most") if len(places[0]) < len(result.points) else ("",)
    for word, (row, equal) in zip(words, rows, strict=False):
        ends = float(row[f"{DEALS}_low"]), float(row[f"{DEALS}_high"])
        at = f"at {_at(result, row, equal)}"
        yield key_number(f"Talks that end in a deal{word}", float(row[DEALS]), "share", ends, note=at)
    most = rows[1][0]
    for side in SIDE_LABELS:
        ends = float(most[f"gain.{side}_low"]), float(most[f"gain.{side}_high"])
        label = f"Mean gain of {called(side)} where deals are most frequent"
        yield key_number(label, float(most[f"gain.{side}"]), "US$ bn a year", ends)
    if result.leader is not None and result.following is not None:
        steps = result.following["follows"].dropna()
        if len(steps):
            note = "1 goes all the way, 0 stays"
            yield KeyNumber("Step of the settlement for one of the opening", number(float(steps.mean())), note=note)


def _number_of_change(result: Sweep) -> KeyNumber:
    *_, last = beside(result.changes, FIRST)
    value, _, ends = change_in_words(last).partition(" (95 % interval: ")
    axis = result.axes[0]
    start, end = (value_label(result.points[axis.path].iloc[at], axis.unit) for at in (0, -1))
    interval = f"95 %: {ends.removesuffix(')')} points" if ends else ""
    return KeyNumber(f"Deals, {end} less {start}, world by world", value, interval)


def _one(result: Sweep, moved: KnownInput) -> Iterator[str]:
    axis, points = result.axes[0], result.points
    first, last = points.iloc[0], points.iloc[-1]
    if axis.numbers is None:
        most, least = (best_places(points[DEALS].to_numpy(float), more=more) for more in (True, False))
        best, worst = (together([str(points[axis.path].iloc[at]) for at in places]) for places in (most, least))
        yield (
            f"Talks end in a deal most often with {moved.path} {best}, {with_interval(points.iloc[most[0]])}, and most "
            f"seldom with {worst}, {with_interval(points.iloc[least[0]])}."
        )
        if len(points) == 2:
            yield from _change(result, f"with {last[axis.path]} in place of {first[axis.path]}")
    else:
        ends = (value_label(row[axis.path], axis.unit) for row in (first, last))
        start, end = ends
        yield (
            f"As {moved.the} goes from {start} to {end}, the share of talks that end in a deal goes from "
            f"{with_interval(first)} to {with_interval(last)}."
        )
        yield from _change(result, f"at {end} beside {start}")
        yield from _extremes(result)
        yield from _turns(result)


def _extremes(result: Sweep) -> Iterator[str]:
    """Where the share of deals is lowest and highest, unless that is at the ends alone or may be anywhere."""
    points = result.points
    if not _is_clear(points):
        return
    places = [best_places(points[DEALS].to_numpy(float), more=more) for more in (False, True)]
    if {place for equal in places for place in equal} == {0, len(points) - 1}:
        return
    low, high = (
        f"{percent(float(points[DEALS].iloc[equal[0]]))}, at {_at(result, points.iloc[equal[0]], len(equal))}"
        for equal in places
    )
    yield f"It is lowest, {low}, and highest, {high}."


def _turns(result: Sweep) -> Iterator[str]:
    """Where the share of deals crosses one half, or else takes its largest step; and where the usual end changes."""
    axis, points = result.axes[0], result.points
    shares = points[DEALS].to_numpy(float)
    values = [value_label(value, axis.unit) for value in points[axis.path]]
    between = [f"{before} and {after}" for before, after in pairwise(values)]
    crossings = [f"{values[before]} and {values[after]}" for before, after in _crossings(points)]
    if crossings:
        yield f"It crosses one half between {', and again between '.join(crossings)}."
    elif _is_clear(points):
        at, *equal = best_places(np.abs(np.diff(shares)))
        alike = f", and {counted(len(equal), 'other step')} as large" if equal else ""
        yield (
            f"It does not clearly cross one half; its largest step lies between {between[at]}: from "
            f"{percent(shares[at])} to {percent(shares[at + 1])}{alike}."
        )
    usual = result.usual_ends()
    changes = [at for at in range(len(usual) - 1) if usual[at] != usual[at + 1]]
    if len(changes) == 1:
        at = changes[0]
        names = [listed(inside(outcome_label(one)) for one in usual[place]) for place in (at, at + 1)]
        yield f"The most frequent end turns from {names[0]} to {names[1]} between {between[at]}."
    elif changes:
        yield f"The most frequent end changes {len(changes)} times along the way."
    else:
        yield f"At every point, talks most often end {' or '.join(ends_how(one) for one in usual[0])}."


def _crossings(points: pd.DataFrame) -> list[tuple[int, int]]:
    """Neighbours among the points that clearly lie off one half, of which one lies below and the other above."""
    above = points[f"{DEALS}_low"].to_numpy(float) > _HALF
    clear = np.flatnonzero(above | (points[f"{DEALS}_high"].to_numpy(float) < _HALF))
    return [(int(before), int(after)) for before, after in pairwise(clear) if above[before] != above[after]]


def _is_clear(points: pd.DataFrame) -> bool:
    """Whether the intervals of the lowest and the highest point lie apart."""
    return float(points[f"{DEALS}_low"].max()) > float(points[f"{DEALS}_high"].min())


def _gains(result: Sweep) -> Iterator[str]:
    axis, first, last = result.axes[0], result.points.iloc[0], result.points.iloc[-1]
    parts = []
    for side, name in SIDE_LABELS.items():
        before, after = (quantity(float(row[f"gain.{side}"]), "US$ bn a year") for row in (first, last))
        who = "the US" if name == "US" else name
        parts.append(f"of {who} from {before} to {after}")
    if axis.numbers is None:
        yield from _gains_by_name(result)
        return
    start, end = (value_label(row[axis.path], axis.unit) for row in (first, last))
    yield f"From {start} to {end}, the mean gain over walking away goes, {' and '.join(parts)}."


def _gains_by_name(result: Sweep) -> Iterator[str]:
    path, points = result.axes[0].path, result.points
    for side, name in SIDE_LABELS.items():
        gains = points[f"gain.{side}"].to_numpy(float)
        most, least = (best_places(gains, more=more) for more in (True, False))
        if len(most) == len(gains):
            continue
        best, worst = (quantity(float(gains[places[0]]), "US$ bn a year") for places in (most, least))
        first, last = (together([str(points[path].iloc[at]) for at in places]) for places in (most, least))
        who = "the US" if name == "US" else name
        yield f"On average {who} gains most over walking away with {first}, {best}, and least with {last}, {worst}."


def _two(result: Sweep, moved: Sequence[KnownInput]) -> Iterator[str]:
    points = result.points
    lows, highs = (best_places(points[DEALS].to_numpy(float), more=more) for more in (False, True))
    low, high = points.iloc[lows[0]], points.iloc[highs[0]]
    ends = f"{percent(float(low[DEALS]))} to {percent(float(high[DEALS]))}"
    yield f"Over {counted(len(points), 'point')}, the share of talks that end in a deal goes from {ends}."
    yield (
        f"It goes from {with_interval(low)} at {_at(result, low, len(lows))} to "
        f"{with_interval(high)} at {_at(result, high, len(highs))}."
    )
    if not _is_clear(points):
        yield _OVERLAP
    more = int((points[DEALS] > _HALF).sum())
    every = counted(len(points), "point")
    yield f"More than half of the talks end in a deal at {more or 'none'} of {every}."
    wide = result.deal_map().to_numpy(float)
    by_first, by_second = float(np.ptp(wide, axis=1).mean()), float(np.ptp(wide, axis=0).mean())
    order = [(moved[0], by_first), (moved[1], by_second)]
    (strong, much), (weak, little) = sorted(order, key=lambda one: -one[1])
    if round(100 * much) == round(100 * little):
        both = f"{moved[0].the} and {moved[1].the}"
        yield (
            f"Between its lowest and its highest point, either of {both} moves the share by about "
            f"{100 * much:.0f} points on average."
        )
        return
    yield (
        f"Of the two, {strong.the} does more: between the lowest and the highest point it moves the share by "
        f"{100 * much:.0f} points on average, {weak.the} by {100 * little:.0f}."
    )


def _at(result: Sweep, row: Any, equals: int) -> str:
    """Values of the axes at a point, and how many other points equal it."""
    named = ", ".join(f"{axis.path} {value_label(row[axis.path], axis.unit)}" for axis in result.axes)
    return f"{named} and {counted(equals - 1, 'other point')}" if equals > 1 else named


def verdict(leader: Leader, table: pd.DataFrame) -> str:
    """Say in a line whether the settlement follows."""
    moved = table.dropna(subset=["follows"])
    if moved.empty:
        return "No issue has both an opening that moved and a deal at two points or more: nothing can follow."
    if leader.issue is not None:
        moved = moved[moved["issue"] == leader.issue]
        if moved.empty:
            return f"The opening on {leader.issue} did not move where there are deals."
    issues, slope = strongest(moved)
    mean = float(np.mean(moved["follows"]))
    return (
        f"The settlement {_how(slope)}: on {issues} it moves by {number(slope)} of each step of the opening; mean "
        f"over the issues that moved {number(mean)}."
    )


def _how(slope: float) -> str:
    if abs(slope) <= _STAYS:
        return "stays"
    if slope < 0:
        return "moves the other way"
    return "follows" if slope > _FOLLOWS else "follows in part"
