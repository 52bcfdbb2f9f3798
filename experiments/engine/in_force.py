"""What holds on a day: tariffs of a deal signed by then, else those in force, and what is on the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.bargaining.outcomes import THREAT_EXECUTED
from sim.issues import CAR_TARIFF, RECIPROCAL_TARIFF

if TYPE_CHECKING:
    from experiments.design.records import Batch
    from experiments.design.values import Mask
    from sim.records import Floats, Integers, Table


@dataclass(frozen=True, slots=True, eq=False)
class RatesOnDay:
    """What holds in each run on a day, shape ``[run]``.

    Attributes
    ----------
    agreed : numpy.ndarray
        Whether a deal has been signed by then.
    reciprocal, car : numpy.ndarray
        The rates, fractions.
    """

    agreed: Mask
    reciprocal: Floats
    car: Floats


def rates_on_day(batch: Batch, results: Table, day: float) -> RatesOnDay:
    """Rates on a day.

    Parameters
    ----------
    batch : Batch
        Records of the negotiations.
    results : numpy.ndarray
        How they ended, records of :data:`sim.engine.results.RESULT`, shape ``[run]``.
    day : float
        Days from the start of the talks, that day included.

    Notes
    -----
    Where several threats have been carried out, the rates are those of the first.
    """
    agreed = (results["dealt"] != 0) & (results["day"] <= day)
    ended = results["outcome"] == THREAT_EXECUTED
    since = np.where(results["executions"] > 0, results["executed_day"], results["day"])
    executed = ((results["executions"] > 0) | ended) & (since <= day)
    standing = _regimes_of(batch, np.full(len(results), day))
    before = _regimes_of(batch, since)
    rows, rates = np.arange(len(results)), []
    for issue, name in ((RECIPROCAL_TARIFF, "reciprocal_tariff"), (CAR_TARIFF, "car_tariff")):
        status_quo = batch.parameters[f"walk_away_status_quo_{name}"]
        threat = batch.parameters[f"walk_away_threat_{name}"]
        # As in the talks: a rate that an event has set anew since the execution is left as it is.
        kept = status_quo[rows, standing] != status_quo[rows, before]
        without = np.where(executed & ~kept, threat[rows, before], status_quo[rows, standing])
        rates.append(np.where(agreed, results["package"][:, issue], without))
    return RatesOnDay(agreed, rates[0], rates[1])


def is_tabled_on(batch: Batch, results: Table, slot: int, day: float) -> Mask:
    """Whether an issue is on the table on a day, or was at the end of talks that have ended by then, shape ``[run]``.

    Parameters
    ----------
    batch, results, day
        As of :func:`rates_on_day`.
    slot : int
        Place of the issue in a package.
    """
    standing = _regimes_of(batch, np.full(len(results), day))
    regimes = np.where(results["day"] <= day, results["regime"], standing)
    found: Mask = batch.parameters["issue_tabled"][np.arange(len(results)), regimes, slot] != 0
    return found


def _regimes_of(batch: Batch, days: Floats) -> Integers:
    """Regime of each day: the last that has begun, for one that has not is the one before it."""
    found: Integers = np.maximum(np.searchsorted(batch.regime_days, days, side="right") - 1, 0)
    return found
