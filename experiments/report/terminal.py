"""Blocks of a report in the terminal: the same sentences and tables that the page shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from rich.text import Text

from experiments.labels import counted
from experiments.report.blocks import Answer, Block, Commands, FoldedParts, Listing, Table, Words
from experiments.report.telling import Telling
from experiments.terminal.table import LINE_WIDTH, TerminalTable

if TYPE_CHECKING:
    from rich.console import Console


def print_blocks(blocks: Iterable[Block], console: Console, meanings: Mapping[str, str] | None = None) -> None:
    """Print blocks, at most 100 columns wide, with an empty line between them.

    Of what a page folds away only the heading and the size are printed; pictures, downloads and what answers to a click
    are left to the page.

    Parameters
    ----------
    blocks : iterable of Block
        What is printed.
    console : rich.console.Console
        Where.
    meanings : mapping, optional
        What the numbers of the config are, by their paths, which stand before every path that is printed. Without it
        texts are printed as they are, for there is no config.
    """
    told = _as_it_is if meanings is None else Telling(meanings).plain
    width = min(LINE_WIDTH, console.width)
    is_first = True
    for block in blocks:
        lines = list(_lines(block, told))
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


def text_of(blocks: Iterable[Block], width: int = LINE_WIDTH, meanings: Mapping[str, str] | None = None) -> str:
    """Blocks as plain text of `width` columns, with the `meanings` of paths as :func:`print_blocks` has them."""
    from rich.console import Console

    console = Console(width=width, color_system=None, force_terminal=False, force_jupyter=False)
    with console.capture() as captured:
        print_blocks(blocks, console, meanings)
    return captured.get()


def _as_it_is(text: str, *_: str) -> str:
    """A text where there is no config; what stands beside it makes no difference."""
    return text


def _lines(block: Block, told: Callable[..., str]) -> Iterator[Text | TerminalTable | str]:
    match block:
        case Answer():
            yield from _answer(block, told)
        case Words():
            yield from (Text(told(one)) for one in block.paragraphs)
        case Listing() if block.folded:
            yield _folded(told(block.heading), counted(len(block.lines), "line"))
        case Listing():
            yield Text(told(block.heading), style="bold")
            yield from (Text(f"  {told(line)}") for line in block.lines)
        case Table() if block.folded:
            yield _folded(told(block.caption), counted(len(block.rows), "row"))
        case Table():
            yield _table(block, told)
        case Commands():
            yield from block.lines
        case FoldedParts():
            yield _folded(told(block.heading), counted(len(block.parts), "part"))


def _answer(answer: Answer, told: Callable[..., str]) -> Iterator[Text | TerminalTable]:
    """Sentence, numbers and inputs of an answer, then what else came out."""
    yield Text(told(answer.sentence))
    if answer.numbers:
        table = TerminalTable(show_header=False)
        table.add_column("", "words", is_key=True)
        table.add_column("", "number")
        table.add_column("", "words")
        for one in answer.numbers:
            beside = "; ".join(filter(None, (one.interval, one.note)))
            table.add_row(told(one.label), told(one.value), told(beside))
        yield table
    yield from (Text(told(part)) for part in (answer.certainty, answer.inputs, *answer.more) if part)


def _folded(heading: str, size: str) -> Text:
    return Text(f"{heading}: {size}, on the page", style="dim")


def _table(block: Table, told: Callable[..., str]) -> TerminalTable:
    table = TerminalTable(told(block.caption))
    for place, heading in enumerate(block.columns):
        table.add_column(told(heading), "number" if place in block.numeric else "words", is_key=place == 0)
    for place, row in enumerate(block.rows):
        cells = (told(cell, " ".join(row)) for cell in row)
        table.add_row(*cells, style="bold" if place in block.strong else "dim" if place in block.faint else "")
    table.caption = told(block.note)
    return table
