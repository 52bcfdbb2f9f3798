"""What a hindcast is scored on: what happened, where that is on record, and on which dates it was still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal, final

from experiments.errors import RunError, ended, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from experiments.record.record import DatedRecord
    from experiments.record.rows import RecordedOutcome, StatedPosition
    from sim.issues import SideName

#: Dates of the forecasts unless others are named: after the seed article, and after each later round and the letter.
DATES: Final = (date(2025, 5, 28), date(2025, 6, 13), date(2025, 6, 28), date(2025, 7, 11), date(2025, 7, 21))

#: Day on which a deal is there or not, and on which the rates are read.
TARGET_DAY: Final = date(2025, 8, 1)

#: Day of the first deadline, before which there was no deal.
FIRST_DEADLINE: Final = date(2025, 7, 9)

#: Day of the seventh round, and the reciprocal rate to which the US then held or not.
SEVENTH_ROUND: Final = date(2025, 6, 28)
HELD_RATE: Final = 0.20

#: Where both sides' positions on cars begin.
CARS_OPENING: Final[dict[SideName, float]] = {"us_treasury": 0.275, "partner": 0.025}

#: Half year whose flows are compared, and the days in it.
HALF_YEAR: Final = (date(2025, 4, 1), date(2025, 9, 30))

Kind = Literal["event", "rate", "flow"]


@final
@dataclass(frozen=True, slots=True)
class Target:
    """Something that a forecast can be right or wrong about.

    Attributes
    ----------
    name : str
        Column of the draws that holds it.
    kind : str
        An event (1 or 0), a rate (a fraction), or a change of a flow (a fraction).
    words : str
        What it is.
    observed : float
        What happened.
    known_by : datetime.date
        Day by which it was known; from then on there is nothing to forecast.
    source : str
        Where it was read.
    """

    name: str
    kind: Kind
    words: str
    observed: float
    known_by: date
    source: str

    def is_open(self, day: date) -> bool:
        """Whether it was not known yet on the date of a forecast."""
        return self.known_by > day


def targets_of(record: DatedRecord, case: str, day: date) -> tuple[Target, ...]:
    """Targets of a case.

    Parameters
    ----------
    record : DatedRecord
        Everything that is known by now.
    case : str
        Country that talks with the US.
    day : datetime.date
        Day on which a deal is there or not, and on which the rates are read.

    Raises
    ------
    experiments.errors.RunError
        When the record has no outcome of the case, and so nothing to score a forecast by.
    """
    ended = _outcome(record, case)
    has_dealt = ended.deal_date <= day
    rates = _rates(ended, day) if has_dealt else ()
    return (*_ends(ended, day), *rates, *_order(record.positions, ended.case), *_flows(ended.case))


def _outcome(record: DatedRecord, case: str) -> RecordedOutcome:
    for one in record.outcomes:
        if one.case.casefold() == case.casefold():
            return one
    known = [one.case for one in record.outcomes]
    raise RunError(
        ended(
            f"the record has no outcome of talks with {case}, and a hindcast needs one to score forecasts by"
            f"{suggestion(case, known, most=20)}"
        )
    )


def _ends(ended: RecordedOutcome, day: date) -> Iterator[Target]:
    yield Target(
        "no_deal_before",
        "event",
        f"no deal before {_day(FIRST_DEADLINE)}",
        float(ended.deal_date >= FIRST_DEADLINE),
        min(ended.deal_date, FIRST_DEADLINE),
        ended.source,
    )
    yield Target(
        "deal_by",
        "event",
        f"deal by {_day(day)}",
        float(ended.deal_date <= day),
        min(ended.deal_date, day),
        ended.source,
    )


def _rates(ended: RecordedOutcome, day: date) -> Iterator[Target]:
    for name, words, value in (
        ("car_tariff", "car tariff", ended.car),
        ("reciprocal_tariff", "reciprocal tariff", ended.rec),
    ):
        if value is not None:
            yield Target(name, "rate", f"{words} on {_day(day)}", value, ended.deal_date, ended.source)


def _order(positions: Iterable[StatedPosition], case: str) -> Iterator[Target]:
    """Who leaves the opening on cars first, and whether the US held its reciprocal rate until the seventh round."""
    rows = [one for one in positions if one.case == case and one.is_stated]
    cars = [one for one in rows if one.issue == "car_tariff"]
    first = {side: _first_move(cars, side) for side in CARS_OPENING}
    us, partner = first["us_treasury"], first["partner"]
    # Where both moved on one day, such as that of the deal, the record does not say who was first.
    if (us or partner) is not None and (us is None or partner is None or us.date != partner.date):
        earlier = min((one for one in (us, partner) if one is not None), key=lambda one: one.date)
        yield Target(
            "partner_first",
            "event",
            f"{case} leaves 2.5 % on cars before the US leaves 27.5 %",
            float(earlier.side == "partner"),
            earlier.known_by,
            earlier.source,
        )
    held = [
        one
        for one in rows
        if (one.issue, one.side) == ("reciprocal_tariff", "us_treasury") and one.date <= SEVENTH_ROUND
    ]
    if held:
        last = max(held, key=lambda one: one.date)
        if last.value is not None and last.date == SEVENTH_ROUND:
            yield Target(
                "us_holds",
                "event",
                f"the US still asks for a reciprocal rate of 20 % or more on {_day(SEVENTH_ROUND)}",
                float(last.value >= HELD_RATE),
                last.known_by,
                last.source,
            )


def _first_move(cars: Iterable[StatedPosition], side: SideName) -> StatedPosition | None:
    """First position of a side on cars that is not its opening."""
    moved = [one for one in cars if one.side == side and one.value is not None and _has_moved(one.value, side)]
    return min(moved, key=lambda one: one.date, default=None)


def _has_moved(value: float, side: SideName) -> bool:
    opening = CARS_OPENING[side]
    return value < opening - 1e-9 if side == "us_treasury" else value > opening + 1e-9


#: Exports of the half year to the US in yen over those of the year before: what, change and where it was read.
_FLOWS: Final = {
    "Japan": (
        ("car_exports", "exports of cars to the US, April to September, in yen over the year before", -0.227),
        ("all_exports", "all exports to the US, April to September, in yen over the year before", -0.102),
    )
}
_FLOWS_KNOWN: Final = date(2025, 10, 22)
_FLOWS_SOURCE: Final = "LD; the day is from memory, not looked up"


def _flows(case: str) -> Iterator[Target]:
    for name, words, change in _FLOWS.get(case, ()):
        yield Target(name, "flow", words, change, _FLOWS_KNOWN, _FLOWS_SOURCE)


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"
