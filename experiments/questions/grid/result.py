"""What came out of a comparison of grids: how often outcomes change, and how far packages and gains move."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

from experiments.labels import counted, percent
from experiments.report.result import Result
from experiments.statistics.intervals import wilson_interval

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config
    from experiments.report.blocks import Block
    from experiments.store.manifest import Manifest
    from experiments.store.reading import Finished

LEVELS: Final = "levels.csv"
OUTCOMES: Final = "outcomes.csv"
DIFFERENCES: Final = "differences.csv"

#: Columns of both grids, the config's own first.
GRIDS: Final = ("own", "halved")
LEVEL_COLUMNS: Final = ("issue", *GRIDS)
OUTCOME_COLUMNS: Final = ("outcome", *GRIDS)
DIFFERENCE_COLUMNS: Final = ("quantity", "unit", *GRIDS, "mean", "percentile_95")

_GAIN: Final = "gain."


@final
@dataclass(frozen=True, eq=False, repr=False)
class GridResult(Result):
    """The same runs on two grids, the config's own first.

    Attributes
    ----------
    config : Config
        What was negotiated.
    folder : str or None
        Directory of the answer, where one was named.
    manifest : Manifest
        What was asked for, and with what code.
    levels : pandas.DataFrame
        ``issue, own, halved``: levels of each issue on both grids, by the issue's path in the config.
    outcomes : pandas.DataFrame
        ``outcome, own, halved``: how often talks ended in each way.
    differences : pandas.DataFrame
        ``quantity, unit, own, halved, mean, percentile_95``: for each issue and each government's gain over its
        walk-away, over the runs that agree on both grids, the mean on each grid, and the mean and the 95th percentile
        of the absolute differences run by run; NaN without such runs.
    changed, agreed : int
        Runs that end in another way on the halved grid, and runs that agree on both.
    """

    config: Config
    folder: str | None
    manifest: Manifest
    levels: pd.DataFrame
    outcomes: pd.DataFrame
    differences: pd.DataFrame
    changed: int
    agreed: int

    @property
    def runs(self) -> int:
        """Number of runs on each grid."""
        return int(self.manifest.settings["runs"])

    @property
    def changed_share(self) -> float:
        """Share of the runs that end in another way on the halved grid."""
        return self.changed / self.runs

    def changed_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Wilson interval of :attr:`changed_share`."""
        return wilson_interval(self.changed, self.runs, level)

    @property
    def issues(self) -> pd.DataFrame:
        """Differences of the issues."""
        return self.differences[~self.differences["quantity"].str.startswith(_GAIN)]

    @property
    def gains(self) -> pd.DataFrame:
        """Differences of the governments' gains."""
        return self.differences[self.differences["quantity"].str.startswith(_GAIN)]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables ``levels``, ``outcomes`` and ``differences``."""
        return {"levels": self.levels, "outcomes": self.outcomes, "differences": self.differences}

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
        from experiments.questions.grid.text import blocks

        return tuple(blocks(self))

    def plain(self) -> dict[str, Any]:
        """Every figure as plain data; a figure that does not exist is None."""
        low, high = self.changed_interval()
        counts = {name: [*pair] for name, *pair in self.outcomes.itertuples(index=False)}
        return {
            "config": self.config.name,
            "runs": self.runs,
            "seed": self.manifest.seed,
            "levels": {path: [*map(int, pair)] for path, *pair in self.levels.itertuples(index=False)},
            "outcome_shares": {name: [count / self.runs for count in pair] for name, pair in counts.items()},
            "outcome_differs": {"runs": self.changed, "share": self.changed_share, "low": low, "high": high},
            "agree_on_both": self.agreed,
            "issues": _plain(self.issues),
            "gains": _plain(self.gains),
        }


def _plain(differences: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return {
        str(row["quantity"]).removeprefix(_GAIN): {
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
    return GridResult(
        config=found.config,
        folder=found.folder,
        manifest=found.manifest,
        levels=found.table(LEVELS, LEVEL_COLUMNS, texts=("issue",)),
        outcomes=found.table(OUTCOMES, OUTCOME_COLUMNS, texts=("outcome",)),
        differences=found.table(DIFFERENCES, DIFFERENCE_COLUMNS, texts=("quantity", "unit")),
        changed=int(found.result("changed")),
        agreed=int(found.result("agreed")),
    )
