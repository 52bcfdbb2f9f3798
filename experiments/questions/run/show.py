"""What a user sees when a run is done: the summary in the terminal and the pictures on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from experiments.errors import RunError
from experiments.store.directory import FIGURES
from experiments.store.manifest import MANIFEST, read_manifest
from experiments.store.place import KEPT, Folder, storing_in
from experiments.store.places import place_of
from experiments.store.reading import load_runs, load_trajectories

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.config.model import Config

#: Runs whose paths are drawn; more would not change a band by the width of its line.
PICTURED_RUNS: Final = 2_000

#: Columns of the runs that the comparison looks at.
_COMPARED: Final = ("run", "outcome", "round")

_COMPARISON: Final = "compare_positions.png"


def show_run(config: Config, folder: Folder, console: Console, *, figures: bool) -> None:
    """Print the summary of a finished run, draw its pictures if asked, and say where everything is."""
    show_summary(config, folder, console)
    if figures:
        for picture in draw_pictures(config, folder):
            console.out(f"Picture: {picture}", highlight=False)
    console.out(f"Tables: {folder}", highlight=False)


def show_summary(config: Config, folder: Folder, console: Console) -> None:
    """Print the summary of a finished run."""
    from experiments.config.explain import further_units
    from experiments.questions.run.summary import summarise
    from experiments.questions.run.text import render
    from experiments.store.columns import StoredColumns

    render(summarise(StoredColumns(folder)), console, units=further_units(config))


def draw_pictures(config: Config, folder: Folder) -> list[str]:
    """Draw every picture of a finished run into its folder ``figures`` and return their paths."""
    from experiments.figures.kit.style import png_bytes
    from experiments.questions.run.figures import figures_of, typical_run
    from experiments.store.columns import StoredColumns
    from experiments.story.one_run import WhichRun

    place = place_of(folder)
    trajectories = load_trajectories(place, first_runs=PICTURED_RUNS)
    manifest, runs = read_manifest(place), StoredColumns(place)
    which = WhichRun(typical_run(runs), manifest.seed, manifest.runs)
    figures = figures_of(config, runs, trajectories, which)
    with storing_in(place, KEPT):
        place.make(FIGURES)
        for name, figure in figures.items():
            place.write(f"{FIGURES}/{name}.png", png_bytes(figure))
    return [f"{place}/{FIGURES}/{name}.png" for name in figures]


def compare_runs(folders: Sequence[Folder], out: Folder) -> str:
    """Draw finished runs side by side into one picture in `out` and return its path."""
    if len(folders) < 2:
        raise RunError("a comparison needs at least two directories of finished runs.")
    from experiments.config.explain import further_units
    from experiments.config.load import config_from
    from experiments.figures.compare_positions import compare_positions
    from experiments.figures.kit.style import png_bytes
    from experiments.story.central import CentralCase

    tables, guides = {}, {}
    units: dict[str, str] = {}
    for folder, title in zip(folders, _titles(folders), strict=True):
        config = config_from(read_manifest(folder).config, f"{folder}/{MANIFEST}")
        tables[title] = load_runs(folder, _COMPARED), load_trajectories(folder, first_runs=PICTURED_RUNS)
        guides[title] = CentralCase(config).guides()
        units |= further_units(config)
    place = place_of(out)
    with storing_in(place):
        place.make()
        place.write(_COMPARISON, png_bytes(compare_positions(tables, guides=guides, units=units)))
    return f"{place}/{_COMPARISON}"


def _titles(folders: Sequence[Folder]) -> list[str]:
    """Title of each run's config, with the end of the folder's path where two runs share one."""
    titles = [str(read_manifest(folder).config["title"]) for folder in folders]
    return [
        title if titles.count(title) == 1 else f"{title} ({name})"
        for title, name in zip(titles, _apart([str(folder) for folder in folders]), strict=True)
    ]


def _apart(folders: Sequence[str]) -> list[str]:
    """Ends of paths, no longer than it takes to tell them apart."""
    paths = [PurePosixPath(folder).parts for folder in folders]
    for length in range(1, max(map(len, paths)) + 1):
        names = ["/".join(path[-length:]) for path in paths]
        if len(set(names)) == len(names):
            return names
    return list(folders)
