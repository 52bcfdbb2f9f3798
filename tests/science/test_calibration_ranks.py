"""Simulation-based calibration of the weights, and recovery of planted parameters, on synthetic worlds of the model.

In a synthetic world parameters are drawn from the prior, and its record is what its talks say, with the error that the
kernel takes the record to have. Weighted draws of other talks are then exact but for the number of draws, so that the
rank of the true value among them is uniform.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np
import pytest
from scipy.special import ndtri

from experiments.cases.pooled import shared_probabilities
from experiments.config.load import load_config
from experiments.questions.calibrate.fitting import squares_of
from experiments.questions.calibrate.parameters import values_at, with_priors
from experiments.questions.calibrate.simulation import CaseTalks, simulated
from experiments.questions.calibrate.targets import targets_of
from experiments.record.record import read_record
from experiments.statistics.scores import effective_number
from experiments.statistics.weighted import contraction, kernel_logs, moments, weights_of_logs
from sim.draws import uniforms
from sim.records import Floats, Integers
from tests.uniform_ranks import rank_among, uniformity

PATHS: Final = ("tactics.us_treasury.beta", "red_lines.japan_farm.at_most", "tactics.partner.beta")

#: Ranks among so many draws, in bins of which each is as likely.
TAKEN: Final = 19
BINS: Final = 10

#: Standard deviation of the record around the model, in widths of its rows.
TOLERANCE: Final = 1.0

#: A test of ranks that are uniform fails with this chance, over all parameters together.
CHANCE: Final = 1e-3


def _talks(*sets: str) -> CaseTalks:
    config = with_priors(load_config("japan_us_2025", sets), PATHS)
    rows = targets_of("Japan", config, read_record(), date(2025, 6, 28), ()).rows
    return CaseTalks("Japan", config, tuple(row for row in rows if row.fitted))


def _said(talks: CaseTalks, seed: int, count: int) -> tuple[Floats, Floats]:
    """Values of the parameters of draws, and what their talks say."""
    probabilities = shared_probabilities(talks.config, PATHS, seed, 0, count)
    shared = {path: probabilities[:, place] for place, path in enumerate(PATHS)}
    return probabilities, simulated(talks, shared, seed, 0, 0, count)


def _with_error(talks: CaseTalks, said: Floats, error: Floats) -> CaseTalks:
    """The talks with the record of a world: what it says, with an error of so many widths times the tolerance."""
    rows = tuple(
        replace(row, value=float(value + TOLERANCE * row.width * off), is_open=False)
        for row, value, off in zip(talks.rows, said, error, strict=True)
    )
    return replace(talks, rows=rows)


def _weights(talks: CaseTalks, said: Floats, tolerance: float) -> Floats:
    return weights_of_logs(kernel_logs(squares_of([talks], [said[:, np.newaxis]]), tolerance))


def _ranks(worlds: int, draws: int, tolerance: float = TOLERANCE) -> tuple[Integers, Floats]:
    """Rank of each true value in each world, and the effective number of draws there."""
    talks = _talks()
    probabilities, said = _said(talks, 1, draws)
    values = values_at(talks.config, PATHS, probabilities)
    true_probabilities, true_said = _said(talks, 2, worlds)
    truth = values_at(talks.config, PATHS, true_probabilities)
    errors = ndtri(uniforms(3, "errors", 0, worlds, len(talks.rows)))
    taken = uniforms(3, "taken", 0, worlds, TAKEN + 1)
    ranks, effective = np.empty((worlds, len(PATHS)), dtype=np.int64), np.empty(worlds)
    for world in range(worlds):
        own = _with_error(talks, true_said[world], errors[world])
        weights = _weights(own, said, tolerance)
        ranks[world] = rank_among(values, truth[world], weights, TAKEN, taken[world])
        effective[world] = effective_number(weights, draws)
    return ranks, effective


def _check_uniform(ranks: Integers) -> None:
    for place, path in enumerate(PATHS):
        found = uniformity(ranks[:, place], TAKEN, BINS, tests=len(PATHS))
        assert found.p_value > CHANCE, (path, found.counts)


@pytest.mark.sbc
def test_true_values_rank_evenly_among_weighted_draws() -> None:
    ranks, effective = _ranks(200, 4_000)
    # Otherwise the weights would say nothing, or hang on a few draws.
    assert 50 < np.median(effective) < 2_000
    _check_uniform(ranks)


@pytest.mark.sbc
@pytest.mark.long
def test_true_values_rank_evenly_in_a_thousand_worlds() -> None:
    ranks, _ = _ranks(1_000, 20_000)
    _check_uniform(ranks)


@pytest.mark.sbc
def test_ranks_tell_a_tolerance_that_is_too_small() -> None:
    """The same worlds, with weights that take the record to be nearer than it is."""
    ranks, _ = _ranks(200, 4_000, tolerance=0.2)
    assert uniformity(ranks[:, 0], TAKEN, BINS).p_value < 1e-6


def test_two_planted_parameters_are_recovered() -> None:
    """Worlds with a planted US tactic and cap on purchases: posteriors hold the truth, and are nearer and narrower."""
    ranges = zip(PATHS, ("low: 0.05, high: 0.5", "low: 2, high: 8"), strict=False)
    talks = _talks(*(f"{path}={{dist: uniform, {ends}}}" for path, ends in ranges))
    probabilities, said = _said(talks, 1, 8_000)
    values = values_at(talks.config, PATHS, probabilities)
    planted, worlds = np.array([0.12, 3.3]), 12
    at = [f"{path}={value}" for path, value in zip(PATHS, planted, strict=False)]
    true_said = simulated(replace(talks, config=load_config("japan_us_2025", at)), {}, 7, 0, 0, worlds)
    prior_mean, prior_sd = moments(values[:, :2])
    nearer, within, shrunk = [], [], []
    for world in range(worlds):
        own = _with_error(talks, true_said[world], np.zeros(len(talks.rows)))
        mean, sd = moments(values[:, :2], _weights(own, said, 0.5))
        nearer.append(np.abs(mean - planted) < np.abs(prior_mean - planted))
        within.append(np.abs(mean - planted) < 2.5 * sd)
        shrunk.append(contraction(prior_sd, sd))
    # A truth of any size lies outside 2.5 sd of a normal posterior in one case of eighty.
    assert np.mean(within, axis=0).min() >= 0.9
    assert np.mean(nearer, axis=0)[0] >= 0.7
    assert np.mean(nearer, axis=0)[1] == 1.0
    assert np.median(shrunk, axis=0)[0] > 0.4
    assert np.median(shrunk, axis=0)[1] > 0.95
