"""Formats of exported tables; apart from their writers, which a start of the command line need not load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

ExportFormat = Literal["csv", "xlsx", "stata", "duckdb"]

EXPORT_FORMATS: Final[tuple[str, ...]] = get_args(ExportFormat)

#: End of the name of each format's one file; a format of a file a table fills a folder.
ONE_FILE: Final[Mapping[str, str]] = {"xlsx": ".xlsx", "duckdb": ".duckdb"}
