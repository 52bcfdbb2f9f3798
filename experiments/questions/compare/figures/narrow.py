"""The picture of a comparison as a phone shows it: endings first, then every issue below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.style import NARROW, SMALL_SIZE, TIGHT_LEGEND, legend_below, new_figure, picture
from experiments.questions.compare.effects import OUTCOME_COLUMNS, SPREAD_COLUMNS, VALUE_COLUMNS
from experiments.questions.compare.figures.comparison import (
    SPREAD_KEYS,
    difference_keys,
    differences,
    endings,
    outcome_keys,
    panel,
    panels_of,
    runs_of,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@picture
def narrow_endings(outcomes: pd.DataFrame, spreads: pd.DataFrame) -> Figure:
    """Draw how talks end in each run.

    Parameters
    ----------
    outcomes, spreads : pandas.DataFrame
        As :func:`experiments.questions.compare.figures.comparison.comparison` takes them.
    """
    need_columns(outcomes, OUTCOME_COLUMNS, "outcomes")
    need_columns(spreads, SPREAD_COLUMNS, "spreads")
    labels = runs_of(spreads)
    keys = outcome_keys(outcomes)
    figure = new_figure(0.3 * len(labels) + 0.2 * -(-len(keys) // 3) + 0.85, NARROW)
    axes = figure.subplots()
    endings(axes, outcomes, labels)
    _small(axes)
    legend_below(figure, handles=keys, ncols=3, **TIGHT_LEGEND)
    return figure


@picture
def narrow_differences(outcomes: pd.DataFrame, spreads: pd.DataFrame) -> Figure:
    """Draw how far the share of each ending lies from that of the base.

    Parameters
    ----------
    outcomes, spreads : pandas.DataFrame
        As :func:`experiments.questions.compare.figures.comparison.comparison` takes them.
    """
    need_columns(outcomes, OUTCOME_COLUMNS, "outcomes")
    need_columns(spreads, SPREAD_COLUMNS, "spreads")
    labels = runs_of(spreads)
    keys = difference_keys(outcomes, labels)
    rows = len(dict.fromkeys(outcomes["outcome"])) * (0.24 + 0.08 * (len(labels) - 2))
    figure = new_figure(rows + 0.2 * -(-len(keys) // 2) + 0.9, NARROW)
    axes = figure.subplots()
    differences(axes, outcomes, labels)
    _small(axes)
    if keys:
        legend_below(figure, handles=keys, ncols=2, **TIGHT_LEGEND)
    return figure


@picture
def narrow_deals(values: pd.DataFrame, spreads: pd.DataFrame) -> Figure:
    """Draw what is agreed on every issue and what it brings, one panel below the other.

    Parameters
    ----------
    values, spreads : pandas.DataFrame
        As :func:`experiments.questions.compare.figures.comparison.comparison` takes them; some run has a deal.
    """
    need_columns(values, VALUE_COLUMNS, "values")
    need_columns(spreads, SPREAD_COLUMNS, "spreads")
    panels = panels_of(spreads)
    runs = len(runs_of(spreads))
    figure = new_figure(len(panels) * (0.95 + 0.25 * runs) + 0.6, NARROW)
    for axes, about in zip(np.atleast_1d(figure.subplots(len(panels), 1)), panels, strict=True):
        panel(axes, about, values, spreads, named=True)
        axes.set_ylabel("")
    legend_below(figure, handles=[*SPREAD_KEYS], ncols=2, **TIGHT_LEGEND)
    return figure


def _small(axes: Axes) -> None:
    axes.set_title(axes.get_title(loc="left"), fontsize=SMALL_SIZE)
    axes.set_xlabel(axes.get_xlabel(), fontsize=SMALL_SIZE)
