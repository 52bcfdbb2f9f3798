"""Pick two inputs and a box: single runs over both, and the box among them; a click describes a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.figures.kit.style import INK, SKY_BLUE, VERMILLION
from experiments.lab.inputs import DUMMY
from experiments.labels import capitalised, counted, listed, percent
from experiments.questions.discover.beside import BESIDE, is_flag, spread
from experiments.questions.discover.text import inputs_of
from experiments.report.blocks import Widget
from experiments.report.embedding import choice, picker, widget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from experiments.lab.known_inputs import KnownInput
    from experiments.questions.discover.boxes import Discovery
    from experiments.questions.discover.prim import Box

#: Runs that are drawn, and inputs that can be picked: more would make the page heavy and show no more.
MOST_DOTS: Final = 1_500
MOST_INPUTS: Final = 60

_FALLBACK: Final = "With JavaScript, this place shows single runs over any two inputs. The pictures need none."

_MARKUP: Final = picker("Pick two inputs", "selected-run")

_SHOW: Final = """
const all = JSON.parse(data);
const shown_at = (source, name) => {
    const values = source.data[all.columns[name]], spread = source.data[all.spread[name]];
    return spread === undefined ? values : values.map((value, run) => value + spread[run]);
};
for (const source of [others, cases]) {
    source.data = {
        ...source.data, x: shown_at(source, across.value), y: shown_at(source, up.value),
        across: source.data[all.columns[across.value]], up: source.data[all.columns[up.value]],
    };
}
const ends = all.ends, limits = box === null ? {} : all.limits[box.value];
const side = (name) => limits[name] || ends[name];
const [left, right] = side(across.value), [bottom, top_] = side(up.value);
frame.data = box === null ? frame.data : {left: [left], right: [right], bottom: [bottom], top: [top_]};
x_axis.axis_label = all.labels[across.value];
y_axis.axis_label = all.labels[up.value];
[x_range.start, x_range.end] = all.padded[across.value];
[y_range.start, y_range.end] = all.padded[up.value];
const place = document.getElementById("selected-run");
if (place) { place.textContent = all.texts[box === null ? "" : box.value]; }
"""

_CLICK: Final = """
const all = JSON.parse(data);
const chosen = cb_obj.indices;
const place = document.getElementById("selected-run");
if (place && chosen.length > 0) {
    const k = chosen[0];
    const values = all.listed.map((name) => `${name} ${Number(source.data[all.columns[name]][k]).toPrecision(3)}`);
    const what = `talks ${happens ? "" : "do not "}${all.words}`;
    place.textContent = `Run ${source.data.run[k]}, ${what}: ${values.join(", ")}.`;
}
"""


def discover_widget(result: Discovery) -> tuple[Widget, str]:
    """Make the widget and the scripts that it needs."""
    data = plane(result)
    return widget(_MARKUP, _parts(result, data), _FALLBACK, text=next(iter(data["texts"].values())))


def _room(result: Discovery, name: str, low: float, high: float) -> list[float]:
    """Range of an input, with room around 0 and 1 for the runs that are spread beside them."""
    return [low - BESIDE, high + BESIDE] if is_flag(result, name) else [low, high]


def _limits(result: Discovery, box: Box) -> dict[str, list[float]]:
    """Limits of a box within the range of each input that it restricts."""
    found = {}
    for limit in box.limits:
        values = result.sample[limit.input].to_numpy(float)
        low, high = max(limit.low, float(values.min())), min(limit.high, float(values.max()))
        found[limit.input] = _room(result, limit.input, low, high)
    return found


def plane(result: Discovery) -> dict[str, Any]:
    """What the widget shows beside the runs: inputs with their ends, and the limits of each box within them."""
    strongest = list(dict.fromkeys(limit.input for box in result.boxes for limit in box.limits))
    every = [str(name) for name in result.sample.columns if name != "case"]
    names = [*strongest, *(name for name in every if name not in strongest and name != DUMMY)][:MOST_INPUTS]
    names = [*names, *([DUMMY] if DUMMY not in names else [])]
    ends, padded = {}, {}
    for name in names:
        values = result.sample[name].to_numpy(float)
        low, high = float(values.min()), float(values.max())
        margin = 2 * BESIDE if is_flag(result, name) else 0.04 * (high - low) or 0.5
        ends[name], padded[name] = _room(result, name, low, high), [low - margin, high + margin]
    inputs = inputs_of(result)
    meanings = {path: one.meaning for path, one in inputs.items() if path != DUMMY}
    limits = {str(place): _limits(result, box) for place, box in enumerate(result.boxes, 1)}
    texts = {
        str(place): f"Box {place} (black frame) restricts {listed(_known(inputs, box), cut=False)}; it holds "
        f"{counted(box.rows, 'run')}, of which {percent(box.density)} are such. Click a dot to read its run."
        for place, box in enumerate(result.boxes, 1)
    }
    return {
        "columns": {name: f"input_{place}" for place, name in enumerate(names)},
        "labels": {
            name: ", ".join(
                filter(None, (capitalised(meanings[name]) if meanings.get(name) else name, result.units.get(name, "")))
            )
            for name in names
        },
        "ends": ends,
        "padded": padded,
        "spread": {name: f"spread_{place}" for place, name in enumerate(names) if is_flag(result, name)},
        "limits": limits,
        "listed": (strongest or names)[:6],
        "words": result.words,
        "texts": texts or {"": "No box was found. Click a dot to read its run."},
    }


def _parts(result: Discovery, data: dict[str, Any]) -> dict[str, Any]:
    from bokeh.layouts import column
    from bokeh.models import ColumnDataSource, CustomJS, HoverTool, Range1d
    from bokeh.plotting import figure

    names = list(data["columns"])
    across, up = (names * 2)[:2]
    x_range, y_range = (Range1d(*data["padded"][name]) for name in (across, up))
    plot = figure(
        height=420, sizing_mode="stretch_width", x_axis_label=data["labels"][across], y_axis_label=data["labels"][up],
        tools="tap", toolbar_location=None, x_range=x_range, y_range=y_range,
    )  # fmt: skip
    shown = result.sample.head(MOST_DOTS)
    sources, tips = [], [("run", "@run"), ("across", "@across{0,0.[0000]}"), ("up", "@up{0,0.[0000]}")]
    is_case = shown["case"].to_numpy(bool)
    looks = ((~is_case, SKY_BLUE, "circle", "other runs"), (is_case, VERMILLION, "triangle", f"talks {result.words}"))
    for happens, (chosen, colour, marker, label) in enumerate(looks):
        rows = shown[chosen]
        columns: dict[str, Any] = {
            name: [float(f"{value:.4g}") for value in rows[path]] for path, name in data["columns"].items()
        }
        for path, name in data["spread"].items():
            columns[name] = [float(f"{value:.3f}") for value in spread(result, path)[: len(shown)][chosen]]
        columns["run"] = np.flatnonzero(chosen).tolist()
        for axis, title, path in (("x", "across", across), ("y", "up", up)):
            columns[title] = columns[data["columns"][path]]
            aside = columns.get(data["spread"].get(path, ""), [0.0] * len(rows))
            columns[axis] = [value + beside for value, beside in zip(columns[title], aside, strict=True)]
        source = ColumnDataSource(columns)
        dots = plot.scatter(
            "x", "y", source=source, marker=marker, color=colour, size=5, alpha=0.65, nonselection_alpha=0.35,
            line_color=None, legend_label=label,
        )  # fmt: skip
        plot.add_tools(HoverTool(renderers=[dots], tooltips=tips))
        click = CustomJS(args={"data": json.dumps(data), "source": source, "happens": bool(happens)}, code=_CLICK)
        source.selected.js_on_change("indices", click)
        sources.append(source)
    plot.legend.orientation = "horizontal"
    plot.add_layout(plot.legend[0], "above")
    frame = ColumnDataSource(_corner(data, across, up))
    if result.boxes:
        plot.quad(left="left", right="right", bottom="bottom", top="top", source=frame, fill_alpha=0.0, line_color=INK,
                  line_width=2.5)  # fmt: skip
    of_inputs = [(name, data["labels"][name]) for name in names]
    of_boxes = [(place, f"Box {place}") for place in data["limits"]]
    pick = {
        name: choice(title, of_inputs, value) for name, title, value in (("across", "Across", across), ("up", "Up", up))
    }
    box = choice("Box", of_boxes, "1") if of_boxes else None
    show = CustomJS(
        args={
            **pick, "box": box, "data": json.dumps(data), "others": sources[0], "cases": sources[1], "frame": frame,
            "x_axis": plot.xaxis[0], "y_axis": plot.yaxis[0], "x_range": x_range, "y_range": y_range,
        },
        code=_SHOW,
    )  # fmt: skip
    chosen_by = [*pick.values(), *([] if box is None else [box])]
    for one in chosen_by:
        one.js_on_change("value", show)
    return {"select": column(*chosen_by, sizing_mode="stretch_width"), "plot": plot}


def _corner(data: dict[str, Any], across: str, up: str) -> dict[str, Any]:
    limits = data["limits"].get("1", {})
    (left, right), (bottom, top) = (limits.get(name, data["ends"][name]) for name in (across, up))
    return {"left": [left], "right": [right], "bottom": [bottom], "top": [top]}


def _known(inputs: Mapping[str, KnownInput], box: Box) -> list[str]:
    """Inputs that a box restricts, each with what it is."""
    return [inputs[limit.input].the if limit.input in inputs else limit.input for limit in box.limits]
