"""Picture of a discovery: the trade-off between coverage and density, and the box over its two strongest dimensions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.figures.kit.style import (
    BLUE,
    BLUISH_GREEN,
    INK,
    MUTED,
    PALE,
    REDDISH_PURPLE,
    VERMILLION,
    finish_axes,
    headline,
    new_figure,
    picture,
    shortened,
)
from experiments.lab.inputs import DUMMY
from experiments.labels import counted, percent
from experiments.questions.discover.beside import BESIDE, is_flag, spread

if TYPE_CHECKING:
    from experiments.questions.discover.boxes import Discovery

_COLOURS: Final = (BLUE, REDDISH_PURPLE, BLUISH_GREEN)
_MOST_DOTS: Final = 3_000


@picture
def box_figure(result: Discovery) -> Figure:
    """Draw how each box was peeled, and the first box over the two inputs that restrict it most."""
    figure = new_figure(6.4, 12.5)
    left, right = figure.subplots(1, 2)
    for place, box in enumerate(result.boxes):
        colour = _COLOURS[place % len(_COLOURS)]
        way = box.trajectory
        left.plot(way["coverage"] * 100, way["density"] * 100, color=colour, marker=".", markersize=5, linewidth=1,
                  label=f"peeling towards box {place + 1}")  # fmt: skip
        left.plot(box.coverage * 100, box.density * 100, color=colour, marker="s", markersize=11, linestyle="none",
                  markeredgecolor=INK)  # fmt: skip
    left.axhline(result.share * 100, color=MUTED, linewidth=0.8, linestyle="--", label="share in all runs")
    left.set_xlim(0, 103)
    left.set_ylim(0, 103)
    left.set_xlabel("Coverage: share of the cases in the box, %")
    left.set_ylabel("Density: share of the box that are cases, %")
    left.set_title("From everything to a small box (squares: taken)")
    left.legend(loc="lower left")
    finish_axes(left, grid="both")
    _plane(right, result)
    headline(figure, _title(result), "A peeling counts among the runs that earlier boxes have left; a square among "
             f"all runs. Dots: single runs.{_of_flags(result)}")  # fmt: skip
    return figure


def _of_flags(result: Discovery) -> str:
    """What is said of dots that are 0 or 1 in an input of the first box."""
    shown = [limit.input for limit in result.boxes[0].limits[:2]] if result.boxes else []
    return " What is 0 or 1 is spread to both sides of it." if any(is_flag(result, name) for name in shown) else ""


def _plane(axes: Axes, result: Discovery) -> None:
    """First box over its two strongest inputs; the dummy stands in where it restricts one only."""
    limits = {limit.input: limit for limit in result.boxes[0].limits[:2]} if result.boxes else {}
    first, second = [*limits, *[name for name in (DUMMY, result.sample.columns[0]) if name not in limits]][:2]
    shown = result.sample.head(_MOST_DOTS)
    beside = {name: pd.Series(spread(result, name), index=result.sample.index) for name in (first, second)}
    for case, colour, size, label in ((False, PALE, 9, "other runs"), (True, VERMILLION, 9, f"talks {result.words}")):
        part = shown[shown["case"] == case]
        across, up = (part[name] + beside[name][part.index] for name in (first, second))
        axes.scatter(across, up, s=size, color=colour, label=label, linewidths=0)
    ends = []
    for name in (first, second):
        values = result.sample[name].to_numpy(float)
        low, high = float(values.min()), float(values.max())
        limit = limits.get(name)
        margin = BESIDE if is_flag(result, name) else 0.0
        low, high = (low, high) if limit is None else (max(limit.low, low), min(limit.high, high))
        ends.append((low - margin, high + margin))
    (left, right), (bottom, top) = ends
    axes.add_patch(Rectangle((left, bottom), right - left, top - bottom, fill=False, edgecolor=INK, linewidth=2.2))
    axes.set_xlabel(_named(result, first))
    axes.set_ylabel(_named(result, second))
    for name, axis in ((first, axes.xaxis), (second, axes.yaxis)):
        if is_flag(result, name):
            axis.set_ticks([0.0, 1.0], ["0: no", "1: yes"])
    axes.set_title("Box 1 over its two strongest inputs")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=2, markerscale=2)
    finish_axes(axes, grid=None)


def _named(result: Discovery, name: str) -> str:
    unit = result.units.get(name, "")
    return f"{shortened(name, 44)}{f', {unit}' if unit else ''}"


def _title(result: Discovery) -> str:
    if not result.boxes:
        return f"No box in which talks {result.words} more often than elsewhere"
    box = result.boxes[0]
    first, more = [limit.input for limit in box.limits[:2]], len(box.limits) - 2
    names = " and ".join(first) if more <= 0 else f"{', '.join(first)} and {counted(more, 'other input')}"
    return (
        f"Talks {result.words} in {percent(box.density)} of a box set by {names}, against "
        f"{percent(result.share)} in all runs"
    )


#: Figures of a discovery, each a function of its tables.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {"boxes": box_figure}
