"""The chip market against its first-order conditions and against the published magnitudes of Japan's programme.

Optima found on a grid are met to the step of the grid; published figures to half a unit of their last digit.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.economy.chip_market import (
    capacity_cost,
    capacity_value,
    extra_output,
    financed_ratio,
    firm_ratio,
    firm_rent,
    makers_profit,
    net_subsidy_for,
    total_capex,
    unconstrained_ratio,
)
from sim.economy.firm_payoffs import MAKER_GUARANTEE
from sim.economy.payoffs import MAX_TERMS, PARTNER_MATERIALS, US_SECURITY, add_materials
from sim.economy.pledge import PLEDGE_COLUMNS, no_pledge
from sim.economy.trade import SECTOR_COUNT
from sim.records import Floats, Record
from sim.row import rows
from tests.support import (
    SEVEN_FIRMS,
    YEN_PER_DOLLAR,
    curve_of,
    default_record,
    firms_of,
    maker_ledger,
    makers_of,
    seven_firms,
)

THIRD, HALF = 1.0 / 3.0, 1.0 / 2.0
TRILLION_YEN = 1000.0 / YEN_PER_DOLLAR

#: Steps of the brute-force search, as a share of the optimum.
STEP = 1e-4


def test_response_to_a_subsidy_of_a_third() -> None:
    """(1 - g s)^-n = 1.7013 at g = .7, n = 2; four printed decimals."""
    assert unconstrained_ratio(default_record(), THIRD) == pytest.approx(1.7013, abs=5e-5)


def test_range_of_the_response_to_a_subsidy_of_a_third() -> None:
    """1.35 to 2.3 over the ranges of g and n, 1.30 where financing binds."""
    low = default_record(chips_subsidised_share=0.55, chips_demand_elasticity=1.5)
    high = default_record(chips_subsidised_share=0.85, chips_demand_elasticity=2.5)
    assert unconstrained_ratio(low, THIRD) == pytest.approx(1.35, abs=5e-3)
    assert unconstrained_ratio(high, THIRD) == pytest.approx(2.30, abs=5e-3)
    assert financed_ratio(default_record(), THIRD) == pytest.approx(1.30, abs=5e-3)


def best_by_brute_force(p: Record, firm: Record, net: float, around: float) -> tuple[float, float]:
    """Capacity with the highest profit among many near `around`, and that profit."""
    ratios = around * np.arange(0.5, 1.5, STEP)
    profits = [capacity_value(p, firm, float(k)) - capacity_cost(p, firm, float(k), net) for k in ratios]
    best = int(np.argmax(profits))
    return float(ratios[best]), float(profits[best])


@pytest.mark.parametrize("elasticity", [1.5, 2.0, 2.5])
@pytest.mark.parametrize("net", [-0.2, 0.0, THIRD, HALF])
def test_first_order_condition_against_brute_force(elasticity: float, net: float) -> None:
    p = default_record(chips_demand_elasticity=elasticity)
    firm = rows(firms_of({"capex": 0.5}))[0]
    chosen = unconstrained_ratio(p, net)
    assert firm_ratio(p, firm, net, chosen) == chosen
    ratio, _ = best_by_brute_force(p, firm, net, chosen)
    assert ratio == pytest.approx(chosen, rel=STEP)


@pytest.mark.parametrize("net", [0.0, THIRD])
def test_a_financing_bound_firm_would_want_its_unmet_demand(net: float) -> None:
    """Its profit peaks at phi times the unconstrained ratio, beyond what it can finance."""
    p = default_record()
    firm = rows(firms_of({"capex": 0.5, "financing_bound": 1.0, "unmet_demand": 3.0}))[0]
    wanted = 3.0 * unconstrained_ratio(p, net)
    ratio, _ = best_by_brute_force(p, firm, net, wanted)
    assert ratio == pytest.approx(wanted, rel=STEP)
    assert firm_ratio(p, firm, net, unconstrained_ratio(p, net)) == financed_ratio(p, net) < wanted


def profit_in_dollars(scale: float, curvature: float, unit_cost: float) -> tuple[float, float]:
    """Capacity and profit of max A k^a - W k by brute force, A = `scale`, a = `curvature`, W = `unit_cost`."""
    start = (curvature * scale / unit_cost) ** (1.0 / (1.0 - curvature))
    k = start * np.arange(0.5, 1.5, STEP)
    profit = scale * k**curvature - unit_cost * k
    best = int(np.argmax(profit))
    return float(k[best]), float(profit[best])


@pytest.mark.parametrize("subsidy", [0.0, THIRD, HALF])
def test_normalised_rules_equal_the_problem_in_dollars(subsidy: float) -> None:
    """max A k^a - [u (p (1 - s) + c) + o] k with A = 100, a = .5, u = .35, p = 1, c = .25, o = .05.

    A year's purchase lasts 1 / u years. The share of the user cost that the subsidy reaches is
    g = u p / (u (p + c) + o); brute force finds the capacity to
    its step and the profit, flat at its top, to the step squared.
    """
    user_cost, other_capital, running = 0.35, 0.25, 0.05
    without = user_cost * (1.0 + other_capital) + running
    k0, profit0 = profit_in_dollars(100.0, 0.5, without)
    k, profit = profit_in_dollars(100.0, 0.5, without - user_cost * subsidy)
    p = default_record(chips_subsidised_share=user_cost / without, chips_demand_elasticity=2.0)
    firm = rows(firms_of({"capex": k0}))[0]
    ratio = unconstrained_ratio(p, subsidy)
    assert ratio == pytest.approx(k / k0, rel=2 * STEP)
    assert firm_rent(p, firm, ratio, subsidy) == pytest.approx((profit - profit0) / user_cost, rel=1e-6, abs=1e-6)


def metis_rates() -> Floats:
    """A third for large firms, a half for mid-size and small ones."""
    return np.array([THIRD if large else HALF for _, _, large in SEVEN_FIRMS])


def test_purchases_at_the_rates_of_the_programme() -> None:
    """US$2.26bn a year, 1.05 of it additional, for Y125bn of subsidy: 3.1 years to spend Y1trn and 6.6 to add it."""
    p, firms = default_record(), seven_firms()
    spending = np.array(
        [
            firm.capex * firm_ratio(p, firm, rate, unconstrained_ratio(p, rate))
            for firm, rate in zip(rows(firms), metis_rates(), strict=True)
        ]
    )
    total, before = spending.sum(), total_capex(firms)
    assert before == pytest.approx(1.21, abs=5e-3)
    assert total == pytest.approx(2.26, abs=5e-3)
    assert total - before == pytest.approx(1.05, abs=5e-3)
    assert (spending @ metis_rates()) * YEN_PER_DOLLAR == pytest.approx(125.0, abs=0.5)
    assert TRILLION_YEN / total == pytest.approx(3.1, abs=0.05)
    assert TRILLION_YEN / (total - before) == pytest.approx(6.6, abs=0.05)


def test_subsidy_that_adds_a_trillion_yen_in_one_year() -> None:
    """s(G) = [1 - (G / G0)^(-1/n)] / g = .88 for firms that no queue limits."""
    p, firms = default_record(), seven_firms(allocation_ratio=100.0)
    subsidy = net_subsidy_for(p, curve_of(p, firms), total_capex(firms) + TRILLION_YEN)
    assert subsidy == pytest.approx(0.88, abs=5e-3)


@pytest.mark.parametrize("supplied", [0.0, 0.5, 1.0])
def test_makers_earn_their_margin_on_new_output_only(supplied: float) -> None:
    """GM x the part of the additional purchase that is new output; nothing where supply binds."""
    additional = 2.0
    makers = makers_of({"gross_margin": 0.72, "allocation": 20.0, "uncommitted_output": supplied * additional})
    assert extra_output(makers, additional) == supplied * additional
    profit = makers_profit(makers, additional, 1.2 + additional, 1.0)
    assert profit == pytest.approx(0.72 * supplied * additional, rel=1e-12)


@pytest.mark.parametrize(("support", "us", "suppliers"), [(0.25, 0.5, 0.05), (1.0, 1.0, 0.2)])
def test_worth_of_wafer_and_chemical_support(support: float, us: float, suppliers: float) -> None:
    """vq sqrt(q) with vq = 1 to the US, m_w q with m_w = .2 to the suppliers together, at cq q^2 with cq = .3."""
    p = default_record()
    us_terms, partner_terms = np.zeros(MAX_TERMS), np.zeros(MAX_TERMS)
    add_materials(p, support, us_terms, partner_terms)
    assert us_terms[US_SECURITY] == pytest.approx(us, rel=1e-12)
    assert partner_terms[PARTNER_MATERIALS] == pytest.approx(-0.3 * support**2, rel=1e-12)

    makers = makers_of({"materials_sales": 0.9}, {"materials_sales": 0.6}, {})
    pledge, rates = np.zeros(PLEDGE_COLUMNS), np.array(p.sector_mfn_rate)
    no_pledge(pledge)
    assert rates.shape == (SECTOR_COUNT,)
    terms = np.array([maker_ledger(p, maker, makers, seven_firms(), pledge, rates, support) for maker in rows(makers)])
    assert terms[:, MAKER_GUARANTEE].sum() == pytest.approx(suppliers, rel=1e-12)
    assert terms[2, MAKER_GUARANTEE] == 0.0
