"""Pick an output and an input: where the mean of the output stands in each tenth of the input."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.figures.kit.style import BLUE
from experiments.lab.inputs import CHANCE, DUMMY
from experiments.lab.outputs import Output, is_counted, talk_outputs
from experiments.labels import axis_label, capitalised, counted, inside, number
from experiments.questions.sensitivity.answer import amount, is_share
from experiments.questions.sensitivity.effects import METHOD_LABELS, main_key, wide
from experiments.questions.sensitivity.pawn import parts_of
from experiments.report.blocks import Widget
from experiments.report.embedding import choice, picker, widget
from experiments.statistics.intervals import mean_interval, wilson_interval

if TYPE_CHECKING:
    import pandas as pd

    from experiments.lab.known_inputs import KnownInput
    from experiments.questions.sensitivity.result import SensitivityResult
    from sim.records import Floats

#: Fewest rows of a tenth that have a mean.
_FEWEST: Final = 5

_FALLBACK: Final = "With JavaScript, this place shows any output over any input. The pictures need none."

_MARKUP: Final = picker("Pick an output and an input", "selected-input")

_SHOW: Final = """
const all = JSON.parse(data);
const cell = all.cells[output.value][input.value];
source.data = {x: cell.x, y: cell.y, low: cell.low, high: cell.high, points: cell.points};
x_axis.axis_label = all.inputs[input.value];
y_axis.axis_label = all.outputs[output.value];
const place = document.getElementById("selected-input");
if (place) { place.textContent = cell.text; }
"""


def sensitivity_widget(result: SensitivityResult) -> tuple[Widget | None, str]:
    """Make the widget and the scripts that it needs; none where nothing varies."""
    data = tenths(result)
    if not data["cells"]:
        return None, ""
    output = result.target if result.target in data["cells"] else next(iter(data["cells"]))
    of_inputs = data["cells"][output]
    shown = next((name for name in result.deciding() if name in of_inputs), next(iter(of_inputs)))
    return widget(_MARKUP, _parts(data, output, shown), _FALLBACK, text=of_inputs[shown]["text"])


def tenths(result: SensitivityResult) -> dict[str, Any]:
    """Mean of every output in each tenth of every input, over the plain sample, with 95 % intervals.

    What happens or not has two parts in place of tenths: without it and with it.

    Returns
    -------
    dict
        ``outputs`` and ``inputs``: labels by name; ``cells[output][input]``: lists ``x`` (median of the input in its
        tenth), ``y``, ``low``, ``high``, ``points``, and a sentence ``text``. Chance and names of tactics have no order
        and are left out, and so is an output that never varies in this sample.
    """
    sample = result.sample()
    outputs = [one for one in talk_outputs(result.config, sample.rows) if not one.is_constant]
    shown = [(place, one) for place, one in enumerate(sample.inputs) if one.is_ordered]
    labels = {place: parts_of(one, sample.points[:, place], sample.values[one.name]) for place, one in shown}
    cells: dict[str, dict[str, Any]] = {}
    for output in outputs:
        effects = wide(result.effects, output.name) if output.name in result.explained else None
        for place, one in shown:
            cell = _cell(output, sample.values[one.name], labels[place])
            if cell["x"]:
                effect = _effects_text(None if effects is None else effects.loc[[one.name]].iloc[0])
                said = f"{_cell_text(output, result.inputs[one.name], cell)}{effect}"
                cell["text"] = " ".join([said, *filter(None, [result.put_in.get(output.name)])])
                cells.setdefault(output.name, {})[one.name] = cell
    return {
        "outputs": {one.name: _axis(one) for one in outputs if one.name in cells},
        "names": {one.name: one.label for one in outputs if one.name in cells},
        "inputs": {one.name: _input_axis(result.inputs[one.name], one.unit) for _, one in shown},
        "cells": cells,
    }


def _input_axis(known: KnownInput, unit: str) -> str:
    """What an input is, with its unit; the dummy and chance keep their names."""
    is_named = known.path in (DUMMY, CHANCE) or not known.meaning
    return ", ".join(filter(None, (known.path if is_named else capitalised(known.meaning), unit)))


def _axis(output: Output) -> str:
    if not is_share(output.name, output.unit):
        return f"Mean of {inside(output.label)}, {output.unit}" if output.unit else f"Mean of {inside(output.label)}"
    return f"{output.label}, {axis_label(output.unit) if output.unit else 'share of worlds, %'}"


def _cell(output: Output, values: Floats, label: Any) -> dict[str, Any]:
    scale = 100.0 if is_share(output.name, output.unit) else 1.0
    known = ~np.isnan(output.values)
    cell: dict[str, Any] = {"x": [], "y": [], "low": [], "high": [], "points": []}
    for tenth in range(int(label.max()) + 1):
        chosen = (label == tenth) & known
        if int(chosen.sum()) < _FEWEST:
            continue
        own = output.values[chosen]
        low, high = _interval(own, counts=is_counted(output.name))
        numbers = (float(np.median(values[chosen])), scale * float(own.mean()), scale * low, scale * high)
        for key, value in zip(("x", "y", "low", "high"), numbers, strict=True):
            cell[key].append(float(f"{value:.5g}"))
        cell["points"].append(len(own))
    return cell


def _interval(values: Floats, *, counts: bool) -> tuple[float, float]:
    """Interval of the mean; of a share of worlds that is counted, Wilson's."""
    return wilson_interval(int(values.sum()), len(values)) if counts else mean_interval(values)


def _cell_text(output: Output, known: KnownInput, cell: dict[str, Any]) -> str:
    """Where the output stands at both ends of the input, and where its range comes from."""
    scale = 100.0 if is_share(output.name, output.unit) else 1.0
    ends, places = [], (0, -1) if len(cell["x"]) > 1 or not known.states else (0,)
    for place in places:
        mean, low, high = (amount(cell[key][place] / scale, output.name, output.unit) for key in ("y", "low", "high"))
        interval = f"95 % interval: {low} to {high}; {counted(cell['points'][place], 'world')}"
        at = f"where {known.states[int(cell['x'][place])]}" if known.states else f"near {number(cell['x'][place])}"
        ends.append(f"{at}, {mean} ({interval})")
    support = f" Its range comes from: {known.source} ({known.support})." if known.support else ""
    where = f", {output.defined}" if output.defined else ""
    words = f"{output.label}{where}, by {known.words}"
    if known.states:
        return f"{words}: {'; '.join(ends)}.{support}"
    return f"{words}: where that is lowest, {ends[0]}; where it is highest, {ends[1]}.{support}"


def _effects_text(effects: pd.Series | None) -> str:
    """What each method gives the input for this output."""
    if effects is None:
        return ""
    parts = [
        f"{label} {number(float(effects[main_key(method)]))}"
        for method, label in METHOD_LABELS.items()
        if main_key(method) in effects and not np.isnan(effects[main_key(method)])
    ]
    return f" Effect: {', '.join(parts)}." if parts else ""


def _parts(data: dict[str, Any], output: str, shown: str) -> dict[str, Any]:
    from bokeh.layouts import column
    from bokeh.models import ColumnDataSource, CustomJS, HoverTool
    from bokeh.plotting import figure

    cell = data["cells"][output][shown]
    source = ColumnDataSource({key: cell[key] for key in ("x", "y", "low", "high", "points")})
    plot = figure(
        height=340, sizing_mode="stretch_width", x_axis_label=data["inputs"][shown],
        y_axis_label=data["outputs"][output], tools="", toolbar_location=None,
    )  # fmt: skip
    plot.segment("x", "low", "x", "high", source=source, color=BLUE, line_width=1.5)
    plot.line("x", "y", source=source, color=BLUE, line_width=2)
    dots = plot.scatter("x", "y", source=source, color=BLUE, size=9)
    tips: list[Any] = [("input", "@x{0,0.[0000]}"), ("mean", "@y{0,0.[00]}"),
                       ("95 % interval", "@low{0,0.[00]} to @high{0,0.[00]}"), ("worlds", "@points")]  # fmt: skip
    plot.add_tools(HoverTool(renderers=[dots], tooltips=tips))
    of_outputs = [(name, data["names"][name]) for name in data["cells"]]
    of_inputs = [(name, data["inputs"][name]) for name in data["cells"][output]]
    pick = choice("Output", of_outputs, output)
    by = choice("Input", of_inputs, shown)
    show = CustomJS(
        args={"output": pick, "input": by, "data": json.dumps(data), "source": source, "x_axis": plot.xaxis[0],
              "y_axis": plot.yaxis[0]},
        code=_SHOW,
    )  # fmt: skip
    pick.js_on_change("value", show)
    by.js_on_change("value", show)
    return {"select": column(pick, by, sizing_mode="stretch_width"), "plot": plot}
