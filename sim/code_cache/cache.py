"""Numba's cache of compiled rules, with files that are checked before they are believed.

A file of code carries a checksum, for unpacking damaged code can end the process instead of raising an error. What is
damaged is compiled anew; what cannot be kept is told once, and computing goes on.
"""

from __future__ import annotations

import hashlib
import logging
import pickle
import re
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any, Final

from numba.core.caching import CompileResultCacheImpl, FunctionCache
from numba.core.serialize import dumps

from sim.code_cache.folder import PACKAGES, ROOT, open_code_folder, sources, warn_once, warn_unkept
from sim.code_cache.old_versions import remove_unused
from sim.code_cache.private_folder import UntrustedError

_log: Final = logging.getLogger("winset")

_SUFFIX: Final = ".nbc"
_LONGEST_NAME: Final = 120
_CHECKSUM_SIZE: Final = 32


class CacheFolder:
    """The folder of one package's compiled rules.

    Parameters
    ----------
    package : str
        One of `sim.code_cache.folder.PACKAGES`.
    """

    def __init__(self, package: str) -> None:
        self._package = package
        self._sources = _file_states(package)
        self._folder = open_code_folder(package)
        self._takes_more = True
        self._is_new = self.is_empty()

    @property
    def path(self) -> Path | None:
        """The folder, or None if there is no room for one."""
        return None if self._folder is None else self._folder.path

    def is_empty(self) -> bool:
        """Whether nothing has been compiled for these sources yet."""
        return self._folder is None or not any(name.endswith(_SUFFIX) for name in self._folder.names())

    def load(self, name: str) -> bytes | None:
        """Content of a file; None if there is none, or if it is damaged."""
        if self._folder is None:
            return None
        try:
            content = self._folder.read(name)
        except FileNotFoundError:
            return None
        except (OSError, UntrustedError) as error:
            self.drop(name, str(error))
            return None
        packed = content[_CHECKSUM_SIZE:]
        if _checksum(packed) != content[:_CHECKSUM_SIZE]:
            self.drop(name, "its checksum is wrong")
            return None
        return packed

    def save(self, name: str, packed: bytes) -> None:
        """Keep a file, unless a source was edited since this process has started and may have read it before."""
        if self._folder is None or not self._takes_more or _file_states(self._package) != self._sources:
            return
        try:
            self._folder.write(name, _checksum(packed) + packed)
        except OSError as error:
            self._takes_more = False
            warn_unkept(self._folder.path.parent, error)
            return
        if self._is_new:
            self._is_new = False
            remove_unused(self._folder.path)

    def drop(self, name: str, reason: str) -> None:
        """Remove a file that cannot be used. If it stays, its successor takes its place or says why it cannot."""
        if self._folder is None:
            return
        with suppress(OSError):
            self._folder.remove(name)
        _log.info("%s: %s", self._folder.path / name, reason)
        warn_once(f"Compiled rules in {self._folder.path.parent} are damaged; they are compiled anew.")


@cache
def cache_folder(package: str) -> CacheFolder:
    """Folder of a package, opened with its first rule."""
    return CacheFolder(package)


def package_of(function: FunctionType) -> str | None:
    """Package whose rule a function is, by its file; None for one that is not winset's own."""
    return _package_of_file(function.__code__.co_filename)


@cache
def _package_of_file(file: str) -> str | None:
    path, root = Path(file).resolve(), ROOT.resolve()
    package = path.relative_to(root).parts[0] if path.is_relative_to(root) else ""
    return package if package in PACKAGES else None


class RuleCache(FunctionCache):
    """What Numba asks for the machine code of one rule, one file for each of its signatures."""

    def __init__(self, function: FunctionType, package: str) -> None:
        # Not Numba's own `__init__`, which looks for a folder that can be written to and ends the process without one.
        self._name = repr(function)
        self._py_func = function
        self._impl = _Packing(function)
        self._cache_folder = cache_folder(package)
        self._cache_path = str(self._cache_folder.path)
        stem = re.sub(r"[^\w.]+", "", f"{function.__module__}.{function.__qualname__}")
        self._stem = stem[-_LONGEST_NAME:]
        self.enable()

    def flush(self) -> None:
        """Do nothing: what is kept under a digest of its sources is never out of date."""

    def _load_overload(self, sig: Any, target_context: Any) -> Any:
        if not self._enabled:
            return None
        key = self._key(sig, target_context.codegen())
        name = self._file_name(key)
        packed = self._cache_folder.load(name)
        if packed is None:
            return None
        try:
            found, reduced = pickle.loads(packed)  # noqa: S301  nobody but this user and root can have written it
            return self._impl.rebuild(target_context, reduced) if found == key else None
        except Exception as error:  # noqa: BLE001  whatever is wrong with what was kept, compiling anew mends it
            self._cache_folder.drop(name, f"{type(error).__name__}: {error}")
            return None

    def _save_overload(self, sig: Any, data: Any) -> None:
        if self._enabled and self._impl.check_cachable(data):
            key = self._key(sig, data.codegen)
            self._cache_folder.save(self._file_name(key), dumps((key, self._impl.reduce(data))))

    def _key(self, sig: Any, codegen: Any) -> tuple[Any, ...]:
        # Numba's own key tells two rules apart by their instructions, in which names and numbers do not stand.
        return self._stem, *self._index_key(sig, codegen)

    def _file_name(self, key: object) -> str:
        return f"{self._stem}-{hashlib.blake2b(repr(key).encode(), digest_size=12).hexdigest()}{_SUFFIX}"


class _Packing(CompileResultCacheImpl):
    """Numba's way of packing and unpacking machine code, without its search for a folder."""

    def __init__(self, function: FunctionType) -> None:
        self._lineno = function.__code__.co_firstlineno
        self._locator = _Source(function.__code__.co_filename)


class _Source:
    """Names the source file in Numba's warnings."""

    def __init__(self, file: str) -> None:
        self._py_file = file


def _checksum(packed: bytes) -> bytes:
    return hashlib.blake2b(packed, digest_size=_CHECKSUM_SIZE).digest()


def _file_states(package: str) -> list[tuple[Path, int, int]]:
    """What tells at little cost whether a source file was edited."""
    found = ((path, path.stat()) for path in sources(package))
    return [(path, status.st_mtime_ns, status.st_size) for path, status in found]
