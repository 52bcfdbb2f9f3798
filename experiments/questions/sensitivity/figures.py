"""Bars of Sobol effects with intervals, a tornado of swings, and bars of size and spread by Morris."""

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

from experiments.figures.kit.input_names import input_label, input_words
from experiments.figures.kit.style import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    SKY_BLUE,
    finish_axes,
    headline,
    legend_below,
    new_figure,
    picture,
)
from experiments.lab.inputs import CHANCE, DUMMY, FLAG
from experiments.labels import between, counted, inside, number, percent, scale_of, with_article
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

TORNADO: Final = "tornado"

_MOST_BARS: Final = 12

#: Height of a row, inches, with room for a meaning of two lines and a path.
_ROW: Final = 0.7

#: Spread of an effect, as a share of its mean size, up to which it is called steady.
_STEADY: Final = 0.5

#: Where the legend of a tornado begins, inches below its axis: under the numbers and the label.
_BELOW_LABEL: Final = 0.55


#: What the tick in a bar of spread is.
_TICK: Final = "mean size again"

#: How a figure says what the dummy is.
_YARDSTICK: Final = "Dummy: a random number that no rule reads, so that what it gets is noise."


@picture
def sobol_bars(
    effects: pd.DataFrame, label: str, clear: Collection[str], noise: float, meanings: Mapping[str, str]
) -> Figure:
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
    meanings : mapping
        What each input is, by its path.
    """
    order = effects.drop(index=DUMMY).sort_values("sobol.total", ascending=False, kind="stable").head(_MOST_BARS)
    shown = pd.concat([order, effects.loc[[DUMMY]]])
    figure = new_figure(1.9 + _ROW * len(shown))
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
    _name_rows(axes, [input_label(str(name), meanings) for name in shown.index])
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
    best, several = _largest(named, meanings)
    share = percent(float(named.iloc[0]))
    what = "what matter most are" if several else "what matters most is"
    headline(figure, f"{label}: {what} {best} ({share} of variance)", note)
    return figure


@picture
def tornado(
    swings: pd.DataFrame,
    label: str,
    unit: str,
    clear: Collection[str],
    method: str,
    meanings: Mapping[str, str],
    put_in: str = "",
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
    meanings : mapping
        What each input is, by its path.
    put_in : str
        What is said of an issue whose value is put in.
    """
    width = (swings["at_high"] - swings["at_low"]).abs()
    table = swings.assign(width=width).sort_values("width", ascending=False, kind="stable")
    is_dummy = table["input"] == DUMMY
    table = pd.concat([table[~is_dummy].head(_MOST_BARS), table[is_dummy]])
    scale, of = _shown_in(unit)
    middle = float(table["mean"].iloc[0]) * scale
    figure = new_figure(1.9 + _ROW * len(table))
    axes = figure.add_subplot()
    for place, (at_low, at_high) in enumerate(zip(table["at_low"], table["at_high"], strict=True)):
        for end, value, colour in (("low", at_low, ORANGE), ("high", at_high, BLUE)):
            axes.barh(place, float(value) * scale - middle, left=middle, height=0.7, color=colour,
                      label=f"input in its {end}est tenth" if place == 0 else None, alpha=0.9)  # fmt: skip
    axes.axvline(middle, color=INK, linewidth=1)
    _name_rows(axes, [_with_ends(row, meanings) for row in table.to_dict("records")])
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
    best, several = _largest(named, meanings)
    swing = f"{number(float(named.max()) * scale)} {of}"
    what = "the widest swings of the mean" if several else "the widest swing of the mean"
    headline(figure, f"{label}: {what}, {swing}, {'come' if several else 'comes'} from {best}", note)
    return figure


def _shown_in(unit: str) -> tuple[float, str]:
    """Factor from an output to what is drawn, and the unit of a difference: how often something happens has none."""
    return (scale_of(unit), unit) if unit and scale_of(unit) == 1.0 else (100.0, "points")


def _with_ends(row: Mapping[Hashable, Any], meanings: Mapping[str, str]) -> str:
    name, unit = str(row["input"]), str(row["unit"])
    if unit == FLAG:
        return input_label(name, meanings, values="0 to 1")
    if name in (DUMMY, CHANCE):
        return input_label(name, meanings)
    low, high = (float(row[end]) for end in ("low_input", "high_input"))
    ends = between(low, high, unit) if scale_of(unit) != 1.0 else f"{number(low)} to {number(high)} {unit}".strip()
    return input_label(name, meanings, values=ends, lines=3)


@picture
def morris_bars(
    effects: pd.DataFrame,
    label: str,
    unit: str,
    clear: Collection[str],
    noise: float,
    meanings: Mapping[str, str],
) -> Figure:
    """Draw size of the elementary effects with its interval, and beside it their spread, largest size first.

    Parameters
    ----------
    effects : pandas.DataFrame
        Index of inputs; columns ``morris.mu_star``, the same with ``_low`` and ``_high``, and ``morris.sigma``.
    label, unit : str
        Words for the output and its unit; a share without a unit is shown in per cent.
    clear : collection of str
        Inputs above the noise of Morris, which alone the title names.
    noise : float
        End of the dummy's interval, in the unit of the table.
    meanings : mapping
        What each input is, by its path.
    """
    order = effects.drop(index=DUMMY).sort_values("morris.mu_star", ascending=False, kind="stable")
    shown = pd.concat([order.head(_MOST_BARS), effects.loc[[DUMMY]]])
    scale, of = _shown_in(unit)
    size, low, high, spread = (
        scale * shown[f"morris.{name}"].to_numpy(float) for name in ("mu_star", "mu_star_low", "mu_star_high", "sigma")
    )
    places = np.arange(len(shown))
    figure = new_figure(2.6 + _ROW * len(shown))
    panels: Any = figure.subplots(1, 2, sharey=True)
    left, right = panels
    left.barh(places, size, height=0.6, color=BLUE)
    ends = np.abs(np.stack([size - low, high - size]))
    left.errorbar(size, places, xerr=ends, fmt="none", ecolor=INK, elinewidth=1.2, capsize=2.5)
    left.axvline(scale * noise, color=ORANGE, linewidth=1.4, linestyle="--", label="noise, from the dummy")
    left.set_title("How large: mu*")
    left.set_xlabel(f"Mean size of the effect, {of}\n(bars: 95 % intervals)")
    _name_rows(left, [input_label(str(name), meanings, width=34, lines=3) for name in shown.index])
    right.barh(places, spread, height=0.6, color=SKY_BLUE)
    right.plot(size, places, linestyle="", marker="|", markersize=15, markeredgewidth=2.2, color=INK, label=_TICK)
    right.set_title("How unsteady: sigma")
    right.set_xlabel(f"Spread of the effect, {of}")
    for panel in panels:
        panel.set_xlim(left=0.0)
        finish_axes(panel, grid="x")
    note = (
        f"Effect on {inside(label)} of moving one input alone, per unit of its cumulative probability. A bar of spread "
        f"that passes its tick: the effect depends on the other inputs. {_YARDSTICK} The title names an input only if "
        "the 95 % interval of its mean effect lies above the dummy's."
    )
    legend_below(figure, note, ncols=2)
    named = order[order.index.isin(clear)]
    if named.empty:
        headline(figure, f"{label}: no input stands out from the noise of Morris")
        return figure
    best, several = _largest(named["morris.mu_star"], meanings)
    largest, its_spread = (float(named[f"morris.{name}"].iloc[0]) for name in ("mu_star", "sigma"))
    # Inputs whose interval reaches into that of the largest may well be as large.
    rivals = int((order["morris.mu_star_high"] >= float(named["morris.mu_star_low"].iloc[0])).sum()) - 1
    rest = rivals - (len(best_places(named["morris.mu_star"].to_numpy(float))) - 1)
    noisy = f", within noise of {counted(rest, 'other')}" if rest else ""
    amount = f"{number(scale * largest)} {of}{noisy}"
    if several:
        headline(figure, f"{label}: the largest effects ({amount}) are those of {best}")
        return figure
    unsteady = its_spread > _STEADY * largest or math.isnan(its_spread)
    words = "changes with the other inputs" if unsteady else "is much the same whatever the others"
    headline(figure, f"{label}: the largest effect ({amount}), which {words}, is that of {best}")
    return figure


def _largest(values: pd.Series, meanings: Mapping[str, str]) -> tuple[str, bool]:
    """Inputs whose value is the largest, all that differ by rounding only, and whether there are several."""
    called = [with_article(input_words(str(name), meanings)) for name in values.index]
    places = best_places(values.to_numpy(float))
    return together([called[place] for place in places]), len(places) > 1


def _name_rows(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_ylabel("Input")
    root = axes.get_figure(root=True)
    engine = None if root is None else root.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        # Long names come out a little wider at other resolutions than the one of the layout.
        engine.set(rect=(0.02, 0.0, 0.98, 1.0))


#: Figures of a sensitivity analysis by their kind, each a function of tables.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {SOBOL: sobol_bars, TORNADO: tornado, MORRIS: morris_bars}


def drawings_of(result: Findings, output: str) -> dict[str, Callable[[], Figure]]:
    """How each figure that there is for an output is drawn, by kind."""
    effects, label, unit = result.effects, result.label(output), result.unit(output)
    frame, swings = wide(effects, output), result.swings[result.swings["output"] == output]
    meanings = {path: one.meaning for path, one in result.inputs.items() if path not in (DUMMY, CHANCE)}
    found: dict[str, Callable[[], Figure]] = {}
    if main_key(SOBOL) in frame:
        clear = above_noise(effects, output, SOBOL)
        found[SOBOL] = partial(sobol_bars, frame, label, clear, noise(effects, output, SOBOL), meanings)
    if len(swings):
        method = main_method(effects, output)
        clear = above_noise(effects, output, method)
        found[TORNADO] = partial(
            tornado, swings, label, unit, clear, METHOD_NAMES[method], meanings, result.put_in.get(output, "")
        )
    if main_key(MORRIS) in frame:
        found[MORRIS] = partial(
            morris_bars,
            frame,
            label,
            unit,
            above_noise(effects, output, MORRIS),
            noise(effects, output, MORRIS),
            meanings,
        )
    return found
