"""What an exploration varies: the numbers of a config, its chance and a dummy, each with its unit."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.config.load import load_config
from experiments.config.meanings import units_of
from experiments.config.numbers import numbers
from experiments.config.occurrences import US_OPENS
from experiments.design.sampling import design_table
from experiments.design.values import with_occurrences
from experiments.engine.simulate import simulate
from experiments.engine.worlds import Worlds
from experiments.lab.inputs import CHANCE, DUMMY, config_inputs
from experiments.lab.models import CHANCES, TalksModel, played
from sim.issues import ISSUE_BY_NAME
from tests.tree import CONFIGS, TINY


def test_chance_is_a_run_of_the_seed() -> None:
    config = load_config(TINY)
    model = TalksModel(config, 4)
    names = [one.name for one in model.inputs]
    assert names == ["us_treasury.precedent_probability", US_OPENS, CHANCE, DUMMY]
    runs = simulate(config, 0, 6, 4, 6, trajectories=False, solutions=False).runs
    drawn = runs.column("param.us_treasury.precedent_probability").to_numpy() / 0.2
    opens = with_occurrences(config, design_table(config, 6, 4), 4)[US_OPENS].to_numpy()
    assert set(opens) == {0.0, 1.0}
    points = np.stack([drawn, 0.25 + 0.5 * opens, (np.arange(6) + 0.5) / CHANCES, np.full(6, 0.5)], axis=1)
    order = [5, 0, 3, 3, 1]
    found = model.evaluate(points[order])
    assert found.column("run").to_pylist() == order
    for column in ("outcome", "round", "car_tariff"):
        values = runs.column(column).to_pylist()
        assert found.column(column).to_pylist() == [values[place] for place in order]
    moved = points.copy()
    moved[:, 3] = 0.9
    assert model.evaluate(moved).drop_columns(["param.dummy"]) == model.evaluate(points).drop_columns(["param.dummy"])


@pytest.mark.parametrize("opens", [0.0, 1.0])
def test_who_opens_is_what_the_design_says(opens: float) -> None:
    config = load_config(TINY)
    design = design_table(config, 40, 4).assign(**{US_OPENS: opens})
    said = load_config(TINY, [f"protocol.first_mover={'us_treasury' if opens else 'partner'}"])
    wanted = played(Worlds.at(said, design.drop(columns=US_OPENS), 4))
    found = played(Worlds.at(config, design, 4))
    assert found.drop_columns([f"param.{US_OPENS}"]) == wanted
    assert found.column(f"param.{US_OPENS}").to_pylist() == [opens] * 40


BLUFF = CONFIGS / "bluff.yaml"
JULY = CONFIGS / "july_2025.yaml"


def test_what_happens_or_not_is_an_input_where_it_may_go_either_way() -> None:
    """An event at 0.3, a line at a drawn firmness and a release at 0.6 are inputs; what is sure is none."""
    config = load_config(JULY, [
        "events.election.probability=0.3", "red_lines.us_cars.firmness={dist: uniform, low: 0, high: 1}",
        "red_lines.us_cars.release.probability=0.6", "events.letter.probability=0", "protocol.first_mover=partner",
    ])  # fmt: skip
    found = {one.name: one for one in config_inputs(config) if one.role == "occurrence"}
    assert list(found) == ["red_lines.us_cars.is_real", "red_lines.us_cars.release.in_force", "events.election.happens"]
    assert {one.unit for one in found.values()} == {"flag"}
    cells = (np.arange(1_000) + 0.5) / 1_000
    assert found["events.election.happens"].values(cells, {}).mean() == pytest.approx(0.3)
    assert found["red_lines.us_cars.release.in_force"].values(cells, {}).mean() == pytest.approx(0.6)
    # The upper part of the unit interval is where it happens.
    assert found["events.election.happens"].values(np.array([0.69, 0.71]), {}).tolist() == [0.0, 1.0]
    line = found["red_lines.us_cars.is_real"]
    assert line.given == "red_lines.us_cars.firmness"
    firmness = np.array([0.0, 0.2, 0.2, 1.0])
    assert line.values(np.array([0.99, 0.79, 0.81, 0.01]), {line.given: firmness}).tolist() == [0.0, 0.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("path", "value", "same"),
    [
        ("events.election.happens", 0.0, "events.election=~"),
        ("red_lines.us_cars.is_real", 0.0, "red_lines.us_cars=~"),
        ("red_lines.us_cars.release.in_force", 0.0, "red_lines.us_cars.release=~"),
    ],
)
def test_what_does_not_happen_is_as_if_it_were_not_there(path: str, value: float, same: str) -> None:
    config, without = load_config(JULY), load_config(JULY, [same])
    design = design_table(config, 60, 3)
    found = played(Worlds.at(config, design.assign(**{path: value}), 3))
    wanted = played(Worlds.at(without, design, 3))
    ends = ["outcome", "reason", "round", "car_tariff", "gain.us_treasury", "gain.partner"]
    assert found.select(ends) == wanted.select(ends)
    there = played(Worlds.at(config, design.assign(**{path: 1.0}), 3))
    assert there.select(ends) == played(Worlds.at(config, design, 3)).select(ends) != wanted.select(ends)


def test_occurrences_of_a_design_are_those_of_the_seed() -> None:
    config = load_config(BLUFF)
    design = design_table(config, 80, 5)
    told = with_occurrences(config, design, 5)
    added = [name for name in told.columns if name not in design.columns]
    assert added == [US_OPENS, "red_lines.us_cars.is_real", "red_lines.japan_cars.is_real"]
    assert all(set(told[name]) == {0.0, 1.0} for name in added)
    assert played(Worlds.at(config, told, 5)).drop_columns([f"param.{name}" for name in added]) == played(
        Worlds.at(config, design, 5)
    )
    with pytest.raises(ValueError, match=r"values of red_lines\.us_cars\.is_real that are neither 0 nor 1"):
        Worlds.at(config, told.assign(**{"red_lines.us_cars.is_real": 0.5}), 5)


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
