"""Random valid configs: whatever is negotiated, the talks end in a named outcome and keep their rules on the way."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings

from experiments.config.load import config_from
from experiments.config.model import Config
from experiments.engine.cases import build_case, seat_agents, tactic_names
from experiments.engine.settlement import settle
from experiments.engine.simulate import simulate
from sim.bargaining.outcomes import Outcome, Reason
from sim.bargaining.red_lines import respects_red_lines
from sim.bargaining.valuation import package_value, package_values
from sim.economy.pledge import DELIVERABLE
from sim.engine.model import NegotiationModel
from sim.issues import CHIP_PURCHASES, MAX_ISSUES, SIDES
from sim.records import Integers
from tests.sizes import sized
from tests.talks_strategies import configs

#: Far above rounding, far below a cent: the slack of the acceptance rule twice over.
SLACK = 2e-9

CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large]


def _values(model: NegotiationModel, levels: Integers) -> Any:
    package = np.zeros(MAX_ISSUES)
    package_values(model.p, levels, package)
    return package


def _is_inside_both_boxes(model: NegotiationModel, package: Any) -> bool:
    return all(respects_red_lines(model.p, side, package) for side in range(2))


def _check_offer(model: NegotiationModel, side: int) -> None:
    """The offer that a side has just tabled: priced right, never a sacrifice, inside the box where there is one."""
    seat = model.governments[side].seat
    assert math.isclose(seat.payoff, package_value(model.valuation, side, seat.levels), abs_tol=1e-9)
    if seat.ideal >= seat.reservation:
        assert seat.payoff >= seat.reservation - SLACK
    if model.common:
        assert _is_inside_both_boxes(model, _values(model, seat.levels))
        assert model.pledges[seat.levels[CHIP_PURCHASES], DELIVERABLE] > 0.5


def _check_round(model: NegotiationModel, offers: list[int], aspirations: list[float]) -> None:
    opened = model.regime_opening == model.round - 1
    for side, government in enumerate(model.governments):
        seat = government.seat
        numbers = (seat.walk_away, seat.reservation, seat.ideal, seat.aspiration, seat.payoff)
        assert all(map(math.isfinite, numbers))
        assert 0.0 <= seat.aspiration <= 1.0
        assert opened or seat.aspiration <= aspirations[side]
        if seat.offers > offers[side]:
            _check_offer(model, side)


def _check_deal(model: NegotiationModel) -> None:
    assert model.deal is not None
    assert _is_inside_both_boxes(model, model.deal.package)
    assert model.deal.pledge[DELIVERABLE] > 0.5
    for issue in model.case.tabled(model.p):
        assert model.p.issue_low[issue] - 1e-9 <= model.deal.package[issue] <= model.p.issue_high[issue] + 1e-9
    payoff = settle(model).payoff
    for side, name in enumerate(SIDES):
        assert payoff[name] >= model.governments[side].seat.reservation - 1e-8


def _play(config: Config, run: int) -> NegotiationModel:
    case = build_case(config, config.experiment.seed, run)
    model = NegotiationModel(case, seat_agents(tactic_names(config)), collect=False, rng=run)
    while model.running:
        offers = [int(government.seat.offers) for government in model.governments]
        aspirations = [float(government.seat.aspiration) for government in model.governments]
        model.step()
        _check_round(model, offers, aspirations)
    return model


@settings(max_examples=sized(40, 120), suppress_health_check=CHECKS)
@given(tree=configs())
def test_random_talks_end_in_a_named_outcome_and_keep_the_rules(tree: dict[str, Any]) -> None:
    config = config_from(tree)
    for run in range(config.experiment.runs):
        model = _play(config, run)
        assert 1 <= model.round <= config.calendar.round_limit
        assert isinstance(model.outcome, Outcome)
        assert isinstance(model.reason, Reason)
        assert (model.outcome is Outcome.AGREEMENT) == (model.deal is not None)
        if model.deal is not None:
            _check_deal(model)
        settlement = settle(model)
        assert all(map(math.isfinite, [*settlement.payoff.values(), *settlement.walk_away.values()]))


@settings(max_examples=sized(10, 25), suppress_health_check=CHECKS)
@given(tree=configs(round_limit=8))
def test_random_talks_give_the_same_finite_rows_again_and_in_any_chunk(tree: dict[str, Any]) -> None:
    config = config_from(tree)
    both, again = (simulate(config, 0, 2, 1, 2, trajectories=True, solutions=True) for _ in range(2))
    second = simulate(config, 1, 1, 1, 2, trajectories=True, solutions=True)
    assert both.runs.equals(again.runs)
    assert both.trajectories is not None
    assert both.trajectories.equals(again.trajectories)
    assert both.runs.slice(1).equals(second.runs)
    for name in both.runs.column_names:
        values = [value for value in both.runs[name].to_pylist() if isinstance(value, float)]
        assert all(map(math.isfinite, values)), name
