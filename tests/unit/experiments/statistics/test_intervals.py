"""Intervals and tests agree with scipy where it has them, and with their defining equations where it has not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from experiments.statistics.intervals import (
    Z_95,
    compare_groups,
    holm_adjusted,
    mean_change_interval,
    mean_interval,
    wilson_interval,
)


@pytest.mark.parametrize(("count", "total"), [(0, 30), (1, 30), (15, 30), (30, 30), (600, 1000), (1, 1)])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_wilson_interval_is_scipys(count: int, total: int, level: float) -> None:
    expected = stats.binomtest(count, total).proportion_ci(level, method="wilson")
    assert wilson_interval(count, total, level) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_the_interval_of_a_mean_is_the_normal_one() -> None:
    assert pytest.approx(stats.norm.ppf(0.975), abs=1e-6) == Z_95
    values = np.array([1.0, 2.0, 4.0, 9.0])
    expected = stats.norm.interval(0.95, loc=4.0, scale=stats.sem(values))
    assert mean_interval(values) == pytest.approx(expected, abs=1e-6)
    assert mean_interval(np.full(25, 3.0)) == (3.0, 3.0)
    assert all(map(math.isnan, mean_interval(np.array([7.0]))))


def test_without_runs_nothing_is_known() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("digits", [8, 1, 0])
def test_p_value_is_that_of_mann_whitney_with_and_without_ties(digits: int) -> None:
    rng = np.random.default_rng(4)
    first, second = rng.normal(0.4, 1.0, 35).round(digits), rng.normal(0.0, 1.0, 50).round(digits)
    effect, _, _, p_value = compare_groups(first, second)
    expected = stats.mannwhitneyu(first, second, method="asymptotic")
    assert p_value == pytest.approx(float(expected.pvalue), rel=1e-9)
    assert effect == pytest.approx(2 * float(expected.statistic) / (35 * 50) - 1)


def test_ends_of_the_interval_solve_their_equation() -> None:
    rng = np.random.default_rng(5)
    m, n = 25, 40
    effect, low, high, _ = compare_groups(rng.normal(0.5, 1.0, m), rng.normal(0.0, 1.0, n))
    for end in (low, high):
        theta = (end + 1) / 2
        spread = 1 + ((m + n) / 2 - 1) * ((1 - theta) / (2 - theta) + theta / (1 + theta))
        half = 1.959963984540054 * math.sqrt(theta * (1 - theta) / (m * n) * spread)
        assert abs(theta - (effect + 1) / 2) == pytest.approx(half, rel=1e-9)


def test_interval_turns_with_the_groups_and_holds_at_the_ends() -> None:
    low_group, high_group = np.arange(20.0), np.arange(30.0) + 100.0
    effect, low, high, p_value = compare_groups(low_group, high_group)
    assert (effect, low) == (-1.0, -1.0)
    assert -1.0 < high < -0.7
    assert p_value < 1e-8
    turned = compare_groups(high_group, low_group)
    assert turned == pytest.approx((1.0, -high, 1.0, p_value))


def test_equal_groups_do_not_differ() -> None:
    effect, low, high, p_value = compare_groups(np.ones(20), np.ones(30))
    assert (effect, p_value) == (0.0, 1.0)
    assert low == pytest.approx(-high)


def test_interval_covers_the_true_effect_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(6)
    shift = 0.8
    truth = 2 * stats.norm.cdf(shift / math.sqrt(2)) - 1
    hits = 0
    for _ in range(1000):
        _, low, high, _ = compare_groups(rng.normal(shift, 1.0, 25), rng.normal(0.0, 1.0, 25))
        hits += low <= truth <= high
    assert 930 <= hits <= 975  # 950 wanted; the standard error of the count is 7


def test_holm_adjusts_step_by_step() -> None:
    adjusted = holm_adjusted(np.array([0.01, 0.04, 0.03, 0.005]))
    assert adjusted.tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm_adjusted(np.array([0.6, 0.9])).tolist() == [1.0, 1.0]


def test_interval_of_paired_shares_by_hand() -> None:
    """10 of 98 pairs rise and 3 fall: p12 = 11 / 100, p21 = 4 / 100 [Bonett and Price 2012]."""
    changes = np.array([1.0] * 10 + [-1.0] * 3 + [0.0] * 85)
    half = 1.959963984540054 * math.sqrt((0.11 + 0.04 - 0.07**2) / 100)
    assert mean_change_interval(changes) == pytest.approx((0.07 - half, 0.07 + half), abs=1e-12)


def test_interval_stays_open_when_no_pair_moves_and_within_its_range_when_all_do() -> None:
    low, high = mean_change_interval(np.zeros(100))
    assert low == pytest.approx(-high)
    assert 0.02 < high < 0.05
    low, high = mean_change_interval(np.ones(100))
    assert 0.9 < low < high == 1.0


def test_interval_covers_the_true_mean_about_as_often_as_it_says() -> None:
    """2,000 samples of 60 pairs; the binomial error of a share of 0.95 is 0.005, so 0.93 is four of them away."""
    rng = np.random.default_rng(5)
    samples = rng.choice([1.0, 0.0, -1.0], p=[0.15, 0.8, 0.05], size=(2000, 60))
    covered = [low <= 0.1 <= high for low, high in map(mean_change_interval, samples)]
    assert np.mean(covered) > 0.93
