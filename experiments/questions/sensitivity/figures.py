"""Bars of Sobol effects with intervals, a tornado of swings, and Morris's plane of size and spread."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Hashable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.transforms import ScaledTranslation

from experiments.figures.kit.style import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    SKY_BLUE,
    SMALL_SIZE,
    finish_axes,
    halo,
    headline,
    new_figure,
    picture,
    shortened,
)
from experiments.lab.inputs import CHANCE, DUMMY, FLAG
from experiments.labels import inside, number, percent, scale_of
from experiments.questions.sensitivity.effects import (
    METHOD_NAMES,
    MORRIS,
    SOBOL,
    above_noise,
    main_key,
    main_method,
    noise,
    wide,
)
from experiments.statistics.ties import best_places, together

if TYPE_CHECKING:
    from experiments.questions.sensitivity.findings import Findings
    from sim.records import Floats

TORNADO: Final = "tornado"

_MOST_BARS: Final = 12
_NAME: Final = 42
_NAMED: Final = 8

#: Spread of an effect, as a share of its mean size, up to which it is called steady.
_STEADY: Final = 0.5

#: Where the legend of a tornado begins, inches below its axis: under the numbers and the label.
_BELOW_LABEL: Final = 0.55


#: About how large the plane of Morris is, and a number of a point with the room around it, typographic points.
_PLANE: Final = (560.0, 280.0)
_NUMBER: Final = (8.0, 14.0)

#: Places that are tried for a number: so many to either side, and as many above and below.
_RINGS: Final = 4

#: How a figure says what the dummy is.
_YARDSTICK: Final = "Dummy: a random number that no rule reads, so that what it gets is noise."


@picture
def sobol_bars(effects: pd.DataFrame, label: str, clear: Collection[str], noise: float) -> Figure:
    """Draw first and total Sobol effects of the strongest inputs with their intervals, the dummy last.

    Parameters
    ----------
    effects : pandas.DataFrame
        Index of inputs; columns ``sobol.first``, ``sobol.total`` and both with ``_low`` and ``_high``.
    label : str
        Words for the output.
    clear : collection of str
        Inputs above the noise of Sobol, which alone the title names.
    noise : float
        How far from 0 the dummy's first effect may be.
    """
    order = effects.drop(index=DUMMY).sort_values("sobol.total", ascending=False, kind="stable").head(_MOST_BARS)
    shown = pd.concat([order, effects.loc[[DUMMY]]])
    figure = new_figure(1.9 + 0.42 * len(shown))
    axes = figure.add_subplot()
    places = np.arange(len(shown))
    for key, offset, colour, words in (
        ("sobol.total", 0.2, BLUE, "total effect: alone and with others"),
        ("sobol.first", -0.2, SKY_BLUE, "first effect: alone"),
    ):
        values = shown[key].to_numpy(float)
        ends = np.abs(np.stack([values - shown[f"{key}_low"], shown[f"{key}_high"] - values]))
        axes.barh(places - offset, values, height=0.38, color=colour, label=words)
        axes.errorbar(values, places - offset, xerr=ends, fmt="none", ecolor=INK, elinewidth=1, capsize=2)
    _name_rows(axes, list(shown.index))
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.axvline(noise, color=ORANGE, linewidth=1.2, linestyle="--", label="noise, from the dummy")
    axes.set_xlabel("Share of the variance (bars: 95 % intervals)")
    axes.legend(loc="lower right")
    finish_axes(axes, grid="x")
    note = (
        f"{_YARDSTICK} Its total effect is 0 by construction, so the noise is read off its first effect: its size and "
        "half its interval. The title names an input only if the interval of its total effect lies above that."
    )
    named = order["sobol.total"][order.index.isin(clear)]
    if named.empty:
        headline(figure, f"{label}: no input stands out from the noise of Sobol", note)
        return figure
    best, several = _largest(named)
    share = percent(float(named.iloc[0]))
    headline(figure, f"{label}: {best} {'matter' if several else 'matters'} most ({share} of variance)", note)
    return figure


@picture
def tornado(
    swings: pd.DataFrame, label: str, unit: str, clear: Collection[str], method: str, put_in: str = ""
) -> Figure:
    """Draw where the mean output stands in the lowest and the highest tenth of each input, widest swing first.

    Parameters
    ----------
    swings : pandas.DataFrame
        ``input, unit, low_input, high_input, at_low, at_high, mean``.
    label, unit : str
        Words for the output and its unit; a share without a unit is shown in per cent.
    clear : collection of str
        Inputs above the noise of `method`: the title names those of them alone that swing further than the dummy.
    method : str
        Name of the method.
    put_in : str
        What is said of an issue whose value is put in.
    """
    width = (swings["at_high"] - swings["at_low"]).abs()
    table = swings.assign(width=width).sort_values("width", ascending=False, kind="stable")
    is_dummy = table["input"] == DUMMY
    table = pd.concat([table[~is_dummy].head(_MOST_BARS), table[is_dummy]])
    scale, of = _shown_in(unit)
    middle = float(table["mean"].iloc[0]) * scale
    figure = new_figure(1.9 + 0.42 * len(table))
    axes = figure.add_subplot()
    for place, (at_low, at_high) in enumerate(zip(table["at_low"], table["at_high"], strict=True)):
        for end, value, colour in (("low", at_low, ORANGE), ("high", at_high, BLUE)):
            axes.barh(place, float(value) * scale - middle, left=middle, height=0.7, color=colour,
                      label=f"input in its {end}est tenth" if place == 0 else None, alpha=0.9)  # fmt: skip
    axes.axvline(middle, color=INK, linewidth=1)
    _name_rows(axes, [_with_ends(row) for row in table.to_dict("records")], 60)
    axes.set_xlabel(f"{label}: mean, %" if scale > 1.0 else f"Mean of {inside(label)}, {of}")
    below = axes.transAxes + ScaledTranslation(0.0, -_BELOW_LABEL, figure.dpi_scale_trans)
    axes.legend(loc="upper center", bbox_to_anchor=(0.4, 0.0), bbox_transform=below, ncols=2)
    finish_axes(axes, grid="x")
    flags = "; of what happens or not, 0 without it and 1 with it" if (table["unit"] == FLAG).any() else ""
    note = (
        f"In brackets: median of the input in both tenths{flags}. The other inputs vary as they do. {_YARDSTICK} The "
        f"title names an input only if it stands above the noise of {method} and swings the mean further than the "
        "dummy."
    )
    note = " ".join(filter(None, [note, put_in]))
    widths = table.set_index("input")["width"]
    noise = float(widths.get(DUMMY, 0.0))
    named = widths[widths.index.isin(clear) & (widths > noise)]
    if named.empty:
        headline(figure, f"{label}: no input swings the mean beyond the noise", note)
        return figure
    best, several = _largest(named)
    swing = f"{number(float(named.max()) * scale)} {of}"
    headline(figure, f"{label}: {best} {'swing' if several else 'swings'} the mean by {swing}", note)
    return figure


def _shown_in(unit: str) -> tuple[float, str]:
    """Factor from an output to what is drawn, and the unit of a difference: how often something happens has none."""
    return (scale_of(unit), unit) if unit and scale_of(unit) == 1.0 else (100.0, "points")


def _with_ends(row: Mapping[Hashable, Any]) -> str:
    name = str(row["input"])
    if row["unit"] == FLAG:
        return f"{name} (0 to 1)"
    return name if name in (DUMMY, CHANCE) else f"{name} ({number(row['low_input'])} to {number(row['high_input'])})"


@picture
def morris_plane(effects: pd.DataFrame, label: str, unit: str, clear: Collection[str]) -> Figure:
    """Draw mean size against spread of the elementary effects; above the diagonal an effect depends on other inputs.

    Parameters
    ----------
    effects : pandas.DataFrame
        Index of inputs; columns ``morris.mu_star`` and ``morris.sigma``.
    label, unit : str
        Words for the output and its unit; a share without a unit is shown in per cent.
    clear : collection of str
        Inputs above the noise of Morris, which alone the title names.
    """
    figure = new_figure(6.4)
    axes = figure.add_subplot()
    order = effects.sort_values("morris.mu_star", ascending=False, kind="stable")
    scale, of = _shown_in(unit)
    size, spread = (scale * order[f"morris.{name}"].to_numpy(float) for name in ("mu_star", "sigma"))
    axes.scatter(size, spread, color=BLUE, s=28, zorder=3)
    top = max(float(size[0]), 1e-9)
    axes.plot([0, top], [0, top], color=MUTED, linewidth=0.8, linestyle="--", label="spread as large as the effect")
    names = [shortened(str(name), _NAME) for name in order.index[:_NAMED]]
    tall = max(top, float(np.nanmax(spread)))
    band = 1.0 - 1.5 * SMALL_SIZE * (len(names) + 1) / _PLANE[1]
    offsets = _beside(size[:_NAMED] / top * _PLANE[0], spread[:_NAMED] / tall * _PLANE[1] * band)
    for number_, (x, y, offset) in enumerate(zip(size, spread, offsets, strict=False), 1):
        axes.annotate(str(number_), (x, y), xytext=offset, textcoords="offset points", ha="center", va="center",
                      fontsize=SMALL_SIZE, path_effects=halo())  # fmt: skip
    listed = "\n".join(f"{place}  {name}" for place, name in enumerate(names, 1))
    axes.text(0.01, 0.99, listed, transform=axes.transAxes, ha="left", va="top", fontsize=SMALL_SIZE,
              path_effects=halo())  # fmt: skip
    axes.set_xlim(-0.03 * top, 1.08 * top)
    # Names and legend stand above all points.
    axes.set_ylim(0.0, 1.05 * tall / band)
    axes.set_xlabel(
        f"Mean size of the effect (mu*) on {inside(label)}, {of} per unit of the input's cumulative probability"
    )
    axes.set_ylabel(f"Spread of the effect (sigma), {of}\nper unit of cumulative probability")
    axes.legend(loc="upper right")
    finish_axes(axes, grid="both")
    note = f"{_YARDSTICK} The title names an input only if the 95 % interval of its mean effect lies above the dummy's."
    named = order[order.index.isin(clear)]
    if named.empty:
        headline(figure, f"{label}: no input stands out from the noise of Morris", note)
        return figure
    best, several = _largest(named["morris.mu_star"])
    ratio = float(named["morris.sigma"].iloc[0]) / float(named["morris.mu_star"].iloc[0])
    unsteady = ratio > _STEADY or math.isnan(ratio)
    words = "changes with the other inputs" if unsteady else "is much the same whatever the others"
    if several:
        headline(figure, f"{label}: {best} have the largest effect", note)
    else:
        headline(figure, f"{label}: {best} has the largest effect, which {words}", note)
    return figure


def _beside(across: Floats, up: Floats) -> list[tuple[float, float]]:
    """Offsets of the numbers of points from their points, so that none lies on another, nor on a point if possible.

    Parameters
    ----------
    across, up : numpy.ndarray
        Where the points are, typographic points from the corner of the plane.
    """
    wide, high = _NUMBER
    found: list[tuple[float, float]] = []
    for place, (x, y) in enumerate(zip(across, up, strict=True)):
        sides = (1, -1) if place % 2 == 0 else (-1, 1)
        tried = [
            (side * ring * wide, step * high)
            for ring in range(1, _RINGS + 1)
            for step in (0, *range(1, ring + 1), *range(-1, -ring - 1, -1))
            for side in (*sides, 0)
            if (side or step) and y + step * high >= 0.0
        ]

        def covered(offset: tuple[float, float], x: float = x, y: float = y) -> int:
            right, height = x + offset[0], y + offset[1]
            on_numbers = sum(
                abs(right - across[one] - dx) < wide and abs(height - up[one] - dy) < high
                for one, (dx, dy) in enumerate(found)
            )
            on_points = int(((np.abs(across - right) < wide - 1) & (np.abs(up - height) < high / 2 + 2)).sum())
            return len(across) * int(on_numbers) + on_points

        found.append(min(tried, key=covered))
    return found


def _largest(values: pd.Series) -> tuple[str, bool]:
    """Inputs whose value is the largest, all that differ by rounding only, and whether there are several."""
    called = [str(name) for name in values.index]
    places = best_places(values.to_numpy(float))
    return together([called[place] for place in places]), len(places) > 1


def _name_rows(axes: Axes, names: list[str], width: int = _NAME) -> None:
    axes.set_yticks(range(len(names)), [shortened(name, width) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_ylabel("Input")
    root = axes.get_figure(root=True)
    engine = None if root is None else root.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        # Long names come out a little wider at other resolutions than the one of the layout.
        engine.set(rect=(0.02, 0.0, 0.98, 1.0))


#: Figures of a sensitivity analysis by their kind, each a function of tables.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {SOBOL: sobol_bars, TORNADO: tornado, MORRIS: morris_plane}


def drawings_of(result: Findings, output: str) -> dict[str, Callable[[], Figure]]:
    """How each figure that there is for an output is drawn, by kind."""
    effects, label, unit = result.effects, result.label(output), result.unit(output)
    frame, swings = wide(effects, output), result.swings[result.swings["output"] == output]
    found: dict[str, Callable[[], Figure]] = {}
    if main_key(SOBOL) in frame:
        clear = above_noise(effects, output, SOBOL)
        found[SOBOL] = partial(sobol_bars, frame, label, clear, noise(effects, output, SOBOL))
    if len(swings):
        method = main_method(effects, output)
        clear = above_noise(effects, output, method)
        found[TORNADO] = partial(
            tornado, swings, label, unit, clear, METHOD_NAMES[method], result.put_in.get(output, "")
        )
    if main_key(MORRIS) in frame:
        found[MORRIS] = partial(morris_plane, frame, label, unit, above_noise(effects, output, MORRIS))
    return found
