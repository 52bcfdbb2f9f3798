"""A rule that calls another, for tests; run as a program it is handed over as :mod:`sim.lowering_apart` wants it."""

from __future__ import annotations

from typing import Any, Final, cast

from numba import types

from sim.compiled import rule
from sim.lowering_apart import ApartRule, hand_over


@rule
def halved(x: float) -> float:
    """Half of a number."""
    return 0.5 * x


@rule
def lowered_elsewhere(x: float) -> float:
    """Half of a number, and one."""
    return halved(x) + 1.0


PARTS: Final = (ApartRule(cast("Any", lowered_elsewhere), (types.float64,)),)

if __name__ == "__main__":
    hand_over(PARTS)
