"""The answer of a stress test, and how it is read from its directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any, final

from experiments.lab.measures import AIMS
from experiments.labels import readable
from experiments.questions.stress.failures import MAP, MAP_COLUMNS, FailureCase, Failures, StressOptions, failures_of
from experiments.report.result import Result

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.report.blocks import Block
    from experiments.store.reading import Finished


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
    options = StressOptions(**{field.name: found.setting(field.name) for field in fields(StressOptions)})
    points, thresholds = dict(found.result("points")), dict(found.result("thresholds"))
    for aim in points:
        if aim not in AIMS or aim not in thresholds:
            raise found.unreadable(f"its results have points of {aim}, which this version does not know")
    table = found.table(MAP, MAP_COLUMNS)
    cases = _cases(found)
    failures = tuple(failures_of(table, cases))
    if cases.keys() - set(range(len(failures))):
        raise found.unreadable(f"it has a case of failure {max(cases)} of {len(failures)}")
    return StressResult(
        found.config,
        found.manifest,
        found.folder,
        options=replace(options, aims=tuple(options.aims), thresholds=tuple(options.thresholds)),
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
            raise found.unreadable("its cases do not say what this version writes")
        cases[int(one["failure"])] = FailureCase(**{name: one[name] for name in names})
    return cases
