"""What a pledged purchase means: when it can be tabled, what it costs, and what the US counts of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.economy.chip_market import (
    allocation,
    delivery_discount,
    extra_output,
    makers_profit,
    market_price,
    net_subsidy,
    net_subsidy_for,
    purchases_at,
    quorum_subsidy,
    signed_share,
    total_capex,
    uncommitted_output,
)
from sim.economy.pledge import (
    COUNTED,
    COUNTED_PROFIT,
    DELIVERABLE,
    FLOW,
    HEADLINE,
    MAKERS_PROFIT,
    OUTLAY,
    PLEDGE_COLUMNS,
    PRICE,
    RENT,
    SHIPPED,
    SIGNED,
    SUBSIDY_RATE,
    WANTED_AT,
    additional_flow,
    booked_flow,
    no_pledge,
)
from sim.grid import level_count, level_value
from sim.issues import CAR_TARIFF, CHIP_PURCHASES
from sim.records import Record, Table
from tests.strategies import firm_tables, maker_tables, records
from tests.support import (
    ample_makers,
    curve_of,
    default_record,
    firms_of,
    grid_pledges,
    makers_of,
    priced_pledge,
    put_on_table,
    rent_of,
    reservations_of,
    seven_firms,
)

FLOWS = st.floats(0.01, 5.0)
NOTHING = [1.0, 0.0, 1.0] + [0.0] * (PLEDGE_COLUMNS - 3)


def test_the_pledge_of_nothing_costs_nothing() -> None:
    pledge = np.full(PLEDGE_COLUMNS, np.nan)
    no_pledge(pledge)
    assert pledge.tolist() == NOTHING
    assert priced_pledge(default_record(), seven_firms(), ample_makers(), 0.0).tolist() == NOTHING


@pytest.mark.parametrize(
    ("record", "firms", "makers"),
    [
        ({}, firms_of(), ample_makers()),
        ({}, firms_of({"capex": 0.0}), ample_makers()),
        ({}, seven_firms(), makers_of()),
        ({}, seven_firms(), makers_of({"allocation": 1.5, "uncommitted_output": 5.0})),
        ({}, seven_firms(allocation_ratio=1.2), ample_makers()),
        ({"partner_subsidy_budget": 0.0}, seven_firms(), ample_makers()),
        ({"partner_subsidy_budget": 0.3}, seven_firms(), ample_makers()),
    ],
    ids=["no firms", "idle firms", "no makers", "small allocation", "short queue", "no budget", "small budget"],
)
def test_a_pledge_that_nobody_can_deliver_cannot_be_tabled(
    record: dict[str, float], firms: Table, makers: Table
) -> None:
    p = default_record(**record)
    assert priced_pledge(p, firms, makers, 1.0)[DELIVERABLE] == 0.0
    assert priced_pledge(p, firms, makers, 0.0)[DELIVERABLE] == 1.0


def limits_broken(p: Record, firms: Table, makers: Table, flow: float) -> bool:
    """Whether subsidy, allocation or budget stands against a flow, worked out from the market's rules."""
    before = total_capex(firms)
    price = market_price(p, before + flow, before + uncommitted_output(makers))
    shipped = (before + flow) / price
    net = net_subsidy_for(p, curve_of(p, firms), shipped)
    rate = max(1.0 - (1.0 - net) / price, quorum_subsidy(p, firms, reservations_of(p, firms)))
    return bool(
        np.isinf(net) or shipped > allocation(makers) or rate * (before + flow) > p.partner_subsidy_budget
    )  # fmt: skip


@given(p=records(), firms=firm_tables(least=1), makers=maker_tables(), flow=FLOWS)
def test_a_pledge_can_be_tabled_exactly_inside_its_limits(p: Record, firms: Table, makers: Table, flow: float) -> None:
    assert (priced_pledge(p, firms, makers, flow)[DELIVERABLE] < 0.5) == limits_broken(p, firms, makers, flow)


@given(p=records(), firms=firm_tables(least=1), makers=maker_tables(least=1), flow=FLOWS)
def test_a_pledge_adds_up(p: Record, firms: Table, makers: Table, flow: float) -> None:
    pledge = priced_pledge(p, firms, makers, flow)
    if pledge[DELIVERABLE] < 0.5:
        return
    before, reservations = total_capex(firms), reservations_of(p, firms)
    rate, price = pledge[SUBSIDY_RATE], pledge[PRICE]
    assert price >= 1.0
    assert pledge[FLOW] == flow
    assert pledge[SHIPPED] * price == pytest.approx(before + flow, rel=1e-12)
    assert before <= pledge[SHIPPED] <= allocation(makers)
    assert quorum_subsidy(p, firms, reservations) <= rate <= 1.0
    assert pledge[OUTLAY] == pytest.approx(rate * (before + flow), rel=1e-12)
    assert pledge[OUTLAY] <= p.partner_subsidy_budget
    assert pledge[WANTED_AT] <= net_subsidy(rate, price) + 1e-12
    assert pledge[RENT] == rent_of(p, firms, pledge[WANTED_AT], net_subsidy(rate, price))
    assert pledge[SIGNED] == signed_share(firms, reservations, rate) >= p.chips_signing_quorum
    believed = 1.0 - delivery_discount(p, pledge[SIGNED])
    assert pledge[COUNTED] == pledge[HEADLINE] == believed * flow
    profit = makers_profit(makers, pledge[SHIPPED] - before, pledge[SHIPPED], price)
    assert pledge[MAKERS_PROFIT] == profit
    assert pledge[COUNTED_PROFIT] == believed * profit


@given(p=records(), firms=firm_tables(least=1), makers=maker_tables(least=1), flow=FLOWS)
def test_the_firms_want_what_is_shipped(p: Record, firms: Table, makers: Table, flow: float) -> None:
    """Up to the error of the interpolated inverse; at the rate itself more only if the quorum asks for that rate."""
    pledge = priced_pledge(p, firms, makers, flow)
    if pledge[DELIVERABLE] < 0.5:
        return
    assert purchases_at(p, firms, pledge[WANTED_AT]) == pytest.approx(pledge[SHIPPED], rel=0.03)
    paid_at = net_subsidy(pledge[SUBSIDY_RATE], pledge[PRICE])
    if pledge[SUBSIDY_RATE] > quorum_subsidy(p, firms, reservations_of(p, firms)):
        assert paid_at == pytest.approx(pledge[WANTED_AT], abs=1e-12)


@given(p=records(), firms=firm_tables(least=1), makers=maker_tables(least=1), flow=FLOWS, rise=st.floats(0.01, 1.0))
def test_a_larger_pledge_costs_and_counts_more(
    p: Record, firms: Table, makers: Table, flow: float, rise: float
) -> None:
    less, more = (priced_pledge(p, firms, makers, size) for size in (flow, flow + rise))
    if less[DELIVERABLE] < 0.5:
        assert more[DELIVERABLE] < 0.5
    elif more[DELIVERABLE] > 0.5:
        for column in (SUBSIDY_RATE, PRICE, SHIPPED, OUTLAY, SIGNED, COUNTED, MAKERS_PROFIT, COUNTED_PROFIT):
            assert more[column] >= less[column]


@given(p=records(), firms=firm_tables(least=1), makers=maker_tables(least=1), flow=FLOWS, rise=st.floats(0.1, 5.0))
def test_more_uncommitted_output_lowers_the_price(
    p: Record, firms: Table, makers: Table, flow: float, rise: float
) -> None:
    p.partner_subsidy_budget = 1e9
    makers["allocation"] += 20.0
    scarce = priced_pledge(p, firms, makers, flow)
    makers["uncommitted_output"] += rise
    ample = priced_pledge(p, firms, makers, flow)
    if scarce[DELIVERABLE] > 0.5 and ample[DELIVERABLE] > 0.5:
        assert ample[PRICE] <= scarce[PRICE]


def test_where_supply_binds_the_pledge_takes_chips_from_others() -> None:
    """No new output, so no margin: what the makers gain is the price alone."""
    p, firms = default_record(), seven_firms()
    makers = makers_of({"allocation": 20.0, "uncommitted_output": 0.0})
    pledge = priced_pledge(p, firms, makers, 1.0)
    assert extra_output(makers, 1.0) == 0.0
    assert pledge[PRICE] > 1.0
    assert pledge[MAKERS_PROFIT] == pytest.approx((pledge[PRICE] - 1.0) * pledge[SHIPPED], rel=1e-12)


def test_three_numbers_of_a_purchase_are_told_apart() -> None:
    """Headline, the part that signed firms back, and the part of that booked as a US export."""
    p = default_record(chips_booked_share=0.15)
    pledge = np.zeros(PLEDGE_COLUMNS)
    pledge[FLOW], pledge[SIGNED] = 2.0, 0.6
    assert additional_flow(pledge) == pytest.approx(1.2)
    assert booked_flow(p, pledge) == pytest.approx(0.18)


def test_a_headline_is_a_stock_and_is_priced_as_a_flow() -> None:
    p = default_record(chips_delivery_years=4.0, partner_subsidy_budget=1e9)
    put_on_table(p, CHIP_PURCHASES, 0.0, 8.0, 9)
    firms, makers = seven_firms(), ample_makers()
    pledges = grid_pledges(p, firms, makers)
    for level in range(9):
        assert pledges[level].tolist() == priced_pledge(p, firms, makers, level / 4.0).tolist()


@given(p=records(), firms=firm_tables(), makers=maker_tables())
def test_above_an_undeliverable_pledge_none_is_deliverable(p: Record, firms: Table, makers: Table) -> None:
    put_on_table(p, CHIP_PURCHASES, 0.0, 13.88, 21)
    pledges = grid_pledges(p, firms, makers)[:21]
    assert pledges[0].tolist() == NOTHING
    assert (np.diff(pledges[:, DELIVERABLE]) <= 0.0).all()
    flows = np.linspace(0.0, 13.88, 21) / p.chips_delivery_years
    deliverable = pledges[:, DELIVERABLE] > 0.5
    assert pledges[deliverable, FLOW] == pytest.approx(flows[deliverable])


def test_levels_of_the_grid() -> None:
    """Equal steps with both ends; an issue off the table has its off value only."""
    p = default_record()
    put_on_table(p, CAR_TARIFF, 0.025, 0.275, 11)
    assert level_count(p, CAR_TARIFF) == 11
    assert [level_value(p, CAR_TARIFF, level) for level in range(11)] == pytest.approx(np.linspace(0.025, 0.275, 11))
    assert level_value(p, CAR_TARIFF, 10) == 0.275
    p.issue_tabled[CAR_TARIFF] = 0
    p.issue_off_value[CAR_TARIFF] = 0.2
    assert level_count(p, CAR_TARIFF) == 1
    assert level_value(p, CAR_TARIFF, 0) == 0.2
