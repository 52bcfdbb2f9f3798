"""The two governments' payoffs: terms that sum to them, their dimension, their limits and their signs."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim.economy.payoffs
from sim.economy.ledger import add_tariffs, no_deal_ledger, package_ledger, package_rates, total
from sim.economy.payoffs import (
    MAX_TERMS,
    PARTNER_AUDIENCE,
    PARTNER_FARM,
    PARTNER_SPILLOVER,
    PARTNER_SUBSIDY,
    PARTNER_TERMS,
    US_AUDIENCE,
    US_DEFICIT,
    US_HEADLINE,
    US_LOBBY,
    US_MAKERS,
    US_PRECEDENT,
    US_TERMS,
    add_audience_costs,
    add_fund,
    add_further_issues,
    add_materials,
    add_purchases,
    farm_share,
)
from sim.economy.pledge import COUNTED, DELIVERABLE
from sim.economy.signing import add_signing_costs
from sim.economy.trade import SECTOR_COUNT, recorded_deficit
from sim.issues import (
    CAR_TARIFF,
    CHIP_PURCHASES,
    FIRST_FURTHER_ISSUE,
    FUND_PROFIT_SHARE,
    INVESTMENT_FUND,
    MATERIALS_SUPPORT,
    OTHER_PURCHASES,
    RECIPROCAL_TARIFF,
)
from sim.records import Floats, Record, Table
from tests.strategies import firm_tables, maker_tables, packages, records
from tests.support import (
    ample_makers,
    copy_of,
    default_record,
    firms_of,
    ledger_of,
    package_of,
    parameters,
    payoffs_of,
    priced_pledge,
    reduced_pledge,
    seven_firms,
)

#: Sums of at most seventeen terms of order one to a hundred.
EXACT = 1e-9

US, PARTNER = 0, 1


def pledge_of(p: Record, package: Floats, firms: Table | None = None, makers: Table | None = None) -> Floats:
    flow = float(package[CHIP_PURCHASES]) / p.chips_delivery_years
    return priced_pledge(
        p, seven_firms() if firms is None else firms, ample_makers() if makers is None else makers, flow
    )


@pytest.mark.parametrize(("prefix", "terms"), [("US_", US_TERMS), ("PARTNER_", PARTNER_TERMS)])
def test_every_term_has_one_name_and_one_place(prefix: str, terms: tuple[str, ...]) -> None:
    places = [
        value for name, value in vars(sim.economy.payoffs).items() if name.startswith(prefix) and isinstance(value, int)
    ]
    assert sorted(places) == list(range(len(terms)))
    assert len(set(terms)) == len(terms) <= MAX_TERMS


@given(p=records(), package=packages())
def test_terms_sum_to_the_payoff(p: Record, package: Floats) -> None:
    ledger = ledger_of(p, package, pledge_of(p, package))
    for side, terms in ((US, US_TERMS), (PARTNER, PARTNER_TERMS)):
        assert np.isfinite(ledger[side]).all()
        assert (ledger[side, len(terms) :] == 0.0).all()
        assert total(ledger[side]) == pytest.approx(math.fsum(ledger[side]), abs=EXACT)


@given(p=records(), package=packages())
def test_the_payoff_is_the_sum_of_what_each_issue_brings(p: Record, package: Floats) -> None:
    p.walk_away_deal_court_exposure = 0.0
    pledge = pledge_of(p, package)
    rates = np.zeros(SECTOR_COUNT)
    package_rates(p, package, rates)
    blocks: list[Callable[[Floats, Floats], None]] = [
        lambda us, partner: add_tariffs(p, rates, us, partner),
        lambda us, partner: add_audience_costs(p, package[CAR_TARIFF], us, partner),
        lambda us, partner: add_purchases(p, pledge, package[OTHER_PURCHASES], us, partner),
        lambda us, partner: add_fund(p, package[INVESTMENT_FUND], package[FUND_PROFIT_SHARE], us, partner),
        lambda us, partner: add_materials(p, package[MATERIALS_SUPPORT], us, partner),
        lambda us, partner: add_further_issues(p, package[FIRST_FURTHER_ISSUE:], us, partner),
        lambda us, partner: add_signing_costs(p, package, us, partner),
    ]
    parts = np.zeros((len(blocks), 2, MAX_TERMS))
    for block, part in zip(blocks, parts, strict=True):
        block(part[US], part[PARTNER])
    assert ledger_of(p, package, pledge) == pytest.approx(parts.sum(axis=0), abs=EXACT)


def in_another_currency(p: Record, package: Floats, firms: Table, makers: Table, rate: float) -> None:
    """Restate every sum of money; what is a share, a rate or dollars per dollar stays."""
    money = [
        row
        for row in parameters("scalar", "sector", "firm", "maker")
        if row.unit.startswith("US$ bn") and row.unit != "US$ bn a year per US$ bn a year"
    ]
    for field in {row.field for row in money if row.group in ("scalar", "sector")}:
        setattr(p, field, rate * np.array(getattr(p, field)))
    for field in ("further_us_value", "further_partner_value"):
        setattr(p, field, rate * np.array(getattr(p, field)))
    for row in money:
        if row.group in ("firm", "maker"):
            (firms if row.group == "firm" else makers)[row.field] *= rate
    package[[CHIP_PURCHASES, OTHER_PURCHASES, INVESTMENT_FUND]] *= rate


@given(p=records(), package=packages(), firms=firm_tables(), makers=maker_tables(), rate=st.sampled_from([0.25, 1e3]))
def test_payoffs_are_sums_of_money(p: Record, package: Floats, firms: Table, makers: Table, rate: float) -> None:
    """In another currency every term of the ledger is the same money: no rule adds money to a share or a stock."""
    dollars = ledger_of(p, package, pledge_of(p, package, firms, makers))
    in_another_currency(p, package, firms, makers, rate)
    other = ledger_of(p, package, pledge_of(p, package, firms, makers))
    assert other == pytest.approx(rate * dollars, rel=1e-9, abs=1e-9 * rate)


def test_without_tariffs_and_purchases_only_the_precedent_counts() -> None:
    """The zero of both payoffs is the MFN world, but for the precedent of 25 points on US$82.8bn at .9 and .25."""
    p = default_record(economy_metals_tariff=0.0)
    ledger = ledger_of(p, package_of(0.025))
    precedent = -0.25 * 82.8 * 0.9 * 0.25
    assert precedent == pytest.approx(-4.66, abs=0.005)
    assert ledger[US, US_PRECEDENT] == pytest.approx(precedent, rel=1e-12)
    ledger[US, US_PRECEDENT] = 0.0
    assert ledger == pytest.approx(np.zeros_like(ledger), abs=1e-12)


@given(p=records(), package=packages())
def test_deficit_term_is_the_cut_of_the_recorded_deficit(p: Record, package: Floats) -> None:
    """wB (B0 - B), with the purchases that are booked as US exports; the difference of two sums of order a hundred.

    Of a rate that the courts may strike down the recorded deficit is that at the rate as agreed; here it is safe.
    """
    p.walk_away_deal_court_exposure = 0.0
    pledge = pledge_of(p, package)
    rates = np.zeros(SECTOR_COUNT)
    package_rates(p, package, rates)
    booked = p.chips_booked_share * pledge[COUNTED]
    booked += p.purchases_booked_share * p.purchases_additional_share * package[OTHER_PURCHASES]
    cut = recorded_deficit(p, np.array(p.sector_mfn_rate), 0.0) - recorded_deficit(p, rates, booked)
    assert ledger_of(p, package, pledge)[US, US_DEFICIT] == pytest.approx(p.us_deficit_weight * cut, abs=EXACT)


@given(p=records(), package=packages())
def test_audience_cost_is_charged_on_signing_only(p: Record, package: Floats) -> None:
    p.us_audience_cost, p.partner_audience_cost = 0.3, 0.4
    us_points = 100.0 * max(0.0, p.us_public_car_tariff - package[CAR_TARIFF])
    partner_points = 100.0 * max(0.0, package[CAR_TARIFF] - p.partner_public_car_tariff)
    signed = ledger_of(p, package)
    assert signed[US, US_AUDIENCE] == pytest.approx(-0.3 * us_points, abs=EXACT)
    assert signed[PARTNER, PARTNER_AUDIENCE] == pytest.approx(-0.4 * partner_points, abs=EXACT)
    rates, unsigned = np.zeros(SECTOR_COUNT), np.ones((2, MAX_TERMS))
    package_rates(p, package, rates)
    no_deal_ledger(p, rates, unsigned)
    assert unsigned[US, US_AUDIENCE] == unsigned[PARTNER, PARTNER_AUDIENCE] == 0.0


@given(p=records(), package=packages())
def test_a_deal_on_tariffs_alone_is_worth_what_they_are_without_it(p: Record, package: Floats) -> None:
    p.us_audience_cost = p.partner_audience_cost = p.reference_weight = p.us_forward_precedent = 0.0
    p.walk_away_deal_court_exposure = 0.0
    tariffs_only = package_of(package[CAR_TARIFF], package[RECIPROCAL_TARIFF])
    rates, unsigned = np.zeros(SECTOR_COUNT), np.zeros((2, MAX_TERMS))
    package_rates(p, tariffs_only, rates)
    no_deal_ledger(p, rates, unsigned)
    assert ledger_of(p, tariffs_only) == pytest.approx(unsigned, abs=EXACT)


def test_chip_and_other_purchases_share_one_headline() -> None:
    """aH ln(1 + (G + A) / Hs) with aH = 2 and Hs = 5: the second dollar is worth less than the first."""
    p = default_record()
    both = ledger_of(p, package_of(other=3.0), reduced_pledge(2.0))[US, US_HEADLINE]
    assert both == pytest.approx(2.0 * math.log(2.0), rel=1e-12)
    alone = [
        ledger_of(p, package_of(other=3.0))[US, US_HEADLINE],
        ledger_of(p, package_of(), reduced_pledge(2.0))[US, US_HEADLINE],
    ]
    assert both < sum(alone)


def test_the_lobby_weighs_the_makers_profit_once_more() -> None:
    ledger = ledger_of(default_record(us_lobby_weight=0.2), package_of(), reduced_pledge(2.0))
    assert ledger[US, US_LOBBY] == pytest.approx(0.2 * ledger[US, US_MAKERS], rel=1e-12)
    assert ledger[US, US_MAKERS] > 0.0


@pytest.mark.parametrize(("purchases", "share"), [(0.0, 0.0), (4.0, 0.0), (8.35, 0.5), (12.7, 1.0), (30.0, 1.0)])
def test_farm_follows_from_other_purchases(purchases: float, share: float) -> None:
    """clip((A - 4) / 8.7, 0, 1) of the full reallocation, at a cost of fR times its square with fR = .3."""
    p = default_record()
    assert farm_share(p, purchases) == pytest.approx(share, rel=1e-12)
    cost = ledger_of(p, package_of(other=purchases))[PARTNER, PARTNER_FARM]
    assert cost == pytest.approx(-0.3 * share**2, abs=1e-12)


ISSUES_IN_ORDER = (
    CAR_TARIFF,
    RECIPROCAL_TARIFF,
    OTHER_PURCHASES,
    INVESTMENT_FUND,
    FUND_PROFIT_SHARE,
    MATERIALS_SUPPORT,
)


@given(p=records(), package=packages(), issue=st.sampled_from(ISSUES_IN_ORDER), share=st.floats(0.0, 0.99))
def test_partner_wants_every_issue_low(p: Record, package: Floats, issue: int, share: float) -> None:
    pledge = pledge_of(p, package)
    lower = package.copy()
    lower[issue] *= share
    assert payoffs_of(p, lower, pledge)[PARTNER] >= payoffs_of(p, package, pledge)[PARTNER] - EXACT


@given(p=records(), package=packages(), issue=st.sampled_from(ISSUES_IN_ORDER[2:]), share=st.floats(0.0, 0.99))
def test_the_us_wants_purchases_fund_and_support_high(p: Record, package: Floats, issue: int, share: float) -> None:
    pledge = pledge_of(p, package)
    lower = package.copy()
    lower[issue] *= share
    assert payoffs_of(p, lower, pledge)[US] <= payoffs_of(p, package, pledge)[US] + EXACT


@pytest.mark.parametrize("tariffs", [np.linspace(0.025, 0.275, 21)])
@pytest.mark.parametrize("issue", [CAR_TARIFF, RECIPROCAL_TARIFF])
def test_the_us_wants_tariffs_high_at_the_defaults(issue: int, tariffs: Floats) -> None:
    p = default_record()
    packages_by_tariff = np.tile(package_of(0.15, 0.10), (len(tariffs), 1))
    packages_by_tariff[:, issue] = tariffs
    payoffs = np.array([payoffs_of(p, package)[US] for package in packages_by_tariff])
    assert (np.diff(payoffs) > 0.0).all()


@given(p=records(), firms=firm_tables(least=1), makers=maker_tables(least=1), flow=st.floats(0.0, 3.0))
def test_a_larger_chip_pledge_is_good_for_the_us_and_bad_for_partner(
    p: Record, firms: Table, makers: Table, flow: float
) -> None:
    """The subsidy costs Japan more than firms that only profit limits gain from it; spillovers are left out.

    At the favourable ends of the ranges, public funds at no extra cost and the highest spillover, a pledge can pay.
    """
    firms["financing_bound"] = 0.0
    pledges = [priced_pledge(p, firms, makers, size) for size in (flow, flow + 0.5)]
    if pledges[1][DELIVERABLE] < 0.5:
        return
    less, more = (ledger_of(p, package_of(), pledge) for pledge in pledges)
    assert total(more[US]) > total(less[US])
    assert more[PARTNER, PARTNER_SUBSIDY] < less[PARTNER, PARTNER_SUBSIDY]
    without_spillover = [total(ledger[PARTNER]) - ledger[PARTNER, PARTNER_SPILLOVER] for ledger in (less, more)]
    assert without_spillover[1] < without_spillover[0]


def test_a_pledge_can_pay_for_itself_where_firms_starve_for_finance() -> None:
    """At the favourable ends of the ranges: what the firm could not finance is worth more than the subsidy for it."""
    p = default_record(partner_spillover_share=0.15, partner_public_funds_cost=1.0)
    starved = firms_of({"capex": 1.0, "financing_bound": 1.0, "unmet_demand": 9.0})
    without, pledged = (payoffs_of(p, package_of(), priced_pledge(p, starved, ample_makers(), g)) for g in (0.0, 0.3))
    assert pledged[PARTNER] > without[PARTNER]


@given(p=records(), package=packages(), rise=st.floats(0.01, 0.5))
def test_dearer_public_funds_make_a_subsidy_dearer(p: Record, package: Floats, rise: float) -> None:
    pledge = pledge_of(p, package)
    dear = copy_of(p)
    dear.partner_public_funds_cost += rise
    cheap_payoffs, dear_payoffs = payoffs_of(p, package, pledge), payoffs_of(dear, package, pledge)
    assert dear_payoffs[US] == cheap_payoffs[US]
    assert dear_payoffs[PARTNER] <= cheap_payoffs[PARTNER]


@given(p=records(), index=st.integers(0, 2), value=st.floats(0.0, 50.0))
def test_a_further_issue_is_worth_its_value_per_unit(p: Record, index: int, value: float) -> None:
    package = package_of(0.1, 0.1)
    without = payoffs_of(p, package)
    package[FIRST_FURTHER_ISSUE + index] = value
    worth = payoffs_of(p, package) - without
    assert worth == pytest.approx(
        [p.further_us_value[index] * value, p.further_partner_value[index] * value], abs=EXACT
    )


def test_the_ledger_is_overwritten() -> None:
    p, package, rates = default_record(), package_of(0.15, 0.1), np.full(SECTOR_COUNT, np.nan)
    ledger = np.full((2, MAX_TERMS), np.nan)
    package_ledger(p, package, reduced_pledge(0.0), rates, ledger)
    assert ledger == pytest.approx(ledger_of(p, package), abs=0.0)
