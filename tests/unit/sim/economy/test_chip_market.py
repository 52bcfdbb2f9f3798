"""The domestic table: purchases, supply, price, hold-out and signing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.economy.chip_market import (
    CURVE_POINTS,
    HIGHEST_SUBSIDY,
    allocation,
    capacity_cost,
    capacity_value,
    curve_subsidy,
    delivery_discount,
    extra_output,
    financed_ratio,
    firm_ratio,
    firm_rent,
    holdout_belief,
    maker_margin,
    maker_premium,
    makers_profit,
    market_price,
    net_subsidy,
    net_subsidy_for,
    purchases_at,
    quorum_subsidy,
    reservation_subsidy,
    review_day,
    signed_share,
    signs,
    total_capex,
    uncommitted_output,
    unconstrained_ratio,
)
from sim.parameters.parameter import Parameter
from sim.records import Record, Table
from sim.row import rows
from tests.strategies import firm_tables, maker_tables, records
from tests.support import (
    curve_of,
    default_record,
    firms_of,
    makers_of,
    parameters,
    rent_of,
    reservations_of,
    seven_firms,
)

SUBSIDY = st.floats(0.0, HIGHEST_SUBSIDY)

#: Worst error of the interpolated inverse seen over the 1,000 draws of the test, rounded up: in the subsidy, and in the
#: quantity that the firms then buy as a share of it. Both occur at kinks, where the queue stops a large firm.
WORST_SUBSIDY_ERROR = 0.02
WORST_QUANTITY_ERROR = 0.03


def test_a_price_above_list_takes_part_of_the_subsidy() -> None:
    assert net_subsidy(0.3, 1.0) == pytest.approx(0.3)
    assert net_subsidy(0.3, 1.2) == pytest.approx(1.0 - 1.2 * 0.7)
    assert net_subsidy(0.0, 1.2) == pytest.approx(-0.2)


@given(p=records(), firms=firm_tables(least=1))
def test_without_a_subsidy_firms_buy_what_they_buy_anyway(p: Record, firms: Table) -> None:
    assert purchases_at(p, firms, 0.0) == pytest.approx(total_capex(firms), rel=1e-14)
    assert rent_of(p, firms, 0.0, 0.0) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("row", [row for row in parameters("firm") if row.unit == "ratio"], ids=lambda row: row.name)
def test_no_admitted_ratio_lets_a_firm_buy_less_than_it_buys_anyway(row: Parameter) -> None:
    """Its spending without subsidy is what a firm buys, so that neither queue nor demand may lie below it."""
    firm = rows(firms_of({"financing_bound": 1.0, row.name: row.limits()[0]}))[0]
    assert firm_ratio(default_record(), firm, 0.0, 1.0) == 1.0


@given(p=records(), firms=firm_tables(least=1), low=SUBSIDY, high=SUBSIDY)
def test_purchases_and_rent_rise_with_the_subsidy(p: Record, firms: Table, low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert purchases_at(p, firms, low) <= purchases_at(p, firms, high)
    assert rent_of(p, firms, low, low) <= rent_of(p, firms, low, high) + 1e-12
    assert rent_of(p, firms, low, high) <= rent_of(p, firms, high, high) + 1e-12


@given(p=records(), firms=firm_tables(most=1, least=1), net=SUBSIDY)
def test_no_firm_exceeds_its_finance_or_its_place_in_the_queue(p: Record, firms: Table, net: float) -> None:
    firm = rows(firms)[0]
    wanted = unconstrained_ratio(p, net)
    ratio = firm_ratio(p, firm, net, wanted)
    if firm.financing_bound > 0.5:
        assert ratio == min(financed_ratio(p, net), firm.unmet_demand * wanted, firm.allocation_ratio)
    else:
        assert ratio == min(wanted, firm.allocation_ratio)


@given(p=records(), firms=firm_tables(most=1, least=1), ratio=st.floats(0.1, 5.0), rise=st.floats(0.01, 1.0))
def test_additional_capacity_is_worth_less_and_less(p: Record, firms: Table, ratio: float, rise: float) -> None:
    firm = rows(firms)[0]
    values = [capacity_value(p, firm, ratio + k * rise) for k in range(3)]
    assert values[1] > values[0]
    assert values[2] - values[1] < values[1] - values[0]


@given(p=records(), firms=firm_tables(most=1, least=1), net=SUBSIDY)
def test_the_chosen_capacity_is_the_best_within_the_limits(p: Record, firms: Table, net: float) -> None:
    """No capacity below the firm's choice earns more; above it lie its own optimum, its finance or the queue."""
    firm = rows(firms)[0]
    chosen = firm_ratio(p, firm, net, unconstrained_ratio(p, net))
    best = firm_rent(p, firm, chosen, net)
    for share in (0.5, 0.9, 0.99, 0.999):
        assert firm_rent(p, firm, share * chosen, net) <= best + 1e-12
    if firm.financing_bound < 0.5 and chosen < firm.allocation_ratio:
        assert firm_rent(p, firm, 1.001 * chosen, net) <= best + 1e-12


@given(p=records(), firms=firm_tables(most=1, least=1))
def test_cost_without_a_subsidy_is_value_times_curvature(p: Record, firms: Table) -> None:
    """A a k^a = W k at s = 0: the first-order condition that sets the scale of a profit-limited firm."""
    firms["financing_bound"] = 0.0
    firm = rows(firms)[0]
    curvature = 1.0 - 1.0 / p.chips_demand_elasticity
    assert capacity_cost(p, firm, 1.0, 0.0) == pytest.approx(curvature * capacity_value(p, firm, 1.0), rel=1e-12)


def test_the_curve_spans_its_subsidies() -> None:
    assert curve_subsidy(0) == 0.0
    assert curve_subsidy(CURVE_POINTS - 1) == HIGHEST_SUBSIDY


@given(p=records(), firms=firm_tables(least=1))
def test_the_curve_falls_with_the_subsidy(p: Record, firms: Table) -> None:
    assert (np.diff(curve_of(p, firms)) <= 0.0).all()


@given(p=records(), count=st.integers(1, 5), subsidy=st.floats(0.01, HIGHEST_SUBSIDY - 0.01))
def test_inverse_is_exact_where_only_profit_limits_purchases(p: Record, count: int, subsidy: float) -> None:
    firms = firms_of(*({"capex": 0.1 * (i + 1), "allocation_ratio": 1e6} for i in range(count)))
    assert net_subsidy_for(p, curve_of(p, firms), purchases_at(p, firms, subsidy)) == pytest.approx(subsidy, abs=1e-9)


def inverse_by_bisection(p: Record, firms: Table, quantity: float) -> float:
    low, high = 0.0, HIGHEST_SUBSIDY
    for _ in range(50):
        middle = (low + high) / 2.0
        if purchases_at(p, firms, middle) < quantity:
            low = middle
        else:
            high = middle
    return high


def random_table(rng: np.random.Generator) -> tuple[Record, Table]:
    p = default_record(
        chips_demand_elasticity=rng.uniform(1.5, 2.5),
        chips_subsidised_share=rng.uniform(0.55, 0.85),
        chips_financing_share=rng.uniform(0.5, 0.85),
    )
    firms = seven_firms()
    firms["financing_bound"] = rng.random(7) < 0.4
    firms["unmet_demand"] = rng.uniform(1.0, 9.0, 7)
    firms["allocation_ratio"] = rng.uniform(2.0, 10.0, 7)
    return p, firms


def test_interpolated_inverse_against_bisection() -> None:
    rng = np.random.default_rng(3)
    errors = np.empty((1_000, 2))
    for draw in errors:
        p, firms = random_table(rng)
        most = purchases_at(p, firms, HIGHEST_SUBSIDY)
        quantity = rng.uniform(total_capex(firms), most)
        subsidy = net_subsidy_for(p, curve_of(p, firms), quantity)
        draw[0] = abs(subsidy - inverse_by_bisection(p, firms, quantity))
        draw[1] = abs(purchases_at(p, firms, subsidy) / quantity - 1.0)
    worst, usual = errors.max(axis=0), np.median(errors, axis=0)
    print(f"inverse of the purchase curve: worst error {worst[0]:.4f} in the subsidy, {worst[1]:.2%} in the quantity")
    assert worst[0] < WORST_SUBSIDY_ERROR
    assert worst[1] < WORST_QUANTITY_ERROR
    assert (usual < 2e-4).all()


def test_no_subsidy_for_less_than_what_is_bought_anyway_and_none_beyond_the_curve() -> None:
    p, firms = default_record(), seven_firms()
    curve = curve_of(p, firms)
    assert net_subsidy_for(p, curve, 0.5 * total_capex(firms)) == 0.0
    assert net_subsidy_for(p, curve, total_capex(firms)) == 0.0
    assert net_subsidy_for(p, curve, 1.01 * purchases_at(p, firms, HIGHEST_SUBSIDY)) == math.inf


@given(p=records(), comfortable=st.floats(0.01, 20.0), value=st.floats(0.0, 40.0))
def test_price_clears_the_makers_supply(p: Record, comfortable: float, value: float) -> None:
    """At list while supply is comfortable; else the quantity bought is price^eta times the comfortable one."""
    price = market_price(p, value, comfortable)
    assert price >= 1.0
    if value <= comfortable:
        assert price == 1.0
    else:
        assert value / price == pytest.approx(comfortable * price**p.chips_supply_elasticity, rel=1e-9)


@given(makers=maker_tables(), quantity=st.floats(0.0, 10.0), shipped=st.floats(0.0, 20.0), price=st.floats(1.0, 3.0))
def test_profit_of_the_makers_is_the_sum_over_them(
    makers: Table, quantity: float, shipped: float, price: float
) -> None:
    spare, most = makers["uncommitted_output"].sum(), makers["allocation"].sum()
    assert uncommitted_output(makers) == pytest.approx(spare)
    assert allocation(makers) == pytest.approx(most)
    extra = extra_output(makers, quantity)
    assert extra == pytest.approx(min(quantity, spare))
    margins = [maker_margin(maker, uncommitted_output(makers), extra) for maker in rows(makers)]
    premiums = [maker_premium(maker, shipped, allocation(makers), price) for maker in rows(makers)]
    assert makers_profit(makers, quantity, shipped, price) == pytest.approx(sum(margins) + sum(premiums))
    paid_above_list = (price - 1.0) * shipped if most > 0.0 else 0.0
    assert sum(premiums) == pytest.approx(paid_above_list)


def test_without_makers_nothing_is_shipped_and_nothing_earned() -> None:
    makers = makers_of()
    assert allocation(makers) == uncommitted_output(makers) == extra_output(makers, 3.0) == 0.0
    assert makers_profit(makers, 3.0, 3.0, 1.5) == 0.0


def profit(p: Record, firm: Record, subsidy: float) -> float:
    """Profit of a profit-limited firm at a subsidy, by the rules for its capacity."""
    ratio = unconstrained_ratio(p, subsidy)
    return capacity_value(p, firm, ratio) - capacity_cost(p, firm, ratio, subsidy)


@given(p=records(), firms=firm_tables(most=1, least=1), day=st.floats(0.0, 365.0))
def test_a_firm_signs_once_the_offer_beats_waiting(p: Record, firms: Table, day: float) -> None:
    """Waiting is worth delta (lambda profit(s_bar) + (1 - lambda) profit(0)); signing beats it above s_R only."""
    firms["financing_bound"] = 0.0
    firm = rows(firms)[0]
    belief = holdout_belief(p, firm, day)
    later, never = profit(p, firm, p.chips_later_subsidy), profit(p, firm, 0.0)
    waiting = p.chips_waiting_discount * (belief * later + (1.0 - belief) * never)
    reservation = reservation_subsidy(p, firm, day)
    if reservation == 0.0:
        assert never >= waiting - 1e-12
    else:
        assert profit(p, firm, reservation) == pytest.approx(waiting, rel=1e-9)
        assert profit(p, firm, reservation - 1e-4) < waiting < profit(p, firm, reservation + 1e-4)


@given(p=records(), firms=firm_tables(most=1, least=1), day=st.floats(0.0, 365.0), wait=st.floats(0.1, 100.0))
def test_hold_out_fades(p: Record, firms: Table, day: float, wait: float) -> None:
    firm = rows(firms)[0]
    assert 0.0 <= reservation_subsidy(p, firm, day + wait) <= reservation_subsidy(p, firm, day)
    assert reservation_subsidy(p, firm, day) <= p.chips_later_subsidy
    later = holdout_belief(p, firm, day + p.chips_belief_half_life)
    assert later == pytest.approx(0.5 * holdout_belief(p, firm, day), rel=1e-12)
    assert holdout_belief(p, firm, 0.0) == firm.holdout_belief


def test_a_firm_without_hope_signs_anything() -> None:
    p = default_record()
    assert reservation_subsidy(p, rows(firms_of({"holdout_belief": 0.0}))[0], 0.0) == 0.0


def test_a_patient_and_certain_firm_asks_for_the_later_rate() -> None:
    p = default_record(chips_waiting_discount=1.0)
    firm = rows(firms_of({"holdout_belief": 1.0}))[0]
    assert reservation_subsidy(p, firm, 0.0) == pytest.approx(p.chips_later_subsidy, rel=1e-12)


def test_beliefs_are_those_of_the_last_review() -> None:
    p = default_record(chips_review_interval=28.0)
    assert [review_day(p, day) for day in (0.0, 27.9, 28.0, 55.0, 56.0)] == [0.0, 0.0, 28.0, 28.0, 56.0]


@given(p=records(), firms=firm_tables(), subsidy=st.floats(0.0, 1.0))
def test_signed_share_is_weighted_by_spending(p: Record, firms: Table, subsidy: float) -> None:
    reservations = reservations_of(p, firms)
    signed = [row["capex"] for row, least in zip(firms, reservations, strict=True) if signs(subsidy, least)]
    expected = sum(signed) / firms["capex"].sum() if len(firms) else 0.0
    assert signed_share(firms, reservations, subsidy) == pytest.approx(expected, rel=1e-12)


@given(p=records(), firms=firm_tables(least=1), day=st.floats(0.0, 100.0))
def test_quorum_subsidy_is_the_lowest_at_which_enough_firms_sign(p: Record, firms: Table, day: float) -> None:
    reservations = reservations_of(p, firms, day)
    lowest = quorum_subsidy(p, firms, reservations)
    assert lowest in reservations
    assert signed_share(firms, reservations, lowest) >= p.chips_signing_quorum
    for reservation in reservations[reservations < lowest]:
        assert signed_share(firms, reservations, reservation) < p.chips_signing_quorum


def test_without_firms_there_is_no_quorum() -> None:
    p, firms = default_record(), firms_of()
    assert quorum_subsidy(p, firms, reservations_of(p, firms)) == math.inf
    assert signed_share(firms, reservations_of(p, firms), 0.5) == 0.0


def test_what_is_not_signed_is_doubted() -> None:
    """Only the standing doubt of 20 % when all have signed, everything when none has."""
    p = default_record(us_delivery_doubt=0.2)
    assert delivery_discount(p, 1.0) == pytest.approx(0.2)
    assert delivery_discount(p, 0.0) == pytest.approx(1.0)
    assert delivery_discount(p, 0.5) == pytest.approx(0.6)


@pytest.mark.parametrize(("quorum", "place"), [(0.25, 0), (0.26, 1), (0.5, 1), (0.51, 2), (1.0, 3)])
def test_a_quorum_that_is_met_exactly_is_met(quorum: float, place: int) -> None:
    """Four firms of equal size sign one after the other: a quarter more of the purchases at each reservation."""
    p, firms = default_record(chips_signing_quorum=quorum), firms_of({}, {}, {}, {})
    firms["capex"] = 8.0
    reservations = np.array([0.1, 0.2, 0.3, 0.4])
    assert quorum_subsidy(p, firms, reservations) == reservations[place]
