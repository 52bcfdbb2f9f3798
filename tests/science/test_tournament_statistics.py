"""Risk, regret, ranks and their intervals against closed forms and simulation."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.tournament.bootstrap import bootstrapped_means, ranks, world_weights
from experiments.tournament.measures import conditional_value_at_risk, hindsight_regret

VALUES = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=40)


def test_value_at_risk_of_whole_numbers() -> None:
    # The worst 10 % of 1 to 20 are 1 and 2; of 15 % the third one counts in full; of 12.5 % half of the third.
    values = np.random.default_rng(0).permutation(np.arange(1.0, 21.0))
    assert conditional_value_at_risk(values, 0.10) == pytest.approx(1.5)
    assert conditional_value_at_risk(values, 0.15) == pytest.approx(2.0)
    assert conditional_value_at_risk(values, 0.125) == pytest.approx((1 + 2 + 0.5 * 3) / 2.5)


def test_value_at_risk_of_a_normal_sample() -> None:
    # E[X | X <= z_alpha] = mean - sd phi(z_alpha) / alpha. The quantiles at midpoints leave an error of order 1/n.
    alpha, normal = 0.1, NormalDist(2.0, 3.0)
    values = np.array([normal.inv_cdf((k + 0.5) / 20_000) for k in range(20_000)])
    z = NormalDist().inv_cdf(alpha)
    assert conditional_value_at_risk(values, alpha) == pytest.approx(2 - 3 * NormalDist().pdf(z) / alpha, abs=1e-3)


@given(VALUES, st.floats(0.01, 1.0), st.floats(-5.0, 5.0), st.floats(0.1, 5.0))
def test_value_at_risk_is_coherent_in_shift_and_scale(
    values: list[float], alpha: float, shift: float, scale: float
) -> None:
    array = np.array(values)
    risk = float(conditional_value_at_risk(array, alpha))
    # Rounding of sums of numbers of up to 1e3, over as few as a hundredth of one value.
    assert float(conditional_value_at_risk(shift + scale * array, alpha)) == pytest.approx(
        shift + scale * risk, abs=1e-8
    )
    assert array.min() - 1e-8 <= risk <= array.mean() + 1e-8
    assert float(conditional_value_at_risk(array, 1.0)) == pytest.approx(array.mean(), abs=1e-8)


def test_regret_compares_within_a_world_and_against_the_same_opponent() -> None:
    us = np.array([[[1.0, 4.0], [0.0, 0.0]], [[3.0, 2.0], [5.0, 0.0]]])  # [us, japan, world]
    japan = np.array([[[1.0, 0.0], [2.0, 0.0]], [[0.0, 7.0], [0.0, 6.0]]])
    regret = hindsight_regret(np.stack([us, japan], axis=-1))
    assert regret[..., 0].tolist() == [[[2.0, 0.0], [5.0, 0.0]], [[0.0, 2.0], [0.0, 0.0]]]
    assert regret[..., 1].tolist() == [[[1.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 1.0]]]


def test_samples_of_worlds_are_samples_with_replacement() -> None:
    weights = np.concatenate(list(world_weights(30, 130, 5)))
    assert weights.shape == (130, 30)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)
    counts = weights * 30
    np.testing.assert_allclose(counts, counts.round(), atol=1e-12)


def test_bootstrapped_means_spread_by_the_standard_error() -> None:
    values = np.random.default_rng(1).normal(size=(400, 3))
    means = bootstrapped_means(values, 4_000, 7)
    # sd of a mean is sd / sqrt(n); that of an sd from 4,000 draws is 1.1 %, so that 5 % are over four of them.
    np.testing.assert_allclose(means.std(axis=0), values.std(axis=0) / math.sqrt(400), rtol=0.05)


#: Repetitions, worlds and samples of the simulated tournaments below.
REPEATED, WORLDS, DRAWS = 600, 150, 200


@pytest.mark.parametrize(
    "means", [(0.0, 0.3, 0.6, 0.9), (0.0, 0.0, 0.0, 0.0), (0.0, 0.05, 0.5, 0.55)], ids=["apart", "tied", "close"]
)
def test_rank_intervals_cover_the_true_rank(means: tuple[float, ...]) -> None:
    source = np.random.default_rng(11)
    true = np.array([1 + sum(other > mean for other in means) for mean in means])
    last = np.array([sum(other >= mean for other in means) for mean in means])
    covered = np.zeros(len(means))
    for repetition in range(REPEATED):
        # What worlds share cancels, as it does under common random numbers.
        scores = np.array(means) + source.normal(size=(WORLDS, len(means))) + 5.0 * source.normal(size=(WORLDS, 1))
        found = ranks(scores, bootstrapped_means(scores, DRAWS, repetition), 0.95)
        # Tied players hold all ranks of their group.
        covered += (found.low <= true) & (last <= found.high)
    # 3,000 repetitions gave 94 %: few worlds and samples cost a point. Three standard errors of 600 are 2.9 %.
    assert (covered / REPEATED > 0.911).all()


def test_ranks_that_are_far_apart_are_certain() -> None:
    scores = np.random.default_rng(2).normal(size=(200, 3)) + np.array([0.0, 9.0, 5.0])
    found = ranks(scores, bootstrapped_means(scores, 200, 1), 0.95)
    assert found.rank.tolist() == found.low.tolist() == found.high.tolist() == [3, 1, 2]
    assert found.best_share.tolist() == [0.0, 1.0, 0.0]


def test_equal_players_share_rank_and_first_place() -> None:
    one = np.random.default_rng(2).normal(size=(50, 1))
    scores = np.hstack([one, one, one - 4.0])
    found = ranks(scores, bootstrapped_means(scores, 200, 1), 0.95)
    assert found.rank.tolist() == [1, 1, 3]
    assert (found.low.tolist(), found.high.tolist()) == ([1, 1, 3], [2, 2, 3])
    assert found.best_share.tolist() == [0.5, 0.5, 0.0]
