"""The state of the talks, and the steps of a round that no agent decides: dates, regimes, deadlines and ends."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.compiled import rule
from sim.issues import JAPAN, US
from sim.protocol import (
    CYCLE,
    DEADLINE_LAPSED,
    PAYOFF_SLACK,
    REASONS,
    RUNNING,
    THREAT_EXECUTED,
    WALKOUT,
    Reason,
    deadline_round,
    elapsed_time,
    repeats,
    round_day,
    walks_out,
)
from sim.records import Floats, Record, layout
from sim.walkaway import (
    DAYS_A_YEAR,
    STATUS_QUO,
    THREAT,
    deadline_hazard,
    execution_left,
    ratification_margin,
    waiting_weight,
)
from sim.zone import has_zone

#: Side that speaks first by the run's coin instead of by config.
COIN: Final = 2
#: A fair coin's share of a uniform draw.
FAIR: Final = 0.5

#: US$ bn a year that a concession path goes below the lowest reservation, far above rounding.
_FLOOR_SLACK: Final = 1e-6

#: Where the talks stand; days are counted from the first round.
TALK: np.dtype[np.void] = layout(
    [
        ("round", np.int64),
        ("day", np.float64),
        ("deadline_day", np.float64),  # of the deadline that stands
        ("waiting", np.float64),  # weight of the days to it, when walk-aways were weighed in this round
        ("execution", np.float64),  # chance then that the threat is executed after them
        ("slips", np.int64),  # of the deadline so far
        ("deadlines", np.int64),  # that have fallen due
        ("slipped", np.int64),  # whether the deadline slipped in this round
        ("still_rounds", np.int64),  # rounds in a row in which neither side has moved
        ("regime_opening", np.int64),  # rounds before this regime
        ("common", np.int64),  # whether both sides' red lines leave a common package
        ("no_deal", np.float64, (2, 2)),  # payoffs at the status quo and under the threat, by side
        ("believed_no_deal", np.float64, (2, 2)),  # the same of its opponent as each side believes them, by side
        ("escalated", np.float64),  # what brinkmanship has added to the chance that the threat is executed
    ]
)

_DISJOINT: Final = REASONS.index(Reason.DISJOINT_RED_LINES)
_HAS_BETTER: Final = (REASONS.index(Reason.US_HAS_BETTER), REASONS.index(Reason.JAPAN_HAS_BETTER))
_NO_ZONE: Final = REASONS.index(Reason.NO_ZONE)
_TACTICS_HOLD: Final = REASONS.index(Reason.TACTICS_HOLD)


@rule
def open_round(p: Record, talk: Record) -> None:
    """Go to the next round and its date."""
    talk.round += 1
    talk.day = round_day(p, talk.round)
    talk.slipped = 0


@rule
def regime_at(starts: Floats, regime: int, day: float) -> int:
    """Regime of a day that is no earlier than the given regime; `starts` holds the first day of each."""
    while regime + 1 < starts.shape[0] and starts[regime + 1] <= day:
        regime += 1
    return regime


@rule
def open_regime(before: Record, p: Record, is_first: bool, talk: Record) -> None:
    """Take up new parameters: a new deadline has not slipped yet, and nobody has stood still under them."""
    if is_first or before.deadline_day != p.deadline_day:
        talk.deadline_day = p.deadline_day
        talk.slips = 0
    talk.still_rounds = 0
    talk.regime_opening = talk.round - 1


@rule
def path_floor(p: Record, talk: Record, side: int) -> float:
    """Own payoff that a side's reservation cannot fall below in this regime: its path need not go deeper.

    Walking away is worth a mean of the status quo and the threat, whatever the date.
    """
    worst = min(talk.no_deal[STATUS_QUO, side], talk.no_deal[THREAT, side])
    return worst + ratification_margin(p, side) - _FLOOR_SLACK


@rule
def days_left(talk: Record) -> float:
    """Days to the deadline that stands."""
    return max(0.0, talk.deadline_day - talk.day)


@rule
def price_waiting(p: Record, talk: Record) -> None:
    """Note what this round's walk-aways share: the weight of the time left, and the chance of the threat after it."""
    talk.waiting = waiting_weight(p, days_left(talk) / DAYS_A_YEAR)
    talk.execution = execution_left(p, talk.slips, talk.escalated)


@rule
def last_round(p: Record, talk: Record) -> int:
    """Round at which the deadline that stands falls due, or the round limit if that comes first."""
    return int(min(deadline_round(p, talk.deadline_day), p.round_limit))


@rule
def time_of(p: Record, talk: Record) -> float:
    """t / t_max of the tactics in this round."""
    return elapsed_time(talk.round, last_round(p, talk))


@rule
def first_side(p: Record, draw: float) -> int:
    """Side that speaks first in every round: by config, or by the run's coin."""
    if p.first_mover != COIN:
        return int(p.first_mover)
    return side_of_coin(draw)


@rule
def side_of_coin(draw: float) -> int:
    """Side that a fair coin picks."""
    return US if draw < FAIR else JAPAN


@rule
def count_still_rounds(talk: Record, us: Record, japan: Record) -> None:
    """Count the rounds in a row in which neither side has moved."""
    talk.still_rounds = 0 if us.moved != 0 or japan.moved != 0 else talk.still_rounds + 1


@rule
def end_of_round(p: Record, talk: Record, us: Record, japan: Record, execution: Floats) -> int:
    """End of talks that is due in this round whatever the tactics plan, or RUNNING.

    Walk-out, then the deadline, whose threat is executed by its hazard; else the deadline slips, or lapses with no slip
    left; then a cycle. `execution` holds one uniform draw for each deadline that falls due.
    """
    if walks_out(p, us) or walks_out(p, japan):
        return WALKOUT
    if talk.round >= deadline_round(p, talk.deadline_day):
        talk.deadlines += 1
        if execution[talk.deadlines - 1] < deadline_hazard(p, talk.escalated):
            return THREAT_EXECUTED
        if talk.slips >= p.max_slips:
            return DEADLINE_LAPSED
        talk.slips += 1
        talk.slipped = 1
        talk.deadline_day += p.slip_days
    if repeats(us, japan, talk.regime_opening):
        return CYCLE
    return RUNNING


@rule
def obstacle(p: Record, talk: Record, pledges: Floats, valuation: Record, us: Record, japan: Record) -> int:
    """Reason without a deal: red lines, a side that has better, no package that both would ratify, or the tactics."""
    if talk.common == 0:
        return _DISJOINT
    if us.ideal < us.reservation:
        return _HAS_BETTER[US]
    if japan.ideal < japan.reservation:
        return _HAS_BETTER[JAPAN]
    if has_zone(p, pledges, valuation, us.reservation - PAYOFF_SLACK, japan.reservation - PAYOFF_SLACK):
        return _TACTICS_HOLD
    return _NO_ZONE
