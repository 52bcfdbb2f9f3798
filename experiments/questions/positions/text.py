"""What position forecasters say, in words and tables: the terminal prints them, and the page shows them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.labels import between, capitalised, counted, fixed, inside, listed, number, percent, quantity
from experiments.positions.averages import weighted_median
from experiments.positions.contests import READINGS
from experiments.positions.table import issue_words
from experiments.questions.positions.findings import rounds_table
from experiments.questions.positions.forecasts import EXCHANGE, FORECASTERS
from experiments.questions.positions.noise import DEVIATIONS, FAR
from experiments.report.blocks import Answer, Block, KeyNumber, Listing, Table, Words, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from experiments.positions.table import IssuePositions
    from experiments.questions.positions.findings import PositionFindings

#: The forecaster that the others are measured by.
YARDSTICK: Final = "weighted_mean"

#: Issues of which an answer gives numbers.
_ISSUES: Final = 2

_CERTAIN: Final = f"Nine in ten: draws in which every salience has an error of {DEVIATIONS[-1]:g}."
_PUT_IN: Final = (
    "Put in: positions, salience and power, which are judgements of whoever wrote the table. No talks are played."
)

#: Share of the range below which positions are said to fill little of it.
_NARROW: Final = 0.2

READING_LABELS: Final[dict[str, str]] = {"all_pairs": "all pairs", "per_pair": "per pair"}


def blocks(result: PositionFindings) -> Iterator[Block]:
    """Say what comes out, then show every forecaster on every issue, and what lies behind them."""
    yield answer(result)
    for issue in result.table.issues:
        yield side_by_side(result, issue)
    yield from exchanges(result)
    for issue in result.table.issues:
        yield rounds(result, issue)
    yield from laws(result)
    yield reading(result)


def heading(result: PositionFindings) -> str:
    """Say of whom and what the table is, and what the weighted mean says of the first issues."""
    found = result.table
    means = [
        f"{with_unit(result.answer(issue.name, YARDSTICK), issue)} on {issue.label}" for issue in found.issues
    ]  # fmt: skip
    who = f"{counted(len(found.actors), 'actor')} on {counted(len(found.issues), 'issue')}"
    return f"{found.name}, {who}: weighted mean {listed(means)}"


def answer(result: PositionFindings) -> Answer:
    """Say the weighted mean of each issue, how far apart the forecasters are, and which of them noise moves far."""
    said = []
    for issue in result.table.issues:
        low, high = _span(result, issue)
        if number(low) == number(high):
            said.append(f"On {issue.label} every forecaster says the same.")
        else:
            said.append(f"On {issue.label} the forecasters lie between {number(low)} and {with_unit(high, issue)}.")
        said += [_far_off(result, issue)]
    said += [*_doubts(result.table.issues)]
    more = " ".join(part for part in said if part)
    return Answer(f"{heading(result)}.", tuple(_numbers(result)), _CERTAIN, _PUT_IN, (more,))


def _span(result: PositionFindings, issue: IssuePositions) -> tuple[float, float]:
    """Lowest and highest answer of all forecasters."""
    rows = result.forecasts[result.forecasts["issue"] == issue.name]
    known = [float(value) for value in rows["value"] if not math.isnan(value)]
    return min(known), max(known)


def _numbers(result: PositionFindings) -> Iterator[KeyNumber]:
    """Weighted mean and median of the first issues, with the range that errors of salience give them."""
    noise = result.noise[result.noise["deviation"] == DEVIATIONS[-1]]
    for issue in result.table.issues[:_ISSUES]:
        spread = between(*_span(result, issue), issue.unit)
        for name in (YARDSTICK, "weighted_median"):
            row = noise[(noise["issue"] == issue.name) & (noise["forecaster"] == name)].iloc[0]
            ends = between(float(row["low"]), float(row["high"]), issue.unit)
            label = f"{capitalised(issue.label)}: {_inside(FORECASTERS[name])}"
            value = with_unit(result.answer(issue.name, name), issue)
            note = f"all forecasters: {spread}" if name == YARDSTICK else ""
            yield KeyNumber(label, value, f"nine in ten draws: {ends}", note)


def _doubts(issues: Sequence[IssuePositions]) -> Iterator[str]:
    """Say where a single actor speaks, and where positions fill so little of a range that it may be none of theirs."""
    if alone := [f"{issue.actors[0]} on {issue.label}" for issue in issues if len(issue.actors) == 1]:
        yield f"Alone with a position, which is no forecast of what others would agree to: {listed(alone)}."
    if narrow := [
        issue.label for issue in issues if 0.0 < float(np.ptp(issue.position)) < _NARROW * issue.scale
    ]:  # fmt: skip
        yield (
            f"On {listed(narrow)} positions fill less than {percent(_NARROW)} of the range. Nash product, expected "
            "utility and what is far off depend on it: give its ends by --range, or by scale_low and scale_high."
        )


def _far_off(result: PositionFindings, issue: IssuePositions) -> str:
    """Name the forecasters that small errors of salience move far in a tenth of the draws or more."""
    rows = result.noise[(result.noise["issue"] == issue.name) & (result.noise["deviation"] == DEVIATIONS[-1])]
    moved = rows[rows["far"] >= 0.1]
    if moved.empty:
        return ""
    named = zip(moved["forecaster"], moved["far"], strict=True)
    names = [f"{_inside(FORECASTERS[name])} ({percent(far)})" for name, far in named]
    return (
        f"With an error of salience of {DEVIATIONS[-1]:g}, these move by more than {percent(FAR)} of the range, in so "
        f"many of the draws: {'; '.join(names)}."
    )


def _inside(label: str) -> str:
    """Forecaster inside a sentence; those that are called after somebody, or are a name, keep their capital."""
    return label if label.startswith(("Nash", "Condorcet", "Equal")) else inside(label)


def with_unit(value: float, issue: IssuePositions) -> str:
    """Position with the unit of its issue."""
    return quantity(value, issue.unit) if issue.unit.startswith("US$ ") else f"{number(value)} {issue.unit}".strip()


def issue_heading(issue: IssuePositions) -> str:
    """Issue with its unit and range."""
    unit = f", {issue.unit}" if issue.unit else ""
    return f"{issue.label}{unit} (range {issue.low:g} to {issue.high:g})"


def side_by_side(result: PositionFindings, issue: IssuePositions) -> Table:
    """Every forecaster's answer on an issue, and how far noise in salience moves it."""
    columns = ["", "answer", *(f"5 to 95 %, error {sd:g}" for sd in DEVIATIONS), f"far off, error {DEVIATIONS[-1]:g}"]
    rows = [(label, *_cells(result, issue, name)) for name, label in FORECASTERS.items()]
    note = _note(result) if issue.name == result.table.issues[-1].name else ""
    return table(issue_heading(issue), columns, rows, note=note, strong=[[*FORECASTERS].index(YARDSTICK)])


def _note(result: PositionFindings) -> str:
    """How to read the tables of forecasters, below the last of them."""
    note = (
        f"Error: standard deviation of a normal error of salience, which lies between 0 and 1; "
        f"{counted(result.draws, 'draw')} each. Far off: share of draws further than {percent(FAR)} of the range from "
        "the answer. Expected utility answers with the weighted median after its last round."
    )
    if split := [issue.label for issue in result.table.issues if is_split(issue)]:
        note += (
            f" On {listed(split)} half of all weight lies on either side of the middle: the weighted median is then "
            "the lower of two positions."
        )
    if _open(result):
        note += " Equal Gain: in brackets the least and the largest over the orders of trades of equal gain"
        note += "." if result.every_order else ", of which not all were tried."
    return note


def is_split(issue: IssuePositions) -> bool:
    """Whether two positions are in the middle, so that the median is the lower one and not the upper."""
    lower = float(weighted_median(issue.position, issue.weight))
    return lower < -float(weighted_median(-issue.position, issue.weight))


def _open(result: PositionFindings) -> list[tuple[str, float, float]]:
    """Issues on which the order of trades of equal gain decides the exchange, with both ends."""
    rows = result.forecasts[result.forecasts["forecaster"] == EXCHANGE]
    return [
        (str(issue), float(low), float(high))
        for issue, low, high in zip(rows["issue"], rows["low"], rows["high"], strict=True)
        if number(low) != number(high)
    ]


def _cells(result: PositionFindings, issue: IssuePositions, name: str) -> list[str]:
    said = number(result.answer(issue.name, name))
    if name == EXCHANGE:
        said += "".join(f" ({number(low)} to {number(high)})" for one, low, high in _open(result) if one == issue.name)
    rows = result.noise[(result.noise["issue"] == issue.name) & (result.noise["forecaster"] == name)]
    by_deviation = {float(row["deviation"]): row for row in rows.to_dict("records")}
    ends = [_ends(by_deviation[sd]["low"], by_deviation[sd]["high"]) for sd in DEVIATIONS]
    far = by_deviation[DEVIATIONS[-1]]["far"]
    return [said, *ends, "-" if math.isnan(far) else percent(far)]


def _ends(low: float, high: float) -> str:
    return "-" if math.isnan(low) else f"{number(low)} to {number(high)}"


def exchanges(result: PositionFindings) -> Iterator[Block]:
    """Trades that the exchange makes, or why there is none."""
    units = {issue.name: issue.unit for issue in result.table.issues}
    rows = [
        (
            f"{row['giver']} on {issue_words(row['first'])}, {row['taker']} on {issue_words(row['second'])}",
            f"{fixed(row['first_shift'], 3, sign=True)} {units[row['first']]}".strip(),
            f"{fixed(row['second_shift'], 3, sign=True)} {units[row['second']]}".strip(),
            fixed(row["gain"], 3),
        )
        for row in result.trades.to_dict("records")
    ]
    if rows:
        columns = ("Who gives way", "first outcome", "second outcome", "gain of each")
        note = "Gain: movement of an outcome times salience, which both sides have alike."
        yield table(f"Equal Gain: {counted(len(rows), 'trade')} in one round", columns, rows, note=note)
    else:
        yield Words(("Equal Gain: no two actors gain by an exchange, so that its answer is the weighted mean.",))


def rounds(result: PositionFindings, issue: IssuePositions) -> Table:
    """Median and mean after each round of the expected-utility model, in both readings."""
    found = rounds_table(result.paths, issue)
    by = {(row["reading"], row["round"]): row for row in found.to_dict("records")}
    rows = []
    for place in range(int(found["round"].max()) + 1):
        cells = [str(place)]
        for name in READINGS:
            row = by.get((name, place))
            cells += ["", "", ""] if row is None else [number(row["median"]), number(row["mean"]), str(row["moved"])]
        rows.append(cells)
    heads = [f"{READING_LABELS[name]}, {what}" for name in READINGS for what in ("median", "mean", "moved")]
    note = "Moved: actors that changed their position in the round. A path ends early where nobody moves any more."
    return table(f"Expected utility on {issue_heading(issue)}, round by round", ("Round", *heads), rows, note=note)


def reading(result: PositionFindings) -> Listing:
    """How the file was read."""
    return Listing("How the positions were read", result.table.notes or ("As they were given.",))


def laws(result: PositionFindings) -> Iterator[Table]:
    """Long-run law of the Condorcet chain on each issue."""
    for issue in result.table.issues:
        rows = [
            (with_unit(row["position"], issue), percent(row["share"]))
            for row in result.chain[result.chain["issue"] == issue.name].to_dict("records")
        ]
        caption = f"Condorcet chain on {issue.label}: how long each position stands"
        yield table(caption, ("Position", "share of time"), rows, folded=True)
