"""What the firms sign for against what their government pledges."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.style import (
    BLUISH_GREEN,
    INK,
    MUTED,
    PALE,
    SMALL_SIZE,
    VERMILLION,
    finish_axes,
    halo,
    headline,
    legend_below,
    new_figure,
    picture,
    shortened,
)
from experiments.labels import number, percent

_COLUMNS: Final = ("firm", "additional", "signed")

#: What is signed and what is pledged are the same number up to the interpolation of the purchase curve.
_SAME: Final = 1e-3

#: Width that a number takes up with its distance from the bar, as a share of the axis.
_NUMBER: Final = 0.07


@picture
def commitments(
    firms: pd.DataFrame,
    pledge: float,
    *,
    subsidy_rate: float | None = None,
    pledged: str = "pledge",
    note: str = "",
) -> Figure:
    """Draw the firms' commitments one after the other up to the pledge, hatched where a firm holds out.

    Parameters
    ----------
    firms : pandas.DataFrame
        One row per firm: ``firm``, ``additional`` (what it buys at the subsidy on offer beyond what it would buy
        anyway, US$ bn a year) and ``signed`` (whether it commits to that).
    pledge : float
        What the government pledges beyond what would be bought anyway, US$ bn a year.
    subsidy_rate : float, optional
        Subsidy on offer, as a fraction of the purchase.
    pledged : str
        What to call the pledge, such as an offer that was never signed.
    note : str
        What is said of the pledge, written below.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need_columns(firms, _COLUMNS, "firms")
    ordered = firms.sort_values(["signed", "additional"], ascending=[False, False], kind="stable")
    figure = new_figure(2.4 + 0.5 * (len(ordered) + 1))
    axes = figure.add_subplot()
    amounts, signed = ordered["additional"].to_numpy(dtype=float), ordered["signed"].to_numpy(dtype=bool)
    ends = np.cumsum(amounts)
    axes.set_xlim(0.0, 1.12 * max(pledge, float(ends[-1]) if len(ends) else 0.0) or 1.0)
    for row, (amount, end, signs) in enumerate(zip(amounts, ends, signed, strict=True)):
        look: dict[str, Any] = (
            {"color": BLUISH_GREEN} if signs else {"color": PALE, "edgecolor": MUTED, "hatch": "////"}
        )
        axes.barh(row, amount, left=end - amount, height=0.62, linewidth=0.6, **look)
        _write_amount(axes, row, amount, end, pledge)
    total = float(amounts[signed].sum())
    if abs(total - pledge) <= _SAME * pledge:
        total = pledge
    axes.barh(len(ordered), total, height=0.62, color=INK)
    _write_amount(axes, len(ordered), total, total, pledge)
    line = axes.axvline(pledge, color=VERMILLION, linewidth=2.2, linestyle="--", zorder=5)
    line.set_label(f"{pledged}: US${number(pledge)} bn a year")
    names = [shortened(str(name), 24) for name in ordered["firm"]]
    axes.set_yticks(range(len(ordered) + 1), [*names, "All that sign"])
    axes.set_ylim(len(ordered) + 0.6, -0.6)
    finish_axes(axes, grid="x")
    axes.tick_params(axis="y", length=0)
    axes.set_title(f"Firm by firm, up to the {pledged}")
    axes.set_xlabel("Chip purchases beyond what would be bought anyway, US$ bn a year")
    handles: list[Artist] = []
    if signed.any():
        handles.append(Patch(facecolor=BLUISH_GREEN, label="firm signs"))
    if not signed.all():
        handles.append(Patch(facecolor=PALE, edgecolor=MUTED, hatch="////", label="firm holds out"))
    handles.append(line)
    legend_below(figure, note, handles=handles, ncols=3)
    headline(figure, _title(ordered, total, pledge, subsidy_rate, pledged))
    return figure


def _write_amount(axes: Axes, row: int, amount: float, end: float, pledge: float) -> None:
    """Write what a bar stands for to its right, or to its left where the line of the pledge would run through it."""
    room = _NUMBER * axes.get_xlim()[1]
    crosses = 0.0 <= pledge - end < room
    left = crosses and end - amount > room
    # Without room on the left either, as for a firm alone, the number moves beyond the line.
    at = end - amount if left else pledge if crosses else end
    axes.annotate(
        number(amount),
        (at, row),
        (-5 if left else 5, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center",
        fontsize=SMALL_SIZE,
        path_effects=halo(),
        zorder=6,
    )


def _title(firms: pd.DataFrame, total: float, pledge: float, subsidy_rate: float | None, pledged: str) -> str:
    if firms.empty:
        return "No firms"
    at = "" if subsidy_rate is None else f" at a subsidy of {percent(subsidy_rate)}"
    who = f"{int(firms['signed'].sum())} of {len(firms)} firms"
    if pledge <= 0.0:
        return f"{who} sign{at}; nothing is pledged"
    return f"{who} sign for US${number(total)} bn a year{at}: {100 * total / pledge:.0f} % of the {pledged}"
