"""What a stress test has found: the map of every candidate, the failures that held, and the cases that replay them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, final

import numpy as np
from pydantic import ConfigDict

from experiments.lab.measures import AIMS, AimName
from experiments.lab.seats import described, side_index
from experiments.lab.space import Against
from experiments.labels import SIDE_LABELS, counted, readable
from experiments.questions.stress.findings import Finding, opponent_knobs
from experiments.report.origin import Origin
from experiments.store.typed import Count, Number, checked
from sim.issues import SIDES

if TYPE_CHECKING:
    import pandas as pd

    from experiments.lab.space import Space

#: The map of failures, and its columns in their order.
MAP: Final = "map.parquet"
MAP_COLUMNS: Final = (
    "aim", "opponent", "knobs", "outcome", "reason", "round", "round_from", "round_to", "searched", "score", "error",
    "failing", "confirmed", "gain", "gain_other", "run",
)  # fmt: skip

#: What makes a failure another one, beside its aim.
_WAY: Final = ("opponent", "outcome", "reason")


@final
@dataclass(frozen=True, slots=True)
class StressOptions:
    """What decides the rows beside the config and the seed.

    Attributes
    ----------
    side : str
        Seat of the tactic under test.
    tactic : str, optional
        That tactic as ``name,knob=value,...``; the one of the config unless given.
    against : str
        ``opponent``, ``world`` or ``both``: what is searched.
    aims : tuple of str
        What is looked for.
    thresholds : tuple of str
        ``aim=value``: scores from which a point counts as a failure.
    budget, draws, fresh, cases : int
        Negotiations of the search, draws of chance at every point and for the confirmation, and most failures of each
        aim that are written as configs.
    map : bool
        Whether a map of distinct failures is made.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    side: Annotated[str, checked(side_index)]
    tactic: str | None
    against: Against
    aims: tuple[AimName, ...]
    thresholds: tuple[str, ...]
    budget: Number
    draws: Number
    fresh: Number
    cases: Count
    map: bool


@dataclass(frozen=True, slots=True)
class FailureCase:
    """A failure that was written as a config.

    Attributes
    ----------
    run : int
        Number of the run that shows it.
    outcome, reason, round, gain, gain_other, score : str, str, int, float, float, float
        What happens in that run; gains over walking away in US$ bn a year.
    file : str
        The config, inside the directory.
    seed : int
        Seed with which it shows it.
    """

    run: int
    outcome: str
    reason: str
    round: int
    gain: float
    gain_other: float
    score: float
    file: str
    seed: int


@final
@dataclass(frozen=True, slots=True)
class StressFailure:
    """One way to fail that held on fresh draws.

    Attributes
    ----------
    aim : str
        What was searched for.
    score, standard_error : float
        Mean score on fresh draws and its standard error.
    failing_share : float
        Share of the fresh draws that reach the threshold.
    opponent : str
        The other side's tactic with its knobs, as the option ``--tactic`` takes them.
    outcome, reason : str
        How talks end most often among the draws that fail.
    round, gain, gain_other : float
        Mean last round, and mean gains over walking away, US$ bn a year.
    case : FailureCase, optional
        The config that replays it, where one was written.
    """

    aim: str
    score: float
    standard_error: float
    failing_share: float
    opponent: str
    outcome: str
    reason: str
    round: float
    gain: float
    gain_other: float
    case: FailureCase | None


@dataclass(frozen=True, eq=False, repr=False)
class Failures(Origin):
    """What a stress test has found.

    Attributes
    ----------
    options : StressOptions
        What decided the rows beside the config and the seed.
    points : dict of str to int
        Points that were played in search of each aim.
    thresholds : dict of str to float
        Score of each aim from which a point counts as a failure.
    searching, played : int
        Negotiations of the search, and those of search and confirmation.
    map : pandas.DataFrame
        Every candidate with what became of it on fresh draws; see docs/stress.md.
    failures : tuple of StressFailure
        The confirmed ones, one a way to fail, the worst of each aim first.
    case_files : dict of str to bytes
        Content of the config of every case, by its file.
    """

    options: StressOptions
    points: Mapping[str, int]
    thresholds: Mapping[str, float]
    searching: int
    played: int
    map: pd.DataFrame
    failures: tuple[StressFailure, ...]
    case_files: Mapping[str, bytes]

    @property
    def side(self) -> str:
        """Seat of the tactic under test."""
        return self.options.side

    @property
    def tactic(self) -> str:
        """The tactic under test as its option, or its name in the config."""
        return self.options.tactic or str(getattr(self.config.tactics, self.side).name)

    @property
    def opponent(self) -> str:
        """The other side's seat."""
        return SIDES[1 - SIDES.index(self.side)]

    @property
    def aims(self) -> tuple[str, ...]:
        """What was searched for."""
        return tuple(self.points)

    @property
    def dropped(self) -> int:
        """Candidates that fresh draws did not confirm."""
        return int((~self.map["confirmed"].astype(bool)).sum())

    @property
    def negotiations(self) -> int:
        """Negotiations of search and confirmation."""
        return self.played

    def failures_of(self, aim: str) -> list[StressFailure]:
        """Failures of an aim, the worst first."""
        return [one for one in self.failures if one.aim == aim]

    def verdict(self) -> str:
        """One line: nothing found, or how many distinct failures, with the budget that was searched."""
        searched = f"{counted(sum(self.points.values()), 'point')}, {counted(self.searching, 'negotiation')}"
        if not self.failures:
            return f"nothing found in {searched}"
        return f"{counted(len(self.failures), 'distinct failure')} in {searched}"

    def headline(self) -> str:
        """Say which tactic was tested and what came of it."""
        return f"{readable(self.tactic)} for {SIDE_LABELS[self.side]} in {self.config.name}: {self.verdict()}"


def map_table(space: Space, findings: Sequence[Finding]) -> pd.DataFrame:
    """One row a finding: what was searched for, against whom, how talks end, and its score on fresh draws."""
    import pandas as pd

    limit = space.config.calendar.round_limit
    rows = []
    for one in findings:
        start = one.cell[1] * limit / space.round_bins
        rows.append(
            {
                "aim": one.aim,
                "opponent": one.opponent,
                "knobs": described(one.opponent, opponent_knobs(space, one)),
                "outcome": one.outcome,
                "reason": one.reason,
                "round": one.round,
                "round_from": 1 + start,
                "round_to": 1 + start + limit / space.round_bins,
                "searched": one.searched,
                "score": one.score,
                "error": one.error,
                "failing": one.failing,
                "confirmed": one.confirmed,
                "gain": one.own,
                "gain_other": one.other,
                "run": one.run,
            }
        )
    return pd.DataFrame(rows, columns=list(MAP_COLUMNS))


def distinct(candidates: pd.DataFrame) -> pd.DataFrame:
    """Of a map the worst confirmed row of each way to fail, in the order of the aims and then of the score."""
    aims = list(AIMS)
    rank = np.array([aims.index(aim) for aim in candidates["aim"]], dtype=np.int64)
    ranked = candidates.iloc[np.lexsort((-candidates["score"].to_numpy(dtype=np.float64), rank))]
    return ranked[ranked["confirmed"].astype(bool)].drop_duplicates(["aim", *_WAY])


def failures_of(candidates: pd.DataFrame, cases: Mapping[int, FailureCase]) -> list[StressFailure]:
    """Failures of a map, with the cases that were written of them by their places."""
    return [
        StressFailure(
            aim=row["aim"],
            score=row["score"],
            standard_error=row["error"],
            failing_share=row["failing"],
            opponent=row["knobs"],
            outcome=row["outcome"],
            reason=row["reason"],
            round=row["round"],
            gain=row["gain"],
            gain_other=row["gain_other"],
            case=cases.get(place),
        )
        for place, row in enumerate(distinct(candidates).to_dict("records"))
    ]
