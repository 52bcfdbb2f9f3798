"""One record of an array, held so that both Python and compiled rules read it by attribute."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numba.np import numpy_support

from sim.records import Record, Table


@cache
def _compiled_type(dtype: np.dtype[np.void]) -> Any:
    return numpy_support.from_dtype(dtype)


class Row:
    """A view of one record: ``row.field`` reads and writes the array underneath.

    Compiled rules take it as a record. A numpy record would do as well, but handing one with a hundred fields to
    compiled code takes some 20 microseconds, because its buffer format is spelled out anew; this view takes one.

    Parameters
    ----------
    array : array of a structured dtype, shape [1]
        The record. It is not copied.
    """

    __slots__ = ("_array", "_numba_type_", "data")

    def __init__(self, array: Table) -> None:
        if array.shape != (1,):
            raise ValueError(f"a row views an array of one record, got shape {array.shape}")
        object.__setattr__(self, "_array", array)
        object.__setattr__(self, "data", array.view(np.uint8).data)
        object.__setattr__(self, "_numba_type_", _compiled_type(array.dtype))

    def __reduce__(self) -> tuple[type[Row], tuple[Table]]:
        """Copy and pickle a row by its array."""
        return Row, (self._array,)

    def __getattr__(self, name: str) -> Any:
        """Read a field: a number, or a view of a nested array."""
        try:
            return self._array[name][0]
        except ValueError:
            raise AttributeError(f"the record has no field {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        """Write a field of the array underneath."""
        self._array[name][0] = value


def rows(array: Table) -> list[Record]:
    """View every record of a one-dimensional array."""
    return [Row(array[i : i + 1]) for i in range(len(array))]


def new_row(dtype: np.dtype[np.void]) -> Record:
    """Make a record of zeros."""
    return Row(np.zeros(1, dtype))
