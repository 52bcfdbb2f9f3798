"""A folder whose files this process may trust: nobody but its user, or root, has been able to write them.

Machine code and pickles are executed by who reads them. The folder is therefore opened once, without following a link,
and judged by what was opened; files are then reached through the open folder, so that exchanging it later does nothing.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PRIVATE: Final = 0o700
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
_OPEN_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_OPEN_TO_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_OPEN_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


class UntrustedError(Exception):
    """A folder or file that somebody else could have written to; the message says which and why."""


@dataclass(frozen=True, slots=True)
class PrivateFolder:
    """An open folder that nobody else can write to.

    Attributes
    ----------
    path : pathlib.Path
        Where it was found, for messages.
    descriptor : int
        The open folder; stays open as long as the process.
    """

    path: Path
    descriptor: int

    def names(self) -> list[str]:
        """Names of the files."""
        with os.scandir(self.descriptor) as entries:
            return [entry.name for entry in entries]

    def read(self, name: str) -> bytes:
        """Content of a file.

        Raises
        ------
        OSError
            If it cannot be read, and if it is a link or no file.
        UntrustedError
            If somebody else could have written it.
        """
        descriptor = os.open(name, _OPEN_TO_READ, dir_fd=self.descriptor)
        with os.fdopen(descriptor, "rb") as file:
            _refuse_untrusted(self.path / name, os.fstat(descriptor))
            return file.read()

    def write(self, name: str, content: bytes) -> None:
        """Write a file that appears whole or not at all, also beside other processes that write it."""
        temporary = f".{name}.{secrets.token_hex(8)}.tmp"
        try:
            with os.fdopen(os.open(temporary, _OPEN_NEW, 0o600, dir_fd=self.descriptor), "wb") as file:
                file.write(content)
            os.replace(temporary, name, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)
        except BaseException:
            # What went wrong is told, and not that what is left of it cannot be removed either.
            with suppress(OSError):
                self.remove(temporary)
            raise

    def remove(self, name: str) -> None:
        """Remove a file."""
        os.unlink(name, dir_fd=self.descriptor)

    def mark_used(self) -> bool:
        """Let nobody remove the folder while this process runs, and note that it is used now; False if it is gone.

        Raises
        ------
        OSError
            If its file system has no locks, or only root may write to it.
        """
        fcntl.flock(self.descriptor, fcntl.LOCK_SH)
        try:
            is_there = os.path.samestat(os.fstat(self.descriptor), self.path.lstat())
        except FileNotFoundError:
            return False
        if is_there:
            os.utime(self.descriptor)
        return is_there


def open_private(root: Path, name: str, *, tighten: bool = False) -> PrivateFolder:
    """Open ``root/name``, made where it is missing, if nobody else can write to it or exchange it.

    Parameters
    ----------
    root : pathlib.Path
        Folder of this user or of root in which nobody else can replace what is not theirs. It must be no link.
    name : str
        Folder inside, written to by this user alone.
    tighten : bool
        Whether `root` is winset's own, so that others may lose the right to write to it.

    Raises
    ------
    OSError
        If it cannot be made or opened.
    UntrustedError
        If it belongs to somebody else or may be written to by others.
    """
    root.parent.mkdir(parents=True, exist_ok=True)
    outer = _opened(os.fspath(root), None)
    try:
        found = os.fstat(outer)
        if tighten and found.st_uid == os.geteuid() and found.st_mode & _OTHERS_WRITE:
            os.fchmod(outer, stat.S_IMODE(found.st_mode) & ~_OTHERS_WRITE)
        _refuse_untrusted(root, os.fstat(outer), sticky_will_do=True)
        inner = _opened(name, outer)
    finally:
        os.close(outer)
    try:
        _refuse_untrusted(root / name, os.fstat(inner))
    except UntrustedError:
        os.close(inner)
        raise
    return PrivateFolder(root / name, inner)


def _opened(path: str, inside: int | None) -> int:
    # Whether one that is there may be trusted is asked of what is opened.
    with suppress(FileExistsError):
        os.mkdir(path, _PRIVATE, dir_fd=inside)
    return os.open(path, _OPEN_FOLDER, dir_fd=inside)


def _refuse_untrusted(path: Path, found: os.stat_result, *, sticky_will_do: bool = False) -> None:
    """Refuse what another user but root owns or may write to; in a sticky folder others can add but not replace."""
    if found.st_uid not in {0, os.geteuid()}:
        raise UntrustedError(f"{path} belongs to another user (uid {found.st_uid})")
    if found.st_mode & _OTHERS_WRITE and not (sticky_will_do and found.st_mode & stat.S_ISVTX):
        raise UntrustedError(f"{path} may be written to by others (mode {stat.S_IMODE(found.st_mode):o})")
