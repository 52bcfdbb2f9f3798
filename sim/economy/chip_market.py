"""The domestic table: what data-centre firms buy at a subsidy, what chip makers ship, and what a pledge then costs.

Quantities of chips are measured in US$ bn a year at list price, so that a quantity times ``price`` (the ratio to list)
is what is paid. ``p`` is the parameter record, ``firm`` and ``maker`` are rows of their tables.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.compiled import rule
from sim.records import Floats, Record, Table

#: Highest subsidy, net of any price premium, at which the purchase curve is tabulated.
HIGHEST_SUBSIDY: Final = 0.96
#: Points of the tabulated purchase curve; between them the inverse of the demand ratio is interpolated.
CURVE_POINTS: Final = 25


@rule
def net_subsidy(subsidy_rate: float, price: float) -> float:
    """Subsidy left when the price is above list: 1 - price (1 - s)."""
    return 1.0 - price * (1.0 - subsidy_rate)


@rule
def unconstrained_ratio(p: Record, net: float) -> float:
    """k(s) / k(0) = (1 - g s)^-n of a firm that is limited by profit alone."""
    return math.pow(1.0 - p.chips_subsidised_share * net, -p.chips_demand_elasticity)


@rule
def financed_ratio(p: Record, net: float) -> float:
    """k(s) / k(0) = 1 / (1 - share s) of a firm with a fixed capital budget, k = K / (p (1 - s) + c)."""
    return float(1.0 / (1.0 - p.chips_financing_share * net))


@rule
def firm_ratio(p: Record, firm: Record, net: float, unconstrained: float) -> float:
    """Purchases over purchases without subsidy, inside the firm's financing and its place in the makers' queue.

    `unconstrained` is :func:`unconstrained_ratio` at `net`, the same for all firms and so computed once by the caller.
    """
    wanted = unconstrained
    if firm.financing_bound > 0.5:
        wanted = min(financed_ratio(p, net), firm.unmet_demand * unconstrained)
    return float(min(wanted, firm.allocation_ratio))


@rule
def capacity_curvature(p: Record) -> float:
    """a = 1 - 1/n, the power of capacity in its value."""
    return 1.0 - 1.0 / p.chips_demand_elasticity


@rule
def capacity_value(p: Record, firm: Record, ratio: float) -> float:
    """Value over its life of a year's purchase of `ratio` times the unsubsidised one."""
    return value_of_power(p, value_scale(p, firm), math.pow(ratio, capacity_curvature(p)))


@rule
def value_scale(p: Record, firm: Record) -> float:
    """Scale of a firm's value of capacity, (capex / g) phi^(1/n); phi is a financing-bound firm's unmet demand, else 1.

    It is A k(0)^a, with A from the first-order condition at s = 0 and k(0) the purchase without subsidy.
    """
    tightness = 1.0
    if firm.financing_bound > 0.5:
        tightness = math.pow(firm.unmet_demand, 1.0 - capacity_curvature(p))
    return float(firm.capex / p.chips_subsidised_share * tightness)


@rule
def value_of_power(p: Record, scale: float, power: float) -> float:
    """Value over its life of a year's purchase, from `power`, its ratio to the unsubsidised one to the power a.

    A k^a with a = 1 - 1/n; `scale` is :func:`value_scale`, the same for all of a firm's
    purchases. Over its life a chip costs its price in user cost, so that the yearly flow of purchases, and not the
    stock, carries both value and cost.
    """
    return scale * power / capacity_curvature(p)


@rule
def capacity_cost(p: Record, firm: Record, ratio: float, net: float) -> float:
    """User cost of that purchase over its life, (capex / g)(1 - g s) ratio."""
    scale = firm.capex / p.chips_subsidised_share
    return float(scale * (1.0 - p.chips_subsidised_share * net) * ratio)


@rule
def firm_rent(p: Record, firm: Record, ratio: float, net: float) -> float:
    """Profit of a year's purchase at the subsidy, over its life, less profit without any subsidy."""
    with_subsidy = capacity_value(p, firm, ratio) - capacity_cost(p, firm, ratio, net)
    return with_subsidy - (capacity_value(p, firm, 1.0) - capacity_cost(p, firm, 1.0, 0.0))


@rule
def review_day(p: Record, day: float) -> float:
    """Day of the last review of the domestic table; beliefs are those of that day until the next review."""
    return float(math.floor(day / p.chips_review_interval) * p.chips_review_interval)


@rule
def holdout_belief(p: Record, firm: Record, day: float) -> float:
    """Belief lambda_i that a later, higher subsidy comes; it halves with every half-life since the talks began."""
    return float(firm.holdout_belief * math.pow(0.5, day / p.chips_belief_half_life))


@rule
def reservation_subsidy(p: Record, firm: Record, day: float) -> float:
    """Lowest subsidy at which the firm signs now instead of holding out for the later rate s_bar.

    s_R = [1 - (delta (lambda (1 - g s_bar)^-(n-1) + 1 - lambda))^(-1/(n-1))] / g, never below 0.
    """
    power = p.chips_demand_elasticity - 1.0
    later = math.pow(1.0 - p.chips_subsidised_share * p.chips_later_subsidy, -power)
    belief = holdout_belief(p, firm, day)
    waiting = p.chips_waiting_discount * (belief * later + 1.0 - belief)
    return float(max(0.0, (1.0 - math.pow(waiting, -1.0 / power)) / p.chips_subsidised_share))


@rule
def signs(subsidy_rate: float, reservation: float) -> bool:
    """Whether a firm signs at the subsidy on offer."""
    return subsidy_rate >= reservation


@rule
def total_capex(firms: Table) -> float:
    """What all firms buy without subsidy."""
    total = 0.0
    for i in range(firms.shape[0]):
        total += firms[i].capex
    return total


@rule
def signed_share(firms: Table, reservations: Floats, subsidy_rate: float) -> float:
    """Share of the firms' unsubsidised purchases that is signed at the subsidy on offer."""
    total, signed = 0.0, 0.0
    for i in range(firms.shape[0]):
        total += firms[i].capex
        if signs(subsidy_rate, reservations[i]):
            signed += firms[i].capex
    return signed / total if total > 0.0 else 0.0


@rule
def quorum_subsidy(p: Record, firms: Table, reservations: Floats) -> float:
    """Lowest subsidy at which enough firms sign for a pledge to be tabled at all."""
    lowest = math.inf
    for i in range(firms.shape[0]):
        enough = signed_share(firms, reservations, reservations[i]) >= p.chips_signing_quorum
        if enough and reservations[i] < lowest:
            lowest = reservations[i]
    return lowest


@rule
def purchases_at(p: Record, firms: Table, net: float) -> float:
    """G(s) at list price: what all firms together buy at a subsidy net of any price premium."""
    unconstrained = unconstrained_ratio(p, net)
    total = 0.0
    for i in range(firms.shape[0]):
        total += firms[i].capex * firm_ratio(p, firms[i], net, unconstrained)
    return total


@rule
def value_scales(p: Record, firms: Table) -> Floats:
    """Every firm's :func:`value_scale`, shape [firm]."""
    scales = np.empty(firms.shape[0])
    for i in range(firms.shape[0]):
        scales[i] = value_scale(p, firms[i])
    return scales


@rule
def wanted_capacity(p: Record, firms: Table, scales: Floats, wanted_at: float) -> tuple[float, float]:
    """What all firms together want at a net subsidy; `scales` are from :func:`value_scales`.

    Returns
    -------
    profit : float
        Value of that capacity less what is earned without any subsidy.
    cost : float
        User cost of it at list price, without subsidy, over its life.
    """
    unconstrained = unconstrained_ratio(p, wanted_at)
    # Firms that only profit limits share one ratio, k = (1 - g s)^-n, and so one power, k^(1 - 1/n) = k (1 - g s).
    power = unconstrained * (1.0 - p.chips_subsidised_share * wanted_at)
    profit, cost = 0.0, 0.0
    for i in range(firms.shape[0]):
        firm = firms[i]
        ratio = firm_ratio(p, firm, wanted_at, unconstrained)
        own_power = power if ratio == unconstrained else math.pow(ratio, capacity_curvature(p))
        scale = scales[i]
        at_list = value_of_power(p, scale, 1.0) - capacity_cost(p, firm, 1.0, 0.0)
        profit += value_of_power(p, scale, own_power) - at_list
        cost += capacity_cost(p, firm, ratio, 0.0)
    return profit, cost


@rule
def total_rent(p: Record, profit: float, cost: float, net: float) -> float:
    """Rent of all firms together on what they want (:func:`wanted_capacity`), paid at a net subsidy no lower."""
    return profit - (1.0 - p.chips_subsidised_share * net) * cost


@rule
def curve_subsidy(point: int) -> float:
    """Subsidy at a point of the tabulated curve."""
    return HIGHEST_SUBSIDY * point / (CURVE_POINTS - 1)


@rule
def _inverse_demand(p: Record, quantity: float) -> float:
    """G^(-1/n), which is linear in the subsidy for firms that profit alone limits; infinite where nothing is bought."""
    return math.inf if quantity <= 0.0 else math.pow(quantity, -1.0 / p.chips_demand_elasticity)


@rule
def tabulate_curve(p: Record, firms: Table, most: float, curve: Floats) -> None:
    """Tabulate G(s)^(-1/n) at the curve's points: linear in s for firms that are limited by profit alone.

    Points beyond the one at which the firms want `most` are left out, and out of reach of :func:`net_subsidy_for`.
    """
    enough = False
    for point in range(CURVE_POINTS):
        if enough:
            curve[point] = math.inf
            continue
        wanted = purchases_at(p, firms, curve_subsidy(point))
        curve[point] = _inverse_demand(p, wanted)
        enough = wanted > most


@rule
def net_subsidy_for(p: Record, curve: Floats, quantity: float) -> float:
    """s(G): net subsidy at which the firms buy `quantity`, from the tabulated curve; infinite where none does."""
    target = _inverse_demand(p, quantity)
    if target >= curve[0]:
        return 0.0
    for point in range(1, CURVE_POINTS):
        if target >= curve[point]:
            part = (curve[point - 1] - target) / (curve[point - 1] - curve[point])
            start = curve_subsidy(point - 1)
            return start + part * (curve_subsidy(point) - start)
    return math.inf


@rule
def allocation(makers: Table) -> float:
    """Most that the makers ship to the firms, at list price."""
    total = 0.0
    for j in range(makers.shape[0]):
        total += makers[j].allocation
    return total


@rule
def uncommitted_output(makers: Table) -> float:
    """Output that the makers can add for the partner without taking it from another buyer."""
    total = 0.0
    for j in range(makers.shape[0]):
        total += makers[j].uncommitted_output
    return total


@rule
def market_price(p: Record, value: float, comfortable: float) -> float:
    """Price over list at which `value` clears, (Y / kappa)^(1 / (1 + eta)), never below 1.

    Supply is (price)^eta times the comfortable quantity kappa: what the partner buys anyway and the uncommitted output.
    """
    if value <= comfortable:
        return 1.0
    return math.pow(value / comfortable, 1.0 / (1.0 + p.chips_supply_elasticity))


@rule
def extra_output(makers: Table, quantity: float) -> float:
    """Part of an additional quantity that is new output; the rest is taken from other buyers."""
    return min(quantity, uncommitted_output(makers))


@rule
def maker_margin(maker: Record, uncommitted: float, extra: float) -> float:
    """Margin of one maker on its share of the extra output."""
    if uncommitted <= 0.0:
        return 0.0
    return float(maker.gross_margin * extra * maker.uncommitted_output / uncommitted)


@rule
def maker_premium(maker: Record, shipped: float, total: float, price: float) -> float:
    """One maker's part of what buyers pay above list; makers ship in proportion to their allocations."""
    if total <= 0.0:
        return 0.0
    return float((price - 1.0) * shipped * maker.allocation / total)


@rule
def makers_profit(makers: Table, quantity: float, shipped: float, price: float) -> float:
    """Profit of all makers from a pledge that adds `quantity` and ships `shipped` in all at `price`.

    The sum of :func:`maker_margin` and :func:`maker_premium` over makers.
    """
    uncommitted, total, margin = 0.0, 0.0, 0.0
    for j in range(makers.shape[0]):
        uncommitted += makers[j].uncommitted_output
        total += makers[j].allocation
        margin += makers[j].gross_margin * makers[j].uncommitted_output
    premium = (price - 1.0) * shipped if total > 0.0 else 0.0
    return margin / uncommitted * min(quantity, uncommitted) + premium if uncommitted > 0.0 else premium


@rule
def delivery_discount(p: Record, signed: float) -> float:
    """chi = chi0 + (1 - chi0)(share not signed): the part of a pledge that the US does not count."""
    return float(p.us_delivery_doubt + (1.0 - p.us_delivery_doubt) * (1.0 - signed))
