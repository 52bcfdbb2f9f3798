"""A place on any file system that fsspec knows: object stores, network disks, or the memory of this process.

Such a place cannot append to a file. The journal is therefore a folder with one small file for each finished part.
"""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final, final

from experiments.errors import RunError, need
from experiments.store.place import Place, temporary_name

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_JOURNAL: Final = "journal"

#: How the system's errors are numbered in their texts.
_NUMBER: Final = re.compile(r"\[Errno -?\d+\] ?")

_ADVICE: Final = "Name a folder, or an address that can be reached from here."

#: Stores that show an object only once all of it is there, and in which a rename is a second copy.
_OBJECT_STORES: Final = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "oci", "oss"})


@final
@dataclass(frozen=True, slots=True)
class RemotePlace(Place):
    """An address such as ``s3://bucket/run``; workers on other machines get the address and connect by themselves."""

    address: str

    def __str__(self) -> str:
        return self.address

    def entries(self, folder: str = "") -> list[str]:
        """Names of the files and folders directly inside."""
        with _failures_named():
            system, root = _system(self.address)
            # Other machines write here too, so a remembered listing may be old.
            system.invalidate_cache()
            try:
                found = system.ls(_join(root, folder), detail=False)
            except FileNotFoundError:
                return []
        return sorted({str(path).rstrip("/").rpartition("/")[2] for path in found} - {"", root.rpartition("/")[2]})

    def make(self, *folders: str) -> None:
        """Make the folders, where the system has such a thing."""
        with _failures_named():
            system, root = _system(self.address)
            if not _is_object_store(system):
                for folder in ("", *folders):
                    system.makedirs(_join(root, folder), exist_ok=True)

    def open(self, file: str) -> BinaryIO:
        """Open a file for reading."""
        with _failures_named():
            system, root = _system(self.address)
            return io.BufferedReader(_RemoteFile(system.open(_join(root, file), "rb")))

    def write(self, file: str, content: bytes) -> None:
        """Put the object in one request; elsewhere write under a temporary name, then rename."""
        with _failures_named():
            system, root = _system(self.address)
            if _is_object_store(system):
                system.pipe_file(_join(root, file), content)
                return
            temporary = _join(root, temporary_name(file, secrets.token_hex(4)))
            try:
                system.pipe_file(temporary, content)
                system.mv(temporary, _join(root, file))
            except BaseException:
                # What went wrong is told, and not that what is left of it cannot be removed either.
                with suppress(OSError):
                    system.rm_file(temporary)
                raise

    def remove(self, file: str) -> None:
        """Remove a file; one that is not there needs no removing."""
        with _failures_named(), suppress(FileNotFoundError):
            system, root = _system(self.address)
            system.rm_file(_join(root, file))

    def lock(self) -> Callable[[], None]:
        """Lock nothing: most of these systems have no locks. Two writers of one run write the same bytes."""
        return lambda: None

    def note(self, key: str, line: str) -> None:
        """Write a small file."""
        self.make(_JOURNAL)
        self.write(f"{_JOURNAL}/{key}.json", line.encode())

    def notes(self) -> Iterator[str]:
        """Contents of the small files, fetched together."""
        files = [f"{_JOURNAL}/{name}" for name in self.entries(_JOURNAL) if name.endswith(".json")]
        if files:
            with _failures_named():
                system, root = _system(self.address)
                contents = system.cat([_join(root, file) for file in files])
            yield from (content.decode(errors="replace") for content in contents.values())

    def forget_notes(self) -> None:
        """Remove the small files together, if there are any."""
        with _failures_named(), suppress(FileNotFoundError):
            system, root = _system(self.address)
            system.rm(_join(root, _JOURNAL), recursive=True)


def remote_place(address: str) -> RemotePlace:
    """Place of an address, refusing one that cannot be used here."""
    try:
        _system(address)
    except ModuleNotFoundError as error:
        need("fsspec", "cluster", f"{address} is an address, which")
        raise RunError(f"the address {address} cannot be used: {_said(error)}. {_ADVICE}") from error
    except Exception as error:  # every backend has its own kinds
        raise RunError(f"the address {address} cannot be used: {_said(error)}. {_ADVICE}") from error
    return RemotePlace(address.rstrip("/"))


def _system(address: str) -> tuple[AbstractFileSystem, str]:
    import fsspec

    # fsspec keeps one instance for each system, so that asking again is cheap.
    system, root = fsspec.core.url_to_fs(address)
    return system, str(root).rstrip("/")


def _is_object_store(system: AbstractFileSystem) -> bool:
    protocol: Any = system.protocol
    return not _OBJECT_STORES.isdisjoint({protocol} if isinstance(protocol, str) else protocol)


def _join(root: str, file: str) -> str:
    return f"{root}/{file}" if file else root


@contextmanager
def _failures_named() -> Iterator[None]:
    """Make an error of the file system out of whatever a backend raises."""
    try:
        yield
    except FileNotFoundError as error:
        if isinstance(error.__cause__, OSError) and not isinstance(error.__cause__, FileNotFoundError):
            # A server that does not answer, which some backends report as a file that is not there.
            raise OSError(_said(error.__cause__)) from error
        raise
    except OSError:
        raise
    except Exception as error:  # every backend has its own kinds
        raise OSError(_said(error)) from error


def _said(error: BaseException) -> str:
    """What an error says, on one line; its kind only where it says no more than a word."""
    about: object = error.args[0] if isinstance(error, KeyError) and error.args else error
    file = ""
    if isinstance(error, OSError) and error.strerror:
        about = error.strerror
        file = f": {error.filename}" if isinstance(error.filename, str) else ""
    text = " ".join(_NUMBER.sub("", str(about)).split()) + file
    return (text if " " in text else f"{type(error).__name__}: {text}").rstrip(".")


@final
class _RemoteFile(io.RawIOBase):
    """An opened remote file, whose failures are those of a file system."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._file.seekable())

    def readinto(self, buffer: Any) -> int:
        with _failures_named():
            content = self._file.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        with _failures_named():
            return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def close(self) -> None:
        with _failures_named():
            self._file.close()
        super().close()
