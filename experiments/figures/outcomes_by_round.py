"""How and when talks end: the share of runs by outcome, accumulated over the rounds."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.style import (
    INK,
    MUTED,
    OUTCOME_COLOURS,
    MarginLabel,
    finish_axes,
    headline,
    margin_labels,
    new_figure,
    picture,
    shortened,
)
from experiments.labels import AGREEMENT, counted, every, inside, ordered_outcomes, outcome_label, share_of

_HEIGHT = 5.2


@picture
def outcomes_by_round(runs: pd.DataFrame) -> Figure:
    """Draw the share of runs that ended in each outcome by each round, stacked, with the counts beside it.

    Parameters
    ----------
    runs : pandas.DataFrame
        Columns ``outcome, round``.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need_columns(runs, ("outcome", "round"), "runs")
    figure = new_figure(_HEIGHT)
    axes = figure.add_subplot()
    last = int(runs["round"].max()) if len(runs) else 1
    edges = np.arange(0.5, last + 1.5)
    bottom, labels = np.zeros(last), []
    for outcome in ordered_outcomes(runs["outcome"].astype(object)):
        ends = runs.loc[runs["outcome"] == outcome, "round"].to_numpy()
        share = 100.0 * np.cumsum(np.bincount(ends.astype(int), minlength=last + 1)[1:]) / len(runs)
        axes.stairs(
            bottom + share, edges, baseline=bottom, fill=True, label=outcome_label(outcome),
            facecolor=OUTCOME_COLOURS.get(outcome, MUTED), edgecolor="white", linewidth=0.8,
        )  # fmt: skip
        text = f"{shortened(outcome_label(outcome))}: {len(ends):,} ({share_of(len(ends), len(runs))})"
        labels.append(MarginLabel(float(bottom[-1] + share[-1] / 2), text))
        bottom = bottom + share
    axes.stairs(bottom, edges, color=INK, linewidth=1.2, baseline=None)
    axes.set_xlim(0.5, last + 0.5)
    axes.set_ylim(0, 100)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=12, integer=True, min_n_ticks=1))
    finish_axes(axes)
    axes.set_xlabel("Round")
    axes.set_ylabel("Runs that have ended, %")
    margin_labels(axes, labels, 0.72 * _HEIGHT)
    headline(figure, _title(runs), "Empty above the line: runs still at the table.")
    return figure


def _title(runs: pd.DataFrame) -> str:
    total = len(runs)
    if total == 0:
        return "No runs"
    deals = runs.loc[runs["outcome"] == AGREEMENT, "round"]
    if len(deals) == 0:
        ends = runs["outcome"].astype(object).value_counts()
        shares = [f"{inside(outcome_label(str(end)))} {share_of(int(count), total)}" for end, count in ends[:3].items()]
        return f"No deal in {counted(total, 'run')}: {', '.join(shares)}"
    half = int(deals.quantile(0.5, interpolation="higher"))
    share = every(total, "run") if len(deals) == total else f"{share_of(len(deals), total)} of {counted(total, 'run')}"
    return f"A deal in {share}; {'half of the deals are' if len(deals) > 1 else 'it is'} made by round {half}"
