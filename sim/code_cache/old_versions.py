"""Remove compiled rules of earlier versions of the sources, which no process uses any more.

Every edit of a source gives the rules a new folder of some 50 MB. A process locks the folders that it uses for
as long as it runs. A folder is renamed under an exclusive lock before its files are removed, so that no process finds
half of it.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_log: Final = logging.getLogger("winset")

#: Versions of a package's rules that are kept, however long they have not been used, up to `_LONGEST`.
NEWEST: Final = 5

_DAY: Final = 24 * 3600.0

#: Seconds without use after which a version is removed, be it among the newest or not.
_LONGEST: Final = 30 * _DAY

#: Seconds in which a version that was used is kept however many there are: several checkouts may take turns.
_RECENT: Final = _DAY

#: Name of a folder that is being removed.
_REMOVED: Final = re.compile(r"\.removed-[0-9a-f]{16}")

_OPEN: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class _Version:
    """A folder of compiled rules, or what is left of one, and the time of its last use or change."""

    name: str
    used: float


def remove_unused(folder: Path) -> None:
    """Remove other versions of a package's rules that lie beside `folder` and that are old and belong to this user.

    What cannot be removed stays, for the next one who tries.

    Parameters
    ----------
    folder : pathlib.Path
        The version in use, named by package and digest.
    """
    package = folder.name.rpartition("-")[0]
    try:
        root = os.open(folder.parent, _OPEN)
    except OSError as error:
        _log.info("Old compiled rules in %s stay: %s", folder.parent, error)
        return
    try:
        for version in _to_remove(root, package, folder.name):
            try:
                _remove(root, version)
            except OSError as error:
                _log.info("%s stays: %s", folder.parent / version.name, error)
    except OSError as error:
        _log.info("Old compiled rules in %s stay: %s", folder.parent, error)
    finally:
        os.close(root)


def _to_remove(root: int, package: str, in_use: str) -> list[_Version]:
    """Find what is too old, and what another process has begun to remove."""
    is_version = re.compile(rf"{re.escape(package)}-[0-9a-f]{{16}}").fullmatch
    begun: list[_Version] = []
    versions: list[_Version] = []
    with os.scandir(root) as entries:
        for entry in entries:
            if _REMOVED.fullmatch(entry.name):
                kind = begun
            elif is_version(entry.name) and entry.name != in_use:
                kind = versions
            else:
                continue
            # Another process may have taken it since the folder was read.
            with suppress(FileNotFoundError):
                kind.append(_Version(entry.name, entry.stat(follow_symlinks=False).st_mtime))
    versions.sort(key=lambda version: version.used, reverse=True)
    now = time.time()
    for rank, version in enumerate(versions, start=2):
        unused = now - version.used
        if unused > _LONGEST or (rank > NEWEST and unused > _RECENT):
            begun.append(version)
    return begun


def _remove(root: int, version: _Version) -> None:
    """Remove a folder unless a process uses it, has used it since it was found old, or has removed it.

    All this is asked under the lock: until then another process may have made a new folder of the same name.
    """
    name = version.name
    descriptor = os.open(name, _OPEN, dir_fd=root)
    try:
        if os.fstat(descriptor).st_uid != os.geteuid():
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        found = os.fstat(descriptor)
        is_there = os.path.samestat(found, os.stat(name, dir_fd=root, follow_symlinks=False))
        if not is_there or found.st_mtime != version.used:
            return
        gone = name
        if not _REMOVED.fullmatch(name):
            gone = f".removed-{secrets.token_hex(8)}"
            os.rename(name, gone, src_dir_fd=root, dst_dir_fd=root)
        shutil.rmtree(gone, dir_fd=root)
    finally:
        os.close(descriptor)
