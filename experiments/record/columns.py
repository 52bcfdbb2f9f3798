"""Columns of the files of the record: what each holds, in which unit, and how a value is read and written."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from experiments.errors import day_in, shown, suggestion

Read = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class RecordColumn:
    """A column of a file of the record.

    Attributes
    ----------
    name : str
        Its heading, and the field of the row.
    read : callable
        From the text of a value to the value; it raises ``ValueError`` with what would be right.
    doc : str
        What it holds, with its unit.
    optional : bool
        Whether a value may be left out.
    """

    name: str
    read: Read
    doc: str
    optional: bool = False

    def value(self, text: str) -> Any:
        """Value that is written there; None where it is left out and may be."""
        if text:
            return self.read(text)
        if self.optional:
            return None
        raise ValueError(f"is empty; it needs {self.doc[:1].lower()}{self.doc[1:].rstrip('.')}")


def text(value: str) -> str:
    """Any text."""
    return value


def word(known: Sequence[str]) -> Read:
    """One of these words."""

    def read(value: str) -> str:
        if value not in known:
            raise ValueError(
                f"must be one of {', '.join(known)} (got {shown(value)}){suggestion(value, known, most=0)}"
            )
        return value

    return read


def day(value: str) -> date:
    """Date as 2025-05-28."""
    if (found := day_in(value)) is None:
        raise ValueError(f"must be a date such as 2025-05-28 (got {shown(value)})")
    return found


def number(least: float, most: float, unit: str) -> Read:
    """Finite number from `least` to `most`."""

    def read(value: str) -> float:
        try:
            found = float(value)
        except ValueError:
            found = math.nan
        if not least <= found <= most:
            raise ValueError(f"must be a number from {least:g} to {most:g} ({unit}; got {shown(value)})")
        return found

    return read


#: Rates are fractions. No rate of 2025 was above 200 %, so that 2.5 was meant in per cent.
HIGHEST_RATE: Final = 2.0

rate: Final = number(0.0, HIGHEST_RATE, "a rate as a fraction: 15 % is 0.15")

amount: Final = number(0.0, 1e6, "US$ bn")


def flag(value: str) -> bool:
    """Read 1 as yes and 0 as no."""
    if value not in ("0", "1"):
        raise ValueError(f"must be 1 (yes) or 0 (no) (got {shown(value)})")
    return value == "1"


def as_text(value: object) -> str:
    """Write a value as the files have it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:.10g}" if isinstance(value, float) else str(value)
