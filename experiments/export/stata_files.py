"""Tables as files of Stata, with units and meanings as labels; the same rows give the same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.export.described import DATE, NO_UNIT
from experiments.export.tables import (
    ExportColumn,
    ExportTable,
    contents_of,
    dictionary_of,
    renamed,
)

if TYPE_CHECKING:
    import pandas as pd

#: Limits of Stata 14 and later: letters of a name and of a label, and bytes of a text that is no strL.
LONGEST_NAME: Final = 32
LONGEST_LABEL: Final = 80
LONGEST_TEXT: Final = 2045

_VERSION: Final = 118

#: A day in place of the one on which it was written, so that the same rows give the same bytes.
_WRITTEN: Final = datetime(2000, 1, 1)

#: Whole numbers beyond this are not exact as numbers of Stata, and are written as text.
_MOST_EXACT: Final = 2**53

#: Words that are no names in Stata.
_RESERVED: Final = """
_all _b _coef _cons _n _N _pi _pred _rc _se _skip aggregate array boolean break byte case catch class colvector complex
const continue default delegate delete do double else eltypedef end enum explicit export external float for friend
function global goto if in inline int local long mata matrix namespace new NULL numeric pointer polymorphic pragma
private protected public quad real return rowvector scalar short signed static strL string struct super switch template
this throw transmorphic try typedef typename union unsigned using vector version virtual void volatile while with
"""

#: What is added to the name of a column for the one that says where it is infinite.
_INFINITE: Final = "_inf"

#: What the dictionary calls the names of Stata.
STATA_NAME: Final = "stata_name"


def stata_files(tables: Sequence[ExportTable]) -> dict[str, bytes]:
    """Content of a file for each table, the dictionary and the list of tables, by its name.

    A name has at most 32 letters, digits and underscores; the dictionary says which column each belongs to. Labels of
    variables are meaning and unit, cut to 80 letters, in full in the dictionary. Of a column with infinite numbers,
    which Stata does not have, those are missing and a variable beside it is 1 or -1 there.
    """
    told = [_without_infinite(table) for table in tables]
    names = {table.name: stata_names([column.name for column in table.columns]) for table in told}
    dictionary = dictionary_of(told, {STATA_NAME: lambda table, column: names[table][column]})
    own = (dictionary, contents_of(told))
    names |= {table.name: stata_names([column.name for column in table.columns]) for table in own}
    return {f"{table.name}.dta": _content(renamed(table, names[table.name])) for table in (*own, *told)}


def stata_names(columns: Sequence[str]) -> dict[str, str]:
    """Name of each column in Stata; no two are alike, also where only the case of letters differs."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for column in columns:
        plain = re.sub(r"[^A-Za-z0-9_]+", "_", column) or "_"
        if plain[0].isdigit() or plain in _RESERVED.split() or re.fullmatch(r"str\d+", plain):
            plain = f"_{plain}"
        name, number = plain[:LONGEST_NAME], 2
        while name.lower() in taken:
            end = f"_{number}"
            name, number = plain[: LONGEST_NAME - len(end)] + end, number + 1
        found[column] = name
        taken.add(name.lower())
    return found


def label_of(column: ExportColumn) -> str:
    """Label of a variable: its meaning, cut where it is too long, and its unit."""
    unit = "" if column.unit in (NO_UNIT, DATE) else f", {column.unit}"
    room = LONGEST_LABEL - len(unit)
    meaning = column.meaning if len(column.meaning) <= room else f"{column.meaning[: room - 3].rstrip()}..."
    return f"{meaning}{unit}"[:LONGEST_LABEL]


def _without_infinite(table: ExportTable) -> ExportTable:
    """Table in which an infinite number is missing, and told in a column beside it."""
    columns: list[ExportColumn] = []
    for column in table.columns:
        infinite = np.isinf(column.data.to_numpy(np.float64, na_value=np.nan)) if column.type == "number" else None
        if infinite is None or not infinite.any():
            columns.append(column)
            continue
        missing = "; ".join(filter(None, (column.missing, f"or infinite, see {column.name}{_INFINITE}")))
        columns.append(replace(column, data=column.data.mask(infinite), missing=missing))
        columns.append(_where_infinite(column, infinite))
    return replace(table, columns=tuple(columns))


def _where_infinite(column: ExportColumn, infinite: Any) -> ExportColumn:
    import pandas as pd

    sign = pd.Series(np.where(infinite, np.sign(column.data), 0).astype(np.int64), name=column.name).astype("Int64")
    meaning = f"1 where {column.name} is infinite, -1 where it is minus infinite, else 0"
    return ExportColumn(f"{column.name}{_INFINITE}", "whole number", NO_UNIT, meaning, "", "", sign)


def _content(table: ExportTable) -> bytes:
    import pandas as pd

    frame = pd.DataFrame({column.name: _as_stata(column) for column in table.columns})
    texts = [column.name for column in table.columns if frame[column.name].dtype == object]
    long = [name for name in texts if frame[name].map(lambda text: len(text.encode())).max() > LONGEST_TEXT]
    flags = [column.name for column in table.columns if column.type == "true or false"]
    buffer = io.BytesIO()
    frame.to_stata(
        buffer,
        write_index=False,
        version=_VERSION,
        time_stamp=_WRITTEN,
        data_label=table.rows[:LONGEST_LABEL],
        variable_labels={column.name: label_of(column) for column in table.columns},
        value_labels={name: {0: "no", 1: "yes"} for name in flags},
        convert_dates={column.name: "td" for column in table.columns if column.type == "date"},
        convert_strl=long,
    )
    return buffer.getvalue()


def _as_stata(column: ExportColumn) -> pd.Series:
    """Values in a type that Stata has: a missing text is empty, any other missing value is its missing number."""
    data = column.data
    if column.type == "text":
        return data.astype(object).where(data.notna(), "")
    if column.type == "date":
        return data.astype("datetime64[ns]")
    if column.type == "true or false":
        return data.astype("Int8") if data.isna().any() else data.astype(np.int8)
    if column.type == "whole number":
        largest = data.abs().max() if data.notna().any() else 0
        if largest > _MOST_EXACT:
            return data.astype(str).where(data.notna(), "").astype(object)
        return (
            data.astype(np.float64) if data.isna().any() or largest > np.iinfo(np.int32).max else data.astype(np.int64)
        )
    return data.astype(np.float64)
