"""The manifest of a directory: which question was put, with what code, and which files hold the answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Protocol

from pydantic import Field, ValidationError

from experiments.config.model import Config
from experiments.config.own_tactics import sources_of
from experiments.errors import SEEDS, RunError, check_number
from experiments.json_values import json_value
from experiments.store.place import Folder, Place, reading_from
from experiments.store.places import place_of
from experiments.store.seal import sealed, unsealed_as
from experiments.store.surroundings import Record, Surroundings, changed_keys, surroundings
from experiments.store.version import FORMAT, FORMAT_VERSION, check_text, command_in

if TYPE_CHECKING:
    from experiments.config.own_tactics import TacticSource

MANIFEST: Final = "manifest.json"


class Subject(Protocol):
    """What a question is about: a config, or a table of a user's own."""

    @property
    def name(self) -> str:
        """Name, after which a directory is called."""

    def resolved(self) -> dict[str, Any]:
        """Everything that it says, as plain data."""

    def digest(self) -> str:
        """Digest of what :meth:`resolved` gives."""


def _as_it_is(before: Manifest) -> Manifest:
    return before


@dataclass(frozen=True, slots=True)
class Request:
    """What a directory is filled for: everything that decides its rows.

    Attributes
    ----------
    command : str
        Question that is put, as its command is called.
    config : Subject
        What is negotiated, or the table that the question is about.
    seed : int
        Seed of every draw.
    settings : mapping
        Everything else that decides the rows, as plain data.
    tactics : tuple of TacticSource, optional
        The user's own tactics that can decide a row; those that the config names unless given, and none with a table.
    libraries : tuple of str
        Distributions whose version matters beside those that matter always.
    pictures : callable
        Names of the kinds of pictures that are drawn of the answer, so that they go with an answer that is replaced.
    carried_over : callable
        Makes of an earlier manifest, finished or not, the one to go on with: itself, or one that asks for more of the
        same, with the parts that stay as they are. It raises where what is there cannot be gone on with.
    """

    command: str
    config: Subject
    seed: int
    settings: Mapping[str, Any]
    tactics: tuple[TacticSource, ...] | None = None
    libraries: tuple[str, ...] = ()
    pictures: Callable[[], Collection[str]] = tuple
    carried_over: Callable[[Manifest], Manifest] = _as_it_is

    def __post_init__(self) -> None:
        check_number("--seed", self.seed, *SEEDS)


class StoredFile(Record):
    """A file: its place inside the directory, its rows (0 where it is no table) and its SHA-256 checksum."""

    file: str
    rows: int = 0
    sha256: str


class Part(Record):
    """What was computed and kept together, such as a chunk of runs.

    Attributes
    ----------
    key : str
        Name of the part, by which its files are called; parts are in its order.
    question : str
        Digest of what the part answers, where that is known only when its turn comes.
    files : dict of str to StoredFile
        Its files by the name of their folder.
    """

    key: str
    question: str = ""
    files: dict[str, StoredFile]

    @property
    def rows(self) -> int:
        """Rows of the first table."""
        return next(iter(self.files.values())).rows if self.files else 0


class StoredTactic(Record):
    """File of a user's own tactic, or the tactic itself where it has none, with its checksum."""

    name: str
    sha256: str


class Manifest(Record):
    """What ``manifest.json`` holds; no time is in it, so that the same command writes the same bytes.

    Attributes
    ----------
    command : str
        Question that is put, as its command is called.
    status : str
        ``running`` or ``complete``.
    config, config_digest : dict, str
        Resolved config with every default, or what else the question is about, and its digest.
    seed : int
        Seed of every draw.
    settings : dict
        What else decides the rows; each question has its own.
    surroundings : Surroundings
        What the process that began it brought.
    tactics : tuple of StoredTactic
        The user's own tactics that can decide a row.
    parts : tuple of Part
        What was computed and kept together, in order.
    files : tuple of StoredFile
        Tables and other files of the answer.
    results : dict
        Numbers and texts of the answer that stand in no table.
    """

    format: Literal["winset directory"] = FORMAT
    schema_version: int = FORMAT_VERSION
    command: str
    status: Literal["running", "complete"] = "running"
    config_digest: str
    seed: Annotated[int, Field(ge=SEEDS[0], le=SEEDS[1])]
    settings: dict[str, Any]
    surroundings: Surroundings
    tactics: tuple[StoredTactic, ...] = ()
    config: dict[str, Any]
    parts: tuple[Part, ...] = ()
    files: tuple[StoredFile, ...] = ()
    results: dict[str, Any] = Field(default_factory=dict)

    def as_text(self) -> str:
        """Text of the file, readable by people and by :func:`parse_manifest`."""
        return sealed(self.model_dump(mode="json"))

    @property
    def rows(self) -> int:
        """Rows of all parts."""
        return sum(part.rows for part in self.parts)


def new_manifest(request: Request) -> Manifest:
    """Manifest of a directory that is begun now."""
    own = sources_of(request.config) if isinstance(request.config, Config) else ()
    tactics = own if request.tactics is None else request.tactics
    return Manifest(
        command=request.command,
        config_digest=request.config.digest(),
        seed=request.seed,
        settings=plain_data(request.settings),
        surroundings=surroundings(request.libraries),
        tactics=tuple(StoredTactic(name=source.name, sha256=source.sha256) for source in tactics),
        config=plain_data(request.config.resolved()),
    )


def parse_manifest(text: str | bytes, path: str) -> Manifest:
    """Read a manifest, refusing what is not one or has been edited."""
    return unsealed_as(Manifest, text, path)


def command_at(place: Place) -> str:
    """Command that has left results here, finished or not, by its manifest; empty where there is none."""
    with reading_from(place):
        return command_in(place.read(MANIFEST)) if not place.is_unused() and MANIFEST in place.entries() else ""


def read_manifest(folder: Folder) -> Manifest:
    """Read the manifest of a directory, finished or not, with the parts and files that only its journal knows yet.

    Raises
    ------
    experiments.errors.RunError
        When there is none, or it is of another version, or has been edited.
    """
    place = place_of(folder)
    with reading_from(place):
        try:
            text = place.read(MANIFEST)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise RunError(
                f"{place} has no {MANIFEST}, so it holds no results of winset that could be read back. Name the "
                "directory of a finished command; that of scenario is to be looked at only."
            ) from error
        check_text(text, place)
        manifest = parse_manifest(text, f"{place}/{MANIFEST}")
        # The journal of a complete directory is what a kill has kept from being removed.
        lines = () if manifest.status == "complete" else place.notes()
        further, begun = noted(iter(lines))
    later, written = {part.key: part for part in further}, {stored.file: stored for stored in begun}
    # Two parts of one key stay two, so that they are refused and neither hides the other.
    parts = [*(part for part in manifest.parts if part.key not in later), *later.values()]
    files = [*(stored for stored in manifest.files if stored.file not in written), *written.values()]
    return manifest.model_copy(update={"parts": tuple(sorted(parts, key=lambda part: part.key)), "files": tuple(files)})


def noted(lines: Iterator[str]) -> tuple[list[Part], list[StoredFile]]:
    """Parts that a journal says are there, and files of the answer that it says are there or were begun."""
    found: tuple[list[Part], list[StoredFile]] = ([], [])
    for line in lines:
        # A power cut can tear a line; what it is about then counts as not there, which is safe.
        with suppress(ValidationError):
            found[0].append(Part.model_validate_json(line))
            continue
        with suppress(ValidationError):
            found[1].append(StoredFile.model_validate_json(line))
    return found


def differences(before: Manifest, now: Manifest) -> list[str]:
    """Say in words what has changed since a directory was begun, of all that decides its rows and files."""
    found = changed_keys({"seed": before.seed, **before.settings}, {"seed": now.seed, **now.settings})
    if before.config_digest != now.config_digest:
        changed = [f"config {line}" for line in changed_keys(before.config, now.config)]
        found += changed or ["config: its meaning has changed although its values have not"]
    found += [f"own tactics {line}" for line in changed_keys(_checksums(before), _checksums(now))]
    return found + before.surroundings.differences(now.surroundings)


def _checksums(manifest: Manifest) -> dict[str, str]:
    names = dict.fromkeys(tactic.name for tactic in manifest.tactics)
    return {name: " ".join(one.sha256[:16] for one in manifest.tactics if one.name == name) for name in names}


def plain_data(value: Any) -> Any:
    """Data as it will be read back: lists for tuples."""
    return json.loads(json.dumps(value, default=json_value))
