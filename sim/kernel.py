"""The compiled engine: plays many negotiations by the rules that the agents call, and owns none itself.

One thread plays a stretch of runs in memory that is made once. Threads may play stretches side by side: the loop holds
no lock, and every run writes to places of its own.
"""

from __future__ import annotations

import math
from typing import Any, Final

from numba import types
from numba.np.numpy_support import from_dtype

from sim.case import NO_DRAW
from sim.chip_market import review_day
from sim.compiled import compiled, rule
from sim.economy import blend_horizon
from sim.issues import CHIP_PURCHASES, JAPAN, US
from sim.kernel_memory import TRUE, Hall, Room, Side, Talks, clear_hall, clear_side, make_room
from sim.kernel_settlement import settle_agents
from sim.kernel_study import deepen_path, study
from sim.ledger import package_ledger, total
from sim.pledge import DELIVERABLE, price_pledge, yearly_flow
from sim.protocol import (
    ACCEPTED_BY,
    AGREEMENT,
    BROKEN_PAYOFF,
    BROKEN_TACTIC,
    POSITIONS_MET,
    ROUND_LIMIT,
    RUNNING,
    STALL,
    accepts_offer,
    clip_aspiration,
    differs,
    enter_regime,
    is_stalled,
    look,
    may_stall,
    midpoint,
    node_for,
    put_offer,
    signs_package,
    stands_by_offer,
    weigh_offer,
    weigh_walk_away,
)
from sim.records import FIRM, MAKER, RECORD, VIEW, Floats, Record, Table
from sim.results import NOBODY, RESULT, TRACK, Ends, settle_governments, track_round
from sim.talks import (
    count_still_rounds,
    end_of_round,
    first_side,
    obstacle,
    open_regime,
    open_round,
    price_waiting,
    regime_at,
    side_of_coin,
    time_of,
)
from sim.walkaway import no_deal_payoffs
from sim.zone import deal_distances

#: Type of a tactic: ``(view, knobs) -> aspiration``. One type for all, so that no tactic recompiles the engine.
TACTIC: Final = types.FunctionType(types.float64(from_dtype(VIEW), types.float64[::1]))

#: Positions of a simultaneous round are within tolerance: no outcome yet, and no end of the round either.
_CLOSE: Final = -4


@rule
def _aspiration(p: Record, hall: Hall, own: Side, other: Record, tactic: Any, time: float) -> float:
    draw = hall.work.draws[own.number, hall.talk.round - 1]
    look(hall.talk, hall.true, own.seat, own.number, other, time, draw, own.seen)
    return clip_aspiration(tactic(own.seen, p.knobs[own.number]), own.seat.ceiling)


@rule
def _next_node(p: Record, hall: Hall, own: Side, other: Record, tactic: Any) -> int:
    """Node that a side tables next, or -1 when its tactic gives no number."""
    aspiration = _aspiration(p, hall, own, other, tactic, time_of(p, hall.talk))
    if math.isnan(aspiration):
        return -1
    own.seat.aspiration = aspiration
    own.seat.ceiling = aspiration
    return node_for(own.branches, own.path, own.seat, other, aspiration)


@rule
def _plans_to_move(p: Record, hall: Hall, own: Side, other: Record, tactic: Any) -> bool:
    """Whether a tactic would still move at the deadline if the other side kept its offer."""
    aspiration = _aspiration(p, hall, own, other, tactic, 1.0)
    node = node_for(own.branches, own.path, own.seat, other, aspiration)
    return differs(p, own.path.levels[node], own.seat.levels, p.stall_tolerance)


@rule
def _put(p: Record, hall: Hall, own: Side, other: Side, node: int) -> None:
    if put_offer(p, own.seat, own.path, node):
        weigh_offer(p, hall.work.pledges[TRUE], hall.true, other.believes, own.number, own.seat)


@rule
def _sign(hall: Hall, proposer: Side, result: Record) -> int:
    """Sign a side's standing offer."""
    result.dealt = 1
    result.proposer = proposer.number
    result.package[:] = proposer.seat.package
    result.pledge[:] = hall.work.pledges[TRUE, proposer.seat.levels[CHIP_PURCHASES]]
    result.reason = ACCEPTED_BY[1 - proposer.number]
    return AGREEMENT


@rule
def _speak(p: Record, hall: Hall, own: Side, other: Side, tactic: Any, result: Record) -> int:
    """Accept the other side's standing offer, or table one."""
    node = _next_node(p, hall, own, other.seat, tactic)
    if node < 0:
        result.proposer = own.number
        return BROKEN_TACTIC
    stands = stands_by_offer(other.seat, other.number)
    if stands and accepts_offer(own.seat, own.number, other.seat, own.path.own[node]):
        return _sign(hall, other, result)
    _put(p, hall, own, other, node)
    return RUNNING


@rule
def _table_in_turn(p: Record, hall: Hall, us: Side, japan: Side, tactics: tuple[Any, Any], result: Record) -> int:
    """Alternating offers: the first mover accepts the standing offer or tables, then the other answers."""
    if first_side(p, hall.work.mover) == US:
        outcome = _speak(p, hall, us, japan, tactics[US], result)
        if outcome == RUNNING:
            outcome = _speak(p, hall, japan, us, tactics[JAPAN], result)
        return outcome
    outcome = _speak(p, hall, japan, us, tactics[JAPAN], result)
    if outcome == RUNNING:
        outcome = _speak(p, hall, us, japan, tactics[US], result)
    return outcome


@rule
def _table_at_once(p: Record, hall: Hall, us: Side, japan: Side, tactics: tuple[Any, Any], result: Record) -> int:
    """Simultaneous offers: both table; _CLOSE if positions are within tolerance, else either may be accepted."""
    us_node = _next_node(p, hall, us, japan.seat, tactics[US])
    japan_node = _next_node(p, hall, japan, us.seat, tactics[JAPAN])
    if us_node < 0 or japan_node < 0:
        result.proposer = US if us_node < 0 else JAPAN
        return BROKEN_TACTIC
    _put(p, hall, us, japan, us_node)
    _put(p, hall, japan, us, japan_node)
    if not differs(p, us.seat.levels, japan.seat.levels, p.agreement_tolerance):
        return _CLOSE
    return _sign_a_position(hall, us, japan, result)


@rule
def _sign_a_position(hall: Hall, us: Side, japan: Side, result: Record) -> int:
    """Sign a position of a simultaneous round that the other side accepts."""
    us_takes = stands_by_offer(japan.seat, JAPAN) and accepts_offer(us.seat, US, japan.seat, us.seat.payoff)
    japan_takes = stands_by_offer(us.seat, US) and accepts_offer(japan.seat, JAPAN, us.seat, japan.seat.payoff)
    if not (us_takes or japan_takes):
        return RUNNING
    accepting = US if us_takes else JAPAN
    if us_takes and japan_takes:
        accepting = side_of_coin(hall.work.coin)
    return _sign(hall, japan if accepting == US else us, result)


@rule
def _sign_midpoint(
    p: Record, hall: Hall, us: Record, japan: Record, firms: Table, makers: Table, reservations: Floats, result: Record
) -> bool:
    work = hall.work
    midpoint(p, us.levels, japan.levels, work.package)
    flow = yearly_flow(p, work.package[CHIP_PURCHASES])
    price_pledge(p, firms, makers, work.curves[TRUE], reservations, flow, work.pledge)
    package_ledger(p, work.package, work.pledge, work.rates, work.ledger)
    fits = work.pledge[DELIVERABLE] > 0.5
    fits = fits and signs_package(p, US, us, work.package, total(work.ledger[US]))
    fits = fits and signs_package(p, JAPAN, japan, work.package, total(work.ledger[JAPAN]))
    if fits:
        result.dealt = 1
        result.package[:] = work.package
        result.pledge[:] = work.pledge
        result.reason = POSITIONS_MET
    return fits


@rule
def _check_end(p: Record, hall: Hall, us: Side, japan: Side, tactics: tuple[Any, Any]) -> int:
    talk = hall.talk
    count_still_rounds(talk, us.seat, japan.seat)
    outcome = end_of_round(p, talk, us.seat, japan.seat, hall.work.executions)
    if outcome != RUNNING:
        return outcome
    if may_stall(p, talk.still_rounds):
        plans = _plans_to_move(p, hall, us, japan.seat, tactics[US])
        plans = plans or _plans_to_move(p, hall, japan, us.seat, tactics[JAPAN])
        if is_stalled(p, talk.still_rounds, plans):
            return STALL
    return ROUND_LIMIT if talk.round >= p.round_limit else RUNNING


@rule
def _opening(regimes: Table, regime: int, entered: int) -> tuple[bool, bool]:
    """Whether anything has changed since a regime (-1 before the first), and whether any payoff has."""
    opened, is_new = False, False
    for k in range(regime + 1, entered + 1):
        opened = opened or regimes[k].regime_is_new != 0
        is_new = is_new or regimes[k].tables_are_new != 0
    return opened, is_new


@rule
def _open_regime(before: Record, p: Record, is_first: bool, hall: Hall, us: Record, japan: Record) -> None:
    open_regime(before, p, is_first, hall.talk)
    no_deal_payoffs(p, hall.work.rates, hall.work.ledger, hall.talk.no_deal)
    enter_regime(before, p, is_first, us)
    enter_regime(before, p, is_first, japan)


@rule
def _take_up(talks: Talks, run: int, regime: int, hall: Hall, reservations: Floats, us: Side, japan: Side) -> int:
    """Take up what has changed by today: events and reviews. The regime of today, or -1 if a payoff is no number."""
    regimes, talk, before = talks.regimes[run], hall.talk, max(regime, 0)
    entered = regime_at(talks.starts, before, talk.day)
    hall.work.next_start = talks.starts[entered + 1] if entered + 1 < talks.starts.shape[0] else math.inf
    opened, is_new = _opening(regimes, regime, entered)
    p = regimes[entered]
    if opened:
        _open_regime(regimes[before], p, regime < 0, hall, us.seat, japan.seat)
    day = review_day(p, talk.day)
    if is_new or day != hall.work.reviewed:
        hall.work.reviewed = day
        us_p = talks.beliefs[run, entered, US] if us.noisy else p
        japan_p = talks.beliefs[run, entered, JAPAN] if japan.noisy else p
        if not study(p, us_p, japan_p, talks.firms[run], talks.makers[run], day, is_new, hall, reservations, us, japan):
            return -1
    elif opened:
        deepen_path(p, hall, us)
        deepen_path(p, hall, japan)
    return entered


@rule
def _copy_draws(talks: Talks, run: int, work: Record) -> None:
    work.mover = talks.movers[run]
    work.coin = talks.coins[run]
    for deadline in range(talks.executions.shape[1]):
        work.executions[deadline] = talks.executions[run, deadline]
    work.draws[:, :] = NO_DRAW
    if talks.tactics.shape[0] > 0:
        work.draws[:, :] = talks.tactics[run]


@rule
def _play_one(talks: Talks, run: int, tactics: tuple[Any, Any], solutions: bool, room: Room, ends: Ends) -> None:
    """Play one negotiation to its end."""
    true = room.valuations[TRUE]
    us_believes = room.valuations[1 + US] if talks.noisy[US] != 0 else true
    japan_believes = room.valuations[1 + JAPAN] if talks.noisy[JAPAN] != 0 else true
    hall = Hall(room.talk[0], room.work[0], true)
    us = Side(
        US, talks.noisy[US] != 0, room.seats[US], room.views[US], room.paths[US],
        (room.branches[US, 0], room.branches[US, 1], room.branches[US, 2], room.branches[US, 3]), us_believes,
    )  # fmt: skip
    japan = Side(
        JAPAN, talks.noisy[JAPAN] != 0, room.seats[JAPAN], room.views[JAPAN], room.paths[JAPAN],
        (room.branches[JAPAN, 0], room.branches[JAPAN, 1], room.branches[JAPAN, 2], room.branches[JAPAN, 3]),
        japan_believes,
    )  # fmt: skip
    clear_hall(hall)
    clear_side(us)
    clear_side(japan)
    _copy_draws(talks, run, hall.work)
    result = ends.results[run]
    result.dealt = 0
    result.proposer = NOBODY
    regime, outcome = -1, RUNNING
    p = talks.regimes[run, 0]
    while outcome == RUNNING:
        open_round(p, hall.talk)
        if hall.talk.day >= hall.work.next_start or review_day(p, hall.talk.day) != hall.work.reviewed:
            entered = _take_up(talks, run, regime, hall, room.reservations, us, japan)
            if entered < 0:
                outcome = BROKEN_PAYOFF
                break
            regime = entered
            p = talks.regimes[run, regime]
        outcome = _play_round(p, hall, us, japan, tactics, result)
        if outcome == _CLOSE:
            outcome = _settle_close(talks, run, p, hall, us, japan, tactics, room.reservations, result)
        if ends.tracks.shape[0] > 0:
            track_round(hall.talk, regime, us.seat, japan.seat, ends.tracks[run, hall.talk.round - 1])
    result.outcome = outcome
    result.regime = regime
    result.round = hall.talk.round
    result.day = hall.talk.day
    if outcome >= 0:
        _settle(talks, run, p, hall, room, us.seat, japan.seat, solutions, result, ends.agents[run])


@rule
def _play_round(p: Record, hall: Hall, us: Side, japan: Side, tactics: tuple[Any, Any], result: Record) -> int:
    """Proposals and responses of a round and the check for the end, or _CLOSE before the check."""
    price_waiting(hall.talk)
    weigh_walk_away(p, hall.talk, US, us.seat)
    weigh_walk_away(p, hall.talk, JAPAN, japan.seat)
    if p.simultaneous != 0:
        outcome = _table_at_once(p, hall, us, japan, tactics, result)
    else:
        outcome = _table_in_turn(p, hall, us, japan, tactics, result)
    if outcome != RUNNING:
        return outcome
    return _end_with_reason(p, hall, us, japan, tactics, result)


@rule
def _end_with_reason(p: Record, hall: Hall, us: Side, japan: Side, tactics: tuple[Any, Any], result: Record) -> int:
    outcome = _check_end(p, hall, us, japan, tactics)
    if outcome != RUNNING:
        result.reason = obstacle(p, hall.talk, hall.work.pledges[TRUE], hall.true, us.seat, japan.seat)
    return outcome


@rule
def _settle_close(
    talks: Talks, run: int, p: Record, hall: Hall, us: Side, japan: Side,
    tactics: tuple[Any, Any], reservations: Floats, result: Record,
) -> int:  # fmt: skip
    """Sign half-way between positions within tolerance, or a position that is accepted; else check for the end."""
    firms, makers = talks.firms[run], talks.makers[run]
    if _sign_midpoint(p, hall, us.seat, japan.seat, firms, makers, reservations, result):
        return AGREEMENT
    outcome = _sign_a_position(hall, us, japan, result)
    return outcome if outcome != RUNNING else _end_with_reason(p, hall, us, japan, tactics, result)


@rule
def _settle(
    talks: Talks, run: int, p: Record, hall: Hall, room: Room, us: Record, japan: Record, solutions: bool,
    result: Record, agents: Floats,
) -> None:  # fmt: skip
    settle_governments(p, hall.talk, us, japan, hall.work.rates, result)
    settle_agents(p, hall.talk, talks.firms[run], talks.makers[run], room, result, agents)
    result.nash_distance, result.pareto_gap = math.nan, math.nan
    if solutions and result.dealt != 0:
        result.nash_distance, result.pareto_gap = deal_distances(
            p, hall.work.pledges[TRUE], hall.true, result.walk_away, result.payoff
        )


_F1, _F2, _F3 = types.float64[::1], types.float64[:, ::1], types.float64[:, :, ::1]
_TALKS = types.NamedTuple(
    (
        types.Array(from_dtype(RECORD), 2, "C"),
        types.Array(from_dtype(RECORD), 3, "C"),
        _F1,
        types.int64[::1],
        types.Array(from_dtype(FIRM), 2, "C"),
        types.Array(from_dtype(MAKER), 2, "C"),
        _F1,
        _F1,
        _F2,
        _F3,
    ),
    Talks,
)
_ENDS = types.NamedTuple((types.Array(from_dtype(RESULT), 1, "C"), _F3, types.Array(from_dtype(TRACK), 2, "C")), Ends)


@compiled(types.void(_TALKS, TACTIC, TACTIC, types.boolean, _ENDS))
def play_all(talks: Talks, us_tactic: Any, japan_tactic: Any, solutions: bool, ends: Ends) -> None:
    """Play every negotiation of `talks` and write how it ended into `ends`.

    Parameters
    ----------
    talks : Talks
        The negotiations.
    us_tactic, japan_tactic : callable
        Compiled tactics, ``(view, knobs) -> aspiration``.
    solutions : bool
        Whether to compute the distance of each deal from the Nash solution and the Pareto frontier, which takes many
        times as long as the negotiation.
    ends : Ends
        Overwritten. An outcome below 0 is no outcome: :data:`sim.protocol.BROKEN_PAYOFF` or
        :data:`sim.protocol.BROKEN_TACTIC`, and the caller refuses the run. The proposer then is the side whose tactic
        it was.
    """
    room = make_room(talks.firms.shape[1])
    for run in range(talks.regimes.shape[0]):
        for regime in range(talks.regimes.shape[1]):
            blend_horizon(talks.regimes[run, regime])
            if talks.beliefs.shape[0] > 0:
                blend_horizon(talks.beliefs[run, regime, US])
                blend_horizon(talks.beliefs[run, regime, JAPAN])
        _play_one(talks, run, (us_tactic, japan_tactic), solutions, room, ends)
