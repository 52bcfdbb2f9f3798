"""The command ``case``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from experiments.commands.options import JsonOption, console, errors_as_messages
from experiments.errors import RunError, date_given
from experiments.terminal.letters import print_json

#: What a file of one row could be called.
_EXAMPLE: Final = "case.csv"


def case(
    table: Annotated[
        Path,
        typer.Argument(
            metavar="TABLE",
            help="US imports by product, Parquet or CSV: columns HS10, imports and duty, in US$ a year.",
            show_default=False,
        ),
    ],
    lists: Annotated[
        list[Path],
        typer.Option(
            "--lists",
            metavar="DIR|FILE",
            help="Folder with the five tariff lists, or one of their files; may be repeated.",
            show_default=False,
        ),
    ],
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="The country. (Default: the name of the table's file.)")
    ] = None,
    known_by: Annotated[
        str | None,
        typer.Option(
            "--known-by",
            metavar="YYYY-MM-DD",
            help="Date by which table and lists were public; needed with --out.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write a row for cases.csv.", show_default=False),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file of --out.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Sum up a country's exports to the US in the six sectors of the model, from a table of imports and tariff lists.

    Example: winset case japan.parquet --lists lists --name Japan --known-by 2025-04-11 --out japan.csv
    """
    with errors_as_messages():
        from experiments.cases.case_text import case_data, case_file, print_case
        from experiments.cases.trade_table import country_trade
        from experiments.store.place import check_file, write_file

        public = None if known_by is None else date_given("--known-by", known_by)
        if out is not None and public is None:
            raise RunError("--out needs --known-by, the date by which table and lists were public; every row has one.")
        if out is not None:
            check_file(out, _EXAMPLE, overwrite=overwrite, inputs=(table,))
        trade = country_trade(table, lists, name)
        if out is not None and public is not None:
            write_file(out, case_file(trade, public), _EXAMPLE)
        if as_json:
            print_json(console(), case_data(trade))
        else:
            print_case(trade, console())
            if out is not None:
                console().out(f"Row for cases.csv: {out}", highlight=False)
