"""Scores of forecasts, each the lower the better: of an event, of a number, of ordered bins, of a vector.

All of them are proper: who believes a forecast expects no better score from any other one [Gneiting and Raftery 2007].
Brier score and ranked probability score have no unit, log scores are in nats, CRPS and energy score have the unit of
what is forecast: of rates written 0.15 a fraction, so that 0.01 is one point.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from sim.records import Floats

#: Distances between draws that are held in memory at a time by the energy score.
_DISTANCES: Final = 1 << 22


def brier_score(probability: float, *, happened: bool) -> float:
    """(p - y)^2 of an event, y = 1 if it happened; from 0 to 1 [Brier 1950]."""
    return (probability - happened) ** 2


def log_score(probability: float) -> float:
    """-ln p, in nats, p the probability of what happened [Good 1952]; infinite where p is 0."""
    return -math.log(probability) if probability > 0 else math.inf


def event_log_score(probability: float, *, happened: bool) -> float:
    """-ln p of an event that happened and -ln(1 - p) of one that did not, in nats."""
    return log_score(probability if happened else 1 - probability)


def ranked_probability_score(probabilities: Floats, happened: int) -> float:
    """Sum over ordered bins of (F - 1{bin >= happened})^2, F cumulated probabilities [Epstein 1969].

    From 0 to the number of bins less 1, without unit.

    Parameters
    ----------
    probabilities : numpy.ndarray
        One for each bin, from the lowest; they sum to 1.
    happened : int
        Place of the bin that happened.
    """
    observed = np.arange(len(probabilities)) >= happened
    return float(((np.cumsum(probabilities) - observed) ** 2).sum())


def skill(score: float, baseline: float) -> float:
    """1 - S / S_baseline: 1 is perfect, 0 as good as the baseline, below 0 worse.

    Against a perfect baseline it is minus infinity, and unknown (NaN) where both are perfect.
    """
    if baseline == 0:
        return math.nan if score == 0 else -math.inf
    return 1 - score / baseline


def normalised(weights: Floats | None, draws: int) -> Floats:
    """Weights that sum to 1, equal ones if none are given.

    Raises
    ------
    ValueError
        If there is no draw, the weights are not one for each, or they are negative, not finite or all zero.
    """
    if draws == 0:
        raise ValueError("a forecast needs at least one draw")
    if weights is None:
        return np.full(draws, 1 / draws)
    if weights.shape != (draws,):
        raise ValueError(f"need a weight for each of the {draws} draws, got weights of shape {weights.shape}")
    total = weights.sum()
    if not np.isfinite(total) or weights.min() < 0 or total == 0:
        raise ValueError("weights must be finite and not negative, and one of them above 0")
    shares: Floats = weights / total
    return shares


def effective_number(weights: Floats | None, draws: int) -> float:
    """(sum w)^2 / sum w^2: how many equally weighted draws would give a mean as certain [Kish 1965]."""
    if weights is None:
        return float(draws)
    return 1 / float((normalised(weights, draws) ** 2).sum())


def crps(draws: Floats, outcome: float, weights: Floats | None = None) -> float:
    """Continuous ranked probability score of draws, in their unit.

    E|X - y| - E|X - X'| / 2 [Matheson and Winkler 1976], computed as the integral of (F(z) - 1{z >= y})^2, which is the
    same number and has no difference of large terms in it.

    Parameters
    ----------
    draws : numpy.ndarray
        Shape ``[draw]``, in any order.
    outcome : float
        What happened, in the unit of the draws.
    weights : numpy.ndarray, optional
        Shape ``[draw]``, of any positive sum; equal ones unless given.
    """
    shares = normalised(weights, len(draws))
    if not (np.isfinite(draws).all() and math.isfinite(outcome)):
        raise ValueError("draws and outcome must be finite")
    order = np.argsort(draws, kind="stable")
    ordered = draws[order]
    upto = np.cumsum(shares[order])
    upto /= upto[-1]
    # F at z is `upto` from each draw to the next one; the integral is split at the outcome.
    below = np.diff(np.minimum(ordered, outcome), append=outcome) * upto**2
    above = np.diff(np.maximum(ordered, outcome), prepend=outcome) * (1 - np.concatenate([[0.0], upto[:-1]])) ** 2
    return float(below.sum() + above.sum())


def crps_of_laplace(centre: float, scale: float, outcome: float) -> float:
    """CRPS of a Laplace distribution, in the unit of its numbers: |y - m| + b exp(-|y - m| / b) - 3 b / 4.

    Its density is exp(-|x - m| / b) / (2 b) [Jordan, Krüger and Lerch 2019].
    """
    distance = abs(outcome - centre)
    return distance + scale * math.exp(-distance / scale) - 0.75 * scale


def energy_score(draws: Floats, outcome: Floats, weights: Floats | None = None) -> float:
    """E||X - y|| - E||X - X'|| / 2 of vectors, in their unit; of one number it is the CRPS.

    The norm is Euclidean, so that all entries must be of one unit. Time grows with the square of the draws.

    Parameters
    ----------
    draws : numpy.ndarray
        Shape ``[draw, entry]``.
    outcome : numpy.ndarray
        Shape ``[entry]``.
    weights : numpy.ndarray, optional
        Shape ``[draw]``; equal ones unless given.
    """
    from scipy.spatial.distance import cdist

    if draws.ndim != 2 or outcome.shape != draws.shape[1:]:
        raise ValueError(f"draws of shape {draws.shape} do not match an outcome of shape {outcome.shape}")
    if not (np.isfinite(draws).all() and np.isfinite(outcome).all()):
        raise ValueError("draws and outcome must be finite")
    count = len(draws)
    shares = normalised(weights, count)
    distance = float(shares @ np.linalg.norm(draws - outcome, axis=1))
    piece = max(1, _DISTANCES // count)
    spread = sum(
        float(shares[start : start + piece] @ cdist(draws[start : start + piece], draws) @ shares)
        for start in range(0, count, piece)
    )
    return max(0.0, distance - spread / 2)
