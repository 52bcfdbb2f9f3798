"""Finished runs side by side in one picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from experiments.errors import RunError
from experiments.questions.run.result import PICTURED_RUNS
from experiments.store.place import Folder, storing_in
from experiments.store.places import place_of
from experiments.store.reading import finished_run, load_runs, load_trajectories

#: Columns of the runs that the comparison looks at.
_COMPARED: Final = ("run", "outcome", "round")

_COMPARISON: Final = "compare_positions.png"


def compare_runs(folders: Sequence[Folder], out: Folder) -> str:
    """Draw finished runs side by side into one picture in `out` and return its path."""
    if len(folders) < 2:
        raise RunError("a comparison needs at least two directories of finished runs.")
    from experiments.config.explain import further_units
    from experiments.figures.compare_positions import compare_positions
    from experiments.figures.kit.style import png_bytes
    from experiments.store.columns import StoredColumns
    from experiments.story.central import CentralCase
    from experiments.story.constraints import constraints_of_runs, input_sentences

    tables, guides, inputs = {}, {}, {}
    units: dict[str, str] = {}
    for folder, title in zip(folders, _titles(folders), strict=True):
        found = finished_run(folder)
        config = found.config
        tables[title] = load_runs(folder, _COMPARED), load_trajectories(folder, first_runs=PICTURED_RUNS)
        guides[title] = CentralCase(config).guides()
        inputs[title] = input_sentences(constraints_of_runs(StoredColumns(found), config))
        units |= further_units(config)
    place = place_of(out)
    with storing_in(place):
        place.make()
        figure = compare_positions(tables, guides=guides, units=units, inputs=inputs)
        place.write(_COMPARISON, png_bytes(figure))
    return f"{place}/{_COMPARISON}"


def _titles(folders: Sequence[Folder]) -> list[str]:
    """Title of each run's config, with the end of the folder's path where two runs share one."""
    titles = [finished_run(folder).config.title for folder in folders]
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
