"""Risk, regret, ranks and their intervals against closed forms and simulation."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Generator

from experiments.questions.tournament.measures import conditional_value_at_risk, hindsight_regret
from experiments.questions.tournament.ranks import FEWEST_WORLDS, mean_margins, ranks
from experiments.statistics.resampling import bootstrapped_means, world_weights
from sim.records import Floats

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
    us = np.array([[[1.0, 4.0], [0.0, 0.0]], [[3.0, 2.0], [5.0, 0.0]]])  # [us, partner, world]
    partner = np.array([[[1.0, 0.0], [2.0, 0.0]], [[0.0, 7.0], [0.0, 6.0]]])
    regret = hindsight_regret(np.stack([us, partner], axis=-1))
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


#: Repetitions, samples and players of the simulated tournaments below.
REPEATED, DRAWS, PLAYERS = 300, 200, 8
UNEQUAL = np.array([0.0, 0.0, 0.05, 0.3, 0.3, 0.6, 1.2, 2.4])


def _equal_normal(source: Generator, worlds: int) -> Floats:
    # What worlds share cancels, as it does under common random numbers.
    return np.asarray(source.normal(size=(worlds, PLAYERS)) + 5.0 * source.normal(size=(worlds, 1)))


def _equal_heavy(source: Generator, worlds: int) -> Floats:
    return np.asarray(source.standard_t(3, size=(worlds, PLAYERS)))


def _equal_skewed(source: Generator, worlds: int) -> Floats:
    return np.asarray(source.lognormal(size=(worlds, PLAYERS)))


def _equal_discrete(source: Generator, worlds: int) -> Floats:
    return np.asarray(source.random((worlds, PLAYERS)) < 0.3, dtype=np.float64)


def _equal_means(source: Generator, worlds: int) -> Floats:
    """One player gets the same in every world, half of the others have long tails."""
    scores = source.normal(size=(worlds, PLAYERS))
    scores[:, :4] = source.exponential(size=(worlds, 4)) - 1.0
    scores[:, 0] = 0.0
    return scores


def _unequal(source: Generator, worlds: int) -> Floats:
    return np.asarray(_equal_normal(source, worlds) + UNEQUAL)


#: Players whose scores are alike in distribution, so that their coverage is the same number.
ALIKE: dict[Callable[[Generator, int], Floats], list[list[int]]] = {
    _equal_means: [[0], [1, 2, 3], [4, 5, 6, 7]],
    _unequal: [[0, 1], [2], [3, 4], [5], [6], [7]],
}


@pytest.mark.parametrize(
    "worlds", [10, pytest.param(20, marks=pytest.mark.long), pytest.param(50, marks=pytest.mark.long)]
)
@pytest.mark.parametrize(
    "scores", [_equal_normal, _equal_heavy, _equal_skewed, _equal_discrete, _equal_means, _unequal]
)
def test_rank_intervals_cover_the_true_ranks(scores: Callable[[Generator, int], Floats], worlds: int) -> None:
    source = np.random.default_rng(11)
    means = UNEQUAL if scores is _unequal else np.zeros(PLAYERS)
    first = 1 + (means[np.newaxis, :] > means[:, np.newaxis]).sum(axis=1)
    # Tied players hold all ranks of their group.
    last = (means[np.newaxis, :] >= means[:, np.newaxis]).sum(axis=1)
    covered = np.zeros(PLAYERS)
    # Eight players that are alike give a standard error of 0.7 points in 300 repetitions; one alone of 0.8 in 1,000.
    repeated = 1_000 if scores in ALIKE else REPEATED
    for repetition in range(repeated):
        found = ranks(scores(source, worlds), 0.95, DRAWS, repetition)
        covered += (found.low <= first) & (last <= found.high)
    # The demand itself is the bound: the draws are always the same, so that no tolerance is needed, and a procedure
    # that covers 91 % is more than two standard errors below it.
    for alike in ALIKE.get(scores, [list(range(PLAYERS))]):
        assert covered[alike].mean() / repeated >= 0.93, alike


def test_intervals_of_means_cover_the_true_mean() -> None:
    source = np.random.default_rng(4)
    covered = np.zeros(2)
    for repetition in range(REPEATED):
        values = np.column_stack([source.normal(size=10), source.exponential(size=10) - 1.0])
        covered += np.abs(values.mean(axis=0)) <= mean_margins(values, 0.95, DRAWS, repetition)
    # Student's t holds exactly for the first; three standard errors of 300 are 4 points. The percentile bootstrap that
    # is usual gives 90 and 85 %.
    assert (covered / REPEATED > 0.91).all()


def test_an_interval_of_a_mean_is_never_narrower_than_that_of_student() -> None:
    values = np.array([[0.0], [2.0]] * 5)
    # sd sqrt(10/9) / sqrt(10) = 1/3, times t(9, 0.975) = 2.2622: 0.7541; a bootstrap quantile may only widen it.
    assert 0.7540 <= mean_margins(values, 0.95, 100, 1)[0] < 1.5
    assert mean_margins(np.full((12, 1), 7.0), 0.95, 100, 1)[0] == 0.0


def test_an_interval_of_a_mean_is_infinite_where_samples_often_draw_one_value() -> None:
    # Of 100 worlds, of which all but k give the same, a sample draws one value throughout with a chance of 0.98^100 =
    # 13 % for two and 0.95^100 = 0.6 % for five. The bound is 5 %.
    source = np.random.default_rng(0)
    for odd, infinite in ((2, True), (5, False)):
        values = (np.arange(100) < odd)[:, np.newaxis] * source.normal(size=(100, 3))
        assert (np.isinf(mean_margins(values, 0.95, 1_000, 1)) == infinite).all(), odd


def test_with_few_worlds_no_mean_has_an_interval() -> None:
    values = np.random.default_rng(0).normal(size=(FEWEST_WORLDS, 3)) * [1.0, 1e-3, 0.0]
    assert np.isfinite(mean_margins(values, 0.95, 1_000, 1)).all()
    assert np.isinf(mean_margins(values[:-1], 0.95, 1_000, 1)).all()


def test_from_the_fewest_worlds_on_an_interval_of_a_share_holds() -> None:
    # Zeros and ones, a fifth of them ones: 91 of 100 hold; with 9 worlds it would be 84, and 62 with 4, for such worlds
    # are often all zeros.
    source = np.random.default_rng(FEWEST_WORLDS)
    values = (source.random((REPEATED, FEWEST_WORLDS)) < 0.2).astype(float)
    margins = [mean_margins(one[:, np.newaxis], 0.95, DRAWS, seed)[0] for seed, one in enumerate(values)]
    assert (np.abs(values.mean(axis=1) - 0.2) <= margins).mean() > 0.86


def test_an_odd_world_bounds_nothing_and_leaves_other_comparisons_alone() -> None:
    # The first two differ in one world of 40, which 36 % of the samples miss; the third is far behind both.
    source = np.random.default_rng(2)
    one = source.normal(size=40)
    other = one + np.eye(40)[7] * 0.5
    found = ranks(np.column_stack([one, other, one - 5.0 + source.normal(size=40)]), 0.95, 500, 1)
    assert (found.low.tolist(), found.high.tolist()) == ([1, 1, 3], [2, 2, 3])


def test_with_few_worlds_the_interval_is_the_whole_field() -> None:
    scores = np.random.default_rng(2).normal(size=(FEWEST_WORLDS, 3)) * 1e-3 + np.array([0.0, 9.0, 5.0])
    whole = ranks(scores, 0.95, 200, 1)
    assert whole.low.tolist() == whole.high.tolist() == [3, 1, 2]
    few = ranks(scores[:-1], 0.95, 200, 1)
    assert (few.rank.tolist(), few.low.tolist(), few.high.tolist()) == ([3, 1, 2], [1, 1, 1], [3, 3, 3])


def test_ranks_that_are_far_apart_are_certain() -> None:
    scores = np.random.default_rng(2).normal(size=(200, 3)) + np.array([0.0, 9.0, 5.0])
    found = ranks(scores, 0.95, 200, 1)
    assert found.rank.tolist() == found.low.tolist() == found.high.tolist() == [3, 1, 2]
    assert found.best_share.tolist() == [0.0, 1.0, 0.0]


def test_equal_players_share_rank_and_first_place() -> None:
    one = np.random.default_rng(2).normal(size=(50, 1))
    scores = np.hstack([one, one, one - 4.0])
    found = ranks(scores, 0.95, 200, 1)
    assert found.rank.tolist() == [1, 1, 3]
    assert (found.low.tolist(), found.high.tolist()) == ([1, 1, 3], [2, 2, 3])
    assert found.best_share.tolist() == [0.5, 0.5, 0.0]
