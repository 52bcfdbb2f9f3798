"""Pick a measure and a point of a sweep: its line or its map, and what happened at that point."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from experiments.figures.kit.style import BLUE, INK
from experiments.labels import (
    AGREEMENT,
    SIDE_LABELS,
    axis_label,
    capitalised,
    inside,
    number,
    outcome_label,
    percent,
    plain,
    quantity,
    scale_of,
)
from experiments.questions.sweep.answer import meanings_of_axes, with_interval
from experiments.questions.sweep.axes import value_label
from experiments.report.blocks import Widget
from experiments.report.embedding import choice, picker, widget
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.questions.sweep.axes import Axis
    from experiments.questions.sweep.tables import Sweep

#: Colours of a map from low to high.
_RAMP: Final = ("#F7F7F7", "#D6E6F2", "#B0D2E8", "#7FB7DA", "#4C98C8", "#1F7DB8", "#0072B2", "#004E7A")

_FALLBACK: Final = "With JavaScript, this place shows any measure and describes any point. The pictures need none."

_MARKUP: Final = picker("Pick a measure and a point", "selected-point")

_SHOW: Final = """
const all = JSON.parse(data);
const chosen = all.measures[measure.value];
const at = Number(point.value);
const next = {...source.data, y: chosen.y, low: chosen.low, high: chosen.high, shown: chosen.shown};
next.width = all.texts.map((_, k) => k === at ? 3 : 0);
source.data = next;
if (value_axis !== null) { value_axis.axis_label = chosen.label; }
if (mapper !== null) { mapper.low = chosen.least; mapper.high = chosen.most; bar.title = chosen.label; }
const place = document.getElementById("selected-point");
if (place) { place.textContent = all.texts[at]; }
"""

_PICK: Final = """
if (source.selected.indices.length > 0) {
    point.value = String(source.selected.indices[0]);
    source.selected.indices = [];
}
"""


def sweep_widget(result: Sweep) -> tuple[Widget, str]:
    """Make the widget and the scripts that it needs."""
    data: dict[str, Any] = {"measures": dict(measures(result)), "texts": [*point_texts(result)]}
    return widget(_MARKUP, _parts(result, data), _FALLBACK, text=data["texts"][0])


def measures(result: Sweep) -> Iterator[tuple[str, dict[str, Any]]]:
    """Values of everything that can be picked, by column of the points; null where there is none."""
    for outcome in result.outcomes:
        label = f"{'Deals' if outcome == 'agreement' else outcome_label(outcome)}, share of runs, %"
        yield _measure(result, f"share.{outcome}", label, "_low", "_high", 100.0)
    for side in SIDES:
        yield _measure(
            result,
            f"gain.{side}",
            f"Mean gain of {SIDE_LABELS[side]} over walking away, US$ bn a year",
            "_low",
            "_high",
        )
    for issue in result.agreed:
        unit = result.unit(issue)
        label = f"{plain(issue)} in deals, median, {axis_label(unit)}"
        yield _measure(result, f"{issue}.q50", label, ".q05", ".q95", scale_of(unit))


def _measure(
    result: Sweep, name: str, label: str, low: str, high: str, scale: float = 1.0
) -> tuple[str, dict[str, Any]]:
    base = name.removesuffix(".q50") if low == ".q05" else name
    columns = {"y": name, "low": f"{base}{low}", "high": f"{base}{high}"}
    found: dict[str, Any] = {
        key: [
            None if math.isnan(value) else float(f"{scale * value:.5g}")
            for value in result.points[column].astype(float)
        ]
        for key, column in columns.items()
    }
    known = [value for value in found["y"] if value is not None]
    least, most = (0.0, 100.0) if name.startswith("share.") else (min(known), max(known))
    found |= {"label": label, "least": least, "most": most if most > least else least + 1.0}
    found["shown"] = ["-" if value is None else number(value) for value in found["y"]]
    return name, found


def point_texts(result: Sweep) -> Iterator[str]:
    """What happened at each point."""
    meanings = meanings_of_axes(result)
    for row in result.points.to_dict("records"):
        at = ", ".join(
            f"{meanings[axis.path]} ({axis.path}) {value_label(row[axis.path], axis.unit)}" for axis in result.axes
        )
        others = [
            f"{inside(outcome_label(outcome))} {percent(row[f'share.{outcome}'])}"
            for outcome in result.outcomes
            if outcome != AGREEMENT and row[f"share.{outcome}"] > 0
        ]
        gains = [f"{SIDE_LABELS[side]} {number(row[f'gain.{side}'], sign=True)}" for side in SIDES]
        deals = [
            f"{inside(plain(issue))} {quantity(row[f'{issue}.q50'], result.unit(issue))}"
            for issue in result.issues
            if not math.isnan(row[f"{issue}.q50"])
        ]
        ends = f"; {', '.join(others)}" if others else ""
        package = f" Median deal: {', '.join(deals)}." if deals else ""
        package = " ".join([package, *result.inputs_at(int(row["point"])).values()])
        yield (
            f"At {at}: deals {with_interval(row)}{ends}. Mean gains over walking away, US$ bn a year: "
            f"{', '.join(gains)}.{package}"
        )


def _parts(result: Sweep, data: dict[str, Any]) -> dict[str, Any]:
    from bokeh.layouts import column
    from bokeh.models import CustomJS

    plot, source, value_axis, mapper, bar = _line(result, data) if len(result.axes) == 1 else _map(result, data)
    of_measures = [(name, one["label"]) for name, one in data["measures"].items()]
    of_points = [(str(place), text.partition(": ")[0].removeprefix("At ")) for place, text in
                            enumerate(data["texts"])]  # fmt: skip
    measure = choice("Measure", of_measures, of_measures[0][0])
    point = choice("Point", of_points, "0")
    known = {"measure": measure, "point": point, "data": json.dumps(data), "source": source}
    show = CustomJS(args={**known, "value_axis": value_axis, "mapper": mapper, "bar": bar}, code=_SHOW)
    for one in (measure, point):
        one.js_on_change("value", show)
    source.selected.js_on_change("indices", CustomJS(args={"point": point, "source": source}, code=_PICK))
    return {"select": column(measure, point, sizing_mode="stretch_width"), "plot": plot}


def _first(data: dict[str, Any]) -> dict[str, Any]:
    """Columns of the measure that is shown first; the first point is the one whose text is shown."""
    one = next(iter(data["measures"].values()))
    width = [3 if place == 0 else 0 for place in range(len(data["texts"]))]
    return {key: one[key] for key in ("y", "low", "high", "shown")} | {"width": width}


def _titles(result: Sweep) -> list[str]:
    """What each axis moves, with its unit."""
    meanings = meanings_of_axes(result)
    return [", ".join(filter(None, (capitalised(meanings[axis.path]), axis.unit))) for axis in result.axes]


def _line(result: Sweep, data: dict[str, Any]) -> tuple[Any, ...]:
    from bokeh.models import ColumnDataSource, HoverTool
    from bokeh.plotting import figure

    axis = result.axes[0]
    at = list(axis.numbers) if axis.numbers is not None else [float(place) for place in range(len(axis.values))]
    source = ColumnDataSource({"x": at, "value": list(axis.values), **_first(data)})
    plot = figure(
        height=360, sizing_mode="stretch_width", x_axis_label=_titles(result)[0],
        y_axis_label=next(iter(data["measures"].values()))["label"], tools="tap", toolbar_location=None,
    )  # fmt: skip
    _name_ticks(plot.xaxis[0], axis, at)
    plot.segment("x", "low", "x", "high", source=source, color=BLUE, line_width=1.5, nonselection_alpha=1.0)
    plot.line("x", "y", source=source, color=BLUE, line_width=2, nonselection_alpha=1.0)
    dots = plot.scatter("x", "y", source=source, color=BLUE, size=11, line_color=INK, line_width="width",
                        nonselection_alpha=1.0)  # fmt: skip
    tips: list[Any] = [("at", "@value"), ("value", "@shown"), ("interval", "@low{0,0.[00]} to @high{0,0.[00]}")]
    plot.add_tools(HoverTool(renderers=[dots], tooltips=tips))
    return plot, source, plot.yaxis[0], None, None


def _map(result: Sweep, data: dict[str, Any]) -> tuple[Any, ...]:
    from bokeh.models import ColumnDataSource, HoverTool, LinearColorMapper
    from bokeh.models.annotations import ColorBar
    from bokeh.plotting import figure
    from bokeh.transform import transform

    first, second = result.axes
    across, up = _titles(result)
    columns: dict[str, Any] = {"x": [], "y_at": [], "one": [], "two": []}
    for one in range(len(first.values)):
        for two in range(len(second.values)):
            for key, value in zip(columns, (one, two, first.values[one], second.values[two]), strict=True):
                columns[key].append(value)
    source = ColumnDataSource(columns | _first(data))
    chosen = next(iter(data["measures"].values()))
    mapper = LinearColorMapper(palette=list(_RAMP), low=chosen["least"], high=chosen["most"], nan_color="#D9D9D9")
    plot = figure(
        height=440, sizing_mode="stretch_width", x_axis_label=across, y_axis_label=up,
        tools="tap", toolbar_location=None,
    )  # fmt: skip
    for place, axis in ((plot.xaxis[0], first), (plot.yaxis[0], second)):
        _name_ticks(place, axis, list(range(len(axis.values))), every=True)
    plot.grid.visible = False
    cells = plot.rect("x", "y_at", 1, 1, source=source, fill_color=transform("y", mapper), line_color=INK,
                      line_width="width", nonselection_alpha=1.0)  # fmt: skip
    bar = ColorBar(color_mapper=mapper, title=chosen["label"], orientation="horizontal", height=12)
    plot.add_layout(bar, "below")
    tips: list[Any] = [(first.path, "@one"), (second.path, "@two"), ("value", "@shown"),
                       ("interval", "@low{0,0.[00]} to @high{0,0.[00]}")]  # fmt: skip
    plot.add_tools(HoverTool(renderers=[cells], tooltips=tips))
    return plot, source, None, mapper, bar


def _name_ticks(place: Any, axis: Axis, at: list[float] | list[int], *, every: bool = False) -> None:
    """Name the ticks of an axis by its values, where they are no numbers or stand in equal cells."""
    if every or axis.numbers is None:
        place.ticker = at
        place.major_label_overrides = {where: _short(text) for where, text in zip(at, axis.values, strict=True)}


def _short(text: str) -> str:
    try:
        return f"{float(text):.3g}"
    except ValueError:
        return text if len(text) <= 16 else f"{text[:15]}…"
