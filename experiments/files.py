"""Files of this machine: where those lie that come with winset, and the bytes of regular files up to a limit."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from experiments.errors import ConfigError, Position, Problem

_ROOT: Final = Path(__file__).parents[1]

#: What a path may name in place of a regular file.
_KINDS: Final = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)

#: Message of a file that is not there.
NO_FILE: Final = "there is no such file"


@dataclass(frozen=True, slots=True)
class Source:
    """Content of a file, and what tells it from every other file whatever names lead to it."""

    raw: bytes
    identity: tuple[int, int]


def checksum(raw: bytes) -> str:
    """SHA-256 of the content of a file, by which a changed one is told."""
    return hashlib.sha256(raw).hexdigest()


def installed(name: str) -> Path:
    """Path of what is installed inside the package ``winset``, or lies in the checkout under the same name."""
    inside = _ROOT / "winset" / name
    return inside if inside.exists() else _ROOT / name


def read_source(path: Path, most: int, too_large: str) -> Source:
    """Read a regular file of at most `most` bytes.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    most : int
        Bytes that it may have.
    too_large : str
        What is said of one that has more.

    Raises
    ------
    ConfigError
        When it cannot be read, is no regular file, or is too large.
    """
    here = Position(str(path))
    try:
        # A pipe that nobody writes to would otherwise wait for its writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        _fail(here, NO_FILE)
    except (OSError, ValueError) as error:
        _fail(here, f"cannot be read: {_reason(error)}")
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            kind = next((word for matches, word in _KINDS if matches(status.st_mode)), "something else")
            _fail(here, f"cannot be read: it is {kind} and no regular file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            raw = file.read(most + 1)
    except OSError as error:
        _fail(here, f"cannot be read: {_reason(error)}")
    finally:
        os.close(descriptor)
    if len(raw) > most:
        _fail(here, too_large)
    return Source(raw, (status.st_dev, status.st_ino))


def decoded(raw: bytes, origin: str) -> str:
    """Text of a file in UTF-8, with or without a byte-order mark.

    Raises
    ------
    ConfigError
        When it is another encoding, with the place of the first byte that shows it.
    """
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        place = Position(origin, line, column)
        raise ConfigError(
            [Problem(place, "", f"byte {raw[error.start]:#04x} is not UTF-8; save the file as UTF-8")]
        ) from None


def _fail(place: Position, message: str) -> NoReturn:
    raise ConfigError([Problem(place, "", message)])


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
