"""What the end of the talks is worth to every agent, and how far a deal is from the bargaining solutions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.engine.frontier import frontier, walk_away_point
from experiments.engine.settlement import Settlement, end_of, settle
from experiments.story.central import CentralCase
from experiments.story.narrative import ending_of
from sim.bargaining.outcomes import Outcome
from sim.bargaining.valuation import package_value
from sim.economy.pledge import OUTLAY, SUBSIDY_RATE
from sim.economy.walkaway import STATUS_QUO, THREAT, execution_left
from sim.engine.model import NegotiationModel
from sim.issues import CHIP_PURCHASES, SIDES
from tests.support_talks import LAND, SEA, holds, pie, played, talks
from tests.tree import CONFIGS

CARS = CONFIGS / "cars_on_the_table.yaml"

#: The same terms summed in another order, US$ bn a year.
EXACT = 1e-9


def _ends(config: Config, runs: int = 30) -> dict[Outcome, NegotiationModel]:
    """One finished negotiation for each outcome that these runs have."""
    found: dict[Outcome, NegotiationModel] = {}
    for run in range(runs):
        model = played(config, run=run)
        assert model.outcome is not None
        found.setdefault(model.outcome, model)
    return found


@pytest.fixture(scope="module")
def ends() -> dict[Outcome, NegotiationModel]:
    found = _ends(load_config(CARS))
    patient = load_config(CARS, ("us_treasury.ratification_margin=90", "protocol.walkout_rounds=3"))
    return {Outcome.STALL: played(pie(), holds(0.95), holds(0.95)), **found, **_ends(patient, 1)}


def test_every_agent_is_settled_by_name(ends: dict[Outcome, NegotiationModel]) -> None:
    config = load_config(CARS)
    names = [*SIDES, *(firm.name for firm in config.firms), *(maker.name for maker in config.chip_makers)]
    for model in ends.values():
        settlement = settle(model)
        assert list(settlement.payoff) == list(settlement.walk_away) == names
        assert all(math.isfinite(value) for value in settlement.payoff.values())


@pytest.mark.parametrize(("dealt", "gain"), [(True, 1.5), (False, 0.0)])
def test_a_gain_is_the_payoff_of_a_deal_over_walking_away(dealt: bool, gain: float) -> None:
    settlement = Settlement({"us_treasury": 7.0}, {"us_treasury": 5.5}, np.zeros(1), 68.5, dealt)
    assert settlement.gain("us_treasury") == gain


def test_a_deal_pays_both_sides_what_its_package_is_worth(ends: dict[Outcome, NegotiationModel]) -> None:
    model = ends[Outcome.AGREEMENT]
    assert model.deal is not None
    proposer = model.governments[SIDES.index(model.deal.proposer or "us_treasury")]
    settlement = settle(model)
    for side, name in enumerate(SIDES):
        worth = package_value(model.valuation, side, proposer.seat.levels)
        assert settlement.payoff[name] == pytest.approx(worth, abs=1e-9)
        assert settlement.gain(name) >= 0


def test_talks_that_end_before_the_deadline_leave_everyone_with_walk_away(
    ends: dict[Outcome, NegotiationModel],
) -> None:
    for outcome in (Outcome.STALL, Outcome.WALKOUT):
        model = ends[outcome]
        settlement = settle(model)
        assert settlement.payoff == settlement.walk_away


def test_an_executed_threat_pays_everyone_what_the_threat_is_worth(ends: dict[Outcome, NegotiationModel]) -> None:
    """The deadline has come, so walking away was worth what is left of the gamble with the threat."""
    model = ends[Outcome.THREAT_EXECUTED]
    settlement = settle(model)
    chance = execution_left(model.p, model.slips)
    for name, government in zip(SIDES, model.governments, strict=True):
        status_quo, threat = float(government.seat.status_quo), float(government.seat.threat)
        assert settlement.payoff[name] == threat
        assert settlement.payoff[name] - settlement.walk_away[name] == pytest.approx(
            (1 - chance) * (threat - status_quo)
        )
        assert settlement.gain(name) == 0.0
    for agent in (*model.cast.firms, *model.cast.makers):
        status_quo, threat = agent.no_deal(STATUS_QUO), agent.no_deal(THREAT)
        assert settlement.payoff[agent.name] == threat
        assert settlement.walk_away[agent.name] == pytest.approx(chance * threat + (1 - chance) * status_quo)
        assert settlement.gain(agent.name) == 0.0


def test_the_status_quo_is_one_payoff_in_talks_and_in_what_is_told_of_them(
    ends: dict[Outcome, NegotiationModel],
) -> None:
    """Its terms hold the courts' risk as the payoff does, and sum to what lapsed talks pay."""
    for outcome, model in ends.items():
        ledger = ending_of(model).ledger
        for name, government in zip(SIDES, model.governments, strict=True):
            told = sum(before for _, before in ledger[name].values())
            assert told == pytest.approx(government.seat.status_quo, abs=EXACT)
            if outcome == Outcome.DEADLINE_LAPSED:
                assert told == pytest.approx(settle(model).payoff[name], abs=EXACT)
    central = CentralCase(load_config(CARS))
    table = central.ledger({}).groupby("side")["value"].sum()
    for name, government in zip(SIDES, central.model.governments, strict=True):
        assert table[name] == pytest.approx(government.seat.status_quo, abs=EXACT)


def test_a_threat_that_lapses_with_the_last_deadline_leaves_everyone_with_the_status_quo() -> None:
    config = load_config(CARS, ("us_treasury.ratification_margin=90", "protocol.walkout_rounds=64"))
    lapsed = next(model for run in range(20) if (model := played(config, run=run)).outcome is Outcome.DEADLINE_LAPSED)
    settlement = settle(lapsed)
    for name, government in zip(SIDES, lapsed.governments, strict=True):
        assert settlement.payoff[name] == government.seat.status_quo
    for agent in (*lapsed.cast.firms, *lapsed.cast.makers):
        assert settlement.payoff[agent.name] == agent.no_deal(STATUS_QUO)


def test_without_a_deal_a_side_gets_its_walk_away_on_average() -> None:
    """At the deadline: with the chance of execution the threat, else the status quo, and W is what both come to."""
    config = pie(
        agenda={"car_tariff": {"levels": 3}}, walk_away={"execution_probability": 0.4}, calendar={"max_slips": 0},
        us_treasury={"ratification_margin": 90.0}, protocol={"walkout_rounds": 64},
    )  # fmt: skip
    model = played(config)
    for government in model.governments:
        seat = government.seat
        assert seat.walk_away == pytest.approx(0.4 * seat.threat + 0.6 * seat.status_quo)


def test_the_threat_of_higher_tariffs_hurts_firms_and_makers_that_buy_from_partner(
    ends: dict[Outcome, NegotiationModel],
) -> None:
    """Firms lose demand when tariffs cut Japan's income; a US fab pays the tariff on Japanese tools."""
    model = ends[Outcome.THREAT_EXECUTED]
    settlement = settle(model)
    hurt = [*(firm.name for firm in model.cast.firms), "US fabs"]
    assert all(settlement.payoff[name] < settlement.walk_away[name] < 0 for name in hurt)


def test_the_pledge_is_that_of_the_deal_or_of_japans_standing_offer(ends: dict[Outcome, NegotiationModel]) -> None:
    for outcome, model in ends.items():
        pledge = settle(model).pledge
        if model.deal is not None:
            assert np.array_equal(pledge, model.deal.pledge)
        else:
            assert outcome is not Outcome.AGREEMENT
            level = model.cast.partner.seat.levels[CHIP_PURCHASES]
            assert np.array_equal(pledge, model.pledges[level])


def test_a_settlement_keeps_its_pledge_when_the_model_goes_on() -> None:
    model = talks(load_config(CARS), run=0)
    model.step()
    settlement = settle(model)
    before = settlement.pledge.copy()
    model.pledges[:] = -1.0
    assert np.array_equal(settlement.pledge, before)


def _chips_for_land() -> NegotiationModel:
    """A deal in which Japan buys chips; nothing but chips and land is on the table."""
    changes: dict[str, Any] = {
        "agenda": {"sea": {"us_value": -0.5, "partner_value": 3.0}, "chip_purchases": {"high": 2.0, "levels": 2}},
        "red_lines": [{"name": "chips", "side": "us_treasury", "issue": "chip_purchases", "at_least": 2.0}],
        "firms": [{"name": "Firm", "capex": 1.0, "holdout_belief": 0.0}],
        "chip_makers": [{"name": "Maker", "allocation": 9.0, "uncommitted_output": 9.0}],
        "chips": {"delivery_years": 2.0},
    }
    return played(pie(changes))


def test_a_signed_pledge_pays_the_firm_its_subsidy_and_the_maker_its_margin() -> None:
    model = _chips_for_land()
    assert model.outcome is Outcome.AGREEMENT
    settlement = settle(model)
    assert settlement.pledge[SUBSIDY_RATE] > 0
    assert settlement.pledge[OUTLAY] == pytest.approx(settlement.pledge[SUBSIDY_RATE] * (1.0 + 1.0))
    assert settlement.gain("Firm") > 0
    assert settlement.gain("Maker") == pytest.approx(0.72 * 1.0)


def test_a_deal_half_way_between_two_positions_is_settled_at_its_own_values() -> None:
    model = played(pie(protocol={"kind": "simultaneous", "agreement_tolerance": 0.1}), holds(0.5), holds(0.55))
    assert model.deal is not None
    assert model.deal.package[[LAND, SEA]].tolist() == [9.5, 10.0]
    settlement = settle(model)
    assert settlement.gain("us_treasury") == pytest.approx(9.5 - 5.0)
    assert settlement.gain("partner") == pytest.approx(10.0 - 4.75)


def _distances(model: NegotiationModel) -> tuple[float, float]:
    """Distance of the end from the Nash solution, and its gap to the Pareto frontier."""
    result, _ = end_of(model, solutions=True)
    return float(result["nash_distance"][0]), float(result["pareto_gap"][0])


@pytest.mark.parametrize(
    ("us", "partner", "distance"), [(0.5, 0.5, 0.0), (0.6, 0.0, math.hypot(1.0, 2.0)), (0.7, 0.0, math.hypot(2.0, 4.0))]
)
def test_a_deal_on_the_frontier_has_no_gap_and_a_distance_from_the_nash_package(
    us: float, partner: float, distance: float
) -> None:
    """The Nash package of the pie is (10, 10), worth 5 to each."""
    model = played(pie(), holds(us), holds(partner))
    nash_distance, gap = _distances(model)
    assert nash_distance == pytest.approx(distance, abs=1e-9)
    assert gap == pytest.approx(0.0, abs=1e-9)


def test_a_deal_inside_the_frontier_has_the_gap_that_both_could_still_gain() -> None:
    """Half-way between (10, 5) and (5, 10), worth 3.75 to each, lies 1.25 inside (10, 10)."""
    config = pie(protocol={"kind": "simultaneous", "agreement_tolerance": 0.9})
    model = played(config, holds(0.75), holds(0.75))
    assert model.deal is not None
    assert model.deal.package[[LAND, SEA]].tolist() == [7.5, 7.5]
    assert _distances(model) == pytest.approx((math.hypot(1.25, 1.25), 1.25))


def test_without_a_deal_there_is_no_distance() -> None:
    assert np.isnan(_distances(played(pie(), holds(0.95), holds(0.95)))).all()


def test_the_frontier_of_the_pie_trades_sea_for_land() -> None:
    model = talks(pie())
    model.step()
    gains = frontier(model, np.array([-np.inf, -np.inf])) - walk_away_point(model)
    expected = [(10 - 0.5 * sea, -5.0 + sea) for sea in range(11)] + [
        (land - 5.0, 10 - 0.5 * land) for land in range(11)
    ]
    assert np.allclose(gains, sorted(set(expected), reverse=True), atol=1e-9)
    zone = frontier(model, walk_away_point(model) - 1e-9) - walk_away_point(model)
    assert len(zone) == sum(us >= 0 and partner >= 0 for us, partner in set(expected))


def test_settling_changes_nothing() -> None:
    model = played(load_config(CONFIGS / "july_2025.yaml"), run=1)
    first, second = settle(model), settle(model)
    assert first.payoff == second.payoff
    assert first.walk_away == second.walk_away
