"""Picture of a discovery: the trade-off between coverage and density, and the box over its two strongest dimensions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import ScaledTranslation

from experiments.figures.kit.input_names import input_label, input_words
from experiments.figures.kit.style import (
    BLUE,
    BLUISH_GREEN,
    INK,
    MUTED,
    REDDISH_PURPLE,
    SKY_BLUE,
    SMALL_SIZE,
    VERMILLION,
    finish_axes,
    headline,
    new_figure,
    picture,
)
from experiments.lab.inputs import DUMMY
from experiments.labels import capitalised, counted, percent, with_article
from experiments.questions.discover.beside import BESIDE, is_flag, spread
from experiments.questions.discover.text import inputs_of

if TYPE_CHECKING:
    from experiments.questions.discover.boxes import Discovery
    from experiments.questions.discover.prim import Limit

#: Colour and mark of each box.
_LOOKS: Final = ((BLUE, "s"), (REDDISH_PURPLE, "D"), (BLUISH_GREEN, "^"))

#: Where the legends begin, inches below the axes: under the numbers and the label, so that they cover no point.
_BELOW_LABEL: Final = 0.6
_LINE: Final = 0.18
_MOST_DOTS: Final = 3_000


@picture
def box_figure(result: Discovery) -> Figure:
    """Draw how each box was peeled, and the first box over the two inputs that restrict it most.

    Without a box the runs alone are drawn.
    """
    if not result.boxes:
        figure = new_figure(6.0, 6.5)
        axes = figure.add_subplot()
        _plane(axes, result)
        _legend(figure, axes)
        headline(figure, _title(result), f"{capitalised(counted(len(result.sample), 'run'))}; dots: single runs.")
        return figure
    figure = new_figure(6.0, 11.0)
    left, right = figure.subplots(1, 2)
    for place, box in enumerate(result.boxes):
        colour, marker = _LOOKS[place % len(_LOOKS)]
        way = box.trajectory
        left.plot(way["coverage"] * 100, way["density"] * 100, color=colour, marker=marker, markersize=3.5, linewidth=1,
                  label=f"peeling towards box {place + 1}")  # fmt: skip
        left.plot(box.coverage * 100, box.density * 100, color=colour, marker=marker, markersize=13, linestyle="none",
                  markeredgecolor=INK)  # fmt: skip
    left.axhline(result.share * 100, color=MUTED, linewidth=1.2, linestyle="--", label="share in all runs")
    left.set_xlim(0, 103)
    left.set_ylim(0, 103)
    left.set_xlabel("Coverage: share of the cases in the box, %")
    left.set_ylabel("Density: share of the box\nthat are cases, %")
    left.set_title("From everything to a small box")
    finish_axes(left, grid="both")
    _plane(right, result)
    for axes in (left, right):
        _legend(figure, axes)
    first = result.boxes[0]
    note = (
        f"Box 1 holds {first.rows:,} of {counted(len(result.sample), 'run')} and {percent(first.coverage)} of the "
        "cases. Large mark: the box that was taken, counted among all runs; a peeling counts among the runs that "
        f"earlier boxes have left. Dots: single runs.{_of_flags(result)}"
    )
    headline(figure, _title(result), note)
    return figure


def _legend(figure: Figure, axes: Axes) -> None:
    lines = axes.get_xlabel().count("\n")
    below = axes.transAxes + ScaledTranslation(0.0, -_BELOW_LABEL - _LINE * lines, figure.dpi_scale_trans)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), bbox_transform=below, ncols=2)


def _of_flags(result: Discovery) -> str:
    """What is said of dots that are 0 or 1 in an input of the first box."""
    shown = [limit.input for limit in result.boxes[0].limits[:2]]
    return " What is 0 or 1 is spread to both sides of it." if any(is_flag(result, name) for name in shown) else ""


def _plane(axes: Axes, result: Discovery) -> None:
    """First box over its two strongest inputs; the dummy stands in where it restricts one only."""
    limits = {limit.input: limit for limit in result.boxes[0].limits[:2]} if result.boxes else {}
    first, second = [*limits, *[name for name in (DUMMY, result.sample.columns[0]) if name not in limits]][:2]
    shown = result.sample.head(_MOST_DOTS)
    beside = {name: pd.Series(spread(result, name), index=result.sample.index) for name in (first, second)}
    words = f"talks {result.words}"
    for case, colour, marker, label in ((False, SKY_BLUE, "o", "other runs"), (True, VERMILLION, "x", words)):
        part = shown[shown["case"] == case]
        across, up = (part[name] + beside[name][part.index] for name in (first, second))
        axes.scatter(across, up, s=16, color=colour, label=label, marker=marker, linewidths=0.9 if case else 0)
    if result.boxes:
        (left, right), (bottom, top) = (_ends(result, name, limits.get(name)) for name in (first, second))
        axes.add_patch(Rectangle((left, bottom), right - left, top - bottom, fill=False, edgecolor=INK, linewidth=2.2))
    meanings = _meanings(result)
    axes.set_xlabel(_named(result, first, meanings), fontsize=SMALL_SIZE)
    axes.set_ylabel(_named(result, second, meanings), fontsize=SMALL_SIZE)
    for name, axis in ((first, axes.xaxis), (second, axes.yaxis)):
        if is_flag(result, name):
            axis.set_ticks([0.0, 1.0], ["0: no", "1: yes"])
    over = "its two strongest inputs" if len(limits) > 1 else "its input and one it leaves free"
    axes.set_title(f"Box 1 over {over}" if result.boxes else "Runs over two of the inputs")
    finish_axes(axes, grid=None)


def _ends(result: Discovery, name: str, limit: Limit | None) -> tuple[float, float]:
    """Where the first box begins and ends along an input."""
    values = result.sample[name].to_numpy(float)
    low, high = float(values.min()), float(values.max())
    margin = BESIDE if is_flag(result, name) else 0.0
    if limit is not None:
        low, high = max(limit.low, low), min(limit.high, high)
    return low - margin, high + margin


def _named(result: Discovery, name: str, meanings: Mapping[str, str]) -> str:
    unit = "" if is_flag(result, name) else result.units.get(name, "")
    return input_label(name, meanings, unit, lines=3)


def _meanings(result: Discovery) -> dict[str, str]:
    """What each input is, by its path; the dummy is called by its name."""
    return {path: one.meaning for path, one in inputs_of(result).items() if path != DUMMY}


def _title(result: Discovery) -> str:
    if not result.boxes:
        return f"No box in which talks {result.words} more often than the {percent(result.share)} of all runs"
    box = result.boxes[0]
    meanings = _meanings(result)
    first, more = [with_article(input_words(limit.input, meanings)) for limit in box.limits[:2]], len(box.limits) - 2
    names = " and ".join(first) if more <= 0 else f"{', '.join(first)} and {counted(more, 'other input')}"
    return (
        f"Talks {result.words} in {percent(box.density)} of a box set by {names}, against "
        f"{percent(result.share)} in all runs"
    )


#: Figures of a discovery, each a function of its tables.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {"boxes": box_figure}
