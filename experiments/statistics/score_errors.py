"""How far a score can be trusted: its Monte Carlo error, and what a handful of cases says about two forecasters."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.statistics.scores import normalised
from experiments.statistics.ties import SAME_VALUE

if TYPE_CHECKING:
    from sim.records import Floats

#: Batches into which draws are divided.
BATCHES: Final = 20


def batch_error(
    score: Callable[[Floats, Floats], float], draws: Floats, weights: Floats | None = None, batches: int = BATCHES
) -> float:
    """Standard error that a score has because its draws are finitely many, in the unit of the score.

    The score of each of B batches of neighbouring draws is computed alone. With W_b the share of the weight in batch
    b, the squared error is B / (B - 1) sum_b W_b^2 (S_b - S)^2, S = sum_b W_b S_b: of equal weights the variance of the
    batches' scores over B [Asmussen and Glynn 2007]. Draws of a Latin hypercube or a Sobol sequence are more even
    as a whole than in batches, for which the error given is too large. So it is of batches of few draws, for scores
    bend: CRPS and energy score by some 5 % in batches of 50, by up to a fifth in batches of 20. A bin or an event that
    no draw has met shows no error: what is not known of it stands in its probability.

    Parameters
    ----------
    score : callable
        Gives the score of draws and their weights, as many of both, which sum to 1.
    draws : numpy.ndarray
        Shape ``[draw]`` or ``[draw, ...]``, in the order in which they were drawn. Entries of further axes stay
        together, so that a score over several cases or a difference of two scores of the same runs is one call.
    weights : numpy.ndarray, optional
        Shape ``[draw]``; equal ones unless given. Draws without weight are left out.
    batches : int
        At least 2.

    Returns
    -------
    float
        Unknown (NaN) of fewer than two draws a batch.
    """
    if batches < 2:
        raise ValueError(f"need at least 2 batches, got {batches}")
    shares = normalised(weights, len(draws))
    counted = np.flatnonzero(shares)
    if len(counted) < 2 * batches:
        return math.nan
    parts = np.array_split(counted, batches)
    of_batch = np.array([shares[part].sum() for part in parts])
    scores = np.array([score(draws[part], shares[part] / shares[part].sum()) for part in parts])
    deviations = scores - of_batch @ scores
    return math.sqrt(batches / (batches - 1) * float((of_batch**2 * deviations**2).sum()))


@dataclass(frozen=True)
class Score:
    """A score and its Monte Carlo standard error, 0 of a closed form, unknown (NaN) of too few draws."""

    value: float
    error: float


def scored(score: Callable[[Floats, Floats], float], draws: Floats, weights: Floats | None = None) -> Score:
    """Score of all draws, with its error; arguments as of :func:`batch_error`."""
    return Score(score(draws, normalised(weights, len(draws))), batch_error(score, draws, weights))


@dataclass(frozen=True)
class PairedComparison:
    """Differences of two forecasters' scores, case by case; below 0 the first one is better.

    Parameters
    ----------
    differences : dict
        Score of the first less score of the second, for each case that both have, in the unit of the score.
    better, worse, ties : int
        Cases in which the first one's score is lower, higher, the same up to rounding.
    p_value : float
        Of the exact sign test with two sides: that so few cases or fewer go the rarer way if both ways are equally
        likely, ties left out; 1 without any other.
    mean : float
        Mean difference.
    low, high : float
        Least and largest mean difference with one case left out; unknown (NaN) of a single case.
    low_without, high_without : str
        The case whose leaving out gives them; empty of a single case.
    """

    differences: dict[str, float]
    better: int
    worse: int
    ties: int
    p_value: float
    mean: float
    low: float
    high: float
    low_without: str
    high_without: str


def compare_pairs(first: Mapping[str, float], second: Mapping[str, float]) -> PairedComparison:
    """Compare two forecasters on the cases that both have scores of.

    Parameters
    ----------
    first, second : mapping
        Score of each case, the lower the better. A log score may be infinite; of two infinite ones neither is better.

    Raises
    ------
    ValueError
        If they have no case in common, or a score is no number.
    """
    cases = [case for case in first if case in second]
    if not cases:
        raise ValueError("the two forecasters have no case in common")
    if any(math.isnan(scores[case]) for scores in (first, second) for case in cases):
        raise ValueError("a score that is no number cannot be compared")
    differences = {case: _difference(first[case], second[case]) for case in cases}
    better = sum(difference < -SAME_VALUE for difference in differences.values())
    worse = sum(difference > SAME_VALUE for difference in differences.values())
    left_out = _means_without_one(differences)
    low_without = min(left_out, key=lambda case: left_out[case], default="")
    high_without = max(left_out, key=lambda case: left_out[case], default="")
    return PairedComparison(
        differences=differences,
        better=better,
        worse=worse,
        ties=len(cases) - better - worse,
        p_value=sign_test(better, worse),
        mean=_mean([*differences.values()]),
        low=left_out.get(low_without, math.nan),
        high=left_out.get(high_without, math.nan),
        low_without=low_without,
        high_without=high_without,
    )


def sign_test(better: int, worse: int) -> float:
    """P-value, with two sides, of so many cases one way and the other if both ways are equally likely; exact.

    min(1, 2 sum_{k <= min} C(n, k) / 2^n), n = better + worse [Dixon and Mood 1946].
    """
    total = better + worse
    rarer = sum(math.comb(total, count) for count in range(min(better, worse) + 1))
    return min(1.0, 2 * rarer / (1 << total))


def _difference(first: float, second: float) -> float:
    return 0.0 if first == second else first - second


def _mean(values: list[float]) -> float:
    """Mean, infinite where a value is and unknown (NaN) where values are infinite in both directions."""
    return sum(values) / len(values)


def _means_without_one(differences: Mapping[str, float]) -> dict[str, float]:
    """Mean difference without each case, where there is one."""
    if len(differences) < 2:
        return {}
    means = {
        left_out: _mean([value for case, value in differences.items() if case != left_out]) for left_out in differences
    }
    return {case: mean for case, mean in means.items() if not math.isnan(mean)}
