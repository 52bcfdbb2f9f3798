"""The compiled engine: plays many negotiations by the rules that the agents call, and owns none itself.

One thread plays a stretch of runs in memory that is made once. Threads may play stretches side by side: the loop holds
no lock, and every run writes to places of its own.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import types

from sim.bargaining.calendar import open_regime, open_round, regime_at
from sim.bargaining.execution import RATES, put_in_force, rates_in_force, threatened_rates
from sim.bargaining.learning import learns
from sim.bargaining.offers import enter_regime
from sim.bargaining.outcomes import BROKEN_PAYOFF, RUNNING
from sim.bargaining.prospects import believe_no_deal
from sim.compiled import compiled, rule
from sim.economy.chip_market import review_day
from sim.economy.trade import blend_horizon
from sim.economy.walkaway import no_deal_payoffs
from sim.engine.apart import with_a_second_process
from sim.engine.case import NO_DRAW
from sim.engine.memory import PRIOR, TRUE, Scratch, Shared, Side, Talks, clear_shared, clear_side, lend, make_room
from sim.engine.results import NOBODY, Ends, no_distances, settle_governments, track_round
from sim.engine.round import CLOSE, play_round, settle_close
from sim.engine.settlement import settle_agents
from sim.engine.signatures import ENDS, TACTIC, TALKS
from sim.engine.study import deepen_path, study
from sim.engine.yardsticks import compare_deal
from sim.issues import PARTNER, US
from sim.records import MAX_ROUNDS, Floats, Record, Table


@rule
def _opening(regimes: Table, regime: int, entered: int) -> tuple[bool, bool]:
    """Whether anything has changed since a regime (-1 before the first), and whether any payoff has."""
    opened, is_new = False, False
    for k in range(regime + 1, entered + 1):
        opened = opened or regimes[k].regime_is_new != 0
        is_new = is_new or regimes[k].tables_are_new != 0
    return opened, is_new


@rule
def _open_regime(
    before: Record,
    p: Record,
    us_p: Record,
    partner_p: Record,
    is_first: bool,
    shared: Shared,
    us: Record,
    partner: Record,
) -> None:
    open_regime(before, p, is_first, shared.talk)
    no_deal_payoffs(p, shared.work.rates, shared.work.ledger, shared.talk.no_deal)
    believe_no_deal(p, us_p, US, shared.work.rates, shared.work.ledger, shared.talk)
    believe_no_deal(p, partner_p, PARTNER, shared.work.rates, shared.work.ledger, shared.talk)
    enter_regime(before, p, is_first, us)
    enter_regime(before, p, is_first, partner)


@rule
def _put_in_force(talks: Talks, run: int, regime: int, room: Scratch, is_first: bool) -> None:
    """Put the rates of the threat that was carried out in force; the first time in a copy of the run's parameters."""
    noisy = talks.beliefs.shape[0] > 0
    if is_first:
        for k in range(room.regimes.shape[0]):
            room.regimes[k] = talks.regimes[run, k]
            for side in (US, PARTNER):
                if noisy:
                    room.beliefs[k, side] = talks.beliefs[run, k, side]
    before, after = np.empty(RATES), np.empty(RATES)
    rates_in_force(room.regimes[regime], before)
    threatened_rates(room.regimes[regime], after)
    for k in range(regime, room.regimes.shape[0]):
        put_in_force(room.regimes[k], before, after)
        for side in (US, PARTNER):
            if noisy:
                put_in_force(room.beliefs[k, side], before, after)


@rule
def _take_up(talks: Talks, run: int, regime: int, shared: Shared, room: Scratch, us: Side, partner: Side) -> int:
    """Take up what has changed by today: an executed threat, events and reviews.

    The regime of today, or -1 if a payoff is no number.
    """
    talk, before = shared.talk, max(regime, 0)
    moved = talk.to_put_in_force != 0
    if moved:
        talk.to_put_in_force = 0
        _put_in_force(talks, run, before, room, talk.executions == 1)
    entered = regime_at(talks.starts, before, talk.day)
    shared.work.next_start = talks.starts[entered + 1] if entered + 1 < talks.starts.shape[0] else math.inf
    opened, is_new = _opening(talks.regimes[run], regime, entered)
    opened, is_new = opened or moved, is_new or moved
    regimes = room.regimes if talk.executions > 0 else talks.regimes[run]
    p = regimes[entered]
    us_p, partner_p = p, p
    if us.noisy:
        us_p = room.beliefs[entered, US] if talk.executions > 0 else talks.beliefs[run, entered, US]
    if partner.noisy:
        partner_p = room.beliefs[entered, PARTNER] if talk.executions > 0 else talks.beliefs[run, entered, PARTNER]
    if opened:
        _open_regime(regimes[before], p, us_p, partner_p, regime < 0, shared, us.seat, partner.seat)
    day = review_day(p, talk.day)
    if is_new or day != shared.work.reviewed:
        shared.work.reviewed = day
        if not study(
            p, us_p, partner_p, talks.firms[run], talks.makers[run], day, is_new, shared, room.reservations, us, partner
        ):
            return -1
    elif opened:
        deepen_path(p, shared, us)
        deepen_path(p, shared, partner)
    return entered


@rule
def _copy_draws(talks: Talks, run: int, work: Record) -> None:
    work.mover = talks.movers[run]
    work.coin = talks.coins[run]
    for deadline in range(talks.executions.shape[1]):
        work.executions[deadline] = talks.executions[run, deadline]
    drawing = talks.tactics.shape[0] > 0
    for side in (US, PARTNER):
        for k in range(MAX_ROUNDS):
            work.draws[side, k] = talks.tactics[run, side, k] if drawing else NO_DRAW


@rule
def _play_one(talks: Talks, run: int, tactics: tuple[Any, Any], solutions: bool, room: Scratch, ends: Ends) -> None:
    """Play one negotiation to its end."""
    true = room.valuations[TRUE]
    us_believes = room.valuations[1 + US] if talks.noisy[US] != 0 else true
    partner_believes = room.valuations[1 + PARTNER] if talks.noisy[PARTNER] != 0 else true
    us_prior = room.valuations[PRIOR + US] if learns(talks.regimes[run, 0], US) else us_believes
    partner_prior = room.valuations[PRIOR + PARTNER] if learns(talks.regimes[run, 0], PARTNER) else partner_believes
    shared = Shared(room.talk[0], room.work[0], true)
    us = Side(
        US, talks.noisy[US] != 0, room.seats[US], room.views[US], room.paths[US],
        (room.branches[US, 0], room.branches[US, 1], room.branches[US, 2], room.branches[US, 3]), us_believes,
        us_prior, room.minds[US],
    )  # fmt: skip
    partner = Side(
        PARTNER, talks.noisy[PARTNER] != 0, room.seats[PARTNER], room.views[PARTNER], room.paths[PARTNER],
        (room.branches[PARTNER, 0], room.branches[PARTNER, 1], room.branches[PARTNER, 2], room.branches[PARTNER, 3]),
        partner_believes, partner_prior, room.minds[PARTNER],
    )  # fmt: skip
    clear_shared(shared)
    clear_side(us)
    clear_side(partner)
    _copy_draws(talks, run, shared.work)
    result = ends.results[run]
    result.dealt = 0
    result.proposer = NOBODY
    is_tracked = ends.tracks.shape[0] > 0
    regime, outcome = -1, RUNNING
    p = talks.regimes[run, 0]
    while outcome == RUNNING:
        open_round(p, shared.talk)
        due = shared.talk.day >= shared.work.next_start or shared.talk.to_put_in_force != 0
        if due or review_day(p, shared.talk.day) != shared.work.reviewed:
            entered = _take_up(talks, run, regime, shared, room, us, partner)
            if entered < 0:
                outcome = BROKEN_PAYOFF
                break
            regime = entered
            p = room.regimes[regime] if shared.talk.executions > 0 else talks.regimes[run, regime]
        outcome = play_round(p, shared, us, partner, tactics, result)
        if outcome == CLOSE:
            outcome = settle_close(talks, run, p, shared, us, partner, tactics, room.reservations, result)
        if is_tracked:
            track_round(shared.talk, regime, us.seat, partner.seat, ends.tracks[run, shared.talk.round - 1])
    result.outcome = outcome
    result.regime = regime
    result.round = shared.talk.round
    result.day = shared.talk.day
    if outcome >= 0:
        _settle(talks, run, p, shared, room, us.seat, partner.seat, solutions, result, ends.agents[run])


@rule
def _settle(
    talks: Talks, run: int, p: Record, shared: Shared, room: Scratch, us: Record, partner: Record, solutions: bool,
    result: Record, agents: Floats,
) -> None:  # fmt: skip
    settle_governments(p, shared.talk, us, partner, shared.work.rates, result)
    settle_agents(p, shared.talk, talks.firms[run], talks.makers[run], room, result, agents)
    no_distances(result)
    if solutions and result.dealt != 0:
        compare_deal(p, shared.work.pledges[TRUE], shared.true, result)


@compiled(types.void(TALKS, TACTIC, TACTIC, types.boolean, ENDS), meanwhile=with_a_second_process)
def play_all(talks: Talks, us_tactic: Any, partner_tactic: Any, solutions: bool, ends: Ends) -> None:
    """Play every negotiation of `talks` and write how it ended into `ends`.

    Parameters
    ----------
    talks : Talks
        The negotiations.
    us_tactic, partner_tactic : callable
        Compiled tactics, ``(view, knobs) -> aspiration``.
    solutions : bool
        Whether to compare each deal with the bargaining solutions, which takes several times as long as the
        negotiation.
    ends : Ends
        Overwritten. An outcome below 0 is no outcome: :data:`sim.bargaining.outcomes.BROKEN_PAYOFF` or
        :data:`sim.bargaining.outcomes.BROKEN_TACTIC`, and the caller refuses the run. The proposer then is the side
        whose tactic it was.
    """
    room = make_room(talks.firms.shape[1], talks.regimes.shape[1])
    for run in range(talks.regimes.shape[0]):
        for regime in range(talks.regimes.shape[1]):
            blend_horizon(talks.regimes[run, regime])
            if talks.beliefs.shape[0] > 0:
                blend_horizon(talks.beliefs[run, regime, US])
                blend_horizon(talks.beliefs[run, regime, PARTNER])
        _play_one(lend(talks), run, (us_tactic, partner_tactic), solutions, lend(room), lend(ends))
