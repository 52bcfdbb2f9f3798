"""Rows of a text file of ranges, whatever its separator, as cells that know their place."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from experiments.config.yaml import read_scalar
from experiments.errors import ConfigError, Position, Problem, shown
from experiments.record.csv_lines import COMMENT, Cell, cells_of, lines_of

#: Bytes of a file of ranges.
_MOST_BYTES: Final = 1024 * 1024

#: Separators in the order in which they are looked for in the first row; beside the first two a comma is decimal.
_SEPARATORS: Final = (";", "\t", ",")

_BETWEEN_SPACES: Final = re.compile("[^ ]+")

Row = list[Cell]


@dataclass(frozen=True, slots=True)
class Range:
    """What a file says of one number.

    Attributes
    ----------
    name : Cell
        How the file calls it.
    number : dict
        Its distribution, as a config writes it.
    notes : tuple of str
        What the reader should know of how it was read.
    """

    name: Cell
    number: dict[str, Any]
    notes: tuple[str, ...] = field(default=())


def rows_of(path: Path) -> list[Row]:
    """Rows of a file without comments and empty lines.

    Cells are separated by what separates those of the first row: semicolons, tabs, commas or any number of spaces.

    Raises
    ------
    experiments.errors.ConfigError
        When the file cannot be read, or has no row.
    """
    origin = str(path)
    lines = [(number, line) for number, line in lines_of(path, _MOST_BYTES) if line.strip() and not _is_comment(line)]
    if not lines:
        raise ConfigError([Problem(Position(origin), "", "has no row")])
    first = lines[0][1].strip()
    separator = next((mark for mark in _SEPARATORS if mark in first), None)
    if separator is not None or " " not in first:
        return [cells_of(number, line, origin, separator or ",") for number, line in lines]
    return [
        [Cell(found[0], Position(origin, number, found.start() + 1)) for found in _BETWEEN_SPACES.finditer(line)]
        for number, line in lines
    ]


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(COMMENT)


def number_in(cell: Cell, what: str) -> float:
    """Return the finite number in a cell.

    Raises
    ------
    experiments.errors.ConfigError
        When it is none, saying what should stand there.
    """
    found = finite_number(cell.text)
    if found is None:
        point = ", written with a point" if "," in cell.text else ""
        raise refused(cell, f"{what} must be a finite number{point} (got {shown(cell.text)})")
    return found


def finite_number(text: str) -> float | None:
    """Finite number that a text is, or None."""
    value = read_scalar(text)
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if is_number else None  # type: ignore[arg-type]  # a number, by the line above


def refused(cell: Cell, message: str, name: str = "") -> ConfigError:
    """The error about a cell."""
    return ConfigError([Problem(cell.place, name, message)])
