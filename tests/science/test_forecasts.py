"""Bins, distributions and the probability transform: by hand, against scipy, and uniform where all is calibrated."""

from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments.statistics.bins import RATE_BINS, Bins, smoothed, smoothed_event
from experiments.statistics.forecasts import (
    Laplace,
    WeightedDraws,
    centre_of,
    event_scores,
    number_scores,
    probability_transform,
)
from experiments.statistics.scores import crps
from sim.records import Floats

# Bins


@pytest.mark.parametrize(
    ("rate", "place"),
    [(0.0, 0), (0.0749, 0), (0.075, 1), (0.1, 1), (0.125, 2), (0.15, 2), (0.1749, 2), (0.175, 3), (0.2, 3),
     (0.225, 4), (0.25, 4), (0.275, 5), (0.46, 5), (-0.01, 0)],
)  # fmt: skip
def test_bins_of_rates_hold_their_lower_edge(rate: float, place: int) -> None:
    assert RATE_BINS.place(rate) == place


def test_a_rate_that_was_computed_lies_where_it_does_by_hand() -> None:
    # 0.175 by steps of a grid and as a difference; both are off by a rounding.
    for computed in (7 * 0.025, 0.2 - 0.025, 17.5 / 100, 0.175 - 1e-16, 0.175 + 1e-16):
        assert RATE_BINS.place(computed) == 3
    assert RATE_BINS.place(0.175 - 1e-6) == 2


def test_shares_and_probabilities_of_bins_by_hand() -> None:
    draws = np.array([0.05, 0.10, 0.10, 0.15, 0.30, 0.30, 0.30, 0.15])
    assert RATE_BINS.shares(draws).tolist() == [0.125, 0.25, 0.25, 0.0, 0.0, 0.375]
    # (k + 1/2) / (8 + 3) with k = 1, 2, 2, 0, 0, 3.
    assert RATE_BINS.probabilities(draws) == pytest.approx(np.array([1.5, 2.5, 2.5, 0.5, 0.5, 3.5]) / 11)


def test_probabilities_of_weighted_draws_count_the_effective_number() -> None:
    # Weights 3 and 1: n = 16 / 10 = 1.6, k = 1.2 and 0.4; (k + 1/2) / (1.6 + 3).
    found = RATE_BINS.probabilities(np.array([0.10, 0.20]), np.array([3.0, 1.0]))
    assert found == pytest.approx(np.array([0.5, 1.7, 0.5, 0.9, 0.5, 0.5]) / 4.6)


@given(st.lists(st.floats(0.0, 0.5), min_size=1, max_size=30), st.floats(0.01, 100.0))
def test_equal_weights_of_any_sum_are_no_weights(rates: list[float], weight: float) -> None:
    draws = np.array(rates)
    found = RATE_BINS.probabilities(draws, np.full(len(draws), weight))
    assert found == pytest.approx(RATE_BINS.probabilities(draws))
    assert found.sum() == pytest.approx(1.0)
    assert found.min() > 0


def test_probability_of_an_event_is_that_of_two_bins() -> None:
    # (3 + 1/2) / (4 + 1); never: (0 + 1/2) / (4 + 1).
    assert smoothed_event(np.array([1.0, 0.0, 1.0, 1.0])) == pytest.approx(0.7)
    assert smoothed_event(np.zeros(4)) == pytest.approx(0.1)
    assert smoothed(np.array([0.25, 0.75]), 4.0) == pytest.approx([0.3, 0.7])


@pytest.mark.parametrize("edges", [(), (0.1, 0.1), (0.2, 0.1), (math.nan, 0.1)])
def test_edges_that_do_not_rise_are_refused(edges: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="must rise"):
        Bins(edges)


def test_no_number_lies_in_no_bin() -> None:
    with pytest.raises(ValueError, match="no bin"):
        RATE_BINS.shares(np.array([0.1, math.nan]))


# Laplace


@pytest.mark.parametrize(("centre", "scale"), [(0.15, 0.04), (0.30, 0.01), (0.0, 0.2)])
def test_laplace_has_the_probabilities_of_scipys(centre: float, scale: float) -> None:
    law = stats.laplace(loc=centre, scale=scale)
    cumulated = law.cdf([-np.inf, *RATE_BINS.edges, np.inf])
    found = Laplace(centre, scale)
    assert found.shares(RATE_BINS) == pytest.approx(np.diff(cumulated), abs=1e-15)
    assert found.probabilities(RATE_BINS) == pytest.approx(found.shares(RATE_BINS))
    for value in (-0.1, centre, 0.2):
        assert found.below_and_upto(value) == pytest.approx((law.cdf(value), law.cdf(value)))


def test_laplace_of_the_midpoints_of_28_may() -> None:
    # Both ends of the bin lie 2.5 points from the first, and 0.5 and 5.5 points above the second.
    assert Laplace(0.15, 0.04).shares(RATE_BINS)[2] == pytest.approx(0.465, abs=5e-4)
    assert Laplace(0.12, 0.04).shares(RATE_BINS)[2] == pytest.approx(0.315, abs=5e-4)
    assert Laplace(0.15, 0.04).crps(0.15) == pytest.approx(0.0100, abs=1e-9)
    assert Laplace(0.12, 0.04).crps(0.15) == pytest.approx(0.0189, abs=5e-5)


def test_a_far_bin_keeps_a_probability_on_both_sides() -> None:
    # 50 scales away the cumulated probability is 1 to the last digit; the tail is exp(-50) / 2 on either side.
    above = Laplace(0.025, 0.005).probabilities(RATE_BINS)
    assert above[5] == pytest.approx(math.exp(-50) / 2, rel=1e-9)
    below = Laplace(0.325, 0.005).probabilities(RATE_BINS)
    assert below[0] == pytest.approx(math.exp(-50) / 2, rel=1e-9)


@pytest.mark.parametrize(("centre", "scale"), [(0.1, 0.0), (0.1, -1.0), (math.nan, 0.1), (0.1, math.inf)])
def test_what_is_no_distribution_is_refused(centre: float, scale: float) -> None:
    with pytest.raises(ValueError, match="scale above 0"):
        Laplace(centre, scale)


# All scores of one forecast


def test_scores_of_draws_by_hand() -> None:
    draws = np.array([0.10, 0.15, 0.15, 0.20])
    found = number_scores(WeightedDraws(draws, is_sample=False), 0.15)
    assert found.bin == 2
    # E|X - y| = .1 / 4; E|X - X'| = 2 (.05 * 4 + .1) / 16.
    assert found.crps.value == pytest.approx(0.025 - 0.3 / 16)
    # k = 2 of n = 4.
    assert found.probability == pytest.approx(2.5 / 7)
    assert found.log.value == pytest.approx(-math.log(2.5 / 7))
    # F = 0, .25, .75, 1 against 0, 0, 1, 1
    assert found.ranked.value == pytest.approx(0.0625 + 0.0625)
    assert (found.crps.error, found.log.error, found.ranked.error) == (0.0, 0.0, 0.0)


def test_scores_of_laplace_have_no_monte_carlo_error() -> None:
    found = number_scores(Laplace(0.12, 0.04), 0.15)
    inside = (math.exp(-0.5 / 4) - math.exp(-5.5 / 4)) / 2
    assert astuple(found.crps) == pytest.approx((0.04 * math.exp(-0.75), 0.0))
    assert astuple(found.log) == pytest.approx((-math.log(inside), 0.0))
    assert found.probability == pytest.approx(inside)
    # Cumulated at the edges, less 1 from the bin of 15 % on.
    upto = stats.laplace(0.12, 0.04).cdf(RATE_BINS.edges) - np.array([0, 0, 1, 1, 1])
    assert astuple(found.ranked) == pytest.approx((float((upto**2).sum()), 0.0))


def test_errors_of_scores_are_how_much_they_vary_between_samples() -> None:
    rng = np.random.default_rng(21)
    rates = np.array([0.05, 0.10, 0.15, 0.20, 0.25, 0.30])
    samples = [
        number_scores(WeightedDraws(rng.choice(rates, 600, p=[0.1, 0.3, 0.2, 0.2, 0.1, 0.1])), 0.15) for _ in range(250)
    ]
    for name in ("crps", "log", "ranked"):
        scores = np.array([astuple(getattr(sample, name)) for sample in samples])
        # The sd of 250 scores is known to 4.5 %, and the log score bends: batches of 30 put k / n to its curved part.
        assert math.sqrt((scores[:, 1] ** 2).mean()) == pytest.approx(scores[:, 0].std(ddof=1), rel=0.2)


def test_weights_of_draws_reach_every_score() -> None:
    draws, weights = np.array([0.10, 0.15, 0.30]), np.array([1.0, 2.0, 5.0])
    found = number_scores(WeightedDraws(draws, weights), 0.15)
    repeated = number_scores(WeightedDraws(np.repeat(draws, [1, 2, 5])), 0.15)
    assert found.crps.value == pytest.approx(repeated.crps.value)
    assert found.ranked.value == pytest.approx(repeated.ranked.value)
    number = 64 / 30
    assert found.probability == pytest.approx((number / 4 + 0.5) / (number + 3))


def test_scores_of_an_event_by_hand() -> None:
    draws = np.tile([1.0, 0.0, 1.0, 1.0], 10)
    found = event_scores(draws, happened=False)
    assert found.probability == pytest.approx(0.75)
    assert found.brier.value == pytest.approx(0.5625)
    assert found.log.value == pytest.approx(-math.log(10.5 / 41))
    assert event_scores(draws, happened=True).log.value == pytest.approx(-math.log(30.5 / 41))
    weighted = event_scores(draws, happened=True, weights=np.tile([1.0, 6.0, 1.0, 1.0], 10))
    assert weighted.probability == pytest.approx(1 / 3)
    assert weighted.brier.value == pytest.approx(4 / 9)


def test_errors_of_an_events_scores_are_how_much_they_vary_between_samples() -> None:
    rng = np.random.default_rng(22)
    samples = [event_scores((rng.random(1_000) < 0.3).astype(float), happened=True) for _ in range(250)]
    for name in ("brier", "log"):
        scores = np.array([astuple(getattr(sample, name)) for sample in samples])
        assert math.sqrt((scores[:, 1] ** 2).mean()) == pytest.approx(scores[:, 0].std(ddof=1), rel=0.2)


def test_an_event_is_there_or_not() -> None:
    with pytest.raises(ValueError, match="happened in a draw"):
        event_scores(np.array([0.0, 0.5]), happened=True)


# Probability integral transform


def _mixed(rng: np.random.Generator, count: int) -> Floats:
    """Rates with two atoms and a continuous part: 10 % in 40 of 100, 15 % in 25, and the rest anywhere to 30 %."""
    part = rng.random(count)
    return np.where(part < 0.4, 0.10, np.where(part < 0.65, 0.15, 0.30 * rng.random(count)))


def test_transform_of_a_calibrated_forecast_with_atoms_is_uniform() -> None:
    rng = np.random.default_rng(30)
    forecast = WeightedDraws(_mixed(rng, 20_000))
    outcomes = _mixed(rng, 2_000)
    values = [probability_transform(forecast, outcome, 1, f"case {k}") for k, outcome in enumerate(outcomes)]
    assert stats.kstest(values, "uniform").pvalue > 0.01
    # Without the random part it is not: two thirds of the values are two numbers.
    assert stats.kstest([forecast.below_and_upto(outcome)[1] for outcome in outcomes], "uniform").pvalue < 1e-10
    # And of a forecast that is too narrow it is not either.
    narrow = WeightedDraws(0.12 + 0.3 * (forecast.values - 0.12))
    wrong = [probability_transform(narrow, outcome, 1, f"case {k}") for k, outcome in enumerate(outcomes)]
    assert stats.kstest(wrong, "uniform").pvalue < 1e-10


def test_transform_of_laplace_is_uniform_over_its_own_draws() -> None:
    outcomes = np.random.default_rng(31).laplace(0.12, 0.04, 2_000)
    values = [probability_transform(Laplace(0.12, 0.04), outcome, 1, "any") for outcome in outcomes]
    assert stats.kstest(values, "uniform").pvalue > 0.01


def test_transform_is_keyed_by_seed_and_name_and_lies_in_its_atom() -> None:
    forecast = WeightedDraws(np.array([0.10, 0.15, 0.15 + 1e-16, 0.20]), np.array([1.0, 2.0, 3.0, 4.0]))
    assert forecast.below_and_upto(0.15) == pytest.approx((0.1, 0.6))
    first = probability_transform(forecast, 0.15, 7, "japan.car")
    assert 0.1 < first < 0.6
    assert probability_transform(forecast, 0.15, 7, "japan.car") == first
    assert probability_transform(forecast, 0.15, 7, "japan.rec") != first
    assert probability_transform(forecast, 0.15, 8, "japan.car") != first
    # Where the forecast has no draw there is no chance in it.
    assert probability_transform(forecast, 0.17, 7, "japan.car") == pytest.approx(0.6)
    assert probability_transform(forecast, 0.05, 7, "japan.car") == 0.0
    assert probability_transform(forecast, 0.25, 7, "japan.car") == pytest.approx(1.0)


@pytest.mark.parametrize("values", [np.array([]), np.array([[0.1, 0.2]]), np.array([0.1, math.inf])])
def test_draws_that_are_no_forecast_are_refused(values: Floats) -> None:
    with pytest.raises(ValueError, match="draw"):
        WeightedDraws(values)


def test_draws_score_as_the_function_does() -> None:
    draws, weights = np.array([0.1, 0.3, 0.2]), np.array([5.0, 1.0, 2.0])
    assert WeightedDraws(draws, weights).crps(0.22) == crps(draws, 0.22, weights)


def test_centre_is_the_median() -> None:
    assert centre_of(Laplace(0.15, 0.04)) == 0.15
    assert centre_of(WeightedDraws(np.array([0.3, 0.1, 0.12]))) == 0.12
    with pytest.raises(TypeError, match="a WeightedDraws has no median that is known here"):
        centre_of(WeightedDraws(np.array([0.3, 0.1]), np.array([1.0, 2.0])))
