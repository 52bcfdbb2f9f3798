"""Earlier deals in closed form: two kinks make a focal point of their rate, and a precedent scales with trade."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.bargaining.valuation import VALUATION, package_value, tabulate
from sim.economy.ledger import no_deal_ledger
from sim.economy.payoffs import MAX_TERMS, PARTNER_REFERENCE, US_FORWARD, US_REFERENCE
from sim.economy.trade import CARS, MACHINERY, OTHER, PARTS, SECTOR_COUNT
from sim.issues import CAR_TARIFF, MAX_ISSUES, PARTNER, RECIPROCAL_TARIFF, US
from sim.records import Floats, Record
from sim.row import new_row
from tests.strategies import packages, records
from tests.support import copy_of, default_record, ledger_of, package_of, payoffs_of, put_on_table
from tests.support_talks import deliverable_pledges

RATES = np.arange(61) / 200.0  # steps of half a point, to 30 %
REFERENCE = 0.15
POWERS = np.linspace(0.01, 0.99, 197)


def one_issue(k: float, weight: float = 1.0) -> Record:
    """Reciprocal tariff alone on the table; both sides lose k per dollar and unit of rate on their side of 15 %."""
    return default_record(
        us_reference_loss=k, partner_reference_loss=k, reference_weight=weight, reference_reciprocal_rate=REFERENCE
    )


def nash_rates(p: Record) -> Floats:
    """Rate at which (U_us - W_us)^a (U_jp - W_jp)^(1 - a) is largest, by the power a of the US.

    Both walk away to what the highest and the lowest rate of the grid are worth to them without any comparison, so that
    the whole grid is a zone of agreement.
    """
    bare = copy_of(p)
    bare.reference_weight = 0.0
    ends = np.array([payoffs_of(bare, package_of(0.275, rate)) for rate in RATES])
    payoffs = np.array([payoffs_of(p, package_of(0.275, rate)) for rate in RATES])
    gains = payoffs - (ends.min(axis=0) - 20.0)
    logs = np.log(gains)
    return RATES[[int(np.argmax(power * logs[:, US] + (1.0 - power) * logs[:, PARTNER])) for power in POWERS]]


def test_the_nash_point_sticks_at_the_reference_over_an_interval_of_power_that_grows_with_k() -> None:
    shares = [float((nash_rates(one_issue(k)) == REFERENCE).mean()) for k in (0.0, 0.05, 0.1, 0.2, 0.4)]
    assert shares[0] <= 2.0 / len(POWERS)
    assert shares == sorted(shares)
    assert len(set(shares)) == len(shares)
    assert shares[-1] > 0.4


def test_outside_that_interval_power_moves_the_rate_away_from_the_reference_on_its_own_side() -> None:
    rates = nash_rates(one_issue(0.1))
    assert (np.diff(rates) >= 0.0).all()
    assert rates[0] < REFERENCE < rates[-1]
    sticks = np.flatnonzero(rates == REFERENCE)
    assert (np.diff(sticks) == 1).all()


def test_a_deal_that_is_half_as_comparable_pulls_half_as_much() -> None:
    assert nash_rates(one_issue(0.4, weight=0.25)).tolist() == nash_rates(one_issue(0.1)).tolist()


@given(p=records(), package=packages(), us=st.floats(0.0, 1.5), partner=st.floats(0.0, 1.5))
def test_the_losses_are_k_w_v_times_the_distance_where_the_issue_is_on_the_table(
    p: Record, package: Floats, us: float, partner: float
) -> None:
    p.us_reference_loss, p.partner_reference_loss, p.walk_away_deal_court_exposure = us, partner, 0.7
    trade = np.array(p.sector_import_value)
    for cars_tabled in (0, 1):
        p.issue_tabled[CAR_TARIFF] = cars_tabled
        compared = [(RECIPROCAL_TARIFF, p.reference_reciprocal_rate, trade[MACHINERY] + trade[OTHER])]
        if cars_tabled:
            compared.append((CAR_TARIFF, p.reference_car_rate, trade[CARS] + trade[PARTS]))
        below = sum(volume * max(0.0, rate - package[issue]) for issue, rate, volume in compared)
        above = sum(volume * max(0.0, package[issue] - rate) for issue, rate, volume in compared)
        ledger = ledger_of(p, package)
        assert ledger[US, US_REFERENCE] == pytest.approx(-us * p.reference_weight * below, abs=1e-9)
        assert ledger[PARTNER, PARTNER_REFERENCE] == pytest.approx(-partner * p.reference_weight * above, abs=1e-9)


@given(p=records(), package=packages(), k=st.floats(0.0, 0.7), still_open=st.floats(0.0, 1.0))
def test_the_forward_precedent_is_a_loss_per_dollar_of_trade_below_the_threat(
    p: Record, package: Floats, k: float, still_open: float
) -> None:
    p.us_forward_precedent, p.walk_away_open_imports_share = k, still_open
    trade = np.array(p.sector_import_value)[[MACHINERY, OTHER]].sum()
    below = max(0.0, p.walk_away_threat_reciprocal_tariff - package[RECIPROCAL_TARIFF])
    expected = -k * still_open * trade * below
    assert ledger_of(p, package)[US, US_FORWARD] == pytest.approx(expected, abs=1e-9)
    p.sector_import_value = 8.0 * np.array(p.sector_import_value)
    assert ledger_of(p, package)[US, US_FORWARD] == pytest.approx(8.0 * expected, abs=1e-8)
    p.issue_tabled[RECIPROCAL_TARIFF] = 0
    assert ledger_of(p, package)[US, US_FORWARD] == 0.0


@given(p=records())
def test_nobody_compares_without_a_signature(p: Record) -> None:
    ledger = np.ones((2, MAX_TERMS))
    no_deal_ledger(p, np.full(SECTOR_COUNT, 0.1), ledger)
    assert ledger[US, US_REFERENCE] == ledger[US, US_FORWARD] == ledger[PARTNER, PARTNER_REFERENCE] == 0.0


@given(p=records(), level=st.integers(0, 24), cars=st.integers(0, 20))
def test_tables_hold_what_the_ledger_charges(p: Record, level: int, cars: int) -> None:
    p.us_forward_precedent = p.us_reference_loss = p.partner_reference_loss = 0.5
    put_on_table(p, RECIPROCAL_TARIFF, 0.0, 0.24, 25)
    put_on_table(p, CAR_TARIFF, 0.025, 0.275, 21)
    valuation, levels = new_row(VALUATION), np.zeros(MAX_ISSUES, np.int64)
    tabulate(p, deliverable_pledges(), valuation)
    levels[[RECIPROCAL_TARIFF, CAR_TARIFF]] = level, cars
    expected = payoffs_of(p, package_of(0.025 + 0.0125 * cars, 0.01 * level))
    for side in (US, PARTNER):
        assert package_value(valuation, side, levels) == pytest.approx(expected[side], abs=1e-9)
