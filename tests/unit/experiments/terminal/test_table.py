"""Tables in the terminal lose no letter at any width, and streams spell what they cannot show."""

from __future__ import annotations

import ast
import io
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from experiments.terminal.letters import print_json, spell_what_streams_cannot_show, spelled
from experiments.terminal.table import TerminalTable
from tests.terminal_support import check_whole, printed
from tests.tree import ROOT

WIDTHS = (40, 60, 80, 120)


def _quantiles() -> TerminalTable:
    table = TerminalTable("Agreed package, quantiles of 12 agreements")
    table.add_column("", "words", is_key=True)
    for heading in ("5 %", "25 %", "median", "75 %", "95 %"):
        table.add_column(heading)
    table.add_column("unit", "words", is_key=True)
    table.add_row("Chips: booked as US export", "+10.80", "1,234.50", "+2,000.00", "3.25", "4.75", "US$ bn a year")
    table.add_row("tactics.partner.concession_exponent", "1", "2", "3", "4", "5", "rate", style="bold")
    table.caption = "Gains: means over all runs, US$ bn a year."
    return table


@pytest.mark.parametrize("width", WIDTHS)
def test_no_number_and_no_unit_is_cut(width: int) -> None:
    table = _quantiles()
    check_whole(table, width)
    text = printed(table, width)
    for cell in ("+10.80", "1,234.50", "+2,000.00", "3.25", "4.75"):
        assert cell in text.replace("\n", " ").split()


def test_columns_that_do_not_fit_follow_below_with_the_key_columns() -> None:
    assert printed(_quantiles(), 120).count("US$ bn a year") == 2
    narrow = printed(_quantiles(), 40)
    assert narrow.count("further columns") == len(_quantiles().bands(40)) - 1 > 0
    assert narrow.count("Chips:") == len(_quantiles().bands(40))


def test_headings_fold_before_a_column_goes_below() -> None:
    table = TerminalTable()
    table.add_column("rule", "words", is_key=True)
    for heading in ("only this one off", "only this one on", "mean difference"):
        table.add_column(heading)
    table.add_row("Red lines", "12.5 %", "97.5 %", "-3.2 points")
    assert printed(table, 40).splitlines() == [
        "              only     only",
        "              this     this         mean",
        "rule       one off   one on   difference",
        "Red lines   12.5 %   97.5 %  -3.2 points",
    ]


def test_a_row_has_a_cell_for_each_column() -> None:
    table = TerminalTable()
    table.add_column("one")
    with pytest.raises(ValueError, match="a row of 2 cells for 1 columns"):
        table.add_row("1", "2")


#: A tone of skin joins the sign before it, so that its width hangs on its neighbour.
_JOINING = "".join(map(chr, range(0x1F3FB, 0x1F400)))
_LETTERS = st.characters(codec="utf-8", exclude_categories=("C", "M", "Z"), exclude_characters=_JOINING)
_TEXTS = st.text(_LETTERS | st.just(" "), max_size=30)


@given(st.data())
def test_any_table_is_whole_at_any_width(data: st.DataObject) -> None:
    table = TerminalTable(data.draw(_TEXTS), show_header=data.draw(st.booleans()))
    count = data.draw(st.integers(1, 7))
    for place in range(count):
        table.add_column(data.draw(_TEXTS), data.draw(st.sampled_from(("words", "number"))), is_key=place == 0)
    for _ in range(data.draw(st.integers(0, 3))):
        table.add_row(*(data.draw(_TEXTS) for _ in range(count)))
    check_whole(table, data.draw(st.sampled_from((20, *WIDTHS))))


def test_all_commands_print_tables_through_one_file() -> None:
    for path in (ROOT / "experiments").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            assert "rich.table" not in names, f"{path}: print a TerminalTable, which cuts nothing"


def test_a_stream_spells_letters_that_it_lacks_and_keeps_names_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    spell_what_streams_cannot_show()
    console = Console(width=40)
    table = TerminalTable("日本")
    table.add_column("", "words", is_key=True)
    table.add_column("a ± b")
    table.add_row("さくら", "1.00 ± 0.25")
    table.add_row("ひまわ", "2.00 ± 0.50")
    console.print(table)
    print_json(console, {"name": "さ… 🚢"})
    sys.stdout.flush()
    lines = raw.getvalue().decode("ascii").splitlines()
    assert lines[:-3] == [
        r"\u65e5\u672c",
        "                          a +- b",
        r"\u3055\u304f\u3089  1.00 +- 0.25",
        r"\u3072\u307e\u308f  2.00 +- 0.50",
    ]
    assert json.loads("".join(lines[-3:])) == {"name": "さ… 🚢"}


def test_a_file_name_that_is_no_text_can_be_shown() -> None:
    assert spelled("out/\udce9", "utf-8") == r"out/\udce9"
    assert spelled("日本 🚢 ±", "utf-8") == "日本 🚢 ±"
    assert spelled("🚢", "latin-1") == r"\U0001f6a2"
