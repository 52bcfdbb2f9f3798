"""Weighted draws against closed forms: kernel weights, moments, quantiles, correlations, resampling."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.statistics.scores import effective_number
from experiments.statistics.weighted import (
    contraction,
    contraction_error,
    correlations,
    covariances,
    kernel_logs,
    moments,
    quantiles,
    resampled,
    weights_of_logs,
)

#: Rounding of sums of a few hundred numbers around 1.
ROUNDING = 1e-12

COUNTS = st.lists(st.integers(0, 5), min_size=1, max_size=30).filter(any)


def test_the_kernel_is_gaussian_in_the_distance() -> None:
    squares = np.array([[[0.0]], [[1.0]], [[4.0]]])
    np.testing.assert_allclose(kernel_logs(squares, 2.0), [0.0, -1 / 8, -1 / 2], rtol=ROUNDING)


def test_cases_multiply_and_repeats_are_averaged() -> None:
    squares = np.array([[[0.0, 2.0], [4.0, 6.0]]])
    kernels = np.exp(-squares[0] / 2.0)
    expected = math.log(kernels[0].mean()) + math.log(kernels[1].mean())
    assert kernel_logs(squares, 1.0)[0] == pytest.approx(expected, rel=ROUNDING)


def test_kernels_far_below_the_least_number_still_compare() -> None:
    squares = np.array([[[1e6]], [[1e6 + 2.0]]])
    weights = weights_of_logs(kernel_logs(squares, 1.0))
    np.testing.assert_allclose(weights, np.array([1.0, math.exp(-1.0)]) / (1.0 + math.exp(-1.0)), rtol=1e-9)


def test_an_endless_tolerance_weighs_all_alike_and_none_is_refused() -> None:
    squares = np.array([[[3.0]], [[70.0]]])
    np.testing.assert_array_equal(weights_of_logs(kernel_logs(squares, math.inf)), [0.5, 0.5])
    for wrong in (0.0, -1.0, math.nan):
        with pytest.raises(ValueError, match="tolerance must be above 0"):
            kernel_logs(squares, wrong)


@pytest.mark.parametrize(
    ("weights", "number"), [([0.5, 0.25, 0.25], 8 / 3), ([1.0, 0.0, 0.0], 1.0), ([2.0, 2.0, 2.0], 3.0)]
)
def test_effective_number_in_closed_form(weights: list[float], number: float) -> None:
    assert effective_number(np.array(weights), 3) == pytest.approx(number, rel=ROUNDING)


@given(COUNTS)
def test_a_whole_weight_is_so_many_copies(counts: list[int]) -> None:
    values = np.stack([np.arange(len(counts)) ** 1.5, np.cos(np.arange(len(counts)))], axis=1)
    copies = np.repeat(values, counts, axis=0)
    weights = np.array(counts, dtype=np.float64)
    mean, sd = moments(values, weights)
    np.testing.assert_allclose(mean, copies.mean(axis=0), atol=1e-10)
    np.testing.assert_allclose(sd, copies.std(axis=0), atol=1e-6)
    np.testing.assert_allclose(covariances(values, weights), np.cov(copies.T, bias=True), atol=1e-8)
    levels = np.array([0.1, 0.5, 0.9])
    expected = np.quantile(copies[:, 0], levels, method="inverted_cdf")
    # At a level that is itself a sum of weights, rounding decides which side counts.
    upto = np.cumsum(weights) / weights.sum()
    clear = np.abs(upto[:, np.newaxis] - levels).min(axis=0) > 1e-9
    np.testing.assert_array_equal(quantiles(values[:, 0], levels, weights)[clear], expected[clear])


@pytest.mark.parametrize("count", [7, 20, 100, 2_000])
def test_quantiles_are_values_whose_share_reaches_the_level(count: int) -> None:
    """Level k / 20 of n equal draws is draw ceil(k n / 20), also where sums of weights are rounded."""
    twentieths = np.arange(1, 20)
    wanted = -(-twentieths * count // 20) - 1.0
    for weights in (None, np.full(count, 0.1)):
        assert quantiles(np.arange(float(count)), twentieths / 20, weights).tolist() == wanted.tolist()


def test_correlations_are_those_of_numpy_and_unknown_of_what_does_not_vary() -> None:
    values = np.array([[1.0, 2.0, 5.0], [2.0, 1.0, 5.0], [4.0, 3.0, 5.0], [3.0, 7.0, 5.0]])
    found = correlations(values)
    np.testing.assert_allclose(found[:2, :2], np.corrcoef(values[:, :2].T), rtol=ROUNDING)
    assert np.isnan(found[2]).all()
    assert np.isnan(found[:, 2]).all()


def test_contraction_in_closed_form() -> None:
    found = contraction(np.array([2.0, 2.0, 2.0, 0.0]), np.array([2.0, 1.0, 0.0, 0.0]))
    np.testing.assert_array_equal(found[:3], [0.0, 0.75, 1.0])
    assert np.isnan(found[3])


def test_the_error_of_a_contraction_is_its_spread_over_samples() -> None:
    # 2,000 samples of 400 uniform draws: the sd of the sd is known to some 1.6 %; three of those are allowed.
    draws = np.random.default_rng(5).random((2_000, 400))
    prior_sd, equal = math.sqrt(1 / 12), np.ones(400)
    contracted = 1.0 - draws.var(axis=1) / prior_sd**2
    errors = np.array([contraction_error(one, equal, prior_sd) for one in draws[:200]])
    assert errors.mean() == pytest.approx(contracted.std(), rel=0.05)


def test_copies_of_a_draw_make_a_contraction_no_surer() -> None:
    draws = np.random.default_rng(6).random(50)
    once = contraction_error(draws, np.ones(50), 0.3)
    assert contraction_error(np.repeat(draws, 4), np.ones(200), 0.3) == pytest.approx(once, rel=1e-9)
    assert contraction_error(np.tile(draws, 2), np.repeat([1.0, 3.0], 50), 0.3) == pytest.approx(once, rel=1e-9)
    assert math.isnan(contraction_error(draws, np.ones(50), 0.0))


@given(
    st.lists(st.floats(0.0, 1.0), min_size=1, max_size=20).filter(lambda ws: sum(ws) > 1e-3), st.floats(1e-6, 1 - 1e-6)
)
def test_resampling_takes_each_draw_by_its_weight_up_or_down(weights: list[float], uniform: float) -> None:
    given_weights = np.array(weights)
    found = resampled(given_weights, 40, uniform)
    assert len(found) == 40
    assert (np.diff(found) >= 0).all()
    expected = 40 * given_weights / given_weights.sum()
    times = np.bincount(found, minlength=len(weights))
    assert (times >= np.floor(expected - 1e-6)).all()
    assert (times <= np.ceil(expected + 1e-6)).all()
    assert not times[given_weights == 0.0].any()


def test_resampling_by_hand() -> None:
    np.testing.assert_array_equal(resampled(np.array([1.0, 2.0, 1.0]), 4, 0.5), [0, 1, 1, 2])
    np.testing.assert_array_equal(resampled(np.array([0.0, 1.0, 0.0]), 3, 0.99), [1, 1, 1])
