"""The terminal prints what the page shows, but for what is folded away, drawn or clicked."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from experiments.report.blocks import Block, Commands, Download, FoldedParts, Listing, Picture, Widget, Words, table
from experiments.report.terminal import print_blocks, text_of
from tests.made_up import tables_of

POINTS = table("Points", ("Point", "Value", "Unit"), (("first", "1.25", "%"), ("second", "2.5", "%")), note="Read so.")
OF_THE_PAGE = (Picture("t", "c", "<svg></svg>"), Download("n", "l", b""), Widget("<b>", "no"))


def _lines(*blocks: Block, width: int = 100) -> list[str]:
    return [line.rstrip() for line in text_of(blocks, width).splitlines()]


def test_each_kind_of_block_has_its_lines_and_an_empty_one_between() -> None:
    assert _lines(
        Words(("One.", "Two.")),
        *OF_THE_PAGE,
        Listing("Terms", ("a is b", "c is d")),
        POINTS,
        Commands(("winset play x.yaml --run 3",)),
    ) == [
        "One.",
        "Two.",
        "",
        "Terms",
        "  a is b",
        "  c is d",
        "",
        "Points",
        "Point   Value  Unit",
        "first    1.25     %",
        "second    2.5     %",
        "Read so.",
        "",
        "winset play x.yaml --run 3",
    ]


def test_of_what_a_page_folds_away_stand_heading_and_size() -> None:
    folded = table("Every point", ("Point",), (("first",), ("second",), ("third",)), folded=True)
    parts = FoldedParts("One negotiation", (("Round 1", ("x",)), ("Round 2", ("y",))))
    assert _lines(folded, Listing("Red lines", ("a",), folded=True), parts) == [
        "Every point: 3 rows, on the page",
        "",
        "Red lines: 1 line, on the page",
        "",
        "One negotiation: 2 parts, on the page",
    ]


def test_numbers_stand_on_the_right_and_the_first_column_beside_every_other() -> None:
    (printed,) = tables_of(lambda console: print_blocks([POINTS], console))
    assert [(column.heading, column.kind, column.is_key) for column in printed.columns] == [
        ("Point", "words", True),
        ("Value", "number", False),
        ("Unit", "number", False),
    ]
    assert (printed.title, printed.caption) == ("Points", "Read so.")


def test_rows_that_stand_out_and_back_are_bold_and_dim() -> None:
    rows = (("a", "1"), ("b", "2"), ("c", "3"))
    marked = table("Points", ("Point", "Value"), rows, strong=[0], faint=[2])
    (printed,) = tables_of(lambda console: print_blocks([marked], console))
    assert printed.styles == ["bold", "", "dim"]


@pytest.mark.parametrize("width", [40, 100, 200])
def test_lines_fit_the_terminal_and_are_never_longer_than_a_hundred(width: int) -> None:
    text = Words(("word " * 60,))
    assert max(map(len, _lines(text, POINTS, width=width))) <= min(width, 100)


def test_words_are_no_markup_and_commands_are_not_folded() -> None:
    out = StringIO()
    command = "winset play " + "x" * 150
    print_blocks([Words(("[bold]x[/bold] :smile:",)), Commands((command,))], Console(file=out, width=80))
    assert out.getvalue().splitlines() == ["[bold]x[/bold] :smile:", "", command]
