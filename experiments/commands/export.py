"""The command ``export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import TacticsOption, console, errors_as_messages
from experiments.commands.report import FolderArgument
from experiments.export.formats import ExportFormat


def export(
    folder: FolderArgument,
    form: Annotated[
        ExportFormat,
        typer.Option("--format", help="Kind of files: csv and stata fill a folder, xlsx and duckdb are one file."),
    ] = "csv",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE|DIR",
            help="What to write. (Default: beside DIR: DIR.xlsx, DIR.duckdb, DIR-csv, DIR-stata.)",
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an export that is there.")] = False,
    tactics: TacticsOption = None,
) -> None:
    """Write all tables of a finished directory for other programs, with a dictionary: unit and meaning of every column.

    Example: winset export out/july --format xlsx --out july.xlsx
    """
    with errors_as_messages(tactics):
        from experiments.export.writing import check_out, default_out
        from experiments.labels import counted
        from experiments.questions.registry import read_result

        target = default_out(folder, form) if out is None else out
        check_out(target, form, overwrite=overwrite)
        _, result = read_result(folder)
        result.export(target, form, overwrite=overwrite)
        tables = result.tables
        rows = sum(map(len, tables.values()))
        where = console()
        where.out(f"Export: {target} ({counted(len(tables), 'table')}, {counted(rows, 'row')})", highlight=False)
