"""What baselines need to know of a case: the situation on a rate, and the deals of others."""

from __future__ import annotations

from typing import Final

from experiments.baselines.baselines import BaselineForecast, Situation, Stated, baseline_forecasts
from experiments.cases.known import RECIPROCAL, KnownCase
from experiments.record.record import DatedRecord
from sim.issues import PARTNER, SIDES, US, SideName

#: What was said in talks of a rate that somebody asks for; what is agreed or off the table is no position.
_STATED: Final = ("offered", "asked", "threatened")


def baselines_of(record: DatedRecord, known: KnownCase, issue: str) -> tuple[BaselineForecast, ...]:
    """What each baseline says of a rate of a case on its day.

    Parameters
    ----------
    record : DatedRecord
        The whole record, of which only what was known on the day is used.
    known : KnownCase
        The case on the day of the forecast.
    issue : str
        ``reciprocal_tariff`` or ``car_tariff``.
    """
    earlier = KnownCase.on(record, known.name, known.day).earlier_deals(issue)
    shared = {deal.case: situation_of(KnownCase.on(record, deal.case), issue) for deal in earlier}
    return baseline_forecasts(situation_of(known, issue), earlier, shared)


def situation_of(known: KnownCase, issue: str) -> Situation:
    """What is known of a rate of a case on its day."""
    rates = known.rates()
    in_force, threat = (rates.reciprocal, rates.threat) if issue == RECIPROCAL else (rates.car, rates.car)
    us, partner = (Stated(_last_stated(known, issue, SIDES[side])) for side in (US, PARTNER))
    return Situation(known.name, known.day, in_force, threat, us, partner, known.features())


def _last_stated(known: KnownCase, issue: str, side: SideName) -> float | None:
    said = [
        one
        for one in known.record.positions
        if (one.case, one.issue, one.side) == (known.name, issue, side)
        and one.value is not None
        and one.status in _STATED
    ]
    return max(said, key=lambda one: one.date).value if said else None
