"""Memory of models that nobody holds any more.

A Mesa model is part of circles (its own wrapped step, and agents that know it), so that only Python's collector frees
it. The collector goes by the number of objects. A negotiation has few of them and most of a megabyte in arrays, and
hundreds of those would be waiting before it looked at the oldest.
"""

from __future__ import annotations

import gc
import weakref
from typing import Final

import mesa

#: Models that may be there before the collector is called for the first time.
FIRST_COLLECTION: Final = 32


class _LiveModels:
    """Counts models and calls the collector when twice as many are there as were left the last time."""

    def __init__(self) -> None:
        self._there: weakref.WeakSet[mesa.Model] = weakref.WeakSet()
        self._most = FIRST_COLLECTION

    def add(self, model: mesa.Model) -> None:
        """Count a model in, and have those collected that nobody holds if there are many."""
        self._there.add(model)
        if len(self._there) > self._most:
            gc.collect()
            self._most = max(FIRST_COLLECTION, 2 * len(self._there))


_LIVE: Final = _LiveModels()


def note_model(model: mesa.Model) -> None:
    """Note a new model; from time to time, free the models of the process that nobody holds any more."""
    _LIVE.add(model)
