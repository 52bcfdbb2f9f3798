"""Whether the manifest of a run agrees with itself: names, numbers and rows of its files against what was asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from experiments.config.digest import config_digest
from experiments.labels import counted
from experiments.store.manifest import MANIFEST, Manifest, StoredChunk
from experiments.store.place import Place
from experiments.store.plan import SAMPLE_RUNS
from experiments.store.seal import edited
from experiments.store.tables import RUNS, TRAJECTORIES, part_name


def refuse_unsound(place: Place, manifest: Manifest) -> None:
    """Refuse a manifest whose chunks are not those of its run, or whose parts contradict each other.

    Raises
    ------
    experiments.errors.RunError
        Saying what does not fit.
    """
    where = f"{place}/{MANIFEST}"
    if manifest.config_digest != config_digest(manifest.config):
        raise edited(where, "its config is not the one that its config_digest is of")
    kept = manifest.runs if manifest.trajectories == "all" else min(SAMPLE_RUNS, manifest.runs)
    if manifest.trajectory_runs != kept:
        raise edited(where, f"its trajectory_runs are {manifest.trajectory_runs:,} where they should be {kept:,}")
    for chunk in manifest.chunks:
        if why := _wrong(chunk, manifest):
            raise edited(where, f"chunk {chunk.index}: {why}")
    wanted = math.ceil(manifest.runs / manifest.chunk_size)
    if manifest.status == "complete" and len({chunk.index for chunk in manifest.chunks}) < wanted:
        there = sum(chunk.rows for chunk in manifest.chunks)
        raise edited(where, f"it says complete, and lists {there:,} of {counted(manifest.runs, 'negotiation')}")


def refuse_foreign_files(chunks: Iterable[StoredChunk], where: str) -> None:
    """Refuse chunks whose files are not those of their number.

    Raises
    ------
    experiments.errors.RunError
        Naming the first.
    """
    for chunk in chunks:
        if why := _foreign(chunk):
            raise edited(where, f"chunk {chunk.index}: {why}")


def refuse_gaps(chunks: Sequence[StoredChunk], where: str) -> None:
    """Refuse the chunks of a finished exploration unless each begins where the one before ends."""
    refuse_foreign_files(chunks, where)
    first = 0
    for number, chunk in enumerate(chunks):
        if (chunk.index, chunk.first) != (number, first) or not chunk.rows == chunk.runs.rows > 0:
            raise edited(where, f"chunk {chunk.index} does not begin where the one before it ends")
        first += chunk.rows


def _wrong(chunk: StoredChunk, manifest: Manifest) -> str | None:
    """What is wrong with a chunk, or None."""
    first = chunk.index * manifest.chunk_size
    if not 0 <= first < manifest.runs:
        return "the run has no such chunk"
    rows = min(manifest.chunk_size, manifest.runs - first)
    if (chunk.first, chunk.rows, chunk.runs.rows) != (first, rows, rows):
        return f"it should hold the {counted(rows, 'run')} from {first:,}"
    if (chunk.trajectories is None) != (first >= manifest.trajectory_runs):
        return "trajectories are listed where there are none, or the reverse"
    return _foreign(chunk)


def _foreign(chunk: StoredChunk) -> str | None:
    """What is wrong with the names of a chunk's files, or None."""
    for folder, stored in ((RUNS, chunk.runs), (TRAJECTORIES, chunk.trajectories)):
        name = f"{folder}/{part_name(chunk.index)}.parquet"
        if stored is not None and stored.file != name:
            return f"its file is {stored.file!r} where it should be {name}"
    return None
