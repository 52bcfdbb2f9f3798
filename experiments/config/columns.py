"""Columns of files that numbers are drawn from: read once, when a config is, and kept in it from then on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from experiments.config.limits import size_complaint
from experiments.config.listed_values import MOST_ROWS, FileColumn
from experiments.config.yaml import Node, fail, join, read_scalar
from experiments.errors import ConfigError, Position, Problem, printable, shown, suggestion
from experiments.files import NO_FILE, checksum, read_source
from experiments.record.csv_lines import COMMENT, Cell, cells_of, check_count, numbered, refuse_other_separators

#: Bytes of a file with a column.
_MOST_BYTES: Final = 8 * 1024 * 1024

_FILLED_IN: Final = ("values", "sha256")

#: Headings that a message lists where the one that is asked for resembles none.
_MOST_HEADINGS: Final = 40


def resolve_columns(tree: Node) -> Node:
    """Fill in the values of every ``{dist: column, file: data.csv, column: x}`` from its file.

    A path is relative to the config file in which it stands, or to the working folder where an option or a program
    gives it. What has its values already, such as the config in the manifest of a directory, is left as it is.

    Raises
    ------
    ConfigError
        Naming file, line and column of every value that is no finite number; or when there is no such file or column,
        it has no row or too many, or the config becomes larger than one may be.
    """
    problems: list[Problem] = []
    resolved = _resolved(tree, "", problems)
    if problems:
        raise ConfigError(problems)
    if resolved is not tree and (complaint := size_complaint(resolved.size, resolved.letters)):
        fail(tree.place, "", f"with the columns of its files the config {complaint}")
    return resolved


def _resolved(node: Node, path: str, problems: list[Problem]) -> Node:
    """`node` with the columns in it; the same node where there is none."""
    if node.scalar("dist") == FileColumn.kind:
        return _filled(node, path, problems)
    before = node.children()
    after = [_resolved(child, join(path, name), problems) for name, child in before]
    if all(one is child for one, (_, child) in zip(after, before, strict=True)):
        return node
    return replace(node, value=dict(zip(node.value, after, strict=True)) if node.is_map else after)


def _filled(node: Node, path: str, problems: list[Problem]) -> Node:
    if any(key in node.value for key in _FILLED_IN):
        return node
    if wrong := list(_unnamed(node, path)):
        problems += wrong
        return node
    try:
        values, digest = _read(node, path)
    except ConfigError as error:
        problems += error.problems
        return node
    here = partial(Node, place=node.place, key_place=node.place)
    return replace(
        node,
        value={**node.value, "values": here([here(value) for value in values]), "sha256": here(digest)},
    )


def _unnamed(node: Node, path: str) -> Iterator[Problem]:
    """What keeps the file or its column from being known."""
    for key in ("file", "column"):
        if key not in node.value:
            yield Problem(
                node.key_place,
                join(path, key),
                f"must be given, as in {{dist: {FileColumn.kind}, file: data.csv, column: x}}",
            )
        elif not isinstance(name := node.value[key].plain(), str) or not name:
            yield Problem(node.value[key].place, join(path, key), f"must be text (got {shown(name)})")


def _read(node: Node, path: str) -> tuple[list[float], str]:
    """Values of a column in rising order, and the checksum of its file."""
    named = node.value["file"]
    file = _beside(named.place) / named.value
    origin = str(file)
    try:
        raw = read_source(file, _MOST_BYTES, f"is larger than {_MOST_BYTES:,} bytes, the most that is read of it").raw
    except ConfigError as error:
        told = error.problems[0].message
        name = printable(origin)
        fail(named.place, join(path, "file"), f"there is no file {name}" if told == NO_FILE else f"{name} {told}")
    lines = [(number, line) for number, line in numbered(raw, origin) if not line.startswith(COMMENT)]
    if not any(line for _, line in lines):
        fail(Position(origin), "", f"is empty; it must have the column {shown(node.value['column'].value)}")
    header = cells_of(*lines[0], origin)
    place = _place_of(header, node, path, origin)
    rows = [_row(number, line, origin, len(header)) for number, line in lines[1:]]
    if not 0 < len(rows) <= MOST_ROWS:
        message = f"has {len(rows):,} rows below its header, and must have 1 to {MOST_ROWS:,}"
        fail(Position(origin, lines[-1][0], 1), header[place].text, message)
    values = _numbers([row[place] for row in rows], header[place].text, path)
    return sorted(values), checksum(raw)


def _beside(place: Position) -> Path:
    """Folder that a path is relative to, by where it was written."""
    return Path(place.origin).parent if place.line else Path()


def _row(number: int, line: str, origin: str, columns: int) -> Sequence[Cell]:
    cells = cells_of(number, line, origin)
    check_count(cells, columns)
    return cells


def _place_of(header: Sequence[Cell], node: Node, path: str, origin: str) -> int:
    """Where the column stands in the header of its file."""
    wanted, names = node.value["column"], [cell.text for cell in header]
    times = names.count(wanted.value)
    if not times:
        refuse_other_separators(header)
    if times != 1:
        hint = suggestion(wanted.value, names, most=_MOST_HEADINGS) if not times else ""
        told = "has no column of this name" if not times else "has more than one column of this name"
        fail(wanted.place, join(path, "column"), f"{printable(origin)} {told}{hint} (got {shown(wanted.value)})")
    return names.index(wanted.value)


def _numbers(cells: Sequence[Cell], column: str, path: str) -> list[float]:
    """Numbers in cells, each of which must be a finite one."""
    values, problems = list[float](), list[Problem]()
    for cell in cells:
        value = read_scalar(cell.text)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            values.append(float(value))
        else:
            message = f"must be a finite number, for {path} is drawn from this column (got {shown(cell.text)})"
            problems.append(Problem(cell.place, column, message))
    if problems:
        raise ConfigError(problems)
    return values
