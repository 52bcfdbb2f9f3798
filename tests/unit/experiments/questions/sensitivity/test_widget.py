"""What a pick on the page of a sensitivity analysis shows: each tenth has its own median, mean, interval and count."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from bokeh.models import ColumnDataSource, CustomJS, HoverTool
from bokeh.models.widgets import Select

from experiments.lab.known_inputs import KnownInput
from experiments.lab.outputs import Output
from experiments.questions.sensitivity.widget import _axis, _cell, _cell_text, _effects_text, _interval, _parts
from experiments.statistics.intervals import wilson_interval
from tests.explorations_by_hand import INPUTS, NAN


def _output(name: str, unit: str, values: list[float], defined: str = "") -> Output:
    return Output(name, {"deal": "Deal or no deal", "car_tariff": "Car tariff in a deal"}.get(name, "Gain of US"), unit,
                  np.array(values), defined)  # fmt: skip


LABEL = np.array([0] * 5 + [1] * 5 + [2] * 4)
INPUT = np.array([1.0, 2, 3, 4, 9, 11, 12, 13, 14, 19, 21, 22, 23, 24])


def test_a_tenth_has_median_mean_interval_and_count() -> None:
    # The third tenth has four worlds: too few for a mean.
    cell = _cell(_output("deal", "", [1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1, 1, 1]), INPUT, LABEL)
    assert (cell["x"], cell["y"], cell["points"]) == ([3.0, 13.0], [60.0, 20.0], [5, 5])
    ends = [wilson_interval(count, 5) for count in (3, 1)]
    assert cell["low"] == pytest.approx([100 * low for low, _ in ends], rel=1e-4)
    assert cell["high"] == pytest.approx([100 * high for _, high in ends], rel=1e-4)
    gain = _cell(_output("gain.us", "US$ bn a year", [1, 2, 3, 4, 5, *[7.0] * 3, 8, 11, *[0.0] * 4]), INPUT, LABEL)
    assert gain["y"] == [3.0, 8.0]
    # 1.96 x sqrt(2.5 / 5), and 1.96 x sqrt(3 / 5): sample variances 2.5 and 3.
    assert gain["low"] == pytest.approx([3 - 1.3859, 8 - 1.5182], abs=1e-3)
    assert gain["high"] == pytest.approx([3 + 1.3859, 8 + 1.5182], abs=1e-3)


def test_worlds_where_an_output_is_not_defined_are_left_out() -> None:
    rate = _cell(_output("car_tariff", "rate", [0.1, 0.2, 0.3, 0.4, 0.5, NAN, *[0.2] * 8], "with a deal"), INPUT, LABEL)
    assert (rate["x"], rate["y"], rate["points"]) == ([3.0], [30.0], [5])
    assert rate["low"] == pytest.approx([30 - 13.859], abs=1e-2)
    gone = _cell(_output("car_tariff", "rate", [NAN] * 14, "with a deal"), INPUT, LABEL)
    assert gone == {"x": [], "y": [], "low": [], "high": [], "points": []}


def test_a_cell_in_words() -> None:
    cell: dict[str, Any] = {"x": [1.5, 8.25], "y": [61.0, 22.0], "low": [51.0, 12.5], "high": [73.0, 34.0],
                            "points": [25, 26]}  # fmt: skip
    assert _cell_text(_output("car_tariff", "rate", [], "with a deal"), INPUTS["b.two"], cell) == (
        "Car tariff in a deal, with a deal, by second weight (b.two): where that is lowest, near 1.50, 61 % (95 % "
        "interval: 51 % to 73 %; 25 worlds); where it is highest, near 8.25, 22 % (95 % interval: 12.5 % to 34 %; 26 "
        "worlds). Its range comes from: own (assumption)."
    )
    text = _cell_text(_output("gain.us", "US$ bn a year", []), INPUTS["dummy"], cell)
    assert "near 1.50, US$61.0 bn a year (95 % interval: US$51.0 bn a year to US$73.0 bn a year; 25 worlds)" in text
    assert text.endswith("26 worlds).")
    event = KnownInput("e.happens", "event e, which happens or not", "flag", "", "a poll", "high", ("e fails", "e is"))
    cell |= {"x": [0.0, 1.0]}
    assert _cell_text(_output("car_tariff", "rate", []), event, cell) == (
        "Car tariff in a deal, by event e, which happens or not (e.happens): where e fails, 61 % (95 % interval: 51 "
        "% to 73 %; 25 worlds); where e is, 22 % (95 % interval: 12.5 % to 34 %; 26 worlds). Its range comes from: a "
        "poll (high)."
    )
    # With too few worlds at one of the two ends, the other is told alone.
    one = {key: values[1:] for key, values in cell.items()}
    assert "(e.happens): where e is, 22 % (95 % interval: 12.5 % to 34 %; 26 worlds). Its" in _cell_text(
        _output("car_tariff", "rate", []), event, one
    )
    effects = pd.Series({"sobol.total": 0.61, "sobol.first": 0.51, "pawn.mean": NAN, "morris.mu_star": 0.91})
    assert _effects_text(effects) == " Effect: Sobol total 0.61, Morris mu* 0.91."
    assert [_axis(_output(name, unit, [])) for name, unit in (
        ("deal", ""), ("car_tariff", "rate"), ("gain.us", "US$ bn a year"), ("gain.us", ""),
    )] == [
        "Deal or no deal, share of worlds, %", "Car tariff in a deal, Rate, %", "Mean of gain of US, US$ bn a year",
        "Mean of gain of US",
    ]  # fmt: skip


def test_the_widget_draws_the_cell_that_is_picked() -> None:
    cells = {
        "deal": {
            "a.one": {"x": [1.0, 2.0], "y": [3.0, 4.0], "low": [2.5, 3.5], "high": [3.25, 4.75], "points": [5, 6]},
            "b.two": {"x": [7.0], "y": [8.0], "low": [7.5], "high": [8.5], "points": [9]},
        }
    }
    data = {
        "outputs": {"deal": "Deal, share of worlds, %"}, "names": {"deal": "Deal or no deal"},
        "inputs": {"a.one": "a.one, ratio", "b.two": "b.two, rate"}, "cells": cells,
    }  # fmt: skip
    parts = _parts(data, "deal", "a.one")
    plot = parts["plot"]
    assert (plot.xaxis[0].axis_label, plot.yaxis[0].axis_label) == ("a.one, ratio", "Deal, share of worlds, %")
    ends, line, dots = plot.renderers
    sources = {id(one.data_source) for one in (ends, line, dots)}
    assert len(sources) == 1
    source = dots.data_source
    assert isinstance(source, ColumnDataSource)
    assert source.data == cells["deal"]["a.one"]
    assert (ends.glyph.x0, ends.glyph.y0, ends.glyph.x1, ends.glyph.y1) == ("x", "low", "x", "high")
    assert (line.glyph.x, line.glyph.y, dots.glyph.x, dots.glyph.y) == ("x", "y", "x", "y")
    (hover,) = plot.select(HoverTool)
    assert [tip[1].partition("{")[0] for tip in hover.tooltips] == ["@x", "@y", "@low", "@points"]
    pick, by = parts["select"].children
    assert isinstance(pick, Select)
    assert (pick.options, by.options) == (
        [("deal", "Deal or no deal")],
        [("a.one", "a.one, ratio"), ("b.two", "b.two, rate")],
    )
    (show,) = by.js_property_callbacks["change:value"]
    assert isinstance(show, CustomJS)
    assert (show.args["output"], show.args["input"]) == (pick, by)
    assert (show.args["x_axis"], show.args["y_axis"]) == (plot.xaxis[0], plot.yaxis[0])


def test_only_a_share_of_worlds_has_wilsons_interval() -> None:
    none = np.zeros(25)
    assert _interval(none, counts=True) == wilson_interval(0, 25)
    assert _interval(none, counts=False) == (0.0, 0.0)
