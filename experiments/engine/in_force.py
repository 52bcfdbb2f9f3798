"""What holds on a day: tariffs of a deal signed by then, else those in force, and what is on the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.bargaining.calendar import regime_at
from sim.bargaining.execution import CAR, METALS, RATES, RECIPROCAL, put_in_force, rates_in_force, threatened_rates
from sim.bargaining.outcomes import THREAT_EXECUTED
from sim.compiled import rule
from sim.issues import CAR_TARIFF, RECIPROCAL_TARIFF
from sim.records import RECORD, Floats, Record, Table

if TYPE_CHECKING:
    from experiments.design.records import Batch
    from experiments.design.values import Mask


@dataclass(frozen=True, slots=True, eq=False)
class RatesOnDay:
    """What holds in each run on a day, shape ``[run]``.

    Attributes
    ----------
    agreed : numpy.ndarray
        Whether a deal has been signed by then.
    reciprocal, car : numpy.ndarray
        The rates, fractions; under a deal those of its package.
    metals : numpy.ndarray
        What metals pay, which no deal changes, a fraction.
    """

    agreed: Mask
    reciprocal: Floats
    car: Floats
    metals: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Executions:
    """Threats that have been carried out, while the talks went on or at their end, shape ``[run]``.

    Attributes
    ----------
    there : numpy.ndarray
        Whether there is any.
    since : numpy.ndarray
        Day of the first; where there is none, the last day of the talks.
    """

    there: Mask
    since: Floats


def executions_of(results: Table) -> Executions:
    """Threats that have been carried out in each run."""
    went_on = results["executions"] > 0
    since = np.where(went_on, results["executed_day"], results["day"])
    return Executions(went_on | (results["outcome"] == THREAT_EXECUTED), since)


@rule
def _carry_out(
    regimes: Table,
    starts: Floats,
    result: Record,
    day: float,
    room: Table,
    before: Floats,
    after: Floats,
) -> None:
    """Put what has been carried out by a day in force in `room`, which holds the terms of that day."""
    last = regimes[regime_at(starts, 0, result.day)]
    if result.executions > 1 and result.day <= day:
        rates_in_force(last, before)
        put_in_force(room[0], before, result.in_force)
    elif result.executions > 0 and result.executed_day <= day:
        first = regimes[regime_at(starts, 0, result.executed_day)]
        rates_in_force(first, before)
        threatened_rates(first, after)
        put_in_force(room[0], before, after)
    if result.outcome == THREAT_EXECUTED and result.day <= day:
        if result.executions > 0:
            before[:] = result.in_force
        else:
            rates_in_force(last, before)
        threatened_rates(last, after)
        put_in_force(room[0], before, after)


@rule
def _fill_rates(regimes: Table, starts: Floats, results: Table, day: float, found: Floats) -> None:
    """Write the rates without a deal on a day into `found`, shape [run, RATES]."""
    room, before, after = np.zeros(1, RECORD), np.empty(RATES), np.empty(RATES)
    standing = regime_at(starts, 0, day)
    for run in range(results.shape[0]):
        room[0] = regimes[run, standing]
        _carry_out(regimes[run], starts, results[run], day, room, before, after)
        rates_in_force(room[0], found[run])


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
    As in the talks, a rate that an event has set anew since an execution is left as it is. Where several threats have
    been carried out, the rates before the end of the talks are those of the first.
    """
    agreed = (results["dealt"] != 0) & (results["day"] <= day)
    without = np.empty((len(results), RATES))
    _fill_rates(batch.parameters, batch.regime_days, results, day, without)
    package = results["package"]
    return RatesOnDay(
        agreed,
        np.where(agreed, package[:, RECIPROCAL_TARIFF], without[:, RECIPROCAL]),
        np.where(agreed, package[:, CAR_TARIFF], without[:, CAR]),
        without[:, METALS],
    )


def is_tabled_on(batch: Batch, results: Table, slot: int, day: float) -> Mask:
    """Whether an issue is on the table on a day, or was at the end of talks that have ended by then, shape ``[run]``.

    Parameters
    ----------
    batch, results, day
        As of :func:`rates_on_day`.
    slot : int
        Place of the issue in a package.
    """
    regimes = np.where(results["day"] <= day, results["regime"], regime_at(batch.regime_days, 0, day))
    found: Mask = batch.parameters["issue_tabled"][np.arange(len(results)), regimes, slot] != 0
    return found
