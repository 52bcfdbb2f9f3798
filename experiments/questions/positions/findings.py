"""What was found of a table of positions: below the result, for text and figures to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.positions.averages import weighted_mean, weighted_median

if TYPE_CHECKING:
    import pandas as pd

    from experiments.positions.table import IssuePositions, PositionTable
    from experiments.store.manifest import Manifest


@dataclass(frozen=True, eq=False, repr=False)
class PositionFindings:
    """Answers of every forecaster, and what lies behind them.

    Attributes
    ----------
    table : PositionTable
        The positions.
    manifest : Manifest
        What was requested, and with what code.
    folder : str or None
        Directory of the answer, where one was named.
    forecasts : pandas.DataFrame
        ``issue, forecaster, value, low, high``, where only the exchange has a range: over the orders of trades that
        bring the same gain; NaN where there is no answer.
    noise : pandas.DataFrame
        ``issue, forecaster, deviation, low, median, high, far, without``, see
        :func:`experiments.questions.positions.noise.noise_table`.
    paths : pandas.DataFrame
        ``issue, reading, round, actor, position, risk, kind, towards`` of the expected-utility model.
    chain : pandas.DataFrame
        ``issue, position, share``: long-run law of the Condorcet chain.
    trades : pandas.DataFrame
        ``giver, taker, first, second, first_shift, second_shift, gain``: exchanges that are made, best first.
    draws : int
        Draws at each deviation.
    every_order : bool
        Whether all orders of trades that bring the same gain were tried.
    """

    table: PositionTable
    manifest: Manifest
    folder: str | None
    forecasts: pd.DataFrame
    noise: pd.DataFrame
    paths: pd.DataFrame
    chain: pd.DataFrame
    trades: pd.DataFrame
    draws: int
    every_order: bool

    def answer(self, issue: str, forecaster: str) -> float:
        """Answer of a forecaster on an issue."""
        rows = self.forecasts[(self.forecasts["issue"] == issue) & (self.forecasts["forecaster"] == forecaster)]
        return float(rows["value"].iloc[0])


def rounds_table(paths: pd.DataFrame, issue: IssuePositions) -> pd.DataFrame:
    """Weighted median and mean of the positions after each round on one issue, and how many actors moved in it.

    Parameters
    ----------
    paths : pandas.DataFrame
        ``issue, reading, round, actor, position, kind``.
    issue : IssuePositions
        The issue, whose weights count.

    Returns
    -------
    pandas.DataFrame
        ``reading, round, median, mean, moved``.
    """
    import pandas as pd

    rows = []
    own = paths[paths["issue"] == issue.name]
    for (reading, number), group in own.groupby(["reading", "round"], sort=False):
        positions = group["position"].to_numpy(np.float64)
        median, mean = (float(one(positions, issue.weight)) for one in (weighted_median, weighted_mean))
        rows.append((reading, number, median, mean, int((group["kind"] != "stays").sum())))
    return pd.DataFrame(rows, columns=["reading", "round", "median", "mean", "moved"])
