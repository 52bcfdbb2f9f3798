"""Resample the worlds: means of every pair, ranks with intervals, and how often a player is the best.

All pairs meet the same worlds, so that a sample of worlds is drawn once for all of them and what they share cancels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.random import Generator, Philox

from sim.draws import stream_key

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.records import Floats

#: Samples that are drawn at a time; it decides no number.
_AT_A_TIME: Final = 50
#: Share of the range of the means below which two of them are the same.
TIE: Final = 1e-9


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


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """Ranks of the players of one seat, 1 for the highest mean.

    Attributes
    ----------
    rank, low, high : int arrays, shape [player]
        Rank and the ends of its interval.
    best_share : array, shape [player]
        Share of the bootstrap samples in which the player has the highest mean; equal players share it.
    """

    rank: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    best_share: Floats


def ranks(scores: Floats, means: Floats, level: float) -> Ranks:
    """Rank players by their mean score, with intervals that hold at `level` for each player, ties included.

    A bootstrap of the rank itself fails where players are nearly equal. Instead, each player is compared with all
    others at once: by the bootstrap distribution of the largest studentised difference, those that are surely better
    and those that are surely worse are counted [Mogstad, Romano, Shaikh and Wilhelm 2024].

    Parameters
    ----------
    scores : array, shape [world, player]
        Score of every player in every world.
    means : array, shape [draw, player]
        Means over resampled worlds, see :func:`bootstrapped_means`.
    level : float
        Level of the intervals.
    """
    worlds, players = scores.shape
    mean = scores.mean(axis=0)
    tie = TIE * max(1.0, float(np.ptp(mean)))
    low, high = np.ones(players, np.int64), np.full(players, players, np.int64)
    for one in range(players):
        lead = mean - mean[one]
        error = (scores - scores[:, [one]]).std(axis=0, ddof=1) / np.sqrt(worlds)
        drawn = np.abs(means - means[:, [one]] - lead)
        studentised = np.divide(drawn, error, out=np.zeros_like(drawn), where=error > tie)
        margin = np.quantile(studentised.max(axis=1), level) * error + tie
        low[one] += (lead > margin).sum()
        high[one] -= (lead < -margin).sum()
    rank = 1 + (mean[np.newaxis, :] > mean[:, np.newaxis] + tie).sum(axis=1)
    best = means >= means.max(axis=1, keepdims=True) - tie
    return Ranks(rank, low, high, (best / best.sum(axis=1, keepdims=True)).mean(axis=0))
