"""The directory that a question fills: parts as they are finished, then tables and other files of the answer.

The files of a part are complete before a line in the journal says that they are there. The journal keeps the cost of
noting a part independent of how many there are; its lines move into the manifest when the directory is complete, and
when it goes on after an interruption.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, final

from experiments.errors import RunError
from experiments.files import checksum
from experiments.labels import counted
from experiments.refusals import is_about_input
from experiments.store.clearing import FOLDERS, clear, clear_drawn, clear_parts, remove_if_empty
from experiments.store.locks import release
from experiments.store.manifest import (
    MANIFEST,
    Manifest,
    Part,
    Request,
    StoredFile,
    differences,
    new_manifest,
    plain_data,
    read_manifest,
)
from experiments.store.place import KEPT, Folder, LocalPlace, Place, advice_for, reading_from, storing_in
from experiments.store.places import place_of
from experiments.store.reading import Finished, read_finished
from experiments.store.soundness import refuse_unsound
from experiments.store.tables import content_of, is_as_written, write_part
from experiments.store.version import check_text, command_in

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


OUT: Final = Path("out")

Say = Callable[[str], None]


class Named(Protocol):
    """What a directory is called after."""

    @property
    def name(self) -> str:
        """Short name."""


def default_folder(subject: Named, command: str, side: str = "") -> Path:
    """Directory of a question whose user names none: ``out/<config>-<question>[-<side>]``."""
    return OUT / "-".join(part for part in (subject.name, command, side) if part)


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

    def __init__(
        self,
        place: Place,
        manifest: Manifest,
        close: Callable[[], None],
        *,
        is_temporary: bool,
        remove: Callable[[], None] | None = None,
    ) -> None:
        self.place = place
        self.manifest = manifest
        self.is_temporary = is_temporary
        self._parts = {part.key: part for part in manifest.parts}
        self._files: dict[str, StoredFile] = {}
        self._before = {stored.file for stored in manifest.files}
        self._close = close
        self._remove = remove
        self._is_useless = False

    @classmethod
    def open(
        cls,
        folder: Folder | None,
        request: Request,
        *,
        resume: bool = False,
        overwrite: bool = False,
        say: Say = _quiet,
        shared: bool = False,
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
        shared : bool
            Whether other machines write into it, who may do so still when it is closed.

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
            is_new = isinstance(place, LocalPlace) and not place.folder.exists()
            place.make()
            unlock = place.lock()
            try:
                if not place.is_unused():
                    manifest = _taken_over(place, manifest, request, resume=resume, overwrite=overwrite, say=say)
                place.remove_temporaries(*FOLDERS)
                place.write(MANIFEST, manifest.as_text().encode())
                place.forget_notes()
            except BaseException:
                unlock()
                raise

        def remove() -> None:
            clear(place, request.pictures)
            # Beside files of somebody else's it stays, for without it nothing could be filled here any more.
            if place.entries() == [MANIFEST]:
                place.remove(MANIFEST)
                if is_new:
                    remove_if_empty(place)

        return cls(
            place, manifest, partial(release, place, unlock), is_temporary=False, remove=None if shared else remove
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._is_useless or (isinstance(error, Exception) and is_about_input(error) and self._is_empty()):
                self._removed()
        finally:
            self._close()

    def discard(self) -> None:
        """Let nothing be left when it is closed, for what was played is no answer and nobody can go on with it."""
        self._is_useless = True

    def _is_empty(self) -> bool:
        """Whether there is nothing yet to go on with."""
        return self.manifest.status == "running" and not self._parts and not self._before

    def _removed(self) -> None:
        if self._remove is not None:
            # What ends the question is told, and not that the disk which may be the cause of it refuses this as well.
            with suppress(OSError):
                self._remove()

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
        """Write one of the files of the answer; a table as Parquet or CSV, as its name ends.

        Its name is noted first, so that it is known as ours whenever this ends.

        Raises
        ------
        experiments.errors.RunError
            When a file of somebody else's has this name.
        """
        stored, data = content_of(name, content)
        folder, _, file = name.rpartition("/")
        with storing_in(self.place, KEPT):
            if name not in self._before and name not in self._files:
                if file in self.place.entries(folder):
                    raise RunError(
                        f"{self.place}/{name} is in the way of a file of the answer, and winset has not written it. "
                        "What was finished is kept; move it away and go on with --resume."
                    )
                self.place.note(f"file-{checksum(name.encode())[:16]}", stored.model_dump_json())
            self._files[name] = stored
            self.place.make(folder)
            self.place.write(name, data)

    def keep_data(self, name: str, data: Any) -> None:
        """Write plain data as one of the files of the answer, in JSON."""
        self.keep(name, (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode())

    def finished(self) -> Finished:
        """The directory, as it is read back once it is complete."""
        return replace(read_finished(self.place, self.manifest.command), is_temporary=self.is_temporary)

    def ask_for_more(self, manifest: Manifest) -> None:
        """Go on from a finished manifest to one that asks for more of the same, with the parts that stay as they are.

        A kill before and after it leaves a directory that can be gone on with: what is there stands in the manifest
        alone, and the new one takes its place at once.
        """
        self.manifest = manifest.model_copy(update={"status": "running"})
        with storing_in(self.place, KEPT):
            self.place.write(MANIFEST, self.manifest.as_text().encode())
        self._parts = {part.key: part for part in manifest.parts}

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
                clear_parts(self.place, without)
        return self.manifest


def _taken_over(place: Place, now: Manifest, request: Request, *, resume: bool, overwrite: bool, say: Say) -> Manifest:
    """Manifest with which to begin in a directory that is not empty."""
    command = command_in(place.read(MANIFEST)) if MANIFEST in place.entries() else ""
    if not command:
        raise RunError(f"{place} is not empty and holds no results of winset; choose another --out.")
    if command != now.command:
        raise RunError(
            f"{place} holds results of winset {command}, which winset {now.command} does not touch; choose another "
            "--out."
        )
    if overwrite:
        # Of what is replaced nothing need be believed but that it is ours.
        clear(place, request.pictures)
        return now
    check_text(place.read(MANIFEST), place)
    before = read_manifest(place)
    if not resume:
        raise _neither_resumed_nor_replaced(place, before)
    refuse_unsound(place, before)
    carried = request.carried_over(before)
    if changes := differences(carried, now):
        listed = "".join(f"\n  {line}" for line in changes)
        raise RunError(
            f"{place} was started with something else, so its rows would not belong together:{listed}\n"
            "Undo the change, or start anew with another --out."
        )
    if carried is not before:
        _make_room(place, before, request.pictures)
    return carried.model_copy(update={"status": "running", "parts": _sound_parts(place, carried, say)})


def _make_room(place: Place, before: Manifest, pictures: Callable[[], Collection[str]]) -> None:
    """Let what is there stand in the manifest alone before more is asked for.

    A line of the journal would count as a part of what is asked for then, of which a chunk that was the last one may
    be none.
    """
    place.write(MANIFEST, before.as_text().encode())
    place.forget_notes()
    clear_drawn(place, pictures)


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
