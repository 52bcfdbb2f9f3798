"""One decorator that turns a rule into compiled code, and the place where the code is kept."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def _source_digest() -> str:
    """Digest of every rule file: a compiled caller is stale as soon as any rule that it calls changes."""
    digest = hashlib.blake2b(numba.__version__.encode(), digest_size=8)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def cache_folder() -> Path:
    """Folder of the compiled rules: ``WINSET_CACHE_DIR``, else the user's cache, else a temporary folder."""
    user_cache = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    root = Path(os.environ.get("WINSET_CACHE_DIR") or Path(user_cache) / "winset")
    folder = root / _source_digest()
    if _writable(folder):
        return folder
    fallback = Path(tempfile.gettempdir()) / f"winset-{os.getuid()}" / folder.name
    fallback.mkdir(parents=True, exist_ok=True)
    return fallback


CACHE_FOLDER = cache_folder()


def is_cold() -> bool:
    """Whether nothing has been compiled for these sources yet (the first call then takes some 30 seconds)."""
    return not any(CACHE_FOLDER.rglob("*.nbi"))


def rule(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Compile a rule once and keep the machine code for later processes.

    No fastmath and no parallel reduction, so that every caller gets the same bits. Division by zero gives an infinity
    instead of an exception; configs are validated so that no rule divides by zero, and payoff tables are checked for
    finite values where they are built.
    """
    return _compile(function, None)


def compiled(signature: Any) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Compile a function as soon as it is imported, for one signature: functions may then be among its arguments."""

    def compile_now(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        return _compile(function, signature)

    return compile_now


def _compile(function: Callable[Arguments, Result], signature: Any) -> Callable[Arguments, Result]:
    users_folder = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(CACHE_FOLDER)
    try:
        machine_code = numba.njit(signature, cache=True, nogil=True, error_model="numpy")(function)
    finally:
        numba.config.CACHE_DIR = users_folder
    return cast("Callable[Arguments, Result]", machine_code)
