"""The random numbers of the talks themselves, for all negotiations of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.tactics.registry import TACTICS
from sim.draws import uniforms
from sim.engine.case import NO_DRAW
from sim.issues import SIDE_STREAMS, SIDES
from sim.records import MAX_ROUNDS

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.design.records import Batch
    from sim.records import Floats


@dataclass(frozen=True, slots=True)
class TalkDraws:
    """Uniform draws of the talks of a batch; the first index of every array is the run.

    Attributes
    ----------
    movers, coins : array, shape [run]
        See :class:`sim.engine.case.Draws`.
    executions : array, shape [run, deadline]
        For every deadline that can fall due.
    tactics : array, shape [run, side, round]
        Without any run where neither tactic draws.
    """

    movers: Floats
    coins: Floats
    executions: Floats
    tactics: Floats


def talk_draws(config: Config, batch: Batch, seed: int) -> TalkDraws:
    """Draw for the talks of a batch; talks of the same run meet the same chances.

    Every deadline has a stream of its own, so that one more leaves the others as they are.
    """
    deadlines = range(1, _most_deadlines(config) + 1)
    executions = [_of_runs(batch, seed, f"talks.execution.{number}")[:, 0] for number in deadlines]
    return TalkDraws(
        movers=_of_runs(batch, seed, "talks.first_mover")[:, 0],
        coins=_of_runs(batch, seed, "talks.coin")[:, 0],
        executions=np.stack(executions, axis=1),
        tactics=_tactic_draws(batch, seed),
    )


def _of_runs(batch: Batch, seed: int, name: str, width: int = 1) -> Floats:
    """Draws of a stream by run, shape ``[run, width]``."""
    if not len(batch.runs):
        return np.empty((0, width))
    first, last = int(batch.runs.min()), int(batch.runs.max())
    drawn: Floats = uniforms(seed, name, first, last - first + 1, width)[batch.runs - first]
    return drawn


def _most_deadlines(config: Config) -> int:
    """Most deadlines that can fall due: each that an event sets may slip anew, and each needs a round."""
    set_by_events = sum("calendar.deadline" in event.changes for event in config.events)
    return min((1 + set_by_events) * (1 + config.calendar.max_slips), MAX_ROUNDS)


def _tactic_draws(batch: Batch, seed: int) -> Floats:
    random = [TACTICS[name].is_random for name in batch.tactics]
    draws = np.full((len(batch.runs) if any(random) else 0, len(SIDES), MAX_ROUNDS), NO_DRAW)
    for index, stream in enumerate(SIDE_STREAMS):
        if random[index]:
            draws[:, index] = _of_runs(batch, seed, f"tactics.{stream}", MAX_ROUNDS)
    return draws
