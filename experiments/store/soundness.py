"""Whether a manifest agrees with itself: names, numbers and rows of its files against what was asked for."""

from __future__ import annotations

import math
from itertools import pairwise

from experiments.config.digest import config_digest
from experiments.labels import counted
from experiments.store.manifest import MANIFEST, Manifest, Part
from experiments.store.place import Place
from experiments.store.plan import RunSettings
from experiments.store.seal import edited, refuse_names
from experiments.store.tables import RUNS, TRAJECTORIES, part_key, refuse_foreign
from experiments.store.typed import SETTINGS, typed


def refuse_unsound(place: Place, manifest: Manifest) -> None:
    """Refuse a manifest whose parts are not those of what was asked for, or contradict each other.

    Raises
    ------
    experiments.errors.RunError
        Saying what does not fit.
    """
    where = f"{place}/{MANIFEST}"
    if manifest.config_digest != config_digest(manifest.config):
        raise edited(where, "its config is not the one that its config_digest is of")
    refuse_names([stored.file for stored in manifest.files], where)
    refuse_foreign(manifest.parts, where)
    if manifest.command == "run":
        _refuse_wrong_chunks(where, manifest)
    elif manifest.status == "complete" and RUNS in {folder for part in manifest.parts for folder in part.files}:
        _refuse_gaps(where, manifest)
    for part, after in pairwise(manifest.parts):
        if part.key == after.key:
            raise edited(where, f"it lists part {part.key} twice")


def _refuse_wrong_chunks(where: str, manifest: Manifest) -> None:
    """Refuse chunks that the settings of a run do not have."""
    settings = typed(RunSettings, manifest.settings, where, SETTINGS)
    for part in manifest.parts:
        if why := _wrong(part, settings.runs, settings.chunk_size, settings.trajectory_runs):
            raise edited(where, f"part {part.key}: {why}")
    if manifest.status == "complete" and len(manifest.parts) < math.ceil(settings.runs / settings.chunk_size):
        raise edited(where, f"it says complete, and lists {manifest.rows:,} of {counted(settings.runs, 'negotiation')}")


def _wrong(part: Part, runs: int, size: int, paths: int) -> str | None:
    """What is wrong with a chunk of a run, or None."""
    index = int(part.key) if part.key.isdecimal() else -1
    first = index * size
    if part.key != part_key(index) or not 0 <= first < runs:
        return "the run has no such part"
    rows = min(size, runs - first)
    if RUNS not in part.files or part.files[RUNS].rows != rows:
        return f"it should hold the {counted(rows, 'run')} from {first:,}"
    if (TRAJECTORIES in part.files) != (first < paths):
        return "trajectories are listed where there are none, or the reverse"
    return None


def _refuse_gaps(where: str, manifest: Manifest) -> None:
    """Refuse the chunks of what is finished unless each begins where the one before ends."""
    for number, part in enumerate(manifest.parts):
        if part.key != part_key(number) or part.rows <= 0:
            raise edited(where, f"part {part.key} does not begin where the one before it ends")
