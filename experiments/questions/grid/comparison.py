"""Two grids compared: how often outcomes change, and how far packages and gains move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from experiments.report.origin import Origin
from experiments.statistics.intervals import wilson_interval
from experiments.story.constraints import CONSTRAINT_COLUMNS, input_sentences

if TYPE_CHECKING:
    import pandas as pd


#: Columns of both grids, the config's own first.
GRIDS: Final = ("own", "halved")
LEVEL_COLUMNS: Final = ("issue", *GRIDS)
OUTCOME_COLUMNS: Final = ("outcome", *GRIDS)
DIFFERENCE_COLUMNS: Final = ("quantity", "unit", *GRIDS, "mean", "percentile_95")

CONSTRAINTS: Final = ("grid", *CONSTRAINT_COLUMNS)

#: What the gain of a side is called among the quantities.
GAIN: Final = "gain."


@dataclass(frozen=True, eq=False, repr=False)
class GridComparison(Origin):
    """The same runs on two grids, the config's own first.

    Attributes
    ----------
    levels : pandas.DataFrame
        ``issue, own, halved``: levels of each issue on both grids, by the issue's path in the config.
    outcomes : pandas.DataFrame
        ``outcome, own, halved``: how often talks ended in each way.
    differences : pandas.DataFrame
        ``quantity, unit, own, halved, mean, percentile_95``: for each issue and each government's gain over its
        walk-away, over the runs that agree on both grids, the mean on each grid, and the mean and the 95th percentile
        of the absolute differences run by run; NaN without such runs.
    constraints : pandas.DataFrame
        ``grid, issue, constraint, count, share, words``: the runs that agree on both grids by the constraint that each
        issue sits on, on each grid; see :func:`experiments.story.constraints.count_constraints`.
    changed, agreed : int
        Runs that end in another way on the halved grid, and runs that agree on both.
    """

    levels: pd.DataFrame
    outcomes: pd.DataFrame
    differences: pd.DataFrame
    constraints: pd.DataFrame
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

    def inputs(self, grid: str) -> dict[str, str]:
        """What is said of each issue whose value is put in on a grid, by issue."""
        return input_sentences(self.constraints[(self.constraints["grid"] == grid).to_numpy()])

    @property
    def issues(self) -> pd.DataFrame:
        """Differences of the issues."""
        return self.differences[~self.differences["quantity"].str.startswith(GAIN)]

    @property
    def gains(self) -> pd.DataFrame:
        """Differences of the governments' gains."""
        return self.differences[self.differences["quantity"].str.startswith(GAIN)]
