"""Commands that show what came out: ``report`` and ``plot``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from experiments.commands.options import TacticsOption, console, errors_as_messages
from experiments.store.picture_forms import PictureForm

FolderArgument = Annotated[
    str,
    typer.Argument(
        metavar="DIR",
        help="Directory or address of a finished run, or of the answer of another command.",
        show_default=False,
    ),
]
PageThemeOption = Annotated[
    Literal["auto", "light", "dark"],
    typer.Option("--theme", help="Light or dark; auto is what the reader's system says. Printed it is light."),
]
ThemeOption = Annotated[Literal["light", "dark"], typer.Option("--theme", help="Background of the pictures.")]


def report(
    folder: FolderArgument,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File to write. (Default: report.html in DIR.)")
    ] = None,
    theme: PageThemeOption = "auto",
    tactics: TacticsOption = None,
) -> None:
    """Write one HTML page that says what was asked, what came out and why; it opens without a network.

    Example: winset report out/july
    """
    with errors_as_messages(tactics):
        from experiments.questions.reporting import write_report

        written, size = write_report(folder, out, theme)
        console().out(f"Report: {written} ({size / 1e6:.1f} MB)", highlight=False)


def plot(
    folder: FolderArgument,
    figure: Annotated[
        list[str] | None,
        typer.Option(
            "--figure",
            metavar="NAME",
            help="Picture to draw, of those that winset list figures names; may be repeated. (Default: all.)",
        ),
    ] = None,
    form: Annotated[PictureForm, typer.Option("--format", help="Kind of file.")] = "png",
    theme: ThemeOption = "light",
    run: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Of a run: negotiation that pictures of a single one show. (Default: a typical one.)"
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the files. (Default: figures in DIR.)")
    ] = None,
    tactics: TacticsOption = None,
) -> None:
    """Draw pictures of a finished run, or of the directory of another command.

    Example: winset plot out/july --figure utility_plane --theme dark
    """
    with errors_as_messages(tactics):
        from experiments.questions.reporting import write_figures

        for path in write_figures(folder, figure or ["all"], form, theme, run, out):
            console().out(f"Picture: {path}", highlight=False)
