"""How much the tests try: little enough for every change, or all of it with `pytest --long`."""

from __future__ import annotations

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
