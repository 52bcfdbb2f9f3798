"""Beliefs in a config: what is filled in, what is explained, and what the records hold."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.config.explain import explanation
from experiments.config.load import config_from, load_config
from experiments.config.model import Config
from experiments.config.sides import LEARNERS
from experiments.design.records import build_records
from experiments.design.sampling import design_table
from sim.bargaining.learning import MODELS
from sim.issues import PARTNER, US
from sim.records import LEARNER_KNOBS
from tests.support_talks import SHIPPED

TINY = next(path for path in SHIPPED if path.stem == "tiny")


def _config(belief: str) -> Config:
    return load_config(TINY, (f"beliefs.us_treasury={{{belief}}}", "beliefs.partner={kind: exact}"))


@pytest.mark.parametrize(
    ("slips", "said"),
    [(0, "talks end"), (1, "it slips by 10 days, at most once"), (2, "it slips by 10 days, at most 2 times")],
)
def test_how_often_a_deadline_slips_is_told(slips: int, said: str) -> None:
    told = [line for _, lines in explanation(load_config(TINY, (f"calendar.max_slips={slips}",))) for line in lines]
    assert f"The deadline is 2025-07-01; when the threat is not executed then, {said}." in told


@pytest.mark.parametrize("way", ["end", "continue"])
def test_talks_that_go_on_after_an_execution_are_told(way: str) -> None:
    told = [line for _, lines in explanation(load_config(TINY, (f"calendar.after_execution={way}",))) for line in lines]
    said = "When it is executed, its tariffs are in force and talks go on, with no deadline until an event sets one."
    assert told.count(said) == (way == "continue")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("issue: car_tariff, at_least: 0.2, price: 0.3", "at 0.3 US$ bn a year for each percentage point beyond"),
        ("issue: chip_purchases, at_least: 2, price: 0.4", "at 0.4 US$ bn a year for each US$ bn beyond"),
    ],
)
def test_the_price_of_a_red_line_is_told_in_the_unit_of_its_issue(line: str, said: str) -> None:
    config = load_config(TINY, (f"red_lines=[{{name: a, side: us_treasury, {line}, firmness: 0.5}}]",))
    (told,) = (line for _, lines in explanation(config) for line in lines if line.startswith("a: "))
    assert f"; it can be crossed, {said}; real with chance 0.5." in told


def test_every_model_of_the_config_is_one_of_the_rules() -> None:
    assert {"none", *LEARNERS} == set(MODELS)
    assert max(map(len, LEARNERS.values())) <= LEARNER_KNOBS


@pytest.mark.parametrize("model", sorted(LEARNERS))
def test_a_learnt_belief_is_resolved_with_every_knob(model: str) -> None:
    config = _config(f"kind: learnt, noise: 0.5, model: {model}")
    resolved = config.resolved()["beliefs"]["us_treasury"]
    assert resolved.keys() == {"kind", "noise", "model", *LEARNERS[model]}
    assert config_from(config.resolved(), config.name) == config


def test_a_learnt_belief_is_bayesian_unless_it_says_otherwise() -> None:
    belief = _config("kind: learnt, noise: 0.5").beliefs.us_treasury
    assert belief.model == belief.learner == "bayesian"


def test_other_beliefs_are_resolved_as_before() -> None:
    assert _config("kind: noisy, noise: 0.5").resolved()["beliefs"]["us_treasury"].keys() == {"kind", "noise"}
    assert _config("kind: exact").resolved()["beliefs"]["us_treasury"].keys() == {"kind"}


def test_the_records_hold_model_and_knobs_of_every_run() -> None:
    config = _config("kind: learnt, noise: 0.5, doubt: {dist: uniform, low: 0.1, high: 0.9}, blur: 0.3")
    design = design_table(config, 5, 1)
    batch = build_records(config, design, 1)
    assert np.all(batch.parameters["learner"] == (MODELS.index("bayesian"), MODELS.index("none")))
    drawn = design["beliefs.us_treasury.doubt"].to_numpy()
    assert np.array_equal(batch.parameters["learner_knobs"][:, 0, US, 0], drawn)
    assert np.all(batch.parameters["learner_knobs"][:, :, US, 1] == 0.3)
    assert np.all(batch.parameters["learner_knobs"][:, :, PARTNER] == 0.0)
    assert batch.noisy == (True, False)


def test_the_first_belief_is_that_of_a_noisy_side() -> None:
    noisy, learnt = (
        build_records(config, design_table(config, 5, 1), 1)
        for config in (_config("kind: noisy, noise: 0.5"), _config("kind: learnt, noise: 0.5"))
    )
    for name in noisy.beliefs.dtype.names or ():
        if not name.startswith("learner"):
            assert np.array_equal(noisy.beliefs[name], learnt.beliefs[name], equal_nan=True), name


def test_learning_is_explained() -> None:
    config = _config("kind: learnt, noise: 0.5, model: frequency")
    text = " ".join(line for _, lines in explanation(config) for line in lines)
    assert "at first and learns from its offers (frequency model, rate 0.05)" in text
