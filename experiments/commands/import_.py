"""The command ``import``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from experiments.commands.options import CONFIG_HELP, console, errors_as_messages
from experiments.ranges.formats import RangeFormat

#: What such a config could be called.
_EXAMPLE: Final = "ranges.yaml"


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Bounds file of SALib, or parameter file of the EMA Workbench (CSV).",
            show_default=False,
        ),
    ],
    config: Annotated[Path, typer.Option("--config", metavar="CONFIG", help=CONFIG_HELP, show_default=False)],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Config to write; it extends CONFIG.", show_default=False)
    ],
    form: Annotated[
        RangeFormat | None,
        typer.Option(
            "--format", help="Kind of file. (Default: ema with a header that has the column name, else salib.)"
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file of --out.")] = False,
) -> None:
    """Make a config of ranges that another tool has used: those of SALib or of the EMA Workbench.

    Example: winset import bounds.csv --config july_2025 --out july_bounds.yaml
    """
    with errors_as_messages():
        from experiments.labels import counted
        from experiments.ranges.importing import imported
        from experiments.store.place import check_file, write_file

        check_file(out, _EXAMPLE, overwrite=overwrite)
        found = imported(file, config, out, form)
        check_file(out, _EXAMPLE, inputs=found.files)
        write_file(out, found.content, _EXAMPLE)
        where = console()
        where.out(f"{counted(len(found.ranges), 'range')} from {file}, {found.form}", style="bold", highlight=False)
        for path, text in found.ranges:
            where.out(f"  {path}: {text}", highlight=False)
        for note in found.notes:
            where.out(f"Mind: {note}.", highlight=False)
        where.out(f"Config: {out}; look at it with winset check {out}", highlight=False)
