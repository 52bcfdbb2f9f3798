"""The state of the talks and its calendar: rounds, days, deadlines and regimes, and who speaks first."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.compiled import rule
from sim.economy.walkaway import (
    DAYS_A_YEAR,
    STATUS_QUO,
    THREAT,
    execution_left,
    ratification_margin,
    waiting_weight,
)
from sim.issues import PARTNER, US
from sim.records import Floats, Record, layout

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
        ("last_round", np.int64),  # round at which it falls due, or the round limit; as this round began
        ("time", np.float64),  # share of the rounds to it that has passed
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
        ("has_deadline", np.int64),  # whether one stands; none does once a threat has been carried out
        ("executions", np.int64),  # threats that have been carried out
        ("executed_day", np.float64),  # of the first of them
        ("to_put_in_force", np.int64),  # whether one was in this round, so that its rates hold from the next one
        ("escalated", np.float64),  # what brinkmanship has added to the chance that the threat is executed
    ]
)


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
        talk.has_deadline = 1
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
    """Note what this round's walk-aways share: the weight of the time left, and the chance of the threat after it.

    With them the time that both sides go by in this round.
    """
    talk.last_round = last_round(p, talk)
    talk.time = elapsed_time(talk.round, talk.last_round)
    talk.waiting = waiting_weight(p, days_left(talk) / DAYS_A_YEAR)
    talk.execution = execution_left(p, talk.slips, talk.escalated) if talk.has_deadline != 0 else 0.0


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
    return US if draw < FAIR else PARTNER


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
