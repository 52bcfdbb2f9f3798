"""Commands that show what came out: ``report`` and ``plot``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from experiments.commands.options import TacticsOption, console, errors_told
from experiments.errors import RunError
from experiments.store.directory import FIGURES, REPORT
from experiments.store.place import Folder, LocalPlace, storing_in
from experiments.store.places import place_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from experiments.figures.kit.style import Form
    from experiments.figures.kit.theme import Theme


FolderArgument = Annotated[
    str,
    typer.Argument(
        metavar="DIR", help="Directory or address of a finished run, or of another command.", show_default=False
    ),
]
ThemeOption = Annotated[Literal["light", "dark"], typer.Option("--theme", help="Ground of pictures and page.")]


def report(
    folder: FolderArgument,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File to write. (Default: report.html in DIR.)")
    ] = None,
    theme: ThemeOption = "light",
    tactics: TacticsOption = None,
) -> None:
    """Write one HTML page that says what was asked, what came out and why; it opens without a network."""
    with errors_told(tactics):
        pass

        written, size = write_report(folder, out, theme)
        console().out(f"Report: {written} ({size / 1e6:.1f} MB)", highlight=False)


def plot(
    folder: FolderArgument,
    figure: Annotated[
        list[str] | None,
        typer.Option("--figure", metavar="NAME", help="Which; may be repeated. Default: all. See winset list figures."),
    ] = None,
    form: Annotated[Literal["png", "svg", "pdf"], typer.Option("--format", help="Kind of file.")] = "png",
    theme: ThemeOption = "light",
    run: Annotated[
        int | None, typer.Option(metavar="N", help="Run of the utility plane. (Default: a typical one.)")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the files. (Default: figures in DIR.)")
    ] = None,
    tactics: TacticsOption = None,
) -> None:
    """Draw pictures of a finished run, or of the directory of another command."""
    with errors_told(tactics):
        pass

        for path in write_figures(folder, figure or ["all"], form, theme, run, out):
            console().out(f"Picture: {path}", highlight=False)


def write_report(folder: Folder, out: Path | None, theme: Theme) -> tuple[str, int]:
    """Write the report of a finished directory and return where it is and its size in bytes.

    Parameters
    ----------
    folder : str or pathlib.Path
        Directory or address of what is reported.
    out : pathlib.Path, optional
        File to write; ``report.html`` inside the directory unless given.
    theme : str
        ``light`` or ``dark``.
    """
    from experiments.questions.registry import page_of
    from experiments.report.blocks import html, need_extra

    need_extra()
    content = html(page_of(folder, theme), theme).encode()
    if out is None:
        place = place_of(folder)
        with storing_in(place, "Mend this, or name a file with --out."):
            place.write(REPORT, content)
        return f"{place}/{REPORT}", len(content)
    _write(out, content)
    return str(out), len(content)


def write_figures(
    folder: Folder, names: Sequence[str], form: Form, theme: Theme, run: int | None, out: Path | None
) -> list[str]:
    """Draw pictures of a finished directory and return their files.

    Parameters
    ----------
    folder : str or pathlib.Path
        Directory or address of a run, tournament, stress test, advice, sensitivity, sweep or discover.
    names : sequence of str
        Which; ``all`` is every one that the tables allow.
    form : str
        ``png``, ``svg`` or ``pdf``.
    theme : str
        ``light`` or ``dark``.
    run : int, optional
        Run whose own picture is drawn; a typical one unless given.
    out : pathlib.Path, optional
        Folder for the files, by default ``figures`` inside the directory.
    """
    from experiments.figures.kit.style import image_bytes
    from experiments.figures.kit.theme import themed
    from experiments.questions.drawn import figures_in

    place = place_of(folder)
    figures = figures_in(place, None if "all" in names else names, run)
    target = place if out is None else LocalPlace(out)
    inside = f"{FIGURES}/" if out is None else ""
    with storing_in(target, "Mend this, or name another folder with --out."):
        target.make(*([FIGURES] if out is None else []))
        for name, figure in figures.items():
            target.write(f"{inside}{name}.{form}", image_bytes(themed(figure, theme), form))
    return [f"{target}/{inside}{name}.{form}" for name in figures]


def _write(out: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    if out.is_dir():
        raise RunError(f"--out {out} is a folder; name a file, such as {out / REPORT}.")
    place = LocalPlace(out.parent)
    try:
        place.make()
        place.write(out.name, content)
    except OSError as error:
        raise RunError(f"--out {out} cannot be written: {error.strerror or error}.") from error
