"""Where a tactic fails: opponents and endings by the round in which talks end, coloured by how bad it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from experiments.figures.kit.style import (
    INK,
    MUTED,
    PALE,
    SMALL_SIZE,
    VERMILLION,
    finish_axes,
    headline,
    new_figure,
    picture,
    shortened,
    tidy,
)
from experiments.figures.kit.theme import ON_DATA
from experiments.labels import inside, number, outcome_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Room beside the first and the last cell, for a number that is wider than its cell, as a share of the axis.
_ROOM: Final = 0.03

#: Rows that are drawn for an aim, the worst ones, and the height of each, inches.
_ROWS: Final = 6
_ROW: Final = 0.34
_WIDTH: Final = 9.0
_SHADES: Final = LinearSegmentedColormap.from_list("failure", ["#FFFFFF", "#F6C7AE", VERMILLION, "#6B2A00"])

#: Share of the way from 0 from which on a number in a cell is white.
_DARK: Final = 0.6

#: Title and unit of each aim, and the value that has the darkest shade; of money the largest of the picture.
_TITLES: Final[dict[str, tuple[str, str, float | None]]] = {
    "gain": ("Worse than walking away", "loss, US$ bn a year", None),
    "regret": ("Regret against the best reply", "regret, US$ bn a year", None),
    "missed": ("Deals missed though a zone existed", "share of draws", 1.0),
    "exploited": ("The other side takes the surplus", "its share", 1.0),
}


@picture
def failure_map(cells: pd.DataFrame, tactic: str, verdict: str) -> Figure:
    """Draw the cells in which a tactic fails.

    Parameters
    ----------
    cells : pandas.DataFrame
        Columns ``aim, opponent, outcome, round_from, round_to, score, confirmed``, one row a cell.
    tactic : str
        The tactic under test, for the title.
    verdict : str
        What the search came to, for the title.

    Returns
    -------
    matplotlib.figure.Figure
    """
    order = cells.sort_values(["confirmed", "score"], ascending=False, kind="stable")
    cells = order.drop_duplicates(["aim", "opponent", "outcome", "round_from"])
    aims = [aim for aim in _TITLES if (cells["aim"] == aim).any()]
    if not aims:
        figure = new_figure(2.2)
        axes = figure.add_subplot()
        axes.text(0.5, 0.5, "No point of the search reached a threshold", ha="center", va="center", color=MUTED)
        axes.set_axis_off()
        headline(figure, f"{tactic}: {verdict}")
        return figure
    rows = {aim: _rows(cells[cells["aim"] == aim]) for aim in aims}
    heights = [_ROW * (len(rows[aim]) + 0.2) for aim in aims]
    figure = new_figure(sum(heights) + 0.55 * len(aims) + 1.7, _WIDTH)
    panels: Any = figure.subplots(len(aims), 1, squeeze=False, sharex=True, height_ratios=heights)
    last = max(float(cells["round_to"].max()) - 0.5, 1.5)
    for axes, aim in zip(panels[:, 0], aims, strict=True):
        _panel(axes, cells[cells["aim"] == aim], rows[aim], aim, last)
    panels[-1, 0].set_xlabel("Round in which the talks end")
    note = (
        "Each cell shows the worst point that the search found for that opponent, ending and time, as it does on fresh "
        "draws; hollow cells did not hold on fresh draws. Empty: nothing there reached the threshold. Shades run from "
        "0, white, to 1 or the largest loss."
    )
    pairs = cells[["aim", "opponent", "outcome"]].drop_duplicates()
    more = len(pairs) - sum(len(own) for own in rows.values())
    if more:
        note += f" The {_ROWS} worst rows of each aim; {more} more are in the tables."
    headline(figure, f"{tactic}: {verdict}", note)
    return figure


def _rows(cells: pd.DataFrame) -> list[tuple[str, str]]:
    """Opponent and ending of each row, the worst on top."""
    order = cells.sort_values(["confirmed", "score"], ascending=False, kind="stable")
    pairs = dict.fromkeys(zip(order["opponent"], order["outcome"], strict=True))
    return list(pairs)[:_ROWS]


def _panel(axes: Axes, cells: pd.DataFrame, rows: list[tuple[str, str]], aim: str, last: float) -> None:
    title, unit, most = _TITLES[aim]
    scale = Normalize(0.0, most or float(cells["score"].max()) or 1.0)
    place = {pair: number for number, pair in enumerate(rows)}
    for cell in cells.to_dict("records"):
        row = place.get((cell["opponent"], cell["outcome"]))
        if row is None:
            continue
        shade = _SHADES(scale(cell["score"])) if cell["confirmed"] else "none"
        left, right = float(cell["round_from"]) - 0.5, float(cell["round_to"]) - 0.5
        kept = ON_DATA if cell["confirmed"] else None
        axes.add_patch(
            Rectangle((left, row - 0.42), right - left, 0.84, facecolor=shade, edgecolor=INK, linewidth=0.8, gid=kept)
        )
        dark = cell["confirmed"] and scale(cell["score"]) > _DARK
        # A number is as legible where it is wider than its cell.
        ground = [withStroke(linewidth=2.5, foreground=shade if cell["confirmed"] else "white")]
        axes.text(
            (left + right) / 2, row, number(cell["score"]), ha="center", va="center", fontsize=SMALL_SIZE - 1,
            color="white" if dark else INK, gid=kept, path_effects=ground,
        )  # fmt: skip
    axes.set_ylim(len(rows) - 0.4, -0.6)
    room = _ROOM * (last - 0.5)
    # Talks end in round 1 at the earliest: there is no round 0 to be named.
    axes.set_xlim(0.5 - min(room, 0.45), last + room)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=12, integer=True, min_n_ticks=1))
    axes.set_yticks(np.arange(len(rows)))
    axes.set_yticklabels([f"{shortened(name)} · {inside(outcome_label(end))}" for name, end in rows])
    finish_axes(axes, grid="x")
    axes.spines["left"].set_color(PALE)
    axes.set_title(tidy(f"{title} ({unit})"))


#: Figures of a stress test, each a function of tables.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {"failure_map": failure_map}
