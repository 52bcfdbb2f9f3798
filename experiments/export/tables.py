"""Tables as they are exported: every column with its type, unit and meaning, and the dictionary that tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from experiments.export.described import DATE, NO_UNIT, Described, DescribedTable, Names, entry_for
from experiments.export.vocabulary import listed_values

if TYPE_CHECKING:
    import pandas as pd

ColumnType = Literal["text", "number", "whole number", "true or false", "date"]

#: Names of the two tables that tell of the others.
DICTIONARY: Final = "dictionary"
CONTENTS: Final = "tables"


@dataclass(frozen=True, slots=True, eq=False)
class ExportColumn:
    """A column with what it holds.

    Attributes
    ----------
    name, unit, meaning, values, missing : str
        As in :class:`experiments.export.described.Described`; `values` are the texts that stand in it, with what they
        mean.
    type : str
        What its values are.
    data : pandas.Series
        Its values, of the type of pandas that fits: missing ones are null, also a text without letters.
    """

    name: str
    type: ColumnType
    unit: str
    meaning: str
    values: str
    missing: str
    data: pd.Series


@dataclass(frozen=True, slots=True, eq=False)
class ExportTable:
    """A table by its name, with what its rows are."""

    name: str
    rows: str
    columns: tuple[ExportColumn, ...]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.columns[0].data) if self.columns else 0

    def frame(self) -> pd.DataFrame:
        """Columns as a data frame."""
        import pandas as pd

        return pd.DataFrame({column.name: column.data for column in self.columns})


def export_tables(
    tables: Mapping[str, pd.DataFrame], described: Mapping[str, DescribedTable], names: Names
) -> tuple[ExportTable, ...]:
    """Tables with what every column holds.

    Raises
    ------
    LookupError
        When a table or a column is not described, which is a fault of winset.
    """
    return tuple(_table(name, frame, described, names) for name, frame in tables.items())


def entries_of(
    table: str, columns: Sequence[str], described: Mapping[str, DescribedTable], names: Names
) -> tuple[Described, ...]:
    """Entry of each column of a table.

    Raises
    ------
    LookupError
        When there is none, which is a fault of winset.
    """
    if table not in described:
        raise LookupError(f"no entry of the dictionary tells what the table {table} holds")
    found = []
    for column in columns:
        entry = entry_for(column, described[table], names)
        if entry is None:
            raise LookupError(f"no entry of the dictionary tells what the column {column} of the table {table} holds")
        found.append(entry)
    return tuple(found)


def _table(name: str, frame: pd.DataFrame, described: Mapping[str, DescribedTable], names: Names) -> ExportTable:
    entries = entries_of(name, [*map(str, frame.columns)], described, names)
    columns = [_column(entry, frame.iloc[:, place]) for place, entry in enumerate(entries)]
    return ExportTable(name, described[name].rows, tuple(columns))


def _column(entry: Described, series: pd.Series) -> ExportColumn:
    kind, data = _typed(entry, series.reset_index(drop=True))
    texts = [str(value) for value in data.dropna().unique()] if kind == "text" else []
    missing = entry.missing if data.isna().any() else ""
    values = listed_values(texts, entry.values)
    return ExportColumn(entry.column, kind, entry.unit, entry.meaning, values, missing, data)


def _typed(entry: Described, series: pd.Series) -> tuple[ColumnType, pd.Series]:
    """Type of a column and its values in the type of pandas for it."""
    from pandas.api import types

    if entry.unit == DATE:
        return "date", _dates(series)
    if types.is_bool_dtype(series.dtype):
        return "true or false", series.astype("boolean")
    if types.is_integer_dtype(series.dtype):
        return "whole number", series.astype("Int64")
    if types.is_float_dtype(series.dtype) or (not len(series) and entry.unit != NO_UNIT):
        return "number", series.astype(np.float64)
    return "text", series.astype(object).map(_text, na_action="ignore").astype(object)


def _text(value: object) -> str | None:
    return str(value) or None


def _dates(series: pd.Series) -> pd.Series:
    """Days of a column, which holds dates, or texts such as 2025-07-22."""
    import pandas as pd

    days = [_day(value) for value in series]
    return pd.Series(pd.array(days, dtype="datetime64[s]"), name=series.name)


def _day(value: object) -> np.datetime64:
    import pandas as pd

    if isinstance(value, str) and value:
        return np.datetime64(date.fromisoformat(value), "s")
    if isinstance(value, date) and not pd.isna(value):
        return np.datetime64(f"{value:%Y-%m-%d}", "s")
    return np.datetime64("NaT")


_OF_DICTIONARY: Final = (
    Described("table", "table", NO_UNIT),
    Described("column", "column of the table", NO_UNIT),
    Described("type", "what its values are", NO_UNIT, values="word"),
    Described("unit", "its unit; a rate or share of 0.15 is 15 %", NO_UNIT),
    Described("meaning", "what it holds", NO_UNIT),
    Described("values", "texts that stand in it, with what they mean", NO_UNIT, "no text of a list of its own"),
    Described("missing", "what a missing value means", NO_UNIT, "none is missing"),
)

_OF_CONTENTS: Final = (
    Described("table", "name of the table", NO_UNIT),
    Described("rows", "number of rows", "count"),
    Described("columns", "number of columns", "count"),
    Described("holds", "what a row is", NO_UNIT),
)


def dictionary_of(
    tables: Sequence[ExportTable], further: Mapping[str, Callable[[str, str], str]] | None = None
) -> ExportTable:
    """Data dictionary: a row for each column of the tables.

    Parameters
    ----------
    tables : sequence of ExportTable
        What is described.
    further : mapping of str to callable, optional
        Further columns, such as what a format calls a column, each from names of table and column.
    """
    import pandas as pd

    own = further or {}
    rows = [
        (table.name, one.name, one.type, one.unit, one.meaning, one.values, one.missing,
         *(tell(table.name, one.name) for tell in own.values()))
        for table in tables
        for one in table.columns
    ]  # fmt: skip
    named = tuple(Described(name, f"what the column is called there: {name}", NO_UNIT) for name in own)
    entries = (*_OF_DICTIONARY, *named)
    frame = pd.DataFrame(rows, columns=[entry.column for entry in entries], dtype=object)
    return _table(DICTIONARY, frame, {DICTIONARY: DescribedTable("a column of a table", entries)}, Names())


def contents_of(tables: Sequence[ExportTable]) -> ExportTable:
    """List of the tables: their sizes, and what a row of each is."""
    import pandas as pd

    rows = [(table.name, len(table), len(table.columns), table.rows) for table in tables]
    frame = pd.DataFrame(rows, columns=[entry.column for entry in _OF_CONTENTS])
    return _table(CONTENTS, frame, {CONTENTS: DescribedTable("a table", _OF_CONTENTS)}, Names())


def undescribed(
    tables: Mapping[str, pd.DataFrame], described: Mapping[str, DescribedTable], names: Names
) -> Iterator[str]:
    """Tables and columns without an entry, and columns with missing values whose entry does not say what they mean."""
    for name, frame in tables.items():
        if name not in described:
            yield name
            continue
        for column in map(str, frame.columns):
            entry = entry_for(column, described[name], names)
            if entry is None or not entry.meaning or not entry.unit:
                yield f"{name}.{column}"
            elif not entry.missing and _typed(entry, frame[column])[1].isna().any():
                yield f"{name}.{column}: what a missing value means"


def renamed(table: ExportTable, names: Mapping[str, str]) -> ExportTable:
    """Table whose columns are called otherwise."""
    return replace(table, columns=tuple(replace(one, name=names[one.name]) for one in table.columns))
