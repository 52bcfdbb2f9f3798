"""Which folder the compiled rules are kept in.

Machine code holds that of the rules that it calls and the constants of their files. It is therefore kept under a digest
of every source file that it may rest on, of the libraries that made it and of their settings.
"""

from __future__ import annotations

import atexit
import hashlib
import logging
import multiprocessing
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import llvmlite
import numba
import numpy as np

from sim.code_cache.private_folder import PrivateFolder, UntrustedError, open_private

#: Packages that hold rules, in the order of imports: a rule rests on its own package and on those before it.
PACKAGES: Final = ("sim", "agents", "experiments")

ROOT: Final = Path(__file__).parents[2]

#: Names the folder that the user wants compiled rules in.
VARIABLE: Final = "WINSET_CACHE_DIR"

#: How often a folder is opened anew that another process removes between opening and locking.
_OPENINGS: Final = 10

#: Settings of Numba that change the code that it makes, and are no part of its own key.
_CODE_SETTINGS: Final = ("BOUNDSCHECK", "DEBUGINFO_DEFAULT", "ENABLE_AVX", "LOOP_VECTORIZE", "OPT", "SLP_VECTORIZE")

_log: Final = logging.getLogger("winset")


def sources(package: str) -> list[Path]:
    """Every source file that the rules of a package may rest on, in order."""
    reachable = PACKAGES[: PACKAGES.index(package) + 1]
    return [path for name in reachable for path in sorted((ROOT / name).rglob("*.py"))]


def source_digest(package: str) -> str:
    """Digest of what the machine code of a package's rules is made from: sources, libraries and settings."""
    made_with = (
        platform.python_implementation(),
        platform.python_version(),
        *(f"{library.__name__} {library.__version__}" for library in (numba, llvmlite, np)),
        *(f"{name}={getattr(numba.config, name)}" for name in _CODE_SETTINGS),
    )
    digest = hashlib.blake2b("\0".join(made_with).encode(), digest_size=8)
    for path in sources(package):
        content = path.read_bytes()
        digest.update(f"\0{path.relative_to(ROOT).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


@cache
def warn_once(message: str) -> None:
    """Warn the user once: the processes that a run starts find what it has found, and leave the word to it."""
    # Not `parent_process()`, which is not known yet while a worker imports its parent's script.
    is_worker = multiprocessing.current_process().name != "MainProcess"
    level = logging.INFO if is_worker else logging.WARNING
    _log.log(level, "%s", message)


def warn_unkept(folder: Path, error: OSError) -> None:
    """Say that a folder does not take compiled rules, and what to do."""
    warn_once(
        f"Compiled rules cannot be kept in {folder} ({error.strerror or error}): every start compiles them anew. "
        f"Make room there, or name another folder in {VARIABLE}."
    )


def _reason(error: OSError) -> str:
    """What the system says, and of what."""
    said = error.strerror or str(error)
    return f"{said}: {error.filename}" if isinstance(error.filename, str) else said


def open_code_folder(package: str) -> PrivateFolder | None:
    """Open the first folder that takes a package's compiled rules and that only this user or root can write to.

    That is one in ``WINSET_CACHE_DIR``, else in the user's cache, else in one of this user's among the temporary files,
    else one that ends with this process. None if there is no room for any.
    """
    name = f"{package}-{source_digest(package)}"
    for root, is_named in _candidates():
        try:
            return _open_to_use(root, name, tighten=not is_named)
        except UntrustedError as error:
            warn_once(
                f"{error}, so compiled rules are neither read from there nor kept there. Let nobody else write to it "
                f"(chmod go-w), or name another folder in {VARIABLE}."
            )
        except OSError as error:
            if is_named:
                warn_once(f"Compiled rules cannot be kept in {root} ({_reason(error)}), which {VARIABLE} names.")
    try:
        return _open_to_use(_passing_root(), name)
    except OSError as error:
        warn_unkept(Path(tempfile.gettempdir()), error)
        return None


def _open_to_use(root: Path, name: str, *, tighten: bool = False) -> PrivateFolder:
    """Open a folder and keep it from being removed as an old one while this process runs."""
    for _ in range(_OPENINGS):
        folder = open_private(root, name, tighten=tighten)
        try:
            if folder.mark_used():
                return folder
        except OSError as error:
            _log.info("%s cannot be marked as used: %s", folder.path, error)
            return folder
        # Another process has removed it in between.
        os.close(folder.descriptor)
    # On some file systems an open folder never looks like the one that its name leads to.
    _log.info("%s cannot be marked as used: it is not what its name leads to", root / name)
    return open_private(root, name, tighten=tighten)


def _candidates() -> Iterator[tuple[Path, bool]]:
    """Folders to try, and whether the user has named them; the user's own may be reached through links."""
    named = os.environ.get(VARIABLE)
    if named:
        yield Path(named).expanduser().resolve(), True
    else:
        user_cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
        yield user_cache.resolve() / "winset", False
    yield Path(tempfile.gettempdir(), f"winset-{os.geteuid()}"), False


#: Folders that end with a process, with its number: one that was forked from it leaves them alone.
_passing: Final[list[tuple[int, str]]] = []


def remove_passing() -> None:
    """Remove the folders that were made for this process alone, as its end does unless it ends without clearing up."""
    for owner, root in _passing:
        if os.getpid() == owner:
            shutil.rmtree(root, ignore_errors=True)


def _passing_root() -> Path:
    """Make a folder for this process and those that it starts, which is removed at its end."""
    root = tempfile.mkdtemp(prefix="winset-")
    _passing.append((os.getpid(), root))
    atexit.register(remove_passing)
    os.environ[VARIABLE] = root
    warn_once(f"Compiled rules are kept in {root} until this command ends. {VARIABLE} names a folder to keep them in.")
    return Path(root)
