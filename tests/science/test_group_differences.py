"""Intervals of differences between two groups against published tables and SciPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from experiments.statistics.group_differences import newcombe_interval, paired_mean_interval, welch_interval
from experiments.statistics.intervals import mean_change_interval

#: Newcombe (1998), Statistics in Medicine 17, table II, method 10: both shares, then the interval of first less second.
NEWCOMBE = [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775),
    ((0, 10), (0, 10), -0.2775, 0.2775),
    ((10, 10), (0, 20), 0.6791, 1.0000),
    ((10, 10), (0, 10), 0.6075, 1.0000),
]

#: Student (1908): additional hours of sleep of ten patients under two drugs.
FIRST = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SECOND = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])


@pytest.mark.parametrize(("first", "second", "low", "high"), NEWCOMBE)
def test_newcombe_published_intervals(first: tuple[int, int], second: tuple[int, int], low: float, high: float) -> None:
    """To the four decimals of the table; ours is after less before, so the first group of the table comes second."""
    assert newcombe_interval(second, first) == pytest.approx((low, high), abs=5.1e-5)
    assert newcombe_interval(first, second) == pytest.approx((-high, -low), abs=5.1e-5)


def test_an_empty_group_tells_nothing_of_a_share() -> None:
    assert newcombe_interval((0, 0), (3, 5)) == (-1.0, 1.0)


def test_paired_means_of_students_own_data() -> None:
    """1.58 hours, 0.70 to 2.46, as every textbook has it."""
    low, high = paired_mean_interval(SECOND - FIRST)
    assert (low, high) == pytest.approx((0.7001142, 2.4598858), abs=1e-7)
    expected = stats.ttest_rel(SECOND, FIRST).confidence_interval(0.9)
    assert paired_mean_interval(SECOND - FIRST, 0.9) == pytest.approx(tuple(expected), rel=1e-12)


def test_welch_of_students_own_data() -> None:
    """The same groups taken for independent: -0.21 to 3.37 with 17.8 degrees of freedom."""
    assert welch_interval(FIRST, SECOND) == pytest.approx((-0.2054832, 3.3654832), abs=1e-7)
    unequal = np.concatenate([SECOND, [20.0, -11.0, 4.0]])
    expected = stats.ttest_ind(unequal, FIRST, equal_var=False).confidence_interval(0.95)
    assert welch_interval(FIRST, unequal) == pytest.approx(tuple(expected), rel=1e-12)


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_values_have_no_interval(count: int) -> None:
    assert all(map(math.isnan, paired_mean_interval(FIRST[:count])))
    assert all(map(math.isnan, welch_interval(FIRST[:count], SECOND)))
    assert all(map(math.isnan, welch_interval(FIRST, SECOND[:count])))


def test_values_without_spread_differ_by_one_number() -> None:
    assert welch_interval(np.full(3, 2.0), np.full(5, 3.5)) == (1.5, 1.5)
    assert paired_mean_interval(np.full(4, -0.25)) == (-0.25, -0.25)


def test_paired_shares_as_bonett_and_price_have_them() -> None:
    """Closed form: (n12 + 1, n21 + 1) / (n + 2), and the normal interval of their difference; here 12, 3 and 85."""
    changes = np.array([1.0] * 12 + [-1.0] * 3 + [0.0] * 85)
    up, down = 13 / 102, 4 / 102
    half = stats.norm.ppf(0.975) * math.sqrt((up + down - (up - down) ** 2) / 102)
    assert mean_change_interval(changes) == pytest.approx((up - down - half, up - down + half), rel=1e-12)


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    """Coverage over 2,000 pairs of samples, 95 % within three standard errors of 0.5 points."""
    source = np.random.default_rng(7)
    shares, means, pairs = 0, 0, 0
    for _ in range(2_000):
        first, second = source.binomial(200, 0.25), source.binomial(300, 0.32)
        low, high = newcombe_interval((int(first), 200), (int(second), 300))
        shares += low <= 0.07 <= high
        common = source.normal(size=40)
        before, after = common + source.normal(size=40), common + 0.5 + 2 * source.normal(size=40)
        low, high = paired_mean_interval(after - before)
        pairs += low <= 0.5 <= high
        low, high = welch_interval(source.normal(size=25), 0.5 + 3 * source.normal(size=60))
        means += low <= 0.5 <= high
    for covered in (shares, means, pairs):
        assert abs(covered / 2_000 - 0.95) < 3 * 0.005
