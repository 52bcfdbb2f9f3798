"""Every cell of inputs of an exploration is the number of its place."""

from __future__ import annotations

from experiments.config.load import load_config
from experiments.lab.known_inputs import KnownInput, inputs_table, known_inputs, support_blocks, support_words
from experiments.report.blocks import Table
from tests.tree import ROOT

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
    assert "what b is (b.path) rests on the developers' assumption alone" in told
    assert "the source of what c is (c.path) bears the range badly" in told
    assert support_words(["a.path"], _INPUTS) == "What a is (a.path) does not rest on an assumption alone."


def test_inputs_of_a_config_have_their_own_range_unit_and_source() -> None:
    found = known_inputs(load_config(ROOT / "configs" / "tiny.yaml"))
    one = found["us_treasury.precedent_probability"]
    assert one.values == "uniform(low=0, high=0.2)"
    assert one.source == "config file tiny.yaml"
    assert set(found) == {"us_treasury.precedent_probability", "protocol.first_mover.us_treasury", "chance", "dummy"}
