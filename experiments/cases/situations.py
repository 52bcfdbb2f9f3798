"""What the baselines say of a rate of a case on the day of its forecast."""

from __future__ import annotations

from experiments.baselines.baselines import BaselineForecast, baseline_forecasts
from experiments.cases.known import KnownCase
from experiments.record.record import DatedRecord
from experiments.record.situations import earlier_deals, shared_situations, situation_of


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
    situation = situation_of(record, known.name, issue, known.day)
    return baseline_forecasts(situation, earlier_deals(record, issue), shared_situations(record, issue))
