"""Pictures of an advice: the regret of a side's choices, one row a setting, one column a tactic of the other side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.figures.kit.style import INK, SMALL_SIZE, VERMILLION, headline, new_figure, picture, shortened, styled
from experiments.figures.kit.theme import ON_DATA
from experiments.labels import SIDE_LABELS, fixed, lever_label, listed
from experiments.statistics.ties import equals

_SHADES: Final = LinearSegmentedColormap.from_list("regret", ["#FFFFFF", "#F6C7AE", VERMILLION, "#4A1D00"])

#: Rows that are drawn: those with the least regret under the other side's best reply, and the config as it is.
_ROWS: Final = 30

#: Columns beside which a number still fits into its cell.
_NUMBERED: Final = 12


@picture
@styled
def regret_heat_map(cells: pd.DataFrame, side: str, config: str) -> Figure:
    """Draw mean regret by setting and reaction, with the other side's best reply framed.

    Parameters
    ----------
    cells : pandas.DataFrame
        Columns ``setting, reaction, regret, gain, is_reply``; regret and gain in US$ bn a year.
    side, config : str
        Side whose regret it is, and name of the config.

    Returns
    -------
    matplotlib.figure.Figure
    """
    answered = cells[cells["is_reply"]].sort_values("gain", ascending=False, kind="stable")
    first = cells["setting"].iloc[0]
    rows = list(dict.fromkeys([first, *answered["setting"].head(_ROWS)]))
    rows.sort(key=list(answered["setting"]).index)
    columns = list(dict.fromkeys(cells["reaction"]))
    table = cells.pivot(index="setting", columns="reaction", values="regret").loc[rows, columns].to_numpy(np.float64)
    figure = new_figure(0.3 * len(rows) + 2.9)
    axes = figure.add_subplot()
    top = float(table.max()) or 1.0
    image = axes.imshow(table, cmap=_SHADES, vmin=0.0, vmax=top, aspect="auto")
    for i, setting in enumerate(rows):
        for j, reaction in enumerate(columns):
            ink = "white" if table[i, j] > 0.55 * top else INK
            if len(columns) <= _NUMBERED:
                text = fixed(float(table[i, j]), 2)
                axes.text(j, i, text, ha="center", va="center", fontsize=SMALL_SIZE - 2, color=ink,
                          gid=ON_DATA)  # fmt: skip
            if ((answered["setting"] == setting) & (answered["reaction"] == reaction)).any():
                axes.add_patch(Rectangle((j - 0.47, i - 0.44), 0.94, 0.88, fill=False, edgecolor=ink, linewidth=1.8,
                                         gid=ON_DATA))  # fmt: skip
    axes.set_yticks(range(len(rows)), [shortened(lever_label(row, side), 46) for row in rows], fontsize=SMALL_SIZE)
    axes.set_xticks(range(len(columns)), [shortened(name) for name in columns], rotation=45, ha="right",
                    rotation_mode="anchor", fontsize=SMALL_SIZE)  # fmt: skip
    axes.set_xlabel("Tactic of the other side")
    axes.set_ylabel("Setting")
    bar = figure.colorbar(image, ax=axes, shrink=0.8, pad=0.02)
    bar.set_label("Mean regret,\nUS$ bn a year", fontsize=SMALL_SIZE)
    best = equals(answered["setting"].tolist(), answered["gain"].tolist(), largest=True)
    named = listed([shortened(lever_label(name, side), 50) for name in best])
    text = f"{config}: {SIDE_LABELS[side]} does best with {named} once the other side reacts"
    if first in best:
        text = f"{config}: no lever beats {SIDE_LABELS[side]}'s present choice once the other side reacts"
    note = (
        "Regret: shortfall from the best setting in the same world against the same tactic, mean over the worlds. "
        "Framed: the other side's best reply to a setting. Rows by own gain under that reply, the best on top."
    )
    headline(figure, text, note)
    return figure


FIGURES: Final[dict[str, Callable[..., Figure]]] = {"regret_heat_map": regret_heat_map}
