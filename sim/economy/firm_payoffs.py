"""Payoffs of data-centre firms and chip makers as named terms, US$ bn a year against no deal at MFN tariffs.

Subsidies, purchases and tariffs enter both: a firm gains from the subsidy and from capacity it would want anyway, and
loses demand when tariffs cut the partner's income; a maker gains from additional volume and its price, from a signed
(hence subsidised) pledge and from guaranteed volume, and loses by the tariff on the partner's inputs or on what it
sells to the US.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.compiled import rule
from sim.economy.chip_market import (
    allocation,
    capacity_cost,
    capacity_value,
    extra_output,
    firm_ratio,
    maker_margin,
    maker_premium,
    net_subsidy,
    total_capex,
    uncommitted_output,
    unconstrained_ratio,
    value_of_power,
    value_scale,
)
from sim.economy.ledger import package_rates, struck_rates, total
from sim.economy.payoffs import signed_chance
from sim.economy.pledge import PRICE, SHIPPED, SIGNED, SUBSIDY_RATE, WANTED_AT, no_pledge
from sim.economy.trade import (
    BUYERS_PRICE,
    DUTY,
    MACHINERY,
    OTHER,
    SPENDING,
    exporter_price,
    income_loss_in,
    new_markets,
    set_markets,
    volume,
)
from sim.economy.walkaway import STATUS_QUO, THREAT, court_chance, no_deal_rates
from sim.records import Floats, Record, Table, layout

FIRM_TERMS: tuple[str, ...] = ("capacity_profit", "subsidy", "price_premium", "lost_demand")
FIRM_CAPACITY: Final = 0
FIRM_SUBSIDY: Final = 1
FIRM_PREMIUM: Final = 2
FIRM_DEMAND: Final = 3

MAKER_TERMS: tuple[str, ...] = (
    "additional_margin",
    "price_premium",
    "input_tariff",
    "materials_rent",
    "derived_materials",
    "guaranteed_volume",
)
MAKER_MARGIN: Final = 0
MAKER_PREMIUM: Final = 1
MAKER_INPUTS: Final = 2
MAKER_RENT: Final = 3
MAKER_DERIVED: Final = 4
MAKER_GUARANTEE: Final = 5

#: What firms and chip makers face in one state of the world: a pledge, or none, and the sectors' tariffs.
WORLD: np.dtype[np.void] = layout(
    [
        ("uncommitted", np.float64),  # output that can be added, US$ bn a year
        ("allocation", np.float64),
        ("sales", np.float64),  # wafers and chemicals sold to the US by all makers
        ("extra", np.float64),  # new output that a pledge brings
        ("shipped", np.float64),
        ("price", np.float64),  # over list
        ("signed", np.float64),  # share of the firms that has signed
        ("input_price", np.float64),  # of the partner's inputs to US fabs, over its MFN value
        ("margin", np.float64),  # of suppliers at MFN rates
        ("rent", np.float64),  # change of suppliers' margin per dollar of sales
        ("income_loss", np.float64),  # share of the partner's GDP that the tariffs take
        ("chance", np.float64),  # of this state
    ]
)


@rule
def demand_factor(p: Record, income_loss: float) -> float:
    """Demand left when tariffs take a share of the partner's income: 1 - elasticity x loss, never below 0."""
    return float(max(0.0, 1.0 - p.chips_income_elasticity * income_loss))


@rule
def list_profit(p: Record, firm: Record) -> float:
    """Profit at list price of what a firm buys without subsidy, at full demand."""
    return value_of_power(p, value_scale(p, firm), 1.0) - capacity_cost(p, firm, 1.0, 0.0)


#: What a firm buys under a pledge at full demand: profit of the capacity beyond that at list price, purchases at list
#: price, price over list, subsidy rate, and profit without a pledge.
FirmPurchase = tuple[float, float, float, float, float]


@rule
def firm_purchase(p: Record, firm: Record, pledge: Floats, signed: bool) -> FirmPurchase:
    """What a data-centre firm buys under a pledge at full demand; without signature no subsidy."""
    price = pledge[PRICE]
    rate = pledge[SUBSIDY_RATE] if signed else 0.0
    wanted_at = pledge[WANTED_AT] if signed else net_subsidy(0.0, price)
    ratio = firm_ratio(p, firm, wanted_at, unconstrained_ratio(p, wanted_at))
    at_list = list_profit(p, firm)
    gain = capacity_value(p, firm, ratio) - capacity_cost(p, firm, ratio, 0.0) - at_list
    return gain, firm.capex * ratio, price, rate, at_list


@rule
def purchase_terms(p: Record, purchase: FirmPurchase, income_loss: float, out: Floats) -> None:
    """Write a firm's terms of a purchase into `out` (shape [4]) where tariffs take a share of the partner's income."""
    gain, bought, price, rate, at_list = purchase
    demand = demand_factor(p, income_loss)
    out[FIRM_CAPACITY] = demand * gain
    out[FIRM_SUBSIDY] = demand * bought * price * rate
    out[FIRM_PREMIUM] = -demand * bought * (price - 1.0)
    out[FIRM_DEMAND] = (demand - 1.0) * at_list


@rule
def firm_terms(p: Record, firm: Record, pledge: Floats, signed: bool, income_loss: float, out: Floats) -> None:
    """Write a data-centre firm's terms under a pledge into `out` (shape [4]); without signature no subsidy."""
    purchase_terms(p, firm_purchase(p, firm, pledge, signed), income_loss, out)


@rule
def materials_sales(makers: Table) -> float:
    """Wafers and chemicals that all makers together sell to the US."""
    sales = 0.0
    for j in range(makers.shape[0]):
        sales += makers[j].materials_sales
    return sales


@rule
def makers_market(p: Record, makers: Table, firms: Table, pledge: Floats, markets: Floats, out: Record) -> None:
    """Write what all makers face alike under a pledge and in the sectors' markets into `out`, a WORLD record."""
    set_makers_tariffs(p, markets, out)
    out.uncommitted = uncommitted_output(makers)
    out.allocation = allocation(makers)
    out.sales = materials_sales(makers)
    out.extra = extra_output(makers, max(0.0, pledge[SHIPPED] - total_capex(firms)))
    out.shipped = pledge[SHIPPED]
    out.price = pledge[PRICE]
    out.signed = pledge[SIGNED]


@rule
def set_makers_tariffs(p: Record, markets: Floats, out: Record) -> None:
    """Write what tariffs do to makers: the price of the partner's inputs in the US, and suppliers' rent there."""
    out.input_price = markets[MACHINERY, BUYERS_PRICE]
    duty, price, spending = markets[OTHER, DUTY], markets[OTHER, BUYERS_PRICE], markets[OTHER, SPENDING]
    out.margin = p.sector_exporter_margin[OTHER]
    out.rent = (exporter_price(duty, price) - (1.0 - out.margin)) * volume(price, spending) - out.margin


@rule
def maker_terms(p: Record, maker: Record, faced: Record, support: float, out: Floats) -> None:
    """Write a chip maker's terms into `out` (shape [6]).

    `faced` is a WORLD record and `support` the share of full wafer and chemical support. A maker counts the
    signed part of a pledge only.
    """
    out[MAKER_MARGIN] = faced.signed * maker_margin(maker, faced.uncommitted, faced.extra)
    out[MAKER_PREMIUM] = faced.signed * maker_premium(maker, faced.shipped, faced.allocation, faced.price)
    out[MAKER_INPUTS] = -maker.partner_inputs * (faced.input_price - 1.0)
    out[MAKER_RENT] = maker.materials_sales * faced.rent
    share = maker.materials_sales / faced.sales if faced.sales > 0.0 else 0.0
    out[MAKER_DERIVED] = faced.signed * share * faced.margin * p.chips_materials_content * faced.extra
    borne = (1.0 - p.partner_materials_cost_share) * p.partner_materials_cost
    out[MAKER_GUARANTEE] = share * (p.chips_guarantee_margin * support - borne * support * support)


@rule
def set_no_deal_world(p: Record, makers: Table, firms: Table, rates: Floats, pledge: Floats, out: Table) -> None:
    """Write what firms and makers face without a deal into `out`, WORLD records of shape [2, 2].

    By row (status quo, threat) and by what the courts do to the reciprocal tariff (it stands, it falls). `rates` and
    `pledge` are scratch.
    """
    no_pledge(pledge)
    markets = new_markets()
    for row in (STATUS_QUO, THREAT):
        for struck in range(2):
            no_deal_rates(p, row, struck == 0, rates)
            world = out[row, struck]
            world.chance = court_chance(p, struck == 0)
            set_markets(p, rates, markets)
            world.income_loss = income_loss_in(p, markets)
            makers_market(p, makers, firms, pledge, markets, world)


@rule
def set_deal_worlds(
    p: Record, makers: Table, firms: Table, package: Floats, pledge: Floats, rates: Floats, out: Table
) -> None:
    """Write what firms and makers face under a signed package into `out`, WORLD records of shape [2].

    First with the reciprocal tariff, then for what the courts leave if they strike it down, by the chance of each.
    Firms and makers go by it also where the deal leaves that tariff as it is. `rates` are scratch.
    """
    markets = new_markets()
    for struck in range(2):
        if struck == 0:
            package_rates(p, package, rates)
        else:
            struck_rates(p, package, rates)
        world = out[struck]
        world.chance = signed_chance(p) if struck == 0 else 1.0 - signed_chance(p)
        set_markets(p, rates, markets)
        world.income_loss = income_loss_in(p, markets)
        makers_market(p, makers, firms, pledge, markets, world)


@rule
def firm_deal_terms(p: Record, firm: Record, pledge: Floats, signed: bool, worlds: Table, out: Floats) -> None:
    """Write a firm's expected terms under a deal into `out` (shape [4]); `worlds` is from :func:`set_deal_worlds`."""
    terms = np.empty(len(FIRM_TERMS))
    out[:] = 0.0
    purchase = firm_purchase(p, firm, pledge, signed)
    for struck in range(2):
        if worlds[struck].chance > 0.0:
            purchase_terms(p, purchase, worlds[struck].income_loss, terms)
            for k in range(len(FIRM_TERMS)):
                out[k] += worlds[struck].chance * terms[k]


@rule
def maker_deal_terms(p: Record, maker: Record, worlds: Table, support: float, out: Floats) -> None:
    """Write a maker's expected terms under a deal into `out` (shape [6]); `worlds` is from :func:`set_deal_worlds`."""
    terms = np.empty(len(MAKER_TERMS))
    out[:] = 0.0
    for struck in range(2):
        if worlds[struck].chance > 0.0:
            maker_terms(p, maker, worlds[struck], support, terms)
            for k in range(len(MAKER_TERMS)):
                out[k] += worlds[struck].chance * terms[k]


@rule
def firm_no_deal(p: Record, firm: Record, worlds: Table) -> float:
    """Expected payoff of a firm without a deal: it buys what it buys anyway and loses the demand that tariffs take.

    The expectation is over what the courts may do; `worlds` is one row of :func:`set_no_deal_world`, shape [2].
    """
    lost = 0.0
    for struck in range(2):
        lost += worlds[struck].chance * (1.0 - demand_factor(p, worlds[struck].income_loss))
    return -lost * list_profit(p, firm)


@rule
def maker_no_deal(p: Record, maker: Record, worlds: Table, out: Floats) -> float:
    """Expected payoff of a chip maker without a deal: no pledge, no support, tariffs only; `out` is scratch."""
    payoff = 0.0
    for struck in range(2):
        maker_terms(p, maker, worlds[struck], 0.0, out)
        payoff += worlds[struck].chance * total(out)
    return payoff
