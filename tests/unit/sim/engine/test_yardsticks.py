"""What each issue of a deal still holds: by hand on a pie, and against every level of shipped configs one by one."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from experiments.config.load import load_config
from experiments.engine.settlement import end_of
from experiments.engine.simulate import simulate
from sim.bargaining.red_lines import respects_red_lines
from sim.economy.ledger import total
from sim.economy.pledge import DELIVERABLE
from sim.engine.model import NegotiationModel
from sim.engine.yardsticks import value_left
from sim.grid import level_count, level_value
from sim.issues import CHIP_PURCHASES, MAX_ISSUES, SIDES
from sim.records import Floats
from tests.support_talks import LAND, SEA, SHIPPED, holds, pie, played
from tests.tree import CONFIGS

#: Runs of each shipped config whose deals are looked at.
RUNS = 6

#: The table of a level and the ledger of its value add the same terms in another order; US$ bn a year.
ROUNDING = 1e-9


def left_of(model: NegotiationModel) -> Floats:
    result, _ = end_of(model, solutions=True)
    left: Floats = result["value_left"][0]
    return left


def test_each_plot_short_of_ten_leaves_half() -> None:
    """A plot is worth 1 to one side and costs the other .5; half-way between two offers lie 7.5 plots of each."""
    model = played(pie(protocol={"kind": "simultaneous", "agreement_tolerance": 0.9}), holds(0.75), holds(0.75))
    assert model.deal is not None
    assert model.deal.package[[LAND, SEA]].tolist() == [7.5, 7.5]
    left = left_of(model)
    assert left[[LAND, SEA]] == pytest.approx([1.25, 1.25], abs=ROUNDING)
    others = [issue for issue in range(MAX_ISSUES) if issue not in (LAND, SEA)]
    assert np.isnan(left[others]).all()


def test_a_red_line_bounds_what_is_left() -> None:
    line = {"name": "no_more_land", "side": "partner", "issue": "land", "at_most": 8.0}
    config = pie(red_lines=[line], protocol={"kind": "simultaneous", "agreement_tolerance": 0.9})
    model = played(config, holds(0.75), holds(0.75))
    assert model.deal is not None
    land, sea = model.deal.package[[LAND, SEA]]
    assert left_of(model)[[LAND, SEA]] == pytest.approx([0.5 * (8.0 - land), 0.5 * (10.0 - sea)], abs=ROUNDING)


def test_nothing_is_left_at_the_best_levels() -> None:
    left = left_of(played(pie(), holds(0.5), holds(0.5)))
    assert left[[LAND, SEA]].tolist() == [0.0, 0.0]


def test_without_a_deal_or_where_it_is_not_asked_for_there_is_no_number() -> None:
    stalled = played(pie(), holds(0.95), holds(0.95))
    assert np.isnan(left_of(stalled)).all()
    result, _ = end_of(played(pie(), holds(0.5), holds(0.5)))
    assert np.isnan(result["value_left"]).all()
    assert math.isnan(result["nash_distance"][0])


def _one_by_one(model: NegotiationModel, issue: int) -> float:
    """Largest sum of payoffs over the issue's levels by pricing each package anew, less that of the deal."""
    assert model.deal is not None
    _, ledger = model.price_package(model.deal.package)
    agreed = sum(float(total(ledger[side])) for side in range(len(SIDES)))
    best = agreed
    for level in range(level_count(model.p, issue)):
        package = model.deal.package.copy()
        package[issue] = level_value(model.p, issue, level)
        pledge, ledger = model.price_package(package)
        allowed = all(respects_red_lines(model.p, side, package) for side in range(len(SIDES)))
        if allowed and (issue != CHIP_PURCHASES or pledge[DELIVERABLE] > 0.5):
            best = max(best, sum(float(total(ledger[side])) for side in range(len(SIDES))))
    return best - agreed


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_is_left_is_the_best_of_all_levels(path: Path) -> None:
    config = load_config(path)
    for run in range(RUNS):
        model = played(config, run=run)
        if model.deal is None:
            continue
        left, at = np.empty(MAX_ISSUES), np.empty(MAX_ISSUES)
        payoff = end_of(model)[0]["payoff"][0]
        value_left(model.p, model.pledges, model.deal.package, model.deal.pledge, payoff, left, at)
        np.testing.assert_array_equal(left, left_of(model))
        for issue in model.case.tabled(model.p):
            assert left[issue] == pytest.approx(_one_by_one(model, issue), abs=ROUNDING)
            assert (at[issue] == model.deal.package[issue]) == (left[issue] == 0.0)


def test_the_table_of_runs_has_a_column_for_every_issue_that_is_ever_on_the_table() -> None:
    """Null without a deal, as in July if a signature makes the rate safe; the fund comes by an event of 22 July."""
    config = load_config(CONFIGS / "july_2025.yaml", ["walk_away.deal_court_exposure=0"])
    runs = simulate(config, 0, 40, 1, 40, trajectories=False, solutions=True).runs
    columns = [name for name in runs.column_names if name.startswith("value_left.")]
    issues = [name.removeprefix("us.") for name in runs.column_names if name.startswith("us.")]
    assert columns == [f"value_left.{issue}" for issue in issues]
    assert {*config.agenda, "investment_fund", "fund_profit_share"} == set(issues)
    dealt = np.array([outcome == "agreement" for outcome in runs["outcome"].to_pylist()])
    cars = runs["value_left.car_tariff"].to_numpy()
    assert np.array_equal(~np.isnan(cars), dealt)
    assert 0 < dealt.sum() < len(dealt)
    assert (cars[dealt] >= 0.0).all()
    without = simulate(config, 0, 5, 1, 5, trajectories=False, solutions=False).runs
    assert all(without[name].null_count == 5 for name in columns)
    assert without.column_names == runs.column_names
