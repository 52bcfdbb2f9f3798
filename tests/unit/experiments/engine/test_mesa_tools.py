"""Mesa's own tools on our model: stepping, collected frames, a user's batch run, a live view, nothing left behind."""

from __future__ import annotations

import gc
import inspect
import weakref
from datetime import date
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest

from experiments.config.load import load_config
from experiments.engine.agents import play_out
from experiments.engine.cases import ConfiguredNegotiation, build_case, seat_agents, tactic_names
from experiments.engine.simulate import simulate
from experiments.errors import RunError
from sim.engine.model import NegotiationModel
from sim.engine.trajectory import POSITION_COLUMNS, position_rows
from tests.tree import CONFIGS, TINY

JULY = CONFIGS / "july_2025.yaml"

#: Values that a model collects besides the round, the date and the end of the talks.
SEAT_COLUMNS = [f"{side}_{field}" for side in ("us", "partner") for field in ("aspiration", "payoff", "reservation")]


def _played(**keywords: Any) -> ConfiguredNegotiation:
    model = ConfiguredNegotiation(**keywords)
    while model.running:
        model.step()
    return model


def _frames(model: NegotiationModel) -> tuple[pd.DataFrame, pd.DataFrame]:
    assert model.datacollector is not None
    return model.datacollector.get_model_vars_dataframe(), model.datacollector.get_table_dataframe("positions")


def test_the_loop_over_running_plays_the_talks_to_their_end() -> None:
    model = ConfiguredNegotiation(config=TINY)
    assert isinstance(model, mesa.Model)
    assert model.running
    rounds = 0
    while model.running:
        model.step()
        rounds += 1
    assert model.outcome is not None
    assert model.reason is not None
    assert rounds == model.round == model.steps


def test_run_model_does_the_same() -> None:
    stepped, run = _played(config=TINY, run=2), ConfiguredNegotiation(config=TINY, run=2)
    run.run_model()
    assert (run.outcome, run.reason, run.round) == (stepped.outcome, stepped.reason, stepped.round)


def test_the_collector_has_one_row_of_model_variables_a_round() -> None:
    model = _played(config=JULY, run=1)
    variables, _ = _frames(model)
    assert list(variables.columns) == ["round", "date", "outcome", "reason", *SEAT_COLUMNS]
    assert variables["round"].tolist() == list(range(1, model.round + 1))
    assert date.fromisoformat(variables["date"].iloc[-1]) == model.date
    assert variables["outcome"].isna().iloc[:-1].all()
    assert variables[["outcome", "reason"]].iloc[-1].tolist() == [str(model.outcome), str(model.reason)]
    assert variables[SEAT_COLUMNS].notna().all().all()


def test_the_collector_has_every_position_of_both_sides() -> None:
    model = _played(config=JULY, run=1)
    variables, positions = _frames(model)
    assert tuple(positions.columns) == POSITION_COLUMNS
    last = positions[positions["round"] == model.round]
    issues = [model.case.issue_names[slot] for slot in model.case.tabled(model.p)]
    for side, prefix in (("us_treasury", "us"), ("partner", "partner")):
        own = last[last["side"] == side]
        assert own["issue"].tolist() == issues
        for field in ("aspiration", "payoff", "reservation"):
            assert own[field].unique().tolist() == [variables[f"{prefix}_{field}"].iloc[-1]]
    assert set(positions["round"]) == set(range(1, model.round + 1))
    assert not positions.duplicated(["round", "side", "issue"]).any()


def test_collected_positions_are_the_rows_of_the_trajectories() -> None:
    config = load_config(JULY)
    _, positions = _frames(_played(config=config, run=1))
    tables = simulate(config, 1, 1, config.experiment.seed, 2, trajectories=True, solutions=False)
    assert tables.trajectories is not None
    stored = tables.trajectories.to_pandas()
    columns = list(POSITION_COLUMNS)
    pd.testing.assert_frame_equal(positions[columns], stored[columns], check_dtype=False)


def test_a_model_without_a_collector_plays_the_same_talks() -> None:
    bare, collecting = _played(config=JULY, run=4, collect=False), _played(config=JULY, run=4)
    assert bare.datacollector is None
    assert (bare.outcome, bare.reason, bare.round) == (collecting.outcome, collecting.reason, collecting.round)


@pytest.mark.parametrize("path", [TINY, JULY], ids=lambda path: path.stem)
def test_the_same_seed_gives_the_same_frames(path: Any) -> None:
    one, two = _played(config=path, run=3, rng=11), _played(config=path, run=3, rng=11)
    for mine, yours in zip(_frames(one), _frames(two), strict=True):
        pd.testing.assert_frame_equal(mine, yours, check_exact=True)
    other, _ = _frames(_played(config=path, run=3, rng=12))
    assert not other.equals(_frames(one)[0])


def test_seed_is_another_name_of_rng() -> None:
    mine, yours = _frames(_played(config=TINY, run=3, seed=11)), _frames(_played(config=TINY, run=3, rng=11))
    for one, two in zip(mine, yours, strict=True):
        pd.testing.assert_frame_equal(one, two, check_exact=True)
    with pytest.raises(RunError, match="give only one of them"):
        ConfiguredNegotiation(config=TINY, rng=11, seed=11)
    with pytest.raises(RunError, match="seed is -1; it must be a whole number from 0"):
        ConfiguredNegotiation(config=TINY, seed=-1)


def test_a_generator_gives_its_next_integer_as_the_seed() -> None:
    drawn = int(np.random.default_rng(5).integers(2**63, dtype=np.int64))
    one, two = _played(config=TINY, rng=np.random.default_rng(5)), _played(config=TINY, rng=drawn)
    pd.testing.assert_frame_equal(_frames(one)[1], _frames(two)[1], check_exact=True)


def test_the_random_numbers_of_mesa_decide_nothing() -> None:
    config = load_config(TINY)
    one, two = (NegotiationModel(build_case(config, 1, 3), seat_agents(tactic_names(config)), rng=k) for k in (1, 2))
    two.random.random()
    two.rng.random()
    one.run_model()
    two.run_model()
    pd.testing.assert_frame_equal(_frames(one)[0], _frames(two)[0], check_exact=True)


def test_a_users_batch_run_equals_stepping_by_hand() -> None:
    parameters = {"config": str(TINY), "run": range(3), "us_treasury.consumer_weight": [0.5, 1.0]}
    rows = mesa.batch_run(ConfiguredNegotiation, parameters, number_processes=1, display_progress=False)
    assert len(rows) == 6
    for row in rows:
        keywords: dict[str, Any] = {name: row[name] for name in ("run", "us_treasury.consumer_weight")}
        model = _played(config=TINY, **keywords)
        last = _frames(model)[0].iloc[-1]
        assert {name: row[name] for name in last.index} == last.to_dict()
        assert row["round"] == model.round
    assert len({(row["run"], row["us_treasury.consumer_weight"]) for row in rows}) == 6


def test_a_batch_run_may_collect_every_round() -> None:
    rows = mesa.batch_run(
        ConfiguredNegotiation, {"config": str(TINY), "run": [0]},
        number_processes=1, data_collection_period=1, display_progress=False,
    )  # fmt: skip
    variables, _ = _frames(_played(config=TINY, run=0))
    assert [row["round"] for row in rows] == variables["round"].tolist()
    assert [row["us_payoff"] for row in rows] == variables["us_payoff"].tolist()


def test_a_live_view_can_make_the_model_again_from_its_keywords() -> None:
    """As the reset button of SolaraViz does, after a slider has changed a keyword."""
    keywords: dict[str, Any] = {"config": str(TINY), "run": 2, "us_treasury.consumer_weight": 0.5}
    model = _played(**keywords)
    again = type(model)(**keywords)
    again.run_model()
    pd.testing.assert_frame_equal(_frames(model)[0], _frames(again)[0], check_exact=True)
    moved = type(model)(**{**keywords, "us_treasury.consumer_weight": 0.9})
    assert moved.case.regimes["us_consumer_weight"][0] == 0.9


def test_a_live_view_lets_overrides_through() -> None:
    """SolaraViz refuses a parameter that the constructor does not name, unless it has ``**kwargs`` by that very name.

    For the same reason no parameter without a default may stand there under another name.
    """
    parameters = inspect.signature(ConfiguredNegotiation.__init__).parameters
    kinds = {name: parameter.kind for name, parameter in parameters.items()}
    assert kinds.get("kwargs") is inspect.Parameter.VAR_KEYWORD
    assert inspect.Parameter.VAR_POSITIONAL not in kinds.values()
    required = [name for name, parameter in parameters.items() if parameter.default is inspect.Parameter.empty]
    assert set(required) == {"self", "config", "kwargs"}


def test_a_model_that_nobody_holds_is_let_go_of() -> None:
    config = load_config(TINY)
    model = play_out(build_case(config, 1, 0), tactic_names(config), None)
    watch = weakref.ref(model)
    del model
    gc.collect()
    assert watch() is None


def _models_alive() -> int:
    """Models that are still there; by type, since a weak proxy that has lost its object has no class to tell."""
    return sum(issubclass(type(thing), NegotiationModel) for thing in gc.get_objects())


def test_a_batch_leaves_no_model_behind() -> None:
    config = load_config(TINY)
    simulate(config, 0, 2, 1, 10, trajectories=True, solutions=True)
    gc.collect()
    before = _models_alive()
    simulate(config, 0, 8, 1, 10, trajectories=True, solutions=True)
    gc.collect()
    assert _models_alive() == before


def test_agents_are_found_by_type_and_numbered_within_their_model() -> None:
    one, two = ConfiguredNegotiation(config=JULY), ConfiguredNegotiation(config=JULY)
    numbers = [[agent.unique_id for agent in model.agents] for model in (one, two)]
    assert numbers[0] == numbers[1] == list(range(1, 2 + 7 + 6 + 1))


def test_a_side_that_has_not_spoken_yet_leaves_out_its_own_positions_alone() -> None:
    model = _played(config=TINY)
    us = model.cast.us.seat
    us.tabled = 0
    rows = position_rows(model)
    assert {row["side"] for row in rows} == {"partner"}
    assert len(rows) == len(model.case.tabled(model.p))
