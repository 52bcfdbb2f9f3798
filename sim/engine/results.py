"""What a finished negotiation leaves behind, and what it was worth to every agent against having walked away."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from sim.bargaining.execution import RATES, rates_in_force
from sim.bargaining.outcomes import DEADLINE_LAPSED, THREAT_EXECUTED
from sim.compiled import rule
from sim.economy.ledger import package_ledger, total
from sim.economy.payoffs import MAX_TERMS, booked_purchases
from sim.economy.pledge import PLEDGE_COLUMNS, additional_flow, booked_flow
from sim.economy.trade import recorded_deficit
from sim.economy.walkaway import STATUS_QUO, THREAT, no_deal_rates
from sim.issues import MAX_ISSUES, OTHER_PURCHASES, PARTNER, US
from sim.records import Floats, Record, Table, layout

#: Nobody's offer was signed: no deal, or positions that met half-way.
NOBODY: Final = -1

#: The end of one negotiation. Money in US$ bn a year, a package in the units of its issues.
RESULT: np.dtype[np.void] = layout(
    [
        ("outcome", np.int64),  # index in sim.bargaining.outcomes.OUTCOMES
        ("reason", np.int64),  # index in sim.bargaining.outcomes.REASONS
        ("round", np.int64),
        ("day", np.float64),
        ("regime", np.int64),
        ("dealt", np.int64),  # whether a package was signed
        ("proposer", np.int64),
        ("package", np.float64, (MAX_ISSUES,)),
        ("pledge", np.float64, (PLEDGE_COLUMNS,)),  # of the package that was signed
        ("additional", np.float64),  # chip flow beyond what would be bought anyway
        ("booked", np.float64),  # the part of it that customs book as US export
        ("tabled", np.int64, (2,)),  # whether a side's offer stands
        ("offer", np.float64, (2, MAX_ISSUES)),
        ("walk_away", np.float64, (2,)),
        ("reservation", np.float64, (2,)),
        ("payoff", np.float64, (2,)),
        ("ledger", np.float64, (2, MAX_TERMS)),  # terms of the payoffs under a deal
        ("deficit", np.float64),  # US goods deficit with the partner as recorded
        ("nash_distance", np.float64),
        ("pareto_gap", np.float64),
        ("executions", np.int64),  # threats that were carried out while the talks went on
        ("executed_day", np.float64),  # of the first of them
        ("in_force", np.float64, (RATES,)),  # rates without a deal at the end, executed threats included
        ("value_left", np.float64, (MAX_ISSUES,)),  # joint value that another level of each issue alone would add
    ]
)

#: One round of a trajectory: both sides' standing offers.
TRACK: np.dtype[np.void] = layout(
    [
        ("day", np.float64),
        ("regime", np.int64),
        ("executions", np.int64),  # threats that have been carried out by then
        ("tabled", np.int64, (2,)),
        ("offer", np.float64, (2, MAX_ISSUES)),
        ("aspiration", np.float64, (2,)),
        ("payoff", np.float64, (2,)),
        ("reservation", np.float64, (2,)),
    ]
)


class Ends(NamedTuple):
    """What an engine writes, one negotiation per first index of every array.

    Attributes
    ----------
    results : array of RESULT, shape [run]
    agents : array, shape [run, firm or maker, 2]
        Payoff and walk-away payoff of the firms, then of the chip makers, US$ bn a year.
    tracks : array of TRACK, shape [run, round] or [0, 0]
        Trajectories where they are wanted.
    """

    results: Table
    agents: Floats
    tracks: Table


@rule
def payoff_without_deal(outcome: int, status_quo: float, threat: float, walk_away: float) -> float:
    """Payoff of talks that failed: the executed threat, the status quo once it has lapsed, else the walk-away."""
    if outcome == THREAT_EXECUTED:
        return threat
    return status_quo if outcome == DEADLINE_LAPSED else walk_away


@rule
def gain_over_walking_away(dealt: bool, payoff: float, walk_away: float) -> float:
    """g = U(deal) - W under a deal and 0 without one, US$ bn a year.

    W is what walking away is worth in the round of the deal, given which deadlines were spared before. Talks without a
    deal are walking away: whatever chance then decides between threat and status quo, it decides for who walked away as
    well, so that the difference is 0 in every run. The settled payoff less W would not be 0 even on average: where a
    deadline is spared W goes up or down with the luck, where it is executed W is still that of before the draw.
    """
    return payoff - walk_away if dealt else 0.0


@rule
def _fill_gains(results: Table, agents: Floats, gains: Floats) -> None:
    for run in range(results.shape[0]):
        result, dealt = results[run], results[run].dealt != 0
        for side in (US, PARTNER):
            gains[run, side] = gain_over_walking_away(dealt, result.payoff[side], result.walk_away[side])
        for i in range(agents.shape[1]):
            gains[run, 2 + i] = gain_over_walking_away(dealt, agents[run, i, 0], agents[run, i, 1])


def gains_of(results: Table, agents: Floats) -> Floats:
    """Gain of every agent over walking away, shape [run, agent]: the two governments, firms, then chip makers."""
    gains = np.empty((len(results), 2 + agents.shape[1]))
    _fill_gains(results, agents, gains)
    return gains


@rule
def deficit_without_deal(p: Record, outcome: int, rates: Floats) -> float:
    """Recorded deficit at the tariffs then in force, US$ bn a year; overwrites `rates`."""
    no_deal_rates(p, THREAT if outcome == THREAT_EXECUTED else STATUS_QUO, True, rates)
    return recorded_deficit(p, rates, 0.0)


@rule
def deficit_under_deal(p: Record, package: Floats, pledge: Floats, rates: Floats) -> float:
    """Recorded deficit under a package whose sector tariffs are `rates`, US$ bn a year."""
    return recorded_deficit(p, rates, booked_purchases(p, pledge, package[OTHER_PURCHASES]))


@rule
def no_distances(result: Record) -> None:
    """Write that a result has not been compared with the bargaining solutions: not-a-number throughout."""
    result.nash_distance = math.nan
    result.pareto_gap = math.nan
    result.value_left[:] = math.nan


@rule
def settle_governments(p: Record, talk: Record, us: Record, partner: Record, rates: Floats, result: Record) -> None:
    """Write what the end was worth to both governments, the recorded deficit, and the rates in force.

    The result holds outcome, package and pledge already. `rates` are left as those of the package, or without a deal
    as those then in force.
    """
    dealt = result.dealt != 0
    result.ledger[:, :] = 0.0
    if dealt:
        package_ledger(p, result.package, result.pledge, rates, result.ledger)
        result.additional = additional_flow(result.pledge)
        result.booked = booked_flow(p, result.pledge)
        result.deficit = deficit_under_deal(p, result.package, result.pledge, rates)
    else:
        result.deficit = deficit_without_deal(p, result.outcome, rates)
    for side in (US, PARTNER):
        seat = us if side == US else partner
        result.walk_away[side] = seat.walk_away
        result.reservation[side] = seat.reservation
        result.tabled[side] = seat.tabled
        result.offer[side, :] = seat.package
        if dealt:
            result.payoff[side] = total(result.ledger[side])
        else:
            result.payoff[side] = payoff_without_deal(result.outcome, seat.status_quo, seat.threat, seat.walk_away)
    result.round = talk.round
    result.day = talk.day
    result.executions = talk.executions
    result.executed_day = talk.executed_day
    rates_in_force(p, result.in_force)


@rule
def track_round(talk: Record, regime: int, us: Record, partner: Record, track: Record) -> None:
    """Write both sides' standing offers of a round."""
    track.day = talk.day
    track.regime = regime
    track.executions = talk.executions
    for side in (US, PARTNER):
        seat = us if side == US else partner
        track.tabled[side] = seat.tabled
        track.offer[side, :] = seat.package
        track.aspiration[side] = seat.aspiration
        track.payoff[side] = seat.payoff
        track.reservation[side] = seat.reservation
