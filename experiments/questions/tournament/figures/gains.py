"""Heat maps of a tournament: what every pair of tactics gains for the US and for the partner, and the best replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.colors import Normalize

from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.style import INK, SMALL_SIZE, finish_axes, headline, minus, new_figure, picture, shortened
from experiments.figures.kit.theme import ON_DATA
from experiments.labels import SIDE_LABELS, aligned, listed, partner_name, side
from experiments.questions.tournament.ranks import FEWEST_WORLDS
from experiments.questions.tournament.verdict import too_few
from experiments.statistics.ties import equals

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.records import Floats

#: Players up to which every cell shows its number.
_NUMBERED: Final = 12

#: Deviation, as a share of the range of gains, below which a tactic is a best reply.
_BEST: Final = 1e-6

#: What is added where worlds are few.
_FEW: Final = f" With fewer than {FEWEST_WORLDS} worlds, other draws could give other best replies."

#: What is added where there are such cells.
_FAILED: Final = " White: the pair was not played to the end."


@picture
def tournament_gains(cells: pd.DataFrame, *, worlds: int) -> Figure:
    """Draw one heat map a seat: rows are what the US plays, columns what the partner plays.

    Parameters
    ----------
    cells : pandas.DataFrame
        Table ``cells`` of a tournament, whose rows come pair by pair.
    worlds : int
        Worlds of the tournament; with few of them it warns that other draws could say something else.
    """
    needed = [f"{kind}.{side}" for kind in ("gain", "payoff", "deviation") for side in SIDE_LABELS]
    need_columns(cells, ("us", "partner", "deals", *needed), "cells")
    labels = list(dict.fromkeys(cells["us"]))
    size = len(labels)
    cell = 0.62 if size <= _NUMBERED else 0.36
    names = 0.085 * max(len(_name(label)) for label in labels)
    figure = new_figure(cell * size + names + 2.0, width=max(9.0, 2 * cell * size + names + 3.6))
    panels: Any = figure.subplots(1, 2, sharey=True)
    best = []
    for axes, government in zip(panels, SIDE_LABELS, strict=True):
        values = cells[f"gain.{government}"].to_numpy(dtype=float).reshape(size, size)
        deviations = cells[f"deviation.{government}"].to_numpy(dtype=float).reshape(size, size)
        known = values[~np.isnan(values)]
        is_best = deviations <= _BEST * max(1e-12, float(np.ptp(known)) if known.size else 0.0)
        best.append(is_best)
        _panel(figure, axes, values, labels, government)
        _mark(axes, is_best)
    _outline(panels, best[0] & best[1])
    panels[0].set_ylabel("US plays")
    any_failed = bool(cells["deals"].isna().any())
    headline(
        figure,
        _title(cells),
        "Mean gain over walking away on the day on which the talks end. Tactics decide when that is: one that lowers "
        "its own walk-away gains more and is not paid more. Dots: the best reply of the panel's side to what the other "
        "plays, by the utility of the tournament. Squares: both reply best, a pure Nash equilibrium."
        f"{_FEW * too_few(worlds)}{_FAILED * any_failed}{_without_reply(cells)}",
    )
    return figure


def _without_reply(cells: pd.DataFrame) -> str:
    """Who is left out of best replies: all whose pair with itself has none."""
    own = cells[
        (cells["us"] == cells["partner"]) & cells[[f"deviation.{seat}" for seat in SIDE_LABELS]].isna().any(axis=1)
    ]
    names = ", ".join(shortened(str(name), 40) for name in own["us"])
    return f" Left out of best replies because a pair of theirs failed: {names}." if names else ""


def _name(label: str) -> str:
    return shortened(label, 30)


def _panel(figure: Figure, axes: Axes, values: Floats, labels: list[str], seat: str) -> None:
    # Zero is walking away: the scale diverges there, and stays in one colour where nothing lies below.
    known = values[~np.isnan(values)]
    most = float(np.abs(known).max(initial=0.0)) or 1.0
    norm = Normalize(-most, most)
    image = axes.imshow(values, cmap="PuOr_r", norm=norm, aspect="auto")
    axes.set_title(f"Gain of {side(seat)}")
    axes.set_xlabel(f"{partner_name()} plays")
    ticks = range(len(labels))
    axes.set_xticks(ticks, [_name(label) for label in labels], rotation=90)
    axes.set_yticks(ticks, [_name(label) for label in labels])
    finish_axes(axes, grid=None)
    axes.spines[:].set_visible(False)
    if len(labels) <= _NUMBERED:
        _write(axes, values, norm)
    bar = figure.colorbar(image, ax=axes, shrink=0.7, pad=0.02)
    low, high = float(known.min(initial=0.0)), float(known.max(initial=0.0))
    bar.ax.set_ylim(low - 0.02 * most, high + 0.02 * most)
    bar.ax.tick_params(labelsize=SMALL_SIZE)
    bar.ax.set_xlabel("Gain", fontsize=SMALL_SIZE, loc="left")
    bar.set_label("US$ bn a year", fontsize=SMALL_SIZE)


def _write(axes: Axes, values: Floats, norm: Normalize) -> None:
    colours = mpl.colormaps["PuOr_r"]
    texts = aligned([float(value) for value in values.ravel()])
    for ((row, column), value), text in zip(np.ndenumerate(values), texts, strict=True):
        if np.isnan(value):
            axes.text(column, row, "failed", ha="center", va="center", fontsize=SMALL_SIZE, gid=ON_DATA)
            continue
        red, green, blue, _ = colours(norm(value))
        dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
        colour = "white" if dark else INK
        axes.text(column, row, minus(text), ha="center", va="center", fontsize=SMALL_SIZE, color=colour,
                  gid=ON_DATA)  # fmt: skip


def _mark(axes: Axes, is_best: np.ndarray) -> None:
    rows, columns = np.nonzero(is_best)
    # Beside the number, where cells have one.
    aside = 0.36 if len(is_best) <= _NUMBERED else 0.0
    axes.scatter(
        columns + aside,
        rows - aside,
        s=14 if aside else 22,
        color=INK,
        edgecolor="white",
        linewidth=0.5,
        zorder=3,
        gid=ON_DATA,
    )


def _outline(panels: Any, both: np.ndarray) -> None:
    from matplotlib.patches import Rectangle

    for axes in panels:
        for row, column in np.argwhere(both):
            corner = (float(column) - 0.48, float(row) - 0.48)
            axes.add_patch(Rectangle(corner, 0.96, 0.96, fill=False, edgecolor=INK, linewidth=2.2, zorder=4,
                                     gid=ON_DATA))  # fmt: skip


def _title(cells: pd.DataFrame) -> str:
    ranked = cells[cells[[f"deviation.{seat}" for seat in SIDE_LABELS]].notna().all(axis=1)]
    if ranked.empty:
        return "Nobody is ranked: failed pairs leave fewer than two tactics to compare"
    if not ranked["deals"].any():
        return "No pair reaches a deal, and nobody gains over walking away"
    best = []
    for column, seat in zip(("us", "partner"), SIDE_LABELS, strict=True):
        means = ranked.groupby(column, sort=False)[f"payoff.{seat}"].mean()
        best.append(
            listed([shortened(name, 40) for name in equals(means.index.tolist(), means.tolist(), largest=True)])
        )
    size = ranked["us"].nunique()
    return f"By mean payoff over all {size} opponents the US does best with {best[0]}, {partner_name()} with {best[1]}"
