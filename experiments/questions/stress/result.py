"""What a stress test has found: the map of failures, the failures that held, and the cases that replay them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from experiments.lab.measures import AIMS
from experiments.lab.seats import described
from experiments.labels import SIDE_LABELS, counted, readable
from experiments.questions.stress.findings import Finding, opponent_knobs
from experiments.report.result import Result
from experiments.store.manifest import MANIFEST
from sim.issues import SIDES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.config.model import Config
    from experiments.lab.space import Space
    from experiments.report.blocks import Block
    from experiments.store.manifest import Manifest
    from experiments.store.reading import Finished

#: The map of failures, and its columns in their order.
MAP: Final = "map.parquet"
MAP_COLUMNS: Final = (
    "aim", "opponent", "knobs", "outcome", "reason", "round", "round_from", "round_to", "searched", "score", "error",
    "failing", "confirmed", "gain", "gain_other", "run",
)  # fmt: skip

#: What makes a failure another one, beside its aim.
_WAY: Final = ("opponent", "outcome", "reason")

#: Settings that a stress test has, beside its config and its seed.
SETTINGS: Final = ("side", "tactic", "against", "aims", "thresholds", "budget", "draws", "fresh", "cases", "map")


@final
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


@final
@dataclass(frozen=True, eq=False, repr=False)
class StressResult(Result):
    """What a stress test has found.

    Attributes
    ----------
    config : Config
        What was negotiated.
    manifest : Manifest
        What was asked for, and with what code.
    folder : str or None
        Directory of the answer, where one was named.
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

    config: Config
    manifest: Manifest
    folder: str | None
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
        return str(self.setting("side"))

    @property
    def tactic(self) -> str:
        """The tactic under test as its option, or its name in the config."""
        return str(self.setting("tactic") or getattr(self.config.tactics, self.side).name)

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
    def tables(self) -> dict[str, pd.DataFrame]:
        """Table ``map`` of every candidate."""
        return {"map": self.map}

    @property
    def negotiations(self) -> int:
        """Negotiations of search and confirmation."""
        return self.played

    def setting(self, name: str) -> Any:
        """One of the settings that decide the rows."""
        return self.manifest.settings[name]

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

    def blocks(self) -> Sequence[Block]:
        """What was found of each kind, every way to fail, and how it was searched."""
        from experiments.questions.stress.text import blocks

        return tuple(blocks(self))

    def plain(self) -> dict[str, Any]:
        """Everything that is printed, as plain data."""
        return {
            "config": self.config.name,
            "side": self.side,
            "verdict": self.verdict(),
            "points": dict(self.points),
            "negotiations_of_search": self.searching,
            "negotiations": self.negotiations,
            "thresholds": {aim: {"value": value, "unit": AIMS[aim].unit} for aim, value in self.thresholds.items()},
            "candidates": len(self.map),
            "dropped": self.dropped,
            "failures": [asdict(one) for one in self.failures],
        }

    def drawings(self) -> Mapping[str, Callable[[], Figure | None]]:
        """The map of failures."""
        from experiments.questions.stress.figures import failure_map

        return {"failure_map": lambda: failure_map(self.map, readable(self.tactic), self.verdict())}


def read(found: Finished) -> StressResult:
    """Read the answer of a finished stress test."""
    found.need_own_tactics()
    for name in SETTINGS:
        found.setting(name)
    points, thresholds = dict(found.result("points")), dict(found.result("thresholds"))
    for aim in points:
        if aim not in AIMS or aim not in thresholds:
            raise found.damaged(MANIFEST, f"its results have points of {aim}, which this version does not know")
    table = found.table(MAP, MAP_COLUMNS)
    cases = _cases(found)
    failures = tuple(failures_of(table, cases))
    if cases.keys() - set(range(len(failures))):
        raise found.damaged(MANIFEST, f"it has a case of failure {max(cases)} of {len(failures)}")
    return StressResult(
        found.config,
        found.manifest,
        found.folder,
        points=points,
        thresholds=thresholds,
        searching=int(found.result("negotiations_of_search")),
        played=int(found.result("negotiations")),
        map=table,
        failures=failures,
        case_files={case.file: found.content(case.file) for case in cases.values()},
    )


def _cases(found: Finished) -> dict[int, FailureCase]:
    """Cases that were written, by their place among the failures."""
    names = {field.name for field in fields(FailureCase)}
    cases = {}
    for one in found.result("cases"):
        if one.keys() != names | {"failure"}:
            raise found.damaged(MANIFEST, "its cases do not say what this version writes")
        cases[int(one["failure"])] = FailureCase(**{name: one[name] for name in names})
    return cases


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
