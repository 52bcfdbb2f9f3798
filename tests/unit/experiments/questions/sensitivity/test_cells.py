"""Every cell of a sensitivity analysis, on screen, page and in JSON, holds the number that belongs there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from bokeh.models import ColumnDataSource, CustomJS, HoverTool
from bokeh.models.widgets import Select

from experiments.config.load import load_config
from experiments.lab.outputs import Output
from experiments.questions.sensitivity.command import plain
from experiments.questions.sensitivity.page import _means, _others, _overview, _sure, effects_table
from experiments.questions.sensitivity.sensitivity import Sensitivity
from experiments.questions.sensitivity.text import conclusion, render
from experiments.questions.sensitivity.widget import _axis, _cell, _effects_told, _parts, _told
from experiments.questions.sensitivity.words import clear_words, sensitivity_answer
from experiments.report.blocks import Listing, Table
from experiments.statistics.intervals import wilson_interval
from tests.explorations_by_hand import INPUTS, NAN, sensitivity_by_hand
from tests.made_up import headings, tables_of
from tests.tree import ROOT

RESULT = sensitivity_by_hand()


def test_effects_on_the_screen() -> None:
    deal, gain, strongest = tables_of(lambda console: render(RESULT, "case", 1.0, console))
    assert deal.title == "Deal or no deal: what decides (± half a 95 % interval)"
    assert headings(deal) == ["input", "Sobol first", "Sobol total", "PAWN mean", "Morris mu*"]
    assert deal.rows == [
        ("a.one", "0.51 ± 0.08", "0.61 ± 0.12", "0.37 ± 0.08", "0.91 ± 0.16"),
        ("b.two", "0.31 ± 0.07", "0.43 ± 0.08", "0.47 ± 0.07", "0.72 ± 0.22"),
        ("chance", "0.12 ± 0.10", "0.22 ± 0.09", "-", "0.45 ± 0.14"),
        ("c.three", "0.02 ± 0.09", "0.05 ± 0.05", "0.13 ± 0.05", "0.17 ± 0.09"),
        ("dummy (noise)", "0.01 ± 0.04", "0.03 ± 0.02", "0.10 ± 0.04", "0.00 ± 0.00"),
    ]
    assert deal.caption == (
        "Sobol: shares of the variance. PAWN: distance between distributions, from 0 to 1. "
        "Morris: share of worlds per unit of the input's cumulative probability."
    )
    assert gain.title.startswith("Gain of US: what decides")
    assert headings(gain) == ["input", "Morris mu*"]
    assert gain.rows == [
        ("b.two", "3.65 ± 0.70"),
        ("a.one", "1.75 ± 0.55"),
        ("c.three", "0.95 ± 0.60"),
        ("chance", "0.85 ± 0.70"),
        ("dummy (noise)", "0.00 ± 0.00"),
    ]
    assert gain.caption == "Morris: US$ bn a year per unit of the input's cumulative probability."
    assert headings(strongest) == ["output", "method", "inputs above the noise"]
    # The dummy's first effect reaches to 0.05, its mean distances to 0.14 and 0.13.
    assert strongest.rows == [
        ("deal", "Sobol total", "a.one, b.two, chance"),
        ("car_tariff", "PAWN mean", "c.three, b.two"),
    ]


def test_what_decides_on_the_screen() -> None:
    assert list(conclusion(RESULT, "case")) == [
        "Sobol total: deal or no deal is decided by a.one, b.two, chance.",
        "PAWN mean: deal or no deal is decided by b.two, a.one.",
        "Morris mu*: deal or no deal is decided by a.one, b.two, chance, c.three.",
        "Sobol total and PAWN mean agree in part: 3 of the first 5 shared, rank correlation 0.51 over the inputs of "
        "both.",
        "Sobol total and Morris mu* agree: 5 of the first 5 shared, rank correlation 0.93 over the inputs of both.",
        "PAWN mean and Morris mu* differ: 1 of the first 5 shared, rank correlation -0.26 over the inputs of both.",
    ]
    always = RESULT.outputs.assign(mean=[1.0, 1.234, 0.155, 7.0])
    told = list(conclusion(replace(RESULT, target="gain.us_treasury", outputs=always), "case"))
    assert told == [
        "case always ends in a deal, whatever the inputs; what follows is about the gain of US.",
        "Morris mu*: gain of US is decided by b.two, a.one, c.three, chance.",
    ]


def test_notes_on_the_screen_are_told_once_for_many_outputs() -> None:
    lines: list[str] = []

    class Told:
        width = 100

        def print(self, *_shown: object, **_style: Any) -> None:
            """Take what is no line."""

        def out(self, text: str, **_style: Any) -> None:
            lines.append(text)

    render(RESULT, "case", 2.5, cast(Any, Told()))
    assert [line for line in lines if line] == [
        "  round: all methods: constant: always 7; nothing to explain",
        "  gain.us_treasury, car_tariff: Sobol total: refused here",
        "2,345 negotiations in 2.5 s.",
    ]


def test_effects_on_the_page() -> None:
    found = effects_table(RESULT, "deal", INPUTS)
    assert found.columns == (
        "Input", "Support", "Above the noise", "Sobol first", "Sobol total", "PAWN mean", "Morris mu*",
    )  # fmt: skip
    assert found.rows == (
        ("first weight (a.one)", "high", "yes", "0.51 (0.42 to 0.58)", "0.61 (0.50 to 0.74)", "0.37 (0.30 to 0.46)",
         "0.91 (0.81 to 1.13)"),
        ("second weight (b.two)", "assumption", "yes", "0.31 (0.21 to 0.35)", "0.43 (0.33 to 0.49)",
         "0.47 (0.41 to 0.55)", "0.72 (0.54 to 0.98)"),
        ("chance (everything drawn inside)", "-", "yes", "0.12 (0.07 to 0.27)", "0.22 (0.15 to 0.33)", "-",
         "0.45 (0.36 to 0.64)"),
        ("c.three", "low", "yes", "0.02 (-0.03 to 0.15)", "0.05 (0.01 to 0.11)", "0.13 (0.09 to 0.19)",
         "0.17 (0.06 to 0.24)"),
        ("dummy (changes nothing)", "-", "no", "0.01 (-0.03 to 0.05)", "0.03 (0.02 to 0.06)", "0.10 (0.07 to 0.15)",
         "0.00 (0.00 to 0.00)"),
    )  # fmt: skip
    # Only Morris lifts the third input above its noise; by PAWN alone, the first one is not above it.
    assert [row[2] for row in effects_table(RESULT, "car_tariff", INPUTS).rows] == ["yes", "yes", "no", "no"]
    assert [row[0] for row in effects_table(RESULT, "car_tariff", INPUTS).rows] == [
        "c.three", "second weight (b.two)", "first weight (a.one)", "dummy (changes nothing)",
    ]  # fmt: skip


def test_the_other_tables_on_the_page() -> None:
    assert _overview(RESULT).rows == (
        ("Deal or no deal", "Sobol total", "a.one, b.two, chance"),
        ("Car tariff in a deal", "PAWN mean", "c.three, b.two"),
    )
    means = _means(RESULT)
    assert means.columns == ("Outcome", "Worlds", "Mean", "")
    assert means.rows == (
        ("Deal or no deal", "256", "47.4 %", ""),
        ("Gain of US", "255", "US$1.23 bn a year", ""),
        ("Car tariff in a deal", "121", "15.5 %", ""),
        ("Last round", "254", "7.00 rounds", "never varies"),
    )
    _, agreement, notes = _sure(RESULT).blocks
    assert isinstance(agreement, Table)
    assert agreement.columns == ("Outcome", "Methods", "They", "Shared of the first", "Rank correlation")
    assert agreement.rows == (
        ("Deal or no deal", "Sobol, PAWN", "agree in part", "3 of 5", "0.51"),
        ("Deal or no deal", "Sobol, Morris", "agree", "5 of 5", "0.93"),
        ("Deal or no deal", "PAWN, Morris", "differ", "1 of 5", "-0.26"),
    )
    assert isinstance(notes, Listing)
    assert notes.lines == (
        "Last round: all methods: constant: always 7; nothing to explain.",
        "Gain of US, Car tariff in a deal: Sobol: refused here.",
    )
    tables = [block for block in _others(RESULT, INPUTS, "light").blocks if isinstance(block, Table)]
    assert [one.caption for one in tables] == [
        "Strongest inputs of every outcome", "Where each outcome stands on average", "Gain of US: what decides",
    ]  # fmt: skip


def test_the_answer_takes_each_number_from_its_place() -> None:
    assert sensitivity_answer(RESULT, INPUTS) == (
        "Talks end in a deal in 47.4 % of 256 sampled worlds. What most decides the end (deal or no deal) is the first "
        "weight (a.one): alone and with the others it accounts for 61 % of the variance (95 % interval: 50 to 74 %). "
        "Then follow: second weight (b.two), 43 % (33 to 49 %); chance (everything drawn inside), 22 % (15 to 33 %). "
        "The three methods differ: of the first 5 inputs, Sobol and PAWN share 3, Sobol and Morris share 5 and PAWN "
        "and Morris share 1. Mind that b.two rests on the developers' assumption alone, with no source behind: another "
        "range could change this answer."
    )
    # Of the two that are varied and above the noise of Sobol, chance is none.
    assert clear_words(RESULT, INPUTS) == "Of 3 varied numbers, 2 stand above the noise of Sobol."
    never = replace(RESULT, target="gain.us_treasury", outputs=RESULT.outputs.assign(mean=[0.0, 1.234, 0.155, 7.0]))
    assert sensitivity_answer(never, INPUTS).startswith(
        "Talks never end in a deal, whatever the inputs; so this is about the gain of US, US$1.23 bn a year on "
        "average. What most decides the gain of US is the second weight (b.two): the mean effect of a step over its "
        "range is 3.65 (95 % interval: 3.15 to 4.55). Then follow: first weight (a.one), 1.75 (1.25 to 2.35); "
        "c.three, 0.95 (0.65 to 1.85). Only one method applies here, so nothing confirms it."
    )


def test_json_holds_every_table() -> None:
    found = plain(load_config(ROOT / "configs" / "tiny.yaml"), RESULT)
    assert (found["config"], found["target"], found["negotiations"]) == ("tiny", "deal", 2_345)
    for name, table in RESULT.tables().items():
        assert len(found[name]) == len(table)
        for row, (_, wanted) in zip(found[name], table.iterrows(), strict=True):
            assert row == {
                key: None if isinstance(value, float) and np.isnan(value) else value for key, value in wanted.items()
            }


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
    assert _told(_output("car_tariff", "rate", [], "with a deal"), INPUTS["b.two"], cell) == (
        "Car tariff in a deal, with a deal, by second weight (b.two): where that is lowest, near 1.50, 61 % (95 % "
        "interval: 51 % to 73 %; 25 worlds); where it is highest, near 8.25, 22 % (95 % interval: 12.5 % to 34 %; 26 "
        "worlds). Its range comes from: own (assumption)."
    )
    told = _told(_output("gain.us", "US$ bn a year", []), INPUTS["dummy"], cell)
    assert "near 1.50, US$61.0 bn a year (95 % interval: US$51.0 bn a year to US$73.0 bn a year; 25 worlds)" in told
    assert told.endswith("26 worlds).")
    effects = pd.Series({"sobol.total": 0.61, "sobol.first": 0.51, "pawn.mean": NAN, "morris.mu_star": 0.91})
    assert _effects_told(effects) == " Effect: Sobol total 0.61, Morris mu* 0.91."
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
    assert (pick.options, by.options) == ([("deal", "Deal or no deal")], [("a.one", "a.one"), ("b.two", "b.two")])
    (show,) = by.js_property_callbacks["change:value"]
    assert isinstance(show, CustomJS)
    assert (show.args["output"], show.args["input"]) == (pick, by)
    assert (show.args["x_axis"], show.args["y_axis"]) == (plot.xaxis[0], plot.yaxis[0])


def test_where_nothing_varies_it_is_said() -> None:
    none: Sensitivity = replace(RESULT, target="", effects=RESULT.effects.iloc[:0])
    assert list(conclusion(none, "case")) == ["Nothing varies on case: no input decides anything."]
    assert sensitivity_answer(none, INPUTS).startswith(
        "Nothing varies over 2,345 negotiations: 47.4 % of them end in a deal, whatever the inputs."
    )
