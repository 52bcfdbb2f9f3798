"""What an exploration varies: the numbers of a config, its chance and a dummy, each with its unit."""

from __future__ import annotations

import numpy as np

from experiments.config.load import load_config
from experiments.config.numbers import numbers
from experiments.engine.simulate import simulate
from experiments.lab.inputs import CHANCE, DUMMY, config_inputs, units_of
from experiments.lab.models import CHANCES, TalksModel
from sim.issues import ISSUE_BY_NAME
from tests.tree import CONFIGS, TINY


def test_chance_is_a_run_of_the_seed() -> None:
    config = load_config(TINY)
    model = TalksModel(config, 4)
    names = [one.name for one in model.inputs]
    assert names == ["us_treasury.precedent_probability", CHANCE, DUMMY]
    runs = simulate(config, 0, 6, 4, 6, trajectories=False, solutions=False).runs
    drawn = runs.column("param.us_treasury.precedent_probability").to_numpy() / 0.2
    points = np.stack([drawn, (np.arange(6) + 0.5) / CHANCES, np.full(6, 0.5)], axis=1)
    order = [5, 0, 3, 3, 1]
    found = model.evaluate(points[order])
    assert found.column("run").to_pylist() == order
    for column in ("outcome", "round", "car_tariff"):
        values = runs.column(column).to_pylist()
        assert found.column(column).to_pylist() == [values[place] for place in order]
    moved = points.copy()
    moved[:, 2] = 0.9
    assert model.evaluate(moved).drop_columns(["param.dummy"]) == model.evaluate(points).drop_columns(["param.dummy"])


def test_ranges_add_fixed_parameters() -> None:
    config = load_config(TINY)
    names = {one.name for one in config_inputs(config, ranges=True)}
    assert "us_treasury.lobby_weight" in names
    assert names > {one.name for one in config_inputs(config)}
    flags = [one for one in config_inputs(config, ranges=True) if one.unit == "flag"]
    assert flags
    assert all(set(one.ppf(np.array([0.1, 0.4, 0.6, 0.9]))) == {0.0, 1.0} for one in flags)


def test_the_condition_of_a_red_line_has_the_unit_of_its_own_issue() -> None:
    config = load_config(CONFIGS / "july_2025.yaml")
    units = units_of(config, numbers(config))
    assert units["red_lines.us_cars.release.when.at_least"] == ISSUE_BY_NAME["investment_fund"].unit == "US$ bn"
    assert units["red_lines.us_cars.release.at_least"] == "rate"
    assert units["us_treasury.consumer_weight"] == "weight"


def test_the_price_of_a_red_line_is_per_point_of_a_rate_and_per_unit_of_anything_else() -> None:
    line = "{{name: {}, side: partner, issue: {}, at_most: {}, price: 0.5}}"
    lines = ", ".join([line.format("a", "car_tariff", 0.2), line.format("b", "chip_purchases", 4)])
    config = load_config(TINY, [f"red_lines=[{lines}]"])
    units = units_of(config, numbers(config))
    assert units["red_lines.a.price"] == "US$ bn a year per point"
    assert units["red_lines.b.price"] == f"US$ bn a year per {ISSUE_BY_NAME['chip_purchases'].unit}"
