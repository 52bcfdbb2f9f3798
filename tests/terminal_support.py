"""Read a printed table back: which text stands in the columns of the screen that a table gives to each of its own."""

from __future__ import annotations

from io import StringIO

from rich.cells import cell_len, split_graphemes
from rich.console import Console

from experiments.terminal.table import Placed, TerminalTable


def printed(table: TerminalTable, width: int) -> str:
    out = StringIO()
    Console(file=out, width=width, force_terminal=False, color_system=None).print(table)
    return out.getvalue()


def check_whole(table: TerminalTable, width: int) -> None:
    """Every cell and heading is there whole, in its column; no number is broken; nothing is wider than the screen."""
    bare = TerminalTable(show_header=table.show_header)
    bare.columns, bare.rows, bare.styles = table.columns, table.rows, table.styles
    lines = printed(bare, width).splitlines()
    bands = bare.bands(width)
    parts: list[list[str]] = [[]]
    for line in lines:
        if line == "further columns":
            parts.append([])
        else:
            parts[-1].append(line)
    assert len(parts) == len(bands), (width, table.title)
    for band, part in zip(bands, parts, strict=True):
        for placed in band:
            _check_column(bare, placed, part, width)
    assert {placed.place for band in bands for placed in band} == set(range(len(table.columns)))
    assert max(map(cell_len, lines), default=0) <= width
    keys = {place for place, column in enumerate(table.columns) if column.is_key}
    assert all(keys <= {placed.place for placed in band} for band in bands)
    for text in (table.title, table.caption):
        assert _letters(text) in _letters(printed(table, width))


def _check_column(table: TerminalTable, placed: Placed, lines: list[str], width: int) -> None:
    column = table.columns[placed.place]
    cells = [row[placed.place] for row in table.rows]
    shown = [_slice(line, placed.start, placed.width) for line in lines]
    expected = [*([column.heading] if table.show_header else []), *cells]
    assert _letters("".join(shown)) == _letters("".join(expected)), (column.heading, width)
    if column.kind == "number" and max(map(cell_len, cells), default=0) <= (width - 2) // 2:
        missing = {" ".join(cell.split()) for cell in cells} - {" ".join(text.split()) for text in shown}
        assert not missing, (column.heading, width, missing)


def _letters(text: str) -> str:
    return "".join(text.split())


def _slice(line: str, start: int, width: int) -> str:
    """Text in some columns of the screen, where a letter may take two of them or none."""
    text, at = "", 0
    for first, stop, size in split_graphemes(line)[0]:
        if start <= at < start + width:
            text += line[first:stop]
        at += size
    return text
