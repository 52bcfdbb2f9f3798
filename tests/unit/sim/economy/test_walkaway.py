"""The walk-away payoff: its weights, its limits and its expectation over courts and execution."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.economy.ledger import no_deal_ledger, total
from sim.economy.payoffs import MAX_TERMS
from sim.economy.trade import EXEMPT, SECTOR_COUNT
from sim.economy.walkaway import (
    DAYS_A_YEAR,
    STATUS_QUO,
    THREAT,
    court_chance,
    deadline_hazard,
    execution_left,
    no_deal_payoffs,
    no_deal_rates,
    ratification_margin,
    waiting_weight,
    walk_away_payoff,
)
from sim.issues import PARTNER, US
from sim.records import Floats, Record
from tests.strategies import records
from tests.support import default_record, published_record

PAYOFF = st.floats(-100.0, 100.0)
DAYS = st.floats(0.0, 2000.0)


def payoffs_without_deal(p: Record) -> Floats:
    out = np.full((2, 2), np.nan)
    no_deal_payoffs(p, np.zeros(SECTOR_COUNT), np.zeros((2, MAX_TERMS)), out)
    return out


@given(p=records(), years=st.floats(0.0, 10.0), longer=st.floats(0.0, 1.0))
def test_weight_of_the_wait_rises_from_nothing_to_all(p: Record, years: float, longer: float) -> None:
    assert waiting_weight(p, 0.0) == 0.0
    assert waiting_weight(p, p.economy_horizon) == 1.0
    assert waiting_weight(p, -1.0) == 0.0
    assert waiting_weight(p, p.economy_horizon + 1.0) == 1.0
    assert 0.0 <= waiting_weight(p, years) <= waiting_weight(p, years + longer) <= 1.0


@pytest.mark.parametrize("years", [0.1, 1.0, 3.0])
def test_weight_is_the_discounted_share_of_the_horizon(years: float) -> None:
    """(1 - e^(-r m)) / (1 - e^(-r H)), which tends to m / H as the discount rate falls to nothing."""
    p = default_record(walk_away_discount_rate=0.04, economy_horizon=3.5)
    expected = (1.0 - np.exp(-0.04 * years)) / (1.0 - np.exp(-0.04 * 3.5))
    assert waiting_weight(p, years) == pytest.approx(expected, rel=1e-12)
    undiscounted = default_record(walk_away_discount_rate=0.0, economy_horizon=3.5)
    assert waiting_weight(undiscounted, years) == pytest.approx(years / 3.5, rel=1e-15)
    barely = default_record(walk_away_discount_rate=1e-9, economy_horizon=3.5)
    assert waiting_weight(barely, years) == pytest.approx(years / 3.5, rel=1e-8)


@given(p=records(), status_quo=PAYOFF, threat=PAYOFF, days=DAYS, constant=st.floats(-50.0, 50.0))
def test_a_constant_added_to_a_payoff_is_added_to_its_walk_away(
    p: Record, status_quo: float, threat: float, days: float, constant: float
) -> None:
    without = walk_away_payoff(p, status_quo, threat, days, 0)
    with_it = walk_away_payoff(p, status_quo + constant, threat + constant, days, 0)
    assert with_it - without == pytest.approx(constant, abs=1e-11)


@given(p=records(), status_quo=PAYOFF, threat=PAYOFF, days=DAYS)
def test_walk_away_lies_between_status_quo_and_threat(p: Record, status_quo: float, threat: float, days: float) -> None:
    walk_away = walk_away_payoff(p, status_quo, threat, days, 0)
    assert min(status_quo, threat) - 1e-11 <= walk_away <= max(status_quo, threat) + 1e-11


@given(p=records(), status_quo=PAYOFF, threat=PAYOFF, days=DAYS)
def test_a_threat_that_is_never_executed_changes_nothing(
    p: Record, status_quo: float, threat: float, days: float
) -> None:
    p.walk_away_execution_probability = 0.0
    assert walk_away_payoff(p, status_quo, threat, days, 0) == pytest.approx(status_quo, abs=1e-11)


def test_a_certain_threat_bites_in_full_at_the_deadline() -> None:
    p = default_record(walk_away_execution_probability=1.0)
    assert walk_away_payoff(p, 12.0, 16.0, 0.0, 0) == 16.0
    assert walk_away_payoff(p, 12.0, 16.0, -3.0, 0) == 16.0
    assert walk_away_payoff(p, 12.0, 16.0, DAYS_A_YEAR * p.economy_horizon, 0) == 12.0


def test_walk_away_at_the_defaults() -> None:
    """Forty days before the deadline, r = .04, H = 3.5 and p = .5, worked out by hand."""
    weight = (1.0 - np.exp(-0.04 * 40.0 / 365.25)) / (1.0 - np.exp(-0.14))
    expected = 12.0 * weight + (1.0 - weight) * 14.0
    assert walk_away_payoff(default_record(), 12.0, 16.0, 40.0, 0) == pytest.approx(expected, rel=1e-12)


@given(p=records(), row=st.sampled_from([STATUS_QUO, THREAT]), survives=st.booleans())
def test_rates_without_a_deal_are_stacked(p: Record, row: int, survives: bool) -> None:
    """A deal may include the MFN rate; without one the reciprocal rate comes on top, unless the courts strike it."""
    p.economy_deal_includes_mfn = 1.0
    name = "status_quo" if row == STATUS_QUO else "threat"
    reciprocal = getattr(p, f"walk_away_{name}_reciprocal_tariff") if survives else 0.0
    rates = np.full(SECTOR_COUNT, np.nan)
    no_deal_rates(p, row, survives, rates)
    cars = getattr(p, f"walk_away_{name}_car_tariff")
    metals = p.economy_metals_tariff if row == STATUS_QUO else p.walk_away_threat_metals_tariff
    general = [p.sector_mfn_rate[s] + reciprocal for s in (3, 4)]
    assert rates.tolist() == [cars, cars, metals, *general, p.sector_mfn_rate[EXEMPT]]


@given(p=records())
def test_court_risk_is_an_expectation_over_its_branches(p: Record) -> None:
    assert court_chance(p, True) + court_chance(p, False) == pytest.approx(1.0, abs=1e-15)
    expected, rates, ledger = np.zeros((2, 2)), np.zeros(SECTOR_COUNT), np.zeros((2, MAX_TERMS))
    for row in (STATUS_QUO, THREAT):
        for survives, chance in ((True, p.walk_away_court_survival), (False, 1.0 - p.walk_away_court_survival)):
            no_deal_rates(p, row, survives, rates)
            no_deal_ledger(p, rates, ledger)
            expected[row] += chance * np.array([total(ledger[US]), total(ledger[PARTNER])])
    assert payoffs_without_deal(p) == pytest.approx(expected, abs=1e-11)


def test_the_more_likely_the_courts_strike_the_tariff_the_better_for_partner() -> None:
    payoffs = [payoffs_without_deal(default_record(walk_away_court_survival=chance)) for chance in (1.0, 0.6, 0.0)]
    for row in (STATUS_QUO, THREAT):
        assert payoffs[0][row, PARTNER] < payoffs[1][row, PARTNER] < payoffs[2][row, PARTNER]
        assert payoffs[0][row, US] > payoffs[1][row, US] > payoffs[2][row, US]


def test_payoffs_without_a_deal_are_the_published_states() -> None:
    """Where the tariffs stand in court and spending is diverted: the status quo of May 2025, the threat of 9 July."""
    payoffs = payoffs_without_deal(published_record(walk_away_court_survival=1.0, economy_diversion_by_volume=0.0))
    assert payoffs == pytest.approx(np.array([[12.11, -14.23], [15.89, -17.97]]), abs=0.01)


def test_each_side_has_its_own_ratification_margin() -> None:
    p = default_record(us_ratification_margin=0.25, partner_ratification_margin=1.75)
    assert ratification_margin(p, US) == 0.25
    assert ratification_margin(p, PARTNER) == 1.75


@pytest.mark.parametrize("slips", [0, 1, 2])
def test_the_chance_left_is_that_of_this_deadline_or_of_the_later_ones(slips: int) -> None:
    """So that a side without a deal gets its walk-away payoff on average, deadline by deadline."""
    p = default_record(walk_away_execution_probability=0.7, max_slips=2)
    hazard = deadline_hazard(p)
    later = execution_left(p, slips + 1)
    assert execution_left(p, slips) == pytest.approx(hazard + (1.0 - hazard) * later, rel=1e-12)
    assert execution_left(p, 0) == pytest.approx(0.7, rel=1e-12)
    assert execution_left(p, 3) == 0.0
