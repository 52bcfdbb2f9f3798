"""Resampling: seeds and generators of named streams, weights of resampled worlds, and means over them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.random import Generator, Philox

from sim.draws import stream_key

if TYPE_CHECKING:
    from sim.records import Floats

#: Samples that are drawn at a time; it decides no number.
_AT_A_TIME: Final = 50


def seed_for(seed: int, name: str) -> int:
    """Seed of a search by its name, so that one search does not move another."""
    return stream_key(seed, name) % 2**32


def generator(seed: int, name: str) -> Generator:
    """Generator of the stream of a name, as :mod:`sim.draws` keys them."""
    return Generator(Philox(key=stream_key(seed, name)))


def world_weights(worlds: int, draws: int, seed: int) -> Iterator[Floats]:
    """Yield how often each world is drawn, some samples at a time, shape ``[sample, world]``; rows sum to 1."""
    source = generator(seed, "tournament.bootstrap")
    for first in range(0, draws, _AT_A_TIME):
        counts = source.multinomial(worlds, np.full(worlds, 1.0 / worlds), size=min(_AT_A_TIME, draws - first))
        yield counts / worlds


def bootstrapped_means(values: Floats, draws: int, seed: int) -> Floats:
    """Means over resampled worlds, shape ``[draw, ...]``, of values of shape ``[world, ...]``."""
    worlds, rest = values.shape[0], values.shape[1:]
    flat = values.reshape(worlds, -1)
    means = np.concatenate([weights @ flat for weights in world_weights(worlds, draws, seed)])
    return means.reshape(draws, *rest)
