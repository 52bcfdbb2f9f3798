"""What draws are compared with: dated rows of the record, each with the width in which distances from it count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from experiments.errors import RunError, ended, suggestion
from experiments.labels import unit_of
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.record.record import DatedRecord
    from experiments.record.rows import RecordedOutcome, StatedPosition

Kind = Literal["position", "deal_day", "rate"]

#: Issues whose stated positions are compared, and those whose rates at the end are.
ISSUES: Final = ("car_tariff", "reciprocal_tariff", "other_purchases")
DEAL_DAY: Final = "deal_day"

#: Least width by unit: half a bin of rates, US$1bn a year, two weeks. A row that gives one number has no range.
LEAST_WIDTHS: Final = {"rate": 0.025, "US$ bn a year": 1.0, "days": 14.0}

#: Days after the recorded deal at which a deal that is later, or none, is counted.
LATEST: Final = 56


@dataclass(frozen=True, slots=True)
class RecordedTarget:
    """One row of the record, as draws are compared with it.

    Attributes
    ----------
    case : str
        Case of the record.
    date, known_by : datetime.date
        Day on which it is compared, and first day on which it could be known.
    name : str
        What is compared: ``us_treasury.car_tariff``, ``deal_day``, ``car_tariff``.
    kind : str
        A position that stands on the day, the day of the deal, or the rate that was agreed on it.
    side : int
        Whose position; -1 of what is no position.
    issue : str
        Issue of the model; empty of a day.
    unit : str
        Unit of value and width.
    low, value, high : float
        Range and value; of a day, days after the talks began.
    width : float
        High less low, and at least the least width of its unit: distances from the value are counted in it.
    is_open : bool
        Whether what lies above the value is as good as the value.
    latest : float
        Of the day of a deal, the last that is told apart; without a deal the talks count as ending then. Of its rates,
        the day by which a draw must have signed too; without a deal by then the rate in force counts.
    fitted : bool
        Whether it is fitted, or held out and only predicted.
    """

    case: str
    date: dt.date
    known_by: dt.date
    name: str
    kind: Kind
    side: int
    issue: str
    unit: str
    low: float
    value: float
    high: float
    width: float
    is_open: bool = False
    latest: float = 0.0
    fitted: bool = True

    @property
    def label(self) -> str:
        """Case, date and what is compared."""
        return f"{self.case} {self.date} {self.name}"


@dataclass(frozen=True, slots=True)
class Targets:
    """Rows of a case that its config can be compared with, and how many it cannot."""

    rows: tuple[RecordedTarget, ...]
    too_early: int
    not_on_table: int


def targets_of(
    case: str, config: Config, record: DatedRecord, through: dt.date | None, held_out: Sequence[str]
) -> Targets:
    """Rows of a case: positions stated on dated rounds, the day of the deal, and its rates.

    Rows that were known only after `through` are held out; of a deal after that day the talks have not ended by then,
    which is fitted.

    Parameters
    ----------
    case : str
        Case of the record.
    config : Config
        Its talks.
    record : DatedRecord
        The record.
    through : datetime.date, optional
        Last day of what is fitted; everything unless given.
    held_out : sequence of str
        Names of what is held out on any day, see :attr:`RecordedTarget.name`.
    """
    found = list(_positions(case, record.positions))
    for outcome in record.outcomes:
        if outcome.case == case:
            found += _ending(config, outcome, through)
    start = config.calendar.start
    in_time = [one for one in found if one.date >= start]
    tabled = {*config.agenda, *(name for event in config.events for name in event.add_issues)}
    usable = [one for one in in_time if not one.issue or one.issue in tabled]
    rows = tuple(replace(one, fitted=one.fitted and not _is_held_out(one, through, held_out)) for one in usable)
    return Targets(rows, len(found) - len(in_time), len(in_time) - len(usable))


def check_held_out(names: Sequence[str], rows: Sequence[RecordedTarget]) -> None:
    """Refuse names that no row has.

    Raises
    ------
    experiments.errors.RunError
        Naming the option and what there is.
    """
    known = sorted({one.name for one in rows} | {one.issue for one in rows if one.issue} | {one.case for one in rows})
    for name in names:
        if name not in known:
            raise RunError(ended(f"--hold-out {name}: nothing in the record is called so{suggestion(name, known)}"))


def _is_held_out(row: RecordedTarget, through: dt.date | None, names: Sequence[str]) -> bool:
    return bool({row.name, row.issue, row.case} & set(names)) or (through is not None and row.known_by > through)


def _positions(case: str, rows: Sequence[StatedPosition]) -> Iterator[RecordedTarget]:
    for row in rows:
        if row.case != case or row.issue not in ISSUES or not row.is_stated:
            continue
        if row.value is None or row.low is None:
            continue
        unit = unit_of(row.issue)
        high = row.value if row.high is None else row.high
        yield RecordedTarget(
            case,
            row.date,
            row.known_by,
            f"{row.side}.{row.issue}",
            "position",
            SIDES.index(row.side),
            row.issue,
            unit,
            row.low,
            row.value,
            high,
            max(high - row.low, LEAST_WIDTHS[unit]),
            is_open=row.high is None,
        )


def _ending(config: Config, outcome: RecordedOutcome, through: dt.date | None) -> Iterator[RecordedTarget]:
    """Day of the deal and its rates; if it came after `through`, also that there was none by then."""
    start, signed = config.calendar.start, outcome.deal_date
    days = float((signed - start).days)

    def ends(day: dt.date, known_by: dt.date, value: float, latest: float) -> RecordedTarget:
        width = LEAST_WIDTHS["days"]
        found = RecordedTarget(
            outcome.case, day, known_by, DEAL_DAY, "deal_day", -1, "", "days", value, value, value, width
        )
        return replace(found, latest=latest)

    if through is not None and signed > through:
        # By then the record knows of no deal: all later days are one.
        until = float((through - start).days)
        yield ends(through, through, until, until)
    yield ends(signed, outcome.known_by, days, days + LATEST)
    for issue, rate in (("reciprocal_tariff", outcome.rec), ("car_tariff", outcome.car)):
        if rate is not None:
            width = LEAST_WIDTHS["rate"]
            found = RecordedTarget(
                outcome.case, signed, outcome.known_by, issue, "rate", -1, issue, "rate", rate, rate, rate, width
            )
            yield replace(found, latest=days + LATEST)
