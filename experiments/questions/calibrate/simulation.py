"""What draws say at every dated row: positions that stand on a day, the day of the deal, rates that hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.cases.pooled import case_design, case_seed
from experiments.engine.compiled import play
from experiments.engine.in_force import rates_on_day
from experiments.engine.positions import position_on
from experiments.engine.worlds import Worlds
from sim.issues import CAR_TARIFF, RECIPROCAL_TARIFF

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.design.records import Batch
    from experiments.questions.calibrate.targets import RecordedTarget
    from sim.engine.results import Ends
    from sim.records import Floats

#: Distance in widths at which a draw counts as far off, however much further it is; so does one without a position.
FARTHEST: Final = 10.0

_SLOTS: Final = {"reciprocal_tariff": RECIPROCAL_TARIFF, "car_tariff": CAR_TARIFF}


@dataclass(frozen=True, slots=True)
class CaseTalks:
    """A case whose talks are simulated: its config, with the priors that all cases share, and its rows."""

    name: str
    config: Config
    rows: tuple[RecordedTarget, ...]


def simulated(case: CaseTalks, shared: Mapping[str, Floats], seed: int, repeat: int, first: int, count: int) -> Floats:
    """What each draw says at each row of a case, shape ``[draw, row]``; NaN where a side has no position yet.

    Parameters
    ----------
    case : CaseTalks
        Whose talks.
    shared : mapping
        Cumulative probabilities of the shared parameters by path, shape ``[draw]``.
    seed : int
        Seed of the calibration.
    repeat : int
        Which repeat: the same shared parameters with everything else drawn anew.
    first, count : int
        Number of the first draw, and how many.
    """
    own = case_seed(seed, case.name, repeat)
    worlds = Worlds.at(case.config, case_design(case.config, shared, own, first, count), own)
    ends = play(case.config, worlds.batch, own, trajectories=True, solutions=False)
    return values_of(case, worlds.batch, ends)


def values_of(case: CaseTalks, batch: Batch, ends: Ends) -> Floats:
    """What finished talks say at each row of a case, shape ``[run, row]``."""
    start = case.config.calendar.start
    values = np.empty((len(ends.results), len(case.rows)))
    for place, row in enumerate(case.rows):
        day = float((row.date - start).days)
        if row.kind == "position":
            values[:, place] = position_on(batch, ends, row.side, batch.issues.index(row.issue), day)
        elif row.kind == "deal_day":
            results = ends.results
            signed = np.where(results["dealt"] != 0, results["day"], row.latest)
            values[:, place] = np.minimum(signed, row.latest)
        else:
            held = rates_on_day(batch, ends.results, row.latest)
            values[:, place] = held.reciprocal if _SLOTS[row.issue] == RECIPROCAL_TARIFF else held.car
    return values


def differences(values: Floats, rows: Sequence[RecordedTarget]) -> Floats:
    """How far values lie from those of the record, in widths and with their sign, shape of `values`."""
    recorded = np.array([row.value for row in rows])
    widths = np.array([row.width for row in rows])
    off = (values - recorded) / widths
    is_open = np.array([row.is_open for row in rows], dtype=bool)
    off = np.where(is_open & (off > 0.0), 0.0, off)
    found: Floats = np.clip(np.where(np.isnan(off), FARTHEST, off), -FARTHEST, FARTHEST)
    return found


def squared_distances(off: Floats) -> Floats:
    """Squared distance of each draw from the fitted rows of a case: the sum of their squared differences.

    Rows err around the model independently of each other, each by its own width times the tolerance.

    Parameters
    ----------
    off : numpy.ndarray
        Differences from the fitted rows, shape ``[draw, row]``.
    """
    found: Floats = (off**2).sum(axis=1)
    return found
