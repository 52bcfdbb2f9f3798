"""What each tactic gains, how often it has a deal and how long that takes, in either seat."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.style import (
    INK,
    MUTED,
    SIDE_COLOURS,
    SIDE_MARKERS,
    finish_axes,
    headline,
    legend_below,
    minus,
    new_figure,
    picture,
    shortened,
)
from experiments.labels import AGREEMENT, SIDE_LABELS, capitalised, fixed, side
from experiments.questions.tournament.figures.left_out import left_out_note
from experiments.statistics.intervals import Z_95, mean_interval
from sim.issues import SIDES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: What a panel shows: column of the players, factor, title and label of its axis.
_PANELS: Final = (
    ("gain", 1.0, "Gain", "Over walking away,\nUS$ bn a year"),
    ("deal_share", 100.0, "Deals", "Share of all worlds, %"),
    ("days", 1.0, "Days to a deal", "Days, of worlds with a deal"),
)

#: Tactics with deals from which on a rank correlation can be told from noise.
_FEWEST: Final = 5

#: Distance of the seats from the middle of their row.
_APART: Final = 0.17

#: Columns of the table of worlds that :func:`player_ranges` needs.
RANGE_COLUMNS: Final = ("us", "partner", "world", "outcome", "day", *(f"gain.{seat}" for seat in SIDES))

_RANGES: Final = ("seat", "player", *(f"{name}_{end}" for name, *_ in _PANELS for end in ("low", "high")))


def player_ranges(worlds: pd.DataFrame, players: Collection[str]) -> pd.DataFrame:
    """How sure the means of each player are, and how its days to a deal vary.

    Parameters
    ----------
    worlds : pandas.DataFrame
        Table ``worlds`` of a tournament: columns ``us, partner, world, outcome, day, gain.<side>``.
    players : collection of str
        Players that are ranked; pairs of others do not count.

    Returns
    -------
    pandas.DataFrame
        Columns ``seat, player``, and ``_low`` and ``_high`` of ``gain`` and ``deal_share``, 95 % intervals of the mean
        over worlds in each of which every opponent counts alike, and of ``days``, which hold the middle half of the
        deals.
    """
    need_columns(worlds, RANGE_COLUMNS, "worlds")
    own = worlds[worlds["us"].isin(players) & worlds["partner"].isin(players)]
    rows: list[dict[str, Any]] = []
    for seat, column in zip(SIDE_LABELS, ("us", "partner"), strict=True):
        table = pd.DataFrame(
            {
                "player": own[column].astype(str),
                "world": own["world"],
                "gain": own[f"gain.{seat}"].astype(float),
                "deal_share": (own["outcome"] == AGREEMENT).astype(float),
                "days": own["day"].astype(float),
            }
        )
        means = table.groupby(["player", "world"], sort=False)[["gain", "deal_share"]].mean()
        for player, part in table.groupby("player", sort=False):
            row: dict[str, Any] = {"seat": seat, "player": player}
            of_player = means.xs(player, level="player")
            for name in ("gain", "deal_share"):
                row[f"{name}_low"], row[f"{name}_high"] = mean_interval(of_player[name].to_numpy(float))
            # The normal interval of a share may leave what shares can be.
            row["deal_share_low"] = max(row["deal_share_low"], 0.0)
            row["deal_share_high"] = min(row["deal_share_high"], 1.0)
            days = part.loc[part["deal_share"] == 1.0, "days"]
            row["days_low"], row["days_high"] = days.quantile(0.25), days.quantile(0.75)
            rows.append(row)
    return pd.DataFrame(rows, columns=list(_RANGES))


@picture
def tournament_times(players: pd.DataFrame, ranges: pd.DataFrame, *, left_out: Collection[str] = ()) -> Figure:
    """Draw a row a tactic and a panel a number: gain, share of deals and days to a deal, in both seats, from zero.

    Parameters
    ----------
    players : pandas.DataFrame
        Table ``players`` of a tournament.
    ranges : pandas.DataFrame
        What :func:`player_ranges` returns.
    left_out : collection of str
        Players that are not ranked.
    """
    need_columns(players, ("seat", "player", *(name for name, *_ in _PANELS)), "players")
    table = players.merge(ranges, on=["seat", "player"], how="left", validate="one_to_one")
    # By the mean of both seats, each measured by its own best, so that neither seat's dollars decide alone.
    best = table.groupby("seat")["gain"].transform(lambda own: float(own.abs().max()) or 1.0)
    order = (table["gain"] / best).groupby(table["player"], sort=False).mean()
    names = list(order.sort_values(ascending=False, kind="stable").index)
    figure = new_figure(2.4 + 0.31 * len(names))
    panels: Any = figure.subplots(1, len(_PANELS), sharey=True)
    for axes, (name, scale, title, label) in zip(panels, _PANELS, strict=True):
        _panel(axes, table, names, name, scale)
        axes.set_title(title)
        axes.set_xlabel(label)
        finish_axes(axes, grid="both")
    panels[0].set_yticks(range(len(names)), [shortened(str(name), 26) for name in names])
    panels[0].set_ylabel("Tactic")
    panels[0].set_ylim(len(names) - 0.4, -0.6)
    note = (
        "Means over all opponents and worlds. Lines: of gain and deals 95 % intervals over the worlds, of days the "
        f"middle half of the deals. Best gain of both seats together on top.{left_out_note(left_out)}"
    )
    legend_below(figure, note, handles=panels[0].get_legend_handles_labels()[0], ncols=2)
    headline(figure, _title(players))
    return figure


def _panel(axes: Axes, table: pd.DataFrame, names: list[Any], column: str, scale: float) -> None:
    for seat, offset in zip(SIDE_LABELS, (-_APART, _APART), strict=True):
        own = table[table["seat"] == seat].set_index("player").reindex(names)
        places = np.arange(len(names)) + offset
        middle, low, high = (scale * own[f"{column}{end}"].to_numpy(float) for end in ("", "_low", "_high"))
        axes.hlines(places, low, high, color=SIDE_COLOURS[seat], linewidth=1.6, alpha=0.7)
        axes.plot(
            middle, places, linestyle="", marker=SIDE_MARKERS[seat], markersize=6, color=SIDE_COLOURS[seat],
            markeredgecolor=INK, markeredgewidth=0.5, label=f"as {side(seat)}", zorder=3,
        )  # fmt: skip
    left, right = axes.get_xlim()
    axes.set_xlim(min(left, 0.0), right + 0.02 * (right - left))
    axes.axvline(0.0, color=MUTED, linewidth=1.0, zorder=1)


def _title(players: pd.DataFrame) -> str:
    """Say whether slower tactics gain more, by the rank correlation, and where that is within noise."""
    found = {seat: _together(players[players["seat"] == seat]) for seat in SIDE_LABELS}
    told = [f"{minus(fixed(value, 2))} as {side(seat)}" for seat, (value, word) in found.items() if word]
    if not told:
        return "Gain, deals and days to a deal of every tactic"
    words = {word for _, word in found.values() if word}
    if len(words) == 1:
        return f"Slower tactics gain {words.pop()}: rank correlation {' and '.join(told)}"
    parts = (
        f"as {side(seat)} slower tactics gain {word} (rank correlation {minus(fixed(value, 2))})"
        for seat, (value, word) in found.items()
        if word
    )
    return capitalised(", ".join(parts))


def _together(own: pd.DataFrame) -> tuple[float, str]:
    """Rank correlation of days and gain of one seat, and what it says; nothing where there are too few."""
    own = own[own["days"].notna()]
    if len(own) < _FEWEST or own["days"].nunique() < 2 or own["gain"].nunique() < 2:
        return math.nan, ""
    value = float(own["days"].rank().corr(own["gain"].rank()))
    # Beside the standard error of a rank correlation where there is none.
    if abs(value) < Z_95 / math.sqrt(len(own) - 1):
        return value, "neither more nor less, within noise"
    return value, "more" if value > 0.0 else "less"
