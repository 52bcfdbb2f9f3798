"""Talks that go on once a threat has been carried out: its rates are in force, and no deadline stands."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from experiments.config.load import load_config
from experiments.design.records import build_records
from experiments.design.sampling import design_table
from experiments.engine.rows import runs_table
from experiments.engine.settlement import end_of
from experiments.engine.simulate import simulate
from sim.bargaining.outcomes import Outcome
from sim.economy.payoffs import MAX_TERMS
from sim.economy.trade import SECTOR_COUNT
from sim.economy.walkaway import STATUS_QUO, THREAT, no_deal_payoffs
from sim.engine.model import NegotiationModel
from sim.issues import CAR_TARIFF, PARTNER, RECIPROCAL_TARIFF, US
from sim.records import Floats, Record
from tests.support import copy_of
from tests.support_talks import Script, follows, holds, laid_on, pie, talks
from tests.tree import CONFIGS

#: The only deadline falls due in round 4, on 22 June, and its threat is sure. Tariffs are off the table.
SURE: dict[str, Any] = {
    "calendar": {"deadline": "2025-06-22", "round_limit": 12, "after_execution": "continue"},
    "protocol": {"stall_rounds": 12, "walkout_rounds": 12},
    "walk_away": {
        "execution_probability": 1.0, "court_survival": 0.6, "threat_car_tariff": 0.4,
        "threat_reciprocal_tariff": 0.3, "threat_metals_tariff": 0.5,
    },
}  # fmt: skip

#: A second threat, announced on 6 July, that falls due in round 9.
SECOND = {
    "name": "second",
    "date": "2025-07-06",
    "set": {"walk_away.threat_reciprocal_tariff": 0.35, "calendar.deadline": "2025-07-27"},
}


def sure(us: Script | None = None, partner: Script | None = None, **sections: Any) -> NegotiationModel:
    return talks(pie(laid_on(SURE, sections)), us or holds(1.0), partner or holds(1.0))


def after(model: NegotiationModel, rounds: int) -> NegotiationModel:
    for _ in range(rounds):
        model.step()
    return model


def without_deal(p: Record) -> Floats:
    payoffs = np.zeros((2, 2))
    no_deal_payoffs(p, np.zeros(SECTOR_COUNT), np.zeros((2, MAX_TERMS)), payoffs)
    return payoffs


def in_force(model: NegotiationModel, regime: int | None = None) -> tuple[float, float, float]:
    p = model.p if regime is None else model.regimes[regime]
    return p.walk_away_status_quo_car_tariff, p.walk_away_status_quo_reciprocal_tariff, p.economy_metals_tariff


def row_of(model: NegotiationModel) -> dict[str, Any]:
    config = pie(SURE)
    result, agents = end_of(model)
    design = design_table(config, 1, 1, 0)
    table = runs_table(build_records(config, design, 1), design, config.calendar.start, result, agents[np.newaxis])
    found: dict[str, Any] = table.to_pylist()[0]
    return found


def test_by_default_the_talks_end_with_the_threat() -> None:
    model = after(sure(calendar={"after_execution": "end"}), 4)
    assert not model.running
    assert model.outcome is Outcome.THREAT_EXECUTED
    assert row_of(model)["executions"] == 0
    assert row_of(model)["executed_on"] is None


def test_the_rates_of_the_threat_hold_from_the_next_round_on() -> None:
    model = after(sure(), 4)
    before = without_deal(copy_of(model.p))
    assert model.running
    assert model.executed
    assert not model.has_deadline
    assert in_force(model) == (0.275, 0.1, 0.25)
    model.step()
    assert not model.executed
    assert in_force(model) == (0.4, 0.3, 0.5)
    assert model.p.issue_off_value[[CAR_TARIFF, RECIPROCAL_TARIFF]].tolist() == [0.4, 0.3]
    for row in (STATUS_QUO, THREAT):
        assert without_deal(model.p)[row] == pytest.approx(before[THREAT], abs=1e-12)
    for side in (US, PARTNER):
        assert model.governments[side].seat.walk_away == pytest.approx(before[THREAT, side], abs=1e-12)
        assert model.governments[side].seat.reservation == pytest.approx(before[THREAT, side], abs=1e-12)


def test_a_deal_may_follow_and_is_measured_against_the_rates_in_force() -> None:
    """Both hold until round 6 and then give nearly all that they can; tariffs stay as the threat has them."""
    gives = follows(1.0, 1.0, 1.0, 1.0, 1.0, 0.1)
    model = sure(gives, gives)
    while model.running:
        model.step()
    assert model.outcome is Outcome.AGREEMENT
    assert model.round in (6, 7)
    row = row_of(model)
    assert row["executions"] == 1
    assert row["executed_on"] == date(2025, 6, 22)
    assert model.deal is not None
    assert model.deal.package[[CAR_TARIFF, RECIPROCAL_TARIFF]].tolist() == [0.4, 0.3]
    nothing = model.price_package(np.where(np.arange(len(model.deal.package)) >= 7, 0.0, model.deal.package))[1]
    for side, name in ((US, "us_treasury"), (PARTNER, "partner")):
        land, sea = model.deal.package[7:9]
        plots = land - 0.5 * sea if side == US else sea - 0.5 * land
        assert nothing[side].sum() == pytest.approx(row[f"walk_away.{name}"], abs=1e-9)
        assert row[f"gain.{name}"] == pytest.approx(plots, abs=1e-9)


def test_without_a_deal_all_have_the_rates_in_force() -> None:
    model = sure()
    while model.running:
        model.step()
    assert model.outcome is Outcome.ROUND_LIMIT
    row = row_of(model)
    for side, name in ((US, "us_treasury"), (PARTNER, "partner")):
        assert row[f"payoff.{name}"] == pytest.approx(without_deal(model.p)[THREAT, side], abs=1e-12)
        assert row[f"gain.{name}"] == 0.0


def test_tactics_pace_themselves_by_the_round_limit_once_no_deadline_stands() -> None:
    model = after(sure(), 3)
    assert model.round_of_deadline == 4
    assert model.time_passed == pytest.approx(2.0 / 3.0)
    after(model, 2)
    assert model.round_of_deadline == 12
    assert model.time_passed == pytest.approx(4.0 / 11.0)


def test_a_later_event_may_set_another_deadline_with_another_threat() -> None:
    """In between walking away is worth the status quo, which no deadline overhangs."""
    model = after(sure(events=[SECOND]), 5)
    assert not model.has_deadline
    model.step()
    assert model.has_deadline
    assert model.deadline_day == 56.0
    assert in_force(model) == (0.4, 0.3, 0.5)
    worth = without_deal(model.p)
    assert worth[STATUS_QUO, PARTNER] > worth[THREAT, PARTNER]
    walk_away = float(model.governments[PARTNER].seat.walk_away)
    assert worth[THREAT, PARTNER] < walk_away < worth[STATUS_QUO, PARTNER]
    after(model, 4)
    assert in_force(model) == (0.4, 0.35, 0.5)
    assert int(model.talk.executions) == 2
    assert float(model.talk.executed_day) == 21.0


def test_a_threat_without_a_deadline_is_none() -> None:
    """An event that raises the threat alone moves no walk-away: nothing falls due."""
    raised = {**SECOND, "set": {"walk_away.threat_reciprocal_tariff": 0.35}}
    model = after(sure(events=[raised]), 6)
    assert model.opened_by == ("second",)
    worth = without_deal(model.p)
    for side in (US, PARTNER):
        assert model.governments[side].seat.walk_away == pytest.approx(worth[STATUS_QUO, side], abs=1e-12)


def test_a_rate_that_a_later_event_sets_holds_from_its_date() -> None:
    lowered = {**SECOND, "set": {"walk_away.status_quo_reciprocal_tariff": 0.12}}
    model = after(sure(events=[lowered]), 5)
    assert in_force(model) == (0.4, 0.3, 0.5)
    model.step()
    assert in_force(model) == (0.4, 0.12, 0.5)


def test_a_threat_that_is_carried_out_in_the_last_round_ends_the_talks() -> None:
    model = after(sure(calendar={"round_limit": 4}), 4)
    assert model.outcome is Outcome.THREAT_EXECUTED
    assert row_of(model)["executions"] == 0


def test_a_threat_that_is_spared_changes_nothing() -> None:
    spared = {"execution_probability": 0.0}
    ends = [after(sure(walk_away=spared, calendar={"after_execution": way}), 4).outcome for way in ("end", "continue")]
    assert ends == [Outcome.DEADLINE_LAPSED] * 2


def test_beliefs_follow() -> None:
    """A side with noisy beliefs takes the rates in force for what they are."""
    noisy = {side: {"kind": "noisy", "noise": 0.3} for side in ("us_treasury", "partner")}
    model = after(sure(beliefs=noisy), 5)
    for government in model.governments:
        believed = government.believed_p  # type: ignore[attr-defined]  # of a Mesa government
        assert believed.walk_away_status_quo_car_tariff == 0.4
        assert believed.economy_metals_tariff == 0.5


def test_the_engine_leaves_the_parameters_of_a_batch_as_they_were() -> None:
    """The same runs give the same rows a second time, with trajectories and without."""
    config = load_config(
        CONFIGS / "july_2025.yaml",
        [
            "calendar.after_execution=continue",
            "walk_away.execution_probability=0.9",
            "tactics.partner={name: hardliner}",
        ],
    )
    tables = [
        simulate(config, 0, 30, 1, 30, trajectories=tracked, solutions=True).runs for tracked in (True, False, False)
    ]
    assert (tables[0]["executions"].to_numpy() > 0).any()
    assert tables[0].equals(tables[1])
    assert tables[1].equals(tables[2])


def test_trajectories_tell_how_many_threats_had_been_carried_out() -> None:
    config = pie(laid_on(SURE, {"tactics": {"us_treasury": {"name": "hardliner"}, "partner": {"name": "hardliner"}}}))
    found = simulate(config, 0, 1, 1, 1, trajectories=True, solutions=False).trajectories
    assert found is not None
    by_round = found.to_pandas().groupby("round")["executions"].unique().map(list).to_dict()
    assert by_round == {number: [int(number >= 4)] for number in range(1, 13)}
