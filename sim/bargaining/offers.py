"""Offers: what a side brings to the table and remembers of it, what it tables and sees there, and what it may sign."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.bargaining.red_lines import respects_red_lines
from sim.bargaining.valuation import package_value, package_values
from sim.compiled import rule
from sim.economy.pledge import DELIVERABLE
from sim.economy.walkaway import STATUS_QUO, THREAT, mean_without_deal, ratification_margin
from sim.grid import copy_levels, level_value, nearest_level, same_levels
from sim.issues import CHIP_PURCHASES, MAX_ISSUES, PARTNER, US
from sim.records import MAX_ROUNDS, Floats, Integers, Record, layout

#: Slack in US$ bn a year with which an offer counts as good as another payoff; far above rounding, far below a cent.
PAYOFF_SLACK: Final = 1e-9


#: What one government brings to and remembers from the table.
SEAT: np.dtype[np.void] = layout(
    [
        ("status_quo", np.float64),
        ("threat", np.float64),
        ("walk_away", np.float64),
        ("reservation", np.float64),
        ("other_walk_away", np.float64),  # the other side's, as believed; only for a tactic that reads the path
        ("ideal", np.float64),
        ("aspiration", np.float64),  # last one chosen, the tactic's memory
        ("ceiling", np.float64),  # what it may not exceed in this regime
        ("opening", np.int64),  # offers made before this regime
        ("tabled", np.int64),  # whether an offer stands
        ("node", np.int64),  # its place on the current path
        ("payoff", np.float64),  # its own payoff when it was tabled
        ("next_payoff", np.float64),  # what it asked for in its last turn, which it compares an offer with
        ("levels", np.int64, (MAX_ISSUES,)),
        ("own_value", np.float64),  # what the standing offer is worth to its maker now
        ("value_to_other", np.float64),  # and to the other side
        ("asked", np.float64),  # and to its maker, as the other side believes
        ("signable", np.int64, (2,)),  # whether each side may sign it: red lines and delivery
        ("package", np.float64, (MAX_ISSUES,)),  # its values
        ("moved", np.int64),  # whether the last offer moved by more than the tolerance
        ("held", np.int64),  # offers in a row that were the standing one
        ("below", np.int64),  # rounds in a row in which even the ideal was below the reservation
        ("history", np.int64, (MAX_ROUNDS, MAX_ISSUES)),  # offers made, oldest first
        ("offers", np.int64),
    ]
)


@rule
def clip_aspiration(aspiration: float, last: float) -> float:
    """Aspiration inside [0, 1] and never above the last one of the regime. NaN stays NaN: the caller refuses it."""
    if math.isnan(aspiration):
        return aspiration
    return min(max(aspiration, 0.0), last, 1.0)


@rule
def remap_offers(before: Record, after: Record, seat: Record) -> None:
    """Move a side's offers to the grid of a new regime: the level nearest to the value that was offered."""
    for issue in range(MAX_ISSUES):
        for k in range(seat.offers):
            seat.history[k, issue] = nearest_level(after, issue, level_value(before, issue, seat.history[k, issue]))
        if seat.offers > 0:
            seat.levels[issue] = seat.history[seat.offers - 1, issue]


@rule
def see_offers(valuation: Record, seat: Record, side: int, other: Record, view: Record) -> None:
    """Add the other side's new offers to a side's view: how far each falls short of the own ideal.

    Offers that the view holds already are not valued again: set its number of offers to 0 when the tables change.
    """
    for k in range(view.offers, other.offers):
        view.gap[k] = seat.ideal - package_value(valuation, side, other.history[k])
    view.offers = other.offers
    view.offers_since_event = other.offers - other.opening


@rule
def look(
    talk: Record, valuation: Record, seat: Record, side: int, other: Record, time: float, draw: float, view: Record
) -> None:
    """Fill what a tactic sees: the clock, its own memory and the other side's offers; `draw` is for those that draw."""
    view.round = talk.round
    view.time = time
    view.moves = seat.offers
    view.aspiration = seat.aspiration
    view.draw = draw
    view.range = seat.ideal - seat.reservation
    see_offers(valuation, seat, side, other, view)


@rule
def enter_regime(before: Record, p: Record, is_first: bool, seat: Record) -> None:
    """Take up new parameters: earlier offers move to the new grid and the aspiration may rise again."""
    if is_first:
        seat.aspiration = 1.0
    else:
        remap_offers(before, p, seat)
    seat.ceiling = 1.0
    seat.opening = seat.offers


@rule
def weigh_walk_away(p: Record, talk: Record, side: int, seat: Record) -> None:
    """Weigh a side's walk-away at today's date, before anyone speaks."""
    seat.status_quo = talk.no_deal[STATUS_QUO, side]
    seat.threat = talk.no_deal[THREAT, side]
    seat.walk_away = mean_without_deal(talk.waiting, talk.execution, seat.status_quo, seat.threat)
    seat.reservation = seat.walk_away + ratification_margin(p, side)
    if p.reads_path[side] != 0:
        status_quo, threat = talk.believed_no_deal[STATUS_QUO, side], talk.believed_no_deal[THREAT, side]
        seat.other_walk_away = mean_without_deal(talk.waiting, talk.execution, status_quo, threat)
    seat.below = seat.below + 1 if seat.reservation > seat.ideal else 0


@rule
def weigh_offer(p: Record, pledges: Floats, valuation: Record, believed: Record, side: int, seat: Record) -> None:
    """Value a side's standing offer to both sides and check who may sign it; due whenever offer or tables change.

    `believed` are the payoff tables of the other side's beliefs, from which it judges what its opponent has asked for.
    """
    if seat.tabled == 0:
        return
    seat.own_value = package_value(valuation, side, seat.levels)
    seat.value_to_other = package_value(valuation, 1 - side, seat.levels)
    seat.asked = package_value(believed, side, seat.levels)
    package_values(p, seat.levels, seat.package)
    delivered = pledges[seat.levels[CHIP_PURCHASES], DELIVERABLE] > 0.5
    for party in (US, PARTNER):
        seat.signable[party] = 1 if delivered and respects_red_lines(p, party, seat.package) else 0


@rule
def stands_by_offer(seat: Record, side: int) -> bool:
    """Whether a side would still sign its own standing offer: an event or the calendar may have overtaken it."""
    good = is_good_enough(seat.own_value, seat.reservation, seat.reservation)
    return bool(seat.tabled != 0 and good and seat.signable[side] != 0)


@rule
def accepts_offer(seat: Record, side: int, other: Record, own_next: float) -> bool:
    """Whether a side signs the other's standing offer instead of tabling an own package worth `own_next`.

    AC_next of Baarslag, Hindriks and Jonker (2014); :mod:`sim.bargaining.acceptance` has the other conditions.
    """
    return bool(is_good_enough(other.value_to_other, own_next, seat.reservation) and other.signable[side] != 0)


@rule
def target_payoff(reservation: float, ideal: float, aspiration: float) -> float:
    """u* = L + alpha (U_ideal - L)."""
    return reservation + aspiration * (ideal - reservation)


@rule
def is_good_enough(offer: float, own_next: float, reservation: float) -> bool:
    """Accept an offer worth at least the own next position and at least the reservation payoff."""
    return offer >= own_next - PAYOFF_SLACK and offer >= reservation - PAYOFF_SLACK


@rule
def differs(p: Record, one: Integers, other: Integers, tolerance: float) -> bool:
    """Whether two packages differ by more than `tolerance` of an issue's range on any issue."""
    for issue in range(MAX_ISSUES):
        if p.issue_tabled[issue] == 0 or one[issue] == other[issue]:
            continue
        gap = abs(level_value(p, issue, one[issue]) - level_value(p, issue, other[issue]))
        if gap > tolerance * (p.issue_high[issue] - p.issue_low[issue]) + PAYOFF_SLACK:
            return True
    return False


@rule
def table_offer(p: Record, seat: Record, path: Record, node: int) -> None:
    """Put the node of the path on the table as the side's standing offer."""
    levels = path.levels[node]
    seat.held = seat.held + 1 if seat.tabled != 0 and same_levels(seat.levels, levels) else 1
    seat.moved = 1 if seat.tabled == 0 or differs(p, seat.levels, levels, p.stall_tolerance) else 0
    seat.tabled = 1
    seat.node = node
    seat.payoff = path.own[node]
    copy_levels(levels, seat.levels)
    copy_levels(levels, seat.history[seat.offers])
    seat.offers += 1


@rule
def put_offer(p: Record, seat: Record, path: Record, node: int) -> bool:
    """Table the node of the path and say whether the offer is new, and so has to be weighed."""
    is_new = seat.tabled == 0 or not same_levels(seat.levels, path.levels[node])
    table_offer(p, seat, path, node)
    return is_new


@rule
def signs_package(p: Record, side: int, seat: Record, package: Floats, payoff: float) -> bool:
    """Whether a side signs a package of values between the grid's levels, worth `payoff` to it."""
    good = is_good_enough(payoff, seat.reservation, seat.reservation)
    return bool(good and respects_red_lines(p, side, package))


@rule
def midpoint(p: Record, one: Integers, other: Integers, package: Floats) -> None:
    """Write the package half-way between two packages (values, shape [MAX_ISSUES])."""
    for issue in range(MAX_ISSUES):
        package[issue] = 0.5 * (level_value(p, issue, one[issue]) + level_value(p, issue, other[issue]))
