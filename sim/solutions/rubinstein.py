"""Alternating offers without end: the division of a pie by two sides that lose by waiting [Rubinstein 1982].

Shares are fractions of the pie; side 1 makes the first offer. A discount factor d_i is what a share one round later is
worth today; with a rate r_i a year and rounds of `period` years it is d_i = exp(-r_i period).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.compiled import rule
from sim.records import Floats, Integers
from sim.solutions.points import pareto_frontier

#: Rounds of mutual best replies after which a pair of offers that still moves is given up as having no rest point.
_MOST_REPLIES = 100_000


class Demands(NamedTuple):
    """What each side asks for itself whenever it makes an offer."""

    first: float
    second: float


def _check_discount(*factors: float) -> None:
    for factor in factors:
        if not 0.0 <= factor <= 1.0:
            raise ValueError(f"{factor} is not a discount factor between 0 and 1")
    if all(factor == 1.0 for factor in factors):
        raise ValueError("two sides that lose nothing by waiting have no unique split")


def rubinstein_split(first_discount: float, second_discount: float) -> float:
    """Share of the side that makes the first offer, (1 - d_2) / (1 - d_1 d_2) [Rubinstein 1982].

    Raises
    ------
    ValueError
        When a factor is outside 0 to 1, or both are 1.
    """
    _check_discount(first_discount, second_discount)
    return (1.0 - second_discount) / (1.0 - first_discount * second_discount)


def rubinstein_by_rates(first_rate: float, second_rate: float, period: float) -> float:
    """Share of the first side by rates a year and the time between offers in years; exact also for short times.

    It is (1 - e^(-r_2 t)) / (1 - e^(-(r_1 + r_2) t)) = r_2 / (r_1 + r_2) + t r_1 r_2 / (2 (r_1 + r_2)) + O(t^2): the
    advantage of the first offer falls in proportion to the time between offers.
    """
    if not (first_rate >= 0.0 and second_rate >= 0.0 and first_rate + second_rate > 0.0):
        raise ValueError(f"rates {first_rate} and {second_rate} must not be negative, nor both zero")
    if not period >= 0.0:
        raise ValueError(f"{period} is no time between offers")
    if period == 0.0:
        return rubinstein_limit(first_rate, second_rate)
    return math.expm1(-second_rate * period) / math.expm1(-(first_rate + second_rate) * period)


def rubinstein_limit(first_rate: float, second_rate: float) -> float:
    """Share of the first side when offers follow each other at once, r_2 / (r_1 + r_2), whoever begins.

    It is also the first side's bargaining power in the asymmetric Nash solution of the same game [Binmore, Rubinstein
    and Wolinsky 1986].
    """
    total = first_rate + second_rate
    if not (first_rate >= 0.0 and second_rate >= 0.0 and total > 0.0):
        raise ValueError(f"rates {first_rate} and {second_rate} must not be negative, nor both zero")
    return second_rate / total


def fixed_cost_split(first_cost: float, second_cost: float) -> float:
    """Share of the first side if waiting costs each a fixed part of the pie a round [Rubinstein 1982].

    All of it if its cost is the smaller one, the other's cost if that is smaller. With equal costs every share from
    the cost to 1 can be had in equilibrium, and there is no answer.

    Raises
    ------
    ValueError
        When costs are equal, negative or above 1.
    """
    if not (0.0 <= first_cost <= 1.0 and 0.0 <= second_cost <= 1.0):
        raise ValueError(f"costs {first_cost} and {second_cost} must be shares of the pie between 0 and 1")
    if first_cost == second_cost:
        raise ValueError("equal costs of waiting leave the split open")
    return 1.0 if first_cost < second_cost else second_cost


def finite_horizon_split(first_discount: float, second_discount: float, rounds: int) -> float:
    """Share of the first side where talks of so many rounds end without anything: backward induction [Stahl 1972].

    Whoever speaks last takes all; one round earlier the proposer leaves the other just what waiting is worth to it.
    """
    if rounds < 1:
        raise ValueError(f"{rounds} rounds hold no offer")
    if not (0.0 <= first_discount <= 1.0 and 0.0 <= second_discount <= 1.0):
        raise ValueError(f"{first_discount} and {second_discount} must be discount factors between 0 and 1")
    share = 1.0
    for round_ in range(rounds - 1, 0, -1):
        # The side that answers in this round proposes in the next.
        share = 1.0 - (second_discount if round_ % 2 == 1 else first_discount) * share
    return share


def indifferent_demands(
    first_discount: float, second_discount: float, *, start: Demands | None = None, tolerance: float = 1e-15
) -> Demands:
    """Demands that leave the other side just what it would have by waiting, found by replies in turn.

    Each side asks for 1 - d_j x_j, where x_j is what the other will ask for next round. The replies contract by
    d_1 d_2, so that they lead to Rubinstein's demands from any `start`; nothing here knows the closed form.
    """
    _check_discount(first_discount, second_discount)
    demands = start or Demands(1.0, 1.0)
    for _ in range(_MOST_REPLIES):
        first = 1.0 - second_discount * demands.second
        second = 1.0 - first_discount * first
        moved = max(abs(first - demands.first), abs(second - demands.second))
        demands = Demands(first, second)
        if moved <= tolerance:
            break
    return demands


def play_offers(
    demands: Demands, first_discount: float, second_discount: float, rounds: int
) -> tuple[int, tuple[float, float]] | None:
    """Play alternating offers between two sides that keep to their demands.

    In odd rounds the first side asks for its demand and the second answers, in even rounds the reverse. A side accepts
    what is worth at least its own demand one round later; rounding of 1e-12 is let pass.

    Returns
    -------
    round, shares
        When they agree, from 1, and the shares of both; None if they have not after so many rounds.
    """
    for round_ in range(1, rounds + 1):
        if round_ % 2 == 1:
            shares = demands.first, 1.0 - demands.first
            accepted = shares[1] >= second_discount * demands.second - 1e-12
        else:
            shares = 1.0 - demands.second, demands.second
            accepted = shares[0] >= first_discount * demands.first - 1e-12
        if accepted:
            return round_, shares
    return None


@rule
def _best_reply(payoffs: Floats, kept: Integers, disagreement: Floats, side: int, floor: float) -> int:
    """Package of the frontier that is best for a side among those whose gain to the other is at least a floor."""
    best = -1
    for package in kept:
        own_gain = payoffs[package, side] - disagreement[side]
        other_gain = payoffs[package, 1 - side] - disagreement[1 - side]
        wanted = own_gain >= 0.0 and other_gain >= floor
        if wanted and (best < 0 or payoffs[package, side] > payoffs[best, side]):
            best = package
    return best


@rule
def alternating_offers(payoffs: Floats, disagreement: Floats, discounts: Floats) -> tuple[int, int]:
    """Packages that two sides would propose in alternating offers over any list of packages.

    Each side proposes what is best for itself among the packages whose gain to the other is at least what the other's
    own proposal would give it one round later; the proposals are found by replies in turn, from each side's best.

    Parameters
    ----------
    payoffs : array [package, 2]
        What each package is worth.
    disagreement : array [2]
        What no deal is worth; gains over it are what is discounted.
    discounts : array [2]
        Worth of a gain one round later.

    Returns
    -------
    tuple of int
        Packages that the first and the second side propose; (-1, -1) without a zone of agreement. Packages are
        indivisible, so that a stationary pair need not exist: replies that never settle also give (-1, -1).
    """
    kept = pareto_frontier(payoffs)
    proposals = np.full(2, -1, np.int64)
    floors = np.zeros(2)
    for _ in range(_MOST_REPLIES):
        moved = False
        for side in range(2):
            best = _best_reply(payoffs, kept, disagreement, side, floors[1 - side])
            if best < 0:
                return -1, -1
            moved = moved or best != proposals[side]
            proposals[side] = best
            floors[side] = discounts[side] * (payoffs[best, side] - disagreement[side])
        if not moved:
            return int(proposals[0]), int(proposals[1])
    return -1, -1
