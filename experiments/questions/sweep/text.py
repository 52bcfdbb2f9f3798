"""What a user sees of a sweep: a line for each point, or a map of two axes, and how far a settlement follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from rich.text import Text

from experiments.labels import (
    SIDE_LABELS,
    counted,
    inside,
    issue_label,
    number,
    outcome_label,
    percent,
    plain,
    quantity,
    scale_of,
)
from experiments.questions.sweep.sweep import Sweep
from experiments.statistics.ties import best_places, together
from experiments.terminal.table import LINE_WIDTH, TerminalTable
from sim.issues import SIDES

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.questions.sweep.leader import Leader


#: Steps of a settlement, as shares of the step of an opening, up to which it stays and from which it follows.
_STAYS: Final = 0.2
_FOLLOWS: Final = 0.8


def render(result: Sweep, name: str, seconds: float, console: Console) -> None:
    """Print a sweep, at most 100 columns wide."""
    table = _lines(result, name) if len(result.axes) == 1 else _map(result, name)
    console.print(table, width=min(LINE_WIDTH, console.width))
    for line in conclusion(result):
        console.print(Text(line), width=min(LINE_WIDTH, console.width))
    played = f"{counted(result.negotiations, 'negotiation')} in {seconds:.1f} s"
    console.out(f"{played}; the same {counted(result.runs, 'world')} at every point.", highlight=False)


def axis_title(result: Sweep, place: int = 0) -> str:
    """Path of an axis with its unit."""
    axis = result.axes[place]
    return f"{axis.path}, {axis.unit}" if axis.unit else axis.path


def _lines(result: Sweep, name: str) -> TerminalTable:
    axis, points = result.axes[0], result.points
    table = TerminalTable(f"{name}: sweep of {axis_title(result)}")
    table.add_column(axis.path.rpartition(".")[2], is_key=True)
    for outcome in result.outcomes:
        table.add_column(outcome_label(outcome))
    for side in SIDES:
        table.add_column(f"gain {SIDE_LABELS[side]}")
    for issue in result.issues:
        table.add_column(issue_label(issue, result.unit(issue)))
    for row in points.to_dict("records"):
        cells = [_shown(row[axis.path])]
        cells += [percent(row[f"share.{outcome}"]) for outcome in result.outcomes]
        cells += [number(row[f"gain.{side}"]) for side in SIDES]
        cells += [number(row[f"{issue}.q50"] * scale_of(result.unit(issue))) for issue in result.issues]
        table.add_row(*cells)
    table.caption = "Issues: medians over the deals. Gains: means over all runs, US$ bn a year."
    return table


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"


def deal_map(result: Sweep) -> pd.DataFrame:
    """Share of deals with the second axis as rows and the first as columns, in their orders."""
    first, second = (axis.path for axis in result.axes)
    wide = result.points.pivot_table(index=second, columns=first, values="share.agreement", sort=False)
    rows = list(dict.fromkeys(result.points[second]))
    columns = list(dict.fromkeys(result.points[first]))
    return wide.reindex(index=rows, columns=columns)


def _map(result: Sweep, name: str) -> TerminalTable:
    wide = deal_map(result)
    table = TerminalTable(f"{name}: share of deals, {axis_title(result, 1)} (down) by {axis_title(result)} (across)")
    table.add_column("", is_key=True)
    for value in wide.columns:
        table.add_column(_shown(value))
    for value, row in zip(wide.index, wide.to_numpy(), strict=True):
        table.add_row(_shown(value), *(percent(float(share)) for share in row))
    return table


def conclusion(result: Sweep) -> Iterator[str]:
    """Say in a line what the sweep does to the share of deals."""
    shares = result.points["share.agreement"]
    lowest, highest = (best_places(shares.to_numpy(float), more=more) for more in (False, True))
    if len(lowest) == len(shares):
        yield f"The share of deals is {percent(float(shares.iloc[0]))} at every point."
        return
    first, last = (_where(result, places) for places in (lowest, highest))
    yield (
        f"The share of deals goes from {percent(float(shares.iloc[lowest[0]]))} at {first} to "
        f"{percent(float(shares.iloc[highest[0]]))} at {last}."
    )


def _where(result: Sweep, places: Sequence[int]) -> str:
    """Values of the axes at points that are equal: those of the first, and how many more there are."""
    named = ", ".join(f"{axis.path} {_shown(result.points[axis.path].iloc[places[0]])}" for axis in result.axes)
    more = len(places) - 1
    return f"{named} and {counted(more, 'other point')}" if more else named


def render_leader(leader: Leader, table: pd.DataFrame, console: Console) -> None:
    """Print what was moved and how far the settlement followed."""
    console.out("")
    console.print(Text(f"Moved: {leader.words}."), width=min(LINE_WIDTH, console.width))
    shown = TerminalTable(f"Does the settlement follow the opening of {SIDE_LABELS[leader.side]}? (medians)")
    shown.add_column("issue", "words", is_key=True)
    for heading in ("opening from", "to", "settlement from", "to", "follows"):
        shown.add_column(heading)
    for row in table.to_dict("records"):
        ends = [row[f"{part}_{end}"] for part in ("opening", "settled") for end in ("first", "last")]
        cells = [quantity(value, row["unit"]) for value in ends]
        shown.add_row(plain(row["issue"]), *cells, number(row["follows"]))
    console.print(shown, width=min(LINE_WIDTH, console.width))
    console.print(Text(verdict(leader, table)), width=min(LINE_WIDTH, console.width))


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
        f"The settlement {_how(slope)}: {issues} moves by {number(slope)} of each step of the opening; mean over the "
        f"issues that moved {number(mean)}."
    )


def strongest(moved: pd.DataFrame) -> tuple[str, float]:
    """Issue that follows most, in either direction, and its slope; all issues with that slope up to rounding."""
    slopes = moved["follows"].to_numpy(float)
    slope = float(slopes[best_places(np.abs(slopes))[0]])
    alike = [place for place in best_places(np.abs(slopes)) if slopes[place] * slope > 0 or slope == 0.0]
    return together([inside(plain(str(moved["issue"].iloc[place]))) for place in alike]), slope


def _how(slope: float) -> str:
    if abs(slope) <= _STAYS:
        return "stays"
    if slope < 0:
        return "moves the other way"
    return "follows" if slope > _FOLLOWS else "follows in part"
