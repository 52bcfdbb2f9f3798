"""Where the files of a run are kept: a folder of this machine, or a place on any file system that fsspec knows.

Files are named relative to the place, with slashes. A file is whole or not there, whoever dies while writing it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, final

from experiments.errors import RunError

_JOURNAL: Final = "journal.jsonl"
_TEMPORARY: Final = ".tmp"
#: The name of a file that is being written, between a dot and what its writer is called: a process, or an address.
_WRITTEN: Final = re.compile(rf"\..+\.(\d+|[0-9a-f]{{8}})\{_TEMPORARY}")


class Place(ABC):
    """A directory of a run, wherever it is; ``str()`` gives its name for messages."""

    @abstractmethod
    def __str__(self) -> str:
        """Path or address as the user knows it."""

    @abstractmethod
    def entries(self, folder: str = "") -> list[str]:
        """Names of the files and folders directly inside; none when nothing is there."""

    @abstractmethod
    def make(self, *folders: str) -> None:
        """Make the place itself and folders in it where they are missing."""

    @abstractmethod
    def open(self, file: str) -> BinaryIO:
        """Open a file for reading."""

    @abstractmethod
    def write(self, file: str, content: bytes) -> None:
        """Write a file so that its name holds the old content or the whole new one."""

    @abstractmethod
    def remove(self, file: str) -> None:
        """Remove a file; one that is not there is no error."""

    @abstractmethod
    def lock(self) -> Callable[[], None]:
        """Keep other writers out where that is possible; call the result to let them in again."""

    @abstractmethod
    def note(self, key: str, line: str) -> None:
        """Keep a line of text in the journal, under a key that no other line of this run has."""

    @abstractmethod
    def notes(self) -> Iterator[str]:
        """Lines of the journal, in any order; a power cut can have torn one."""

    @abstractmethod
    def forget_notes(self) -> None:
        """Empty the journal."""

    def read(self, file: str) -> bytes:
        """Content of a file."""
        with self.open(file) as handle:
            return handle.read()

    def is_unused(self) -> bool:
        """Whether nothing is there but what a killed writer left before it had begun."""
        try:
            return all(is_temporary(name) for name in self.entries())
        except NotADirectoryError:
            return False

    def remove_temporaries(self, *folders: str) -> None:
        """Remove what killed writers have left in the place itself and in folders of it."""
        for folder in ("", *folders):
            for name in filter(is_temporary, self.entries(folder)):
                self.remove(f"{folder}/{name}" if folder else name)


#: How callers may name a place: a path, an address such as ``s3://bucket/run``, or the place itself.
Folder = str | Path | Place


@final
@dataclass(frozen=True, slots=True)
class LocalPlace(Place):
    """A folder of this machine, or of a disk that several machines share; what is written survives a power cut.

    Attributes
    ----------
    folder : pathlib.Path
        Where it is.
    is_temporary : bool
        Whether it goes with whoever fills it, so that nothing of it can be gone on with.
    """

    folder: Path
    is_temporary: bool = False

    def __str__(self) -> str:
        return str(self.folder)

    def entries(self, folder: str = "") -> list[str]:
        """Names of the files and folders directly inside."""
        try:
            return sorted(os.listdir(self.folder / folder))  # noqa: PTH208 - `iterdir` would make a path of each name
        except FileNotFoundError:
            return []

    def make(self, *folders: str) -> None:
        """Make the folder and folders in it."""
        for folder in ("", *folders):
            (self.folder / folder).mkdir(parents=True, exist_ok=True)

    def open(self, file: str) -> BinaryIO:
        """Open a file for reading."""
        return (self.folder / file).open("rb")

    def write(self, file: str, content: bytes) -> None:
        """Write under a temporary name, flush to the disk, then rename; a link stays, and its file is replaced."""
        path = _regular(self.folder / file)
        temporary = path.with_name(temporary_name(path.name, str(os.getpid())))
        try:
            with temporary.open("wb") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
            temporary.replace(path)
        except BaseException:
            # What went wrong is told, and not that what is left of it cannot be removed either.
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)

    def remove(self, file: str) -> None:
        """Remove a file."""
        (self.folder / file).unlink(missing_ok=True)

    def lock(self) -> Callable[[], None]:
        """Lock the folder for this process; the system frees it however the process ends."""
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise RunError(
                f"another winset process is writing to {self}; wait for it or choose another --out."
            ) from error
        except BaseException:
            os.close(descriptor)
            raise
        return lambda: os.close(descriptor)

    def note(self, key: str, line: str) -> None:
        """Append a line and flush it to the disk.

        Written in one call without a buffer: a buffer that a full disk has refused would be written again on closing.
        """
        descriptor = os.open(self.folder / _JOURNAL, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            content = f"{line}\n".encode()
            while content:
                content = content[os.write(descriptor, content) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def notes(self) -> Iterator[str]:
        """Lines of the journal."""
        path = self.folder / _JOURNAL
        if path.exists():
            yield from path.read_text(encoding="utf-8", errors="replace").splitlines()

    def forget_notes(self) -> None:
        """Remove the journal."""
        self.remove(_JOURNAL)


def is_temporary(name: str) -> bool:
    """Whether `name` is that of a file that was being written when its writer ended."""
    return _WRITTEN.fullmatch(name) is not None


def temporary_name(file: str, writer: str) -> str:
    """Name, beside `file`, under which `writer` writes it."""
    folder, slash, name = file.rpartition("/")
    return f"{folder}{slash}.{name}.{writer}{_TEMPORARY}"


def _regular(path: Path) -> Path:
    """Follow links to the file to replace; a device, a pipe or a folder is refused, for a rename would end it."""
    # Unlike `Path.resolve`, which in some versions of Python has an error of its own for links in a circle.
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    if target.exists() and not target.is_file():
        raise FileExistsError(errno.EEXIST, "it is there and is no regular file", str(path))
    return target


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


#: Ends of names that say the same.
_ALIKE: Final = {".htm": ".html", ".yml": ".yaml"}


def check_file(out: Path, example: str, *, overwrite: bool = True, inputs: Iterable[Path] = ()) -> None:
    """Refuse a name for a file that is that of a folder or of a file of another kind, or of one that is to stay.

    Parameters
    ----------
    out : pathlib.Path
        What a user has named with ``--out``.
    example : str
        Name of a file of the kind that is to be written.
    overwrite : bool
        Whether a file that is there is replaced.
    inputs : iterable of pathlib.Path
        Files from which it is made; none of them ever is.

    Raises
    ------
    experiments.errors.RunError
        Saying what it could be called.
    """
    if out.is_dir():
        raise RunError(f"--out {out} is a folder; name a file, such as {out / example}.")
    given, end = out.suffix.lower(), Path(example).suffix
    if given and _ALIKE.get(given, given) != end:
        other = out.with_name(out.name + end)
        raise RunError(f"--out {out}: the name of what is written ends in {end}; choose another, such as {other}.")
    if out.exists() and any(one.exists() and out.samefile(one) for one in inputs):
        raise RunError(f"--out {out} is a file that this is made from; choose another file.")
    if out.exists() and not overwrite:
        raise RunError(f"--out {out} is there already; replace it with --overwrite, or choose another file.")


def write_file(out: Path, content: bytes, example: str) -> None:
    """Write a file that a user has named with ``--out``, whole or not at all.

    Parameters
    ----------
    out : pathlib.Path
        The file; folders above it are made.
    content : bytes
        What it holds.
    example : str
        Name of such a file, for whoever has named a folder or a file of another kind.

    Raises
    ------
    experiments.errors.RunError
        When it is named so, or cannot be written.
    """
    check_file(out, example)
    place = LocalPlace(out.parent)
    try:
        place.make()
        place.write(out.name, content)
    except OSError as error:
        raise RunError(f"--out {out} cannot be written: {error.strerror or error}.") from error


#: What to do where nothing has been kept yet, and where something has.
ANEW: Final = "Mend this, or choose another --out."
KEPT: Final = "What was finished is kept; mend this and go on with --resume."
#: What to do where nothing outlives the failure.
GONE: Final = "Nothing is kept there; mend this, or name a directory with --out."


def advice_for(place: Place, *, resume: bool) -> str:
    """What to do when a directory cannot be prepared, by whether there is anything to go on with."""
    try:
        return KEPT if resume and place.entries() else ANEW
    except OSError:
        # Whoever prepares the directory meets the same failure, and tells it.
        return ANEW


@contextmanager
def storing_in(place: Folder, advice: str = ANEW) -> Iterator[None]:
    """Turn a failure of the file system into a message that says what to do."""
    try:
        yield
    except OSError as error:
        if isinstance(place, LocalPlace) and place.is_temporary:
            advice = GONE
        raise RunError(f"cannot write to {place}: {_reason(error)}. {advice}") from error


@contextmanager
def reading_from(place: Folder) -> Iterator[None]:
    """Turn a failure of the file system into a message."""
    try:
        yield
    except OSError as error:
        name = error.filename if isinstance(error.filename, str | os.PathLike) else place
        raise RunError(f"cannot read {name}: {_reason(error)}.") from error


def _reason(error: OSError) -> str:
    if (
        error.errno == errno.ENOTDIR
        and isinstance(error.filename, str | os.PathLike)
        and Path(error.filename).is_file()
    ):
        return f"{error.filename} is a file and no folder"
    is_named = error.strerror == os.strerror(errno.EEXIST) and isinstance(error.filename, str | os.PathLike)
    if error.errno == errno.EEXIST and is_named:
        # Only a folder is made without regard to what is there.
        there = Path(error.filename)
        if there.is_symlink() and not there.exists():
            return f"{there} is a link to {there.readlink()}, where nothing is"
        return f"{there} is {'a file' if there.is_file() else 'there'} and no folder"
    return error.strerror or str(error) or type(error).__name__
