"""What tactics gain against how long they take to a deal."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.placing import TIED, Area, place_names
from experiments.figures.kit.style import (
    INK,
    MUTED,
    SIDE_COLOURS,
    SMALL_SIZE,
    finish_axes,
    headline,
    new_figure,
    picture,
    shortened,
    text_width,
)
from experiments.labels import SIDE_LABELS, capitalised, side
from experiments.questions.tournament.figures.left_out import left_out_note

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@picture
def tournament_times(players: pd.DataFrame, *, left_out: Collection[str] = ()) -> Figure:
    """Draw one panel a seat: a dot a tactic, days to its deals across, its gain up, its share of deals as size.

    Parameters
    ----------
    players : pandas.DataFrame
        Table ``players`` of a tournament.
    left_out : collection of str
        Players that are not ranked.
    """
    need_columns(players, ("seat", "player", "gain", "days", "deal_share"), "players")
    size = int((players["seat"] == next(iter(SIDE_LABELS))).sum())
    figure = new_figure(5.5 if size <= 8 else 8.0, width=13.0)
    panels: Any = figure.subplots(1, 2)
    for axes, seat in zip(panels, SIDE_LABELS, strict=True):
        own = players[players["seat"] == seat]
        _panel(axes, own[own["days"].notna()], seat)
    never = _without_deals(players)
    unseen = f" Not shown, for want of any deal: {', '.join(never)}." if never else ""
    headline(
        figure,
        _title(players),
        "Means over all opponents and worlds: gain over walking away over all worlds, days to a deal over those with "
        f"one. Larger dots: more deals, from none to all.{unseen}{left_out_note(left_out)}",
    )
    # Where a point lies on the page is known once the axes have their places; names change these no more.
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    for axes, seat in zip(panels, SIDE_LABELS, strict=True):
        own = players[players["seat"] == seat]
        _name_points(figure, axes, own[own["days"].notna()])
    return figure


def _without_deals(players: pd.DataFrame) -> list[str]:
    """Players that never make a deal, with the seat where that is so in one only."""
    without = players[players["days"].isna()].groupby("player", sort=False)["seat"].agg(list)
    return [
        shortened(str(name)) if len(seats) == len(SIDE_LABELS) else f"{shortened(str(name))} as {side(seats[0])}"
        for name, seats in without.items()
    ]


def _panel(axes: Axes, own: pd.DataFrame, seat: str) -> None:
    axes.scatter(
        own["days"], own["gain"], s=12 + 110 * own["deal_share"], color=SIDE_COLOURS[seat], alpha=0.75,
        edgecolor="white", zorder=3,
    )  # fmt: skip
    axes.margins(0.16, 0.12)
    low, high = axes.get_ylim()
    if low < 0.0 < high:
        axes.axhline(0.0, color=MUTED, linewidth=0.9)
    axes.set_xlabel("Days to a deal")
    axes.set_ylabel("Gain over walking away, US$ bn a year")
    axes.set_title(f"As {side(seat)}")
    finish_axes(axes, grid="both")


def _name_points(figure: Figure, axes: Axes, own: pd.DataFrame) -> None:
    """Name every point where the name covers neither another name nor a point."""
    dpi = figure.dpi
    days, gains = own["days"].to_numpy(dtype=float), own["gain"].to_numpy(dtype=float)
    names = [shortened(str(name), 30) for name in own["player"]]
    points = axes.transData.transform(np.column_stack([days, gains])) / dpi
    extent = axes.get_window_extent()
    frame = Area(extent.x0 / dpi, extent.y0 / dpi, extent.x1 / dpi, extent.y1 / dpi)
    sizes = [(text_width(name) + 0.04, 1.25 * SMALL_SIZE / 72) for name in names]
    placed = place_names([(float(x), float(y)) for x, y in points], sizes, frame)
    for name, day, gain, point, place in zip(names, days, gains, points, placed, strict=True):
        offset = (72 * (place.x - point[0]), 72 * (place.y - point[1]))
        line = {"arrowstyle": "-", "color": "#909090", "linewidth": 0.7, "shrinkA": 0, "shrinkB": 3}
        text = axes.annotate(
            name, xy=(day, gain), xytext=offset, textcoords="offset points", va="center", ha="center",
            fontsize=SMALL_SIZE, color=INK, arrowprops=line if place.distance > TIED else None, zorder=4,
        )  # fmt: skip
        text.set_in_layout(False)


def _title(players: pd.DataFrame) -> str:
    parts = []
    for seat in SIDE_LABELS:
        own = players[(players["seat"] == seat) & players["days"].notna()]
        if len(own) < 3 or own["days"].nunique() < 2:
            continue
        together = own["days"].rank().corr(own["gain"].rank())
        word = "more" if together > 0.3 else "less" if together < -0.3 else "neither more nor less"
        parts.append(f"as {side(seat)} slower tactics gain {word}")
    text = ", ".join(parts) or "days to a deal and gain of every tactic"
    return capitalised(text)
