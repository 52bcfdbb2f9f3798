"""What the firms would buy at each subsidy rate, and who holds out."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from experiments.figures.kit.paths import need_columns
from experiments.figures.kit.style import (
    BLUE,
    INK,
    MUTED,
    VERMILLION,
    MarginLabel,
    finish_axes,
    halo,
    headline,
    legend_below,
    margin_labels,
    new_figure,
    picture,
    shortened,
)
from experiments.labels import number, percent

_HEIGHT = 6.2
_COLUMNS = ("subsidy_rate", "firm", "purchases", "additional", "signed")


@picture
def deliverable_purchases(
    curve: pd.DataFrame,
    *,
    pledge: tuple[float, float] | None = None,
    pledged: str = "pledge",
    budget_limit: float | None = None,
    allocation_limit: float | None = None,
    note: str = "",
) -> Figure:
    """Draw the purchases of each firm, stacked, against the subsidy rate; hatched where the firm holds out.

    Parameters
    ----------
    curve : pandas.DataFrame
        One row per subsidy rate and firm: ``subsidy_rate`` (fraction), ``firm``, ``purchases`` and ``additional``
        (US$ bn a year: all that it buys at that rate, and the part that it would not buy without subsidy),
        ``signed`` (whether it commits to them).
    pledge : tuple of float, optional
        Subsidy rate and purchases (US$ bn a year, all of them) of a pledge to mark.
    pledged : str
        What to call it, such as an offer that was never signed.
    budget_limit : float, optional
        Subsidy budget, US$ bn a year; purchases beyond budget / rate cost more than it.
    allocation_limit : float, optional
        Most that the chip makers ship to these firms, US$ bn a year.
    note : str
        What is said of the pledge, written below.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need_columns(curve, _COLUMNS, "curve")
    figure = new_figure(_HEIGHT)
    axes = figure.add_subplot()
    tables = {name: _wide(curve, name) for name in ("purchases", "additional", "signed")}
    rates = 100.0 * tables["purchases"].index.to_numpy(dtype=float)
    if len(rates) == 1:  # one rate has no width to fill
        rates = rates[0] + np.array([-0.5, 0.5])
        tables = {name: pd.concat([table, table]) for name, table in tables.items()}
    labels, top = _draw_firms(axes, rates, tables["purchases"], tables["signed"].astype(bool))
    handles = _draw_totals(axes, rates, tables)
    extent = max(top, allocation_limit or 0.0, pledge[1] if pledge is not None else 0.0)
    axes.set_ylim(0, 1.08 * extent or 1.0)
    if len(rates) > 1:
        axes.set_xlim(rates[0], rates[-1])
    handles += _draw_limits(axes, budget_limit, allocation_limit)
    if pledge is not None:
        handles += [_draw_pledge(axes, pledge, pledged)]
    finish_axes(axes)
    axes.set_xlabel("Subsidy rate, % of the purchase")
    axes.set_ylabel("Purchases of US chips, US$ bn a year")
    margin_labels(axes, labels, 0.66 * _HEIGHT)
    legend_below(figure, note, handles=handles, ncols=2)
    headline(figure, _title(tables, budget_limit, allocation_limit))
    return figure


def _wide(curve: pd.DataFrame, column: str) -> pd.DataFrame:
    """One column of the curve with rates as rows and firms as columns, in the order in which they come."""
    named = curve.assign(firm=curve["firm"].astype(object))
    return named.pivot(index="subsidy_rate", columns="firm", values=column)[list(named["firm"].unique())]


def _draw_firms(
    axes: Axes, rates: np.ndarray, purchases: pd.DataFrame, signed: pd.DataFrame
) -> tuple[list[MarginLabel], float]:
    shades = matplotlib.colormaps["cividis"](np.linspace(0.12, 0.95, max(2, purchases.shape[1])))
    bottom, labels = np.zeros(len(rates)), []
    for shade, firm in zip(shades, purchases.columns, strict=False):
        top = bottom + purchases[firm].to_numpy(dtype=float)
        axes.fill_between(rates, bottom, top, facecolor=shade, edgecolor="white", linewidth=0.8, label=str(firm))
        out = ~signed[firm].to_numpy()
        out[1:] |= out[:-1]  # a firm holds out up to the rate at which it signs
        pale = 0.45 * np.asarray(shade[:3]) + 0.55
        holding_out: dict[str, Any] = {
            "facecolor": pale,
            "edgecolor": "white",
            "linewidth": 0.8,
            "hatch": "////",
            "hatchcolor": MUTED,
        }
        axes.fill_between(rates, bottom, top, where=out, **holding_out)
        labels.append(MarginLabel(float((bottom[-1] + top[-1]) / 2), shortened(str(firm), 18)))
        bottom = top
    return labels, float(bottom.max()) if len(bottom) else 0.0


def _signed_total(tables: dict[str, pd.DataFrame]) -> np.ndarray:
    """Purchases that can be announced: what would be bought anyway, and the rest of the firms that sign."""
    anyway = tables["purchases"] - tables["additional"]
    return (anyway + tables["additional"].where(tables["signed"].astype(bool), 0.0)).sum(axis=1).to_numpy()


def _draw_totals(axes: Axes, rates: np.ndarray, tables: dict[str, pd.DataFrame]) -> list[Artist]:
    anyway = (tables["purchases"] - tables["additional"]).sum(axis=1).to_numpy()
    signed = _signed_total(tables)
    look: dict[str, Any] = {"color": INK, "zorder": 4, "path_effects": halo()}
    holding_out = Patch(facecolor="#D5D4CF", edgecolor="white", hatch="////", hatchcolor=MUTED, label="firm holds out")
    return [
        axes.plot(rates, signed, linewidth=2.4, label="bought by firms that sign, or anyway", **look)[0],
        axes.plot(rates, anyway, linewidth=1.6, linestyle=(0, (1, 1.5)), label="bought without subsidy", **look)[0],
        *([holding_out] if not tables["signed"].to_numpy(dtype=bool).all() else []),
    ]


def _draw_limits(axes: Axes, budget: float | None, allocation: float | None) -> list[Artist]:
    handles: list[Artist] = []
    if budget is not None:
        low, high = axes.get_xlim()
        rates = np.linspace(max(low, 0.01), high, 400)
        line = axes.plot(rates, 100.0 * budget / rates, color=VERMILLION, linewidth=2, linestyle="--", zorder=5)[0]
        line.set_label(f"subsidy budget: US${number(budget)} bn a year")
        if 100.0 * budget / high <= axes.get_ylim()[1]:
            handles.append(line)
    if allocation is not None:
        label = f"chip makers' allocation: US${number(allocation)} bn a year"
        handles.append(axes.axhline(allocation, color=BLUE, linewidth=2, linestyle="-.", zorder=5, label=label))
    return handles


def _draw_pledge(axes: Axes, pledge: tuple[float, float], pledged: str) -> Artist:
    rate, purchases = 100.0 * pledge[0], pledge[1]
    axes.plot(rate, purchases, marker="*", markersize=20, color="white", markeredgecolor=INK, linestyle="", zorder=6,
              clip_on=False)  # fmt: skip
    label = f"{pledged}: US${number(purchases)} bn a year at {percent(pledge[0])}"
    return Line2D([], [], marker="*", markersize=14, color="white", markeredgecolor=INK, linestyle="", label=label)


def _title(tables: dict[str, pd.DataFrame], budget: float | None, allocation: float | None) -> str:
    """Say how much the firms would buy beyond their own plans at the best rate that keeps the limits."""
    rates = tables["purchases"].index.to_numpy(dtype=float)
    total = _signed_total(tables)
    possible = np.ones(len(rates), dtype=bool)
    if budget is not None:
        possible &= rates * total <= budget
    if allocation is not None:
        possible &= total <= allocation
    more = total - (tables["purchases"] - tables["additional"]).sum(axis=1).to_numpy()
    limited = "Within the limits, the" if budget is not None or allocation is not None else "The"
    if tables["purchases"].empty:
        return "No firms"
    if not possible.any() or more[possible].max() <= 0:
        return f"{limited} firms sign for nothing beyond what they would buy anyway"
    best = int(np.argmax(np.where(possible, more, -np.inf)))
    return (
        f"{limited} firms sign for up to US${number(float(more[best]))} bn a year more than they would buy anyway, "
        f"at a subsidy of {percent(float(rates[best]))}"
    )
