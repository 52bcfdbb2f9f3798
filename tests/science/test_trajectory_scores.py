"""Courses of talks against dated intervals: by hand, and equal to the common scores where an interval is a point."""

from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.statistics.score_errors import batch_error
from experiments.statistics.scores import crps, energy_score
from experiments.statistics.trajectories import beyond, trajectory_energy, trajectory_score

#: Three draws of two rows: a rate between 10 and 24 % and purchases of US$ bn 2 to 4 a year.
DRAWS = np.array([[0.12, 1.0], [0.30, 3.0], [0.06, 9.0]])
LOW, HIGH = np.array([0.10, 2.0]), np.array([0.24, 4.0])
UNIT = np.array([0.01, 1.0])


def test_distance_beyond_an_interval_has_a_sign_and_a_unit() -> None:
    assert beyond(DRAWS, LOW, HIGH, UNIT) == pytest.approx(np.array([[0.0, -1.0], [6.0, 0.0], [-4.0, 5.0]]))


def test_score_of_rows_by_hand() -> None:
    found = trajectory_score(DRAWS, LOW, HIGH, UNIT)
    # Distances 0, 6, -4: mean 10 / 3, pairs 2 (6 + 4 + 10) / 9; and -1, 0, 5: 2, 2 (1 + 6 + 5) / 9.
    assert found.rows == pytest.approx([10 / 3 - 20 / 9, 2 - 12 / 9])
    assert found.mean.value == pytest.approx((10 / 9 + 6 / 9) / 2)
    assert found.present.tolist() == pytest.approx([1.0, 1.0])


def test_draws_inside_of_all_intervals_score_nothing_however_they_differ() -> None:
    draws = np.array([[0.10, 2.0], [0.24, 4.0], [0.17, 3.1]])
    assert trajectory_score(draws, LOW, HIGH).rows.tolist() == [0.0, 0.0]
    assert trajectory_energy(draws, LOW, HIGH).value == 0.0
    assert trajectory_score(draws + 1e-3, LOW, HIGH).mean.value > 0


@given(st.integers(0, 2**32 - 1))
def test_an_interval_of_one_point_has_the_common_scores(seed: int) -> None:
    rng = np.random.default_rng(seed)
    draws, point, weights = rng.normal(size=(12, 3)), rng.normal(size=3), rng.random(12) + 0.01
    found = trajectory_score(draws, point, point, weights=weights)
    expected = [crps(draws[:, row], float(point[row]), weights) for row in range(3)]
    assert found.rows == pytest.approx(expected)
    assert found.mean.value == pytest.approx(np.mean(expected))
    assert trajectory_energy(draws, point, point, weights=weights).value == pytest.approx(
        energy_score(draws, point, weights)
    )


@given(st.integers(0, 2**32 - 1))
def test_a_wider_interval_never_scores_more(seed: int) -> None:
    rng = np.random.default_rng(seed)
    draws, point = rng.normal(size=(12, 1)), rng.normal(size=1)
    narrow = trajectory_score(draws, point - 0.1, point + 0.1).mean.value
    assert 0 <= trajectory_score(draws, point - 0.5, point + 0.1).mean.value <= narrow + 1e-12
    assert narrow <= crps(draws[:, 0], float(point[0])) + 1e-12


def test_score_is_the_integral_outside_of_the_interval() -> None:
    # Integral of F^2 below 0.10 and of (1 - F)^2 above 0.24, on a fine grid.
    draws = np.array([0.02, 0.08, 0.15, 0.25, 0.40])
    z = np.arange(0.0, 0.5, 1e-5) + 5e-6
    F = (draws[:, None] <= z).mean(axis=0)
    expected = 1e-5 * (F[z < 0.10] ** 2).sum() + 1e-5 * ((1 - F[z > 0.24]) ** 2).sum()
    found = trajectory_score(draws[:, None], np.array([0.10]), np.array([0.24]))
    assert found.mean.value == pytest.approx(expected, abs=1e-9)


def test_an_end_that_is_not_known_is_never_passed() -> None:
    draws = np.array([[0.5], [0.3]])
    assert trajectory_score(draws, np.array([0.2]), np.array([math.inf])).mean.value == 0.0
    assert trajectory_score(draws, np.array([-math.inf]), np.array([0.3])).mean.value == pytest.approx(0.1 - 0.05)


def test_a_row_is_scored_on_the_draws_that_have_a_position() -> None:
    draws = np.array([[0.30, math.nan, math.nan], [math.nan, math.nan, 0.24], [0.05, math.nan, 0.30]])
    low, high = np.full(3, 0.10), np.full(3, 0.24)
    found = trajectory_score(draws, low, high, 0.01, np.array([1.0, 2.0, 3.0]))
    assert found.present == pytest.approx([4 / 6, 0.0, 5 / 6])
    # Distances 6 and -5 with weights 1/4 and 3/4; 0 and 6 with weights 2/5 and 3/5.
    first, last = (6 + 15) / 4 - 3 / 16 * 11, 18 / 5 - 6 / 25 * 6
    assert found.rows[[0, 2]] == pytest.approx([first, last])
    assert math.isnan(found.rows[1])
    assert found.mean.value == pytest.approx((first + last) / 2)
    with pytest.raises(ValueError, match="finite"):
        trajectory_energy(draws, low, high)


def test_without_any_position_there_is_no_score() -> None:
    found = trajectory_score(np.full((3, 2), math.nan), LOW, HIGH)
    assert math.isnan(found.mean.value)
    assert found.present.tolist() == [0.0, 0.0]


def test_energy_sees_what_goes_together_and_the_mean_over_rows_does_not() -> None:
    together, apart = np.array([[1.0, 1.0], [-1.0, -1.0]]), np.array([[1.0, -1.0], [-1.0, 1.0]])
    point = np.ones(2)
    assert trajectory_score(together, point, point).mean.value == trajectory_score(apart, point, point).mean.value
    assert trajectory_energy(together, point, point).value < trajectory_energy(apart, point, point).value


def test_error_of_a_course_is_how_much_its_score_varies_between_samples() -> None:
    rng = np.random.default_rng(40)
    low, high = np.array([0.10, 0.20]), np.array([0.24, 0.40])
    found = [
        astuple(trajectory_score(rng.normal(0.17, 0.08, (1_000, 2)).cumsum(axis=1), low, high, 0.01).mean)
        for _ in range(300)
    ]
    scores, errors = np.transpose(found)
    # The sd of 300 scores is known to 4.1 %: four of that, and the error of batches of 50 is too large by 5 %.
    assert math.sqrt((errors**2).mean()) == pytest.approx(scores.std(ddof=1), rel=0.21)


def test_errors_of_courses_are_those_of_their_batches() -> None:
    rng = np.random.default_rng(41)
    draws, weights = rng.normal(0.17, 0.08, (80, 2)), rng.random(80)
    low, high = np.array([0.10, 0.20]), np.array([0.15, 0.22])
    distances = beyond(draws, low, high, 0.01)
    assert trajectory_energy(draws, low, high, 0.01, weights).error == batch_error(
        lambda values, shares: energy_score(values, np.zeros(2), shares), distances, weights
    )
    rows = trajectory_score(draws, low, high, 0.01, weights)
    assert rows.mean.error == pytest.approx(
        batch_error(
            lambda values, shares: (crps(values[:, 0], 0.0, shares) + crps(values[:, 1], 0.0, shares)) / 2,
            distances,
            weights,
        )
    )


@pytest.mark.parametrize(
    ("low", "high", "unit", "message"),
    [
        ([0.1], [0.2], 1.0, "do not match"),
        ([0.1, 0.3], [0.2, 0.2], 1.0, "low <= high"),
        ([0.1, math.nan], [0.2, 0.2], 1.0, "low <= high"),
        ([0.1, 0.1], [0.2, 0.2], 0.0, "unit above 0"),
    ],
)
def test_what_is_no_interval_is_refused(low: list[float], high: list[float], unit: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        trajectory_score(DRAWS, np.array(low), np.array(high), unit)
