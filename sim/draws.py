"""Random draws keyed by (seed, name, run): they depend on no chunk, worker, engine or other name.

Each (seed, name) owns one Philox stream, and a run has a fixed place in it. A run's draws are therefore the same
whether it is computed alone or among a million, and a new name leaves the draws of the others untouched.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.random import Philox

from sim.records import Floats

#: Random words of 64 bits that one step of the Philox counter yields.
_BLOCK = 4


def stream_key(seed: int, name: str) -> int:
    """128-bit Philox key of a stream: BLAKE2b of the seed in decimal, a zero byte and the name in UTF-8."""
    text = f"{int(seed)}\0{name}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=16).digest(), "little")


def uniforms(seed: int, name: str, first: int, count: int, width: int = 1) -> Floats:
    """Uniform draws of the runs ``first`` to ``first + count - 1`` from the stream of `name`.

    Values lie strictly between 0 and 1 (midpoints of 2**52 equal cells), so that every quantile function is finite.

    Parameters
    ----------
    seed : int
        Seed of the experiment.
    name : str
        What the draws are for, for example ``design.us_treasury.consumer_weight``.
    first, count : int
        First run and number of runs, both at least 0.
    width : int
        Draws per run, at least 1. Streams of the same name with another width share no run-by-run meaning.

    Returns
    -------
    numpy.ndarray
        Array of float64, shape ``[count, width]``.
    """
    if first < 0 or count < 0 or width < 1:
        raise ValueError(f"need first >= 0, count >= 0 and width >= 1, got {first}, {count} and {width}")
    block, skipped = divmod(first * width, _BLOCK)
    words = Philox(key=stream_key(seed, name), counter=block).random_raw(skipped + count * width)[skipped:]
    cells = (words >> np.uint64(12)).astype(np.float64)
    uniform: Floats = (cells + 0.5) * 2.0**-52
    return uniform.reshape(count, width)
