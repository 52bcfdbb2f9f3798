"""Every point that a search has played, with its scores: the pool from which failures and their map are taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.lab.measures import AIMS, AimName, Played, usual_ends
from sim.bargaining.outcomes import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from experiments.lab.arena import Arena
    from experiments.store.batches import Batches
    from sim.records import Floats, Integers

#: Columns of a point's answer: the mean score of every aim, then how and when talks ended most often or on average.
SCORES: Final[dict[AimName, int]] = {aim.name: place for place, aim in enumerate(AIMS.values())}
OUTCOME: Final = len(SCORES)
REASON: Final = OUTCOME + 1
ROUND: Final = OUTCOME + 2
REPLY: Final = OUTCOME + 3


def summary_of(played: Played, failing: Floats) -> Floats:
    """Answer of each point, shape ``[point, column]``; the score of regret is -inf where no reply was tried.

    `failing` marks the draws that reach the threshold of the aim that is searched for, whose ends are counted.
    """
    scores = [played.scores(name).mean(axis=1) for name in SCORES]
    ends = [*usual_ends(played, failing), played.round.mean(axis=1), played.reply]
    found = np.stack([*scores, *ends], axis=1)
    found[np.isnan(found)] = -np.inf
    return found


@dataclass(slots=True)
class SearchState:
    """Plays points for the searches and remembers all of them.

    Attributes
    ----------
    arena, batches : Arena, Batches
        Who plays, and where answers are kept.
    seed, draws : int
        Seed of the draws of chance, and how many of them every point meets.
    thresholds : mapping
        Score of each aim from which a draw counts as a failure.
    negotiations : int
        Negotiations so far, those that confirm included.
    points : dict
        Points that were played in search of each aim.
    """

    arena: Arena
    batches: Batches
    seed: int
    draws: int
    thresholds: Mapping[AimName, float]
    negotiations: int = 0
    points: dict[AimName, int] = field(default_factory=dict)
    _genes: list[Floats] = field(default_factory=list)
    _answers: list[Floats] = field(default_factory=list)

    def evaluate(self, genes: Floats, aim: AimName) -> Floats:
        """Answers for a batch of points; replies are tried only where the aim is regret."""
        replies = aim == "regret"

        def compute() -> Floats:
            played = self.arena.play(genes, self.seed, self.draws, replies=replies)
            return summary_of(played, (played.scores(aim) >= self.thresholds[aim]).astype(np.float64))

        answer = self.batches.answer(genes, compute)
        self.negotiations += len(genes) * self.draws * self.arena.cost(replies=replies)
        self.points[aim] = self.points.get(aim, 0) + len(genes)
        self._genes.append(genes)
        self._answers.append(answer)
        return answer

    @property
    def genes(self) -> Floats:
        """Every point so far."""
        return np.concatenate(self._genes) if self._genes else np.empty((0, self.arena.space.width))

    @property
    def answers(self) -> Floats:
        """Answers of all of them."""
        return np.concatenate(self._answers) if self._answers else np.empty((0, REPLY + 1))


def rows_of(arena: Arena, genes: Floats, answers: Floats) -> Integers:
    """Row of the map of each point: the opponent's family and how talks ended."""
    place: Integers = arena.space.family(genes) * len(OUTCOMES) + answers[:, OUTCOME].astype(np.int64)
    return place
