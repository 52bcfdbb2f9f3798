"""Pictures of an advice: the regret of a side's choices, one row a setting, one column a tactic of the other side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from agents.tactics.registry import TACTICS
from experiments.figures.kit.style import (
    INK,
    SMALL_SIZE,
    VERMILLION,
    headline,
    new_figure,
    picture,
    shortened,
    styled,
    wrapped,
)
from experiments.figures.kit.theme import ON_DATA
from experiments.labels import (
    SIDE_LABELS,
    aligned,
    capitalised,
    counted,
    lever_label,
    listed,
    number,
    possessive,
    with_article,
)
from experiments.statistics.ties import equals

_SHADES: Final = LinearSegmentedColormap.from_list("regret", ["#FFFFFF", "#F6C7AE", VERMILLION, "#4A1D00"])

#: Rows that are drawn: those with the least regret under the other side's best reply, and the config as it is.
_ROWS: Final = 12

#: Columns that are drawn: the tactic of the config, all best replies, and those that cost most.
_COLUMNS: Final = 12

#: Levers of which the note says what they are.
_LEVERS: Final = 4

#: Share of the largest regret from which on a number in a cell is white.
_DARK: Final = 0.55


@picture
@styled
def regret_heat_map(cells: pd.DataFrame, side: str, config: str, meanings: Mapping[str, str]) -> Figure:
    """Draw mean regret by setting and reaction, with the other side's best reply framed.

    The twelve best settings and at most twelve reactions are drawn, so that each cell has its number; best replies are
    never left out. Reactions stand family by family.

    Parameters
    ----------
    cells : pandas.DataFrame
        Columns ``setting, reaction, regret, gain, is_reply``; regret and gain in US$ bn a year.
    side, config : str
        Side whose regret it is, and name of the config.
    meanings : mapping
        What the levers are, by path.

    Returns
    -------
    matplotlib.figure.Figure
    """
    answered = cells[cells["is_reply"]].sort_values("gain", ascending=False, kind="stable")
    first = cells["setting"].iloc[0]
    rows = list(dict.fromkeys([first, *answered["setting"].head(_ROWS)]))
    rows.sort(key=list(answered["setting"]).index)
    shown = cells[cells["setting"].isin(rows)]
    columns = _reactions(shown)
    table = shown.pivot(index="setting", columns="reaction", values="regret").loc[rows, columns].to_numpy(np.float64)
    replies = {(row["setting"], row["reaction"]) for row in answered.to_dict("records")}
    figure = new_figure(0.36 * len(rows) + 3.6)
    axes = figure.add_subplot()
    top = float(table.max()) or 1.0
    image = axes.imshow(table, cmap=_SHADES, vmin=0.0, vmax=top, aspect="auto")
    # All with the decimals that the largest one needs, so that they are compared at a glance.
    numbers = np.array(aligned(list(table.ravel()))).reshape(table.shape)
    for (i, j), regret in np.ndenumerate(table):
        ink = "white" if regret > _DARK * top else INK
        axes.text(j, i, str(numbers[i, j]), ha="center", va="center", fontsize=SMALL_SIZE - 1, color=ink, gid=ON_DATA)
        if (rows[i], columns[j]) in replies:
            axes.add_patch(Rectangle((j - 0.47, i - 0.44), 0.94, 0.88, fill=False, edgecolor=ink, linewidth=1.8,
                                     gid=ON_DATA))  # fmt: skip
    axes.set_yticks(range(len(rows)), [wrapped(lever_label(row, side), 34) for row in rows])
    axes.set_xticks(range(len(columns)), [shortened(name) for name in columns], rotation=45, ha="right",
                    rotation_mode="anchor")  # fmt: skip
    axes.tick_params(labelsize=SMALL_SIZE)
    axes.set_xlabel("Tactic of the other side")
    axes.set_ylabel("Setting")
    bar = figure.colorbar(image, ax=axes, shrink=0.8, pad=0.02)
    bar.set_label("Mean regret,\nUS$ bn a year", fontsize=SMALL_SIZE)
    note = (
        "Regret: shortfall from the best setting in the same world against the same tactic, mean over the worlds. "
        "Framed: the other side's best reply to a setting. Rows by own gain under that reply, the best on top; columns "
        f"by family.{_left_out(cells, rows, columns)}{_levers(rows, side, meanings)}"
    )
    headline(figure, _title(answered, first, side, config), note)
    return figure


def _levers(rows: Sequence[str], side: str, meanings: Mapping[str, str]) -> str:
    """What the levers are that are drawn, the best first; of many the first ones."""
    named = dict.fromkeys(row.partition("=")[0] for row in rows)
    known = [path for path in named if path in meanings and not path.endswith(".name")]
    told = [f"{lever_label(path, side)} is {with_article(meanings[path])}" for path in known[:_LEVERS]]
    return f" {capitalised('; '.join(told))}." if told else ""


def _reactions(shown: pd.DataFrame) -> list[str]:
    """Reactions that are drawn, in the order of their families; what the config has comes first."""
    every = list(dict.fromkeys(shown["reaction"]))
    wanted = list(dict.fromkeys([every[0], *shown.loc[shown["is_reply"], "reaction"]]))
    worst = shown.groupby("reaction", sort=False)["regret"].max().sort_values(ascending=False, kind="stable")
    wanted += [name for name in worst.index if name not in wanted][: max(0, _COLUMNS - len(wanted))]
    families = list(TACTICS)

    def place(name: str) -> tuple[bool, int]:
        tactic = name.partition(",")[0]
        return name != every[0], families.index(tactic) if tactic in families else len(families)

    return sorted((name for name in every if name in wanted), key=place)


def _left_out(cells: pd.DataFrame, rows: Sequence[str], columns: Sequence[str]) -> str:
    """How many settings and reactions are not drawn."""
    settings, reactions = (cells[name].nunique() - len(own) for name, own in (("setting", rows), ("reaction", columns)))
    parts = [
        *([f"{counted(settings, 'setting')} that {'does' if settings == 1 else 'do'} worse"] if settings else []),
        *([f"{counted(reactions, 'reaction')} that cost{'s' if reactions == 1 else ''} less"] if reactions else []),
    ]
    return f" Not drawn: {' and '.join(parts)}." if parts else ""


def _title(answered: pd.DataFrame, first: str, side: str, config: str) -> str:
    """Name what does best, and by how much over the present choice."""
    best = equals(answered["setting"].tolist(), answered["gain"].tolist(), largest=True)
    gains = answered.set_index("setting")["gain"]
    if first in best:
        return f"{config}: no lever beats {possessive(SIDE_LABELS[side])} present choice once the other side reacts"
    named = listed([shortened(lever_label(name, side), 50) for name in best])
    more = number(float(gains.max()) - float(gains[first]))
    return f"{config}: {SIDE_LABELS[side]} does best with {named} once the other side reacts: US${more} bn a year more"


FIGURES: Final[dict[str, Callable[..., Figure]]] = {"regret_heat_map": regret_heat_map}
