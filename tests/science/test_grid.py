"""How much of a result is the grid's: halving every step moves deals little, and less the finer the grid is.

A grid is part of the model: offers stand on it, and a stall is four rounds in which no offer moves a level. The
tolerances below are therefore measured, and say so.
"""

from __future__ import annotations

from functools import lru_cache

import pytest

from experiments.config.load import load_config
from experiments.labels import AGREEMENT
from experiments.questions.grid.grid import grid as play
from experiments.questions.grid.result import GridResult
from tests.tree import CONFIGS

RUNS = 500
COARSE = 6

#: Largest change of the share of deals when every step of the shipped grid is halved. Over 2,000 runs it is 0.000 in
#: July and 0.040 in May without the US red line on cars, where sides concede less than a step in four rounds and stall
#: on the coarser grid. Room is left for three standard errors of a paired share over 500 runs: of the 16 % of runs
#: that end otherwise, sqrt(0.16 / 500) = 0.018 each.
TOLERANCE = {"july_2025": 0.01, "cars_on_the_table": 0.10}


@lru_cache
def _compared(name: str, levels: int | None = None) -> GridResult:
    sets = [] if levels is None else [f"experiment.levels={levels}"]
    return play(load_config(CONFIGS / f"{name}.yaml", sets), RUNS, 1)


def _change(result: GridResult, outcome: str) -> float:
    counts = result.outcomes.set_index("outcome")
    return float(counts["halved"][outcome] - counts["own"][outcome]) / result.runs


@pytest.mark.parametrize("name", TOLERANCE)
def test_halving_the_shipped_grid_moves_the_share_of_deals_within_its_tolerance(name: str) -> None:
    assert abs(_change(_compared(name), AGREEMENT)) <= TOLERANCE[name]


@pytest.mark.parametrize("name", TOLERANCE)
def test_halving_moves_less_on_the_shipped_grid_than_on_a_coarse_one(name: str) -> None:
    coarse, shipped = _compared(name, COARSE), _compared(name)
    assert shipped.changed < coarse.changed
    assert [*shipped.differences["quantity"]] == [*coarse.differences["quantity"]]
    assert (shipped.differences["mean"] < coarse.differences["mean"]).all(), shipped.differences
    # Steps of the shipped grids are a fourth to a half of the coarse ones, so gains should move at most half as
    # much; with cars on the table zones are narrow, and the few deals move by up to two thirds.
    assert len(shipped.gains) == 2
    part = {"july_2025": 0.5, "cars_on_the_table": 0.7}[name]
    assert (shipped.gains["mean"] <= part * coarse.gains["mean"]).all(), shipped.gains


def test_the_error_falls_from_grid_to_grid_where_it_is_largest() -> None:
    errors = [_compared("cars_on_the_table", levels) for levels in (COARSE, 2 * COARSE - 1, 4 * COARSE - 3, 31)]
    for series in zip(*(result.gains["mean"] for result in errors), strict=True):
        assert list(series) == sorted(series, reverse=True)
    # From 6 to 11 levels the share of changed outcomes falls little (29.5 to 25.2 % over 2,000 runs, about two errors
    # of 500); each later halving takes away about a third.
    changed = [one.changed for one in errors[1:]]
    assert changed == sorted(changed, reverse=True)
    assert changed[-1] < 0.6 * changed[0]


def test_a_finer_grid_turns_stalls_into_talks_that_go_on() -> None:
    """Concessions of less than a step count as none; on half the step some of them count."""
    assert _change(_compared("cars_on_the_table"), "stall") < -0.03
