"""Pictures of a calibration: parameters before and after, contraction, the record against draws, the split in time."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.config.meanings import meanings_of
from experiments.figures.kit.input_names import input_label, input_words
from experiments.figures.kit.style import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    PALE,
    SMALL_SIZE,
    finish_axes,
    headline,
    legend_below,
    new_figure,
    picture,
    shortened,
)
from experiments.labels import capitalised, counted, listed, scale_of, with_article
from experiments.questions.calibrate.findings import ERRORS, IDENTIFIED, changed
from experiments.questions.calibrate.text import axis_words, row_name, row_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from experiments.questions.calibrate.findings import Calibrated
    from sim.records import Floats

BINS: Final = 20

_COLUMNS: Final = 3
_ROW_HEIGHT: Final = 2.5
_NAME: Final = 34

#: Lowest contraction that is drawn; what lies below is drawn there.
_LOWEST: Final = -0.5

#: Rows of the split in time up to which each is drawn.
_MOST_ROWS: Final = 40

#: Days beside the first and last row, between prior and record, and dates that are named.
_MARGIN: Final = 3.0
_APART: Final = 0.8
_TICKS: Final = 5

_MARK_SIZE: Final = 6.0


@picture
def calibrated_parameters(
    shares: pd.DataFrame, config: str, identified: Collection[str], meanings: Mapping[str, str]
) -> Figure:
    """Draw how often each parameter lies where, before and after.

    Parameters
    ----------
    shares : pandas.DataFrame
        Columns ``path, unit, low, high, prior, posterior``: shares of both in bins of a parameter.
    config : str
        Name of the config.
    identified : collection of str
        Parameters that the record identifies.
    meanings : mapping
        What each parameter is, by its path.
    """
    paths = list(dict.fromkeys(shares["path"]))
    rows = math.ceil(len(paths) / _COLUMNS)
    figure = new_figure(1.5 + _ROW_HEIGHT * rows)
    panels = figure.subplots(rows, _COLUMNS, squeeze=False).ravel()
    for axes, path in zip(panels, paths, strict=False):
        part = shares[shares["path"] == path]
        unit = str(part["unit"].iloc[0])
        scale = scale_of(unit)
        edges = scale * np.append(part["low"].to_numpy(float), part["high"].iloc[-1])
        axes.stairs(100.0 * part["prior"].to_numpy(float), edges, fill=True, color=PALE, label="Prior")
        axes.stairs(100.0 * part["posterior"].to_numpy(float), edges, color=BLUE, linewidth=2.0, label="Posterior")
        weight = "bold" if path in identified else "normal"
        axes.set_title(
            input_label(path, meanings, width=_NAME, lines=3), fontsize=SMALL_SIZE, fontweight=weight, loc="left"
        )
        axes.set_xlabel("%" if scale != 1.0 else unit, fontsize=SMALL_SIZE)
        axes.set_ylabel("% of draws", fontsize=SMALL_SIZE)
        axes.set_ylim(bottom=0.0)
        finish_axes(axes)
    for axes in panels[len(paths) :]:
        axes.set_axis_off()
    what = (
        f"identifies {listed([with_article(input_words(one, meanings)) for one in identified])}"
        if identified
        else "identifies none of these parameters"
    )
    headline(figure, f"{config}: the record {what}")
    handles, labels = panels[0].get_legend_handles_labels()
    note = "In bold: parameters of whose prior variance the record takes away half or more."
    legend_below(figure, note, handles=handles, labels=labels, ncols=2)
    return figure


@picture
def contraction_bars(parameters: pd.DataFrame, config: str, meanings: Mapping[str, str]) -> Figure:
    """Draw the contraction of each parameter with three Monte Carlo errors, and that after regression adjustment.

    Parameters
    ----------
    parameters : pandas.DataFrame
        Columns ``path, contraction, error, adjusted_contraction``.
    config : str
        Name of the config.
    meanings : mapping
        What each parameter is, by its path.
    """
    order = parameters.sort_values("contraction", kind="stable")
    places = np.arange(len(order))
    figure = new_figure(2.2 + 0.55 * len(order))
    axes = figure.add_subplot()
    drawn = order["contraction"].clip(lower=_LOWEST).to_numpy(float)
    errors = ERRORS * order["error"].fillna(0.0).to_numpy(float)
    axes.barh(places, drawn, color=BLUE, height=0.6, label="Weighted draws")
    axes.errorbar(drawn, places, xerr=errors, fmt="none", ecolor=INK, elinewidth=1.2, capsize=3)
    moved = order["adjusted_contraction"].clip(lower=_LOWEST).to_numpy(float)
    known = ~np.isnan(moved)
    if known.any():
        axes.plot(moved[known], places[known], "D", color=ORANGE, markersize=_MARK_SIZE, label="Adjusted by regression")
    axes.axvline(0.0, color=MUTED, linewidth=1.0)
    axes.axvline(IDENTIFIED, color=MUTED, linewidth=1.0, linestyle=(0, (4, 2)))
    axes.set_yticks(places, [input_label(str(path), meanings) for path in order["path"]], fontsize=SMALL_SIZE)
    axes.set_xlim(min(-0.1, *(drawn - errors - 0.05)), 1.02)
    axes.set_xlabel("Contraction: 1 less posterior variance over prior variance")
    finish_axes(axes, grid="x")
    best = order.iloc[-1]
    text = f"{config}: the record says most of {with_article(input_words(str(best['path']), meanings))}"
    if float(best["contraction"]) <= ERRORS * float(np.nan_to_num(best["error"], nan=np.inf)):
        text = f"{config}: the record says nothing of these parameters beyond the error of the draws"
    headline(figure, text)
    note = "Dashed: from here on a parameter counts as identified. Lines: three Monte Carlo errors."
    legend_below(figure, note, ncols=2)
    return figure


@picture
def record_predicted(rows: pd.DataFrame, case: str, through: dt.date) -> Figure:
    """Draw what prior and posterior say at every dated row of a case, against the record.

    Parameters
    ----------
    rows : pandas.DataFrame
        Columns ``date, name, unit, low, value, high, open, fitted``, and with the prefixes ``prior_`` and
        ``posterior_`` the columns ``q05, q50, q95``.
    case : str
        The case.
    through : datetime.date
        Last day of what was fitted.
    """
    names = list(dict.fromkeys(rows["name"]))
    count = math.ceil(len(names) / 2)
    figure = new_figure(1.8 + 2.3 * count)
    panels = figure.subplots(count, 2, squeeze=False).ravel()
    # Days from the first row on, for an axis of dates would start anew in each panel.
    first = min(dt.date.fromisoformat(str(one)) for one in rows["date"])
    last = max(through, *(dt.date.fromisoformat(str(one)) for one in rows["date"]))
    days = np.array([(dt.date.fromisoformat(str(one)) - first).days for one in rows["date"]], dtype=np.float64)
    ticks = sorted({round(one) for one in np.linspace(0, (last - first).days, _TICKS)})
    for axes, name in zip(panels, names, strict=False):
        there = (rows["name"] == name).to_numpy()
        part = rows[there]
        _record_panel(axes, part, days[there], float((through - first).days))
        axes.set_xlim(-_MARGIN, (last - first).days + _MARGIN)
        axes.set_xticks(ticks, [_short(first + dt.timedelta(days=one)) for one in ticks])
        axes.set_title(capitalised(row_words(name)), fontsize=SMALL_SIZE, loc="left")
        axes.set_xlabel("Date", fontsize=SMALL_SIZE)
        axes.set_ylabel(axis_words(name, str(part["unit"].iloc[0])), fontsize=SMALL_SIZE)
    for axes in panels[len(names) :]:
        axes.set_axis_off()
    missed = int(_is_missed(rows).sum())
    headline(
        figure,
        f"{case}: {counted(len(rows), 'dated row')} of the record, {missed} outside what 90 % of the fitted draws say",
    )
    handles, labels = panels[0].get_legend_handles_labels()
    note = "Dashed: last day that was fitted. Bars: central 90 % of the draws with their median."
    legend_below(figure, note, handles=handles, labels=labels, ncols=3)
    return figure


def _short(day: dt.date) -> str:
    return f"{day.day} {day:%b}"


def _record_panel(axes: Axes, part: pd.DataFrame, days: Floats, through: float) -> None:
    """One issue: bars of prior and posterior beside each other at each date, and the record upon them."""
    scale = scale_of(str(part["unit"].iloc[0]))
    for prefix, colour, shift, label in (("prior", MUTED, -_APART, "Prior"), ("posterior", BLUE, _APART, "Posterior")):
        middle, low, high = (scale * part[f"{prefix}_{end}"].to_numpy(float) for end in ("q50", "q05", "q95"))
        axes.errorbar(
            days + shift, middle, yerr=np.stack([middle - low, high - middle]), fmt="o", color=colour,
            markersize=_MARK_SIZE - 2, elinewidth=3.0, alpha=0.75, label=label,
        )  # fmt: skip
    value, low, high = (scale * part[name].to_numpy(float) for name in ("value", "low", "high"))
    axes.errorbar(
        days, value, yerr=np.stack([value - low, high - value]), fmt="D", color=ORANGE, markeredgecolor=INK,
        ecolor=INK, markersize=_MARK_SIZE, elinewidth=1.2, capsize=3, label="Record",
    )  # fmt: skip
    axes.axvline(through, color=MUTED, linewidth=1.0, linestyle=(0, (4, 2)))
    finish_axes(axes)


def _is_missed(rows: pd.DataFrame) -> pd.Series:
    high = rows["high"].where(~rows["open"].astype(bool), np.inf)
    return (high < rows["posterior_q05"] - 1e-9) | (rows["low"] > rows["posterior_q95"] + 1e-9)


@picture
def time_split(rows: pd.DataFrame, config: str) -> Figure:
    """Draw the score of each held-out row before and after fitting, in widths of the row.

    Parameters
    ----------
    rows : pandas.DataFrame
        Held-out rows; columns ``case, date, name, width, prior_crps, prior_error, posterior_crps, posterior_error``.
    config : str
        Name of the config.
    """
    shown = rows.sort_values(["date", "case", "name"], kind="stable", ascending=False).tail(_MOST_ROWS)
    places = np.arange(len(shown))
    figure = new_figure(2.2 + 0.36 * len(shown))
    axes = figure.add_subplot()
    width = shown["width"].to_numpy(float)
    before, after = (shown[f"{when}_crps"].to_numpy(float) / width for when in ("prior", "posterior"))
    axes.hlines(places, before, after, color=PALE, linewidth=3.0)
    for values, when, colour, label in (
        (before, "prior", MUTED, "Prior"), (after, "posterior", BLUE, "Fitted"),
    ):  # fmt: skip
        errors = shown[f"{when}_error"].fillna(0.0).to_numpy(float) / width
        axes.errorbar(values, places, xerr=2.0 * errors, fmt="o", color=colour, markersize=_MARK_SIZE, label=label)
    names = [row_name(row) for row in shown.to_dict("records")]
    axes.set_yticks(places, [shortened(name, 52) for name in names], fontsize=SMALL_SIZE)
    axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
    axes.set_xlabel("CRPS in widths of the row; lower is better")
    finish_axes(axes, grid="x")
    better, worse = (int(one.sum()) for one in changed(rows))
    text = f"{config}: of {counted(len(rows), 'held-out row')} {better} predicted better once fitted, {worse} worse"
    headline(figure, text)
    legend_below(figure, "Lines: two Monte Carlo errors.", ncols=2)
    return figure


def bin_shares(priors: Mapping[str, np.ndarray], draws: Mapping[str, np.ndarray], weights: np.ndarray) -> pd.DataFrame:
    """Shares of prior and posterior in bins of each parameter that together hold both.

    Parameters
    ----------
    priors : mapping
        Values of each prior at evenly spaced probabilities, by path.
    draws : mapping
        Weighted draws of the same parameters.
    weights : numpy.ndarray
        Their weights.
    """
    found = []
    for path, prior in priors.items():
        own = draws[path]
        edges = np.linspace(min(prior.min(), own.min()), max(prior.max(), own.max()), BINS + 1)
        before = np.histogram(prior, edges)[0] / len(prior)
        after = np.histogram(own, edges, weights=weights)[0] / weights.sum()
        found += [(path, *row) for row in zip(edges[:-1], edges[1:], before, after, strict=True)]
    return pd.DataFrame(found, columns=["path", "low", "high", "prior", "posterior"])


def drawings_of(result: Calibrated) -> dict[str, Callable[[], Figure | None]]:
    """How each picture of a calibration is drawn, by name."""
    config = result.config.name
    drawings: dict[str, Callable[[], Figure | None]] = {
        "calibrated_parameters": partial(_parameters, result),
        "contraction_bars": lambda: contraction_bars(result.parameters, config, meanings_of(result.config)),
    }
    through = result.weights.fitted.fitted_through
    for case in result.weights.fitted.cases:
        rows = result.rows[(result.rows["case"] == case) & result.rows["posterior_q50"].notna()]
        if len(rows):
            drawings[f"record_predicted.{case}"] = partial(record_predicted, rows, case, through)
    held = result.held_rows.dropna(subset=["prior_crps", "posterior_crps"])
    drawings["time_split"] = lambda: time_split(held, config) if len(held) else None
    return drawings


def _parameters(result: Calibrated) -> Figure:
    from experiments.questions.calibrate.parameters import prior_values, shares_of, with_priors

    paths: Sequence[str] = result.weights.paths
    base = with_priors(result.config, paths)
    priors = prior_values(base, paths)
    # Draws stand in the table as shares of the partner's amounts.
    amounts = 1.0 / shares_of(base, paths, np.ones((1, len(paths))))[0]
    own = result.weights.values * amounts
    shares = bin_shares(
        {path: priors[:, place] for place, path in enumerate(paths)},
        {path: own[:, place] for place, path in enumerate(paths)},
        result.weights.weights,
    )
    units: dict[Any, Any] = result.parameters.set_index("path")["unit"].to_dict()
    shares["unit"] = shares["path"].map(units)
    return calibrated_parameters(shares, result.config.name, result.identified, meanings_of(result.config))


FIGURES: Final[dict[str, Callable[..., Figure]]] = {
    "calibrated_parameters": calibrated_parameters,
    "contraction_bars": contraction_bars,
    "record_predicted": record_predicted,
    "time_split": time_split,
}
