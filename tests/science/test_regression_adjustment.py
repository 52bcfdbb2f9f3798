"""Regression adjustment against least squares and against a posterior in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.statistics.adjustment import DRAWS_A_SLOPE, adjusted
from sim.records import Floats


def _toy(count: int, noise: float, seed: int) -> tuple[Floats, Floats]:
    """Scores that are standard normal, and one statistic that is each score with noise."""
    random = np.random.default_rng(seed)
    scores = random.standard_normal((count, 1))
    return scores, scores + noise * random.standard_normal((count, 1))


def test_what_depends_on_the_statistics_alone_is_moved_to_one_place() -> None:
    statistics = np.random.default_rng(1).standard_normal((200, 2))
    scores = np.stack([3.0 + statistics @ [2.0, -1.0], statistics[:, 1] / 2], axis=1)
    moved = adjusted(scores, statistics, np.array([0.5, 1.0]), np.ones(200))
    assert moved is not None
    np.testing.assert_allclose(moved, np.tile([3.0 + 1.0 - 1.0, 0.5], (200, 1)), atol=1e-10)


def test_slopes_are_those_of_weighted_least_squares() -> None:
    random = np.random.default_rng(2)
    statistics, weights = random.standard_normal((300, 3)), random.random(300)
    scores = statistics @ random.standard_normal((3, 2)) + random.standard_normal((300, 2))
    observed = np.array([0.2, -0.3, 0.1])
    columns = np.column_stack([np.ones(300), statistics - observed])
    roots = np.sqrt(weights)[:, np.newaxis]
    slopes = np.linalg.lstsq(roots * columns, roots * scores, rcond=None)[0][1:]
    moved = adjusted(scores, statistics, observed, weights)
    assert moved is not None
    np.testing.assert_allclose(moved, scores - (statistics - observed) @ slopes, atol=1e-10)


@pytest.mark.parametrize(("noise", "observed"), [(0.5, 0.8), (1.0, -1.2)])
def test_the_posterior_of_normal_data_in_closed_form(noise: float, observed: float) -> None:
    # The regression is linear and its residuals are alike everywhere, so that equally weighted draws are enough.
    scores, statistics = _toy(40_000, noise, 3)
    moved = adjusted(scores, statistics, np.array([observed]), np.ones(40_000))
    assert moved is not None
    mean, variance = observed / (1 + noise**2), noise**2 / (1 + noise**2)
    # Five standard errors of a mean and of a variance of so many draws.
    assert moved.mean() == pytest.approx(mean, abs=5 * math.sqrt(variance / 40_000))
    assert moved.var() == pytest.approx(variance, rel=5 * math.sqrt(2 / 40_000))


def test_statistics_that_do_not_vary_or_say_the_same_change_nothing() -> None:
    scores, statistics = _toy(500, 0.5, 4)
    alone = adjusted(scores, statistics, np.array([0.4]), np.ones(500))
    more = np.column_stack([statistics, np.full(500, 2.0), statistics])
    together = adjusted(scores, more, np.array([0.4, 1.7, 0.4]), np.ones(500))
    assert alone is not None
    assert together is not None
    np.testing.assert_allclose(together, alone, atol=1e-9)


def test_no_line_is_drawn_to_what_the_model_cannot_meet() -> None:
    scores, statistics = _toy(500, 0.5, 5)
    far = adjusted(scores, statistics, np.array([20.0]), np.ones(500))
    assert far is not None
    np.testing.assert_array_equal(far, scores)
    near = adjusted(scores, statistics, np.array([2.0]), np.ones(500))
    assert near is not None
    assert near.mean() > scores.mean() + 0.5


def test_too_few_effective_draws_are_not_adjusted() -> None:
    scores, statistics = _toy(100, 0.5, 6)
    weights = np.zeros(100)
    weights[: 2 * DRAWS_A_SLOPE] = 1.0
    assert adjusted(scores, statistics, np.array([0.0]), weights) is not None
    weights[2 * DRAWS_A_SLOPE - 1] = 0.0
    assert adjusted(scores, statistics, np.array([0.0]), weights) is None
