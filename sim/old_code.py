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
from collections.abc import Iterator
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
    """A folder of compiled rules, and the time of its last use."""

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
        for name in _to_remove(root, package, folder.name):
            try:
                _remove(root, name)
            except OSError as error:
                _log.info("%s stays: %s", folder.parent / name, error)
    finally:
        os.close(root)


def _to_remove(root: int, package: str, in_use: str) -> Iterator[str]:
    """Names of what is too old, and of what another process has begun to remove."""
    is_version = re.compile(rf"{re.escape(package)}-[0-9a-f]{{16}}").fullmatch
    versions = []
    with os.scandir(root) as entries:
        for entry in entries:
            if _REMOVED.fullmatch(entry.name):
                yield entry.name
            elif is_version(entry.name) and entry.name != in_use:
                versions.append(_Version(entry.name, entry.stat(follow_symlinks=False).st_mtime))
    versions.sort(key=lambda version: version.used, reverse=True)
    now = time.time()
    for rank, version in enumerate(versions, start=2):
        unused = now - version.used
        if unused > _LONGEST or (rank > NEWEST and unused > _RECENT):
            yield version.name


def _remove(root: int, name: str) -> None:
    """Remove a folder unless a process uses it."""
    descriptor = os.open(name, _OPEN, dir_fd=root)
    try:
        if os.fstat(descriptor).st_uid != os.geteuid():
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        gone = name
        if not _REMOVED.fullmatch(name):
            gone = f".removed-{secrets.token_hex(8)}"
            os.rename(name, gone, src_dir_fd=root, dst_dir_fd=root)
        shutil.rmtree(gone, dir_fd=root)
    finally:
        os.close(descriptor)
