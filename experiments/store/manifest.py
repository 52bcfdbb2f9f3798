"""The manifest of a run: what was asked for, with what code, and which files hold the answer."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from experiments.errors import RunError
from experiments.store.formats import FORMAT_VERSION, check_text, check_version
from experiments.store.place import Folder, Place, reading_from
from experiments.store.places import place_of
from experiments.store.plan import Options, Plan, TrajectoryScope
from experiments.store.seal import sealed, unsealed, unsealed_as

_FORMAT: Final = "winset "

#: Kinds of directories that can be read back.
KINDS: Final = ("run", "tournament", "stress", "exploit", "advise", "exploration")

MANIFEST: Final = "manifest.json"
FORMAT: Final = "winset run"

#: Packages whose version can change a number or a byte of the tables.
_PACKAGES: Final = ("llvmlite", "mesa", "numba", "numpy", "pandas", "pyarrow", "scipy")
_SOURCES: Final = ("agents", "experiments", "sim")


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoredFile(_Record):
    """One Parquet file: its place inside the directory, its rows and its checksum."""

    file: str
    rows: int
    sha256: str


class StoredChunk(_Record):
    """The files of one chunk; `trajectories` is None when none of its runs has one."""

    index: int
    first: int
    rows: int
    runs: StoredFile
    trajectories: StoredFile | None

    def files(self) -> tuple[StoredFile, ...]:
        """Every file of the chunk."""
        return (self.runs,) if self.trajectories is None else (self.runs, self.trajectories)


class StoredTactic(_Record):
    """File of a user's own tactic, or the tactic itself where it has none, with its checksum."""

    name: str
    sha256: str


class Code(_Record):
    """Version of winset and digest of its source files."""

    version: str
    digest: str


class Surroundings(_Record):
    """What a process brings that can change a number or a byte of the tables."""

    python: str
    packages: dict[str, str]
    code: Code

    def differences(self, other: Surroundings) -> list[str]:
        """Say in words what differs in `other`."""
        found = [] if self.python == other.python else [f"python: {self.python} -> {other.python}"]
        found += [f"package {line}" for line in _changed_keys(self.packages, other.packages)]
        if self.code != other.code:
            found.append(f"winset: version {self.code.version} -> {other.code.version}, or its source files differ")
        return found


class Manifest(_Record):
    """What ``manifest.json`` holds. Times are for the reader; no digest covers them."""

    format: Literal["winset run"] = FORMAT
    schema_version: int = FORMAT_VERSION
    status: Literal["running", "complete"]
    config_digest: str
    seed: int
    runs: int
    chunk_size: int
    engine: str
    trajectories: TrajectoryScope
    trajectory_runs: int
    solutions: bool
    python: str
    packages: dict[str, str]
    code: Code
    tactics: tuple[StoredTactic, ...] = ()
    started: datetime
    finished: datetime | None = None
    config: dict[str, Any]
    chunks: tuple[StoredChunk, ...] = ()

    def surroundings(self) -> Surroundings:
        """What the process that started the run brought."""
        return Surroundings(python=self.python, packages=self.packages, code=self.code)

    def as_text(self) -> str:
        """Text of the file, readable by people and by :func:`parse_manifest`."""
        return sealed(self.model_dump(mode="json"))


def new_manifest(plan: Plan) -> Manifest:
    """Manifest of a run that starts now."""
    return Manifest(
        status="running",
        config_digest=plan.config.digest(),
        seed=plan.seed,
        runs=plan.runs,
        chunk_size=plan.chunk_size,
        engine=plan.engine,
        trajectories=plan.trajectories,
        trajectory_runs=plan.trajectory_runs,
        solutions=plan.solutions,
        **dict(surroundings()),
        tactics=tuple(StoredTactic(name=source.name, sha256=source.sha256) for source in plan.tactics),
        started=datetime.now(UTC),
        config=plan.config.resolved(),
    )


def parse_manifest(text: str | bytes, path: str) -> Manifest:
    """Read a manifest, refusing what is not one or has been edited."""
    return unsealed_as(Manifest, text, path)


def read_manifest(folder: Folder) -> Manifest:
    """Read the manifest of a directory, with the chunks that only its journal knows yet."""
    place = place_of(folder)
    with reading_from(place):
        try:
            text = place.read(MANIFEST)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise RunError(f"{place} is not the directory of a winset run: it has no {MANIFEST}.") from error
        check_text(text, place)
        manifest = parse_manifest(text, f"{place}/{MANIFEST}")
        chunks = {chunk.index: chunk for chunk in (*manifest.chunks, *_noted_chunks(place.notes()))}
    return manifest.model_copy(update={"chunks": tuple(chunks[index] for index in sorted(chunks))})


def _noted_chunks(lines: Iterable[str]) -> Iterator[StoredChunk]:
    for line in lines:
        # A power cut can tear a line; its chunk then counts as not computed, which is safe.
        with suppress(ValidationError):
            yield StoredChunk.model_validate_json(line)


def resumed_options(options: Options, manifest: Manifest) -> Options:
    """Fill what the user left open from the run that is to go on."""
    said = {name: value for name, value in asdict(options).items() if value is not None}
    recorded = {name: getattr(manifest, name) for name in asdict(options)}
    return Options(**(recorded | said))


def differences(before: Manifest, now: Manifest) -> list[str]:
    """Say in words what has changed since a run was started, of all that decides its rows and files."""
    found = [
        f"{name.replace('_', ' ')}: {getattr(before, name)} -> {getattr(now, name)}"
        for name in ("runs", "seed", "chunk_size", "engine", "trajectories", "solutions")
        if getattr(before, name) != getattr(now, name)
    ]
    if before.config_digest != now.config_digest:
        changed = [f"config {line}" for line in _changed_keys(before.config, now.config)]
        found += changed or ["config: its meaning has changed although its values have not"]
    found += [f"own tactics {line}" for line in _changed_keys(_checksums(before), _checksums(now))]
    return found + before.surroundings().differences(now.surroundings())


def surroundings() -> Surroundings:
    """What this process brings."""
    return Surroundings(python=platform.python_version(), packages=package_versions(), code=code_version())


def _checksums(manifest: Manifest) -> dict[str, str]:
    names = dict.fromkeys(tactic.name for tactic in manifest.tactics)
    return {name: " ".join(one.sha256[:16] for one in manifest.tactics if one.name == name) for name in names}


def package_versions() -> dict[str, str]:
    """Installed versions of the packages that compute or write."""
    return {name: metadata.version(name) for name in _PACKAGES}


def code_version() -> Code:
    """Version of winset and one digest of its source files, names included."""
    root = Path(__file__).parents[2]
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(file for folder in _SOURCES for file in (root / folder).rglob("*.py")):
        source = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(source)}\0".encode())
        digest.update(source)
    return Code(version=_own_version(), digest=digest.hexdigest())


def _own_version() -> str:
    try:
        return metadata.version("winset")
    except metadata.PackageNotFoundError:
        return "not installed"


_ABSENT: Final = "(absent)"


def _changed_keys(before: dict[str, Any], now: dict[str, Any], prefix: str = "") -> list[str]:
    lines: list[str] = []
    for key in dict.fromkeys([*before, *now]):
        old, new = before.get(key, _ABSENT), now.get(key, _ABSENT)
        if isinstance(old, dict) and isinstance(new, dict):
            lines += _changed_keys(old, new, f"{prefix}{key}.")
        elif old != new:
            lines.append(f"{prefix}{key}: {old} -> {new}")
    return lines


def kind_of(manifest: dict[str, Any]) -> str:
    """Kind of a directory, ``run`` for ``winset run``; empty where the manifest is not one of winset."""
    written = manifest.get("format")
    return written.removeprefix(_FORMAT) if isinstance(written, str) and written.startswith(_FORMAT) else ""


def _check_kind(manifest: dict[str, Any], place: Place) -> None:
    if not kind_of(manifest):
        raise RunError(f"{place}/{MANIFEST} is not a manifest of winset: its format should start with '{_FORMAT}'.")
    if kind_of(manifest) not in KINDS:
        raise RunError(f"{place} is of a kind that this version of winset does not know: {kind_of(manifest)}.")
    check_version(manifest, place)
    if manifest.get("status", "complete") != "complete":
        # A sweep, a sensitivity and a discover are explorations, and their manifest says which.
        command = manifest.get("command", kind_of(manifest))
        raise RunError(f"{place} holds an unfinished {command}; finish it with winset {command} and --resume.")


def read_any_manifest(place: Place) -> dict[str, Any]:
    """Read the manifest of a directory of whatever kind, as plain data.

    Raises
    ------
    experiments.errors.RunError
        When there is none, or it is not one of winset, or what it describes is not finished.
    """
    with reading_from(place):
        try:
            manifest = unsealed(place.read(MANIFEST), f"{place}/{MANIFEST}", lambda found: _check_kind(found, place))
        except (FileNotFoundError, NotADirectoryError) as error:
            raise RunError(
                f"{place} has no {MANIFEST}, so it holds no results that could be read back. Name the directory of a "
                "finished run, tournament, search or exploration; compare, factorial and scenario write theirs to be "
                "looked at only."
            ) from error
    return manifest
