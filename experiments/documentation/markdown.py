"""Text of Markdown pages that are written from data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Table with a heading and rows of cells, each line ended; a bar in a cell stays one."""
    return "".join(f"{line}\n" for line in _lines(header, rows))


def _lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for cells in (header, ["---"] * len(header), *rows):
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def code(text: str) -> str:
    """Text as code, also within a table; empty for no text."""
    return f"<code>{plain(text)}</code>" if text else ""


def plain(text: str) -> str:
    """Text in which nothing is read as Markdown or HTML, for a cell of a table or a paragraph."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for sign in "\\`*_[]|":
        escaped = escaped.replace(sign, f"&#{ord(sign)};")
    return escaped


def block(text: str, language: str) -> str:
    """Block of code."""
    return f"```{language}\n{text}\n```\n"
