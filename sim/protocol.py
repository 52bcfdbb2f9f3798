"""The rules of the table: what a side tables, when it accepts, and when the talks end."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Final

import numpy as np

from sim.compiled import rule
from sim.issues import CHIP_PURCHASES, JAPAN, MAX_ISSUES, US
from sim.pledge import DELIVERABLE, level_value
from sim.records import MAX_ROUNDS, Floats, Integers, Record, layout
from sim.red_lines import respects_red_lines
from sim.valuation import copy_levels, nearest_level, package_value, package_values
from sim.walkaway import STATUS_QUO, THREAT, mean_without_deal, ratification_margin

#: Slack in US$ bn a year with which an offer counts as good as another payoff; far above rounding, far below a cent.
PAYOFF_SLACK: Final = 1e-9


class Outcome(StrEnum):
    """How talks end. Failure to agree is an outcome and not an error."""

    AGREEMENT = "agreement"
    STALL = "stall"
    CYCLE = "cycle"
    THREAT_EXECUTED = "threat_executed"
    DEADLINE_LAPSED = "deadline_lapsed"
    WALKOUT = "walkout"
    ROUND_LIMIT = "round_limit"


class Reason(StrEnum):
    """Why they ended so: who accepted, or what stood in the way of a deal."""

    US_ACCEPTS = "us_accepts"
    JAPAN_ACCEPTS = "japan_accepts"
    POSITIONS_MET = "positions_met"
    DISJOINT_RED_LINES = "disjoint_red_lines"
    US_HAS_BETTER = "us_ideal_below_reservation"
    JAPAN_HAS_BETTER = "japan_ideal_below_reservation"
    NO_ZONE = "no_zone"
    TACTICS_HOLD = "tactics_hold"


#: Numbers that stand for outcomes and reasons in compiled records.
OUTCOMES: tuple[Outcome, ...] = tuple(Outcome)
REASONS: tuple[Reason, ...] = tuple(Reason)
AGREEMENT: Final = OUTCOMES.index(Outcome.AGREEMENT)
STALL: Final = OUTCOMES.index(Outcome.STALL)
CYCLE: Final = OUTCOMES.index(Outcome.CYCLE)
THREAT_EXECUTED: Final = OUTCOMES.index(Outcome.THREAT_EXECUTED)
DEADLINE_LAPSED: Final = OUTCOMES.index(Outcome.DEADLINE_LAPSED)
WALKOUT: Final = OUTCOMES.index(Outcome.WALKOUT)
ROUND_LIMIT: Final = OUTCOMES.index(Outcome.ROUND_LIMIT)
#: Talks that go on.
RUNNING: Final = -1
#: Talks that a rule or tactic broke: a payoff or an aspiration that is no number.
BROKEN_PAYOFF: Final = -2
BROKEN_TACTIC: Final = -3
#: Reason of an agreement by which side accepted.
ACCEPTED_BY: Final = (REASONS.index(Reason.US_ACCEPTS), REASONS.index(Reason.JAPAN_ACCEPTS))
POSITIONS_MET: Final = REASONS.index(Reason.POSITIONS_MET)

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
    for party in (US, JAPAN):
        seat.signable[party] = 1 if delivered and respects_red_lines(p, party, seat.package) else 0


@rule
def stands_by_offer(seat: Record, side: int) -> bool:
    """Whether a side would still sign its own standing offer: an event or the calendar may have overtaken it."""
    good = is_good_enough(seat.own_value, seat.reservation, seat.reservation)
    return bool(seat.tabled != 0 and good and seat.signable[side] != 0)


@rule
def accepts_offer(seat: Record, side: int, other: Record, own_next: float) -> bool:
    """Whether a side signs the other's standing offer instead of tabling an own package worth `own_next`.

    AC_next of Baarslag, Hindriks and Jonker (2014); :mod:`sim.acceptance` has the other conditions.
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
    seat.held = seat.held + 1 if seat.tabled != 0 and _same(seat.levels, levels) else 1
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
    is_new = seat.tabled == 0 or not _same(seat.levels, path.levels[node])
    table_offer(p, seat, path, node)
    return is_new


@rule
def _same(one: Integers, other: Integers) -> bool:
    issue = 0
    while issue < MAX_ISSUES and one[issue] == other[issue]:
        issue += 1
    return issue == MAX_ISSUES


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


@rule
def deadline_round(p: Record, deadline_day: float) -> int:
    """First round (counted from 1) whose date is on or after the deadline."""
    return int(max(1.0, math.ceil(deadline_day / p.round_interval - 1e-9) + 1.0))


@rule
def round_day(p: Record, round_number: int) -> float:
    """Days from the first round to this one."""
    return float((round_number - 1) * p.round_interval)


@rule
def elapsed_time(round_number: int, last_round: int) -> float:
    """t / t_max: share of the rounds to the deadline that has passed, 1 at and after the deadline's round."""
    if last_round <= 1:
        return 1.0
    return min(1.0, (round_number - 1) / (last_round - 1))


@rule
def repeats(own: Record, other: Record, since: int) -> bool:
    """Whether both sides' offers since a regime began have gone round the same loop twice, with a move inside it."""
    rounds = min(own.offers, other.offers)
    # A shorter loop would hold no move: both have tabled the same offer for so long.
    held = min(own.held, other.held)
    for period in range(max(2, held + 1), (rounds - since) // 2 + 1):
        back = 0
        while back < period:
            now, then = rounds - 1 - back, rounds - 1 - back - period
            if not (_same(own.history[now], own.history[then]) and _same(other.history[now], other.history[then])):
                break
            back += 1
        if back == period and _has_move(own, rounds - period, rounds) | _has_move(other, rounds - period, rounds):
            return True
    return False


@rule
def _has_move(seat: Record, start: int, end: int) -> bool:
    k = start + 1
    while k < end and _same(seat.history[k], seat.history[k - 1]):
        k += 1
    return k < end


@rule
def may_stall(p: Record, still_rounds: int) -> bool:
    """Whether neither side has moved for the stall rounds, and no event that changes the table lies ahead."""
    return bool(still_rounds >= p.stall_rounds and p.event_ahead == 0)


@rule
def is_stalled(p: Record, still_rounds: int, plans_to_move: bool) -> bool:
    """Whether the talks may stall and neither tactic plans to move."""
    return bool(may_stall(p, still_rounds) and not plans_to_move)


@rule
def walks_out(p: Record, seat: Record) -> bool:
    """Whether even the side's ideal has been below its reservation for the walk-out rounds."""
    return bool(seat.below >= p.walkout_rounds)
