"""When talks end, and what stood in the way: stall, cycle, walk-out and deadline, and the reason without a deal."""

from __future__ import annotations

from typing import Final

from sim.bargaining.calendar import deadline_round
from sim.bargaining.execution import note_execution
from sim.bargaining.offers import PAYOFF_SLACK
from sim.bargaining.outcomes import CYCLE, DEADLINE_LAPSED, REASONS, RUNNING, THREAT_EXECUTED, WALKOUT, Reason
from sim.bargaining.zone import has_zone
from sim.compiled import rule
from sim.economy.walkaway import deadline_hazard
from sim.grid import same_levels
from sim.issues import PARTNER, US
from sim.records import Floats, Record

_DISJOINT: Final = REASONS.index(Reason.DISJOINT_RED_LINES)
_HAS_BETTER: Final = (REASONS.index(Reason.US_HAS_BETTER), REASONS.index(Reason.PARTNER_HAS_BETTER))
_NO_ZONE: Final = REASONS.index(Reason.NO_ZONE)
_TACTICS_HOLD: Final = REASONS.index(Reason.TACTICS_HOLD)


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
            if not (
                same_levels(own.history[now], own.history[then])
                and same_levels(other.history[now], other.history[then])
            ):
                break
            back += 1
        if back == period and _has_move(own, rounds - period, rounds) | _has_move(other, rounds - period, rounds):
            return True
    return False


@rule
def _has_move(seat: Record, start: int, end: int) -> bool:
    k = start + 1
    while k < end and same_levels(seat.history[k], seat.history[k - 1]):
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


@rule
def count_still_rounds(talk: Record, us: Record, partner: Record) -> None:
    """Count the rounds in a row in which neither side has moved."""
    talk.still_rounds = 0 if us.moved != 0 or partner.moved != 0 else talk.still_rounds + 1


@rule
def end_of_round(p: Record, talk: Record, us: Record, partner: Record, execution: Floats) -> int:
    """End of talks that is due in this round whatever the tactics plan, or RUNNING.

    Walk-out, then the deadline, whose threat is executed by its hazard, which ends the talks unless they go on by the
    config and a round is left; else the deadline slips, or lapses with no slip left; then a cycle. `execution` holds
    one uniform draw for each deadline that falls due.
    """
    if walks_out(p, us) or walks_out(p, partner):
        return WALKOUT
    if talk.round >= deadline_round(p, talk.deadline_day):
        talk.deadlines += 1
        if execution[talk.deadlines - 1] < deadline_hazard(p, talk.escalated):
            if p.goes_on == 0 or talk.round >= p.round_limit:
                return THREAT_EXECUTED
            note_execution(p, talk)
            return RUNNING
        if talk.slips >= p.max_slips:
            return DEADLINE_LAPSED
        talk.slips += 1
        talk.slipped = 1
        talk.deadline_day += p.slip_days
    if repeats(us, partner, talk.regime_opening):
        return CYCLE
    return RUNNING


@rule
def obstacle(p: Record, talk: Record, pledges: Floats, valuation: Record, us: Record, partner: Record) -> int:
    """Reason without a deal: red lines, a side that has better, no package that both would ratify, or the tactics."""
    if talk.common == 0:
        return _DISJOINT
    if us.ideal < us.reservation:
        return _HAS_BETTER[US]
    if partner.ideal < partner.reservation:
        return _HAS_BETTER[PARTNER]
    if has_zone(p, pledges, valuation, us.reservation - PAYOFF_SLACK, partner.reservation - PAYOFF_SLACK):
        return _TACTICS_HOLD
    return _NO_ZONE
