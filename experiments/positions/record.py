"""Positions of a date out of the dated record of talks with the US, in which both sides weigh the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.errors import RunError, ended, suggestion
from experiments.labels import SIDE_LABELS, listed, scale_of, unit_of
from experiments.positions.table import IssuePositions, PositionTable, check_ranges, issue_words
from experiments.record.record import rows_known_by
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.positions.table import Ranges
    from experiments.record.rows import StatedPosition

OFF_TABLE: Final = "off_table"


def standing_positions(rows: Iterable[StatedPosition], case: str, day: date) -> tuple[StatedPosition, ...]:
    """Newest row of each side and issue of a case that is dated and was known by a day, in the order of the rows.

    Of rows of one date the last counts.
    """
    newest: dict[tuple[str, str], StatedPosition] = {}
    for row in rows_known_by(rows, day):
        key = row.issue, row.side
        if row.case == case and row.date <= day and (key not in newest or row.date >= newest[key].date):
            newest[key] = row
    return tuple(newest.values())


def positions_at(rows: Sequence[StatedPosition], case: str, day: date, ranges: Ranges | None = None) -> PositionTable:
    """Table of what both sides of a case wanted on a day, as far as it was known by then.

    Power and salience are 1 for both, since the record says nothing of either. Rates are in per cent.

    Parameters
    ----------
    rows : sequence of StatedPosition
        Positions of the record.
    case : str
        Country, in any case of letters.
    day : datetime.date
        The day.
    ranges : mapping, optional
        Range of an issue by its name, in its unit, and under the empty name that of all others; unless given, from 0 to
        the largest number that the rows of the case know of it by the day.

    Returns
    -------
    PositionTable
        Its issues in the order of the rows, without those on which no side has named a number.

    Raises
    ------
    experiments.errors.RunError
        When there is no such case, it has no position by the day, or a range is of none of its issues.
    """
    named = _named(rows, case)
    standing = standing_positions(rows, named, day)
    stated = {issue: [row for row in standing if row.issue == issue and row.value is not None]
              for issue in dict.fromkeys(row.issue for row in standing)}  # fmt: skip
    stated = {issue: of_issue for issue, of_issue in stated.items() if of_issue}
    if not stated:
        raise RunError(f"--on {day}: the record has no position of {named} with a number that was known by then.")
    given = ranges or {}
    check_ranges(given, stated, named)
    known = [row for row in rows_known_by(rows, day) if row.case == named and row.date <= day]
    issues = tuple(
        _issue(name, of_issue, given.get(name) or given.get("") or _span([row for row in known if row.issue == name]))
        for name, of_issue in stated.items()
    )
    return PositionTable(f"{named}_{day}", issues, tuple(_notes(named, day, standing, stated)))


def _named(rows: Iterable[StatedPosition], case: str) -> str:
    known = list(dict.fromkeys(row.case for row in rows))
    for name in known:
        if name.casefold() == case.casefold():
            return name
    raise RunError(ended(f"--case {case}: the record has positions of no such case{suggestion(case, known, most=20)}"))


def _notes(
    case: str, day: date, standing: Sequence[StatedPosition], stated: Mapping[str, Sequence[StatedPosition]]
) -> Iterable[str]:
    yield f"Positions of the US and {case} as they were known on {day}; both have the same power and salience."
    alone = [
        f"{_actor(of_issue[0])} on {issue_words(issue)}" for issue, of_issue in stated.items() if len(of_issue) == 1
    ]
    if alone:
        yield f"One side alone has named a number, which every forecaster repeats: {listed(alone, cut=False)}."
    for status, what in ((False, "Wanted without a number"), (True, "Off the table")):
        rows = [row for row in standing if row.value is None and (row.status == OFF_TABLE) is status]
        if rows:
            yield f"{what}: {listed([f'{_actor(row)} on {issue_words(row.issue)}' for row in rows], cut=False)}."


def _actor(row: StatedPosition) -> str:
    """Who has a position: the US, or the country of the case."""
    return SIDE_LABELS[SIDES[0]] if row.side == SIDES[0] else row.case


def _issue(name: str, rows: Sequence[StatedPosition], ends: tuple[float, float]) -> IssuePositions:
    scale = scale_of(unit_of(name))
    equal = np.ones(len(rows))
    return IssuePositions(
        name=name,
        actors=tuple(_actor(row) for row in rows),
        position=np.array([scale * row.value for row in rows if row.value is not None]),
        salience=equal,
        power=equal,
        low=ends[0],
        high=ends[1],
        unit=_unit(name),
    )


def _unit(issue: str) -> str:
    unit = unit_of(issue)
    return "%" if scale_of(unit) != 1.0 else unit


def _span(rows: Sequence[StatedPosition]) -> tuple[float, float]:
    """Range of all numbers that rows name, from 0; of width 1 where all are 0."""
    scale = scale_of(unit_of(rows[0].issue))
    numbers = [number for row in rows for number in (row.low, row.value, row.high) if number is not None]
    return 0.0, scale * max(numbers) or 1.0
