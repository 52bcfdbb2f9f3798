"""Pictures of a valued package: indifference curves of two issues, and what makes up for an amount over the draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.style import (
    BLUISH_GREEN,
    INK,
    MUTED,
    NARROW,
    PALE,
    SIDE_COLOURS,
    SMALL_SIZE,
    TIGHT_LEGEND,
    WIDTH,
    finish_axes,
    halo,
    headline,
    legend_below,
    minus,
    new_figure,
    picture,
)
from experiments.labels import SIDE_LABELS, inside, issue_label, listed, number, percent, plain, scale_of
from experiments.questions.value.accounts import ACCOUNT_LABELS, ACCOUNTS
from experiments.questions.value.amounts import size
from experiments.questions.value.curves import CURVES
from experiments.questions.value.findings import SPREAD

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_HEIGHT: Final = 6.2
#: Height on a phone, whose first screen has room for no more.
_LOW: Final = 2.9
_ROW: Final = 0.42
#: Share of the draws below which what makes up for an amount in them is no range.
_RARE: Final = 0.05
_WHERE: Final = {
    ("political",): "by their own payoffs alone",
    ("plain",): "in plain economics alone",
    ("political", "plain"): "by their own payoffs and in plain economics",
}
_DASHES: Final[dict[str, Any]] = {"us_treasury": "-", "partner": (0, (6, 2))}
_MARKERS: Final = {"us_treasury": "o", "partner": "s"}


@picture
def indifference_curves(
    curves: pd.DataFrame,
    between: tuple[str, str],
    values: Mapping[str, float],
    units: Mapping[str, str],
    *,
    narrow: bool = False,
) -> Figure:
    """Draw where each government is as well off as with the package, as two issues change: one panel an account.

    Parameters
    ----------
    curves : pandas.DataFrame
        Columns ``account, first, us_treasury, partner, better_from, better_to, delivered``; see
        :data:`experiments.questions.value.curves.CURVES`. Values are in the units of the issues.
    between : tuple of str
        The issue along the bottom and the one upwards.
    values : mapping
        The package: value of both issues.
    units : mapping
        Units of both issues.
    narrow : bool
        Whether it is drawn for a phone.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need_columns(curves, CURVES, "curves")
    across, up = between
    scales = scale_of(units[across]), scale_of(units[up])
    figure = new_figure(_LOW, NARROW) if narrow else new_figure(_HEIGHT)
    letters = SMALL_SIZE if narrow else None
    panels = figure.subplots(1, len(ACCOUNTS), sharex=True, sharey=True)
    for axes, account in zip(panels, ACCOUNTS, strict=True):
        own = curves[curves["account"] == account].sort_values("first")
        _curves(axes, own, scales)
        axes.plot(
            scales[0] * values[across], scales[1] * values[up], marker="*", color="white",
            markersize=12 if narrow else 17, markeredgecolor=INK, zorder=8, clip_on=False, linestyle="none",
        )  # fmt: skip
        axes.set_title(ACCOUNT_LABELS[account].capitalize(), fontsize=letters)
        axes.set_xlabel(issue_label(across, units[across]), fontsize=letters)
        finish_axes(axes, grid="both")
    panels[0].set_ylabel(issue_label(up, units[up]), fontsize=letters)
    first = scales[0] * curves["first"].to_numpy(float)
    panels[0].set_xlim(float(first.min()), float(first.max()))
    keys = _keys(curves, _SHORT_KEYS if narrow else _KEYS)
    legend_below(figure, handles=keys, ncols=3 if narrow else 2, **(TIGHT_LEGEND if narrow else {}))
    if not narrow:
        headline(figure, _title(curves, between))
    return figure


def _curves(axes: Axes, own: pd.DataFrame, scales: tuple[float, float]) -> None:
    first = scales[0] * own["first"].to_numpy(float)
    curves = {side: scales[1] * own[side].to_numpy(float) for side in SIDE_COLOURS}
    delivered = own["delivered"].to_numpy(bool)
    low, high = (scales[1] * own[name].to_numpy(float) for name in ("better_from", "better_to"))
    axes.fill_between(first, low, high, color=BLUISH_GREEN, alpha=0.22, linewidth=0, zorder=1)
    for side, line in curves.items():
        axes.plot(first, line, color=SIDE_COLOURS[side], linewidth=2.2, linestyle=_DASHES[side], zorder=5)
    if not delivered.all():
        edges = first[~delivered]
        axes.axvspan(float(edges.min()), float(edges.max()), facecolor="none", edgecolor=PALE, hatch="//", zorder=0)


#: What the legend says of a side, the star, the area and the part without deliveries.
_KEYS: Final = ("{} as well off as with the package", "The package", "Both better off", "Chips cannot be delivered")
_SHORT_KEYS: Final = ("{} as well off", "The package", "Both better off", "No delivery")


def _keys(curves: pd.DataFrame, texts: Sequence[str]) -> list[Any]:
    as_well_off, package, better, undelivered = texts
    keys: list[Any] = [
        Line2D([], [], color=SIDE_COLOURS[side], linewidth=2.2, linestyle=_DASHES[side],
               label=as_well_off.format(SIDE_LABELS[side]))
        for side in SIDE_COLOURS
    ]  # fmt: skip
    keys.append(Line2D([], [], marker="*", markersize=13, color="white", markeredgecolor=INK, linestyle="none",
                       label=package))  # fmt: skip
    if curves["better_from"].notna().any():
        keys.append(Patch(facecolor=BLUISH_GREEN, alpha=0.22, label=better))
    if not curves["delivered"].to_numpy(bool).all():
        keys.append(Patch(facecolor="none", edgecolor=PALE, hatch="//", label=undelivered))
    return keys


def _title(curves: pd.DataFrame, between: tuple[str, str]) -> str:
    better = set(curves.loc[curves["better_from"].notna(), "account"])
    pair = f"{inside(plain(between[0]))} for {inside(plain(between[1]))}"
    if not better:
        return f"No trade of {pair} leaves both better off"
    where = _WHERE[tuple(account for account in ACCOUNTS if account in better)]
    return f"Trades of {pair} leave both better off {where}"


@picture
def equivalents(
    spread: pd.DataFrame, amount: tuple[str, float], units: Mapping[str, str], *, narrow: bool = False
) -> Figure:
    """Draw what of each other issue makes up for an amount of one, over the draws: median and middle 90 %.

    Parameters
    ----------
    spread : pandas.DataFrame
        Columns ``other, account, side, draws, found, low, median, high``; moves in the unit of the issue. One panel an
        issue that makes up for it in at least 5 % of the draws, if there is one.
    amount : tuple
        Issue and amount of it, in its unit.
    units : mapping
        Units of all these issues.
    narrow : bool
        Whether it is drawn for a phone.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need_columns(spread, SPREAD, "spread")
    shown, rare = _shown(spread)
    rows = [(account, side) for account in ACCOUNTS for side in SIDE_COLOURS]
    figure = new_figure(len(shown) * (len(rows) * _ROW + 1.15) + 0.8, NARROW if narrow else WIDTH)
    for axes, other in zip(figure.subplots(len(shown), 1, squeeze=False)[:, 0], shown, strict=True):
        own = spread[spread["other"] == other].set_index(["account", "side"])
        _intervals(axes, own, rows, scale_of(units[other]))
        axes.set_title(plain(other))
        axes.set_xlabel(_moves_label(units[other]))
    if narrow:
        return figure
    issue, much = amount
    way = "more" if much > 0 else "less"
    headline(
        figure,
        f"What makes up for {size(abs(much), units[issue])} {way} of {inside(plain(issue))}",
        "Mark: median. Line: middle 90 % of the draws in which such a move is within the range and can be delivered; "
        "at the right how many these are." + rare,
    )
    return figure


def _shown(spread: pd.DataFrame) -> tuple[list[str], str]:
    """Issues with a panel of their own, and a sentence on those that hardly ever make up for it."""
    often = {
        other: float((own["found"] / own["draws"]).max())
        for other, own in ((str(name), rows) for name, rows in spread.groupby("other", sort=False))
    }
    least = _RARE if max(often.values()) >= _RARE else 0.0
    shown = [other for other, share in often.items() if share > 0.0 and share >= least]
    left = [inside(plain(other)) for other in often if other not in shown]
    if not left:
        return shown, ""
    return shown, f" In less than {percent(_RARE)} of the draws: {listed(left, cut=False)}."


def _moves_label(unit: str) -> str:
    return "Move, points" if scale_of(unit) != 1.0 else f"Move, {unit}".removesuffix(", ")


def _intervals(axes: Axes, own: pd.DataFrame, rows: Sequence[tuple[str, str]], scale: float) -> None:
    names = []
    for place, (account, side) in enumerate(rows):
        row: Any = own.loc[(account, side)]
        names.append(f"{SIDE_LABELS[side]}, {ACCOUNT_LABELS[account]}")
        if row["found"]:
            ends = scale * np.array([row["low"], row["high"]], dtype=float)
            axes.plot(ends, [place, place], color=SIDE_COLOURS[side], linewidth=3, solid_capstyle="round", zorder=3)
            filled = SIDE_COLOURS[side] if account == "political" else "white"
            axes.plot(
                scale * float(row["median"]), place, marker=_MARKERS[side], markersize=9, markerfacecolor=filled,
                markeredgecolor=SIDE_COLOURS[side], markeredgewidth=2, zorder=4, linestyle="none",
            )  # fmt: skip
            axes.annotate(
                minus(number(scale * float(row["median"]), sign=True)), (scale * float(row["median"]), place), (0, 8),
                textcoords="offset points", ha="center", fontsize=SMALL_SIZE, path_effects=halo(), zorder=6,
            )  # fmt: skip
        axes.annotate(
            f"{int(row['found']):,} of {int(row['draws']):,}", (1.01, place), xycoords=("axes fraction", "data"),
            va="center", fontsize=SMALL_SIZE, color=MUTED, annotation_clip=False,
        )  # fmt: skip
    axes.axvline(0.0, color=MUTED, linewidth=0.8)
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(len(rows) - 0.5, -0.8)
    axes.margins(x=0.08)
    finish_axes(axes, grid="x")


#: Figures of a valued package, each a function of tables.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {
    "indifference_curves": indifference_curves,
    "equivalents": equivalents,
}
