"""Blocks of a report in the terminal: the same sentences and tables that the page shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from experiments.labels import counted
from experiments.report.blocks import Answer, Block, Commands, FoldedParts, Listing, Table, Words
from experiments.terminal.table import LINE_WIDTH, TerminalTable

if TYPE_CHECKING:
    from rich.console import Console


def print_blocks(blocks: Iterable[Block], console: Console) -> None:
    """Print blocks, at most 100 columns wide, with an empty line between them.

    Of what a page folds away only the heading and the size are printed; pictures, downloads and what answers to a click
    are left to the page.
    """
    width = min(LINE_WIDTH, console.width)
    is_first = True
    for block in blocks:
        lines = list(_lines(block))
        if not lines:
            continue
        if not is_first:
            console.print()
        is_first = False
        for line in lines:
            if isinstance(line, str):
                # Commands are copied: they are not folded.
                console.out(line, highlight=False)
            else:
                console.print(line, width=width)


def text_of(blocks: Iterable[Block], width: int = LINE_WIDTH) -> str:
    """Blocks as plain text of `width` columns."""
    from rich.console import Console

    console = Console(width=width, color_system=None, force_terminal=False, force_jupyter=False)
    with console.capture() as captured:
        print_blocks(blocks, console)
    return captured.get()


def _lines(block: Block) -> Iterator[Text | TerminalTable | str]:
    match block:
        case Answer():
            yield from _answer(block)
        case Words():
            yield from map(Text, block.paragraphs)
        case Listing() if block.folded:
            yield _folded(block.heading, counted(len(block.lines), "line"))
        case Listing():
            yield Text(block.heading, style="bold")
            yield from (Text(f"  {line}") for line in block.lines)
        case Table() if block.folded:
            yield _folded(block.caption, counted(len(block.rows), "row"))
        case Table():
            yield _table(block)
        case Commands():
            yield from block.lines
        case FoldedParts():
            yield _folded(block.heading, counted(len(block.parts), "part"))


def _answer(answer: Answer) -> Iterator[Text | TerminalTable]:
    """Sentence, numbers and inputs of an answer, then what else came out."""
    yield Text(answer.sentence)
    if answer.numbers:
        table = TerminalTable(show_header=False)
        table.add_column("", "words", is_key=True)
        table.add_column("", "number")
        table.add_column("", "words")
        for one in answer.numbers:
            table.add_row(one.label, one.value, "; ".join(filter(None, (one.interval, one.note))))
        yield table
    yield from (Text(part) for part in (answer.certainty, answer.inputs, *answer.more) if part)


def _folded(heading: str, size: str) -> Text:
    return Text(f"{heading}: {size}, on the page", style="dim")


def _table(block: Table) -> TerminalTable:
    table = TerminalTable(block.caption)
    for place, heading in enumerate(block.columns):
        table.add_column(heading, "number" if place in block.numeric else "words", is_key=place == 0)
    for place, row in enumerate(block.rows):
        table.add_row(*row, style="bold" if place in block.strong else "dim" if place in block.faint else "")
    table.caption = block.note
    return table
