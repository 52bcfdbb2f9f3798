"""Intervals of the difference between two groups of runs: of shares and means, with and without common draws.

The paired interval of a difference of shares is :func:`experiments.statistics.intervals.mean_change_interval`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from experiments.statistics.intervals import mean_half_width, quantile_of_t, wilson_interval

if TYPE_CHECKING:
    from sim.records import Floats


def newcombe_interval(before: tuple[int, int], after: tuple[int, int], level: float = 0.95) -> tuple[float, float]:
    """Interval of the difference of two shares of independent groups, the second less the first.

    With Wilson's intervals [l, u] of each share p: d - sqrt((p2 - l2)^2 + (u1 - p1)^2) and
    d + sqrt((u2 - p2)^2 + (p1 - l1)^2), d = p2 - p1 [Newcombe 1998, method 10].

    Parameters
    ----------
    before, after : tuple of int
        How many of the group, and how many there are.
    level : float
        Level of the interval.
    """
    if not before[1] or not after[1]:
        return -1.0, 1.0
    first, second = before[0] / before[1], after[0] / after[1]
    (low_1, high_1), (low_2, high_2) = wilson_interval(*before, level), wilson_interval(*after, level)
    difference = second - first
    return (
        difference - math.hypot(second - low_2, high_1 - first),
        difference + math.hypot(high_2 - second, first - low_1),
    )


def paired_mean_interval(changes: Floats, level: float = 0.95) -> tuple[float, float]:
    """Student's interval of the mean of paired changes; unknown (NaN) of fewer than two [Student 1908]."""
    half = mean_half_width(changes, level)
    mean = math.nan if math.isnan(half) else float(changes.mean())
    return mean - half, mean + half


def welch_interval(before: Floats, after: Floats, level: float = 0.95) -> tuple[float, float]:
    """Interval of the difference of two means of independent groups, the second less the first.

    The groups may differ in variance; degrees of freedom are those of Welch and Satterthwaite,
    (v1 + v2)^2 / (v1^2 / (n1 - 1) + v2^2 / (n2 - 1)) with v = s^2 / n [Welch 1947]. Unknown (NaN) where a group has
    fewer than two values.
    """
    if min(len(before), len(after)) < 2:
        return math.nan, math.nan
    difference = float(after.mean() - before.mean())
    errors = [float(values.var(ddof=1)) / len(values) for values in (before, after)]
    if not sum(errors):
        return difference, difference
    parts = (error**2 / (len(values) - 1) for error, values in zip(errors, (before, after), strict=True))
    freedom = sum(errors) ** 2 / sum(parts)
    half = quantile_of_t(level, freedom) * math.sqrt(sum(errors))
    return difference - half, difference + half
