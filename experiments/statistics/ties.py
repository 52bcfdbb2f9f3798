"""What is equal up to rounding: who wins on a tie is never said to have won alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from sim.records import Floats, Integers

#: Share of the range of numbers below which two of them are the same.
TIE: Final = 1e-9

#: Values of one level of an issue's grid differ by no more than this.
SAME_VALUE: Final = 1e-9


def tie_of(values: Floats) -> float:
    """Difference up to which two of the `values` are the same."""
    return TIE * max(1.0, float(np.ptp(values)))


def first_best(table: Floats) -> Integers:
    """Place of the largest value of each row, the first one where several differ by rounding."""
    highest = table.max(axis=1, keepdims=True)
    tie = TIE * np.maximum(1.0, np.ptp(table, axis=1, keepdims=True))
    places: Integers = (highest - table <= tie).argmax(axis=1)
    return places


def equals(names: Sequence[object], values: Sequence[float], *, largest: bool) -> tuple[str, ...]:
    """Names of all whose value is the largest one, or the least one; values that differ by rounding are the same."""
    numbers = np.asarray(values, dtype=np.float64)
    wanted = numbers.max() if largest else numbers.min()
    same = np.abs(numbers - wanted) <= tie_of(numbers)
    return tuple(str(name) for name, is_best in zip(names, same, strict=True) if is_best)


def best_places(values: Floats | Sequence[float], *, more: bool = True) -> list[int]:
    """Places of the largest values, or of the least ones, in their order; several where they differ by rounding."""
    return [int(place) for place in equals(range(len(values)), [float(value) for value in values], largest=more)]


def together(names: Sequence[str]) -> str:
    """Names of equals: ``a``, ``a and b alike``, ``a and 3 others alike``."""
    first, *others = names
    if not others:
        return first
    return f"{first} and {others[0] if len(others) == 1 else f'{len(others):,} others'} alike"
