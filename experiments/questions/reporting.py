"""Write the report of a directory, or single pictures of it, to files."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.store.locks import writing_beside
from experiments.store.manifest import read_manifest
from experiments.store.picture_forms import PictureForm
from experiments.store.place import Folder, LocalPlace, check_file, storing_in, write_file
from experiments.store.places import place_of
from experiments.store.tables import FIGURES, REPORT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from experiments.figures.kit.theme import Theme
    from experiments.report.blocks import PageTheme


def write_report(folder: Folder, out: Path | None, theme: PageTheme) -> tuple[str, int]:
    """Write the report of a finished directory and return where it is and its size in bytes.

    Parameters
    ----------
    folder : str or pathlib.Path
        Directory or address of what is reported.
    out : pathlib.Path, optional
        File to write; ``report.html`` inside the directory unless given.
    theme : str
        ``light``, ``dark``, or ``auto`` for what the reader's system says.
    """
    from experiments.questions.registry import page_of
    from experiments.report.blocks import html, need_extra

    need_extra()
    if out is not None:
        check_file(out, REPORT)
    place = place_of(folder)
    manifest = read_manifest(place)
    content = html(page_of(place, theme), theme).encode()
    if out is None:
        with storing_in(place, "Mend this, or name a file with --out."), writing_beside(place, manifest):
            place.write(REPORT, content)
        return f"{place}/{REPORT}", len(content)
    write_file(out, content, REPORT)
    return str(out), len(content)


def write_figures(
    folder: Folder, names: Sequence[str], form: PictureForm, theme: Theme, run: int | None, out: Path | None
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
    from experiments.questions.registry import figures_of

    place = place_of(folder)
    manifest = read_manifest(place)
    figures = figures_of(place, None if "all" in names else names, run)
    target = place if out is None else LocalPlace(out)
    inside = f"{FIGURES}/" if out is None else ""
    beside = writing_beside(place, manifest) if out is None else nullcontext()
    with storing_in(target, "Mend this, or name another folder with --out."), beside:
        target.make(*([FIGURES] if out is None else []))
        for name, figure in figures.items():
            target.write(f"{inside}{name}.{form}", image_bytes(themed(figure, theme), form))
    return [f"{target}/{inside}{name}.{form}" for name in figures]
