"""Parameter files of the EMA Workbench, as its ``parameters_from_csv`` reads them.

A header names the columns: ``name``, ``type`` if wanted, and any others, which hold two bounds or the categories.
Without a type, two whole numbers are an integer parameter, two others a real one, and any other count is categorical.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from experiments.errors import shown, suggestion
from experiments.ranges.rows import Range, Row, finite_number, number_in, refused
from experiments.record.csv_lines import Cell, check_count

#: Headings of the two columns that have a meaning, in the letters that the Workbench takes.
_NAME: Final = ("name", "NAME")
_TYPE: Final = ("type", "TYPE")

_TYPES: Final = ("real", "int", "cat", "bool")
_FLAGS: Final = {"true": 1.0, "false": 0.0}
_BOUNDS: Final = 2


def is_ema_header(row: Row) -> bool:
    """Whether a first row is the header of such a file."""
    return any(cell.text in _NAME for cell in row)


def ema_ranges(rows: Sequence[Row]) -> list[Range]:
    """Ranges of a parameter file.

    Raises
    ------
    experiments.errors.ConfigError
        Naming the row and cell that the Workbench would not read either, or that no number of a config can be.
    """
    header, *below = rows
    name, kind = (_place_of(header, names) for names in (_NAME, _TYPE))
    if name is None:
        raise refused(header[0], "the header of a parameter file of the EMA Workbench has the column name")
    if not below:
        raise refused(header[0], "has no row below its header")
    found = []
    for row in below:
        check_count(row, len(header))
        values = [cell for place, cell in enumerate(row) if place not in (name, kind) and cell.text]
        found.append(_range(row[name], None if kind is None else row[kind], values))
    return found


def _place_of(header: Row, names: Sequence[str]) -> int | None:
    """Where the column stands that has one of these names, if any."""
    places = [place for place, cell in enumerate(header) if cell.text in names]
    if len(places) > 1:
        raise refused(header[places[1]], "this column stands in the header twice", header[places[1]].text)
    return places[0] if places else None


def _range(name: Cell, kind: Cell | None, values: Sequence[Cell]) -> Range:
    type_ = _inferred(values) if kind is None else kind.text
    if type_ not in _TYPES:
        told = f"must be {', '.join(_TYPES[:-1])} or {_TYPES[-1]}{suggestion(type_, _TYPES, most=0)}"
        raise refused(kind or name, f"the type {told} (got {shown(type_)})", name.text)
    notes = (_WITHOUT_TYPE[type_].format(name=name.text),) if kind is None else ()
    if type_ == "bool":
        return Range(name, {"dist": "choice", "values": [0.0, 1.0]}, notes)
    if type_ == "cat":
        return Range(name, {"dist": "choice", "values": _categories(name, values)}, notes)
    if len(values) != _BOUNDS:
        raise refused(name, f"has {len(values)} values; one of type {type_} has a lower and an upper bound", name.text)
    low, high = (number_in(cell, f"{name.text}: a bound") for cell in values)
    if type_ == "real":
        return Range(name, {"dist": "uniform", "low": low, "high": high}, notes)
    for cell, value in zip(values, (low, high), strict=True):
        if value != int(value):
            raise refused(cell, f"a bound of type int must be a whole number (got {shown(cell.text)})", name.text)
    return Range(name, {"dist": "discrete_uniform", "low": int(low), "high": int(high)}, notes)


def _inferred(values: Sequence[Cell]) -> str:
    """Type of a parameter by its values."""
    if len(values) != _BOUNDS:
        return "cat"
    return "int" if all(cell.text.lstrip("+-").isdigit() for cell in values) else "real"


def _categories(name: Cell, values: Sequence[Cell]) -> list[Any]:
    if len(values) < _BOUNDS:
        raise refused(name, f"has {len(values)} categories; there must be at least two", name.text)
    found = []
    for cell in values:
        number = _FLAGS.get(cell.text.lower(), finite_number(cell.text))
        if number is None:
            raise refused(
                cell, "is a category in words, and a config draws numbers; --vary tactics of winset sensitivity varies "
                f"names of tactics, and winset sweep any other word (got {shown(cell.text)})", name.text,
            )  # fmt: skip
        found.append(number)
    return found


#: What is said of a parameter whose type the file leaves open.
_WITHOUT_TYPE: Final = {
    "int": "{name} has two whole numbers and no type: taken as whole numbers from the one to the other",
    "real": "{name} has two numbers and no type: taken as a range",
    "cat": "{name} has no type: taken as categories, which parameters_to_csv writes as 0, 1, 2 whatever they stand for",
}
