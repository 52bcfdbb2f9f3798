"""Order of numbers as a rule: Numba's own sort takes two seconds to compile, more than thirty rules together."""

from __future__ import annotations

import numpy as np

from sim.compiled import rule
from sim.records import Floats, Integers


@rule
def ascending_order(keys: Floats) -> Integers:
    """Places of the keys from the lowest to the highest, equal ones in their given order.

    Parameters
    ----------
    keys : ndarray of shape [n]
        Numbers, none of them NaN.

    Returns
    -------
    ndarray of int64, shape [n]
        A merge sort from below: n log n steps whatever the order.
    """
    count = keys.shape[0]
    order, merged = np.empty(count, np.int64), np.empty(count, np.int64)
    for place in range(count):
        order[place] = place
    width = 1
    while width < count:
        for start in range(0, count, 2 * width):
            _merge(keys, order, start, min(start + width, count), min(start + 2 * width, count), merged)
        order, merged = merged, order
        width *= 2
    return order


@rule
def _merge(keys: Floats, order: Integers, start: int, middle: int, end: int, merged: Integers) -> None:
    left, right = start, middle
    for place in range(start, end):
        if left < middle and (right >= end or keys[order[left]] <= keys[order[right]]):
            merged[place] = order[left]
            left += 1
        else:
            merged[place] = order[right]
            right += 1
