"""What tactics gain against how long they take to a deal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.figures.paths import need_columns
from experiments.figures.style import (
    INK,
    MUTED,
    SIDE_COLOURS,
    SMALL_SIZE,
    MarginLabel,
    finish_axes,
    headline,
    new_figure,
    picture,
    shortened,
    spread,
)
from experiments.labels import SIDE_LABELS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@picture
def tournament_times(players: pd.DataFrame) -> Figure:
    """Draw one panel a seat: a dot a tactic, days to its deals across, its gain up, its share of deals as size.

    Parameters
    ----------
    players : pandas.DataFrame
        Table ``players`` of a tournament.
    """
    need_columns(players, ("seat", "player", "gain", "days", "deal_share"), "players")
    size = int((players["seat"] == next(iter(SIDE_LABELS))).sum())
    height = max(5.0, 0.24 * size + 2.0)
    figure = new_figure(height, width=13.0)
    panels: Any = figure.subplots(1, 2)
    for axes, seat in zip(panels, SIDE_LABELS, strict=True):
        own = players[players["seat"] == seat]
        _panel(axes, own[own["days"].notna()], SIDE_LABELS[seat], SIDE_COLOURS[seat], height - 1.6)
    never = list(dict.fromkeys(players.loc[players["days"].isna(), "player"]))
    left_out = (
        f" Not shown, for want of any deal: {', '.join(shortened(str(name)) for name in never)}." if never else ""
    )
    headline(
        figure,
        _title(players),
        "Means over all opponents and worlds: gain over walking away over all worlds, days to a deal over those with "
        f"one. Larger dots: more deals, from none to all.{left_out}",
    )
    return figure


def _panel(axes: Axes, own: pd.DataFrame, side: str, colour: str, height: float) -> None:
    axes.scatter(
        own["days"], own["gain"], s=12 + 110 * own["deal_share"], color=colour, alpha=0.75, edgecolor="white", zorder=3
    )
    axes.axhline(0.0, color=MUTED, linewidth=0.9)
    axes.margins(0.08, 0.10)
    axes.set_xlabel("Days to a deal")
    axes.set_ylabel("Gain, US$ bn a year")
    axes.set_title(f"As {'the ' if side == 'US' else ''}{side}")
    finish_axes(axes, grid="both")
    gains, names = own["gain"].to_numpy(dtype=float), own["player"].astype(str)
    labels = [MarginLabel(float(gain), shortened(name, 26)) for gain, name in zip(gains, names, strict=True)]
    _name_points(axes, own["days"].to_numpy(dtype=float), labels, height)


def _name_points(axes: Axes, days: np.ndarray, labels: list[MarginLabel], height: float) -> None:
    """Name every point in the right margin, where names do not cover each other, by a thin line."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high)
    line = 1.45 * SMALL_SIZE / 72 / height
    anchors = [(label.at - low) / (high - low) for label in labels]
    places = spread(anchors, [line] * len(labels), 0.0, 1.0)
    for day, label, place in zip(days, labels, places, strict=True):
        axes.annotate(
            label.text, xy=(day, label.at), xycoords="data", xytext=(1.03, place), textcoords="axes fraction",
            va="center", ha="left", fontsize=SMALL_SIZE, color=INK, annotation_clip=False,
            arrowprops={
                "arrowstyle": "-", "color": "#B0B0B0", "linewidth": 0.6, "shrinkA": 1, "shrinkB": 4, "relpos": (0, 0.5),
            },
        )  # fmt: skip


def _title(players: pd.DataFrame) -> str:
    parts = []
    for seat, side in SIDE_LABELS.items():
        own = players[(players["seat"] == seat) & players["days"].notna()]
        if len(own) < 3 or own["days"].nunique() < 2:
            continue
        together = own["days"].rank().corr(own["gain"].rank())
        word = "more" if together > 0.3 else "less" if together < -0.3 else "neither more nor less"
        parts.append(f"as {'the ' if side == 'US' else ''}{side} slower tactics gain {word}")
    text = ", ".join(parts) or "days to a deal and gain of every tactic"
    return text[:1].upper() + text[1:]
