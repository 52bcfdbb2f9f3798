"""Payoffs of data-centre firms and chip makers: terms, limits, and the signs of subsidies, purchases and tariffs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import sim.economy.firm_payoffs
from sim.economy.chip_market import (
    firm_ratio,
    firm_rent,
    makers_profit,
    net_subsidy,
    quorum_subsidy,
    total_capex,
    unconstrained_ratio,
)
from sim.economy.firm_payoffs import (
    FIRM_CAPACITY,
    FIRM_DEMAND,
    FIRM_PREMIUM,
    FIRM_SUBSIDY,
    FIRM_TERMS,
    MAKER_DERIVED,
    MAKER_GUARANTEE,
    MAKER_INPUTS,
    MAKER_MARGIN,
    MAKER_PREMIUM,
    MAKER_RENT,
    MAKER_TERMS,
    demand_factor,
    firm_terms,
    materials_sales,
)
from sim.economy.ledger import total
from sim.economy.payoffs import MAX_TERMS, add_materials
from sim.economy.pledge import (
    DELIVERABLE,
    OUTLAY,
    PLEDGE_COLUMNS,
    PRICE,
    RENT,
    SHIPPED,
    SIGNED,
    SUBSIDY_RATE,
    WANTED_AT,
    no_pledge,
)
from sim.economy.trade import MACHINERY, OTHER, SECTOR_COUNT, exporter_rent, income_loss_share, market
from sim.economy.walkaway import STATUS_QUO, THREAT
from sim.records import Floats, Record, Table
from sim.row import rows
from tests.strategies import firm_tables, maker_tables, records
from tests.support import (
    default_record,
    firm_without_deal,
    firms_of,
    maker_ledger,
    maker_without_deal,
    makers_of,
    parameters,
    priced_pledge,
    reservations_of,
    seven_firms,
)

RATE = st.floats(0.0, 0.9)
PRICE_RATIO = st.floats(1.0, 2.0)
LOSS = st.floats(0.0, 0.1)


def firm_ledger(
    p: Record,
    firm: Record,
    rate: float,
    price: float = 1.0,
    *,
    signed: bool = True,
    loss: float = 0.0,
    wanted_at: float | None = None,
) -> Floats:
    """Terms of a firm that is offered what it wants at the rate, unless a lower `wanted_at` rations it."""
    pledge = np.zeros(PLEDGE_COLUMNS)
    no_pledge(pledge)
    net = net_subsidy(rate, price)
    pledge[[SUBSIDY_RATE, PRICE, WANTED_AT]] = rate, price, net if wanted_at is None else wanted_at
    out = np.full(len(FIRM_TERMS), np.nan)
    firm_terms(p, firm, pledge, signed, loss, out)
    return out


def pledge_of(shipped: float, *, signed: float = 1.0, price: float = 1.0) -> Floats:
    pledge = np.zeros(PLEDGE_COLUMNS)
    no_pledge(pledge)
    pledge[[SHIPPED, SIGNED, PRICE]] = shipped, signed, price
    return pledge


def maker_ledgers(
    p: Record, makers: Table, pledge: Floats, rates: Floats | None = None, support: float = 0.0
) -> Floats:
    """Terms of every maker; the firms are the seven, and tariffs are at MFN unless given."""
    tariffs = mfn(p) if rates is None else rates
    ledgers = [maker_ledger(p, maker, makers, seven_firms(), pledge, tariffs, support) for maker in rows(makers)]
    return np.array(ledgers).reshape(len(makers), len(MAKER_TERMS))


def mfn(p: Record, rise: float = 0.0) -> Floats:
    return np.array(p.sector_mfn_rate) + rise


@pytest.mark.parametrize(("prefix", "terms"), [("FIRM_", FIRM_TERMS), ("MAKER_", MAKER_TERMS)])
def test_every_term_has_one_name_and_one_place(prefix: str, terms: tuple[str, ...]) -> None:
    names = vars(sim.economy.firm_payoffs).items()
    places = [value for name, value in names if name.startswith(prefix) and isinstance(value, int)]
    assert sorted(places) == list(range(len(terms)))
    assert len(set(terms)) == len(terms)


@given(p=records(), firms=firm_tables(most=1, least=1), rate=RATE, price=PRICE_RATIO)
def test_a_signed_firm_earns_its_rent(p: Record, firms: Table, rate: float, price: float) -> None:
    """Capacity, subsidy and premium together are the rent of the domestic table, where no income is lost."""
    firm = rows(firms)[0]
    net = net_subsidy(rate, price)
    ratio = firm_ratio(p, firm, net, unconstrained_ratio(p, net))
    ledger = firm_ledger(p, firm, rate, price)
    assert total(ledger) == pytest.approx(math.fsum(ledger), abs=1e-9)
    assert total(ledger) == pytest.approx(firm_rent(p, firm, ratio, net), abs=1e-9)
    assert ledger[FIRM_SUBSIDY] >= 0.0 >= ledger[FIRM_PREMIUM]
    assert ledger[FIRM_DEMAND] == 0.0


@given(p=records(), firms=firm_tables(least=1), makers=maker_tables(least=1), flow=st.floats(0.01, 5.0))
def test_signed_firms_together_get_what_partner_counts(p: Record, firms: Table, makers: Table, flow: float) -> None:
    """Their rents add up to the pledge's; the subsidy on their spending to its outlay, up to the inverse of G(s)."""
    pledge = priced_pledge(p, firms, makers, flow)
    if pledge[DELIVERABLE] < 0.5:
        return
    out = np.zeros((len(firms), len(FIRM_TERMS)))
    for firm, terms in zip(rows(firms), out, strict=True):
        firm_terms(p, firm, pledge, True, 0.0, terms)
    assert out.sum() == pytest.approx(pledge[RENT], abs=1e-9)
    assert out[:, FIRM_SUBSIDY].sum() == pytest.approx(pledge[OUTLAY], rel=0.03)


@given(p=records(), firms=firm_tables(least=1), makers=maker_tables(least=1), flow=st.floats(0.01, 3.0))
def test_a_larger_pledge_is_good_for_those_who_sign_and_those_who_sell(
    p: Record, firms: Table, makers: Table, flow: float
) -> None:
    """By the domestic table, subsidy, price and signatures included; firms that do not sign only pay a higher price.

    Where the quorum asks for more than demand does, firms keep the difference, and a larger pledge may end that.
    """
    pledges = [priced_pledge(p, firms, makers, size) for size in (flow, flow + 0.3)]
    quorum = quorum_subsidy(p, firms, reservations_of(p, firms))
    if pledges[1][DELIVERABLE] < 0.5 or pledges[0][SUBSIDY_RATE] <= quorum:
        return
    earned = np.zeros((2, len(firms) + len(makers)))
    signs = [reservations_of(p, firms) <= pledge[SUBSIDY_RATE] for pledge in pledges]
    for pledge, signed, row in zip(pledges, signs, earned, strict=True):
        for i, firm in enumerate(rows(firms)):
            out = np.zeros(len(FIRM_TERMS))
            firm_terms(p, firm, pledge, bool(signed[i]), 0.0, out)
            row[i] = out.sum()
        for j, maker in enumerate(rows(makers)):
            row[len(firms) + j] = maker_ledger(p, maker, makers, firms, pledge, mfn(p), 0.0).sum()
    change = earned[1] - earned[0]
    assert (change[: len(firms)][signs[1]] >= -1e-12).all()
    assert (change[: len(firms)][~signs[1]] <= 1e-12).all()
    assert (change[len(firms) :] >= -1e-12).all()


@given(p=records(), firms=firm_tables(most=1, least=1), rate=RATE, share=st.floats(0.0, 0.9))
def test_a_firm_keeps_a_subsidy_above_what_makes_it_buy(p: Record, firms: Table, rate: float, share: float) -> None:
    """It buys what it wants at the lower rate and is paid the higher one; buying freely would be worth more."""
    firm = rows(firms)[0]
    rationed = total(firm_ledger(p, firm, rate, wanted_at=share * rate))
    assert total(firm_ledger(p, firm, share * rate)) <= rationed + 1e-12
    assert rationed <= total(firm_ledger(p, firm, rate)) + 1e-12


@given(p=records(), firms=firm_tables(most=1, least=1), rate=RATE, rise=st.floats(0.01, 0.09), loss=LOSS)
def test_a_firm_gains_from_the_subsidy(p: Record, firms: Table, rate: float, rise: float, loss: float) -> None:
    firm = rows(firms)[0]
    less, more = firm_ledger(p, firm, rate, loss=loss), firm_ledger(p, firm, rate + rise, loss=loss)
    assert total(more) > total(less)
    assert more[FIRM_SUBSIDY] > less[FIRM_SUBSIDY]


@given(p=records(), firms=firm_tables(most=1, least=1), rate=RATE, price=PRICE_RATIO, rise=st.floats(0.01, 0.5))
def test_a_firm_loses_by_a_higher_price(p: Record, firms: Table, rate: float, price: float, rise: float) -> None:
    firm = rows(firms)[0]
    assert total(firm_ledger(p, firm, rate, price + rise)) < total(firm_ledger(p, firm, rate, price))


@given(p=records(), firms=firm_tables(most=1, least=1), rate=RATE, rise=st.floats(0.01, 0.3))
def test_a_firm_loses_demand_by_tariffs(p: Record, firms: Table, rate: float, rise: float) -> None:
    """Tariffs cut Japan's income and so the worth of capacity."""
    firm = rows(firms)[0]
    losses = [income_loss_share(p, mfn(p, tariff)) for tariff in (0.0, rise, rise + 0.1)]
    assert losses[0] < losses[1] < losses[2]
    ledgers = [firm_ledger(p, firm, rate, loss=loss) for loss in losses]
    assert ledgers[0][FIRM_DEMAND] == 0.0 > ledgers[1][FIRM_DEMAND] > ledgers[2][FIRM_DEMAND]
    assert total(ledgers[0]) > total(ledgers[1]) > total(ledgers[2])


@given(p=records(), firms=firm_tables(most=1, least=1), rate=RATE, price=PRICE_RATIO)
def test_a_firm_that_has_not_signed_gets_no_subsidy(p: Record, firms: Table, rate: float, price: float) -> None:
    firm = rows(firms)[0]
    unsigned = firm_ledger(p, firm, rate, price, signed=False)
    assert unsigned.tolist() == firm_ledger(p, firm, 0.0, price).tolist()
    assert unsigned[FIRM_SUBSIDY] == 0.0


@given(p=records(), firms=firm_tables(most=1, least=1))
def test_a_firm_has_nothing_to_gain_without_subsidy_and_tariffs(p: Record, firms: Table) -> None:
    assert firm_ledger(p, rows(firms)[0], 0.0) == pytest.approx(np.zeros(len(FIRM_TERMS)), abs=1e-12)


def test_subsidised_capacity_earns_less_than_it_costs_without_the_subsidy() -> None:
    """Diminishing returns: what a profit-limited firm adds for the subsidy does not pay by itself."""
    ledger = firm_ledger(default_record(), rows(firms_of({"capex": 0.5}))[0], 1 / 3)
    assert ledger[FIRM_CAPACITY] < 0.0 < ledger[FIRM_CAPACITY] + ledger[FIRM_SUBSIDY]


def test_a_financing_bound_firm_gains_from_capacity_that_it_wanted_anyway() -> None:
    firm = rows(firms_of({"capex": 0.5, "financing_bound": 1.0, "unmet_demand": 5.0}))[0]
    assert firm_ledger(default_record(), firm, 1 / 3)[FIRM_CAPACITY] > 0.0


def test_demand_falls_with_income_and_never_below_nothing() -> None:
    p = default_record(chips_income_elasticity=1.5)
    assert demand_factor(p, 0.0) == 1.0
    assert demand_factor(p, 0.01) == pytest.approx(0.985)
    assert demand_factor(p, 0.9) == 0.0


@given(p=records(), makers=maker_tables(), flow=st.floats(0.0, 5.0), price=PRICE_RATIO, signed=st.floats(0.0, 1.0))
def test_makers_earn_the_signed_part_of_their_profit(
    p: Record, makers: Table, flow: float, price: float, signed: float
) -> None:
    shipped = total_capex(seven_firms()) + flow
    ledgers = maker_ledgers(p, makers, pledge_of(shipped, signed=signed, price=price))
    earned = ledgers[:, [MAKER_MARGIN, MAKER_PREMIUM]].sum()
    assert earned == pytest.approx(signed * makers_profit(makers, flow, shipped, price), abs=1e-9)


@given(p=records(), makers=maker_tables(least=1), flow=st.floats(0.0, 3.0), rise=st.floats(0.1, 2.0))
def test_a_vendor_gains_from_additional_purchases(p: Record, makers: Table, flow: float, rise: float) -> None:
    before = total_capex(seven_firms())
    less, more = (maker_ledgers(p, makers, pledge_of(before + size)) for size in (flow, flow + rise))
    assert (more.sum(axis=1) >= less.sum(axis=1)).all()
    spare = makers["uncommitted_output"].sum()
    if flow + rise < spare:
        sells = makers["uncommitted_output"] > 0.0
        assert (more[sells, MAKER_MARGIN] > less[sells, MAKER_MARGIN]).all()
    if flow >= spare:
        assert (more[:, MAKER_MARGIN] == less[:, MAKER_MARGIN]).all()


@given(p=records(), makers=maker_tables(least=1), signed=st.floats(0.0, 0.9))
def test_a_vendor_gains_from_a_pledge_that_more_firms_sign(p: Record, makers: Table, signed: float) -> None:
    """Firms sign for the subsidy, so that the subsidy enters a maker's payoff through the signatures."""
    less, more = (maker_ledgers(p, makers, pledge_of(3.0, signed=share, price=1.1)) for share in (signed, signed + 0.1))
    assert (more.sum(axis=1) >= less.sum(axis=1)).all()
    sells = makers["allocation"] > 0.0
    assert (more[sells].sum(axis=1) > less[sells].sum(axis=1)).all()


@given(p=records(), bought=st.floats(0.1, 5.0), tariff=st.floats(0.0, 0.5), rise=st.floats(0.01, 0.5))
def test_a_fab_pays_the_tariff_on_its_partner_inputs(p: Record, bought: float, tariff: float, rise: float) -> None:
    """Minus the inputs times the rise of the buyer's price of machinery; other tariffs do not touch it."""
    makers = makers_of({"partner_inputs": bought})
    rates = mfn(p)
    rates[MACHINERY] += tariff
    less = maker_ledgers(p, makers, pledge_of(0.0), rates)[0]
    _, price, _ = market(p, MACHINERY, rates[MACHINERY])
    assert less[MAKER_INPUTS] == pytest.approx(-bought * (price - 1.0), abs=1e-12)
    rates[MACHINERY] += rise
    more = maker_ledgers(p, makers, pledge_of(0.0), rates)[0]
    assume(p.sector_pass_through[MACHINERY] > 0.0)
    assert total(more) < total(less)


@given(p=records(), sold=st.floats(0.1, 5.0), tariff=st.floats(0.0, 0.5))
def test_a_supplier_loses_rent_by_the_tariff(p: Record, sold: float, tariff: float) -> None:
    """Its sales lose the rent per dollar that other goods lose."""
    rates = mfn(p)
    rates[OTHER] += tariff
    ledger = maker_ledgers(p, makers_of({"materials_sales": sold}), pledge_of(0.0), rates)[0]
    lost = exporter_rent(p, OTHER, *market(p, OTHER, rates[OTHER])) / p.sector_import_value[OTHER]
    assert ledger[MAKER_RENT] == pytest.approx(sold * lost, abs=1e-12)
    assert ledger[MAKER_RENT] <= 1e-12


@given(p=records(), rise=st.floats(0.05, 0.3))
def test_a_supplier_loses_more_the_higher_the_tariff(p: Record, rise: float) -> None:
    makers = makers_of({"materials_sales": 0.9})
    payoffs = [total(maker_ledgers(p, makers, pledge_of(0.0), mfn(p, k * rise))[0]) for k in range(3)]
    assert payoffs[0] > payoffs[1] > payoffs[2]


def test_a_supplier_gains_from_guaranteed_volume() -> None:
    """Where they pay for it, m_w q - cq q^2: a gain up to q = m_w / cq, the most at half of that, then a loss."""
    p = default_record(partner_materials_cost_share=0.0)
    makers = makers_of({"materials_sales": 0.9}, {"materials_sales": 0.6})
    support = np.linspace(0.0, 1.0, 13)
    gains = np.array([maker_ledgers(p, makers, pledge_of(0.0), None, float(q)).sum(axis=1) for q in support])
    best, last = p.chips_guarantee_margin / (2.0 * p.partner_materials_cost), 2.0 / 3.0
    assert (np.diff(gains[support <= best], axis=0) > 0.0).all()
    assert (gains[(support > 0.0) & (support < last - 1e-9)] > 0.0).all()
    assert (gains[support > last + 1e-9] < 0.0).all()
    assert gains[:, 0] * 0.6 == pytest.approx(gains[:, 1] * 0.9)


def test_a_supplier_never_loses_by_support_that_the_state_pays_for() -> None:
    """m_w q at every degree of support, in proportion to sales."""
    p, makers = default_record(), makers_of({"materials_sales": 0.9}, {"materials_sales": 0.6})
    for support in np.linspace(0.0, 1.0, 13):
        gains = maker_ledgers(p, makers, pledge_of(0.0), None, float(support)).sum(axis=1)
        assert gains == pytest.approx([0.6 * 0.2 * support, 0.4 * 0.2 * support], abs=1e-12)


@given(p=records(), share=st.floats(0.0, 1.0), support=st.floats(0.0, 1.0))
def test_the_cost_of_support_is_paid_once(p: Record, share: float, support: float) -> None:
    """By the government and its suppliers together, whatever each bears."""
    p.partner_materials_cost_share = share
    makers = makers_of({"materials_sales": 0.9}, {"materials_sales": 0.6}, {"partner_inputs": 2.0})
    us, partner = np.zeros(MAX_TERMS), np.zeros(MAX_TERMS)
    add_materials(p, support, us, partner)
    paid = partner.sum() + maker_ledgers(p, makers, pledge_of(0.0), None, support)[:, MAKER_GUARANTEE].sum()
    assert paid == pytest.approx(p.chips_guarantee_margin * support - p.partner_materials_cost * support**2, abs=1e-12)


def test_a_supplier_gains_from_the_wafers_in_additional_chips() -> None:
    p = default_record()
    makers = makers_of(
        {"allocation": 10.0, "uncommitted_output": 5.0}, {"materials_sales": 0.9}, {"materials_sales": 0.6}
    )
    derived = maker_ledgers(p, makers, pledge_of(total_capex(seven_firms()) + 2.0))[:, MAKER_DERIVED]
    whole = p.sector_exporter_margin[OTHER] * p.chips_materials_content * 2.0
    assert derived == pytest.approx([0.0, 0.6 * whole, 0.4 * whole], rel=1e-12)


@given(p=records(), makers=maker_tables())
def test_makers_gain_nothing_at_mfn_without_a_pledge(p: Record, makers: Table) -> None:
    assert materials_sales(makers) == pytest.approx(makers["materials_sales"].sum())
    ledgers = maker_ledgers(p, makers, pledge_of(0.0))
    assert ledgers[:, [MAKER_MARGIN, MAKER_PREMIUM, MAKER_INPUTS, MAKER_DERIVED, MAKER_GUARANTEE]] == pytest.approx(
        np.zeros((len(makers), 5))
    )
    assert ledgers[:, MAKER_RENT] == pytest.approx(np.zeros(len(makers)), abs=1e-12)


@given(p=records(), firms=firm_tables(most=1, least=1), makers=maker_tables(most=2, least=1))
def test_without_a_deal_tariffs_cost_every_firm(p: Record, firms: Table, makers: Table) -> None:
    firm, maker = rows(firms)[0], rows(makers)[0]
    assert firm_without_deal(p, firm, STATUS_QUO) < 0.0
    assert maker_without_deal(p, maker, makers, firms, STATUS_QUO) <= 1e-12
    if p.walk_away_threat_reciprocal_tariff > p.walk_away_status_quo_reciprocal_tariff + 0.01:
        p.walk_away_threat_car_tariff = p.walk_away_status_quo_car_tariff
        p.walk_away_threat_metals_tariff = p.economy_metals_tariff
        assert firm_without_deal(p, firm, THREAT) <= firm_without_deal(p, firm, STATUS_QUO)


def test_court_risk_is_an_expectation_for_firms_and_makers() -> None:
    """Linear in the chance that the reciprocal tariff survives."""
    makers, firms = makers_of({"partner_inputs": 3.5}, {"materials_sales": 0.9}), seven_firms()
    by_chance = []
    for chance in (0.0, 0.6, 1.0):
        p = default_record(walk_away_court_survival=chance)
        payoffs = [maker_without_deal(p, maker, makers, firms, THREAT) for maker in rows(makers)]
        by_chance.append([*payoffs, firm_without_deal(p, rows(firms)[0], THREAT)])
    struck, risky, safe = np.array(by_chance)
    assert risky == pytest.approx(0.4 * struck + 0.6 * safe, rel=1e-12)
    assert (safe < struck).all()


def test_every_kind_of_payoff_is_finite_at_the_hard_limits() -> None:
    """Lowest and highest admitted value of every firm and maker field, infinity replaced by a large number."""
    p, rates = default_record(), np.zeros(SECTOR_COUNT)
    for group in ("firm", "maker"):
        for row in parameters(group):
            for value in row.limits():
                entry = {row.name: min(value, 1e6)}
                if group == "firm":
                    assert np.isfinite(firm_ledger(p, rows(firms_of(entry))[0], 0.5, 1.1)).all()
                else:
                    assert np.isfinite(maker_ledgers(p, makers_of(entry), pledge_of(3.0, price=1.1), rates)).all()
