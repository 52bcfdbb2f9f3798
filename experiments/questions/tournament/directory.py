"""The directory of a tournament: pairs are kept as they finish, and become one table when all are there.

A pair's file is complete before a line in the journal says that it is there.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from importlib import metadata
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from experiments.errors import RunError
from experiments.questions.tournament.failures import Failure
from experiments.questions.tournament.pairs import empty_rows
from experiments.store.directory import FIGURES, REPORT
from experiments.store.formats import FORMAT_VERSION, check_text
from experiments.store.manifest import MANIFEST, Code, StoredFile, Surroundings, package_versions, surroundings
from experiments.store.place import KEPT, LocalPlace, Place, is_temporary, reading_from, storing_in
from experiments.store.seal import format_of, refuse_names, sealed, unsealed_as
from experiments.store.tables import count_outcomes, write_table

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.questions.tournament.pairs import Pair
    from experiments.questions.tournament.terms import Terms

PAIRS: Final = "pairs"
WORLDS_TABLE: Final = "worlds.parquet"
CELLS_TABLE: Final = "cells.parquet"
PLAYERS_TABLE: Final = "players.parquet"
EQUILIBRIA: Final = "equilibria.json"

Say = Callable[[str], None]


_FORMAT: Final = "winset tournament"


class _TournamentRecord(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoredPair(_TournamentRecord):
    """The file of one pair: the places of its players, its rows and its checksum."""

    us: int
    partner: int
    file: StoredFile


class TournamentManifest(_TournamentRecord):
    """What ``manifest.json`` of a tournament holds. Times are for the reader.

    Rows of whole pairs are the same in every tournament of equal settings. Which pairs are whole is so too, unless one
    failed for want of time.
    """

    format: Literal["winset tournament"] = _FORMAT
    schema_version: int = FORMAT_VERSION
    status: Literal["running", "complete"]
    config_digest: str
    settings: dict[str, Any]
    python: str
    packages: dict[str, str]
    code: Code
    started: datetime
    finished: datetime | None = None
    files: tuple[StoredFile, ...] = ()
    failed: tuple[Failure, ...] = ()
    config: dict[str, Any]

    def differences(self, other: TournamentManifest) -> list[str]:
        """Say in words what differs in `other`, of all that decides the tables."""
        found = [
            f"{name}: {_brief(self.settings.get(name))} -> {_brief(other.settings.get(name))}"
            for name in dict.fromkeys([*self.settings, *other.settings])
            if self.settings.get(name) != other.settings.get(name)
        ]
        if self.config_digest != other.config_digest:
            found.append("the config")
        return found + self._surroundings().differences(other._surroundings())

    def _surroundings(self) -> Surroundings:
        return Surroundings(python=self.python, packages=self.packages, code=self.code)


def _brief(value: object) -> str:
    return ", ".join(value) if isinstance(value, dict) else str(value)


def new_manifest(terms: Terms) -> TournamentManifest:
    """Manifest of a tournament that starts now."""
    return TournamentManifest(
        status="running",
        config_digest=terms.config.digest(),
        # As it will be read back: lists for tuples.
        settings=json.loads(json.dumps(terms.settings())),
        **dict(surroundings()) | {"packages": package_versions() | {"nashpy": metadata.version("nashpy")}},
        started=datetime.now(UTC),
        config=terms.config.resolved(),
    )


def read_manifest(place: Place) -> TournamentManifest:
    """Read the manifest of a tournament, refusing what is not one."""
    with reading_from(place):
        try:
            text = place.read(MANIFEST)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise RunError(f"{place} is not the directory of a tournament: it has no {MANIFEST}.") from error
    check_text(text, place)
    where = f"{place}/{MANIFEST}"
    manifest = unsealed_as(TournamentManifest, text, where, "the manifest of a tournament", "; choose another --out")
    refuse_names([stored.file for stored in manifest.files], where)
    return manifest


class TournamentFolder:
    """The directory that this process is filling; as a context manager it keeps other writers out."""

    def __init__(self, place: Place, terms: Terms, manifest: TournamentManifest, unlock: Callable[[], None]) -> None:
        self.place = place
        self._terms = terms
        self._manifest = manifest
        self._unlock = unlock
        self._pairs: dict[Pair, StoredPair] = {}
        self._whole: dict[Pair, pa.Table] = {}

    @classmethod
    def start(cls, place: Place, terms: Terms, *, overwrite: bool = False) -> Self:
        """Prepare an empty directory; with `overwrite`, a tournament in it is removed first."""
        with storing_in(place):
            place.make()
            unlock = place.lock()
            try:
                if not place.is_unused():
                    _clear(place, overwrite=overwrite)
                place.remove_temporaries()
                manifest = new_manifest(terms)
                _write_manifest(place, manifest)
                place.make(PAIRS)
            except BaseException:
                unlock()
                raise
        return cls(place, terms, manifest, unlock)

    @classmethod
    def resume(cls, place: Place, terms: Terms, say: Say) -> Self:
        """Open the directory of an earlier tournament, keeping every pair whose checksum is right.

        Raises
        ------
        RunError
            If anything has changed that decides the tables.
        """
        before = read_manifest(place)
        if changes := before.differences(new_manifest(terms)):
            listed = "".join(f"\n  {line}" for line in changes)
            raise RunError(
                f"{place} was started with something else, so its rows would not belong together:{listed}\n"
                "Undo the change, or start anew with another --out."
            )
        with storing_in(place, KEPT):
            unlock = place.lock()
            try:
                place.make(PAIRS)
                place.remove_temporaries(PAIRS)
                # Read again: until the lock was ours, another process may have added pairs.
                folder = cls(place, terms, read_manifest(place), unlock)
                folder._take_up(say)
            except BaseException:
                unlock()
                raise
        return folder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._unlock()

    @property
    def missing(self) -> list[Pair]:
        """Pairs that are still to be played."""
        there = self._pairs.keys() | self._whole.keys()
        return [pair for pair in self._terms.pairs if pair not in there]

    def outcomes(self) -> Counter[str]:
        """Outcomes of the negotiations that are safe on the disk."""
        counts: Counter[str] = Counter()
        for pair in self._terms.pairs:
            if pair in self._pairs or pair in self._whole:
                counts += count_outcomes(self._rows(pair))
        return counts

    def record(self, pair: Pair, rows: pa.Table) -> None:
        """Keep the rows of a pair."""
        name = f"{PAIRS}/{pair[0]:03d}-{pair[1]:03d}.parquet"
        with storing_in(self.place, KEPT):
            stored = StoredPair(us=pair[0], partner=pair[1], file=write_table(self.place, name, rows))
            self.place.note(name, stored.model_dump_json())
        self._pairs[pair] = stored

    def worlds(self) -> pa.Table:
        """Table of worlds of the pairs that are there, pair by pair."""
        import pyarrow as pa

        with reading_from(self.place):
            there = [self._rows(pair) for pair in self._terms.pairs if pair in self._pairs or pair in self._whole]
        return pa.concat_tables([empty_rows(), *there])

    def finish(
        self, tables: dict[str, pa.Table], texts: dict[str, str], failed: tuple[Failure, ...]
    ) -> TournamentManifest:
        """Write the tables and texts, mark the tournament as complete, and let go of the files of the pairs."""
        with storing_in(self.place, KEPT):
            files = [write_table(self.place, name, table) for name, table in tables.items()]
            for name, text in texts.items():
                content = text.encode()
                self.place.write(name, content)
                files.append(StoredFile(file=name, rows=0, sha256=hashlib.sha256(content).hexdigest()))
            finished = self._manifest.finished or datetime.now(UTC)
            changes = {"status": "complete", "finished": finished, "files": tuple(files), "failed": failed}
            self._manifest = self._manifest.model_copy(update=changes)
            _write_manifest(self.place, self._manifest)
            self.place.forget_notes()
            _remove_pairs(self.place)
        return self._manifest

    def _take_up(self, say: Say) -> None:
        """Find what is there: the pairs of the journal, or all of them in the table of a finished tournament."""
        table = next((stored for stored in self._manifest.files if stored.file == WORLDS_TABLE), None)
        if table is not None and (content := self._sound(table)) is not None:
            whole, worlds = _table(content), self._terms.worlds
            there = self._whole_before()
            self._whole = {pair: whole.slice(i * worlds, worlds) for i, pair in enumerate(there)}
            return
        damaged = 0 if table is None else len(self._whole_before())
        for line in self.place.notes():
            # A power cut can tear a line; its pair then counts as not played, which is safe.
            with suppress(ValidationError):
                stored = StoredPair.model_validate_json(line)
                refuse_names([stored.file.file], f"the journal of {self.place}")
                if self._sound(stored.file) is None:
                    damaged += 1
                else:
                    self._pairs[stored.us, stored.partner] = stored
        if damaged:
            say(f"The files of {damaged:,} pairs are damaged or gone; these pairs are played again.")

    def _whole_before(self) -> list[Pair]:
        """Pairs of the table of a finished tournament: all that did not fail."""
        labels, failed = self._terms.labels, {(one.us, one.partner) for one in self._manifest.failed}
        return [(us, partner) for us, partner in self._terms.pairs if (labels[us], labels[partner]) not in failed]

    def _rows(self, pair: Pair) -> pa.Table:
        if pair in self._whole:
            return self._whole[pair]
        return _table(self.place.read(self._pairs[pair].file.file))

    def _sound(self, stored: StoredFile) -> bytes | None:
        """Content of a file if it is what was written."""
        try:
            content = self.place.read(stored.file)
        except OSError:
            return None
        return content if hashlib.sha256(content).hexdigest() == stored.sha256 else None


def _table(content: bytes) -> pa.Table:
    import pyarrow.parquet as pq

    return pq.read_table(io.BytesIO(content))


def _write_manifest(place: Place, manifest: TournamentManifest) -> None:
    place.write(MANIFEST, sealed(manifest.model_dump(mode="json")).encode())


def _clear(place: Place, *, overwrite: bool) -> None:
    if MANIFEST not in place.entries():
        raise RunError(f"{place} is not empty and holds no tournament; choose another --out.")
    if not overwrite or format_of(place.read(MANIFEST)) != _FORMAT:
        manifest = read_manifest(place)
        state = "a finished" if manifest.status == "complete" else "an unfinished"
        go_on = "" if manifest.status == "complete" else "go on with --resume, "
        raise RunError(
            f"{place} holds {state} tournament; {go_on}replace it with --overwrite, or choose another --out."
        )
    # The journal goes first, for its lines would count as pairs of the new tournament; the manifest stays until the new
    # one takes its name, so that the folder is known to be ours.
    place.forget_notes()
    _remove_pairs(place)
    for name in (WORLDS_TABLE, CELLS_TABLE, PLAYERS_TABLE, EQUILIBRIA, REPORT):
        place.remove(name)
    for name in place.entries(FIGURES):
        if name.endswith(".png") or is_temporary(name):
            place.remove(f"{FIGURES}/{name}")


def _remove_pairs(place: Place) -> None:
    for name in place.entries(PAIRS):
        if name.endswith(".parquet") or is_temporary(name):
            place.remove(f"{PAIRS}/{name}")
    if isinstance(place, LocalPlace):
        with suppress(OSError):
            (place.folder / PAIRS).rmdir()
