"""R1 in closed form: what a signature leaves of the courts' risk, for governments, firms and makers alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.economy.firm_payoffs import (
    FIRM_TERMS,
    MAKER_TERMS,
    WORLD,
    firm_deal_terms,
    firm_terms,
    maker_deal_terms,
    set_deal_worlds,
)
from sim.economy.ledger import package_rates, struck_rates
from sim.economy.payoffs import MAX_TERMS, PARTNER_REFERENCE, US_REFERENCE, signed_chance
from sim.economy.pledge import PLEDGE_COLUMNS, no_pledge
from sim.economy.trade import MACHINERY, OTHER, SECTOR_COUNT, income_loss_share
from sim.economy.walkaway import STATUS_QUO, no_deal_payoffs
from sim.issues import CAR_TARIFF, RECIPROCAL_TARIFF
from sim.records import FIRM, Floats, Record, Table
from sim.row import Row
from tests.strategies import firm_tables, maker_tables, packages, records
from tests.support import (
    copy_of,
    firm_without_deal,
    ledger_of,
    maker_ledger,
    maker_without_deal,
    package_of,
    payoffs_of,
    priced_pledge,
    put_on_table,
)

#: Sums of some ten terms of order one to a hundred.
ROUNDING = 1e-12


def nothing() -> Floats:
    pledge = np.zeros(PLEDGE_COLUMNS)
    no_pledge(pledge)
    return pledge


def as_in_the_status_quo(p: Record) -> Floats:
    """Package at the rates of the status quo, with nothing promised and nothing to pay for signing it."""
    p.us_audience_cost = p.partner_audience_cost = p.us_forward_precedent = p.reference_weight = 0.0
    p.economy_deal_includes_mfn = 0.0
    return package_of(p.walk_away_status_quo_car_tariff, p.walk_away_status_quo_reciprocal_tariff)


def status_quo(p: Record) -> Floats:
    payoffs = np.zeros((2, 2))
    no_deal_payoffs(p, np.zeros(SECTOR_COUNT), np.zeros((2, MAX_TERMS)), payoffs)
    found: Floats = payoffs[STATUS_QUO]
    return found


@given(p=records(), firms=firm_tables(least=1), makers=maker_tables(least=1))
def test_a_deal_at_the_rates_of_the_status_quo_is_worth_the_status_quo(p: Record, firms: Table, makers: Table) -> None:
    """With e = 1, to both governments, to every firm and to every maker."""
    p.walk_away_deal_court_exposure = 1.0
    package = as_in_the_status_quo(p)
    assert payoffs_of(p, package) == pytest.approx(status_quo(p), abs=ROUNDING)
    worlds = deal_worlds(p, makers, firms, package, nothing())
    for i in range(len(firms)):
        terms = np.zeros(len(FIRM_TERMS))
        firm_deal_terms(p, Row(firms[i : i + 1]), nothing(), False, worlds, terms)
        assert terms.sum() == pytest.approx(firm_without_deal(p, Row(firms[i : i + 1]), STATUS_QUO), abs=ROUNDING)
    for j in range(len(makers)):
        terms = np.zeros(len(MAKER_TERMS))
        maker_deal_terms(p, Row(makers[j : j + 1]), worlds, 0.0, terms)
        alone = maker_without_deal(p, Row(makers[j : j + 1]), makers, firms, STATUS_QUO)
        assert terms.sum() == pytest.approx(alone, abs=ROUNDING)


@given(p=records())
def test_a_signature_that_makes_the_rate_safe_is_worth_something_to_the_us(p: Record) -> None:
    """With e = 0 the same package costs the partner its chance of paying nothing; with e = 1 nobody gains."""
    p.walk_away_court_survival = 0.6
    package = as_in_the_status_quo(p)
    p.walk_away_deal_court_exposure = 0.0
    assert payoffs_of(p, package)[1] < status_quo(p)[1]


@given(p=records(), package=packages(), exposure=st.floats(0.0, 1.0), legal=st.floats(0.0, 1.0))
def test_a_signed_rate_counts_by_the_chance_that_it_stands(
    p: Record, package: Floats, exposure: float, legal: float
) -> None:
    """U = p U(tau) + (1 - p) U(MFN), p = 1 - e (1 - p_legal), term by term; what signing costs is not weighed."""
    p.walk_away_deal_court_exposure, p.walk_away_court_survival = exposure, legal
    chance = 1.0 - exposure * (1.0 - legal)
    assert signed_chance(p) == pytest.approx(chance, abs=ROUNDING)
    safe, bare = copy_of(p), copy_of(p)
    for one in (safe, bare):
        one.walk_away_deal_court_exposure = 0.0
    bare.economy_deal_includes_mfn = bare.us_forward_precedent = bare.reference_weight = 0.0
    struck = package.copy()
    struck[RECIPROCAL_TARIFF] = 0.0
    stands, falls = ledger_of(safe, package), ledger_of(bare, struck)
    # Comparison with earlier deals and red lines are about the rate that was named.
    falls[0, US_REFERENCE:], falls[1, PARTNER_REFERENCE:] = stands[0, US_REFERENCE:], stands[1, PARTNER_REFERENCE:]
    assert ledger_of(p, package) == pytest.approx(chance * stands + (1.0 - chance) * falls, abs=1e-9)


@given(p=records(), exposure=st.sampled_from([0.0, 0.5]))
def test_a_rate_off_the_table_carries_all_of_the_risk_for_the_governments(p: Record, exposure: float) -> None:
    p.issue_tabled[RECIPROCAL_TARIFF] = 0
    p.walk_away_deal_court_exposure = exposure
    put_on_table(p, CAR_TARIFF, 0.0, 0.5, 3)
    assert payoffs_of(p, as_in_the_status_quo(p)) == pytest.approx(status_quo(p), abs=ROUNDING)


def deal_worlds(p: Record, makers: Table, firms: Table, package: Floats, pledge: Floats) -> Table:
    worlds: Table = np.zeros(2, WORLD)
    set_deal_worlds(p, makers, firms, package, pledge, np.zeros(SECTOR_COUNT), worlds)
    return worlds


@given(
    p=records(), package=packages(), firms=firm_tables(least=1), makers=maker_tables(least=1), signed=st.booleans(),
    exposure=st.sampled_from([0.0, 0.3, 1.0]),
)  # fmt: skip
def test_firms_and_makers_take_the_risk_by_expectation(
    p: Record, package: Floats, firms: Table, makers: Table, signed: bool, exposure: float
) -> None:
    """Each term is its mean over the rate as agreed and the MFN rate, computed here from the two worlds apart."""
    p.walk_away_deal_court_exposure = exposure
    pledge = priced_pledge(p, firms, makers, 0.4)
    rates: list[Any] = [np.zeros(SECTOR_COUNT), np.zeros(SECTOR_COUNT)]
    package_rates(p, package, rates[0])
    struck_rates(p, package, rates[1])
    assert rates[1][[MACHINERY, OTHER]] == pytest.approx(np.array(p.sector_mfn_rate)[[MACHINERY, OTHER]], abs=0.0)
    assert np.delete(rates[1], [MACHINERY, OTHER]) == pytest.approx(np.delete(rates[0], [MACHINERY, OTHER]), abs=0.0)
    chances = (signed_chance(p), 1.0 - signed_chance(p))
    worlds = deal_worlds(p, makers, firms, package, pledge)
    firm, maker, support = Row(firms[:1]), Row(makers[:1]), 0.7
    of_firm, of_maker = np.zeros(len(FIRM_TERMS)), np.zeros(len(MAKER_TERMS))
    firm_deal_terms(p, firm, pledge, signed, worlds, of_firm)
    maker_deal_terms(p, maker, worlds, support, of_maker)
    apart = []
    for one in rates:
        terms = np.zeros(len(FIRM_TERMS))
        firm_terms(p, firm, pledge, signed, float(income_loss_share(p, one)), terms)
        apart.append((terms, maker_ledger(p, maker, makers, firms, pledge, one, support)))
    mean = [sum(chance * both[k] for chance, both in zip(chances, apart, strict=True)) for k in range(2)]
    assert of_firm == pytest.approx(mean[0], abs=1e-12)
    assert of_maker == pytest.approx(mean[1], abs=1e-12)


@given(p=records(), makers=maker_tables(least=1), rise=st.floats(0.001, 0.2))
def test_a_plant_loses_by_a_deal_exactly_where_it_makes_its_inputs_dearer(
    p: Record, makers: Table, rise: float
) -> None:
    """A plant that only buys inputs has no other stake: a lower rate is a gain, a higher one a loss."""
    p.walk_away_deal_court_exposure = 1.0
    for field in ("materials_sales", "allocation", "uncommitted_output"):
        makers[field] = 0.0
    makers["partner_inputs"] = 3.0
    package = as_in_the_status_quo(p)
    alone = maker_without_deal(p, Row(makers[:1]), makers, np.zeros(0, FIRM), STATUS_QUO)
    for rate, sign in ((-rise, 1.0), (rise, -1.0)):
        package[RECIPROCAL_TARIFF] = max(0.0, p.walk_away_status_quo_reciprocal_tariff + rate)
        terms = np.zeros(len(MAKER_TERMS))
        worlds = deal_worlds(p, makers, np.zeros(0, FIRM), package, nothing())
        maker_deal_terms(p, Row(makers[:1]), worlds, 0.0, terms)
        change = terms.sum() - alone
        assert sign * change > 0.0 or p.walk_away_court_survival == 0.0
