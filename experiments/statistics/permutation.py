"""A random order of the numbers below N in which the place of each can be looked up without writing down the others."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Philox
from numpy.typing import NDArray

from sim.draws import stream_key
from sim.records import Integers

Words = NDArray[np.uint64]

#: Rounds of the network by the bits of N. Many numbers mix in four; of 5 or 6 numbers ten rounds would leave some
#: orders more frequent than others.
_ROUNDS: Final = 8
_ROUNDS_OF_FEW: Final = 16
_FEW_BITS: Final = 12

#: Largest N: products of the mixing function and the counting of bits stay inside a word.
_MOST: Final = 1 << 62


def permuted(seed: int, name: str, total: int, first: int, count: int) -> Integers:
    """Numbers at the places ``first`` to ``first + count - 1`` of a random order of 0 to ``total - 1``.

    An alternating Feistel network on the bits of ``total - 1``: one half of the bits is combined by exclusive or with a
    keyed hash of the other, in turns, which is a bijection whatever the hash. A result beyond the range is sent
    through the network again until it is inside (cycle walking, Black and Rogaway 2002), which leaves a bijection of
    the range; on average less than two passes are needed. Time and memory grow with `count` and not with `total`.

    Parameters
    ----------
    seed : int
        Seed of the experiment.
    name : str
        Stream from which the keys of the rounds are taken; another name gives another order.
    total : int
        How many numbers are in the order, from 1 to 2**62.
    first, count : int
        First place and number of places, all below `total`.

    Returns
    -------
    numpy.ndarray
        Array of int64, shape ``[count]``; over all places each number occurs once.
    """
    if not 1 <= total <= _MOST:
        raise ValueError(f"total must be from 1 to 2**62, got {total}")
    if first < 0 or count < 0 or first + count > total:
        raise ValueError(f"places {first} to {first + count - 1} are not all among the {total} of the order")
    bits = (total - 1).bit_length()
    keys = Philox(key=stream_key(seed, name)).random_raw(_ROUNDS_OF_FEW if bits <= _FEW_BITS else _ROUNDS)
    found = _network(np.arange(first, first + count, dtype=np.uint64), bits, keys)
    outside = np.flatnonzero(found >= total)
    while outside.size:
        found[outside] = _network(found[outside], bits, keys)
        outside = outside[found[outside] >= total]
    return found.astype(np.int64)


def _network(numbers: Words, bits: int, keys: Words) -> Words:
    """Bijection of the numbers of so many bits."""
    low_bits = bits // 2
    halves = [numbers & np.uint64((1 << low_bits) - 1), numbers >> np.uint64(low_bits)]
    widths = (low_bits, bits - low_bits)
    for turn, key in enumerate(keys):
        # The upper half first: a single bit is all in it.
        moved = (turn + 1) % 2
        halves[moved] = halves[moved] ^ _hashed(halves[1 - moved], key, widths[moved])
    return (halves[1] << np.uint64(low_bits)) | halves[0]


def _hashed(words: Words, key: np.uint64, bits: int) -> Words:
    """Highest `bits` bits of the words mixed with a key (finaliser of SplitMix64, Steele, Lea and Flood 2014)."""
    if bits == 0:
        return np.zeros_like(words)
    mixed = words ^ key
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: Words = (mixed ^ (mixed >> np.uint64(31))) >> np.uint64(64 - bits)
    return found
