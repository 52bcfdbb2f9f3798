"""Pick a pair of tactics of a tournament, in its matrix or by name, and see what came of it.

Drawn with Bokeh, whose script becomes part of the page.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.figures.kit.style import BLUISH_GREEN, INK, ORANGE, OUTCOME_COLOURS
from experiments.labels import (
    AGREEMENT,
    SIDE_LABELS,
    aligned,
    counted,
    inside,
    number,
    ordered_outcomes,
    outcome_label,
    partner_name,
    partner_possessive,
    percent,
)
from experiments.questions.tournament.verdict import NOT_SURE, too_few
from experiments.report.blocks import Widget
from experiments.report.embedding import choice, widget

if TYPE_CHECKING:
    import pandas as pd

    from experiments.questions.tournament.result import TournamentResult
    from sim.records import Floats

#: Worlds of all pairs together that are shown as dots, and most of one pair.
_DOTS: Final = 60_000

_DOTS_OF_PAIR: Final = 150

#: Digits of a number on the page: two more than any text shows, however small it is.
_DIGITS: Final = 5

_FALLBACK: Final = (
    "With JavaScript, this place lets you pick a pair of tactics and see what came of it. The pictures and tables need "
    "none."
)

#: Shades of the matrix; zero is the middle one, as in the picture of the gains.
_SHADES: Final = 65

_MARKUP: Final = """
<h3>Pick a pair</h3>
<p class="note">Choose both tactics, or a cell of the matrix. {dots}</p>
<div class="bokeh-part">{select}</div>
<p class="selected" id="paired" role="status" aria-live="polite">{text}</p>
<div class="bokeh-part">{matrix}</div>
<div class="planes"><div class="bokeh-part">{gains}</div><div class="bokeh-part">{ends}</div></div>
"""

_SHOW: Final = """
const all = JSON.parse(data);
const place = us.options.indexOf(us.value) * us.options.length + partner.options.indexOf(partner.value);
const [with_us, with_partner, without_us, without_partner] = all.dots[place];
deals.data = {us: with_us, partner: with_partner};
others.data = {us: without_us, partner: without_partner};
mark.data = {us: [us.value], partner: [partner.value]};
const rounds = [...new Set(Object.values(all.ends[place]).flatMap(([when]) => when))].sort((a, b) => a - b);
const columns = {round: rounds};
for (const name of names) {
    const [when, count] = all.ends[place][name] || [[], []];
    columns[name] = rounds.map((k) => (when.includes(k) ? count[when.indexOf(k)] : 0));
}
ends.data = columns;
const text = document.getElementById("paired");
if (text) { text.textContent = all.texts[place]; }
"""

_TAPPED: Final = """
const chosen = cells.selected.indices;
if (chosen.length > 0) {
    us.value = cells.data.us[chosen[0]];
    partner.value = cells.data.partner[chosen[0]];
}
"""

_COLOURED: Final = """
const values = JSON.parse(all)[measure.value];
const known = values.filter((value) => value !== null);
const most = Math.max(...known.map(Math.abs)) || 1;
mapper.low = -most;
mapper.high = most;
bar.display_low = Math.min(0, ...known);
bar.display_high = Math.max(0, ...known);
bar.title = titles[measure.value];
cells.data = {...cells.data, shown: values.map((value) => (value === null ? NaN : value))};
"""


def pair_widget(result: TournamentResult, first: tuple[str, str]) -> tuple[Widget, str]:
    """Make the widget and the scripts that it needs; `first` is the pair that is shown to begin with."""
    data = pair_data(result)
    place = result.labels.index(first[0]) * len(result.labels) + result.labels.index(first[1])
    worlds = result.world_count
    few = f"; the first {data['shown']} of {worlds:,} are drawn" if data["shown"] < worlds else ""
    parts = _parts(result, data, first, place)
    return widget(_MARKUP, parts, _FALLBACK, text=data["texts"][place], dots=f"Each dot is a world{few}.")


def _parts(result: TournamentResult, data: dict[str, Any], first: tuple[str, str], place: int) -> dict[str, Any]:
    from bokeh.layouts import column
    from bokeh.models import ColumnDataSource, CustomJS

    values = measures(result.cells)
    names = ordered_outcomes(name for ends in data["ends"] for name in ends)
    labels, wanted = list(result.labels), list(values)
    us = choice("The US plays", labels, first[0])
    partner = choice(f"{partner_name()} plays", labels, first[1])
    measure = choice("Colour of the matrix", wanted, wanted[0])
    us_dots, partner_dots, us_others, partner_others = data["dots"][place]
    deals = ColumnDataSource({"us": us_dots, "partner": partner_dots})
    others = ColumnDataSource({"us": us_others, "partner": partner_others})
    ends = ColumnDataSource(_columns(data["ends"][place], names))
    mark = ColumnDataSource({"us": [first[0]], "partner": [first[1]]})
    cells = ColumnDataSource(
        {"us": result.cells["us"].tolist(), "partner": result.cells["partner"].tolist(), "shown": values[wanted[0]]}
    )
    matrix, mapper, bar = _matrix(cells, mark, labels)
    sources = {"deals": deals, "others": others, "ends": ends, "mark": mark}
    show = CustomJS(
        args={"us": us, "partner": partner, "data": json.dumps(data), "names": names, **sources}, code=_SHOW
    )
    us.js_on_change("value", show)
    partner.js_on_change("value", show)
    cells.selected.js_on_change("indices", CustomJS(args={"us": us, "partner": partner, "cells": cells}, code=_TAPPED))
    titles = dict(zip(wanted, ("US$ bn a year", "US$ bn a year", "Share"), strict=True))
    colour = {"measure": measure, "mapper": mapper, "bar": bar, "cells": cells, "all": json.dumps(_without_nan(values)),
              "titles": titles}  # fmt: skip
    measure.js_on_change("value", CustomJS(args=colour, code=_COLOURED))
    return {
        "select": column(us, partner, measure, sizing_mode="stretch_width"),
        "matrix": matrix,
        "gains": _gains(deals, others),
        "ends": _ends(ends, names),
    }


def _without_nan(values: dict[str, list[float]]) -> dict[str, list[float | None]]:
    """Null for what is no number, which JSON has not."""
    return {name: [None if math.isnan(value) else value for value in found] for name, found in values.items()}


def _columns(ends: dict[str, list[list[int]]], names: list[str]) -> dict[str, Any]:
    rounds = sorted({when for found, _ in ends.values() for when in found})
    columns: dict[str, Any] = {"round": rounds}
    for name in names:
        counts = dict(zip(*ends.get(name, [[], []]), strict=True))
        columns[name] = [counts.get(when, 0) for when in rounds]
    return columns


def _matrix(cells: Any, mark: Any, labels: list[Any]) -> tuple[Any, Any, Any]:
    """Matrix of all pairs, its colours, and the bar that explains them."""
    import matplotlib as mpl
    from bokeh.models import FactorRange, LinearColorMapper
    from bokeh.models.annotations import ColorBar
    from bokeh.plotting import figure
    from matplotlib.colors import to_hex

    shades = [to_hex(mpl.colormaps["PuOr_r"](k / (_SHADES - 1))) for k in range(_SHADES)]
    known = [value for value in cells.data["shown"] if not math.isnan(value)]
    most = max(map(abs, known), default=0.0) or 1.0
    mapper = LinearColorMapper(palette=shades, low=-most, high=most, nan_color="#ffffff")
    plot = figure(
        x_range=FactorRange(factors=labels), y_range=FactorRange(factors=labels[::-1]),
        x_axis_label=f"{partner_name()} plays", y_axis_label="The US plays",
        height=min(900, 230 + 22 * len(labels)), sizing_mode="stretch_width", tools="tap,hover", toolbar_location=None,
        tooltips=[("US", "@us"), (partner_name(), "@partner"), ("", "@shown{0.00}")],
    )  # fmt: skip
    look: dict[str, Any] = {"fill_color": {"field": "shown", "transform": mapper}, "line_color": None}
    plot.rect("partner", "us", 1, 1, source=cells, nonselection_alpha=1.0, **look)
    plot.rect("partner", "us", 0.92, 0.92, source=mark, fill_color=None, line_color=INK, line_width=3)
    plot.xaxis.major_label_orientation = "vertical"
    plot.grid.visible = False
    bar = ColorBar(color_mapper=mapper, title="US$ bn a year", display_low=min([0.0, *known]),
                   display_high=max([0.0, *known]), height=8)  # fmt: skip
    plot.add_layout(bar, "above")
    return plot, mapper, bar


def _gains(deals: Any, others: Any) -> Any:
    from bokeh.plotting import figure

    plot = figure(
        height=340, sizing_mode="stretch_width", tools="", toolbar_location=None,
        x_axis_label="US gain over walking away, US$ bn a year",
        y_axis_label=f"{partner_possessive()} gain over walking away, US$ bn a year",
    )  # fmt: skip
    plot.scatter("us", "partner", source=deals, size=7, color=BLUISH_GREEN, alpha=0.6, legend_label="world with a deal")
    plot.scatter("us", "partner", source=others, size=8, marker="x", color=ORANGE, line_width=2, legend_label="without")
    _above(plot)
    return plot


def _ends(ends: Any, names: list[str]) -> Any:
    from bokeh.models import BasicTicker, DataRange1d
    from bokeh.plotting import figure

    plot = figure(
        height=340, sizing_mode="stretch_width", tools="", toolbar_location=None, y_range=DataRange1d(start=0),
        x_axis_label="Round in which the talks end", y_axis_label="Worlds",
    )  # fmt: skip
    plot.xaxis.ticker = BasicTicker(min_interval=1, num_minor_ticks=0)
    colours = [OUTCOME_COLOURS.get(name, INK) for name in names]
    legend: list[Any] = [outcome_label(name) for name in names]
    plot.vbar_stack(names, x="round", width=0.8, color=colours, source=ends, legend_label=legend)
    _above(plot)
    return plot


def _above(plot: Any) -> None:
    """Put the legend where it covers no dot."""
    legend = plot.legend[0]
    legend.orientation = "horizontal"
    legend.ncols = 3
    legend.label_text_font_size = "9pt"
    plot.add_layout(legend, "above")


def pair_data(result: TournamentResult) -> dict[str, Any]:
    """Plain data of every pair, in the order of the table of pairs.

    Returns
    -------
    dict
        ``texts`` (one a pair), ``dots`` (gains of some worlds: US and the partner, with a deal and without one) and
        ``ends`` (by outcome, rounds and counts).
    """
    whole, worlds = result.cells["worlds"].to_numpy() > 0, result.world_count
    pairs = int(whole.sum())
    shown = max(1, min(_DOTS_OF_PAIR, _DOTS // max(1, pairs), worlds))
    table = result.ends
    deal = (table["outcome"] == AGREEMENT).to_numpy(dtype=bool).reshape(pairs, worlds)
    gains = [table[f"gain.{seat}"].to_numpy(dtype=float).reshape(pairs, worlds) for seat in SIDE_LABELS]
    outcome = table["outcome"].to_numpy().reshape(pairs, worlds)
    last = table["round"].to_numpy(dtype=int).reshape(pairs, worlds)
    reasons = {(one.us, one.partner): one.message for one in result.failures}
    data: dict[str, Any] = {"texts": [], "dots": [], "ends": [], "shown": shown}
    # Pairs that failed have no rows.
    places = iter(range(pairs))
    for row, is_whole in zip(result.cells.to_dict("records"), whole, strict=True):
        if not is_whole:
            why = reasons[str(row["us"]), str(row["partner"])]
            data["dots"].append([[], [], [], []])
            data["ends"].append({})
            data["texts"].append(f"US “{row['us']}”, {partner_name()} “{row['partner']}”: not played to the end. {why}")
            continue
        place = next(places)
        ends = _counted_ends(outcome[place], last[place])
        some = deal[place, :shown]
        us, partner = (values[place, :shown] for values in gains)
        data["dots"].append([_short(us[some]), _short(partner[some]), _short(us[~some]), _short(partner[~some])])
        data["ends"].append(ends)
        data["texts"].append(_text(row, ends, result))
    return data


def _counted_ends(outcome: np.ndarray, last: np.ndarray) -> dict[str, list[list[int]]]:
    found = {}
    for name in dict.fromkeys(outcome.tolist()):
        rounds, counts = np.unique(last[outcome == name], return_counts=True)
        found[str(name)] = [rounds.tolist(), counts.tolist()]
    return found


def _text(row: dict[Any, Any], ends: dict[str, list[list[int]]], result: TournamentResult) -> str:
    deals, worlds = int(row["deals"]), int(row["worlds"])
    share = f"{percent(float(row['deal_low']))} to {percent(float(row['deal_high']))}"
    text = (
        f"US “{row['us']}”, {partner_name()} “{row['partner']}”: "
        f"{counted(deals, 'deal')} in {counted(worlds, 'world')} "
        f"({percent(float(row['deal_share']))}, {percent(result.settings['level'])} interval {share})"
    )
    if deals:
        text += f", on average in round {number(float(row['rounds']))}, after {number(float(row['days']))} days"
    others = [f"{inside(outcome_label(name))} {sum(counts)}" for name, (_, counts) in ends.items()
              if name != AGREEMENT]  # fmt: skip
    text += f"; the others: {', '.join(others)}." if others else "."
    alpha = percent(result.settings["alpha"])
    for what, kind in (("Gain over walking away", "gain"), ("Payoff", "payoff")):
        values = aligned([float(row[f"{kind}.{seat}"]) for seat in SIDE_LABELS], sign=True)
        text += f" {what}, US$ bn a year: US {values[0]}, {partner_name()} {values[1]}"
        if kind == "gain":
            worst = aligned([float(row[f"gain_cvar.{seat}"]) for seat in SIDE_LABELS], sign=True)
            text += f" (in the worst {alpha} of the worlds {worst[0]} and {worst[1]})"
        text += "."
    return text + _leaving(row, worlds, result.equilibria["tolerance"])


def _leaving(row: dict[Any, Any], worlds: int, tolerance: Mapping[str, float]) -> str:
    """What either side would have by another tactic; nothing is what the search for equilibria takes for nothing."""
    if math.isnan(float(row["equilibrium_share"])):
        return " A player of this pair is left out of ranks and equilibria."
    more = [float(row[f"deviation.{seat}"]) for seat in SIDE_LABELS]
    if all(value <= float(tolerance[seat]) for value, seat in zip(more, SIDE_LABELS, strict=True)):
        share = percent(float(row["equilibrium_share"]))
        doubt = f" {NOT_SURE}" if too_few(worlds) else ""
        return f" Neither side gains by another tactic: a Nash equilibrium; so in {share} of the resampled ones.{doubt}"
    us, partner = (number(value) for value in more)
    return f" By changing its tactic alone the US could have {us} more, {partner_name()} {partner}."


def measures(cells: pd.DataFrame) -> dict[str, list[float]]:
    """Values that the matrix can be coloured by, by the name that the reader picks; NaN for a pair that failed."""
    named = {
        "Gain of the US": "gain.us_treasury",
        f"Gain of {partner_name()}": "gain.partner",
        "Share of deals": "deal_share",
    }
    return {name: _short(cells[column].to_numpy(dtype=float, na_value=np.nan)) for name, column in named.items()}


def _short(values: Floats) -> list[float]:
    return [float(f"{value:.{_DIGITS}g}") for value in values]
