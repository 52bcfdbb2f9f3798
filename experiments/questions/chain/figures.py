"""Pictures of a chain: each case alone and after the others, and how far the order moves it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.figures.kit.style import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    PALE,
    SMALL_SIZE,
    VERMILLION,
    finish_axes,
    headline,
    new_figure,
    picture,
)
from experiments.labels import counted
from experiments.questions.chain.tables import ALONE, IN_CHAIN, SETTINGS, STRONGEST, WEAKEST

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.questions.chain.tables import Chained

_COLOURS: Final = {ALONE: MUTED, IN_CHAIN: BLUE}
_OFFSETS: Final = {ALONE: -0.16, IN_CHAIN: 0.16}
_ROW: Final = 0.5
_MARGIN: Final = 2.0


@picture
def chain_cases(result: Chained) -> Figure:
    """Draw share of deals and country rate of each case, alone and in the chain."""
    figure = new_figure(_MARGIN + _ROW * len(result.members))
    left, right = figure.subplots(1, 2, sharey=True)
    for setting in SETTINGS:
        rows = [result.row(case, setting) for case in result.members]
        at = np.arange(len(rows)) + _OFFSETS[setting]
        shares = [100.0 * float(row["agreed"]) for row in rows]
        errors = [200.0 * float(row["agreed_error"]) for row in rows]
        left.errorbar(shares, at, xerr=errors, fmt="o", color=_COLOURS[setting], markersize=6, label=setting)
        low, middle, high = ([100.0 * float(row[f"rec_{name}"]) for row in rows] for name in ("q05", "q50", "q95"))
        right.hlines(at, low, high, color=_COLOURS[setting], linewidth=1.6)
        right.plot(middle, at, color=_COLOURS[setting], marker="o", markersize=6, linestyle="", label=setting)
    _facts(left, result, "fact_agreed")
    _facts(right, result, "fact_rec")
    _finish(left, result, "Deal", "Share of runs, %")
    _finish(right, result, "Country rate that holds", "Rate, %")
    left.set_xlim(-3, 103)
    left.legend(fontsize=SMALL_SIZE - 1)
    note = "Left: shares with two Monte Carlo errors. Right: medians, and where nine of ten runs lie. "
    note += "Stars: what the record says of the day."
    headline(figure, f"{result.title}, by {result.horizon}", note)
    return figure


def _facts(axes: Axes, result: Chained, name: str) -> None:
    """Mark how each case ended, where the record says so."""
    facts = [100.0 * float(result.row(case, ALONE)[name]) for case in result.members]
    known = [place for place, fact in enumerate(facts) if np.isfinite(fact)]
    if known:
        axes.plot([facts[place] for place in known], known, color=INK, marker="*", markersize=10, linestyle="",
                  label="in fact", zorder=5)  # fmt: skip


def _finish(axes: Axes, result: Chained, title: str, unit: str) -> None:
    axes.set_title(title)
    axes.set_xlabel(unit)
    axes.set_ylabel("Case")
    axes.set_yticks(range(len(result.members)), list(result.members))
    axes.set_ylim(len(result.members) - 0.5, -0.5)
    finish_axes(axes, grid="x")


@picture
def chain_orders(result: Chained) -> Figure:
    """Draw where each case lies over all orders that were tried, with the largest and the smallest first marked."""
    figure = new_figure(_MARGIN + _ROW * len(result.members))
    panels = figure.subplots(1, 2, sharey=True)
    for panel, name, title, unit in zip(
        panels, ("agreed", "rec"), ("Deal", "Mean country rate"), ("Share of runs, %", "Rate, %"), strict=True
    ):
        for at, case in enumerate(result.members):
            own = result.places[(result.places["case"] == case).to_numpy()].set_index("order")[name] * 100.0
            panel.plot(own, np.full(len(own), at), color=PALE, marker="|", markersize=12, linestyle="")
            for order, colour in ((STRONGEST, VERMILLION), (WEAKEST, ORANGE)):
                numbers = [
                    int(row["order"])
                    for row in result.orders.to_dict("records")
                    if order in str(row["name"]).split(", ")
                ]
                label = order if at == 0 else None
                panel.plot(own[numbers], [at] * len(numbers), color=colour, marker="D", linestyle="", label=label)
            alone = 100.0 * float(result.row(case, ALONE)[name])
            panel.plot(
                [alone], [at], color=MUTED, marker="o", markersize=6, linestyle="", label=ALONE if at == 0 else None
            )
        _finish(panel, result, title, unit)
    panels[0].legend(fontsize=SMALL_SIZE - 1)
    note = f"Each line: one of {counted(len(result.orders), 'order')}. Size: GDP."
    headline(figure, f"{result.title}: what the order does", note)
    return figure


#: Figures of a chain, each a function of its tables.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {"chain_cases": chain_cases, "chain_orders": chain_orders}
