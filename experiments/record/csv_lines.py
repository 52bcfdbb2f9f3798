"""Lines of a CSV file as cells that know their place, so that a message can point at the one that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from experiments.errors import ConfigError, Position, Problem, suggestion
from experiments.files import decoded, read_source

COMMENT: Final = "#"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it is written, and where."""

    text: str
    place: Position


def lines_of(path: Path, most: int) -> list[tuple[int, str]]:
    """Lines of a text file of at most `most` bytes, each with its number; empty ones at the end are left out.

    Raises
    ------
    experiments.errors.ConfigError
        When it cannot be read, is too large or is not UTF-8.
    """
    raw = read_source(path, most, f"is larger than {most:,} bytes, the most that is read of such a file").raw
    return numbered(raw, str(path))


def numbered(raw: bytes, origin: str) -> list[tuple[int, str]]:
    """Lines of the bytes of a text file, each with its number; empty ones at the end are left out."""
    lines = decoded(raw, origin).rstrip("\r\n").split("\n")
    return [(number, line.removesuffix("\r")) for number, line in enumerate(lines, 1)]


@cache
def _cell(separator: str) -> re.Pattern[str]:
    """A value in quotes, in which two quotes stand for one, or one without quotes; and what ends it."""
    end = re.escape(separator)
    return re.compile(rf'(?:"((?:[^"]|"")*)"|([^"{end}]*))({end}|$)')


def cells_of(number: int, line: str, origin: str, separator: str = ",") -> list[Cell]:
    """Split a line into its cells.

    Raises
    ------
    experiments.errors.ConfigError
        When a quote is left open or stands inside a value.
    """
    found = []
    at, cell = 0, _cell(separator)
    while True:
        match = cell.match(line, at)
        place = Position(origin, number, at + 1)
        if match is None:
            message = 'a quote is out of place; a value with a comma or a quote is written "...", its quotes doubled'
            raise ConfigError([Problem(place, "", message)])
        quoted, bare, end = match.groups()
        found.append(Cell((bare if quoted is None else quoted.replace('""', '"')).strip(), place))
        if not end:
            return found
        at = match.end()


def check_count(cells: Sequence[Cell], columns: int) -> None:
    """Refuse a line that has another number of cells than the header.

    Raises
    ------
    experiments.errors.ConfigError
        Saying how many it has.
    """
    if len(cells) != columns:
        message = f"has {len(cells)} values for {columns} columns; one with a comma in it is put in quotes"
        raise ConfigError([Problem(cells[0].place, "", message)])


def refuse_other_separators(header: Sequence[Cell]) -> None:
    """Refuse a header of one cell that holds semicolons or tabs, as programs write where a comma is decimal.

    Raises
    ------
    experiments.errors.ConfigError
        Saying what separates columns here.
    """
    for mark, words in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and mark in header[0].text:
            message = f"columns are separated by {words}; separate them by commas, and write numbers with a point"
            raise ConfigError([Problem(header[0].place, "", message)])


def positions_of_columns(header: Sequence[Cell], columns: Sequence[str]) -> dict[str, int]:
    """Where each column stands, by its name.

    Raises
    ------
    experiments.errors.ConfigError
        When a column is missing, stands twice, or is none of these, or columns are not separated by commas.
    """
    refuse_other_separators(header)
    problems = list(_wrong_headings(header, columns))
    if problems:
        raise ConfigError(problems)
    return {cell.text: place for place, cell in enumerate(header)}


def _wrong_headings(header: Sequence[Cell], columns: Sequence[str]) -> Iterator[Problem]:
    names = [cell.text for cell in header]
    missing = [name for name in columns if name not in names]
    for place, cell in enumerate(header):
        if cell.text in names[:place]:
            yield Problem(cell.place, cell.text, "this column stands in the header twice")
        elif cell.text not in columns:
            yield Problem(cell.place, cell.text or "''", f"there is no such column{suggestion(cell.text, missing)}")
    if missing:
        yield Problem(header[0].place, "", f"the header lacks {', '.join(missing)}")


def written(texts: Sequence[str]) -> str:
    """Line of these values, in quotes where they need them."""
    return ",".join(f'"{text.replace(chr(34), chr(34) * 2)}"' if set(text) & set(',"') else text for text in texts)
