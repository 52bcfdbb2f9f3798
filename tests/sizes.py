"""How much the tests try: little enough for every change, or all of it with `pytest --long`."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

import pytest

#: Options of pytest that choose the size, for `is_long` is asked when test files are imported.
_asked: dict[str, bool] = {"long": False}


def ask_for_long(wanted: bool) -> None:
    """Say, before test files are imported, which size is wanted."""
    _asked["long"] = wanted


def is_long() -> bool:
    """Whether everything is tried."""
    return _asked["long"]


def sized(usual: int, long: int) -> int:
    """How many of something are tried."""
    return long if is_long() else usual


def usual(names: Iterable[str], few: Container[str]) -> list[Any]:
    """Names for a parametrised test, of which those that are not among the few are left to the long tests."""
    return [name if name in few else pytest.param(name, marks=pytest.mark.long) for name in names]
