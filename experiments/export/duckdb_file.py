"""Tables as one database of DuckDB, with comments on every table and column.

Such a file names itself by chance, so that its bytes differ from one to the next; what is in it does not.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.errors import need
from experiments.export.described import DATE, NO_UNIT
from experiments.export.tables import ColumnType, ExportColumn, ExportTable

if TYPE_CHECKING:
    import pyarrow as pa

_TYPES: Final[dict[ColumnType, str]] = {
    "text": "VARCHAR",
    "number": "DOUBLE",
    "whole number": "BIGINT",
    "true or false": "BOOLEAN",
    "date": "DATE",
}


def duckdb_file(tables: Sequence[ExportTable]) -> bytes:
    """Database with a table each; a missing value is null.

    Raises
    ------
    experiments.errors.RunError
        When DuckDB is not installed.
    """
    need("duckdb", "export", "--format duckdb")
    import duckdb

    with tempfile.TemporaryDirectory(prefix="winset-") as folder:
        path = Path(folder) / "tables.duckdb"
        with duckdb.connect(str(path), config={"threads": 1}) as database:
            for table in tables:
                _create(database, table)
        return path.read_bytes()


def _create(database: Any, table: ExportTable) -> None:
    name = _quoted(table.name)
    columns = ", ".join(f"{_quoted(one.name)} {_TYPES[one.type]}" for one in table.columns)
    database.execute(f"CREATE TABLE {name} ({columns})")
    database.execute(f"COMMENT ON TABLE {name} IS {_literal(table.rows)}")
    for one in table.columns:
        database.execute(f"COMMENT ON COLUMN {name}.{_quoted(one.name)} IS {_literal(comment_of(one))}")
    database.register("rows_of_table", _arrow(table))
    database.execute(f"INSERT INTO {name} SELECT * FROM rows_of_table")  # noqa: S608  a name of ours, in quotes
    database.unregister("rows_of_table")


def comment_of(column: ExportColumn) -> str:
    """What a column holds: meaning, unit, what its texts mean, and what a null means."""
    parts = (
        column.meaning if column.unit in (NO_UNIT, DATE) else f"{column.meaning}, {column.unit}",
        column.values and f"texts: {column.values}",
        f"null: {column.missing}" if column.missing else "",
    )
    return ". ".join(filter(None, parts))


def _arrow(table: ExportTable) -> pa.Table:
    import pyarrow as pa

    kinds = {
        "text": pa.string(), "number": pa.float64(), "whole number": pa.int64(), "true or false": pa.bool_(),
        "date": pa.date32(),
    }  # fmt: skip
    # By their places, for two names may differ in case alone.
    arrays = [pa.Array.from_pandas(_values(one), type=kinds[one.type]) for one in table.columns]
    return pa.Table.from_arrays(arrays, names=[f"c{place}" for place in range(len(arrays))])


def _values(column: ExportColumn) -> Any:
    if column.type == "date":
        return column.data.dt.date.where(column.data.notna(), None)
    return column.data


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
