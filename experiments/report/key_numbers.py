"""Numbers of an answer, written with their unit and interval."""

from __future__ import annotations

import math

from experiments.labels import between, quantity
from experiments.report.blocks import KeyNumber

#: What an interval is unless it is said.
USUAL = "95 %"


def key_number(
    label: str,
    value: float,
    unit: str,
    interval: tuple[float, float] | None = None,
    *,
    kind: str = USUAL,
    note: str = "",
) -> KeyNumber:
    """Number of an answer in a unit, with its interval in the same unit.

    Parameters
    ----------
    label : str
        What it is.
    value : float
        The number as it is stored: a rate or share as a fraction, money in US$ bn.
    unit : str
        Its unit; ``share`` and ``rate`` are written in per cent.
    interval : (float, float), optional
        Ends of its interval; left out where one of them is not finite.
    kind : str
        What the interval is, such as ``95 %`` or ``nine in ten deals``.
    note : str
        What else belongs to the number.
    """
    known = interval is not None and all(map(math.isfinite, interval))
    ends = f"{kind}: {between(*interval, unit)}" if known and interval is not None else ""
    return KeyNumber(label, quantity(value, unit), ends, note)


def around(value: float, half: float) -> tuple[float, float]:
    """Interval of a half-width around a value."""
    return value - half, value + half
