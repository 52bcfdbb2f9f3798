"""Simulation-based calibration [Talts, Betancourt, Simpson, Vehtari and Gelman 2018].

Where parameters come from the prior and data from the model, the rank of the true value among draws from a posterior
is uniform. A method whose posteriors are too narrow has ranks that pile up at both ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.records import Floats, Integers


def rank_among(values: Floats, truth: Floats, weights: Floats, draws: int, uniforms: Floats) -> Integers:
    """Rank of the true value of each parameter among independent draws from a weighted posterior, 0 to `draws`.

    Parameters
    ----------
    values : numpy.ndarray
        Posterior, shape ``[draw, parameter]``.
    truth : numpy.ndarray
        Shape ``[parameter]``.
    weights : numpy.ndarray
        Of the posterior's draws.
    draws : int
        How many are taken.
    uniforms : numpy.ndarray
        One for each of them, shape ``[draws]``, and one more by which ties are broken.
    """
    upto = np.cumsum(weights) / np.sum(weights)
    rows = np.minimum(np.searchsorted(upto, uniforms[:draws], side="right"), len(upto) - 1)
    chosen = values[rows]
    below, equal = (chosen < truth).sum(axis=0), (chosen == truth).sum(axis=0)
    found: Integers = below + np.floor(uniforms[draws] * (equal + 1)).astype(np.int64)
    return found


@dataclass(frozen=True, slots=True)
class Uniformity:
    """Whether ranks are uniform: counts by bin, chi-squared and its p-value, multiplied for the parameters tested."""

    counts: tuple[int, ...]
    chi_squared: float
    p_value: float


def uniformity(ranks: Integers, draws: int, bins: int, tests: int = 1) -> Uniformity:
    """Test that ranks are uniform on 0 to `draws`, by a chi-squared test; Bonferroni's correction for `tests`.

    Parameters
    ----------
    ranks : numpy.ndarray
        Shape ``[world]``.
    draws : int
        Highest rank; one more than it must be a multiple of `bins`, so that bins are of one width.
    bins : int
        Number of bins.
    tests : int
        Number of parameters that are tested together.
    """
    from scipy.stats import chi2

    if (draws + 1) % bins:
        raise ValueError(f"{draws + 1} ranks do not divide into {bins} bins of one width")
    counts = np.bincount(ranks * bins // (draws + 1), minlength=bins)
    expected = len(ranks) / bins
    statistic = float(((counts - expected) ** 2 / expected).sum())
    p_value = min(1.0, tests * float(chi2.sf(statistic, bins - 1)))
    return Uniformity(tuple(int(count) for count in counts), statistic, p_value)
