"""The answer of a comparison of grids, and how it is read back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

from experiments.config.own_tactics import EngineName
from experiments.labels import counted, percent
from experiments.questions.grid.comparison import (
    CONSTRAINTS,
    DIFFERENCE_COLUMNS,
    GAIN,
    GRIDS,
    LEVEL_COLUMNS,
    OUTCOME_COLUMNS,
    GridComparison,
)
from experiments.questions.grid.text import blocks
from experiments.report.result import Result
from experiments.store.surroundings import Record
from experiments.store.tables import table_file
from experiments.store.typed import Count, Number

if TYPE_CHECKING:
    import pandas as pd

    from experiments.report.blocks import Block
    from experiments.store.reading import Finished

LEVELS: Final = table_file("levels")
OUTCOMES: Final = table_file("outcomes")
DIFFERENCES: Final = table_file("differences")
CONSTRAINTS_FILE: Final = table_file("constraints")


class GridSettings(Record):
    """What is asked beside config and seed."""

    runs: Number
    engine: EngineName


class GridResults(Record):
    """Runs that end otherwise on the other grid, and those that agree on both."""

    changed: Count
    agreed: Count


@final
@dataclass(frozen=True, eq=False, repr=False)
class GridResult(GridComparison, Result):
    """The answer of a comparison of grids; its tables and numbers are those of :class:`GridComparison`."""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables ``levels``, ``outcomes``, ``differences`` and ``constraints``."""
        return {
            "levels": self.levels,
            "outcomes": self.outcomes,
            "differences": self.differences,
            "constraints": self.constraints,
        }

    @property
    def negotiations(self) -> int:
        """Runs on both grids."""
        return len(GRIDS) * self.runs

    def headline(self) -> str:
        """Say how many runs end otherwise."""
        runs = counted(self.runs, "run")
        return f"{runs} of {self.config.name} on two grids, {percent(self.changed_share)} with another outcome"

    def blocks(self) -> Sequence[Block]:
        """The conclusion and the table."""
        return tuple(blocks(self))

    def plain(self) -> dict[str, Any]:
        """Every figure as plain data; a figure that does not exist is None."""
        low, high = self.changed_interval()
        counts = {name: [*pair] for name, *pair in self.outcomes.itertuples(index=False)}
        return {
            "config": self.config.name,
            "runs": self.runs,
            "seed": self.seed,
            "levels": {path: [*map(int, pair)] for path, *pair in self.levels.itertuples(index=False)},
            "outcome_shares": {name: [count / self.runs for count in pair] for name, pair in counts.items()},
            "outcome_differs": {"runs": self.changed, "share": self.changed_share, "low": low, "high": high},
            "agree_on_both": self.agreed,
            "issues": _plain(self.issues),
            "gains": _plain(self.gains),
            "inputs": {grid: self.inputs(grid) for grid in GRIDS},
        }


def _plain(differences: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return {
        str(row["quantity"]).removeprefix(GAIN): {
            "unit": row["unit"],
            "means": [_or_none(row[grid]) for grid in GRIDS],
            "mean_difference": _or_none(row["mean"]),
            "percentile_95": _or_none(row["percentile_95"]),
        }
        for row in differences.to_dict("records")
    }


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def read(found: Finished) -> GridResult:
    """Read the answer of a finished comparison."""
    settings, results = found.settings(GridSettings), found.results(GridResults)
    for name, count in results.model_dump().items():
        if count > settings.runs:
            raise found.unreadable(f"its results say {name} {count:,}, of {counted(settings.runs, 'run')}")
    return GridResult(
        config=found.config,
        manifest=found.manifest,
        levels=found.table(LEVELS, LEVEL_COLUMNS, texts=("issue",)),
        outcomes=found.table(OUTCOMES, OUTCOME_COLUMNS, texts=("outcome",)),
        differences=found.table(DIFFERENCES, DIFFERENCE_COLUMNS, texts=("quantity", "unit")),
        constraints=found.table(CONSTRAINTS_FILE, CONSTRAINTS, texts=("grid", "issue", "constraint", "words")),
        changed=results.changed,
        agreed=results.agreed,
        folder=found.folder,
    )
