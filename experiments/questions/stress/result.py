"""What a stress test is asked for, and what it has found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from experiments.lab.measures import DEFAULT_AIMS, AimName
from experiments.lab.space import Against, Space
from experiments.labels import counted
from experiments.questions.stress.findings import Finding

if TYPE_CHECKING:
    import pandas as pd

#: Negotiations of a search unless the user says otherwise, and what makes sense.
BUDGET: Final = 400_000

#: Draws of chance that every point of the search meets, and fresh ones that confirm a failure.
DRAWS: Final = 8

FRESH: Final = 64


@dataclass(frozen=True, slots=True)
class StressOptions:
    """What a stress test is asked for.

    Attributes
    ----------
    side : str
        Seat of the tactic under test.
    tactic : str, optional
        That tactic as ``name,knob=value,...``; by default the one of the config.
    against : str
        ``opponent``, ``world`` or ``both``: what is searched.
    aims : tuple of str
        What is looked for.
    thresholds : tuple of str
        ``aim=value``: scores from which a point counts as a failure.
    budget, seed, draws, fresh, cases : int
        Negotiations of the search, its seed, draws of chance at every point and for the confirmation, and most failures
        of each aim that are written as configs.
    with_map : bool
        Whether a map of distinct failures is made, where pyribs is installed.
    """

    side: str
    tactic: str | None = None
    against: Against = "both"
    aims: tuple[AimName, ...] = DEFAULT_AIMS
    thresholds: tuple[str, ...] = ()
    budget: int = BUDGET
    seed: int | None = None
    draws: int = DRAWS
    fresh: int = FRESH
    cases: int = 3
    with_map: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class StressResult:
    """What a stress test has found.

    Attributes
    ----------
    space : Space
        What was searched.
    thresholds : dict
        Score of each aim from which a point counts as a failure.
    points : dict
        Points that were played in search of each aim.
    searching, negotiations : int
        Negotiations of the search, and those of search and confirmation.
    findings : tuple of Finding
        Every candidate with what became of it on fresh draws.
    failures : tuple of Finding
        The confirmed ones, one a way to fail.
    cases : dict
        File of each failure that was written, by its place among the failures.
    map : pandas.DataFrame
        One row a finding; see docs/stress.md.
    seconds : float
        Wall time.
    mapped : bool
        Whether a map was searched for.
    """

    space: Space
    thresholds: dict[AimName, float]
    points: dict[AimName, int]
    searching: int
    negotiations: int
    findings: tuple[Finding, ...]
    failures: tuple[Finding, ...]
    cases: dict[int, dict[str, Any]]
    map: pd.DataFrame
    seconds: float
    mapped: bool

    @property
    def dropped(self) -> int:
        """Candidates that fresh draws did not confirm."""
        return sum(not one.confirmed for one in self.findings)

    def verdict(self) -> str:
        """One line: nothing found, or how many distinct failures, with the budget that was searched."""
        searched = f"{counted(sum(self.points.values()), 'point')}, {counted(self.searching, 'negotiation')}"
        if not self.failures:
            return f"nothing found in {searched}"
        ways = len(self.failures)
        return f"{ways} distinct {'failure' if ways == 1 else 'failures'} in {searched}"
