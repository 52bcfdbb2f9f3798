"""Bytes and text of files: only regular files are read, and no more of them than a config may have."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from experiments.config.limits import MAX_BYTES
from experiments.config.yaml import fail
from experiments.errors import Position

#: What a path may name in place of a regular file.
_KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


#: Message of a file that is not there.
NO_FILE = "there is no such file"


@dataclass(frozen=True, slots=True)
class Source:
    """Content of a file, and what tells it from every other file whatever names lead to it."""

    raw: bytes
    identity: tuple[int, int]


def read_source(path: Path, already: int = 0, what: str = "a config") -> Source:
    """Read a file of which, with `already` bytes of those that extend it, no more than the limit are taken.

    `what` says in messages what it should hold.

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
        fail(here, "", NO_FILE)
    except (OSError, ValueError) as error:
        fail(here, "", f"cannot be read: {_reason(error)}")
    left = MAX_BYTES - already
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            kind = next((word for matches, word in _KINDS if matches(status.st_mode)), "something else")
            fail(here, "", f"cannot be read: it is {kind} and no regular file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            raw = file.read(left + 1)
    except OSError as error:
        fail(here, "", f"cannot be read: {_reason(error)}")
    finally:
        os.close(descriptor)
    if len(raw) > left:
        with_others = " together with the files that extend it" if already else ""
        fail(here, "", f"is larger than {what} may be{with_others}: {MAX_BYTES:,} bytes")
    return Source(raw, (status.st_dev, status.st_ino))


def decoded(raw: bytes, origin: str) -> str:
    """Text of a file in UTF-8, with or without a mark of the order of its bytes.

    Raises
    ------
    ConfigError
        Naming the first byte that is none.
    """
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        fail(Position(origin, line, column), "", f"byte {raw[error.start]:#04x} is not UTF-8; save the file as UTF-8")


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
