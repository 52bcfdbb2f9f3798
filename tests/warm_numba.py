"""Has Numba ready to compile: a process that is forked from one that has imported this begins at once."""

from __future__ import annotations

import numba


@numba.njit(numba.float64(numba.float64))  # type: ignore[untyped-decorator]  # Numba ships no types
def doubled(x: float) -> float:
    """Double a number; to compile anything is what takes long the first time."""
    return 2.0 * x
