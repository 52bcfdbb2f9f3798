"""The directory of a run while it is being filled.

A chunk's files are complete before a line in the journal says that they are there. The journal keeps the cost of noting
a chunk independent of how many there are; its lines move into the manifest when the run is complete, and when it goes
on after an interruption.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from experiments.errors import RunError
from experiments.labels import counted
from experiments.store.manifest import FORMAT, MANIFEST, Manifest, StoredChunk, differences, new_manifest, read_manifest
from experiments.store.place import KEPT, Folder, Place, is_temporary, storing_in
from experiments.store.places import place_of
from experiments.store.plan import Plan
from experiments.store.reading import read_tables
from experiments.store.seal import format_of
from experiments.store.soundness import refuse_unsound
from experiments.store.tables import RUNS, TRAJECTORIES, count_outcomes, is_sound, part_name

OUT: Final = Path("out")

FIGURES: Final = "figures"
REPORT: Final = "report.html"

Say = Callable[[str], None]


class RunDirectory:
    """The directory that this process is filling; as a context manager it keeps other writers out.

    Made by :meth:`start` or :meth:`resume`, which check and prepare the folder.
    """

    def __init__(self, place: Place, manifest: Manifest, unlock: Callable[[], None]) -> None:
        self.place = place
        self._manifest = manifest
        self._chunks = {chunk.index: chunk for chunk in manifest.chunks}
        self._unlock = unlock

    @classmethod
    def start(cls, folder: Folder, plan: Plan, *, overwrite: bool = False) -> Self:
        """Prepare an empty directory for a new run; with `overwrite`, a run in it is removed first."""
        place = place_of(folder)
        manifest = new_manifest(plan)
        with storing_in(place):
            place.make()
            unlock = place.lock()
            try:
                if not place.is_unused():
                    _clear(place, overwrite=overwrite)
                place.remove_temporaries()
                _write_manifest(place, manifest)
                place.make(RUNS, TRAJECTORIES)
            except BaseException:
                unlock()
                raise
        return cls(place, manifest, unlock)

    @classmethod
    def resume(cls, folder: Folder, plan: Plan, say: Say) -> Self:
        """Open the directory of an earlier run, keeping every chunk whose checksum is right.

        Raises
        ------
        RunError
            If anything has changed that decides the rows or the files.
        """
        place = place_of(folder)
        before = read_manifest(place)
        refuse_unsound(place, before)
        _refuse_changes(place, differences(before, new_manifest(plan)))
        with storing_in(place, KEPT):
            unlock = place.lock()
            try:
                # Read again: until the lock was ours, another process may have added chunks.
                before = read_manifest(place)
                refuse_unsound(place, before)
                place.make(RUNS, TRAJECTORIES)
                place.remove_temporaries(RUNS, TRAJECTORIES)
                sound = list(_sound_chunks(place, before, say))
                status = before.status if len(sound) == len(before.chunks) else "running"
                manifest = before.model_copy(update={"status": status, "chunks": tuple(sound)})
                _write_manifest(place, manifest)
                place.forget_notes()
            except BaseException:
                unlock()
                raise
        return cls(place, manifest, unlock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._unlock()

    @property
    def stored(self) -> frozenset[int]:
        """Indices of the chunks that are safe on the disk."""
        return frozenset(self._chunks)

    def outcomes(self) -> Counter[str]:
        """Outcomes of the runs that are safe on the disk."""
        counts: Counter[str] = Counter()
        for table in read_tables(self.place, [chunk.runs for chunk in self._chunks.values()], ["outcome"]):
            counts += count_outcomes(table)
        return counts

    def record(self, chunk: StoredChunk) -> None:
        """Note that the files of a chunk are written."""
        with storing_in(self.place, KEPT):
            self.place.note(part_name(chunk.index), chunk.model_dump_json())
        self._chunks[chunk.index] = chunk

    def finish(self) -> Manifest:
        """Move the journal into the manifest and mark the run as complete."""
        chunks = tuple(self._chunks[index] for index in sorted(self._chunks))
        finished = self._manifest.finished or datetime.now(UTC)
        changes = {"status": "complete", "finished": finished, "chunks": chunks}
        self._manifest = self._manifest.model_copy(update=changes)
        with storing_in(self.place, KEPT):
            _write_manifest(self.place, self._manifest)
            self.place.forget_notes()
        return self._manifest


def _write_manifest(place: Place, manifest: Manifest) -> None:
    place.write(MANIFEST, manifest.as_text().encode())


def _clear(place: Place, *, overwrite: bool) -> None:
    if MANIFEST not in place.entries():
        raise RunError(f"{place} is not empty and holds no winset run; choose another --out.")
    # Of what is replaced nothing need be believed but that it is ours.
    is_ours = overwrite and format_of(place.read(MANIFEST)) == FORMAT
    manifest = None if is_ours else read_manifest(place)
    if manifest is not None and manifest.status != "complete":
        there = sum(chunk.rows for chunk in manifest.chunks)
        raise RunError(
            f"{place} holds an unfinished run ({there:,} of {counted(manifest.runs, 'negotiation')}); go on with "
            "--resume, replace it with --overwrite, or choose another --out."
        )
    if manifest is not None:
        raise RunError(f"{place} holds a finished run; replace it with --overwrite, or choose another --out.")
    # The journal goes first, for its lines would count as chunks of the new run. The manifest goes last, when the new
    # one takes its name: until then the folder is known to be ours.
    place.forget_notes()
    # By name rather than from the manifest: an interrupted writer may have left a chunk that nothing mentions.
    for file in _files_of_a_run(place):
        place.remove(file)


def _files_of_a_run(place: Place) -> list[str]:
    """Chunks, pictures, report and what killed writers have left beside them."""
    parts = [(folder, name) for folder in (RUNS, TRAJECTORIES) for name in place.entries(folder)]
    pictures = [(FIGURES, name) for name in place.entries(FIGURES)]
    found = [(folder, name) for folder, name in parts if name.startswith("part-") and name.endswith(".parquet")]
    found += [(folder, name) for folder, name in pictures if name.endswith((".png", ".svg", ".pdf"))]
    found += [(folder, name) for folder, name in (*parts, *pictures) if is_temporary(name)]
    reports = [REPORT] if REPORT in place.entries() else []
    return [*reports, *(f"{folder}/{name}" for folder, name in found)]


def _refuse_changes(place: Place, changes: list[str]) -> None:
    if changes:
        listed = "".join(f"\n  {line}" for line in changes)
        raise RunError(
            f"{place} was started with something else, so its rows would not belong together:{listed}\n"
            "Undo the change, or start anew with another --out."
        )


def _sound_chunks(place: Place, manifest: Manifest, say: Say) -> Iterable[StoredChunk]:
    for chunk in manifest.chunks:
        if is_sound(place, chunk):
            yield chunk
        else:
            last = chunk.first + chunk.rows - 1
            say(f"The files of runs {chunk.first:,} to {last:,} are damaged or gone; these runs are computed again.")
