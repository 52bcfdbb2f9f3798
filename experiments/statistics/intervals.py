"""Intervals and tests that need no resampling: of a share, of the difference between two groups, of many tests."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: What leaves 2.5 % of a normal distribution above it; with these digits, on which stored results rest.
Z_95: Final = 1.959964

#: Values that are compared with the other group at a time.
_PIECE: Final = 1 << 16


def wilson_interval(count: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of a share, which stays within 0 and 1 and is not empty at either end [Wilson 1927]."""
    if total == 0:
        return 0.0, 1.0
    z2 = _quantile_of_normal(level) ** 2
    share = count / total
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = math.sqrt(z2 * (share * (1 - share) / total + z2 / (4 * total * total))) / (1 + z2 / total)
    low = 0.0 if count == 0 else max(0.0, middle - half)
    return low, 1.0 if count == total else min(1.0, middle + half)


def mean_interval(values: Floats) -> tuple[float, float]:
    """95 % interval of a mean, the normal one; unknown (NaN) of fewer than two values."""
    if len(values) < 2:
        return math.nan, math.nan
    mean, half = float(values.mean()), Z_95 * float(values.std(ddof=1)) / math.sqrt(len(values))
    return mean - half, mean + half


def mean_half_width(values: Floats, level: float = 0.95) -> float:
    """Half the width of the interval of a mean, t s / sqrt(n) [Student 1908]; NaN of fewer than two values."""
    if len(values) < 2:
        return math.nan
    return quantile_of_t(level, len(values) - 1) * float(values.std(ddof=1)) / math.sqrt(len(values))


def mean_change_interval(changes: Floats, level: float = 0.95) -> tuple[float, float]:
    """Interval of the mean of paired changes, each from -1 to 1.

    One more pair that rises by 1 and one that falls by 1 are added before the usual interval is taken, which keeps it
    from closing when no pair moves [Bonett and Price 2012, for the difference of two paired shares].
    """
    padded = np.concatenate([changes, (1.0, -1.0)])
    half = _quantile_of_normal(level) * float(padded.std()) / math.sqrt(padded.size)
    middle = float(padded.mean())
    return max(-1.0, middle - half), min(1.0, middle + half)


def compare_groups(first: Floats, second: Floats, level: float = 0.95) -> tuple[float, float, float, float]:
    """Rank-biserial correlation of two groups, its interval and the p-value of no difference.

    r = P(X > Y) - P(X < Y) = 2 theta - 1, from -1 (every value of the first group is below every value of the second)
    to 1. The interval holds every theta with ``|theta - theta_hat| <= z sqrt(V(theta))``, where V(theta) =
    theta (1 - theta) / (m n) (1 + (N - 1) ((1 - theta) / (2 - theta) + theta / (1 + theta))), N = (m + n) / 2
    [Newcombe 2006, method 5]; like Wilson's it needs no resampling and holds at the ends. The p-value is that of the
    Mann-Whitney test in its normal approximation, corrected for ties.

    Returns
    -------
    tuple of float
        Effect r, lower and upper end, p-value.
    """
    m, n = len(first), len(second)
    theta = _wins(first, second) / (m * n)
    low, high = _theta_interval(theta, m, n, _quantile_of_normal(level))
    return 2 * theta - 1, 2 * low - 1, 2 * high - 1, _mann_whitney_p(theta, m, n, _tie_sizes(first, second))


def _wins(first: Floats, second: Floats) -> float:
    """Pairs in which the first group's value is the larger one; a tie counts half.

    Counted piece by piece in the sorted second group, which takes less memory than ranks of all values.
    """
    first, ordered = np.sort(first), np.sort(second)
    pieces = (first[start : start + _PIECE] for start in range(0, len(first), _PIECE))
    twice = sum(
        int(np.searchsorted(ordered, piece, "left").sum() + np.searchsorted(ordered, piece, "right").sum())
        for piece in pieces
    )
    return twice / 2


def _tie_sizes(first: Floats, second: Floats) -> Integers:
    """How many values are equal, for each value that occurs more than once."""
    together = np.concatenate([first, second])
    together.sort()
    starts = np.flatnonzero(np.concatenate([[True], together[1:] != together[:-1]]))
    sizes = np.diff(starts, append=len(together))
    return np.asarray(sizes[sizes > 1], dtype=np.int64)


def _theta_interval(theta: float, m: int, n: int, z: float) -> tuple[float, float]:
    def inside(candidate: float) -> bool:
        spread = (1 - candidate) / (2 - candidate) + candidate / (1 + candidate)
        variance = candidate * (1 - candidate) / (m * n) * (1 + ((m + n) / 2 - 1) * spread)
        return abs(candidate - theta) <= z * math.sqrt(variance)

    ends = []
    for limit in (0.0, 1.0):
        within, outside = theta, limit
        for _ in range(60):
            middle = (within + outside) / 2
            within, outside = (middle, outside) if inside(middle) else (within, middle)
        ends.append(within)
    return ends[0], ends[1]


def _mann_whitney_p(theta: float, m: int, n: int, tie_sizes: Integers) -> float:
    total = m + n
    sizes = tie_sizes.astype(float)
    ties = float((sizes**3 - sizes).sum()) / (total * (total - 1)) if total > 1 else 0.0
    variance = m * n / 12 * (total + 1 - ties)
    if variance <= 0:
        return 1.0
    distance = max(0.0, abs(theta - 0.5) * m * n - 0.5)
    return min(1.0, 2 * NormalDist().cdf(-distance / math.sqrt(variance)))


def _quantile_of_normal(level: float) -> float:
    return NormalDist().inv_cdf(0.5 + level / 2)


def quantile_of_t(level: float, freedom: float) -> float:
    """Number that the absolute value of Student's t does not exceed with the probability `level`."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + level / 2))


def holm_adjusted(p_values: Floats) -> Floats:
    """P-values that hold for all tests together: the k-th smallest of n times n - k + 1, never falling [Holm 1979]."""
    order = np.argsort(p_values, kind="stable")
    scaled = p_values[order] * np.arange(len(p_values), 0, -1)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(scaled))
    return adjusted
