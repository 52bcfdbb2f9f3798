"""Worlds keep their draws whoever sits at the table, and a seated tactic plays as it does from a config."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.config.load import load_config
from experiments.engine.simulate import simulate
from experiments.engine.worlds import Seated, Worlds, gains
from sim.issues import SIDES
from tests.tree import CONFIGS

CARS = CONFIGS / "cars_on_the_table.yaml"
RUNS = 40


def test_seated_tactics_play_as_those_of_a_config() -> None:
    sets = [
        "tactics.us_treasury={name: conceder, beta: 2}",
        "tactics.partner={name: tit_for_tat, opening: 0.3}",
    ]
    named = simulate(load_config(CARS, sets), 0, RUNS, 5, RUNS, trajectories=False, solutions=False).runs
    ends = Worlds.draw(load_config(CARS), RUNS, 5).play(
        Seated("conceder", {"beta": 2.0}), Seated("tit_for_tat", {"opening": 0.3})
    )
    for side, name in enumerate(SIDES):
        np.testing.assert_array_equal(gains(ends)[:, side], named[f"gain.{name}"].to_numpy())


def test_without_another_tactic_the_config_plays() -> None:
    config = load_config(CARS)
    named = simulate(config, 10, RUNS, 5, 100, trajectories=False, solutions=False).runs
    worlds = Worlds.draw(config, RUNS, 5, first=10)
    np.testing.assert_array_equal(worlds.play().results["payoff"][:, 0], named["payoff.us_treasury"].to_numpy())
    np.testing.assert_array_equal(worlds.play().results["payoff"][:, 0], named["payoff.us_treasury"].to_numpy())


def test_a_knob_may_differ_from_world_to_world() -> None:
    worlds = Worlds.draw(load_config(CARS), RUNS, 5)
    betas = np.linspace(0.2, 3.0, RUNS)
    mixed = gains(worlds.play(Seated("boulware", {"beta": betas})))
    for place in (0, RUNS // 2, RUNS - 1):
        alone = gains(worlds.play(Seated("boulware", {"beta": float(betas[place])})))
        np.testing.assert_array_equal(mixed[place], alone[place])


def test_a_run_that_comes_twice_meets_the_same_chances() -> None:
    config = load_config(CONFIGS / "july_2025.yaml")
    once = Worlds.draw(config, 6, 5)
    order = [0, 3, 3, 0, 5]
    twice = Worlds.at(config, once.design.iloc[order], 5)
    np.testing.assert_array_equal(gains(twice.play()), gains(once.play())[order])


@pytest.mark.parametrize(
    ("seated", "message"),
    [
        (Seated("boulwar", {}), "no tactic boulwar"),
        (Seated("boulware", {"gamma": 1.0}), "no knob gamma"),
        (Seated("boulware", {"beta": 0.0}), "beta of tactic boulware must be between 0.01 and 100"),
        (Seated("boulware", {"beta": np.nan}), "must be between"),
    ],
)
def test_a_choice_that_is_none_is_refused(seated: Seated, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Worlds.draw(load_config(CARS), 2, 5).play(us=seated)
