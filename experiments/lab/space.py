"""What a search may change: the opponent's tactic with its knobs, and the uncertain numbers of the world.

A point is a row of genes between 0 and 1. The first gene picks the opponent's family, the next ones are shares of the
ranges of its knobs, the others are cumulative probabilities of the config's sampled numbers, so that a point lies
inside the config's ranges, keeps its correlations, and two points are as far apart as the config thinks them to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from agents.tactics.registry import TACTICS
from experiments.config.numbers import numbers
from experiments.design.sampling import correlate
from experiments.errors import RunError
from experiments.lab.seats import families, knobs_at
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.engine.worlds import Seated
    from sim.records import Floats, Integers

#: Most columns of the map of failures.
_ROUND_BINS: Final = 8

Against = Literal["opponent", "world", "both"]

#: The search stays inside the central part of every range: the tails of a distribution without bounds have no end.
TAIL: Final = 0.0005


@dataclass(frozen=True, slots=True)
class Space:
    """Where a tactic is attacked.

    Attributes
    ----------
    config : Config
        The scenario.
    side : int
        Seat of the tactic under test.
    own : Seated or None
        That tactic; None is the one of the config, with its knobs drawn where the config draws them.
    families : tuple of str
        Tactics that the opponent may take; empty where the config's opponent stays.
    paths : tuple of str
        Sampled numbers of the world that are searched; the others are drawn anew for each replication.
    """

    config: Config
    side: int
    own: Seated | None
    families: tuple[str, ...]
    paths: tuple[str, ...]

    @property
    def tactic_genes(self) -> int:
        """Number of genes that describe the opponent."""
        return 1 + max(len(TACTICS[name].knobs) for name in self.families) if self.families else 0

    @property
    def width(self) -> int:
        """Number of genes of a point."""
        return self.tactic_genes + len(self.paths)

    @property
    def round_bins(self) -> int:
        """Columns of the map of failures, which divide the rounds up to the limit of the config."""
        return min(_ROUND_BINS, self.config.calendar.round_limit)

    @property
    def opponents(self) -> tuple[str, ...]:
        """Names of the opponents that points can have, in the order of :meth:`family`."""
        return self.families or (str(getattr(self.config.tactics, SIDES[1 - self.side]).name),)

    def family(self, genes: Floats) -> Integers:
        """Place among :attr:`opponents` of each point's opponent, shape ``[point]``."""
        if not self.families:
            return np.zeros(len(genes), dtype=np.int64)
        place: Integers = np.minimum((genes[:, 0] * len(self.families)).astype(np.int64), len(self.families) - 1)
        return place

    def knobs(self, family: int, genes: Floats) -> dict[str, Floats]:
        """Knobs of points whose opponent is of one family; empty where the config's opponent stays."""
        return knobs_at(self.families[family], genes[:, 1:]) if self.families else {}

    def world(self, genes: Floats) -> dict[str, Floats]:
        """Values of the searched numbers of the world by path, one for each point."""
        if not self.paths:
            return {}
        inside = TAIL + (1 - 2 * TAIL) * genes[:, self.tactic_genes :]
        probabilities = {path: inside[:, place] for place, path in enumerate(self.paths)}
        sampled = {entry.path: entry.number for entry in numbers(self.config) if entry.number.is_sampled}
        if set(self.paths) == {path for path in sampled if not path.startswith("tactics.")}:
            for path in sampled.keys() - probabilities.keys():  # a correlation may name a knob; its draw is not used
                probabilities[path] = np.full(len(genes), 0.5)
            correlate(self.config, probabilities)
        return {path: sampled[path].ppf(probabilities[path]) for path in self.paths}


def space_of(config: Config, side: int, own: Seated | None, against: Against) -> Space:
    """Space of a search against the opponent, the world, or both.

    Raises
    ------
    RunError
        When the config draws no number of the world, and so leaves nothing to search.
    """
    world = tuple(
        entry.path
        for entry in numbers(config)
        if entry.number.is_sampled and not entry.path.startswith("tactics.") and against != "opponent"
    )
    if against == "world" and not world:
        raise RunError(f"--against world: {config.name} draws no number of the world; give one a range, for example "
                       "--set 'us_treasury.consumer_weight={dist: uniform, low: 0.1, high: 1}'.")  # fmt: skip
    return Space(config, side, own, () if against == "world" else families(), world)
