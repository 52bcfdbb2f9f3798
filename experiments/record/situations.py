"""What the dated record says of a case on a day, as baselines take it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from experiments.baselines.baselines import Situation, Stated
from experiments.baselines.similarity import EarlierDeal, Features
from experiments.record.rows import ALL, RecordedOutcome

if TYPE_CHECKING:
    from experiments.record.cases import CaseFacts
    from experiments.record.record import DatedRecord
    from sim.issues import SideName

#: Rates that baselines forecast, by their issues.
RATES: Final = ("car_tariff", "reciprocal_tariff")

#: Power and salience of both sides: equal, for no source gives them.
EQUAL: Final = 1.0

#: Counts as a position of the US, of which some countries have no other.
_THREATENED: Final = "threatened"

#: Tariff on cars that is on record without the MFN rates of those who pay it.
OVER_MFN: Final = "car_tariff_over_mfn"


def situation_of(record: DatedRecord, case: str, issue: str, as_of: date) -> Situation:
    """What was known of a case on one rate on a day.

    The rate in force is the one of that day, which holds on unless something happens. The threat is the last one that
    was made; of cars, of which none was made, the rate in force. A threat counts as a stated position of the US.

    Parameters
    ----------
    record : DatedRecord
        Everything; what was learnt after the day is left out here.
    case : str
        Name of the case.
    issue : str
        ``car_tariff`` or ``reciprocal_tariff``.
    as_of : datetime.date
        The day.
    """
    known = record.known_by(as_of)
    facts = known.case(case)
    in_force, threat = rate_in_force(known, facts, issue, as_of), last_threat(known, facts.case, issue, as_of)
    return Situation(
        case=facts.case,
        as_of=as_of,
        in_force=in_force,
        threat=in_force if threat is None else threat,
        us=_stated(known, case, issue, "us_treasury"),
        partner=_stated(known, case, issue, "partner"),
        features=features_of(facts),
    )


def rate_in_force(record: DatedRecord, facts: CaseFacts, issue: str, day: date) -> float | None:
    """Rate that a case pays on a day.

    Of cars, where a duty over MFN has been set since their own rate was, that duty with the MFN rate of the case.
    """
    own = record.in_force(facts.case, issue, day)
    over = record.in_force(facts.case, OVER_MFN, day) if issue == "car_tariff" else None
    if over is None or (own is not None and own.date >= over.date):
        return None if own is None else own.value
    return None if over.value is None or facts.mfn_cars is None else over.value + facts.mfn_cars


def last_threat(record: DatedRecord, case: str, issue: str, day: date) -> float | None:
    """Rate that a case was last threatened with by a day; of several of one day the last of the file."""
    said = [one for one in record.events if one.kind == "threat" and one.issue == issue and one.case in (case, ALL)]
    made = sorted((one for one in said if one.date <= day), key=lambda one: one.date)
    return made[-1].value if made else None


def earlier_deals(
    record: DatedRecord, issue: str, outcomes: Sequence[RecordedOutcome] | None = None
) -> tuple[EarlierDeal, ...]:
    """Deals on one rate, by default all of the record in the order of the file; features are those that it has."""
    column = {"car_tariff": "car", "reciprocal_tariff": "rec"}[issue]
    return tuple(
        EarlierDeal(one.case, one.deal_date, rate, features_of(record.case(one.case)))
        for one in (record.outcomes if outcomes is None else outcomes)
        if (rate := getattr(one, column)) is not None
    )


def shared_situations(record: DatedRecord, issue: str) -> dict[str, Situation]:
    """Situation of every case with a deal on one rate, the day before its deal."""
    return {
        deal.case: situation_of(record, deal.case, issue, deal.signed - timedelta(days=1))
        for deal in earlier_deals(record, issue)
    }


def features_of(facts: CaseFacts) -> Features | None:
    """What decides which cases are alike, where the record has it."""
    if facts.gdp_per_head is None or facts.us_exports is None:
        return None
    share = facts.cars / facts.total if facts.total else 0.0
    return Features(facts.gdp_per_head, share, facts.us_exports - facts.total)


def _stated(record: DatedRecord, case: str, issue: str, side: SideName) -> Stated:
    """Latest position of a side that has a number; of several rows of a day the last one of the file."""
    rows = [
        one
        for one in record.positions
        if one.case == case and one.issue == issue and one.side == side and (one.is_stated or one.status == _THREATENED)
    ]
    # A sort keeps the order of rows of one day.
    stated = sorted((one for one in rows if one.value is not None), key=lambda one: one.date)
    return Stated(stated[-1].value, EQUAL, EQUAL) if stated else Stated()
