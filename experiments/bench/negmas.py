"""NegMAS as something to time, on the runs that our engines play, with its parts timed apart."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from experiments.bench import negmas_negotiation
from experiments.bench.measure import duration
from experiments.bench.talks import why_not_additive
from experiments.seats.negmas import INSTALL, version

if TYPE_CHECKING:
    from experiments.bench.negmas_negotiation import End, Setup
    from experiments.bench.talks import AdditiveTalks
    from experiments.config.model import Config
    from experiments.seats.negmas import NegmasObject

#: Runs that are played in turn; each has its own payoffs, so nothing can be kept from one to the next.
RUNS: Final = 8

#: Packages up to which all of them are sorted in a reasonable time.
_MOST_PACKAGES: Final = 2_000_000


def why_not(config: Config) -> str | None:
    """Say why NegMAS cannot be compared on a config; None if it can."""
    if version() is None:
        return INSTALL
    packages = 1
    for entry in config.agenda.values():
        packages *= entry.levels
    if packages > _MOST_PACKAGES:
        return f"{config.name} has {packages:.1e} packages, too many for NegMAS to sort."
    reason = why_not_additive(config)
    return None if reason is None else f"{config.name} cannot be handed to NegMAS: {reason}."


class NegmasTask:
    """Plays runs one after the other in one set-up, from numbers to the end, and notes how long each part takes.

    Parameters
    ----------
    talks : sequence of Talks
        The runs.
    setup : Setup
        How NegMAS is set up.
    """

    def __init__(self, talks: Sequence[AdditiveTalks], setup: Setup) -> None:
        self.setup = setup
        self._talks = talks
        self._played = 0
        self._paths: list[float] = []
        self._bargaining: list[float] = []
        self._ends: dict[int, End] = {}

    def __call__(self, count: int) -> None:
        """Play the next `count` runs."""
        for _ in range(count):
            index = self._played % len(self._talks)
            self._played += 1
            self._play(index, self._talks[index])

    def _play(self, index: int, talks: AdditiveTalks) -> None:
        start = time.perf_counter()
        utilities = negmas_negotiation.payoffs(talks, self.setup)
        inverses = negmas_negotiation.paths(utilities, self.setup)
        middle = time.perf_counter()
        self._ends[index] = negmas_negotiation.bargain(talks, self.setup, utilities, inverses)
        self._paths.append(middle - start)
        self._bargaining.append(time.perf_counter() - middle)

    def results(self) -> dict[str, Any]:
        """Return the set-up, its parts in seconds for one negotiation, and how the runs ended."""
        ends = list(self._ends.values())
        return {
            "name": self.setup.name,
            "title": self.setup.title,
            "exact": self.setup.is_exact,
            "seconds": {"paths": duration(self._paths), "bargaining": duration(self._bargaining)},
            "ends": {
                "runs": len(ends),
                "rounds": sum(end.rounds for end in ends) / len(ends),
                "deals": sum(end.agreement is not None for end in ends) / len(ends),
            },
        }


class NegmasPayoffs:
    """Evaluates packages of one run for both sides, one at a time, as its negotiators do."""

    def __init__(self, talks: AdditiveTalks, setup: Setup, packages: Sequence[tuple[int, ...]]) -> None:
        self._utilities: list[NegmasObject] = negmas_negotiation.payoffs(talks, setup)
        self._packages = packages

    def __call__(self, count: int) -> float:
        """Evaluate `count` packages; the sum of both payoffs."""
        us, partner = self._utilities
        size = len(self._packages)
        everything = 0.0
        for k in range(count):
            package = self._packages[k % size]
            everything += us(package) + partner(package)
        return everything
