"""Errors of scores against known variances, and the comparison of two forecasters against scipy and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments.statistics.score_errors import batch_error, compare_pairs, sign_test
from experiments.statistics.scores import crps
from sim.records import Floats


def _mean(draws: Floats, weights: Floats) -> float:
    return float(weights @ draws)


def test_error_of_a_mean_by_hand() -> None:
    # Means of batches 1.5, 3.5, 8.5, 10.5 about 6: squares 20.25, 6.25, 6.25, 20.25 over three, over four batches.
    draws = np.array([1.0, 2.0, 3.0, 4.0, 8.0, 9.0, 10.0, 11.0])
    assert batch_error(_mean, draws, batches=4) == pytest.approx(math.sqrt(53 / 3 / 4))


def test_error_of_a_mean_with_weights_by_hand() -> None:
    # Batches (1, 3) and (4, 8) with weights (1, 1) and (2, 6): means 2 and 7, weights .2 and .8, mean 6.
    # 2 / 1 * (.2^2 * 4^2 + .8^2 * 1^2) = 2.56.
    draws, weights = np.array([1.0, 3.0, 4.0, 8.0]), np.array([1.0, 1.0, 2.0, 6.0])
    assert batch_error(_mean, draws, weights, batches=2) == pytest.approx(1.6)
    # Draws without weight count nowhere, and do not move the batches.
    between = np.array([1.0, 99.0, 3.0, 4.0, -99.0, 8.0])
    none = np.array([1.0, 0.0, 1.0, 2.0, 0.0, 6.0])
    assert batch_error(_mean, between, none, batches=2) == pytest.approx(1.6)


def test_error_of_a_mean_of_normal_draws_has_the_known_variance() -> None:
    # sd^2 / n without weights, sd^2 sum w^2 / (sum w)^2 with weights that know nothing of the draws. An estimate with
    # 19 degrees of freedom has a relative sd of sqrt(2 / 19), the mean of 400 of them 1.6 %: four of that.
    rng, sd, count = np.random.default_rng(8), 3.0, 500
    weights = rng.exponential(size=count)
    plain, weighted = [], []
    for _ in range(400):
        draws = rng.normal(5.0, sd, count)
        plain.append(batch_error(_mean, draws) ** 2)
        weighted.append(batch_error(_mean, draws, weights) ** 2)
    assert np.mean(plain) == pytest.approx(sd**2 / count, rel=0.065)
    assert np.mean(weighted) == pytest.approx(sd**2 * (weights**2).sum() / weights.sum() ** 2, rel=0.065)


def test_error_of_a_crps_is_how_much_it_varies_between_samples() -> None:
    rng = np.random.default_rng(9)
    scores, errors = [], []
    for _ in range(1_000):
        draws = rng.gamma(2.0, 1.0, 400)
        scores.append(crps(draws, 3.0))
        errors.append(batch_error(lambda values, weights: crps(values, 3.0, weights), draws))
    # The sd of 1,000 scores is known to 2.3 %, the mean error to 0.5 %: four of the former.
    assert math.sqrt(np.mean(np.square(errors))) == pytest.approx(np.std(scores, ddof=1), rel=0.095)


def test_error_of_a_difference_on_the_same_runs_is_that_of_the_difference() -> None:
    # Two columns that differ by little: the error of the difference is far below that of either.
    rng = np.random.default_rng(10)
    first = rng.normal(0.0, 1.0, 2_000)
    both = np.stack([first, first + rng.normal(0.0, 0.01, 2_000)], axis=1)
    error = batch_error(lambda values, weights: float(weights @ (values[:, 1] - values[:, 0])), both)
    assert error == pytest.approx(0.01 / math.sqrt(2_000), rel=0.5)
    assert batch_error(_mean, both[:, 1]) > 50 * error


def test_error_of_too_few_draws_is_unknown() -> None:
    assert math.isnan(batch_error(_mean, np.arange(39.0)))
    assert not math.isnan(batch_error(_mean, np.arange(40.0)))
    weights = np.ones(60)
    weights[:30] = 0.0
    assert math.isnan(batch_error(_mean, np.arange(60.0), weights))
    with pytest.raises(ValueError, match="at least 2 batches"):
        batch_error(_mean, np.arange(60.0), batches=1)


# Sign test and leaving one out


@given(st.integers(0, 40), st.integers(0, 40))
def test_sign_test_is_scipys(better: int, worse: int) -> None:
    expected = stats.binomtest(better, better + worse, 0.5).pvalue if better + worse else 1.0
    assert sign_test(better, worse) == pytest.approx(float(expected), rel=1e-12)


def test_sign_test_of_a_dozen_cases() -> None:
    # Of 4,096 ways 1 + 12 + 66 have two cases or fewer on one side, and as many on the other.
    assert sign_test(10, 2) == pytest.approx(158 / 4096)
    assert sign_test(2, 10) == pytest.approx(158 / 4096)
    assert sign_test(6, 6) == 1.0


FIRST = {"UK": 0.010, "Korea": 0.031, "EU": 0.020, "Vietnam": 0.050, "Japan": 0.07}
SECOND = {"Japan": 0.10, "EU": 0.020 + 1e-12, "Korea": 0.011, "UK": 0.018, "elsewhere": 1.0, "Vietnam": 0.057}


def test_comparison_of_two_forecasters_by_hand() -> None:
    found = compare_pairs(FIRST, SECOND)
    expected = {"UK": -0.008, "Korea": 0.020, "EU": 0.0, "Vietnam": -0.007, "Japan": -0.03}
    assert [*found.differences] == [*expected]
    assert found.differences == pytest.approx(expected, abs=1e-9)
    assert (found.better, found.worse, found.ties) == (3, 1, 1)
    assert found.p_value == pytest.approx(2 * (1 + 4) / 16)
    assert found.mean == pytest.approx(-0.025 / 5)
    # Without Korea, the only case that speaks against it, and without Japan, which speaks most for it.
    assert (found.low_without, found.high_without) == ("Korea", "Japan")
    assert found.low == pytest.approx(-0.045 / 4)
    assert found.high == pytest.approx(0.005 / 4)


def test_comparison_the_other_way_round_turns_all_signs() -> None:
    one, other = compare_pairs(FIRST, SECOND), compare_pairs(SECOND, FIRST)
    assert other.mean == pytest.approx(-one.mean)
    assert (other.better, other.worse, other.ties) == (one.worse, one.better, one.ties)
    assert (other.low, other.high) == pytest.approx((-one.high, -one.low))
    assert other.p_value == one.p_value


def test_comparison_on_a_single_case_has_no_range() -> None:
    found = compare_pairs({"UK": 1.0}, {"UK": 3.0})
    assert (found.mean, found.p_value, found.better) == (-2.0, 1.0, 1)
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert (found.low_without, found.high_without) == ("", "")


def test_range_of_two_cases_is_that_of_each_alone() -> None:
    found = compare_pairs({"UK": 1.0, "EU": 5.0}, {"UK": 3.0, "EU": 4.0})
    assert (found.mean, found.low, found.high) == (-0.5, -2.0, 1.0)
    assert (found.low_without, found.high_without) == ("EU", "UK")


def test_an_infinite_score_loses_and_two_of_them_are_equal() -> None:
    found = compare_pairs({"a": 1.0, "b": math.inf, "c": 2.0}, {"a": math.inf, "b": math.inf, "c": 2.5})
    assert found.differences == {"a": -math.inf, "b": 0.0, "c": -0.5}
    assert (found.better, found.worse, found.ties) == (2, 0, 1)
    assert found.mean == -math.inf
    assert (found.high, found.high_without) == (-0.25, "a")


@pytest.mark.parametrize(
    ("second", "message"), [({"EU": 1.0}, "no case in common"), ({"UK": math.nan}, "is no number")]
)
def test_what_cannot_be_compared_is_refused(second: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compare_pairs({"UK": 1.0}, second)
