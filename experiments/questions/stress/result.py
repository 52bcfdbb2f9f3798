"""The answer of a stress test, and how it is read from its directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, final

from pydantic import ConfigDict, FiniteFloat

from experiments.lab.measures import AIMS, AimName
from experiments.labels import readable
from experiments.questions.stress.failures import MAP, MAP_COLUMNS, FailureCase, Failures, StressOptions, failures_of
from experiments.report.result import Result
from experiments.store.surroundings import Record
from experiments.store.typed import Count

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.report.blocks import Block
    from experiments.store.reading import Finished


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenCase(FailureCase):
    """A case in the manifest, with the place of its failure among all."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    failure: Count

    def alone(self) -> FailureCase:
        """The case without its place."""
        return FailureCase(**{one.name: getattr(self, one.name) for one in fields(FailureCase)})


class StressResults(Record):
    """Numbers of a stress test that stand in no table, and its cases."""

    points: dict[AimName, Count]
    negotiations_of_search: Count
    negotiations: Count
    thresholds: dict[AimName, FiniteFloat]
    cases: tuple[WrittenCase, ...]


@final
class StressResult(Failures, Result):
    """The answer of a stress test."""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Table ``map`` of every candidate."""
        return {"map": self.map}

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
    options, results = found.settings(StressOptions), found.results(StressResults)
    if lacking := [aim for aim in results.points if aim not in results.thresholds]:
        raise found.unreadable(f"its results lack thresholds.{lacking[0]}")
    table = found.table(MAP, MAP_COLUMNS)
    cases = {one.failure: one.alone() for one in results.cases}
    failures = tuple(failures_of(table, cases))
    if cases.keys() - set(range(len(failures))):
        raise found.unreadable(f"it has a case of failure {max(cases)} of {len(failures)}")
    return StressResult(
        found.config,
        found.manifest,
        found.folder,
        options=options,
        points={str(aim): count for aim, count in results.points.items()},
        thresholds={str(aim): score for aim, score in results.thresholds.items()},
        searching=results.negotiations_of_search,
        played=results.negotiations,
        map=table,
        failures=failures,
        case_files={case.file: found.content(case.file) for case in cases.values()},
    )
