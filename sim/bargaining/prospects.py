"""What lies ahead on a side's concession path: its next step, the risks of both sides, and the Nash point as believed.

The payoffs of the own side are true, those of the other side are as believed. These take a walk along the whole path
in every round, so that they are filled only for a tactic that asks for them (``reads_path``).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.bargaining.concession import Branches, extend_path, node_worth
from sim.bargaining.offers import PAYOFF_SLACK, target_payoff
from sim.bargaining.valuation import package_value
from sim.compiled import rule
from sim.economy.walkaway import STATUS_QUO, THREAT, no_deal_payoffs
from sim.grid import same_levels
from sim.records import Floats, Integers, Record

#: Share by which two products of gains may differ and still count as equal: far above rounding.
PRODUCT_SLACK: Final = 1e-9
#: Product of gains that counts as some gain for both, (US$ bn a year)^2.
SMALLEST_PRODUCT: Final = 1e-9


@rule
def believe_no_deal(p: Record, believed_p: Record, side: int, rates: Floats, ledger: Floats, talk: Record) -> None:
    """Note what a side believes its opponent has without a deal, at the parameters as it believes them.

    Dates, discounting and the chance of execution are known to both; `rates` and `ledger` are scratch.
    """
    if p.reads_path[side] == 0:
        return
    payoffs = np.empty((2, 2))
    no_deal_payoffs(believed_p, rates, ledger, payoffs)
    talk.believed_no_deal[STATUS_QUO, side] = payoffs[STATUS_QUO, 1 - side]
    talk.believed_no_deal[THREAT, side] = payoffs[THREAT, 1 - side]


@rule
def count_distinct(history: Integers, offers: int) -> int:
    """Count the different packages among a side's offers; shape [offer, issue]."""
    distinct = 0
    for k in range(offers):
        before = 0
        while before < k and not same_levels(history[before], history[k]):
            before += 1
        if before == k:
            distinct += 1
    return distinct


@rule
def risk_limit(own_offer: float, other_offer: float, disagreement: float) -> float:
    """Z = (U(own offer) - U(other's offer)) / (U(own offer) - d), from 0 to 1 [Zeuthen 1930; Harsanyi 1956].

    The highest chance of conflict that a side can bear rather than take the other's offer. It is 1 for a side that
    loses nothing by conflict [Rosenschein and Zlotkin 1994].
    """
    at_stake = own_offer - disagreement
    if at_stake <= 0.0:
        return 1.0
    return min(max((own_offer - other_offer) / at_stake, 0.0), 1.0)


@rule
def gain_product(own: float, other: float, disagreement: float, other_disagreement: float) -> float:
    """Product of both sides' gains over disagreement; 0 where a side has none."""
    return max(own - disagreement, 0.0) * max(other - other_disagreement, 0.0)


@rule
def node_aspiration(path: Record, node: int, seat: Record) -> float:
    """Aspiration at which a node of the path is tabled, alpha = (U - L) / (U_ideal - L), clipped to [0, 1]."""
    span = seat.ideal - seat.reservation
    if span <= 0.0:
        return 0.0
    return min(max((path.own[node] - seat.reservation) / span, 0.0), 1.0)


@rule
def _product_at(path: Record, node: int, seat: Record) -> float:
    return gain_product(path.own[node], path.other[node], seat.walk_away, seat.other_walk_away)


@rule
def nash_node(path: Record, seat: Record) -> int:
    """Node with the largest product of gains, the first of equals; the first node of all where no node has any."""
    best, node = 0.0, 0
    for k in range(path.count):
        product = _product_at(path, k, seat)
        if product > best:
            best, node = product, k
    return node


@rule
def conceding_node(path: Record, node: int, product: float, seat: Record) -> int:
    """First node whose product of gains is at least `product`; after a node that reaches it, the next that does.

    A product of 0 must be exceeded: what gives a side nothing does not make it concede. The node itself where no
    other will do.
    """
    enough = product * (1.0 - PRODUCT_SLACK) if product > 0.0 else SMALLEST_PRODUCT
    k = node
    if _product_at(path, k, seat) >= enough:
        k += 1
    while k < path.count and _product_at(path, k, seat) < enough:
        k += 1
    return k if k < path.count else node


@rule
def _compare_risks(
    path: Record, believed: Record, seat: Record, side: int, other: Record, node: int, view: Record
) -> None:
    """Fill both risk limits and the concession that passes the smaller one on, once both sides have tabled."""
    view.own_risk, view.other_risk, view.risk_step = 0.0, 0.0, view.aspiration
    if seat.tabled == 0 or other.tabled == 0:
        return
    given = package_value(believed, 1 - side, seat.levels)
    view.own_risk = risk_limit(seat.own_value, other.value_to_other, seat.walk_away)
    view.other_risk = risk_limit(other.asked, given, seat.other_walk_away)
    product = gain_product(other.value_to_other, other.asked, seat.walk_away, seat.other_walk_away)
    enough = conceding_node(path, node, product, seat)
    if enough != node:
        view.risk_step = min(view.aspiration, node_aspiration(path, enough, seat))


@rule
def foresee(
    p: Record, branches: Branches, path: Record, believed: Record, seat: Record, side: int, other: Record, view: Record
) -> None:
    """Fill what lies ahead of a side on its path into its view, if its tactic reads it.

    Parameters
    ----------
    branches, path : records of PATH
        The side's own concession path, see :func:`sim.bargaining.concession.side_path`; built to its end.
    believed : record
        Payoff tables as the side believes them where the other side is concerned.
    seat, other : record
        Own seat and that of the other side.
    view : record
        What :func:`sim.bargaining.offers.look` has filled already.
    """
    if p.reads_path[side] == 0:
        return
    extend_path(branches, path, -math.inf, math.inf)
    view.distinct = count_distinct(other.history, other.offers)
    view.own_distinct = count_distinct(seat.history, seat.offers)
    node = node_worth(path, target_payoff(seat.reservation, seat.ideal, view.aspiration) - PAYOFF_SLACK)
    ahead = min(node + max(1, int(p.stride[side])), path.count - 1)
    view.next_step = min(view.aspiration, node_aspiration(path, ahead, seat))
    view.nash_step = node_aspiration(path, nash_node(path, seat), seat)
    _compare_risks(path, believed, seat, side, other, node, view)
