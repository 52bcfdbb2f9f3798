"""Every cell of a factorial, of a comparison of grids and of inputs of an exploration is the number of its place."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest

from experiments.config.load import load_config
from experiments.lab.known_inputs import KnownInput, inputs_table, known_inputs, support_blocks, support_words
from experiments.questions.factorial.factorial import Factorial
from experiments.questions.factorial.text import render as render_factorial
from experiments.questions.grid.grid import Difference, GridComparison
from experiments.questions.grid.text import conclusion
from experiments.questions.grid.text import render as render_grid
from experiments.report.blocks import Table
from tests.made_up import headings, tables_of
from tests.tree import ROOT


def _factorial() -> Factorial:
    cells = {
        "car_line": [True, True, False, False],
        "threat": [True, False, True, False],
        "agreements": [11, 24, 37, 82],
        "share": [0.11, 0.24, 0.37, 0.82],
        "low": [0.06, 0.17, 0.28, 0.73],
        "high": [0.19, 0.33, 0.47, 0.88],
        "reason.agreement.us_accepts": [0.10, 0.20, 0.31, 0.79],
        "reason.stall.no_zone": [0.50, 0.21, 0.29, 0.04],
        "reason.walkout.no_zone": [0.05, 0.22, 0.01, 0.02],
        "reason.stall.tactics_hold": [0.34, 0.33, 0.33, 0.12],
    }
    effects = {
        "term": ["car_line", "threat", "car_line x threat"],
        "order": [1, 1, 2],
        "effect": [-0.42, -0.29, 0.16],
        "low": [-0.51, -0.37, -0.03],
        "high": [-0.33, -0.21, 0.27],
    }
    return Factorial("case", ("car_line", "threat"), 100, 0.9, pd.DataFrame(cells), pd.DataFrame(effects))


def test_a_factorial_cell_by_cell() -> None:
    alone, cells, effects = tables_of(lambda console: render_factorial(_factorial(), console))
    assert headings(alone) == ["Rule", "only this one off", "only this one on"]
    assert alone.rows == [("Car line", "37 %", "24 %"), ("Threat", "24 %", "37 %")]
    assert headings(cells) == ["Car line", "Threat", "share", "90 % interval", "most frequent obstacle"]
    assert cells.rows == [
        ("on", "on", "11 %", "6.0 to 19.0 %", "no zone, 55 %"),
        ("on", "-", "24 %", "17.0 to 33.0 %", "no zone, 43 %"),
        ("-", "on", "37 %", "28.0 to 47.0 %", "tactics hold, 33 %"),
        ("-", "-", "82 %", "73.0 to 88.0 %", "tactics hold, 12 %"),
    ]
    assert effects.title.endswith("points")
    assert headings(effects) == ["Rule, or rules together", "effect", "90 % interval"]
    assert effects.rows == [
        ("Car line", "-42.0", "-51.0 to -33.0"),
        ("Threat", "-29.0", "-37.0 to -21.0"),
        ("Car line x Threat", "+16.0", "-3.0 to +27.0"),
    ]
    assert effects.styles == ["", "", "dim"]


def _grids() -> GridComparison:
    return GridComparison(
        "case", 400, 7, {"agenda.car_tariff": (6, 11), "agenda.chip_purchases": (5, 9)},
        (Counter(agreement=240, stall=160), Counter(agreement=252, walkout=148)), 30, 220,
        (Difference("car_tariff", "rate", (0.15, 0.16), 0.0125, 0.025),
         Difference("chip_purchases", "US$ bn", (3.25, 4.5), 0.75, 1.75)),
        (Difference("gain.us_treasury", "US$ bn a year", (1.11, 2.22), 0.33, 0.44),
         Difference("gain.partner", "US$ bn a year", (5.55, 6.66), 0.77, 0.88)),
        (0.5, 1.25),
    )  # fmt: skip


def test_a_comparison_of_grids_cell_by_cell() -> None:
    (table,) = tables_of(lambda console: render_grid(_grids(), console))
    assert headings(table) == ["", "own grid", "halved", "mean difference", "95th percentile"]
    assert table.rows == [
        ("Levels of the issues", "5 to 6", "9 to 11", "", ""),
        ("Agreement", "60 %", "63 %", "+3.0 points", ""),
        ("Stall", "40 %", "0 %", "-40.0 points", ""),
        ("Walk-out", "0 %", "37 %", "+37.0 points", ""),
        # Wilson with 30 of 400, by hand.
        ("Outcome differs (95 % interval)", "", "", "7.5 %", "5.3 to 10.5 %"),
        ("Agreement on both grids", "", "", "55 %", ""),
        ("Car tariff, %", "15.0", "16.0", "1.25", "2.50"),
        ("Chip purchases, US$ bn", "3.25", "4.50", "0.75", "1.75"),
        ("Gain of US, US$ bn a year", "1.11", "2.22", "0.33", "0.44"),
        ("Gain of Japan, US$ bn a year", "5.55", "6.66", "0.77", "0.88"),
        ("Time", "0.50 s", "1.25 s", "x 2.50", ""),
    ]
    assert conclusion(_grids()) == (
        "Halving every step changes the outcome of 30 of 400 runs (7.5 %); "
        "gains of deals move by 0.330 (US) and 0.770 (Japan) US$ bn a year."
    )


def test_a_comparison_of_grids_as_plain_data() -> None:
    plain = _grids().plain()
    assert plain["outcome_shares"] == {"agreement": [0.6, 0.63], "stall": [0.4, 0.0], "walkout": [0.0, 0.37]}
    differs = plain["outcome_differs"]
    assert (differs["runs"], differs["share"]) == (30, 0.075)
    assert (differs["low"], differs["high"]) == pytest.approx((0.05304, 0.10505), abs=5e-6)
    assert (plain["agree_on_both"], plain["seconds"], plain["time_ratio"]) == (220, [0.5, 1.25], 2.5)
    found = {name: one for part in ("issues", "gains") for name, one in plain[part].items()}
    assert {name: (*one["means"], one["mean_difference"], one["percentile_95"]) for name, one in found.items()} == {
        "car_tariff": (0.15, 0.16, 0.0125, 0.025),
        "chip_purchases": (3.25, 4.5, 0.75, 1.75),
        "us_treasury": (1.11, 2.22, 0.33, 0.44),
        "partner": (5.55, 6.66, 0.77, 0.88),
    }


_INPUTS = {
    "a.path": KnownInput("a.path", "what a is", "rate", "uniform(low=1, high=2)", "a paper", "high"),
    "b.path": KnownInput("b.path", "what b is", "US$ bn", "uniform(low=3, high=4)", "own", "assumption"),
    "c.path": KnownInput("c.path", "what c is", "years", "uniform(low=5, high=6)", "a note", "low"),
    "chance": KnownInput("chance", "what is drawn", "", "", "", ""),
}


def test_inputs_cell_by_cell() -> None:
    table = inputs_table(_INPUTS)
    assert table.caption == "What was varied (4 inputs)"
    assert table.columns == ("Input", "Drawn from", "Unit", "Source", "Confidence")
    assert table.rows == (
        ("what a is (a.path)", "uniform(low=1, high=2)", "rate", "a paper", "high"),
        ("what b is (b.path)", "uniform(low=3, high=4)", "US$ bn", "own", "assumption"),
        ("what c is (c.path)", "uniform(low=5, high=6)", "years", "a note", "low"),
        ("chance (what is drawn)", "-", "-", "-", "-"),
    )
    words, support = support_blocks(["b.path", "c.path", "chance"], _INPUTS)
    assert isinstance(support, Table)
    assert support.columns == ("Input", "Range", "Source", "Confidence")
    assert support.rows == (
        ("what b is (b.path)", "uniform(low=3, high=4)", "own", "assumption"),
        ("what c is (c.path)", "uniform(low=5, high=6)", "a note", "low"),
    )
    told = support_words(["b.path", "c.path", "chance"], _INPUTS)
    assert getattr(words, "lines", getattr(words, "paragraphs", (told,)))[0] == told
    assert "b.path rests on the developers' assumption alone" in told
    assert "the source of c.path bears the range badly" in told
    assert support_words(["a.path"], _INPUTS) == "a.path does not rest on an assumption alone."


def test_inputs_of_a_config_have_their_own_range_unit_and_source() -> None:
    found = known_inputs(load_config(ROOT / "configs" / "tiny.yaml"))
    one = found["us_treasury.precedent_probability"]
    assert one.values == "uniform(low=0, high=0.2)"
    assert one.source == "config file tiny.yaml"
    assert set(found) == {"us_treasury.precedent_probability", "chance", "dummy"}
