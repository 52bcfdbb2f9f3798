"""What a sweep says in sentences and tables: the terminal prints them, and the page shows them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from experiments.lab.even_draws import of_intervals
from experiments.lab.shares import ENDS
from experiments.labels import (
    AGREEMENT,
    SIDE_LABELS,
    counted,
    fixed,
    inside,
    issue_label,
    listed,
    number,
    outcome_label,
    percent,
    plain,
    quantity,
    scale_of,
    side,
)
from experiments.questions.sweep.answer import answer, moved_inputs
from experiments.questions.sweep.axes import value_label
from experiments.questions.sweep.leader import MOVES
from experiments.questions.sweep.pairs import BEFORE, FIRST, beside, is_clear
from experiments.questions.sweep.tables import DEALS
from experiments.report.blocks import Block, Table, Words, table
from sim.issues import SIDES

if TYPE_CHECKING:
    import pandas as pd

    from experiments.questions.sweep.leader import Leader
    from experiments.questions.sweep.tables import Sweep

#: What the columns of the tables say.
_OF_POINTS: Final = (
    "Gains: means over all runs with 95 % intervals, US$ bn a year over walking away. Issues: medians over the deals, "
    "in brackets what holds 90 % of them."
)
_OF_CHANGES: Final = (
    "The same worlds are played at every point. Deals: percentage points, with intervals of Bonett and Price (2012). "
    "Gains: US$ bn a year, with Student's. 95 %. Pale rows are not told apart from chance in the share of deals."
)
_OF_INPUTS: Final = "* In more than half of these deals an input fixes the value."
_OF_A_LEADER: Final = (
    "Medians. Follows: step of the settlement for one step of the opening; 1 goes all the way, 0 stays; nothing where "
    "the opening moves by less than a tenth of the issue's range."
)


def blocks(result: Sweep) -> Iterator[Block]:
    """Say what moving the axes does, what was played, and what came out at every point."""
    yield answer(result, moved_inputs(result))
    yield played(result)
    if len(result.axes) == 2:
        yield from maps(result)
    yield points_table(result)
    yield changes_table(result)
    if result.leader is not None and result.following is not None:
        yield following_table(result.leader, result.following, result.inputs)


def played(result: Sweep) -> Words:
    """What was moved, and how much was played."""
    points = (
        f"{counted(len(result.points), 'point')}, the same {counted(result.runs, 'world')} at each: "
        f"{counted(result.negotiations, 'negotiation')}; seed {result.seed}. Looked at are how talks end, both sides' "
        "mean gains over walking away, and what deals say on each issue."
    )
    if result.leader is None:
        return Words((points,))
    return Words((f"Moved is the opening of {side(result.leader.side)}: {result.leader.words}.", points))


def points_table(result: Sweep) -> Table:
    """Every point with the share of deals, the other ends, mean gains and median deal, with intervals."""
    others = [outcome for outcome in result.outcomes if outcome != AGREEMENT]
    columns = (
        *(axis.title for axis in result.axes),
        "Deals, 95 % interval",
        *(outcome_label(outcome) for outcome in others),
        *(f"Gain {SIDE_LABELS[side]}" for side in SIDES),
        *(issue_label(issue, result.unit(issue)) for issue in result.agreed),
    )
    rows = [_row(result, row, others) for row in result.points.to_dict("records")]
    is_map = len(result.axes) == 2
    note = " ".join([_OF_POINTS, *([_OF_INPUTS, *result.inputs.values()] if result.inputs else [])])
    return table("Every point", columns, rows, texts=len(result.axes), note=note, folded=is_map)


def _row(result: Sweep, row: Mapping[Any, Any], others: list[str]) -> tuple[str, ...]:
    ends = [f"{100 * row[f'{DEALS}_{end}']:.1f}" for end in ("low", "high")]
    gains = [
        f"{number(row[f'gain.{side}'])} ({number(row[f'gain.{side}_low'])} to {number(row[f'gain.{side}_high'])})"
        for side in SIDES
    ]
    deals = []
    put_in = result.inputs_at(int(row["point"]))
    for issue in result.agreed:
        scale = scale_of(result.unit(issue))
        low, middle, high = (number(scale * float(row[f"{issue}.{name}"])) for name in ("q05", "q50", "q95"))
        deals.append("-" if middle == "-" else f"{middle} ({low} to {high}){' *' if issue in put_in else ''}")
    return (
        *(value_label(row[axis.path]) for axis in result.axes),
        f"{percent(row[DEALS])} ({' to '.join(ends)} %)",
        *(percent(row[f"share.{outcome}"]) for outcome in others),
        *gains,
        *deals,
    )


def changes_table(result: Sweep) -> Table:
    """What differs at each point from the first, and from the point before, world by world."""
    first = ", ".join(value_label(result.points[axis.path].iloc[0], axis.unit) for axis in result.axes)
    is_line = len(result.axes) == 1
    columns = (
        *(axis.title for axis in result.axes),
        "Deals, points",
        *(("Deals, beside the point before",) if is_line else ()),
        *(f"Gain {SIDE_LABELS[side]}" for side in SIDES),
    )
    steps = {int(row["point"]): row for row in beside(result.changes, BEFORE)}
    rows, faint = [], []
    for place, row in enumerate(beside(result.changes, FIRST)):
        point = result.points.iloc[int(row["point"])]
        rows.append(
            (
                *(value_label(point[axis.path]) for axis in result.axes),
                _change(row, "deals", 100.0, 1),
                *([_change(steps[int(row["point"])], "deals", 100.0, 1)] if is_line else []),
                *(_change(row, side, 1.0, 2) for side in SIDES),
            )
        )
        if not is_clear(row):
            faint.append(place)
    note = f"{_OF_CHANGES} {of_intervals(result.config.experiment.sampling)}".rstrip()
    caption = f"Every point beside {first}, world by world"
    return table(caption, columns, rows, texts=len(result.axes), note=note, faint=faint, folded=not is_line)


def _change(row: Mapping[Any, Any], name: str, scale: float, decimals: int) -> str:
    change, low, high = (fixed(scale * row[f"{name}{end}"], decimals, sign=True) for end in ENDS)
    return change if math.isnan(row[f"{name}_low"]) else f"{change} ({low} to {high})"


def maps(result: Sweep) -> Iterator[Table]:
    """Share of deals and most frequent end, the second axis down and the first across."""
    first, second = result.axes
    places = [tuple(value_label(row[axis.path]) for axis in result.axes) for row in result.points.to_dict("records")]
    shares = map(percent, result.points[DEALS])
    ends = (listed(inside(outcome_label(end)) for end in usual) for usual in result.usual_ends())
    across, down = (list(dict.fromkeys(of_axis)) for of_axis in zip(*places, strict=True))
    note = f"Down: {second.title}. Across: {first.title}."
    for caption, texts, cells in (("Share of deals", 1, shares), ("Most frequent end", 1 + len(across), ends)):
        found = dict(zip(places, cells, strict=True))
        rows = [(two, *(found[one, two] for one in across)) for two in down]
        yield table(caption, ("", *across), rows, texts=texts, note=note)


def following_table(leader: Leader, following: pd.DataFrame, inputs: Mapping[str, str]) -> Table:
    """How far the settlement follows the leader on each issue, and what is said of those whose value is put in."""
    rows = []
    for row in following.to_dict("records"):
        ends = [quantity(float(row[end]), str(row["unit"])) for end in MOVES]
        rows.append((plain(str(row["issue"])), *ends, number(float(row["follows"]))))
    columns = ("Issue", "Opening from", "to", "Settlement from", "to", "Follows")
    caption = f"Does the settlement follow the opening of {side(leader.side)}?"
    own = [inputs[issue] for issue in map(str, following["issue"]) if issue in inputs]
    return table(caption, columns, rows, note=" ".join([_OF_A_LEADER, *own]))
