"""Actors and answers on the line of each issue, and the path of the expected-utility model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.style import (
    BLUE,
    INK,
    MUTED,
    PALE,
    SKY_BLUE,
    SMALL_SIZE,
    VERMILLION,
    finish_axes,
    headline,
    legend_below,
    new_figure,
    picture,
    shortened,
    spread,
    text_width,
)
from experiments.labels import counted, fixed, number
from experiments.positions.contests import READINGS
from experiments.questions.positions.findings import rounds_table
from experiments.questions.positions.forecasts import FORECASTERS
from experiments.questions.positions.noise import DEVIATIONS
from experiments.questions.positions.text import READING_LABELS, YARDSTICK, with_unit

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from experiments.positions.table import IssuePositions, PositionTable

#: Issues that one picture shows.
MOST_ISSUES: Final = 6
MOST_PATHS: Final = 4

#: Names at one position that are written out, and letters of each.
_NAMED: Final = 4
_LETTERS: Final = 14
#: Largest mark of an actor, points squared.
_LARGEST: Final = 420.0
#: Height of the line of actors, and of the lowest and highest row of names above it, in rows of forecasters.
_ACTORS_AT: Final = -1.4
_NAMES_AT: Final = -3.1
#: Width of the line of an issue, inches.
_LINE_INCHES: Final = 6.6
_READ: Final = {"all_pairs": "over all pairs", "per_pair": "per pair"}


def contested(table: PositionTable) -> tuple[IssuePositions, ...]:
    """Issues on which somebody wants something else than another; all where there are none."""
    return tuple(issue for issue in table.issues if len(issue.options) > 1) or table.issues


@picture
def position_forecasts(table: PositionTable, forecasts: pd.DataFrame, noise: pd.DataFrame) -> Figure:
    """Draw actors on the line of each issue, and below them every forecaster's answer with its range under noise.

    Parameters
    ----------
    table : PositionTable
        Who stands where; marks are as large as power times salience.
    forecasts : pandas.DataFrame
        ``issue, forecaster, value``.
    noise : pandas.DataFrame
        ``issue, forecaster, deviation, low, high``.
    """
    need_columns(forecasts, ("issue", "forecaster", "value"), "forecasts")
    need_columns(noise, ("issue", "forecaster", "deviation", "low", "high"), "noise")
    shown = contested(table)[:MOST_ISSUES]
    figure = new_figure(1.5 + 4.2 * len(shown))
    for axes, issue in zip(figure.subplots(len(shown), squeeze=False)[:, 0], shown, strict=True):
        answers = forecasts[forecasts["issue"] == issue.name].set_index("forecaster")["value"]
        _draw_actors(axes, issue)
        _draw_answers(axes, answers, noise[noise["issue"] == issue.name])
        room = 0.04 * issue.scale
        axes.set_xlim(issue.low - room, issue.high + room)
        axes.set_ylim(len(FORECASTERS) - 0.4, _NAMES_AT - 1.0)
        axes.set_xlabel(f"Position on {issue.label}, {issue.unit}" if issue.unit else f"Position on {issue.label}")
        finish_axes(axes, grid="x")
    legend_below(figure, ncols=3, handles=_legend())
    left = len(table.issues) - len(shown)
    more = f" ({counted(left, 'more issue')} in the tables)" if left else ""
    headline(figure, f"{_title(shown[0], forecasts)}{more}")
    return figure


def _title(issue: IssuePositions, forecasts: pd.DataFrame) -> str:
    rows = forecasts[forecasts["issue"] == issue.name].set_index("forecaster")["value"]
    known = rows.dropna()
    mean = with_unit(float(rows[YARDSTICK]), issue)
    ends = f"{number(float(known.min()))} to {number(float(known.max()))}"
    return f"On {issue.label} the weighted mean is {mean}; the forecasters say {ends}"


def _draw_actors(axes: Axes, issue: IssuePositions) -> None:
    """Draw actors on the line, several at one position as one mark of their joint weight, with their names above."""
    axes.axhline(_ACTORS_AT, color=PALE, linewidth=2, zorder=1)
    groups = [np.flatnonzero(issue.position == position) for position in issue.options]
    weights = np.array([float(issue.weight[group].sum()) for group in groups])
    sizes = np.maximum(_LARGEST * weights / weights.max(), 6.0)
    axes.scatter(issue.options, np.full(len(groups), _ACTORS_AT), s=sizes, color=SKY_BLUE, edgecolor=INK, zorder=3)
    texts = [_names([issue.actors[place] for place in group]) for group in groups]
    inch = 1.08 * issue.scale / _LINE_INCHES
    widths = [inch * (0.12 + max(map(text_width, text.split("\n")))) for text in texts]
    room = 0.04 * issue.scale
    places = spread(issue.options.tolist(), widths, issue.low - room, issue.high + room)
    for at, place, text in zip(issue.options.tolist(), places, texts, strict=True):
        axes.annotate(
            text, (at, _ACTORS_AT), (place, _NAMES_AT), ha="center", va="center", fontsize=SMALL_SIZE, linespacing=1.1,
            arrowprops={"arrowstyle": "-", "color": MUTED, "linewidth": 0.7, "shrinkA": 1, "shrinkB": 8}, zorder=4,
        )  # fmt: skip


def _names(actors: Sequence[str]) -> str:
    short = [shortened(actor, _LETTERS) for actor in actors[:_NAMED]]
    more = [f"and {len(actors) - _NAMED} more"] if len(actors) > _NAMED else []
    return "\n".join([*short, *more])


def _draw_answers(axes: Axes, answers: pd.Series, noise: pd.DataFrame) -> None:
    ends = noise.set_index(["forecaster", "deviation"])
    widths = dict(zip(DEVIATIONS, (6.0, 2.0), strict=True))
    for place, name in enumerate(FORECASTERS):
        colour = VERMILLION if name == YARDSTICK else BLUE
        for deviation, width in widths.items():
            low, high = ends.loc[(name, deviation), ["low", "high"]].to_numpy(np.float64)
            axes.plot([low, high], [place, place], color=colour, alpha=0.35, linewidth=width, solid_capstyle="butt")
        value = float(answers[name])
        marker = "D" if name == YARDSTICK else "o"
        axes.plot([value], [place], marker, color=colour, markeredgecolor=INK, markersize=8, zorder=5)
    labels = [
        f"{label} {number(float(answers[name]))}" if np.isfinite(float(answers[name])) else f"{label}: none"
        for name, label in FORECASTERS.items()
    ]
    axes.set_yticks(range(len(FORECASTERS)), labels)
    axes.get_yticklabels()[[*FORECASTERS].index(YARDSTICK)].set_fontweight("bold")


def _legend() -> list[Line2D]:
    small, large = DEVIATIONS
    actor: dict[str, Any] = {"marker": "o", "linestyle": "", "markeredgecolor": INK, "color": SKY_BLUE}
    return [
        Line2D([], [], label="actors, by power times salience", markersize=11, **actor),
        Line2D([], [], color=VERMILLION, marker="D", linestyle="", markeredgecolor=INK, label="weighted mean"),
        Line2D([], [], color=BLUE, marker="o", linestyle="", markeredgecolor=INK, label="other forecasters"),
        Line2D([], [], color=MUTED, alpha=0.6, linewidth=6, label=f"90 % of draws, error of salience {small:g}"),
        Line2D([], [], color=MUTED, alpha=0.6, linewidth=2, label=f"90 % of draws, error of salience {large:g}"),
    ]


@picture
def expected_utility_path(table: PositionTable, paths: pd.DataFrame) -> Figure:
    """Draw where actors, weighted median and weighted mean stand after each round, a panel for each reading.

    Parameters
    ----------
    table : PositionTable
        The issues, whose weights count.
    paths : pandas.DataFrame
        ``issue, reading, round, actor, position, kind``.
    """
    need_columns(paths, ("issue", "reading", "round", "actor", "position", "kind"), "paths")
    shown = contested(table)[:MOST_PATHS]
    figure = new_figure(1.6 + 3.2 * len(shown))
    panels = figure.subplots(len(shown), len(READINGS), squeeze=False, sharex=True, sharey="row")
    for row, issue in zip(panels, shown, strict=True):
        averages = rounds_table(paths, issue)
        own = paths[paths["issue"] == issue.name]
        for axes, reading in zip(row, READINGS, strict=True):
            for _, path in own[own["reading"] == reading].groupby("actor", sort=False):
                axes.plot(path["round"], path["position"], color=MUTED, linewidth=0.9, alpha=0.6, zorder=2)
            lines = averages[averages["reading"] == reading]
            axes.plot(lines["round"], lines["median"], ".-", color=BLUE, linewidth=2.4, markersize=9, zorder=4)
            axes.plot(lines["round"], lines["mean"], ".--", color=VERMILLION, linewidth=2, markersize=7, zorder=3)
            room = 0.05 * issue.scale
            axes.set_ylim(issue.low - room, issue.high + room)
            axes.set_title(f"{issue.label}, {READING_LABELS[reading]}")
            axes.xaxis.get_major_locator().set_params(integer=True)
            finish_axes(axes, grid="both")
        row[0].set_ylabel(f"Position, {issue.unit}" if issue.unit else "Position")
    for axes in panels[-1]:
        axes.set_xlabel("Round")
    handles = [
        Line2D([], [], color=BLUE, linewidth=2.4, marker=".", markersize=9, label="weighted median: the answer"),
        Line2D([], [], color=VERMILLION, linewidth=2, linestyle="--", marker=".", label="weighted mean"),
        Line2D([], [], color=MUTED, linewidth=0.9, label="an actor"),
    ]
    legend_below(figure, ncols=3, handles=handles)
    headline(figure, _path_title(shown[0], paths))
    return figure


def _path_title(issue: IssuePositions, paths: pd.DataFrame) -> str:
    """Say where both readings end on the first issue."""
    averages = rounds_table(paths, issue)
    ends = {
        reading: fixed(float(averages.loc[averages["reading"] == reading, "median"].iloc[-1]), 2)
        for reading in READINGS
    }
    said = [f"{ends[reading]} {issue.unit}".strip() + f" {_READ[reading]}" for reading in READINGS]
    return f"Expected utility on {issue.label} ends at {said[0]}, at {said[1]}"


#: Figures of the position forecasters, each a function of tables.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {
    "position_forecasts": position_forecasts,
    "expected_utility_path": expected_utility_path,
}
