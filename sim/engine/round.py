"""A round of the compiled engine: proposals, responses and the check for the end, by the rules that the agents call."""

from __future__ import annotations

import math
from typing import Any, Final

from sim.bargaining.acceptance import accepts, accepts_at
from sim.bargaining.brinkmanship import escalate
from sim.bargaining.calendar import first_side, price_waiting, side_of_coin
from sim.bargaining.ending import count_still_rounds, end_of_round, is_stalled, may_stall, obstacle
from sim.bargaining.offers import (
    clip_aspiration,
    differs,
    look,
    midpoint,
    put_offer,
    signs_package,
    stands_by_offer,
    weigh_offer,
    weigh_walk_away,
)
from sim.bargaining.outcomes import ACCEPTED_BY, AGREEMENT, BROKEN_TACTIC, POSITIONS_MET, ROUND_LIMIT, RUNNING, STALL
from sim.bargaining.position import tabled_node, wanted_node
from sim.bargaining.prospects import foresee
from sim.compiled import rule
from sim.economy.ledger import package_ledger, total
from sim.economy.pledge import DELIVERABLE, price_pledge, yearly_flow
from sim.engine.memory import TRUE, Shared, Side, Talks
from sim.engine.results import NOBODY
from sim.engine.study import listen
from sim.issues import CHIP_PURCHASES, PARTNER, US
from sim.records import Floats, Record, Table

#: Positions of a simultaneous round are within tolerance: no outcome yet, and no end of the round either.
CLOSE: Final = -4
#: Answers of :func:`_plan`; the third is BROKEN_TACTIC.
_HOLDS: Final = 0
_MOVES: Final = 1


@rule
def _aspiration(p: Record, shared: Shared, own: Side, other: Record, tactic: Any, time: float) -> float:
    draw = shared.work.draws[own.number, shared.talk.round - 1]
    look(shared.talk, shared.true, own.seat, own.number, other, time, draw, own.seen)
    foresee(p, own.branches, own.path, own.believes, own.seat, own.number, other, own.seen)
    return clip_aspiration(tactic(own.seen, p.knobs[own.number]), own.seat.ceiling)


@rule
def _next_node(p: Record, shared: Shared, own: Side, other: Record, tactic: Any) -> int:
    """Node that a side asks for next, or -1 when its tactic gives no number."""
    listen(p, shared, own, other)
    aspiration = _aspiration(p, shared, own, other, tactic, shared.talk.time)
    if math.isnan(aspiration):
        return -1
    own.seat.aspiration = aspiration
    own.seat.ceiling = aspiration
    node = wanted_node(p, own.branches, own.path, own.seat, other, aspiration)
    own.seat.next_payoff = own.path.own[node]
    return node


@rule
def _plan(p: Record, shared: Shared, own: Side, other: Record, tactic: Any) -> int:
    """What a side would do at the deadline if the other side kept its offer: _HOLDS, _MOVES or BROKEN_TACTIC.

    To sign the other side's offer is to move.
    """
    aspiration = _aspiration(p, shared, own, other, tactic, 1.0)
    if math.isnan(aspiration):
        return BROKEN_TACTIC
    node = wanted_node(p, own.branches, own.path, own.seat, other, aspiration)
    stands = stands_by_offer(other, 1 - own.number)
    if stands and accepts_at(p, shared.true, own.number, own.seat, other, own.path.own[node], 1.0, 0):
        return _MOVES
    node = tabled_node(p, own.path, own.seat, own.number, other, node)
    return _MOVES if differs(p, own.path.levels[node], own.seat.levels, p.stall_tolerance) else _HOLDS


@rule
def _put(p: Record, shared: Shared, own: Side, other: Side, node: int) -> None:
    if put_offer(p, own.seat, own.path, node):
        weigh_offer(p, shared.work.pledges[TRUE], shared.true, other.believes, own.number, own.seat)


@rule
def _sign(shared: Shared, proposer: Side, result: Record) -> int:
    """Sign a side's standing offer."""
    result.dealt = 1
    result.proposer = proposer.number
    result.package[:] = proposer.seat.package
    result.pledge[:] = shared.work.pledges[TRUE, proposer.seat.levels[CHIP_PURCHASES]]
    result.reason = ACCEPTED_BY[1 - proposer.number]
    return AGREEMENT


@rule
def _speak(p: Record, shared: Shared, own: Side, other: Side, tactic: Any, result: Record) -> int:
    """Accept the other side's standing offer, or table one."""
    node = _next_node(p, shared, own, other.seat, tactic)
    if node < 0:
        result.proposer = own.number
        return BROKEN_TACTIC
    stands = stands_by_offer(other.seat, other.number)
    if stands and accepts(p, shared.talk, shared.true, own.number, own.seat, other.seat, own.seat.next_payoff):
        return _sign(shared, other, result)
    _put(p, shared, own, other, tabled_node(p, own.path, own.seat, own.number, other.seat, node))
    return RUNNING


@rule
def _table_in_turn(p: Record, shared: Shared, us: Side, partner: Side, tactics: tuple[Any, Any], result: Record) -> int:
    """Alternating offers: the first mover accepts the standing offer or tables, then the other answers."""
    if first_side(p, shared.work.mover) == US:
        outcome = _speak(p, shared, us, partner, tactics[US], result)
        if outcome == RUNNING:
            outcome = _speak(p, shared, partner, us, tactics[PARTNER], result)
        return outcome
    outcome = _speak(p, shared, partner, us, tactics[PARTNER], result)
    if outcome == RUNNING:
        outcome = _speak(p, shared, us, partner, tactics[US], result)
    return outcome


@rule
def _table_at_once(p: Record, shared: Shared, us: Side, partner: Side, tactics: tuple[Any, Any], result: Record) -> int:
    """Simultaneous offers: both table; CLOSE if positions are within tolerance, else either may be accepted."""
    us_node = _next_node(p, shared, us, partner.seat, tactics[US])
    partner_node = _next_node(p, shared, partner, us.seat, tactics[PARTNER])
    if us_node < 0 or partner_node < 0:
        result.proposer = US if us_node < 0 else PARTNER
        return BROKEN_TACTIC
    us_node = tabled_node(p, us.path, us.seat, US, partner.seat, us_node)
    partner_node = tabled_node(p, partner.path, partner.seat, PARTNER, us.seat, partner_node)
    _put(p, shared, us, partner, us_node)
    _put(p, shared, partner, us, partner_node)
    if not differs(p, us.seat.levels, partner.seat.levels, p.agreement_tolerance):
        return CLOSE
    return _sign_a_position(p, shared, us, partner, result)


@rule
def _sign_a_position(p: Record, shared: Shared, us: Side, partner: Side, result: Record) -> int:
    """Sign a position of a simultaneous round that the other side accepts."""
    talk, true = shared.talk, shared.true
    us_takes = stands_by_offer(partner.seat, PARTNER)
    us_takes = us_takes and accepts(p, talk, true, US, us.seat, partner.seat, us.seat.next_payoff)
    partner_takes = stands_by_offer(us.seat, US)
    partner_takes = partner_takes and accepts(p, talk, true, PARTNER, partner.seat, us.seat, partner.seat.next_payoff)
    if not (us_takes or partner_takes):
        return RUNNING
    accepting = US if us_takes else PARTNER
    if us_takes and partner_takes:
        accepting = side_of_coin(shared.work.coin)
    return _sign(shared, partner if accepting == US else us, result)


@rule
def _sign_midpoint(
    p: Record,
    shared: Shared,
    us: Record,
    partner: Record,
    firms: Table,
    makers: Table,
    reservations: Floats,
    result: Record,
) -> bool:
    work = shared.work
    midpoint(p, us.levels, partner.levels, work.package)
    flow = yearly_flow(p, work.package[CHIP_PURCHASES])
    price_pledge(p, firms, makers, work.curves[TRUE], reservations, flow, work.pledge)
    package_ledger(p, work.package, work.pledge, work.rates, work.ledger)
    fits = work.pledge[DELIVERABLE] > 0.5
    fits = fits and signs_package(p, US, us, work.package, total(work.ledger[US]))
    fits = fits and signs_package(p, PARTNER, partner, work.package, total(work.ledger[PARTNER]))
    if fits:
        result.dealt = 1
        result.package[:] = work.package
        result.pledge[:] = work.pledge
        result.reason = POSITIONS_MET
    return fits


@rule
def _ask_plans(p: Record, shared: Shared, us: Side, partner: Side, tactics: tuple[Any, Any], result: Record) -> int:
    """Whether either side plans to move, as :func:`_plan` says it; the US is asked first."""
    plan = _plan(p, shared, us, partner.seat, tactics[US])
    result.proposer = US if plan == BROKEN_TACTIC else NOBODY
    if plan == _HOLDS:
        plan = _plan(p, shared, partner, us.seat, tactics[PARTNER])
        result.proposer = PARTNER if plan == BROKEN_TACTIC else NOBODY
    return plan


@rule
def _check_end(p: Record, shared: Shared, us: Side, partner: Side, tactics: tuple[Any, Any], result: Record) -> int:
    talk = shared.talk
    count_still_rounds(talk, us.seat, partner.seat)
    outcome = end_of_round(p, talk, us.seat, partner.seat, shared.work.executions)
    if outcome != RUNNING:
        return outcome
    if may_stall(p, talk.still_rounds):
        plan = _ask_plans(p, shared, us, partner, tactics, result)
        if plan == BROKEN_TACTIC:
            return plan
        if is_stalled(p, talk.still_rounds, plan == _MOVES):
            return STALL
    return ROUND_LIMIT if talk.round >= p.round_limit else RUNNING


@rule
def play_round(p: Record, shared: Shared, us: Side, partner: Side, tactics: tuple[Any, Any], result: Record) -> int:
    """Proposals and responses of a round and the check for the end, or CLOSE before the check."""
    escalate(p, shared.talk, us.seat, partner.seat)
    price_waiting(p, shared.talk)
    weigh_walk_away(p, shared.talk, US, us.seat)
    weigh_walk_away(p, shared.talk, PARTNER, partner.seat)
    if p.simultaneous != 0:
        outcome = _table_at_once(p, shared, us, partner, tactics, result)
    else:
        outcome = _table_in_turn(p, shared, us, partner, tactics, result)
    if outcome != RUNNING:
        return outcome
    return _end_with_reason(p, shared, us, partner, tactics, result)


@rule
def _end_with_reason(
    p: Record, shared: Shared, us: Side, partner: Side, tactics: tuple[Any, Any], result: Record
) -> int:
    outcome = _check_end(p, shared, us, partner, tactics, result)
    if outcome >= 0:
        result.reason = obstacle(p, shared.talk, shared.work.pledges[TRUE], shared.true, us.seat, partner.seat)
    return outcome


@rule
def settle_close(
    talks: Talks, run: int, p: Record, shared: Shared, us: Side, partner: Side,
    tactics: tuple[Any, Any], reservations: Floats, result: Record,
) -> int:  # fmt: skip
    """Sign half-way between positions within tolerance, or a position that is accepted; else check for the end."""
    firms, makers = talks.firms[run], talks.makers[run]
    if _sign_midpoint(p, shared, us.seat, partner.seat, firms, makers, reservations, result):
        return AGREEMENT
    outcome = _sign_a_position(p, shared, us, partner, result)
    return outcome if outcome != RUNNING else _end_with_reason(p, shared, us, partner, tactics, result)
