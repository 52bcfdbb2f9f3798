"""The utility plane of one negotiation: every offer as both sides value it, on its way to the frontier or not."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.style import (
    BLUISH_GREEN,
    INK,
    MUTED,
    ORANGE,
    REDDISH_PURPLE,
    SIDE_COLOURS,
    finish_axes,
    halo,
    headline,
    new_figure,
    picture,
)
from experiments.labels import SIDE_LABELS, inside, outcome_label, partner_name, partner_possessive, quantity

_HEIGHT: Final = 7.4

#: The second panel is drawn where frontier and floors take less than this share of the whole picture.
_ZOOM_BELOW: Final = 0.5

#: Width of the name of a round with its distance from the point, as a share of the axis of two pictures side by side.
_NAME_WIDTH: Final = 0.18

_COLUMNS: Final = ("round", "side", "us", "partner")
_POINTS: Final = ("side", "walk_away", "reservation")
_MARKS: Final = {"us_treasury": "o", "partner": "s"}

Floats = NDArray[np.float64]


@picture
def utility_plane(
    offers: pd.DataFrame,
    limits: pd.DataFrame,
    frontier: pd.DataFrame | None = None,
    *,
    outcome: str = "",
    deal: tuple[float, float] | None = None,
    run: int | None = None,
) -> Figure:
    """Draw the offers of one negotiation in the plane of both payoffs, with frontier, solutions and walk-away lines.

    Parameters
    ----------
    offers : pandas.DataFrame
        One row per round and side whose offer stood: columns ``round, side, us, partner``, the payoffs of that offer to
        both governments in US$ bn a year, at the parameters of its round.
    limits : pandas.DataFrame
        Columns ``side, walk_away, reservation``: what each side gets without a deal, and the least it signs for
        (walk-away and ratification margin), in the last round; US$ bn a year.
    frontier : pandas.DataFrame, optional
        Pareto frontier of the packages that both may sign in the last round: columns ``us, partner``, payoffs in
        US$ bn a year. Nash point (largest product of gains over walking away) and Kalai-Smorodinsky point (gains in
        proportion to the largest possible) are marked on it.
    outcome : str
        How the negotiation ended.
    deal : tuple of float, optional
        Payoffs of the package that was signed.
    run : int, optional
        Number of the run, for the title.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need_columns(offers, _COLUMNS, "offers")
    need_columns(limits, _POINTS, "limits")
    figure = new_figure(_HEIGHT)
    floor = limits.set_index("side")
    near = _zoom(offers, floor, _line(frontier), deal)
    panels = figure.subplots(1, 1 if near is None else 2, squeeze=False)[0]
    for axes in panels:
        draw_plane(axes, offers, limits, frontier, deal, named=axes is panels[0])
    if near is not None:
        panels[0].set_title("Every offer")
        panels[1].set_title("Where both could sign")
        panels[1].set_xlim(near[0])
        panels[1].set_ylim(near[1])
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    headline(figure, _title(offers, floor, outcome, deal, run))
    return figure


def draw_plane(
    axes: Axes,
    offers: pd.DataFrame,
    limits: pd.DataFrame,
    frontier: pd.DataFrame | None,
    deal: tuple[float, float] | None,
    *,
    named: bool = True,
) -> None:
    """Draw the plane into `axes`, with labels for a legend; the tables are those of :func:`utility_plane`.

    With `named` the first and the last offer of each side are called by their rounds.
    """
    floor, line = limits.set_index("side"), _line(frontier)
    _draw_limits(axes, floor)
    if line is not None:
        _draw_frontier(axes, line, floor)
    for side in SIDE_COLOURS:
        _draw_path(axes, offers[offers["side"] == side], side)
    if deal is not None:
        axes.scatter(*deal, marker="*", s=380, color=BLUISH_GREEN, edgecolor=INK, label="deal", zorder=9)
    finish_axes(axes, grid="both")
    axes.margins(0.09)
    if named:
        for side in SIDE_COLOURS:
            _name_rounds(axes, offers[offers["side"] == side], side)
    axes.set_xlabel("US payoff, US$ bn a year")
    axes.set_ylabel(f"{partner_possessive()} payoff, US$ bn a year")


def _level(floor: pd.DataFrame, side: str, kind: str) -> float:
    return float(floor[kind].to_numpy(dtype=float)[floor.index.get_loc(side)])


def _line(frontier: pd.DataFrame | None) -> Floats | None:
    """Points of the frontier by rising payoff of the US; None where there are none."""
    if frontier is None or frontier.empty:
        return None
    need_columns(frontier, ("us", "partner"), "frontier")
    return np.ascontiguousarray(frontier[["us", "partner"]].astype(float).sort_values("us").to_numpy())


def _zoom(
    offers: pd.DataFrame, floor: pd.DataFrame, line: Floats | None, deal: tuple[float, float] | None
) -> list[tuple[float, float]] | None:
    """Limits around frontier, deal and both sides' floors; None where the whole picture shows them well enough."""
    if line is None:
        return None
    sides, kinds = list(SIDE_COLOURS), ["walk_away", "reservation"]
    corners = floor.loc[sides, kinds].to_numpy(dtype=float).T
    near = np.vstack([line, corners, *([] if deal is None else [np.array([deal])])])
    every = np.vstack([near, offers[["us", "partner"]].to_numpy(dtype=float)])
    size, whole = np.ptp(near, axis=0), np.ptp(every, axis=0)
    if (size <= 0.0).any() or (size > _ZOOM_BELOW * whole).all():
        return None
    low, high = near.min(axis=0) - 0.1 * size, near.max(axis=0) + 0.1 * size
    return [(float(low[k]), float(high[k])) for k in (0, 1)]


def _draw_limits(axes: Axes, floor: pd.DataFrame) -> None:
    for side, colour in SIDE_COLOURS.items():
        draw = axes.axvline if side == "us_treasury" else axes.axhline
        name = SIDE_LABELS[side]
        draw(_level(floor, side, "walk_away"), color=colour, linewidth=1.6, label=f"{name}: walk-away", zorder=3)
        draw(
            _level(floor, side, "reservation"),
            color=colour,
            linewidth=1.4,
            linestyle=(0, (4, 2)),
            label=f"{name}: least it signs for",
            zorder=3,
        )


def _draw_frontier(axes: Axes, line: Floats, floor: pd.DataFrame) -> None:
    from sim.solutions.points import kalai_smorodinsky, nash

    axes.plot(line[:, 0], line[:, 1], ".-", color=INK, linewidth=1.6, markersize=4, label="Pareto frontier", zorder=4)
    disagreement = floor.loc[list(SIDE_COLOURS), "walk_away"].to_numpy(dtype=float)
    look: dict[str, Any] = {"edgecolor": INK, "zorder": 7}
    for place, marker, size, colour, label in (
        (nash(line, disagreement), "D", 150, REDDISH_PURPLE, "Nash point"),
        (kalai_smorodinsky(line, disagreement), "^", 70, ORANGE, "Kalai-Smorodinsky point"),
    ):
        if place >= 0:
            axes.scatter(line[place, 0], line[place, 1], marker=marker, s=size, color=colour, label=label, **look)


def _draw_path(axes: Axes, path: pd.DataFrame, side: str) -> None:
    if path.empty:
        return
    points = path.sort_values("round")[["us", "partner"]].to_numpy(dtype=float)
    axes.plot(
        points[:, 0],
        points[:, 1],
        marker=_MARKS[side],
        color=SIDE_COLOURS[side],
        linewidth=2,
        markersize=6,
        markeredgecolor="white",
        label=f"{SIDE_LABELS[side]}: offers",
        zorder=6,
    )


def _name_rounds(axes: Axes, path: pd.DataFrame, side: str) -> None:
    """Call the first and the last offer of a side by their rounds, beside the point where there is room for that."""
    if path.empty:
        return
    path = path.sort_values("round")
    points, rounds = path[["us", "partner"]].to_numpy(dtype=float), path["round"].to_numpy()
    low, high = axes.get_xlim()
    usual = 1 if side == "us_treasury" else -1
    for index in sorted({0, len(points) - 1}):
        room = (high - points[index, 0] if usual > 0 else points[index, 0] - low) / (high - low)
        turned = usual if room >= _NAME_WIDTH else -usual
        beside = (8 * turned, 6 * turned)
        axes.annotate(
            f"round {rounds[index]}",
            (float(points[index, 0]), float(points[index, 1])),
            beside,
            textcoords="offset points",
            ha="left" if beside[0] > 0 else "right",
            va="bottom" if beside[1] > 0 else "top",
            color=MUTED,
            fontsize=9.5,
            path_effects=halo(),
            zorder=8,
        )


def _title(
    offers: pd.DataFrame, floor: pd.DataFrame, outcome: str, deal: tuple[float, float] | None, run: int | None
) -> str:
    which = "One negotiation" if run is None else f"Run {run}"
    if deal is not None:
        us, partner = (
            quantity(value - _level(floor, side, "walk_away"), "US$ bn")
            for value, side in zip(deal, SIDE_COLOURS, strict=True)
        )
        return f"{which}: a deal worth {us} a year to the US and {partner} to {partner_name()} over walking away"
    last = {side: offers[offers["side"] == side].sort_values("round").tail(1) for side in SIDE_COLOURS}
    short = []
    for side, other in zip(SIDE_COLOURS, reversed(SIDE_COLOURS), strict=True):
        if len(last[other]):
            heard = float(last[other]["us" if side == "us_treasury" else "partner"].iloc[0])
            lacks = _level(floor, side, "reservation") - heard
            short += (
                [f"{'the US' if side == 'us_treasury' else partner_name()} {quantity(lacks, 'US$ bn')}"]
                if lacks > 0
                else []
            )
    ended = f"{which}: {inside(outcome_label(outcome)) or 'no deal'}"
    silent = [SIDE_LABELS[side] for side in SIDE_COLOURS if not len(last[side])]
    if silent:
        return f"{ended}; {' and '.join(silent)} made no offer"
    if not short:
        return f"{ended}; the last offers bring each side what it needs"
    return f"{ended}; the other's last offer leaves {' and '.join(short)} a year short of signing"
