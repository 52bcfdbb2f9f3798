"""Ranks of true values: uniform under a right posterior, told apart under one that is too narrow."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import chisquare

from sim.records import Integers
from tests.uniform_ranks import rank_among, uniformity

DRAWS = 19
BINS = 10


def _ranks(worlds: int, scale: float, seed: int) -> Integers:
    """Ranks in worlds of normal data whose posterior has the right mean and `scale` times the right sd."""
    random = np.random.default_rng(seed)
    found = np.empty(worlds, dtype=np.int64)
    for world in range(worlds):
        truth = random.standard_normal()
        seen = truth + random.standard_normal()
        posterior = seen / 2 + scale * math.sqrt(0.5) * random.standard_normal((400, 1))
        uniforms = random.random(DRAWS + 1)
        found[world] = rank_among(posterior, np.array([truth]), np.ones(400), DRAWS, uniforms)[0]
    return found


def test_ranks_are_uniform_under_the_right_posterior_and_not_under_a_narrow_one() -> None:
    assert uniformity(_ranks(1_000, 1.0, 1), DRAWS, BINS).p_value > 1e-3
    narrow = uniformity(_ranks(1_000, 0.7, 2), DRAWS, BINS)
    assert narrow.p_value < 1e-6
    # Too narrow a posterior has the truth outside it too often.
    assert min(narrow.counts[0], narrow.counts[-1]) > 1.3 * 100


def test_weights_decide_among_which_draws_a_value_ranks() -> None:
    values = np.array([[0.0, 9.0], [1.0, 5.0], [2.0, 1.0]])
    truth = np.array([1.5, 6.0])
    uniforms = np.array([0.05, 0.15, 0.95, 0.5])
    # The draws taken are the first, the second and the third, for weights 1, 1 and 8.
    found = rank_among(values, truth, np.array([1.0, 1.0, 8.0]), 3, uniforms)
    np.testing.assert_array_equal(found, [2, 2])


@pytest.mark.parametrize(("broken", "rank"), [(0.0, 1), (0.4, 2), (0.99, 3)])
def test_ties_are_broken_by_chance(broken: float, rank: int) -> None:
    values = np.array([[0.0], [1.0], [1.0], [2.0]])
    found = rank_among(values, np.array([1.0]), np.ones(4), 4, np.array([0.1, 0.3, 0.6, 0.9, broken]))
    assert found[0] == rank


def test_uniformity_is_a_chi_squared_test_with_bonferronis_correction() -> None:
    ranks = np.array([0, 0, 1, 3, 3, 3, 2, 1])
    found = uniformity(ranks, 3, 2, tests=2)
    assert found.counts == (4, 4)
    uneven = uniformity(np.array([0, 0, 0, 0, 1, 3]), 3, 2, tests=3)
    statistic, p_value = chisquare([5, 1])
    assert uneven.counts == (5, 1)
    assert uneven.chi_squared == pytest.approx(statistic)
    assert uneven.p_value == pytest.approx(3 * p_value)
    assert uniformity(np.array([0, 3]), 3, 2, tests=9).p_value == 1.0
    with pytest.raises(ValueError, match="20 ranks do not divide into 3 bins"):
        uniformity(ranks, 19, 3)
