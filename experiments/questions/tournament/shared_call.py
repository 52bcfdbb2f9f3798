"""Memory that two processes share: whose move it is in the child, so that the parent sees how long it takes."""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, final

import numpy as np

#: Calls so far, whether one is going on, and its run, round and side.
_FIELDS: Final = 5
_SIZE: Final = 8 * _FIELDS

#: Side of a call that is a block of worlds in compiled code, which tells of no single move.
BLOCK: Final = -1


@final
class SharedCall:
    """The shared memory, seen from either process.

    Parameters
    ----------
    handle : int
        Descriptor of an open file of the right size.
    """

    def __init__(self, handle: int) -> None:
        self._map = mmap.mmap(handle, _SIZE)
        self._fields = np.frombuffer(self._map, np.int64)

    def began(self, run: int, round_number: int, side: int, _player: str = "") -> None:
        """Write that a call has begun; who waits knows the player by its side."""
        self._fields[1] = 0
        self._fields[2:] = run, round_number, side
        self._fields[0] += 1
        self._fields[1] = 1

    def ended(self) -> None:
        """Write that it is over."""
        self._fields[1] = 0

    @property
    def going_on(self) -> int | None:
        """Number of the call that is going on, or None."""
        return int(self._fields[0]) if self._fields[1] else None

    @property
    def place(self) -> tuple[int, int, int]:
        """Run, round and side of the last call."""
        run, round_number, side = (int(value) for value in self._fields[2:])
        return run, round_number, side

    def clear(self) -> None:
        """Forget the last call, as when the process that wrote it has ended."""
        self._fields[1] = 0
        self._fields[2:] = -1, 0, BLOCK


@contextmanager
def shared_file() -> Iterator[int]:
    """Descriptor of a file without a name, which a child may inherit."""
    with tempfile.TemporaryFile() as file:
        os.ftruncate(file.fileno(), _SIZE)
        yield file.fileno()
