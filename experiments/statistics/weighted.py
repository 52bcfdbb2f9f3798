"""Weighted draws: kernel weights, moments, quantiles, correlations, and rows of which each weighs the same.

Sums run over draws in their order and use no library of linear algebra, so that the same draws give the same bits
however they were computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.statistics.scores import effective_number, normalised

if TYPE_CHECKING:
    from sim.records import Floats, Integers

#: What rounding may take from a sum of weights, which is 1 over all.
_ROUNDING: Final = 1e-12


def kernel_logs(squares: Floats, tolerance: float) -> Floats:
    """Logarithm of each draw's kernel weight, shape ``[draw]``: sum over cases of ln mean over repeats of the kernel.

    The kernel of a distance d is exp(-d^2 / (2 T^2)): the record is taken to err around what the model says with the
    standard deviation T, for which the weights are exact [Wilkinson 2013]. Cases err independently given the shared
    numbers, so that weights are products over cases; several repeats of a case average out what is not shared.

    Parameters
    ----------
    squares : numpy.ndarray
        Squared distances, shape ``[draw, case, repeat]``.
    tolerance : float
        T, in the unit of the distances; infinite for equal weights.
    """
    if not tolerance > 0.0:
        raise ValueError(f"the tolerance must be above 0, got {tolerance}")
    logs = -squares / (2.0 * tolerance**2)
    best = logs.max(axis=2, keepdims=True)
    of_cases = best[:, :, 0] + np.log(np.exp(logs - best).mean(axis=2))
    total: Floats = of_cases.sum(axis=1)
    return total


def weights_of_logs(logs: Floats) -> Floats:
    """Weights that sum to 1, of logarithms of any size."""
    return normalised(np.exp(logs - logs.max()), len(logs))


def distinct_number(numbers: Integers, weights: Floats) -> float:
    """Effective number of draws, those of the same number counted as one."""
    _, places = np.unique(numbers, return_inverse=True)
    together: Floats = np.bincount(places, weights=weights).astype(np.float64)
    return effective_number(together, len(together))


def moments(values: Floats, weights: Floats | None = None) -> tuple[Floats, Floats]:
    """Mean and standard deviation of every column, shape ``[column]``; the divisor of the variance is the weight."""
    shares = normalised(weights, len(values))[:, np.newaxis]
    mean = (shares * values).sum(axis=0)
    return mean, np.sqrt((shares * (values - mean) ** 2).sum(axis=0))


def contraction(prior_sd: Floats, posterior_sd: Floats) -> Floats:
    """1 - var_posterior / var_prior: 1 where the data say all, 0 where they say nothing; NaN where nothing was open.

    Below 0 the posterior is wider than the prior, as it is where two of its regions are far apart, or by chance.
    """
    known = prior_sd > 0.0
    found: Floats = np.where(known, 1.0 - (posterior_sd / np.where(known, prior_sd, 1.0)) ** 2, np.nan)
    return found


def contraction_error(values: Floats, weights: Floats, prior_sd: float) -> float:
    """Monte Carlo standard error of the contraction of one number.

    That of the weighted variance s^2, in units of the prior variance: sqrt(sum W^2 ((x - m)^2 - s^2)^2), W being the
    weights [Owen 2013]. Equal draws count as one of all their weight, as copies of a particle must.

    Parameters
    ----------
    values, weights : numpy.ndarray
        Draws of the number, shape ``[draw]``, and their weights.
    prior_sd : float
        Standard deviation of the prior.
    """
    if not prior_sd > 0.0:
        return float("nan")
    distinct, places = np.unique(values, return_inverse=True)
    shares = np.bincount(places, weights=normalised(weights, len(values)))
    mean = (shares * distinct).sum()
    squares = (distinct - mean) ** 2
    return float(np.sqrt((shares**2 * (squares - (shares * squares).sum()) ** 2).sum())) / prior_sd**2


def quantiles(values: Floats, levels: Floats, weights: Floats | None = None) -> Floats:
    """Quantiles of one number: the least value whose cumulated weight reaches the level, shape ``[level]``."""
    shares = normalised(weights, len(values))
    order = np.argsort(values, kind="stable")
    upto = np.cumsum(shares[order])
    # A sum of many weights may miss the level that it reaches by what rounding takes.
    places = np.searchsorted(upto / upto[-1], levels - _ROUNDING, side="left")
    found: Floats = values[order][np.minimum(places, len(values) - 1)]
    return found


def covariances(values: Floats, weights: Floats | None = None) -> Floats:
    """Weighted covariances of columns, shape ``[column, column]``."""
    shares = normalised(weights, len(values))
    off = values - (shares[:, np.newaxis] * values).sum(axis=0)
    count = values.shape[1]
    found = np.empty((count, count))
    for i in range(count):
        for j in range(i, count):
            found[i, j] = found[j, i] = (shares * off[:, i] * off[:, j]).sum()
    return found


def correlations(values: Floats, weights: Floats | None = None) -> Floats:
    """Weighted correlations of columns, shape ``[column, column]``; NaN where a column does not vary."""
    found = covariances(values, weights)
    sd = np.sqrt(np.diag(found))
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled: Floats = np.where(np.outer(sd, sd) > 0.0, found / np.outer(sd, sd), np.nan)
    return scaled


def resampled(weights: Floats, count: int, uniform: float) -> Integers:
    """Draws of which each weighs the same, shape ``[count]`` in ascending order: systematic resampling.

    A draw of weight w is taken floor(count w) or ceil(count w) times, count w on average [Kitagawa 1996].

    Parameters
    ----------
    weights : numpy.ndarray
        Shape ``[draw]``, of any positive sum.
    count : int
        How many are taken.
    uniform : float
        One uniform draw, from which all follows.
    """
    upto = np.cumsum(normalised(weights, len(weights)))
    places = (np.arange(count) + uniform) / count
    last = int(np.flatnonzero(weights)[-1])
    found: Integers = np.minimum(np.searchsorted(upto / upto[-1], places, side="right"), last).astype(np.int64)
    return found
