"""Answers of a search to one batch of points after the other, kept so that an interrupted search can go on.

A search is replayed from its start when it goes on: as long as a stored batch asks for the same points, its stored
answer is taken instead of playing. So an interrupted search ends in the same files as one that was not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, final

import numpy as np

from experiments.store.directory import Directory
from experiments.store.tables import part_key, read_answer, write_answer

if TYPE_CHECKING:
    from sim.records import Floats


@final
@dataclass(slots=True)
class Batches:
    """Answers to batches of points, in the order in which they are asked for.

    Attributes
    ----------
    directory : Directory
        Where they are kept.
    """

    directory: Directory
    _number: int = field(default=0)

    def answer(self, question: Floats, compute: Callable[[], Floats]) -> Floats:
        """Stored answer to the next batch, or the computed one, which is stored before it is returned."""
        key = part_key(self._number)
        self._number += 1
        digest = hashlib.sha256(np.ascontiguousarray(question).tobytes()).hexdigest()
        stored = self.directory.parts.get(key)
        if stored is not None and stored.question == digest:
            return read_answer(self.directory.place, stored)
        found = compute()
        self.directory.record(write_answer(self.directory.place, key, digest, found))
        return found
