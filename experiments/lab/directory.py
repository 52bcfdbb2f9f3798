"""The directory of an exploration: evaluated points in chunks, a manifest, then tables and pictures.

A chunk's file is whole before a line of the journal says that it is there. No time is written anywhere, so that the
same command gives the same bytes in one go and after an interruption.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, final

from pydantic import ValidationError

from experiments.errors import RunError
from experiments.store.directory import REPORT
from experiments.store.formats import FORMAT_VERSION, VERSION_KEY, check_version
from experiments.store.manifest import MANIFEST, StoredChunk, Surroundings, surroundings
from experiments.store.place import KEPT, Folder, Place, advice_for, is_temporary, reading_from, storing_in
from experiments.store.places import place_of
from experiments.store.plan import Chunk
from experiments.store.seal import sealed, unsealed
from experiments.store.soundness import refuse_foreign_files
from experiments.store.tables import RUNS, ChunkTables, is_sound, part_name, write_chunk

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from matplotlib.figure import Figure

    from experiments.lab.request import Request

FORMAT: Final = "winset exploration"
TABLES: Final = "tables"
FIGURES: Final = "figures"

_OURS: Final[dict[str, str]] = {RUNS: ".parquet", TABLES: ".csv", FIGURES: ".png"}


@final
class ExploreFolder:
    """A directory that this process is filling; as a context manager it keeps other writers out."""

    def __init__(self, place: Place, manifest: dict[str, Any], unlock: Callable[[], None]) -> None:
        self.place = place
        self._manifest = manifest
        self._chunks: dict[int, StoredChunk] = {}
        self._unlock = unlock

    @classmethod
    def open(cls, folder: Folder, request: Request, *, resume: bool = False, overwrite: bool = False) -> Self:
        """Prepare a directory.

        Raises
        ------
        RunError
            When it holds something else, or an exploration that is neither to go on nor to be replaced.
        """
        place = place_of(folder)
        manifest = _manifest_of(request)
        with storing_in(place, advice_for(place, resume=resume)):
            place.make()
            unlock = place.lock()
            try:
                found = cls(place, manifest, unlock)
                if not place.is_unused():
                    found._take_over(resume=resume, overwrite=overwrite)
                place.remove_temporaries(*_OURS)
                place.make(RUNS, TABLES, FIGURES)
                found._write("running")
            except BaseException:
                unlock()
                raise
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._unlock()

    def stored(self, chunk: Chunk) -> pa.Table | None:
        """Rows of a chunk that is there already."""
        import pyarrow.parquet as pq

        known = self._chunks.get(chunk.index)
        if known is None or (known.first, known.rows) != (chunk.first, chunk.count):
            return None
        with reading_from(self.place), self.place.open(known.runs.file) as handle:
            return pq.read_table(handle)

    def record(self, chunk: Chunk, table: pa.Table) -> None:
        """Write a finished chunk, then note it."""
        stored = write_chunk(self.place, chunk, ChunkTables(table, None))
        with storing_in(self.place, KEPT):
            self.place.note(part_name(chunk.index), stored.model_dump_json())
        self._chunks[chunk.index] = stored

    def finish(self, tables: Mapping[str, pd.DataFrame], figures: Mapping[str, Figure], negotiations: int) -> None:
        """Write tables and pictures, then mark the exploration as complete."""
        from experiments.figures.kit.style import png_bytes

        self._manifest["negotiations"] = negotiations
        with storing_in(self.place, KEPT):
            files: dict[str, str] = {}
            for name, table in tables.items():
                content = table.to_csv(index=False, lineterminator="\n").encode()
                self.place.write(f"{TABLES}/{name}.csv", content)
                files[f"{TABLES}/{name}.csv"] = hashlib.sha256(content).hexdigest()
            self._manifest["files"] = files
            for name, figure in figures.items():
                self.place.write(f"{FIGURES}/{name}.png", png_bytes(figure))
            self._write("complete")
            self.place.forget_notes()

    def _write(self, status: str) -> None:
        self._manifest["status"] = status
        self._manifest["chunks"] = [self._chunks[key].model_dump(mode="json") for key in sorted(self._chunks)]
        self.place.write(MANIFEST, sealed(self._manifest).encode())

    def _take_over(self, *, resume: bool, overwrite: bool) -> None:
        before = _read(self.place)
        if overwrite:
            self._clear()
            return
        check_version(before, self.place)
        if resume:
            # Only now: an edited directory can be replaced, and not gone on with.
            self._go_on(_unsealed(self.place))
        elif before["status"] == "complete":
            raise RunError(
                f"{self.place} holds a finished {before['command']}; replace it with --overwrite, or choose another "
                "--out."
            )
        else:
            raise RunError(
                f"{self.place} holds an unfinished {before['command']}; go on with --resume, replace it with "
                "--overwrite, or choose another --out."
            )

    def _go_on(self, before: dict[str, Any]) -> None:
        if changes := _differences(before, self._manifest):
            listed = "".join(f"\n  {line}" for line in changes)
            raise RunError(
                f"{self.place} was started with something else, so its rows would not belong together:{listed}\n"
                "Undo the change, or start anew with another --out."
            )
        chunks = [StoredChunk.model_validate(chunk) for chunk in before.get("chunks", ())]
        for line in self.place.notes():
            # A power cut can tear a line; its chunk then counts as not computed, which is safe.
            with suppress(ValidationError):
                chunks.append(StoredChunk.model_validate_json(line))
        refuse_foreign_files(chunks, f"{self.place}/{MANIFEST}")
        self._chunks = {chunk.index: chunk for chunk in chunks if is_sound(self.place, chunk)}

    def _clear(self) -> None:
        # The journal goes first, for its lines would count as chunks of the new exploration.
        self.place.forget_notes()
        self.place.remove(REPORT)
        for folder, ending in _OURS.items():
            for name in self.place.entries(folder):
                if name.endswith(ending) or is_temporary(name):
                    self.place.remove(f"{folder}/{name}")


def _manifest_of(request: Request) -> dict[str, Any]:
    from importlib import metadata

    from experiments.config.own_tactics import sources_of

    around = surroundings().model_dump(mode="json")
    if library := request.library():
        around["packages"][library] = metadata.version(library)
    return {
        "format": FORMAT,
        VERSION_KEY: FORMAT_VERSION,
        "command": request.command,
        "status": "running",
        "config_digest": request.config.digest(),
        "seed": request.seed,
        "settings": json.loads(json.dumps(request.settings)),
        "negotiations": None,
        **around,
        "tactics": [{"name": source.name, "sha256": source.sha256} for source in sources_of(request.config)],
        "config": json.loads(json.dumps(request.config.resolved())),
        "chunks": [],
        "files": {},
    }


def _read(place: Place) -> dict[str, Any]:
    if MANIFEST not in place.entries():
        raise RunError(f"{place} is not empty and holds no exploration; choose another --out.")
    with reading_from(place):
        text = place.read(MANIFEST)
    try:
        found = json.loads(text)
        is_ours = found["format"] == FORMAT and "status" in found and "command" in found
    except (ValueError, KeyError, TypeError):
        is_ours = False
    if not is_ours:
        raise RunError(f"{place} holds something else than a sweep, sensitivity or discover; choose another --out.")
    return dict(found)


def _unsealed(place: Place) -> dict[str, Any]:
    with reading_from(place):
        return unsealed(place.read(MANIFEST), f"{place}/{MANIFEST}")


def _differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Say in words what has changed, of all that decides the rows."""
    found = [f"{key}: {before.get(key)} -> {now[key]}" for key in ("command", "seed") if before.get(key) != now[key]]
    old, new = before.get("settings", {}), now["settings"]
    found += [f"{key}: {old.get(key)} -> {new.get(key)}" for key in {**old, **new} if old.get(key) != new.get(key)]
    if before.get("config_digest") != now["config_digest"]:
        found.append("config: its values differ")
    if before.get("tactics") != now["tactics"]:
        found.append("own tactics: their files differ")
    return found + _surroundings(before).differences(_surroundings(now))


def _surroundings(manifest: dict[str, Any]) -> Surroundings:
    try:
        return Surroundings.model_validate({key: manifest.get(key) for key in ("python", "packages", "code")})
    except ValidationError as error:
        raise RunError(f"the manifest cannot be read by this version: {error.errors()[0]['msg']}.") from error
