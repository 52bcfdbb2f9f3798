"""Tables as one workbook of Excel: a sheet each, behind the dictionary; the same rows give the same bytes."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from experiments.errors import RunError, need
from experiments.export.described import DATE
from experiments.export.tables import DICTIONARY, ExportColumn, ExportTable
from experiments.labels import counted

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

#: What a sheet holds below its heading, what a cell holds, and what the name of a sheet may have.
MOST_ROWS: Final = 1_048_575
MOST_COLUMNS: Final = 16_384
MOST_LETTERS: Final = 32_767
_LONGEST_NAME: Final = 31

#: A day in place of the one on which it was written, so that the same rows give the same bytes.
_WRITTEN: Final = datetime(2000, 1, 1)

_PER_CENT: Final = "0.00%"
_MONEY: Final = "#,##0.00"
_WHOLE: Final = "0"
_DAY: Final = "yyyy-mm-dd"
#: Format of numbers by the first word of their unit.
_FORMATS: Final = {"rate": _PER_CENT, "share": _PER_CENT, "US$": _MONEY, "days": "0.0", "rounds": "0.0"}

_WIDEST: Final = 60
_LEAST_WIDE: Final = 9


def xlsx_file(tables: Sequence[ExportTable]) -> bytes:
    """Workbook with a sheet for each table.

    Headings stay in view and can be filtered by, what a column holds stands in the comment of its heading. A missing
    value is an empty cell; an infinite number, which Excel does not have, is the text inf or -inf.

    Raises
    ------
    experiments.errors.RunError
        When XlsxWriter is not installed, or a table does not fit into a sheet.
    """
    need("xlsxwriter", "export", "--format xlsx")
    import xlsxwriter

    for table in tables:
        _check(table)
    buffer = io.BytesIO()
    # Row by row, so that a long table takes little memory.
    with xlsxwriter.Workbook(buffer, {"constant_memory": True}) as book:
        book.set_properties({"created": _WRITTEN})
        for table in tables:
            _write(book, table)
    return buffer.getvalue()


def _check(table: ExportTable) -> None:
    if len(table) > MOST_ROWS:
        raise RunError(
            f"--format xlsx: the table {table.name} has {counted(len(table), 'row')}, and a sheet of Excel holds "
            f"{MOST_ROWS:,} below its heading; take --format csv, stata or duckdb."
        )
    if len(table.columns) > MOST_COLUMNS:
        raise RunError(
            f"--format xlsx: the table {table.name} has {counted(len(table.columns), 'column')}, and a sheet of Excel "
            f"holds {MOST_COLUMNS:,}; take --format csv, stata or duckdb."
        )
    for column in table.columns:
        longest = max((len(text) for text in column.data.dropna()), default=0) if column.type == "text" else 0
        if longest > MOST_LETTERS:
            raise RunError(
                f"--format xlsx: column {column.name} of the table {table.name} has a text of {longest:,} characters, "
                f"and a cell of Excel holds {MOST_LETTERS:,}; take --format csv, stata or duckdb."
            )


def _write(book: Workbook, table: ExportTable) -> None:
    sheet = book.add_worksheet(table.name[:_LONGEST_NAME])
    is_prose = table.name == DICTIONARY
    heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = [book.add_format(_look(column, is_prose=is_prose)) for column in table.columns]
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _width(column), formats[place])
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.name, heading)
    sheet.freeze_panes(1, 0)
    if table.columns:
        sheet.autofilter(0, 0, max(1, len(table)), len(table.columns) - 1)
    rows = zip(*(_cells(column) for column in table.columns), strict=True)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            _write_cell(sheet, number, place, value, formats[place])


def _cells(column: ExportColumn) -> list[Any]:
    """Values as a sheet takes them, missing ones as None."""
    if column.type == "date":
        days = zip(column.data.dt.date, column.data.isna(), strict=True)
        return [None if missing else day for day, missing in days]
    values = column.data.astype(object)
    return values.where(column.data.notna(), None).tolist()


def _write_cell(sheet: Worksheet, row: int, place: int, value: Any, look: Any) -> None:
    if value is None:
        return
    if isinstance(value, str):
        # Never as a formula, whatever letter it begins with.
        sheet.write_string(row, place, value, look)
    elif isinstance(value, bool):
        sheet.write_boolean(row, place, value, look)
    elif isinstance(value, int | float):
        if math.isfinite(value):
            sheet.write_number(row, place, value, look)
        else:
            sheet.write_string(row, place, "inf" if value > 0 else "-inf", look)
    else:
        sheet.write_datetime(row, place, value, look)


def _look(column: ExportColumn, *, is_prose: bool) -> dict[str, Any]:
    if column.type == "text":
        return {"text_wrap": is_prose, "valign": "top"}
    if column.unit == DATE:
        return {"num_format": _DAY, "align": "left"}
    if column.type == "whole number":
        return {"num_format": _WHOLE}
    return {"num_format": _FORMATS.get(column.unit.split(" ")[0], "General")}


def _width(column: ExportColumn) -> float:
    """Width of a column in letters: that of its heading or of its longest text, within limits."""
    longest = max((len(text) for text in column.data.dropna().head(1000)), default=0) if column.type == "text" else 0
    return min(_WIDEST, max(_LEAST_WIDE, len(column.name) + 3, longest + 1))
