"""The plane of gains: what agreements bring each government over walking away."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from numpy.typing import NDArray

from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.style import (
    BLUISH_GREEN,
    INK,
    MUTED,
    ORANGE,
    OUTCOME_COLOURS,
    REDDISH_PURPLE,
    SIDE_COLOURS,
    SMALL_SIZE,
    finish_axes,
    halo,
    headline,
    legend_below,
    minus,
    new_figure,
    picture,
    tidy,
)
from experiments.labels import (
    AGREEMENT,
    SIDE_LABELS,
    counted,
    ends_how,
    number,
    outcome_label,
    partner_name,
    partner_possessive,
    percent,
    share_of,
)

_HEIGHT = 7.0
_WIDTH = 8.0
_MOST_DOTS = 20_000
_CELLS = 60

#: Ends with their reasons that get a bar where no run agrees.
_MOST_ENDS = 6

#: Dollars a year, in US$ bn, by which rounding may put a deal beside its own frontier.
_SAME = 1e-9

#: What the line is called: it belongs to one case, and the dots to others.
FRONTIER = "Pareto frontier of one case, the central one"

Floats = NDArray[np.float64]


@picture
def gains_plane(runs: pd.DataFrame, frontier: pd.DataFrame | None = None, note: str = "") -> Figure:
    """Draw each agreement as a dot: gain of the US against gain of the partner, with the walk-away point at the origin.

    Runs without a deal stay at the walk-away point and are counted there; what their last positions would have been
    worth is not a gain and is not drawn. Where no run agrees, bars tell how the runs ended and why, and the plane below
    shows by how much the frontier misses what both sides need.

    Parameters
    ----------
    runs : pandas.DataFrame
        Columns ``outcome, gain.us_treasury, gain.partner``; where ``reservation.<side>`` and
        ``walk_away.<side>`` are there too, the gain that ratification asks for is drawn as a band (5 to 95 % of runs).
        ``why``, where it is there, says in words why a run without a deal has none.
    frontier : pandas.DataFrame, optional
        Pareto frontier of one case, the central one, as gains: columns ``us, partner``. The Nash point (largest product
        of gains) and the Kalai-Smorodinsky point (gains in proportion to the largest ones possible) are marked on it.
    note : str
        How the talks end whose frontier it is, written below.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need_columns(runs, ("outcome", "gain.us_treasury", "gain.partner"), "runs")
    deals = runs.loc[runs["outcome"] == AGREEMENT, ["gain.us_treasury", "gain.partner"]]
    gains = deals.astype(float).dropna().to_numpy()
    line = np.empty((0, 2)) if frontier is None else _frontier_line(frontier)
    margins = {side: _ratification_margins(runs, side) for side in SIDE_COLOURS}
    if len(runs) and deals.empty:
        return _without_deals(runs, line, margins, note)
    figure = new_figure(_HEIGHT, _WIDTH)
    axes = figure.add_subplot()
    _draw_plane(axes, gains, line, margins)
    dots = _draw_gains(axes, gains)
    _draw_walk_away(axes, f"Walk-away point\nno deal: {counted(len(runs) - len(deals), 'run')} "
                    f"({share_of(len(runs) - len(deals), len(runs))})")  # fmt: skip
    told = " ".join(filter(None, [_of_dots(gains, line), note]))
    if axes.get_legend_handles_labels()[0]:
        legend_below(figure, told, ncols=2)
    if dots < len(gains):
        axes.text(0.995, 0.01, f"{dots:,} of {len(gains):,} agreements drawn", transform=axes.transAxes, ha="right",
                  fontsize=9, color=MUTED)  # fmt: skip
    headline(figure, _title(runs, gains), "" if figure.legends else told)
    return figure


def _draw_plane(axes: Axes, gains: Floats, line: Floats, margins: dict[str, Floats]) -> None:
    """Axes of both gains, with what both need and the frontier."""
    _limits(axes, gains, line, list(margins.values()))
    _draw_margins(axes, margins)
    if len(line):
        _draw_frontier(axes, line)
    finish_axes(axes, grid="both")
    axes.set_xlabel("US gain over walking away, US$ bn a year")
    axes.set_ylabel(f"{partner_possessive()} gain over walking away,\nUS$ bn a year")


def _of_dots(gains: Floats, line: Floats) -> str:
    """What is said of the spread of the dots, and of a frontier that belongs to none of them."""
    if len(gains) < 2:
        return ""
    low, high = np.quantile(gains, [0.05, 0.95], axis=0)
    ranges = " and ".join(
        f"{'the US' if side == 'us_treasury' else partner_name()} {minus(number(float(low[place])))} to "
        f"{minus(number(float(high[place])))}"
        for place, side in enumerate(SIDE_COLOURS)
    )
    spread = f"90 % of the agreements give {ranges}."
    if not len(line):
        return spread
    beyond = int(_is_beyond(gains, line).sum())
    return (
        f"{spread} The frontier and the points on it are those of one case, the central one; every dot has a frontier "
        f"of its own, and {share_of(beyond, len(gains))} of them lie beyond the one drawn."
    )


def _is_beyond(gains: Floats, line: Floats) -> NDArray[np.bool_]:
    """Which agreements lie above the frontier as it is drawn, or right of its end."""
    us, partner = gains.T
    height = np.interp(us, line[:, 0], line[:, 1])
    return np.asarray((us > line[-1, 0] + _SAME) | (partner > height + _SAME), np.bool_)


def _without_deals(runs: pd.DataFrame, line: Floats, margins: dict[str, Floats], note: str) -> Figure:
    """Bars of how runs ended and why; below them the frontier beside what both sides need, where there is one."""
    ends = _ends_and_whys(runs)
    bars = 0.5 * len(ends) + 0.9
    plane = 4.4 if len(line) else 0.0
    figure = new_figure(bars + plane + 2.0, _WIDTH)
    panels: Any = figure.subplots(2 if len(line) else 1, 1, squeeze=False,
                                  height_ratios=[bars, plane] if len(line) else [1])  # fmt: skip
    top = panels[0, 0]
    for row, (outcome, why, share) in enumerate(ends):
        top.barh(row, 100.0 * share, height=0.55, color=OUTCOME_COLOURS.get(outcome, MUTED))
        top.text(100.0 * share + 1.0, row, percent(share), va="center", fontsize=SMALL_SIZE)
        top.text(0.0, row - 0.32, tidy(f"{outcome_label(outcome)}{f': {why}' if why else ''}"), va="bottom",
                 fontsize=SMALL_SIZE)  # fmt: skip
    top.set_ylim(len(ends) - 0.5, -0.85)
    top.set_yticks([])
    top.set_xlim(0.0, 112.0)
    top.set_xticks(range(0, 101, 25))
    top.set_xlabel("Share of runs, %")
    top.set_ylabel("End")
    top.set_title("How the runs ended, and why")
    finish_axes(top, grid="x")
    if len(line):
        axes = panels[1, 0]
        _draw_plane(axes, np.empty((0, 2)), line, margins)
        _draw_walk_away(axes, "Walk-away point\nall runs end there")
        axes.set_title("What there was to share in one case, the central one")
        legend_below(figure, note, ncols=2)
    headline(figure, _title_without(len(runs), ends, line, margins), "" if figure.legends else note)
    return figure


def _ends_and_whys(runs: pd.DataFrame) -> list[tuple[str, str, float]]:
    """Ends of talks, why, and their shares, the most frequent first; rare ones together."""
    why = runs["why"].astype(object).fillna("") if "why" in runs.columns else pd.Series("", index=runs.index)
    pairs = Counter(zip(runs["outcome"].astype(str), map(str, why), strict=True))
    found = [(outcome, reason, count / len(runs)) for (outcome, reason), count in pairs.most_common()]
    if len(found) <= _MOST_ENDS:
        return found
    rest = found[_MOST_ENDS - 1 :]
    return [*found[: _MOST_ENDS - 1], (f"{len(rest)} others", "", sum(share for _, _, share in rest))]


def _title_without(runs: int, ends: list[tuple[str, str, float]], line: Floats, margins: dict[str, Floats]) -> str:
    outcome, why, share = ends[0]
    title = f"No deal in {counted(runs, 'run')}: {percent(share)} end {ends_how(outcome)}"
    needs = [own[1] for own in margins.values() if len(own)]
    if not len(line) or len(needs) < len(margins):
        return f"{title}, for {why}" if why else title
    slack = float((line - np.array(needs)).min(axis=1).max())
    if slack >= 0.0:
        return f"{title}, though in the central case a package gives both what they need"
    return f"{title}; in the central case every package leaves a side US${number(-slack)} bn a year or more short"


def _ratification_margins(runs: pd.DataFrame, side: str) -> Floats:
    """Quantiles 5, 50 and 95 % of the gain that ratification asks of `side`; empty when the table does not say."""
    names = (f"reservation.{side}", f"walk_away.{side}")
    if not set(names) <= set(runs.columns):
        return np.empty(0)
    margin = (runs[names[0]].astype(float) - runs[names[1]].astype(float)).dropna().to_numpy()
    return np.quantile(margin, [0.05, 0.5, 0.95]) if len(margin) else np.empty(0)


def _draw_margins(axes: Axes, margins: dict[str, Floats]) -> None:
    for side, quantiles in margins.items():
        if len(quantiles) == 0 or quantiles[2] <= 0:
            continue
        upright = side == "us_treasury"
        colour, label = SIDE_COLOURS[side], f"{SIDE_LABELS[side]}: gain needed to ratify (90 % band)"
        (axes.axvspan if upright else axes.axhspan)(quantiles[0], quantiles[2], color=colour, alpha=0.14, linewidth=0)
        (axes.axvline if upright else axes.axhline)(quantiles[1], color=colour, linewidth=1.4, label=label)


def _draw_gains(axes: Axes, gains: Floats) -> int:
    """Draw the agreements, fainter where they are many, and their median; return how many were drawn."""
    if len(gains) == 0:
        return 0
    shown = gains
    if len(gains) > _MOST_DOTS:
        shown = gains[np.linspace(0, len(gains) - 1, _MOST_DOTS).astype(int)]
    colours = np.tile(to_rgba(BLUISH_GREEN), (len(shown), 1))
    colours[:, 3] = _density_alpha(shown, axes)
    axes.scatter(shown[:, 0], shown[:, 1], s=22, c=colours, linewidths=0, zorder=3)
    axes.scatter([], [], s=30, color=BLUISH_GREEN, label="one agreement")
    if len(gains) == 1:  # its own median, which would cover it
        return 1
    middle = np.median(gains, axis=0)
    look: dict[str, Any] = {"s": 130, "facecolor": "none", "edgecolor": INK, "linewidth": 2, "zorder": 6}
    axes.scatter(middle[0], middle[1], label="median of agreements", **look)
    return len(shown)


def _density_alpha(points: Floats, axes: Axes) -> Floats:
    """Opacity of each dot: full when alone in its cell of the plane, less the more share the cell."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    column = np.clip((points[:, 0] - left) / (right - left) * _CELLS, 0, _CELLS - 1).astype(int)
    row = np.clip((points[:, 1] - bottom) / (top - bottom) * _CELLS, 0, _CELLS - 1).astype(int)
    cell = column * _CELLS + row
    crowd = np.bincount(cell, minlength=_CELLS * _CELLS)[cell].astype(np.float64)
    return np.asarray(np.clip(0.9 / np.sqrt(crowd), 0.06, 0.9), dtype=np.float64)


def _frontier_line(frontier: pd.DataFrame) -> Floats:
    need_columns(frontier, ("us", "partner"), "frontier")
    return frontier[["us", "partner"]].astype(float).dropna().sort_values("us").to_numpy()


def _draw_frontier(axes: Axes, line: Floats) -> None:
    from sim.solutions.points import kalai_smorodinsky, nash

    # Under the dots, which are no part of this case.
    axes.plot(line[:, 0], line[:, 1], "--", color=INK, linewidth=1.4, label=FRONTIER, zorder=2.5)
    chosen = nash(line, np.zeros(2)), kalai_smorodinsky(line, np.zeros(2))
    if min(chosen) < 0:
        return
    nash_point, kalai_point = line[list(chosen)]
    look: dict[str, Any] = {"edgecolor": INK, "zorder": 7}
    axes.scatter(nash_point[0], nash_point[1], marker="D", s=150, color=REDDISH_PURPLE, label="Nash point", **look)
    axes.scatter(
        kalai_point[0], kalai_point[1], marker="^", s=70, color=ORANGE, label="Kalai-Smorodinsky point", **look
    )


def _draw_walk_away(axes: Axes, text: str) -> None:
    axes.axhline(0, color=MUTED, linewidth=0.8, zorder=2)
    axes.axvline(0, color=MUTED, linewidth=0.8, zorder=2)
    axes.plot(0, 0, marker="X", color=INK, markersize=11, markeredgecolor="white", zorder=8, linestyle="")
    axes.annotate(text, (0, 0), (10, -10), textcoords="offset points", va="top", zorder=9, path_effects=halo())


def _limits(axes: Axes, gains: Floats, line: Floats, margins: list[Floats]) -> None:
    """Hold the dots, the frontier where both gain, the margins and the origin, with room for the text beside it."""
    limits = []
    for index in (0, 1):
        parts = [np.zeros(1), gains[:, index], margins[index]]
        if len(line):
            zone = line[(line >= 0).all(axis=1)]
            parts.append(zone[:, index] if len(zone) else line[:, index])
        values = np.concatenate(parts)
        low, high = float(values.min()), float(values.max())
        size = high - low if high > low else 2.0
        limits.append((low - 0.14 * size, high + 0.08 * size if high > low else low + size))
    axes.set_xlim(limits[0])
    axes.set_ylim(limits[1])


def _title(runs: pd.DataFrame, gains: Floats) -> str:
    if len(runs) == 0:
        return "No runs"
    middle = [float(value) for value in np.median(gains, axis=0)]
    us, partner = (f"{'gains' if value >= 0 else 'loses'} US${number(abs(value))} bn" for value in middle)
    which = "the only agreement" if len(gains) == 1 else f"the median of {counted(len(gains), 'agreement')}"
    return f"Over walking away, in {which} the US {us} a year, {partner_name()} {partner}"
