"""The factorial's arithmetic, and what it says of the seed config: which rules make the stall.

Contrasts are sums of zeros and ones over a power of two, so identities between cells and effects hold to rounding.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from experiments.config.load import config_of, load_config
from experiments.config.model import Config
from experiments.config.numbers import numbers
from experiments.errors import ConfigError, RunError
from experiments.questions.factorial.factorial import factorial as play
from experiments.questions.factorial.result import FactorialResult
from experiments.questions.factorial.switches import standard_switches
from experiments.statistics.intervals import Floats, mean_change_interval, wilson_interval
from tests.paired import runs_of
from tests.tree import CONFIGS

ROUNDING = 1e-12

#: Two rules of the toy: trust in a pledge makes deals, audience cost prevents them.
TOY = {
    "trust": ("us_treasury.delivery_doubt=0.8",),
    "audience": ("partner.audience_cost=0", "us_treasury.audience_cost=0"),
}
TOY_RUNS = 60
SEED_RUNS = 40


@pytest.fixture(scope="module")
def tiny() -> Config:
    """A toy whose US asks for so little or so much at home that only some of its runs end in a deal."""
    wide = (
        "us_treasury.consumer_weight={dist: uniform, low: 0, high: 2}",
        "us_treasury.ratification_margin={dist: uniform, low: 0, high: 8}",
    )
    return config_of(load_config(CONFIGS / "tiny.yaml"), wide)


@pytest.fixture(scope="module")
def toy(tiny: Config) -> FactorialResult:
    return play(tiny, TOY, TOY_RUNS, 1)


@pytest.fixture(scope="module")
def seed_factorial() -> FactorialResult:
    config = load_config(CONFIGS / "japan_us_2025.yaml")
    return play(config, standard_switches(config), SEED_RUNS, 1)


def test_cells_hold_every_combination_once_all_rules_first(toy: FactorialResult) -> None:
    settings = toy.cells[list(TOY)].to_numpy().tolist()
    assert settings == [[True, True], [True, False], [False, True], [False, False]]
    assert toy.cell(["audience"])["trust"] == np.False_
    assert toy.cell(["audience"])["audience"] == np.True_


def test_a_cell_is_what_its_config_gives_on_the_same_draws(tiny: Config, toy: FactorialResult) -> None:
    runs = runs_of(config_of(tiny, TOY["audience"]), TOY_RUNS, 1)
    cell = toy.cell(["trust"])
    assert 0 < cell["agreements"] < TOY_RUNS
    assert cell["agreements"] == (runs["outcome"] == "agreement").sum()
    assert (cell["low"], cell["high"]) == wilson_interval(int(cell["agreements"]), TOY_RUNS)
    for (outcome, reason), count in Counter(zip(runs["outcome"], runs["reason"], strict=True)).items():
        assert cell[f"reason.{outcome}.{reason}"] == count / TOY_RUNS


def test_outcomes_and_reasons_of_a_cell_each_sum_to_one(toy: FactorialResult) -> None:
    for kind in ("outcome.", "reason."):
        columns = [name for name in toy.cells if str(name).startswith(kind)]
        np.testing.assert_allclose(toy.cells[columns].sum(axis=1), 1.0, atol=ROUNDING)


def test_effects_are_the_differences_that_they_name(toy: FactorialResult) -> None:
    both, trust, audience, neither = toy.cells["share"]
    expected = {
        "trust": ((both - audience) + (trust - neither)) / 2,
        "audience": ((both - trust) + (audience - neither)) / 2,
        "trust x audience": ((both - audience) - (trust - neither)) / 2,
    }
    assert any(abs(effect) > 0.05 for effect in expected.values())
    assert dict(zip(toy.effects["term"], toy.effects["effect"], strict=True)) == pytest.approx(expected, abs=ROUNDING)


def test_effects_rebuild_every_cell(seed_factorial: FactorialResult) -> None:
    """share = mean + half the sum of the effects, each with the sign of its term in the cell."""
    cells, switches = seed_factorial.cells, seed_factorial.switches
    assert len(seed_factorial.effects) == 2 ** len(switches) - 1
    signs = np.where(cells[list(switches)].to_numpy(), 1.0, -1.0)
    rebuilt = np.full(len(cells), cells["share"].mean())
    for row in seed_factorial.effects.itertuples():
        members = [switches.index(name) for name in str(row.term).split(" x ")]
        assert len(members) == row.order
        rebuilt += signs[:, members].prod(axis=1) * row.effect / 2
    np.testing.assert_allclose(rebuilt, cells["share"], atol=ROUNDING)


def test_intervals_are_those_of_paired_differences(tiny: Config, toy: FactorialResult) -> None:
    def agreed(*on: str) -> Floats:
        off = tuple(change for name, changes in TOY.items() if name not in on for change in changes)
        outcomes = runs_of(config_of(tiny, off), TOY_RUNS, 1)["outcome"]
        return np.asarray(outcomes == "agreement", dtype=np.float64)

    contrast = agreed("trust", "audience") - agreed("audience") + agreed("trust") - agreed()
    row = toy.effects.set_index("term").loc["trust"]
    assert (row["low"], row["high"]) == pytest.approx(mean_change_interval(contrast / 2), abs=ROUNDING)
    assert row["low"] < row["effect"] < row["high"]


def test_standard_switches_turn_their_rule_off_for_good() -> None:
    """Also where an event sets the number; a rule that a config lacks is no switch."""
    seed = load_config(CONFIGS / "japan_us_2025.yaml")
    switches = standard_switches(seed)
    assert list(switches) == ["us_car_line", "audience_cost", "ratification", "threat"]
    margins = [
        entry.number.support()
        for entry in numbers(config_of(seed, switches["ratification"]))
        if entry.path.endswith(".ratification_margin")
    ]
    assert margins == [(0.0, 0.0)] * 3
    lines = [line.name for line in config_of(seed, switches["us_car_line"]).red_lines]
    assert lines == [line.name for line in seed.red_lines if line.name != "us_cars"]
    july = load_config(CONFIGS / "july_2025.yaml")
    threatened = {
        entry.path: entry.number.support()[0]
        for entry in numbers(config_of(july, standard_switches(july)["threat"]))
        if ".threat_" in entry.path
    }
    assert threatened == {
        "walk_away.threat_car_tariff": 0.275,
        "walk_away.threat_reciprocal_tariff": 0.10,
        "walk_away.threat_metals_tariff": 0.50,
        "events.letter.set.walk_away.threat_reciprocal_tariff": 0.10,
    }
    without_line = load_config(CONFIGS / "cars_on_the_table.yaml")
    assert list(standard_switches(without_line)) == ["audience_cost", "ratification", "threat"]


def test_switches_that_make_no_factorial_are_refused(tiny: Config) -> None:
    with pytest.raises(RunError, match="--switch gives 0 switches; a factorial takes 1 to 8"):
        play(tiny, {}, 5, 1)
    with pytest.raises(RunError, match="--switch idle changes nothing in tiny"):
        play(tiny, {"idle": ("us_treasury.audience_cost=0.0",)}, 5, 1)
    path = "us_treasury.audience_cost"
    with pytest.raises(RunError, match=f"--switch one and two both change {path}"):
        play(tiny, {"one": (f"{path}=1",), "two": (f"{path}=2",)}, 5, 1)
    with pytest.raises(ConfigError, match="audience_coast"):
        play(tiny, {"typo": ("us_treasury.audience_coast=1",)}, 5, 1)
    with pytest.raises(RunError, match="--runs is 0"):
        play(tiny, TOY, 0, 1)


def test_the_us_line_on_cars_alone_prevents_every_deal_of_the_seed_config(seed_factorial: FactorialResult) -> None:
    cells = seed_factorial.cells
    with_line = cells[cells["us_car_line"]]
    assert (with_line["share"] == 0.0).all()
    obstacle = with_line[[name for name in cells if str(name).endswith(".disjoint_red_lines")]].sum(axis=1)
    np.testing.assert_allclose(obstacle, 1.0, atol=ROUNDING)
    assert (cells[~cells["us_car_line"]]["share"] > 0.0).all()


def test_without_the_line_audience_cost_and_ratification_each_prevent_deals(seed_factorial: FactorialResult) -> None:
    """On every setting of the other two rules; the runs are the same, so a lower share is no accident of the draw."""
    others = ("audience_cost", "ratification", "threat")
    for rule in ("audience_cost", "ratification"):
        rest = [name for name in others if name != rule]
        for size in range(len(rest) + 1):
            for on in combinations(rest, size):
                assert seed_factorial.cell([*on, rule])["share"] < seed_factorial.cell(on)["share"], (rule, on)
