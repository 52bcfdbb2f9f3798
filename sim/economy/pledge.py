"""What a pledged purchase means: subsidy, price, cost and credibility, for one flow and for the levels of the grid."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.compiled import rule
from sim.economy.chip_market import (
    allocation,
    delivery_discount,
    makers_profit,
    market_price,
    net_subsidy,
    net_subsidy_for,
    quorum_subsidy,
    signed_share,
    tabulate_curve,
    total_capex,
    total_rent,
    uncommitted_output,
    value_scales,
    wanted_capacity,
)
from sim.grid import level_count, level_value
from sim.issues import CHIP_PURCHASES
from sim.records import Floats, Record, Table

#: Columns of a pledge: rates and shares as fractions, money in US$ bn a year.
DELIVERABLE: Final = 0  # 1 if the pledge can be tabled: firms, allocation and budget all allow it
SUBSIDY_RATE: Final = 1
PRICE: Final = 2  # over list
FLOW: Final = 3  # pledged yearly purchases beyond what the firms would buy anyway; 0 where none can be priced
SHIPPED: Final = 4  # quantity shipped in all, at list price
OUTLAY: Final = 5  # subsidy paid
RENT: Final = 6  # data-centre firms' rent
SIGNED: Final = 7  # share of the firms that has signed
COUNTED: Final = 8  # additional flow that the US believes will arrive
HEADLINE: Final = 9  # flow that the US counts as headline: the same, for nobody cheers what is not believed
MAKERS_PROFIT: Final = 10  # chip makers' profit if the pledge arrives
COUNTED_PROFIT: Final = 11  # the part of it that the US counts
WANTED_AT: Final = 12  # subsidy net of the price premium at which the firms want just what is shipped
CAPACITY_PROFIT: Final = 13  # value of what the firms then want less what they earn without a subsidy
CAPACITY_COST: Final = 14  # its user cost at list price
PLEDGE_COLUMNS: Final = 15


@rule
def no_pledge(out: Floats) -> None:
    """Write the pledge of nothing: no subsidy, list price, nothing counted."""
    out[:] = 0.0
    out[DELIVERABLE] = 1.0
    out[PRICE] = 1.0


@rule
def supply_pledge(
    p: Record, firms: Table, makers: Table, curve: Floats, scales: Floats, flow: float, out: Floats
) -> None:
    """Write what a pledged yearly flow means whoever signs it into `out` (shape [PLEDGE_COLUMNS]).

    `scales` are from :func:`sim.economy.chip_market.value_scales`.

    The price clears the makers' supply; the net subsidy is the one at which the firms want the quantity that is shipped
    at that price. The pledge can be delivered if there is such a subsidy and the quantity is inside the allocation.
    """
    no_pledge(out)
    before = total_capex(firms)
    if flow <= 0.0:
        return
    if before <= 0.0:
        out[DELIVERABLE] = 0.0
        return
    value = before + flow
    price = market_price(p, value, before + uncommitted_output(makers))
    shipped = value / price
    net = net_subsidy_for(p, curve, shipped)
    if math.isinf(net) or shipped > allocation(makers):
        out[DELIVERABLE] = 0.0
        return
    out[FLOW] = flow
    out[PRICE] = price
    out[SHIPPED] = shipped
    out[WANTED_AT] = net
    out[CAPACITY_PROFIT], out[CAPACITY_COST] = wanted_capacity(p, firms, scales, net)
    out[MAKERS_PROFIT] = makers_profit(makers, shipped - before, shipped, price)


@rule
def demand_subsidy(supplied: Floats) -> float:
    """Subsidy at which the firms buy what a supplied pledge ships, at its price: 1 - (1 - net) / price."""
    return 1.0 - (1.0 - supplied[WANTED_AT]) / supplied[PRICE]


@rule
def least_outlay(supplied: Floats) -> float:
    """Outlay on a supplied pledge at the lowest subsidy that brings it about, whoever asks for more."""
    return demand_subsidy(supplied) * supplied[SHIPPED] * supplied[PRICE]


@rule
def sign_pledge(p: Record, firms: Table, reservations: Floats, quorum: float, out: Floats) -> None:
    """Complete a pledge of :func:`supply_pledge` with its subsidy, its cost and what the US believes of it.

    The subsidy makes the firms buy the quantity at its price and is at least the `quorum`, the rate at which enough of
    them sign. Where the quorum asks for more than demand does, the programme still ships no more than the pledge, and
    the firms keep the difference. The pledge can be tabled if the outlay on everything bought is inside the budget.
    """
    if out[FLOW] <= 0.0 or out[DELIVERABLE] < 0.5:
        return
    if math.isinf(quorum):
        no_pledge(out)
        out[DELIVERABLE] = 0.0
        return
    price = out[PRICE]
    rate = max(demand_subsidy(out), quorum)
    signed = signed_share(firms, reservations, rate)
    believed = 1.0 - delivery_discount(p, signed)
    out[SUBSIDY_RATE] = rate
    out[OUTLAY] = rate * out[SHIPPED] * price
    out[RENT] = total_rent(p, out[CAPACITY_PROFIT], out[CAPACITY_COST], net_subsidy(rate, price))
    out[SIGNED] = signed
    out[COUNTED] = believed * out[FLOW]
    out[HEADLINE] = believed * out[FLOW]
    out[COUNTED_PROFIT] = believed * out[MAKERS_PROFIT]
    if out[OUTLAY] > p.partner_subsidy_budget:
        out[DELIVERABLE] = 0.0


@rule
def price_pledge(
    p: Record, firms: Table, makers: Table, curve: Floats, reservations: Floats, flow: float, out: Floats
) -> None:
    """Write all of what a pledged yearly flow costs and is worth into `out` (shape [PLEDGE_COLUMNS])."""
    supply_pledge(p, firms, makers, curve, value_scales(p, firms), flow, out)
    sign_pledge(p, firms, reservations, quorum_subsidy(p, firms, reservations), out)


@rule
def additional_flow(pledge: Floats) -> float:
    """Part of the pledged flow that signed firms back: what is bought beyond what would be bought anyway."""
    return float(pledge[SIGNED] * pledge[FLOW])


@rule
def booked_flow(p: Record, pledge: Floats) -> float:
    """Part of the additional flow that customs book as a US export; the rest is made elsewhere."""
    return float(p.chips_booked_share * additional_flow(pledge))


@rule
def yearly_flow(p: Record, headline: float) -> float:
    """Yearly flow of a headline, which is a stock and delivered over the delivery years."""
    return headline / p.chips_delivery_years


@rule
def level_flow(p: Record, level: int) -> float:
    """Yearly flow of a level of the chip-purchase grid."""
    return yearly_flow(p, level_value(p, CHIP_PURCHASES, level))


@rule
def supply_pledges(p: Record, firms: Table, makers: Table, curve: Floats, supplied: Floats) -> None:
    """Write what every level of the chip-purchase grid means whoever signs it; fills `curve`.

    `supplied` has the shape [levels, PLEDGE_COLUMNS] and holds until parameters, firms or makers change.
    """
    levels = level_count(p, CHIP_PURCHASES)
    tabulate_curve(p, firms, total_capex(firms) + level_flow(p, levels - 1), curve)
    scales = value_scales(p, firms)
    affordable = True
    for level in range(levels):
        if affordable:
            supply_pledge(p, firms, makers, curve, scales, level_flow(p, level), supplied[level])
            affordable = (
                supplied[level, DELIVERABLE] > 0.5 and least_outlay(supplied[level]) <= p.partner_subsidy_budget
            )
        else:
            no_pledge(supplied[level])
            supplied[level, DELIVERABLE] = 0.0


@rule
def sign_pledges(p: Record, firms: Table, reservations: Floats, supplied: Floats, pledges: Floats) -> bool:
    """Complete every pledge by the firms' reservation subsidies; shapes [levels, PLEDGE_COLUMNS].

    Above the first level that cannot be delivered none can be. Returns whether any pledge has changed.
    """
    pledge = np.empty(PLEDGE_COLUMNS)
    changed = False
    quorum = quorum_subsidy(p, firms, reservations)
    deliverable = 1.0
    for level in range(level_count(p, CHIP_PURCHASES)):
        if deliverable > 0.5:
            for column in range(PLEDGE_COLUMNS):
                pledge[column] = supplied[level, column]
            sign_pledge(p, firms, reservations, quorum, pledge)
        else:
            no_pledge(pledge)
            pledge[DELIVERABLE] = 0.0
        deliverable = pledge[DELIVERABLE]
        for column in range(PLEDGE_COLUMNS):
            changed = changed or pledges[level, column] != pledge[column]
            pledges[level, column] = pledge[column]
    return changed
