"""Ranks of the tactics of a tournament in either seat, with intervals."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.style import (
    INK,
    MUTED,
    SIDE_COLOURS,
    SMALL_SIZE,
    finish_axes,
    headline,
    minus,
    new_figure,
    picture,
    shortened,
)
from experiments.labels import SIDE_LABELS, capitalised, fixed, listed, percent, side
from experiments.questions.tournament.figures.left_out import left_out_note
from experiments.questions.tournament.verdict import NO_INTERVAL, too_few, verdict

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = ("seat", "player", "rank", "rank_low", "rank_high", "best_share", "utility", "deal_share")


@picture
def tournament_ranks(
    players: pd.DataFrame, level: float = 0.95, *, worlds: int, left_out: Collection[str] = ()
) -> Figure:
    """Draw one panel a seat: a row a tactic, its rank as a dot and the interval of its rank as a bar.

    Parameters
    ----------
    players : pandas.DataFrame
        Table ``players`` of a tournament.
    level : float
        Level of the intervals in it.
    worlds : int
        Worlds of the tournament; where they are too few, no rank has an interval.
    left_out : collection of str
        Players that are not ranked.
    """
    need_columns(players, _COLUMNS, "players")
    size = int((players["seat"] == next(iter(SIDE_LABELS))).sum())
    figure = new_figure(0.30 * size + 2.7, width=12.0)
    panels: Any = figure.subplots(1, 2)
    for axes, seat in zip(panels, SIDE_LABELS, strict=True):
        own = players[players["seat"] == seat].reset_index(drop=True)
        _panel(axes, own, seat, bars=not too_few(worlds))
    bars = (
        f"No bars: {NO_INTERVAL}."
        if too_few(worlds)
        else f"Bars: {percent(level)} intervals from resampled worlds, for each tactic by itself."
    )
    headline(
        figure,
        _title(players, worlds),
        f"Rank by mean utility against all tactics, 1 is best. {bars} Right: mean utility less that of the best, "
        f"US$ bn a year.{left_out_note(left_out)}",
    )
    return figure


def _title(players: pd.DataFrame, worlds: int) -> str:
    parts = []
    for seat in SIDE_LABELS:
        found = verdict(players, seat)
        if not found.best:
            return "No pair reaches a deal: ranks say only what tactics make of the time until the talks end"
        names = listed([shortened(name, 40) for name in found.best])
        come = "come first together" if len(found.best) > 1 else "comes first"
        doubt = ", which is not clear" if len(found.best) == 1 and found.doubt(worlds) else ""
        parts.append(f"as {side(seat)} {names} {come} (in {percent(found.best_share)} of samples{doubt})")
    return capitalised(", ".join(parts))


def _panel(axes: Axes, own: pd.DataFrame, seat: str, *, bars: bool) -> None:
    heights, colour = range(len(own)), SIDE_COLOURS[seat]
    if bars:
        axes.hlines(heights, own["rank_low"] - 0.25, own["rank_high"] + 0.25, color=colour, linewidth=7, alpha=0.30)
    axes.plot(own["rank"], heights, "o", color=colour, markersize=6)
    axes.set_yticks(heights, [shortened(str(name), 30) for name in own["player"]])
    axes.set_ylim(len(own) - 0.4, -0.6)
    axes.set_xlim(0.5, len(own) + 0.5)
    step = 1 if len(own) <= 10 else 2 if len(own) <= 20 else 5
    axes.set_xticks(range(1, len(own) + 1, step))
    axes.set_xlabel("Rank")
    axes.set_title(f"As {side(seat)}")
    finish_axes(axes, grid="x")
    for height, value in zip(heights, own["utility"] - own["utility"].max(), strict=True):
        text = "best" if own["rank"][height] == 1 else minus(fixed(float(value), 2))
        axes.annotate(
            text, (1.02, height), xycoords=("axes fraction", "data"), va="center", fontsize=SMALL_SIZE,
            color=INK if own["rank"][height] == 1 else MUTED, annotation_clip=False,
        )  # fmt: skip
