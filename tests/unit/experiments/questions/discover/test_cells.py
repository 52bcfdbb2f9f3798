"""Every cell of a discovery, in the terminal, on the page, in the widget and in JSON, holds what belongs there."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from bokeh.models import ColumnDataSource, CustomJS, HoverTool

from experiments.lab.left_out import left_out_table, plain_left_out, varied_words
from experiments.lab.seats import families
from experiments.questions.discover.answer import answer, restricted
from experiments.questions.discover.page import _came_out, _scenario
from experiments.questions.discover.targets import cases_of, looked_at, target_words, targets, words_of
from experiments.questions.discover.text import box_table, limit_table
from experiments.questions.discover.widget import _parts, plane
from experiments.report.blocks import Answer, Table, Widget
from experiments.report.terminal import print_blocks
from tests.explorations_by_hand import INPUTS, discovery_by_hand
from tests.made_up import headings, tables_of

RESULT = discovery_by_hand()


def test_what_a_box_holds() -> None:
    boxes = box_table(RESULT)
    assert boxes.columns == (
        "", "Runs", "Of all", "Such runs", "Density", "95 % interval", "Coverage", "95 % interval",
    )  # fmt: skip
    # Wilson: 10 of 13 and 10 of the 16 such runs; 3 of 7 and 3 of 16.
    assert boxes.rows == (
        ("Box 1", "13", "32.5 %", "10", "76.9 %", "49.7 to 91.8 %", "62.5 %", "38.6 to 81.5 %"),
        ("Box 2", "7", "17.5 %", "3", "42.9 %", "15.8 to 75.0 %", "18.8 %", "6.6 to 43.0 %"),
    )
    assert boxes.numeric == frozenset(range(1, 8))
    assert boxes.note.startswith("Such runs: those in which talks fail; 40 % of all runs.")


def test_what_restricts_a_box() -> None:
    limits = limit_table(RESULT, INPUTS)
    assert limits.columns == ("Box", "Talks fail when", "Support", "Quasi-p")
    assert limits.rows == (
        ("Box 1", "second weight (b.two) is at least US$2.50 bn", "assumption", "<1e-12"),
        ("Box 1", "first weight (a.one) is between 5 % and 23 %", "high", "0.004"),
        ("Box 2", "dummy (changes nothing) is at most 0.56", "-", "0.03"),
    )
    assert limits.numeric == frozenset({3})


def test_the_terminal_and_the_page_have_these_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.questions.discover.text.known_inputs", lambda *_one, **_named: INPUTS)
    tables = [box_table(RESULT), limit_table(RESULT, INPUTS)]
    first, left = varied_words(RESULT.config), left_out_table(RESULT.config)
    assert list(RESULT.blocks()) == [answer(RESULT, INPUTS), *tables, left]
    assert answer(RESULT, INPUTS).more[-1] == first
    _, *printed = tables_of(lambda console: print_blocks(RESULT.blocks(), console))
    assert [headings(one) for one in printed] == [list(table.columns) for table in (*tables, left)]
    assert [tuple(one.rows) for one in printed] == [table.rows for table in (*tables, left)]
    assert " ".join(RESULT.text().split()).startswith(answer(RESULT, INPUTS).sentence)
    section = _came_out(RESULT, INPUTS, Widget("", ""))
    assert [block for block in section.blocks if isinstance(block, Table)] == tables
    none = replace(RESULT, boxes=())
    assert list(none.blocks()) == [answer(none, INPUTS), left]
    assert "No box was found in which talks fail clearly more often than elsewhere" in " ".join(none.text().split())
    assert not [block for block in _came_out(none, {}, Widget("", "")).blocks if isinstance(block, Table)]


@pytest.mark.parametrize(
    ("density", "boxes", "words"),
    [(None, 2, "at most 2 boxes, each the largest on its way in which it happens in at least 70 % of the runs "
      "(half-way from its share in all runs to 1)."),
     (0.65, 1, "one box, the largest on its way in which it happens in at least 65 % of the runs (as was asked for).")],
)  # fmt: skip
def test_what_was_asked_on_the_page(density: float | None, boxes: int, words: str) -> None:
    section = _scenario(discovery_by_hand(density, boxes), INPUTS)
    (told,) = cast(Any, section.blocks[0]).paragraphs
    assert (
        told == f"40 negotiations were played, those of winset run with this config, seed 17. Looked for were {words}"
    )
    assert section.lead.startswith("In which regions of 3 uncertain inputs do talks fail?")


def test_the_answer_takes_each_number_from_its_place() -> None:
    assert restricted(RESULT) == ["b.two", "a.one"]
    found = answer(RESULT, INPUTS)
    assert found.sentence == (
        "Talks fail above all where the second weight (b.two) is at least US$2.50 bn and the first weight (a.one) is "
        "between 5 % and 23 %: in 76.9 % of the runs there, 40 % of all."
    )
    assert [(one.value, one.interval) for one in found.numbers] == [
        ("40 %", "95 %: 26.3 to 55.4 %"), ("76.9 %", "95 %: 49.7 to 91.8 %"), ("62.5 %", "95 %: 38.6 to 81.5 %"),
        ("32.5 %", ""),
    ]  # fmt: skip
    assert found.more[0] == (
        "Talks fail in 40 % of 40 simulated negotiations (95 % interval: 26.3 to 55.4 %). They do so above all where "
        "the second weight (b.two) is at least US$2.50 bn and the first weight (a.one) is between 5 % and 23 %: that "
        "is 32.5 % of all runs, it happens in 76.9 % of them (density; 49.7 to 91.8 %), and they hold 62.5 % of all "
        "such runs (coverage; 38.6 to 81.5 %). Of the rest, box 2 is where the dummy (changes nothing) is at most "
        "0.56: that is 17.5 % of all runs, it happens in 42.9 % of them (density; 15.8 to 75.0 %), and they hold "
        "18.8 % of all such runs (coverage; 6.6 to 43.0 %). Together the 2 boxes hold 81.2 % of such runs. A box "
        "restricts the dummy, which changes nothing: take its weaker restrictions for noise. Mind that the second "
        "weight (b.two) rests on the developers' assumption alone, with no source behind: another range could change "
        "this answer."
    )


def test_tactics_that_are_varied_are_not_said_to_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.questions.discover.text.known_inputs", lambda *_one, **_named: INPUTS)
    settings = {**RESULT.manifest.settings, "tactics": [*families()]}
    both = replace(RESULT, manifest=RESULT.manifest.model_copy(update={"settings": settings}))
    first, left = varied_words(RESULT.config, families()), left_out_table(RESULT.config, families())
    assert first.startswith("Varied: 1 number, who opens and both tactics. Left out, as the config fixes them: ")
    words = both.blocks()[0]
    assert isinstance(words, Answer)
    assert words.more[-1] == first
    assert both.blocks()[-1] == left
    assert [row[0] for row in left_out_table(RESULT.config).rows] == ["tactics", *(row[0] for row in left.rows)]
    assert json.loads(both.json())["words"] == first
    assert "tactic" in repr(RESULT)
    assert "tactic" not in repr(both)


def test_json_holds_every_table() -> None:
    found = json.loads(RESULT.json())
    assert {key: found[key] for key in ("config", "target", "share", "negotiations")} == {
        "config": "tiny", "target": "no_deal", "share": 0.4, "negotiations": 40,
    }  # fmt: skip
    assert next(iter(found)) == "words"
    assert {key: found[key] for key in ("words", "left_out")} == plain_left_out(RESULT.config)
    assert found["boxes"] == [
        {"box": 1, "coverage": 0.625, "density": 0.769, "mass": 0.325, "rows": 13, "restricted": 2},
        {"box": 2, "coverage": 0.1875, "density": 0.429, "mass": 0.175, "rows": 7, "restricted": 1},
    ]
    assert found["limits"] == [
        {"box": 1, "input": "b.two", "unit": "US$ bn", "low": 2.5, "high": None, "quasi_p": 3e-15},
        {"box": 1, "input": "a.one", "unit": "rate", "low": 0.05, "high": 0.23, "quasi_p": 0.004},
        {"box": 2, "input": "dummy", "unit": "", "low": None, "high": 0.56, "quasi_p": 0.031},
    ]
    assert [list(row.values()) for row in found["peeling"]] == [
        [1.0, 0.4, 1.0, 0.0, 1], [pytest.approx(0.7), 0.6, 0.5, 1.0, 1],
        [1.0, 0.4, 1.0, 0.0, 2], [pytest.approx(0.6), 0.7, pytest.approx(0.4), 2.0, 2],
    ]  # fmt: skip


def test_the_widget_has_the_runs_and_the_limits_of_each_box_within_them() -> None:
    data = plane(RESULT)
    # Inputs that boxes restrict come first.
    assert data["columns"] == {"b.two": "input_0", "a.one": "input_1", "dummy": "input_2", "c.three": "input_3"}
    assert data["labels"]["b.two"] == "b.two, US$ bn"
    assert data["labels"]["dummy"] == "dummy"
    assert data["ends"]["b.two"] == pytest.approx([2.05, 4.0])
    assert data["ends"]["c.three"] == [50.0, 89.0]
    assert data["padded"]["c.three"] == pytest.approx([50 - 1.56, 89 + 1.56])
    assert data["limits"] == {"1": {"b.two": [2.5, 4.0], "a.one": [0.05, 0.23]}, "2": {"dummy": [0.0, 0.56]}}
    assert data["listed"] == ["b.two", "a.one", "dummy"]
    assert data["texts"] == {
        "1": "Box 1 (black frame) restricts b.two and a.one; it holds 13 runs, of which 76.9 % are such. Click a dot "
        "to read its run.",
        "2": "Box 2 (black frame) restricts the dummy (changes nothing; what a method gives it is the noise of the "
        "method); it holds 7 runs, of which 42.9 % are such. Click a dot to read its run.",
    }


def test_the_widget_draws_its_inputs_and_the_first_box() -> None:
    data = plane(RESULT)
    parts = _parts(RESULT, data)
    plot = parts["plot"]
    assert (plot.xaxis[0].axis_label, plot.yaxis[0].axis_label) == ("b.two, US$ bn", "a.one, rate")
    assert [plot.x_range.start, plot.x_range.end] == data["padded"]["b.two"]
    assert [plot.y_range.start, plot.y_range.end] == data["padded"]["a.one"]
    others, cases, frame = plot.renderers
    assert [item.label.value for item in plot.legend[0].items] == ["other runs", "talks fail"]
    for renderer, runs in ((others, np.arange(16, 40)), (cases, np.arange(16))):
        source = renderer.data_source
        assert isinstance(source, ColumnDataSource)
        assert (renderer.glyph.x, renderer.glyph.y) == ("x", "y")
        assert source.data["run"] == runs.tolist()
        for name, column in data["columns"].items():
            np.testing.assert_allclose(source.data[column], RESULT.sample[name].to_numpy()[runs], rtol=1e-3)
        assert source.data["x"] == source.data["across"] == source.data["input_0"]
        assert source.data["y"] == source.data["up"] == source.data["input_1"]
        (click,) = source.selected.js_property_callbacks["change:indices"]
        assert isinstance(click, CustomJS)
        assert click.args["happens"] is (renderer is cases)
    assert frame.data_source.data == {"left": [2.5], "right": [4.0], "bottom": [0.05], "top": [0.23]}
    assert [getattr(frame.glyph, end) for end in ("left", "right", "bottom", "top")] == [
        "left", "right", "bottom", "top",
    ]  # fmt: skip
    assert [[tip[1].partition("{")[0] for tip in hover.tooltips] for hover in plot.select(HoverTool)] == (
        [["@run", "@across", "@up"]] * 2
    )
    across, up, box = parts["select"].children
    assert (across.value, up.value, box.value) == ("b.two", "a.one", "1")
    assert box.options == [("1", "Box 1"), ("2", "Box 2")]
    (show,) = across.js_property_callbacks["change:value"]
    assert (show.args["across"], show.args["up"], show.args["box"]) == (across, up, box)
    assert (show.args["others"], show.args["cases"]) == (others.data_source, cases.data_source)
    assert (show.args["x_axis"], show.args["y_axis"]) == (plot.xaxis[0], plot.yaxis[0])
    assert (show.args["x_range"], show.args["y_range"]) == (plot.x_range, plot.y_range)


def test_without_a_box_there_is_no_frame() -> None:
    empty = replace(RESULT, boxes=())
    data = plane(empty)
    assert data["limits"] == {}
    assert list(data["texts"].values()) == ["No box was found. Click a dot to read its run."]
    assert len(_parts(empty, data)["plot"].renderers) == 2


def test_what_counts_as_a_case_by_hand() -> None:
    runs = pd.DataFrame({
        "outcome": ["agreement", "stall", "walkout", "agreement", "stall"],
        "reason": ["us_accepts", "no_zone", "no_zone", "partner_accepts", "tactics_hold"],
        "gain.us_treasury": [1.0, 0.0, 0.0, 4.0, 3.0], "gain.partner": [9.0, 1.0, 2.0, 3.0, 4.0],
    })  # fmt: skip
    expected = {
        "deal": [0, 3], "no_deal": [1, 2, 4], "stall": [1, 4], "walkout": [2], "reason.no_zone": [1, 2],
        # Quartiles 0 and 2: nothing lies below 0, and one gain below 2.
        "low_gain.us_treasury": [], "low_gain.partner": [1],
    }  # fmt: skip
    for target, runs_of in expected.items():
        assert np.flatnonzero(cases_of(target, runs)).tolist() == runs_of
    # What rounding adds to a gain takes no run out of those that tie.
    noisy = runs.assign(**{"gain.us_treasury": [1.0, -1e-16, 1e-16, 4.0, 3.0]})
    assert not cases_of("low_gain.us_treasury", noisy).any()


def test_a_poor_deal_is_looked_for_among_the_deals_alone() -> None:
    runs = pd.DataFrame({
        "outcome": ["stall", "agreement", "agreement", "walkout", "agreement", "agreement"],
        "gain.us_treasury": [0.0, 5.0, 2.0, 0.0, 3.0, 4.0],
    })  # fmt: skip
    assert looked_at("low_gain.us_treasury", runs) is runs
    deals = looked_at("poor_deal.us_treasury", runs)
    assert deals["gain.us_treasury"].tolist() == [5.0, 2.0, 3.0, 4.0]
    # The lowest quarter of 2, 3, 4 and 5 ends at 2.75.
    assert cases_of("poor_deal.us_treasury", deals).tolist() == [False, True, False, False]


def test_the_answer_says_that_runs_are_deals() -> None:
    settings = {**RESULT.manifest.settings, "runs": 4_321, "target": "poor_deal.partner"}
    of_deals = replace(
        RESULT, target="poor_deal.partner", manifest=RESULT.manifest.model_copy(update={"settings": settings})
    )
    deals = len(RESULT.sample)
    assert of_deals.negotiations == 4_321
    assert RESULT.negotiations == deals
    told = f"Looked at are the {deals} deals of 4,321 runs alone, so that runs are deals in all that follows."
    assert answer(of_deals, {}).more[0].startswith(told)
    assert "Looked at" not in answer(RESULT, {}).more[0]


def test_a_low_gain_that_is_no_deal_is_called_so() -> None:
    runs = pd.DataFrame({"outcome": ["agreement", "stall", "walkout", "agreement"]})
    low = "leave the US in the lowest quarter of its gains"
    for cases, words in (
        ([False, True, True, False], f"{low}, which here is to end without a deal"),
        ([True, True, False, False], low),
        ([False] * 4, low),
    ):
        assert words_of("low_gain.us_treasury", runs, np.array(cases)) == words
    assert words_of("stall", runs, np.array([False, True, False, False])) == "end in a stall"


def test_every_target_has_words() -> None:
    assert len({target_words(target) for target in targets()}) == len(targets())
