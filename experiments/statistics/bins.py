"""Ordered bins of a number, and what draws say of each: shares, and probabilities that are never 0."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.statistics.scores import effective_number, normalised
from experiments.statistics.ties import SAME_VALUE

if TYPE_CHECKING:
    from sim.records import Floats, Integers


@dataclass(frozen=True)
class Bins:
    """Intervals [a, b) between rising edges, and one without end below and above them.

    A value that differs from an edge by rounding lies on it, and so in the bin above.

    Parameters
    ----------
    edges : tuple of float
        In the unit of the numbers.
    """

    edges: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse edges that do not rise."""
        if not self.edges or not all(low < high for low, high in pairwise(self.edges)):
            raise ValueError(f"edges of bins must rise, got {self.edges}")

    def __len__(self) -> int:
        """Give the number of bins."""
        return len(self.edges) + 1

    def places(self, values: Floats) -> Integers:
        """Place of the bin of each value, 0 for the lowest."""
        if np.isnan(values).any():
            raise ValueError("a value that is no number lies in no bin")
        found: Integers = np.searchsorted(np.array(self.edges), values + SAME_VALUE, side="right").astype(np.int64)
        return found

    def place(self, value: float) -> int:
        """Place of the bin of one value, 0 for the lowest."""
        return int(self.places(np.array([value]))[0])

    def shares(self, draws: Floats, weights: Floats | None = None) -> Floats:
        """Share of the draws in each bin, by weight."""
        shares = np.zeros(len(self))
        np.add.at(shares, self.places(draws), normalised(weights, len(draws)))
        return shares

    def probabilities(self, draws: Floats, weights: Floats | None = None) -> Floats:
        """Probability of each bin, none of them 0: (k + 1/2) / (n + bins / 2), k of n draws in the bin.

        This is the mean of the posterior under Jeffreys' prior. Of weighted draws n is the effective number and k the
        share of the weight times n, so that equal weights give what no weights give.
        """
        return smoothed(self.shares(draws, weights), effective_number(weights, len(draws)))


def smoothed(shares: Floats, number: float) -> Floats:
    """Probabilities (k + 1/2) / (n + bins / 2) of shares k / n of so many draws; of an event there are two bins."""
    probabilities: Floats = (shares * number + 0.5) / (number + len(shares) / 2)
    return probabilities


def smoothed_event(happened: Floats, weights: Floats | None = None) -> float:
    """(k + 1/2) / (n + 1), never 0 or 1, from draws in which an event happened (1) or did not (0)."""
    return float(Bins((0.5,)).probabilities(happened, weights)[1])


#: Bins of tariff rates, as fractions: below 7.5 %, 7.5-12.5, 12.5-17.5, 17.5-22.5, 22.5-27.5, and above.
RATE_BINS: Final = Bins((0.075, 0.125, 0.175, 0.225, 0.275))
