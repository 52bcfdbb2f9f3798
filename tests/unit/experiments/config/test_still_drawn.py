"""Posterior and correlations of a config from which something was taken away: what is left is drawn together."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from experiments.config.knowledge import known_on
from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.config.still_drawn import without_missing
from experiments.config.weights import FittedTo, WeightTable, under_posterior
from experiments.questions.calibrate.parameters import DEFAULT
from experiments.questions.hindcast.variants import variants_of
from tests.tree import CONFIGS

MAY: Final = date(2025, 5, 28)
RULES: Final = ("us_treasury.reference_loss", "partner.reference_loss", "us_treasury.forward_precedent")
OF_PARTS: Final = (
    "red_lines.us_cars.firmness", "events.fund.probability",
    "events.threat_of_1_july.set.walk_away.threat_reciprocal_tariff",
)  # fmt: skip
THREAT: Final = "walk_away.threat_reciprocal_tariff"


def _under(paths: tuple[str, ...]) -> Config:
    fitted = FittedTo("by_hand", ("Japan",), MAY, MAY, ("a row",), "weights", 0.5, 1, paths)
    values = np.linspace(0.3, 0.35, 5 * len(paths)).reshape(5, len(paths))
    table = WeightTable(paths, np.arange(5), np.full(5, 0.2), values, fitted)
    return under_posterior(load_config(CONFIGS / "japan_hindcast.yaml"), table)


def _paths(config: Config) -> tuple[str, ...]:
    assert config.posterior is not None
    assert config.posterior.identified == config.posterior.paths
    return config.posterior.paths


def test_rules_that_a_hindcast_switches_off_leave_the_posterior() -> None:
    usual = tuple(dict.fromkeys((*DEFAULT, *RULES)))
    found = {one.name: one.config for one in variants_of(known_on(_under(usual), MAY).config)}
    assert _paths(found["whole"]) == usual
    assert _paths(found["R2"]) == tuple(path for path in usual if path not in RULES[:2])
    assert _paths(found["R3"]) == tuple(path for path in usual if path != RULES[2])
    assert _paths(found["line.us_cars"]) == usual
    alone = {one.name: one.config for one in variants_of(_under(RULES[2:]))}
    assert alone["R3"].posterior is None
    assert alone["R2"].posterior is not None


def test_what_goes_with_a_red_line_or_an_event_leaves_the_posterior() -> None:
    config = known_on(_under((RULES[0], *OF_PARTS)), MAY).config
    # The threat of July was not known yet.
    assert _paths(config) == (RULES[0], *OF_PARTS[:2])
    found = {one.name: one.config for one in variants_of(config)}
    assert _paths(found["line.us_cars"]) == (RULES[0], OF_PARTS[1])
    assert _paths(found["fund"]) == (RULES[0], OF_PARTS[0])
    assert _paths(found["R2"]) == OF_PARTS[:2]


def test_a_number_of_a_past_event_stays_in_the_posterior_by_its_new_path() -> None:
    config = known_on(_under((RULES[0], OF_PARTS[2])), date(2025, 7, 3)).config
    assert _paths(config) == (RULES[0], THREAT)


def test_a_config_that_ties_nothing_together_is_the_same_and_lost_correlations_go() -> None:
    plain = load_config(CONFIGS / "japan_us_2025.yaml")
    assert without_missing(plain.resolved(), plain.name) == plain
    tied = load_config(CONFIGS / "japan_hindcast.yaml")
    assert without_missing(tied.resolved(), tied.name) == tied
    pair = f"correlations=[{{between: [{RULES[0]}, partner.farm_cost], rho: 0.5}}]"
    found = {one.name: one.config for one in variants_of(load_config(CONFIGS / "japan_hindcast.yaml", [pair]))}
    assert found["R2"].correlations == ()
    assert len(found["R3"].correlations) == 1
