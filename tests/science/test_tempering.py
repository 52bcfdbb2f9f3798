"""Sequential Monte Carlo against closed forms: its schedule, its resampling, and the posterior of normal data."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest

from experiments.statistics.adjustment import adjusted
from experiments.statistics.scores import effective_number
from experiments.statistics.tempering import KEPT, Particles, next_tolerance, reweighted, temper
from experiments.statistics.weighted import moments
from sim.draws import uniforms
from sim.records import Floats

COUNT = 4_000


def _particles(squares: Floats, weights: Floats | None = None) -> Particles:
    count = len(squares)
    own = np.full(count, 1.0 / count) if weights is None else weights
    zeros = np.zeros((count, 1))
    return Particles(zeros, squares.reshape(count, 1, 1), zeros, np.arange(count), own)


def test_the_next_tolerance_leaves_the_wanted_share_in_closed_form() -> None:
    # Half of the particles at no distance, half at 3: the ratio k of their weights solves
    # (1 + k)^2 / (2 (1 + k^2)) = 0.9, and k = exp(-9 / (2 T^2)).
    particles = _particles(np.repeat([0.0, 9.0], 50))
    wanted = 2 * KEPT - 1
    ratio = (1 - math.sqrt(1 - wanted**2)) / wanted
    expected = math.sqrt(-9.0 / (2 * math.log(ratio)))
    assert next_tolerance(particles, math.inf, 1e-3) == pytest.approx(expected, rel=1e-9)


def test_each_tolerance_brings_the_effective_number_to_its_share() -> None:
    squares = np.random.default_rng(1).chisquare(3, 500)
    first = next_tolerance(_particles(squares), math.inf, 1e-3)
    weights = reweighted(_particles(squares), math.inf, first)
    assert effective_number(weights, 500) == pytest.approx(KEPT * 500, rel=1e-9)
    second = next_tolerance(_particles(squares, weights), first, 1e-3)
    assert second < first
    again = reweighted(_particles(squares, weights), first, second)
    assert effective_number(again, 500) == pytest.approx(KEPT**2 * 500, rel=1e-9)
    # In one step or in two, weights are those of the last tolerance.
    np.testing.assert_allclose(again, reweighted(_particles(squares), math.inf, second), rtol=1e-9)


def test_the_least_tolerance_ends_the_schedule() -> None:
    assert next_tolerance(_particles(np.array([0.0, 0.01])), math.inf, 0.5) == 0.5


def _normal_data(noise: float, observed: float, seed: int, scores: Floats, first: int) -> tuple[Floats, Floats]:
    """One statistic, the score with normal noise that is drawn by number."""
    from scipy.special import ndtri

    said = scores[:, :1] + noise * ndtri(uniforms(seed, "noise", first, len(scores)))
    return ((said - observed) ** 2)[:, np.newaxis, :], said


def _drawn(seed: int, name: str, rows: int, width: int) -> Floats:
    return uniforms(seed, name, 0, rows, width)


def _start(noise: float, observed: float, seed: int, count: int = COUNT) -> Particles:
    from scipy.special import ndtri

    scores = ndtri(uniforms(seed, "prior", 0, count, 2))
    squares, said = _normal_data(noise, observed, seed, scores, 0)
    return Particles(scores, squares, said, np.arange(count), np.full(count, 1.0 / count))


@pytest.mark.parametrize(("noise", "observed"), [(0.5, 1.0), (0.3, -0.7)])
def test_the_posterior_of_normal_data(noise: float, observed: float) -> None:
    least = 0.1
    found = temper(_start(noise, observed, 7), partial(_normal_data, noise, observed, 7), partial(_drawn, 7), least)
    assert (found.ended, found.tolerance) == ("tolerance", least)
    # The kernel is noise of its own: variances of both add up.
    error = noise**2 + least**2
    mean, sd = moments(found.particles.scores, found.particles.weights)
    # Particles are copies in part; 400 independent ones would stray so far in one case of a thousand.
    variance = error / (1 + error)
    assert mean[0] == pytest.approx(observed / (1 + error), abs=3.3 * math.sqrt(variance / 400))
    assert sd[0] ** 2 == pytest.approx(variance, rel=3.3 * math.sqrt(2 / 400))
    # The second parameter is not in the data.
    assert (mean[1], sd[1]) == pytest.approx((0.0, 1.0), abs=0.17)


def test_particles_are_resampled_below_half() -> None:
    found = temper(_start(0.5, 1.5, 3, 1_000), partial(_normal_data, 0.5, 1.5, 3), partial(_drawn, 3), 0.1)
    before = 1_000.0
    for step in found.steps:
        wanted = KEPT * before
        if step.tolerance > 0.1:
            assert step.effective == pytest.approx(wanted, rel=1e-6)
        assert step.resampled == (step.effective < 500)
        before = 1_000.0 if step.resampled else step.effective
    assert any(step.resampled for step in found.steps)
    tolerances = [step.tolerance for step in found.steps]
    assert tolerances == sorted(tolerances, reverse=True)


def test_it_stops_where_moves_are_refused_or_steps_are_used_up() -> None:
    start = _start(0.5, 1.0, 4, 500)

    def far(scores: Floats, _first: int) -> tuple[Floats, Floats]:
        return np.full((len(scores), 1, 1), 1e9), np.zeros((len(scores), 1))

    stopped = temper(start, far, partial(_drawn, 4), 0.1)
    assert (stopped.ended, len(stopped.steps), stopped.steps[0].accepted) == ("acceptance", 1, 0.0)
    np.testing.assert_array_equal(stopped.particles.scores, start.scores)
    short = temper(start, partial(_normal_data, 0.5, 1.0, 4), partial(_drawn, 4), 0.1, most_steps=3)
    assert (short.ended, len(short.steps)) == ("steps", 3)
    assert short.tolerance > 0.1


def test_what_particles_said_goes_with_them() -> None:
    found = temper(_start(0.5, 1.0, 5, 600), partial(_normal_data, 0.5, 1.0, 5), partial(_drawn, 5), 0.2)
    last = found.particles
    for place in (0, 100, 599):
        number = int(last.numbers[place])
        squares, said = _normal_data(0.5, 1.0, 5, last.scores[place : place + 1], number)
        np.testing.assert_allclose(last.said[place], said[0], rtol=1e-12)
        np.testing.assert_allclose(last.squares[place], squares[0], rtol=1e-12)


def test_the_same_streams_give_the_same_bits() -> None:
    one, other = (
        temper(_start(0.5, 1.0, 6, 300), partial(_normal_data, 0.5, 1.0, 6), partial(_drawn, 6), 0.2) for _ in range(2)
    )
    assert one.particles.scores.tobytes() == other.particles.scores.tobytes()
    assert one.steps == other.steps


def test_weights_regression_and_tempering_agree() -> None:
    start = _start(0.5, 1.0, 8, 40_000)
    moved = adjusted(start.scores, start.said, np.array([1.0]), reweighted(start, math.inf, 1.0))
    assert moved is not None
    mean, sd = moments(moved, reweighted(start, math.inf, 1.0))
    small = temper(_start(0.5, 1.0, 8), partial(_normal_data, 0.5, 1.0, 8), partial(_drawn, 8), 0.05)
    other_mean, other_sd = moments(small.particles.scores, small.particles.weights)
    np.testing.assert_allclose(mean, other_mean, atol=0.1)
    np.testing.assert_allclose(sd, other_sd, rtol=0.15)
