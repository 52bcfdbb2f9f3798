"""Scores against closed forms and by hand, and proper: the truth has the best expected score."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.statistics.scores import (
    brier_score,
    crps,
    crps_of_laplace,
    effective_number,
    energy_score,
    event_log_score,
    log_score,
    normalised,
    ranked_probability_score,
    skill,
)
from sim.records import Floats

NUMBERS = st.floats(-1e3, 1e3)
DRAWS = st.lists(NUMBERS, min_size=1, max_size=25)
#: Rounding of sums of differences of numbers of up to 1e3.
ROUNDING = 1e-9


def _pairwise_crps(draws: Floats, outcome: float, weights: Floats | None = None) -> float:
    """E|X - y| - E|X - X'| / 2 over all pairs."""
    shares = normalised(weights, len(draws))
    spread = float(shares @ np.abs(draws[:, None] - draws) @ shares)
    return float(shares @ np.abs(draws - outcome)) - spread / 2


# CRPS


@pytest.mark.parametrize(("value", "outcome"), [(0.10, 0.15), (0.15, 0.10), (-2.0, 3.5), (0.15, 0.15)])
def test_crps_of_a_point_is_its_distance(value: float, outcome: float) -> None:
    assert crps(np.array([value]), outcome) == pytest.approx(abs(value - outcome), abs=1e-15)
    assert crps(np.full(7, value), outcome) == pytest.approx(abs(value - outcome), abs=1e-15)


def test_crps_of_the_standard_normal_at_its_mean() -> None:
    # 2 phi(0) - 1 / sqrt(pi) = (sqrt 2 - 1) / sqrt pi. Quantiles at the midpoints of 20,000 cells differ from it by the
    # order of one cell in the tails.
    draws = np.array([NormalDist().inv_cdf((k + 0.5) / 20_000) for k in range(20_000)])
    assert (math.sqrt(2) - 1) / math.sqrt(math.pi) == pytest.approx(0.23369, abs=5e-6)
    assert crps(draws, 0.0) == pytest.approx(0.23369, abs=2e-5)


def test_crps_of_three_draws_by_hand() -> None:
    # E|X - 4| = (3 + 2 + 4) / 3 = 3; E|X - X'| = 2 (1 + 7 + 6) / 9 = 28 / 9; 3 - 14 / 9.
    assert crps(np.array([8.0, 1.0, 2.0]), 4.0) == pytest.approx(13 / 9)


@given(DRAWS, NUMBERS, st.data())
def test_weights_are_repetitions(values: list[float], outcome: float, data: st.DataObject) -> None:
    counts = data.draw(st.lists(st.integers(0, 4), min_size=len(values), max_size=len(values)).filter(any))
    draws, weights = np.array(values), np.array(counts, dtype=float)
    repeated = np.repeat(draws, counts)
    assert crps(draws, outcome, weights) == pytest.approx(crps(repeated, outcome), abs=ROUNDING)
    assert crps(draws, outcome, 0.37 * weights) == pytest.approx(crps(repeated, outcome), abs=ROUNDING)
    vectors, target = np.stack([draws, draws**2 / 1e3], axis=1), np.array([outcome, -outcome])
    assert energy_score(vectors, target, weights) == pytest.approx(
        energy_score(np.repeat(vectors, counts, axis=0), target), abs=1e-7
    )


@given(DRAWS, NUMBERS, st.integers(0, 2**32 - 1))
def test_crps_is_that_over_all_pairs_and_of_the_sorted_form(values: list[float], outcome: float, seed: int) -> None:
    draws = np.array(values)
    weights = np.random.default_rng(seed).random(len(draws)) + 1e-3
    found = crps(draws, outcome, weights)
    assert found == pytest.approx(_pairwise_crps(draws, outcome, weights), abs=ROUNDING)
    # sum w |x - y| - sum w_i x_i (2 F_i - w_i - 1), sorted.
    order = np.argsort(draws)
    x, w = draws[order], weights[order] / weights.sum()
    sorted_form = float(w @ np.abs(x - outcome) - (w * x) @ (2 * np.cumsum(w) - w - 1))
    assert found == pytest.approx(sorted_form, abs=ROUNDING)


@given(DRAWS, NUMBERS, st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_crps_is_not_negative_and_moves_and_scales_with_its_unit(
    values: list[float], outcome: float, shift: float, scale: float
) -> None:
    draws = np.array(values)
    score = crps(draws, outcome)
    assert score >= 0
    assert crps(draws + shift, outcome + shift) == pytest.approx(score, abs=ROUNDING)
    assert crps(scale * draws, scale * outcome) == pytest.approx(scale * score, rel=1e-9, abs=scale * ROUNDING)
    assert crps(-draws, -outcome) == pytest.approx(score, abs=ROUNDING)
    assert crps(draws[::-1], outcome) == pytest.approx(score, abs=ROUNDING)


def test_a_sure_forecast_that_is_right_is_perfect_and_another_one_is_not() -> None:
    assert crps(np.array([0.15, 0.15]), 0.15) == 0.0
    assert crps(np.array([0.15, 0.16]), 0.15) > 0.0


# Laplace


@pytest.mark.parametrize("outcome", [0.0, 0.02, 0.149, 0.15, 0.4])
def test_crps_of_laplace_is_that_of_its_draws(outcome: float) -> None:
    centre, scale = 0.15, 0.04
    uniform = (np.arange(200_000) + 0.5) / 200_000
    draws = centre - scale * np.sign(uniform - 0.5) * np.log(1 - 2 * np.abs(uniform - 0.5))
    # Quantiles at midpoints: the outermost cells leave an error of the order of the scale over their number.
    assert crps_of_laplace(centre, scale, outcome) == pytest.approx(crps(draws, outcome), abs=1e-6)


def test_midpoint_of_the_stated_positions_of_28_may() -> None:
    # Cars between 2.5 and 27.5, reciprocal between 0 and 24, an expected error of 4 points, 15 and 15 agreed:
    # b / 4 = 1.00 points, and 3 + 4 exp(-3 / 4) - 3 = 1.8895 points.
    assert crps_of_laplace((0.025 + 0.275) / 2, 0.04, 0.15) == pytest.approx(0.0100, abs=1e-9)
    assert crps_of_laplace((0.0 + 0.24) / 2, 0.04, 0.15) == pytest.approx(0.04 * math.exp(-0.75), abs=1e-12)
    assert crps_of_laplace((0.0 + 0.24) / 2, 0.04, 0.15) == pytest.approx(0.0189, abs=5e-5)


@given(NUMBERS, st.floats(0.01, 100), NUMBERS, st.floats(-100, 100), st.floats(0.01, 100))
def test_crps_of_laplace_moves_and_scales_with_its_unit(
    centre: float, scale: float, outcome: float, shift: float, unit: float
) -> None:
    score = crps_of_laplace(centre, scale, outcome)
    assert score >= scale / 4 - ROUNDING
    assert crps_of_laplace(centre + shift, scale, outcome + shift) == pytest.approx(score, abs=ROUNDING)
    assert crps_of_laplace(unit * centre, unit * scale, unit * outcome) == pytest.approx(
        unit * score, rel=1e-9, abs=unit * ROUNDING
    )


# Energy score


@given(DRAWS, NUMBERS, st.integers(0, 2**32 - 1))
def test_energy_score_of_one_number_is_its_crps(values: list[float], outcome: float, seed: int) -> None:
    draws = np.array(values)
    weights = np.random.default_rng(seed).random(len(draws)) + 1e-3
    assert energy_score(draws[:, None], np.array([outcome]), weights) == pytest.approx(
        crps(draws, outcome, weights), abs=ROUNDING
    )


def test_energy_score_of_vectors_by_hand() -> None:
    # From (0, 0): (3, 4) is 5 away and (0, 1) is 1 away; from each other sqrt(9 + 9). 3 - sqrt(18) / 4.
    draws = np.array([[3.0, 4.0], [0.0, 1.0]])
    assert energy_score(draws, np.zeros(2)) == pytest.approx(3 - math.sqrt(18) / 4)
    # With weights .8 and .2: .8 * 5 + .2 - .8 * .2 * sqrt(18).
    assert energy_score(draws, np.zeros(2), np.array([4.0, 1.0])) == pytest.approx(4.2 - 0.16 * math.sqrt(18))


def test_energy_score_does_not_depend_on_how_many_distances_are_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = np.random.default_rng(3).normal(size=(101, 4))
    weights = np.arange(1.0, 102.0)
    whole = energy_score(draws, np.ones(4), weights)
    monkeypatch.setattr("experiments.statistics.scores._DISTANCES", 101 * 7)
    assert energy_score(draws, np.ones(4), weights) == pytest.approx(whole, abs=1e-12)


# Events and bins


@pytest.mark.parametrize(
    ("probability", "happened", "brier", "log"),
    [
        (0.7, True, 0.09, -math.log(0.7)),
        (0.7, False, 0.49, -math.log(0.3)),
        (0.0, False, 0.0, 0.0),
        (0.0, True, 1.0, math.inf),
        (1.0, False, 1.0, math.inf),
    ],
)
def test_scores_of_an_event_by_hand(probability: float, happened: bool, brier: float, log: float) -> None:
    assert brier_score(probability, happened=happened) == pytest.approx(brier)
    assert event_log_score(probability, happened=happened) == pytest.approx(log)


def test_ranked_probability_score_by_hand() -> None:
    # F = .2, .5, .9, 1 against 0, 0, 1, 1: .04 + .25 + .01; and if the first bin happens .64 + .25 + .01.
    probabilities = np.array([0.2, 0.3, 0.4, 0.1])
    assert ranked_probability_score(probabilities, 2) == pytest.approx(0.30)
    assert ranked_probability_score(probabilities, 0) == pytest.approx(0.90)
    assert ranked_probability_score(probabilities, 3) == pytest.approx(0.04 + 0.25 + 0.81)
    assert ranked_probability_score(np.array([0.0, 1.0, 0.0]), 1) == 0.0
    # Sure of the lowest of six bins, and the highest happens.
    assert ranked_probability_score(np.eye(6)[0], 5) == pytest.approx(5.0)


def test_ranked_probability_score_of_draws_on_numbered_bins_is_their_crps() -> None:
    # Both integrate (F - 1{z >= y})^2, and between whole numbers nothing changes.
    draws = np.array([0.0, 1.0, 1.0, 3.0, 4.0])
    probabilities = np.bincount(draws.astype(int), minlength=6) / 5
    for happened in range(6):
        assert ranked_probability_score(probabilities, happened) == pytest.approx(crps(draws, float(happened)))


@pytest.mark.parametrize(
    ("score", "baseline", "expected"), [(1.0, 4.0, 0.75), (4.0, 4.0, 0.0), (6.0, 4.0, -0.5), (2.0, 0.0, -math.inf)]
)
def test_skill_is_the_share_of_a_baselines_score_that_is_saved(score: float, baseline: float, expected: float) -> None:
    assert skill(score, baseline) == expected


def test_skill_against_the_perfect_is_unknown_to_the_perfect() -> None:
    assert math.isnan(skill(0.0, 0.0))


# Proper


def _expected(score: Callable[[float, bool], float], truth: float, said: float) -> float:
    return truth * score(said, True) + (1 - truth) * score(said, False)


EVENT_SCORES: dict[str, Callable[[float, bool], float]] = {
    "brier": lambda probability, happened: brier_score(probability, happened=happened),
    "log": lambda probability, happened: event_log_score(probability, happened=happened),
}


@pytest.mark.parametrize("name", EVENT_SCORES)
def test_scores_of_events_are_proper(name: str) -> None:
    score, said = EVENT_SCORES[name], [k / 50 for k in range(1, 50)]
    for truth in said:
        expected = {probability: _expected(score, truth, probability) for probability in said}
        assert min(expected, key=lambda probability: expected[probability]) == truth


@pytest.mark.parametrize("name", EVENT_SCORES)
@pytest.mark.parametrize("truth", [0.1, 0.35, 0.8])
def test_the_true_probability_has_the_lowest_mean_score_of_an_event(name: str, truth: float) -> None:
    score = EVENT_SCORES[name]
    happened = np.random.default_rng(11).random(20_000) < truth
    table = {said: np.where(happened, score(said, True), score(said, False)) for said in np.arange(0.05, 1.0, 0.05)}
    own = np.where(happened, score(truth, True), score(truth, False))
    for said, scores in table.items():
        differences = scores - own
        error = float(differences.std(ddof=1)) / math.sqrt(len(differences))
        # The last term is rounding, where the truth itself is said.
        assert differences.mean() >= -3 * error - 1e-15
        # A fifth away the difference is seen: (p - q)^2 >= .04 is more than ten of these errors, of at most .004.
        if abs(said - truth) >= 0.2:
            assert differences.mean() > 3 * error


def _simplex(parts: int, bins: int) -> list[Floats]:
    """Every distribution over the bins in steps of 1 / parts, with none of them 0."""
    counts = [row for row in product(range(1, parts), repeat=bins) if sum(row) == parts]
    return [np.array(row) / parts for row in counts]


@pytest.mark.parametrize(
    "score",
    [
        pytest.param(lambda said, place: log_score(float(said[place])), id="log"),
        pytest.param(ranked_probability_score, id="ranked"),
        pytest.param(lambda said, place: crps(np.arange(3.0), float(place), said), id="crps"),
        pytest.param(lambda said, place: energy_score(np.eye(3), np.eye(3)[place], said), id="energy"),
    ],
)
def test_scores_of_bins_and_numbers_are_proper(score: Callable[[Floats, int], float]) -> None:
    candidates = _simplex(8, 3)
    table = np.array([[score(said, place) for place in range(3)] for said in candidates])
    for row, truth in enumerate(candidates):
        expected = table @ truth
        others = np.delete(expected, row)
        assert expected[row] < others.min() - 1e-6


# What is no forecast


@pytest.mark.parametrize(
    ("draws", "weights", "message"),
    [
        ([], None, "at least one draw"),
        ([0.1, 0.2], [1.0], "a weight for each of the 2 draws"),
        ([0.1, 0.2], [0.0, 0.0], "one of them above 0"),
        ([0.1, 0.2], [1.0, -0.1], "not negative"),
        ([0.1, 0.2], [1.0, math.nan], "finite"),
        ([0.1, math.nan], None, "must be finite"),
    ],
)
def test_what_is_no_forecast_is_refused(draws: list[float], weights: list[float] | None, message: str) -> None:
    given_weights = None if weights is None else np.array(weights)
    with pytest.raises(ValueError, match=message):
        crps(np.array(draws), 0.1, given_weights)
    with pytest.raises(ValueError, match=message):
        energy_score(np.array(draws)[:, None], np.array([0.1]), given_weights)


def test_vectors_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="do not match"):
        energy_score(np.zeros((4, 3)), np.zeros(2))


def test_effective_number_of_draws() -> None:
    assert effective_number(None, 12) == 12
    assert effective_number(np.full(12, 0.3), 12) == pytest.approx(12)
    assert effective_number(np.array([1.0, 0.0, 1.0, 0.0]), 4) == pytest.approx(2)
    # 16 over 10.
    assert effective_number(np.array([3.0, 1.0]), 2) == pytest.approx(1.6)
