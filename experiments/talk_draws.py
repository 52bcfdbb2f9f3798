"""The random numbers of the talks themselves, for all negotiations of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.tactics.registry import TACTICS
from sim.case import NO_DRAW
from sim.draws import uniforms
from sim.issues import SIDES
from sim.records import MAX_ROUNDS

if TYPE_CHECKING:
    from experiments.config import Config
    from experiments.records import Batch
    from sim.records import Floats


@dataclass(frozen=True, slots=True)
class TalkDraws:
    """Uniform draws of the talks of a batch; the first index of every array is the run.

    Attributes
    ----------
    movers, coins : array, shape [run]
        See :class:`sim.case.Draws`.
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
    """Draw for the talks of a batch, whose runs must be consecutive.

    Every deadline has a stream of its own, so that one more leaves the others as they are.
    """
    first, count = int(batch.runs[0]) if len(batch.runs) else 0, len(batch.runs)
    deadlines = range(1, _most_deadlines(config) + 1)
    executions = [uniforms(seed, f"talks.execution.{number}", first, count)[:, 0] for number in deadlines]
    return TalkDraws(
        movers=uniforms(seed, "talks.first_mover", first, count)[:, 0],
        coins=uniforms(seed, "talks.coin", first, count)[:, 0],
        executions=np.stack(executions, axis=1),
        tactics=_tactic_draws(batch, seed, first, count),
    )


def _most_deadlines(config: Config) -> int:
    """Most deadlines that can fall due: each that an event sets may slip anew, and each needs a round."""
    set_by_events = sum("calendar.deadline" in event.changes for event in config.events)
    return min((1 + set_by_events) * (1 + config.calendar.max_slips), MAX_ROUNDS)


def _tactic_draws(batch: Batch, seed: int, first: int, count: int) -> Floats:
    random = [TACTICS[name].is_random for name in batch.tactics]
    draws = np.full((count if any(random) else 0, len(SIDES), MAX_ROUNDS), NO_DRAW)
    for index, side in enumerate(SIDES):
        if random[index]:
            draws[:, index] = uniforms(seed, f"tactics.{side}", first, count, MAX_ROUNDS)
    return draws
