"""The directory that a question fills: parts as they are finished, then tables and other files of the answer.

The files of a part are complete before a line in the journal says that they are there. The journal keeps the cost of
noting a part independent of how many there are; its lines move into the manifest when the directory is complete, and
when it goes on after an interruption.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, final

from experiments.errors import RunError
from experiments.labels import counted
from experiments.store.manifest import (
    MANIFEST,
    Manifest,
    Part,
    Request,
    StoredFile,
    Subject,
    differences,
    new_manifest,
    plain_data,
    read_manifest,
)
from experiments.store.place import KEPT, Folder, LocalPlace, Place, advice_for, is_temporary, reading_from, storing_in
from experiments.store.places import place_of
from experiments.store.reading import Finished, read_finished
from experiments.store.soundness import refuse_unsound
from experiments.store.tables import BATCHES, PAIRS, RUNS, TRAJECTORIES, is_as_written, write_file, write_part
from experiments.store.version import check_text, command_in

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


OUT: Final = Path("out")

TABLES: Final = "tables"
FIGURES: Final = "figures"
REPORT: Final = "report.html"

#: Folders that a question may fill, with the ends of the names of what is in them.
_OURS: Final[dict[str, tuple[str, ...]]] = {
    RUNS: (".parquet",),
    TRAJECTORIES: (".parquet",),
    PAIRS: (".parquet",),
    BATCHES: (".npy",),
    TABLES: (".csv",),
    FIGURES: (".png", ".svg", ".pdf"),
    "cases": (".yaml",),
    "chunks": (".json",),
}

Say = Callable[[str], None]


def default_folder(config: Subject, command: str, side: str = "") -> Path:
    """Directory of a question whose user names none: ``out/<config>-<question>[-<side>]``."""
    return OUT / "-".join(part for part in (config.name, command, side) if part)


def _quiet(_message: str) -> None:
    pass


@final
class Directory:
    """The directory that this process is filling; as a context manager it keeps other writers out.

    Attributes
    ----------
    place : Place
        Where it is.
    manifest : Manifest
        What it holds; of parts that were kept since it was opened, :attr:`parts` knows.
    is_temporary : bool
        Whether it goes when it is closed, since its user named none.
    """

    def __init__(self, place: Place, manifest: Manifest, close: Callable[[], None], *, is_temporary: bool) -> None:
        self.place = place
        self.manifest = manifest
        self.is_temporary = is_temporary
        self._parts = {part.key: part for part in manifest.parts}
        self._files: dict[str, StoredFile] = {}
        self._close = close

    @classmethod
    def open(
        cls,
        folder: Folder | None,
        request: Request,
        *,
        resume: bool = False,
        overwrite: bool = False,
        say: Say = _quiet,
    ) -> Self:
        """Prepare a directory.

        Parameters
        ----------
        folder : str, pathlib.Path or Place, optional
            Directory or address; without one a temporary folder, which goes when it is closed.
        request : Request
            What it is filled for.
        resume : bool
            Go on with what is there, keeping every part whose checksum is right; if nothing is there yet, begin.
        overwrite : bool
            Remove what the same question has left there, finished or not.
        say : callable
            Told of parts that are damaged.

        Raises
        ------
        experiments.errors.RunError
            When it holds something else, or results that are neither to go on nor to be replaced, or when anything has
            changed that decides the rows.
        """
        if resume and overwrite:
            raise RunError("--resume goes on with what is there, and --overwrite replaces it; give one of them.")
        # Before anything is made, for what is requested may be no plain data.
        manifest = new_manifest(request)
        if folder is None:
            temporary = tempfile.TemporaryDirectory(prefix="winset-")
            passing = LocalPlace(Path(temporary.name), is_temporary=True)
            return cls(passing, manifest, temporary.cleanup, is_temporary=True)
        place = place_of(folder)
        with storing_in(place, advice_for(place, resume=resume)):
            place.make()
            unlock = place.lock()
            try:
                if not place.is_unused():
                    manifest = _taken_over(place, manifest, resume=resume, overwrite=overwrite, say=say)
                place.remove_temporaries(*_OURS)
                place.write(MANIFEST, manifest.as_text().encode())
                place.forget_notes()
            except BaseException:
                unlock()
                raise
        return cls(place, manifest, unlock, is_temporary=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    @property
    def parts(self) -> Mapping[str, Part]:
        """Parts that are safe on the disk, by their keys."""
        return self._parts

    def record(self, part: Part) -> None:
        """Note that the files of a part are written."""
        with storing_in(self.place, KEPT):
            self.place.note(part.key, part.model_dump_json())
        self._parts[part.key] = part

    def write(self, key: str, tables: Mapping[str, pa.Table]) -> None:
        """Write the tables of a part, each into its folder, then note it."""
        self.record(write_part(self.place, key, tables))

    def kept(self, name: str) -> bytes | None:
        """Content of a file that an earlier answer left here, if it is what was written."""
        stored = next((one for one in self.manifest.files if one.file == name), None)
        if stored is None or not is_as_written(self.place, stored):
            return None
        with reading_from(self.place):
            return self.place.read(name)

    def keep(self, name: str, content: pa.Table | pd.DataFrame | bytes) -> None:
        """Write one of the files of the answer; a table as Parquet or CSV, as its name ends."""
        with storing_in(self.place, KEPT):
            if "/" in name:
                self.place.make(name.rpartition("/")[0])
            self._files[name] = write_file(self.place, name, content)

    def keep_data(self, name: str, data: Any) -> None:
        """Write plain data as one of the files of the answer, in JSON."""
        self.keep(name, (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode())

    def finished(self) -> Finished:
        """The directory, as it is read back once it is complete."""
        return replace(read_finished(self.place, self.manifest.command), is_temporary=self.is_temporary)

    def finish(self, *, without: str | None = None, **results: Any) -> Manifest:
        """Move the journal into the manifest and mark the directory as complete.

        Parameters
        ----------
        without : str, optional
            Folder whose parts are let go of, since a table of the answer holds all their rows.
        **results
            Numbers and texts of the answer that stand in no table.
        """
        parts = () if without else tuple(self._parts[key] for key in sorted(self._parts))
        files = tuple(self._files.values())
        changes = {"status": "complete", "parts": parts, "files": files, "results": plain_data(results)}
        self.manifest = self.manifest.model_copy(update=changes)
        with storing_in(self.place, KEPT):
            self.place.write(MANIFEST, self.manifest.as_text().encode())
            self.place.forget_notes()
            if without:
                _empty(self.place, without)
        return self.manifest


def _taken_over(place: Place, now: Manifest, *, resume: bool, overwrite: bool, say: Say) -> Manifest:
    """Manifest with which to begin in a directory that is not empty."""
    command = command_in(place.read(MANIFEST)) if MANIFEST in place.entries() else ""
    if not command:
        raise RunError(f"{place} is not empty and holds no results of winset; choose another --out.")
    if command != now.command:
        check_text(place.read(MANIFEST), place)
        raise RunError(
            f"{place} holds results of winset {command}, which winset {now.command} does not touch; choose another "
            "--out."
        )
    if overwrite:
        # Of what is replaced nothing need be believed but that it is ours.
        _clear(place)
        return now
    check_text(place.read(MANIFEST), place)
    before = read_manifest(place)
    if not resume:
        raise _neither_resumed_nor_replaced(place, before)
    refuse_unsound(place, before)
    if changes := differences(before, now):
        listed = "".join(f"\n  {line}" for line in changes)
        raise RunError(
            f"{place} was started with something else, so its rows would not belong together:{listed}\n"
            "Undo the change, or start anew with another --out."
        )
    return before.model_copy(update={"status": "running", "parts": _sound_parts(place, before, say)})


def _neither_resumed_nor_replaced(place: Place, before: Manifest) -> RunError:
    if before.status == "complete":
        return RunError(
            f"{place} holds a finished {before.command}; replace it with --overwrite, or choose another --out."
        )
    there = f" ({counted(before.rows, 'negotiation')} are kept)" if before.rows else ""
    return RunError(
        f"{place} holds an unfinished {before.command}{there}; go on with --resume, replace it with --overwrite, or "
        "choose another --out."
    )


def _sound_parts(place: Place, before: Manifest, say: Say) -> tuple[Part, ...]:
    sound = []
    for part in before.parts:
        damaged = [stored.file for stored in part.files.values() if not is_as_written(place, stored)]
        if damaged:
            say(f"{place}/{damaged[0]} is damaged or gone; its rows are computed again.")
        else:
            sound.append(part)
    return tuple(sound)


#: What the journal was called until version 2 of the format; at an address it was the folder ``chunks``.
_EARLIER_JOURNALS: Final = ("chunks.jsonl",)


def _clear(place: Place) -> None:
    """Remove what a question has written, and nothing else.

    The journal goes first, for its lines would count as parts of what comes. The manifest goes last, when the new one
    takes its name: until then the folder is known to be ours.
    """
    place.forget_notes()
    for name in (*_listed(place), REPORT, *_EARLIER_JOURNALS):
        place.remove(name)
    # By name rather than from the manifest: an interrupted writer may have left a part that nothing mentions.
    for folder in _OURS:
        _empty(place, folder)


def _empty(place: Place, folder: str) -> None:
    """Remove what winset has written into a folder, and the folder if nothing else is there."""
    for name in place.entries(folder):
        if name.endswith(_OURS[folder]) or is_temporary(name):
            place.remove(f"{folder}/{name}")
    if isinstance(place, LocalPlace):
        with suppress(OSError):
            (place.folder / folder).rmdir()


def _listed(place: Place) -> list[str]:
    """Files beside the folders that a manifest of any version lists, by names that cannot lead elsewhere."""
    files = json.loads(place.read(MANIFEST)).get("files")
    listed = files if isinstance(files, list) else ()
    named = list(files) if isinstance(files, dict) else [one.get("file") for one in listed if isinstance(one, dict)]
    return [name for name in named if isinstance(name, str) and name and "/" not in name and "\\" not in name]
