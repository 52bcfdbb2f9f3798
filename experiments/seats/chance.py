"""Chance of a guest: NegMAS draws from the global generators of Python and NumPy, so each guest is lent its own state.

While a guest is asked the global generators stand where that guest left them; afterwards they stand where they stood
before. A guest's draws thus depend on its seed alone, and nobody else's draws depend on a guest.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np

from sim.draws import uniforms
from sim.issues import SIDE_STREAMS

#: States that NumPy's generator can be seeded with.
_SEEDS: Final = 2**32


class Chance:
    """Random state of one guest.

    Parameters
    ----------
    seed, run, side : int
        Seed of the experiment, number of the run and side that the guest sits for.
    """

    def __init__(self, seed: int, run: int, side: int) -> None:
        draw = float(uniforms(seed, f"guests.{SIDE_STREAMS[side]}", run, 1)[0, 0])
        number = int(draw * _SEEDS)
        self._python = random.Random(number).getstate()  # noqa: S311 - no secret
        self._numpy = np.random.RandomState(number).get_state()

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Lend the global generators to the guest."""
        python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - what the guest draws from
        random.setstate(self._python)
        np.random.set_state(self._numpy)  # noqa: NPY002 - what the guest draws from
        try:
            yield
        finally:
            self._python, self._numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - what the guest draws from
            random.setstate(python)
            np.random.set_state(numpy)  # noqa: NPY002 - what the guest draws from
