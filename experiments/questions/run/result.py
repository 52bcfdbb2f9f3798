"""Tables of a finished run, for notebooks and scripts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.config.model import Config
from experiments.questions.run.job import default_folder
from experiments.store.directory import FIGURES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.questions.run.summary import Summary


@dataclass(frozen=True, eq=False)
class RunResult:
    """The tables of a finished run.

    Attributes
    ----------
    config : Config
        What was negotiated.
    runs : pandas.DataFrame
        One row per negotiation.
    trajectories : pandas.DataFrame
        One row per run, round, side and issue; of a sample of runs unless all were asked for.
    digest : str
        What ``winset hash`` prints: equal digests mean equal results.
    folder : pathlib.Path or None
        Directory of the run, where one was named.
    """

    config: Config
    runs: pd.DataFrame
    trajectories: pd.DataFrame
    digest: str
    folder: Path | None

    def summary(self) -> Summary:
        """Shares of the outcomes with intervals, and quantiles of package and gains."""
        from experiments.questions.run.summary import summarise

        return summarise(self.runs)

    def figures(self) -> dict[str, Figure]:
        """Draw the pictures, by name."""
        from experiments.questions.run.figures import figures_of

        return figures_of(self.config, self.runs, self.trajectories)

    def save_figures(self, folder: str | Path | None = None) -> list[Path]:
        """Draw the pictures into `folder`, by default into that of the run, and return their files."""
        from experiments.questions.run.figures import draw_all

        place = Path(folder) if folder is not None else (self.folder or default_folder(self.config)) / FIGURES
        return draw_all(self.config, self.runs, self.trajectories, place)
