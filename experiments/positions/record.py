"""Positions of a date out of a dated record of talks, in which every side weighs the same."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.errors import RunError
from experiments.labels import listed
from experiments.positions.table import IssuePositions, PositionTable

if TYPE_CHECKING:
    from experiments.positions.files import Ranges

#: Statuses under which a row says what a side wants; what is off the table is wanted by nobody.
STATED: Final = ("offered", "asked", "threatened", "agreed")
OFF_TABLE: Final = "off_table"


def positions_at(rows: Iterable[Mapping[str, Any]], case: str, on: date, ranges: Ranges | None = None) -> PositionTable:
    """Table of what the sides of a case wanted on a date, as far as it was known by then.

    Of each side and issue the newest row counts that is dated and was known by the date. Power and salience are 1 for
    everyone, since the record says nothing of either.

    Parameters
    ----------
    rows : iterable of mapping
        Rows with the keys ``case, date, side, issue, low, value, high, status, known_by``; dates as dates or in ISO
        form, numbers as numbers or text, empty or NaN where they are not known. Where there is no value, it is the
        middle of `low` and `high`.
    case : str
        Which case.
    on : datetime.date
        The date.
    ranges : mapping, optional
        Range of an issue by its name; unless given, from 0 or the least to the largest number that the rows of the
        case know of it by the date.

    Returns
    -------
    PositionTable
        Its issues in the order of the rows, without those that are on nobody's table.

    Raises
    ------
    experiments.errors.RunError
        When the case has no position by the date.
    """
    known = [row for row in rows if row["case"] == case and max(_day(row["date"]), _day(row["known_by"])) <= on]
    newest: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in known:
        key = (str(row["issue"]), str(row["side"]))
        if key not in newest or _day(row["date"]) >= _day(newest[key]["date"]):
            newest[key] = row
    standing = {key: row for key, row in newest.items() if row["status"] in STATED}
    issues = tuple(
        _issue(name, {side: row for (issue, side), row in standing.items() if issue == name},
               (ranges or {}).get(name) or _span([row for row in known if row["issue"] == name]))
        for name in dict.fromkeys(issue for issue, _ in standing)
    )  # fmt: skip
    if not issues:
        raise RunError(f"the record has no position of {case} that was known on {on}.")
    notes = [f"Positions of {case} as they were known on {on}; every side has the same power and salience."]
    gone = [f"{side} on {issue}" for (issue, side), row in newest.items() if row["status"] == OFF_TABLE]
    if gone:
        notes.append(f"Off the table: {listed(gone)}.")
    return PositionTable(f"{case}_{on}", issues, tuple(notes))


def _issue(name: str, rows: Mapping[str, Mapping[str, Any]], ends: tuple[float, float]) -> IssuePositions:
    equal = np.ones(len(rows))
    return IssuePositions(
        name=name,
        actors=tuple(rows),
        position=np.array([_wanted(row) for row in rows.values()]),
        salience=equal,
        power=equal,
        low=ends[0],
        high=ends[1],
    )


def _wanted(row: Mapping[str, Any]) -> float:
    """What a row says that its side wants: the value, else the middle of its ends."""
    value = _number(row["value"])
    if not math.isnan(value):
        return value
    middle = (_number(row["low"]) + _number(row["high"])) / 2.0
    if math.isnan(middle):
        raise RunError(
            f"the record's row of {row['side']} on {row['issue']} on {row['date']} has neither a value nor both ends."
        )
    return middle


def _span(rows: Iterable[Mapping[str, Any]]) -> tuple[float, float]:
    """Range of all numbers in rows, from 0 if none is below; of width 1 where all are 0."""
    numbers = [_number(row[key]) for row in rows for key in ("low", "value", "high")]
    known = [0.0, *(number for number in numbers if not math.isnan(number))]
    low, high = min(known), max(known)
    return low, high if high > low else low + 1.0


def _number(value: Any) -> float:
    return math.nan if value is None or value == "" else float(value)


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value))
