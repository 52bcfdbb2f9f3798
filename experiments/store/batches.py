"""The directory of a search: what was asked for, every batch that was computed, and the files that came of it.

A search is replayed from its start when it goes on: as long as a stored batch asks for the same points, its stored
answer is taken instead of playing. So an interrupted search ends in the same files as one that was not.
"""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.errors import RunError
from experiments.store.directory import REPORT
from experiments.store.formats import FORMAT_VERSION, VERSION_KEY, check_version
from experiments.store.manifest import MANIFEST, surroundings
from experiments.store.place import KEPT, Folder, Place, advice_for, storing_in
from experiments.store.places import place_of
from experiments.store.seal import sealed, unsealed

if TYPE_CHECKING:
    from sim.records import Floats

_BATCHES: Final = "batches"
#: Folders that a search may fill.
_FOLDERS: Final = ("", _BATCHES, "cases", "figures")


@dataclass(slots=True)
class Journal:
    """Answers to batches of points, kept in a directory or, without one, only passed through.

    Attributes
    ----------
    place : Place or None
        Directory of the search.
    job : dict
        What was asked for, as plain data; a search that goes on must ask for the same.
    """

    place: Place | None
    job: dict[str, Any]
    _number: int = field(default=0)
    _started: float = field(default_factory=time.perf_counter)
    _files: dict[str, str] = field(default_factory=dict)
    _earlier: float = field(default=0.0)
    _unlock: Callable[[], None] = field(default=lambda: None)

    @classmethod
    def open(cls, folder: Folder | None, job: dict[str, Any], *, resume: bool, overwrite: bool) -> Journal:
        """Prepare a directory for a search, or go on with the one in it.

        Raises
        ------
        RunError
            When the directory holds something else, or a search that was started with something else.
        """
        if folder is None:
            return cls(None, job)
        place = place_of(folder)
        with storing_in(place, advice_for(place, resume=resume)):
            place.make()
            before = None if place.is_unused() else _manifest_of(place, str(job["command"]))
            if before is not None and not overwrite:
                _refuse_other(place, before, job, resume=resume)
            journal = cls(place, job, _unlock=place.lock())
            if before is not None and overwrite:
                _clear(place, before)
            elif before is not None:
                journal._earlier = float(before.get("seconds", 0.0))
            place.make(_BATCHES)
            place.remove_temporaries(*_FOLDERS)
            journal._write_manifest("running")
        return journal

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._unlock()

    @property
    def seconds(self) -> float:
        """Time that the search has taken, also before an interruption."""
        return self._earlier + time.perf_counter() - self._started

    def answer(self, question: Floats, compute: Callable[[], Floats]) -> Floats:
        """Stored answer to the next batch, or the computed one, which is stored before it is returned."""
        name = f"{_BATCHES}/batch-{self._number:05d}.npy"
        self._number += 1
        if self.place is None:
            return compute()
        key = hashlib.blake2b(np.ascontiguousarray(question).tobytes(), digest_size=16).digest()
        stored = _stored(self.place, name, key)
        if stored is not None:
            return stored
        found = compute()
        buffer = io.BytesIO()
        np.save(buffer, found, allow_pickle=False)
        content = buffer.getvalue()
        check = hashlib.blake2b(content, digest_size=16).digest()
        with storing_in(self.place, KEPT):
            self.place.write(name, key + check + content)
            self._write_manifest("running")
        return found

    def keep(self, name: str, content: bytes) -> None:
        """Write one of the files that came of the search."""
        if self.place is not None:
            with storing_in(self.place, KEPT):
                self.place.make(*([name.rpartition("/")[0]] if "/" in name else []))
                self.place.write(name, content)
            self._files[name] = hashlib.sha256(content).hexdigest()

    def finish(self, **numbers: Any) -> None:
        """Mark the search as complete and note what it took."""
        if self.place is not None:
            with storing_in(self.place, KEPT):
                self._write_manifest("complete", **numbers)

    def _write_manifest(self, status: str, **numbers: Any) -> None:
        if self.place is None:
            return
        manifest = {
            "format": f"winset {self.job['command']}",
            VERSION_KEY: FORMAT_VERSION,
            "status": status,
            **self.job,
            "written": datetime.now(UTC).isoformat(),
            "seconds": round(self.seconds, 3),
            "batches": self._number,
            **numbers,
            "files": self._files,
        }
        self.place.write(MANIFEST, sealed(manifest).encode())


def job_of(command: str, config: Any, seed: int, sources: list[dict[str, str]], **options: Any) -> dict[str, Any]:
    """Plain description of what a search was asked for and with what code."""
    return {
        "command": command,
        "config_digest": config.digest(),
        "seed": seed,
        "options": options,
        "tactics": sources,
        **surroundings().model_dump(mode="json"),
        "config": config.resolved(),
    }


def own_sources() -> list[dict[str, str]]:
    """The user's own tactics that this process knows, with a digest of each."""
    from agents.tactics.registering import own_tactics

    return [{"name": name, "sha256": rule.digest()} for name, rule in own_tactics().items()]


def _manifest_of(place: Place, command: str) -> dict[str, Any]:
    try:
        found = json.loads(place.read(MANIFEST))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict) or found.get("format") != f"winset {command}":
        raise RunError(f"{place} is not empty and holds no winset {command}; choose another --out.")
    return found


def _refuse_other(place: Place, before: dict[str, Any], job: dict[str, Any], *, resume: bool) -> None:
    check_version(before, place)
    state = "a finished" if before.get("status") == "complete" else "an unfinished"
    if not resume:
        hint = "replace it with --overwrite" if state == "a finished" else "go on with --resume, or use --overwrite"
        raise RunError(f"{place} holds {state} {job['command']}; {hint}, or choose another --out.")
    # Only now: an edited directory can be replaced, and not gone on with.
    unsealed(place.read(MANIFEST), f"{place}/{MANIFEST}")
    plain = json.loads(json.dumps(job))
    changed = [name for key in plain for name in _changed(key, before.get(key), plain[key])]
    if changed:
        raise RunError(
            f"{place} was started with something else ({', '.join(changed)} differ); undo the change, or start anew "
            "with --overwrite or another --out."
        )


def _changed(key: str, before: object, now: object) -> list[str]:
    """Name what differs: of the options of a search each one."""
    if key == "options" and isinstance(before, dict) and isinstance(now, dict):
        return [name for name in {**before, **now} if before.get(name) != now.get(name)]
    return [] if before == now else [key]


def _stored(place: Place, name: str, key: bytes) -> Floats | None:
    """Stored answer, or None where there is none, it is damaged, or it answers another question."""
    try:
        content = place.read(name)
    except OSError:
        return None
    if content[:16] != key or hashlib.blake2b(content[32:], digest_size=16).digest() != content[16:32]:
        return None
    loaded: Floats = np.load(io.BytesIO(content[32:]), allow_pickle=False)
    return loaded


def _clear(place: Place, before: dict[str, Any]) -> None:
    """Remove what an earlier search has written, and nothing else."""
    place.remove(REPORT)
    for name in before.get("files", {}):
        if ".." not in name and not name.startswith("/"):
            place.remove(name)
    for name in place.entries(_BATCHES):
        if name.startswith("batch-") and name.endswith(".npy"):
            place.remove(f"{_BATCHES}/{name}")
