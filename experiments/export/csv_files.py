"""Tables as CSV: a file each, in UTF-8, with a dictionary beside them; the same rows give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.export.tables import ExportTable


def csv_files(tables: Sequence[ExportTable]) -> dict[str, bytes]:
    """Content of a file for each table, by its name.

    Dates are written 2025-07-22, truth values true and false, infinite numbers inf and -inf; a missing value is empty.
    """
    return {f"{table.name}.csv": _content(table) for table in tables}


def _content(table: ExportTable) -> bytes:
    frame = table.frame()
    for column in table.columns:
        if column.type == "true or false":
            frame[column.name] = column.data.map({True: "true", False: "false"}, na_action="ignore")
        elif column.type == "date":
            frame[column.name] = column.data.dt.strftime("%Y-%m-%d")
    content: bytes = frame.to_csv(index=False, lineterminator="\n").encode()
    return content
