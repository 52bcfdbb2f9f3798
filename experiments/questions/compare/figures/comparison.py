"""Endings and agreed values of all runs in one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.style import (
    BLUE,
    BLUISH_GREEN,
    INK,
    MUTED,
    ORANGE,
    OUTCOME_COLOURS,
    REDDISH_PURPLE,
    SMALL_SIZE,
    VERMILLION,
    finish_axes,
    headline,
    legend_below,
    minus,
    new_figure,
    picture,
    shortened,
    tidy,
    wrapped,
)
from experiments.labels import (
    AGREEMENT,
    SIDE_LABELS,
    aligned,
    axis_label,
    fixed,
    listed,
    ordered_issues,
    outcome_label,
    percent,
    plain,
    scale_of,
)
from experiments.questions.compare.comparison import is_clear, of_run
from experiments.questions.compare.effects import OUTCOME_COLUMNS, SPREAD_COLUMNS, VALUE_COLUMNS
from sim.issues import SIDES

if TYPE_CHECKING:
    pass

#: Colours of the runs, the base first; each run is also named beside its mark.
_RUN_COLOURS: Final = (MUTED, BLUE, VERMILLION, BLUISH_GREEN, ORANGE, REDDISH_PURPLE)
_COLUMNS: Final = 3
_NAME: Final = 18

#: Room for a mark among several in one row, in rows.
_ROW: Final = 0.8


@picture
def comparison(outcomes: pd.DataFrame, values: pd.DataFrame, spreads: pd.DataFrame, note: str = "") -> Figure:
    """Draw how talks end in each run, how far shares differ from the base, and what is agreed on every issue.

    Parameters
    ----------
    outcomes, values, spreads : pandas.DataFrame
        As in :class:`experiments.questions.compare.comparison.RunComparison`; the first run of `spreads` is the base.
    note : str
        What is said of agreed values that are put in, written below.
    """
    need_columns(outcomes, OUTCOME_COLUMNS, "outcomes")
    need_columns(values, VALUE_COLUMNS, "values")
    need_columns(spreads, SPREAD_COLUMNS, "spreads")
    labels = runs_of(spreads)
    panels = panels_of(spreads)
    rows = max(1, -(-len(panels) // _COLUMNS))
    kinds = len(dict.fromkeys(outcomes["outcome"]))
    top = max(1.0 + 0.3 * len(labels), 0.9 + (0.18 + 0.1 * (len(labels) - 1)) * kinds)
    lower = 0.95 + 0.3 * len(labels)
    figure = new_figure(top + rows * lower + 2.3)
    whole = figure.add_gridspec(2, 1, height_ratios=[top, rows * lower])
    ends = whole[0].subgridspec(1, 2)
    endings(figure.add_subplot(ends[0]), outcomes, labels)
    differences(figure.add_subplot(ends[1]), outcomes, labels)
    grid = whole[1].subgridspec(rows, _COLUMNS)
    for place, (kind, name, unit) in enumerate(panels):
        row, column = divmod(place, _COLUMNS)
        panel(figure.add_subplot(grid[row, column]), (kind, name, unit), values, spreads, named=column == 0)
    if len(labels) == 2 and bool(values["difference"].notna().any()):
        note = f"{_BELOW_NAMES} {note}".strip()
    legend_below(figure, note, handles=_legend(outcomes, labels), ncols=4)
    headline(figure, _title(outcomes, labels))
    return figure


#: What stands below the name of a panel.
_BELOW_NAMES: Final = (
    "Below each name: how far the means differ, with the 95 % interval, in the unit of the axis (of rates in points)."
)


def runs_of(spreads: pd.DataFrame) -> list[str]:
    """Labels of all runs, the base first."""
    return [str(one) for one in dict.fromkeys(spreads["run"])]


def panels_of(spreads: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Kind, name and unit of what has a panel: every issue of any deal, then the gains of both sides."""
    keys = {(str(row["kind"]), str(row["quantity"])): str(row["unit"]) for row in spreads.to_dict("records")}
    issues = ordered_issues(name for kind, name in keys if kind == "issue")
    chosen = [("issue", name) for name in issues] + [("gain", side) for side in SIDES]
    return [(kind, name, keys[kind, name]) for kind, name in chosen if (kind, name) in keys]


def panel(axes: Axes, about: tuple[str, str, str], values: pd.DataFrame, spreads: pd.DataFrame, *, named: bool) -> None:
    """Draw what the deals of each run hold of an issue, or gain; runs are named on the left where asked."""
    kind, name, unit = about
    labels = runs_of(spreads)
    own = spreads[((spreads["kind"] == kind) & (spreads["quantity"] == name)).to_numpy()]
    _spread(axes, own, labels, named=named)
    _head(axes, kind, name, values, labels)
    axes.set_xlabel(tidy(axis_label(unit)), fontsize=SMALL_SIZE)


def _colour(labels: Sequence[str], label: str) -> str:
    return _RUN_COLOURS[labels.index(label) % len(_RUN_COLOURS)]


def endings(axes: Axes, outcomes: pd.DataFrame, labels: Sequence[str]) -> None:
    """Share of each ending as one bar a run."""
    for place, label in enumerate(labels):
        own = outcomes if label == labels[0] else of_run(outcomes, label)
        column = "base_share" if label == labels[0] else "share"
        shares = own.drop_duplicates("outcome").set_index("outcome")[column]
        left = 0.0
        for outcome, share in shares.items():
            width = 100.0 * float(share)
            colour = OUTCOME_COLOURS.get(str(outcome), MUTED)
            axes.barh(place, width, left=left, color=colour, edgecolor="white", height=0.7)
            left += width
    axes.set_xlim(0, 100)
    _name_runs(axes, labels)
    axes.set_xlabel("Share of the runs, %")
    axes.set_title("How talks end")
    finish_axes(axes, grid="x")


def differences(axes: Axes, outcomes: pd.DataFrame, labels: Sequence[str]) -> None:
    """Difference of each share to that of the base with its interval; hollow where chance explains it."""
    names = [str(one) for one in dict.fromkeys(outcomes["outcome"])]
    others = labels[1:]
    for number, label in enumerate(others):
        shift = _ROW * ((number + 0.5) / len(others) - 0.5)
        for row in of_run(outcomes, label).to_dict("records"):
            height = names.index(str(row["outcome"])) + shift
            colour = _colour(labels, label)
            ends = [100.0 * row[end] for end in ("low", "high")]
            axes.plot(ends, [height, height], color=colour, linewidth=2.2, solid_capstyle="butt", zorder=3)
            face = colour if is_clear(row) or np.isnan(row["low"]) else "white"
            axes.plot(
                [100.0 * row["difference"]], [height], "o", color=colour, markerfacecolor=face, markersize=6, zorder=4
            )
    axes.axvline(0.0, color=INK, linewidth=1.0, zorder=2)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), [outcome_label(name) for name in names])
    axes.set_xlabel(f"Percentage points more than in {shortened(labels[0])}")
    what = (
        f"{shortened(others[0], _NAME)} less {shortened(labels[0], _NAME)}"
        if len(others) == 1
        else "Difference to the base"
    )
    axes.set_title(what)
    finish_axes(axes, grid="x")


def _spread(axes: Axes, own: pd.DataFrame, labels: Sequence[str], *, named: bool) -> None:
    """Median, 50 % and 90 % of the deals of each run on one line."""
    for row in own.to_dict("records"):
        scale = scale_of(str(row["unit"]))
        low, first, middle, third, high = (scale * row[name] for name in SPREAD_COLUMNS[-5:])
        place, colour = labels.index(str(row["run"])), _colour(labels, str(row["run"]))
        axes.plot([low, high], [place, place], color=colour, linewidth=1.4, zorder=3)
        axes.plot(
            [first, third], [place, place], color=colour, linewidth=6, alpha=0.55, solid_capstyle="butt", zorder=3
        )
        axes.plot([middle], [place], "o", color=colour, markeredgecolor="white", markersize=7, zorder=4)
    for label in set(labels) - set(own["run"]):
        axes.annotate(
            "no deal with it", (0.5, labels.index(label)), xycoords=("axes fraction", "data"), ha="center", va="center",
            color=MUTED, fontsize=SMALL_SIZE,
        )  # fmt: skip
    _name_runs(axes, labels)
    if named:
        axes.set_ylabel("Run", fontsize=SMALL_SIZE)
    axes.margins(x=0.08)
    axes.locator_params(axis="x", nbins=5)
    finish_axes(axes, grid="x")
    axes.tick_params(labelleft=named)


def _name_runs(axes: Axes, labels: Sequence[str]) -> None:
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_yticks(range(len(labels)), [shortened(label, _NAME) for label in labels])


def _head(axes: Axes, kind: str, name: str, values: pd.DataFrame, labels: Sequence[str]) -> None:
    """Say what a panel is about and, beside one other run, how far the mean differs."""
    title = plain(name) if kind == "issue" else f"Gain of {'the US' if name == SIDES[0] else SIDE_LABELS[name]}"
    if len(labels) != 2:
        axes.set_title(wrapped(title, 28), fontsize=SMALL_SIZE)
        return
    axes.set_title(shortened(title, 28), fontsize=SMALL_SIZE, pad=19)
    rows = values[((values["kind"] == kind) & (values["quantity"] == name)).to_numpy()].to_dict("records")
    if rows and not np.isnan(rows[0]["difference"]):
        axes.annotate(
            _mean_moves(rows[0]), (0.0, 1.0), (0, 4), xycoords="axes fraction", textcoords="offset points", ha="left",
            va="bottom", fontsize=SMALL_SIZE, color=INK,
        )  # fmt: skip


def _mean_moves(row: Mapping[Any, Any]) -> str:
    """How far a mean differs from that of the base, in the unit of the panel's axis."""
    if row["difference"] == row["low"] == row["high"] == 0.0:
        return "the same in every pair"
    if not np.isnan(row["low"]) and not is_clear(row):
        return "not told apart from chance"
    scale = scale_of(str(row["unit"]))
    middle, low, high = (minus(one) for one in aligned([scale * row[end] for end in _ENDS], sign=True))
    return middle if np.isnan(row["low"]) else f"{middle} ({low} to {high})"


#: A difference and the ends of its interval.
_ENDS: Final = ("difference", "low", "high")


def _legend(outcomes: pd.DataFrame, labels: Sequence[str]) -> list[Any]:
    return [*outcome_keys(outcomes), *difference_keys(outcomes, labels), *SPREAD_KEYS]


def outcome_keys(outcomes: pd.DataFrame) -> list[Any]:
    """What the colours of the bars are."""
    names = [str(one) for one in dict.fromkeys(outcomes["outcome"])]
    return [Patch(color=OUTCOME_COLOURS.get(name, MUTED), label=outcome_label(name)) for name in names]


def difference_keys(outcomes: pd.DataFrame, labels: Sequence[str]) -> list[Any]:
    """What full and hollow dots are, and of several runs which colour is whose."""
    handles: list[Any] = []
    if bool(outcomes["low"].notna().any()):
        handles += [
            Line2D([], [], color=INK, marker="o", linewidth=2.2, label="difference, 95 % interval"),
            Line2D([], [], color=INK, marker="o", markerfacecolor="white", linewidth=2.2, label="may be chance"),
        ]
    if len(labels) > 2:
        handles += [Line2D([], [], color=_colour(labels, one), linewidth=4, label=shortened(one)) for one in labels]
    return handles


#: What is drawn of the deals of a run.
SPREAD_KEYS: Final = (
    Line2D([], [], color=MUTED, marker="o", markeredgecolor="white", linestyle="", label="median of the deals"),
    Line2D([], [], color=MUTED, linewidth=6, alpha=0.55, label="50 % of the deals"),
    Line2D([], [], color=MUTED, linewidth=1.4, label="90 % of the deals"),
)


def _title(outcomes: pd.DataFrame, labels: Sequence[str]) -> str:
    deals = outcomes[(outcomes["outcome"] == AGREEMENT).to_numpy()].to_dict("records")
    base = f"{percent(deals[0]['base_share'])} of {shortened(labels[0], 30)}"
    if len(deals) > 1:
        others = (f"{percent(row['share'])} of {shortened(str(row['run']), 30)}" for row in deals)
        return f"Deals in {base}, {listed(others, cut=False)}"
    (row,) = deals
    points = f"{fixed(100.0 * row['difference'], 1, sign=True)} points"
    said = f"Deals in {percent(row['share'])} of {shortened(str(row['run']), 30)} and {base}"
    if np.isnan(row["low"]):
        return f"{said}: {points}"
    if not is_clear(row):
        return f"{said}: not told apart from chance"
    low, high = (fixed(100.0 * row[end], 1, sign=True) for end in ("low", "high"))
    return f"{said}: {points} ({low} to {high})"
