"""What a process brings that can change a number or a byte of a result: Python, libraries, and winset's own code."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

#: Packages whose version can change a number or a byte of the tables.
_PACKAGES: Final = ("llvmlite", "mesa", "numba", "numpy", "pandas", "pyarrow", "scipy")
_SOURCES: Final = ("agents", "experiments", "sim")
_ABSENT: Final = "(absent)"

#: Characters of a value that a difference quotes.
_LONGEST_VALUE: Final = 200


class Record(BaseModel):
    """A part of a manifest: nothing beside its fields, and no field changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Code(Record):
    """Version of winset and digest of its source files."""

    version: str
    digest: str


class Surroundings(Record):
    """What a process brings that can change a number or a byte of the tables."""

    python: str
    packages: dict[str, str]
    code: Code

    def differences(self, other: Surroundings) -> list[str]:
        """Say in words what differs in `other`."""
        found = [] if self.python == other.python else [f"python: {self.python} -> {other.python}"]
        found += [f"package {line}" for line in changed_keys(self.packages, other.packages)]
        if self.code != other.code:
            found.append(f"winset: version {self.code.version} -> {other.code.version}, or its source files differ")
        return found


def surroundings(libraries: Iterable[str] = ()) -> Surroundings:
    """What this process brings, with the versions of further distributions."""
    further = {name: metadata.version(name) for name in libraries}
    return Surroundings(python=platform.python_version(), packages=package_versions() | further, code=code_version())


def package_versions() -> dict[str, str]:
    """Installed versions of the packages that compute or write."""
    return {name: metadata.version(name) for name in _PACKAGES}


@cache
def code_version() -> Code:
    """Version of winset and one digest of its source files, names included."""
    root = Path(__file__).parents[2]
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(file for folder in _SOURCES for file in (root / folder).rglob("*.py")):
        source = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(source)}\0".encode())
        digest.update(source)
    return Code(version=_own_version(), digest=digest.hexdigest())


def _own_version() -> str:
    try:
        return metadata.version("winset")
    except metadata.PackageNotFoundError:
        return "not installed"


def changed_keys(before: Mapping[str, Any], now: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Name the entries in which two maps differ, with both values; those of maps in them by their path."""
    lines: list[str] = []
    for key in dict.fromkeys([*before, *now]):
        old, new = before.get(key, _ABSENT), now.get(key, _ABSENT)
        if isinstance(old, dict) and isinstance(new, dict):
            lines += changed_keys(old, new, f"{prefix}{key}.")
        elif old != new:
            lines.append(f"{prefix}{key}: {_short(old)} -> {_short(new)}")
    return lines


def _short(value: object) -> str:
    """Value as a message quotes it: of a long list, such as a column of a file, its beginning and its length."""
    text = str(value)
    if len(text) <= _LONGEST_VALUE:
        return text
    length = f" ({len(value):,} values)" if isinstance(value, list | tuple) else ""
    return f"{text[:_LONGEST_VALUE]} ...{length}"
