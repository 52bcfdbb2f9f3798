"""Where two or more sides could settle: Pareto frontier, zone of agreement and the classic bargaining solutions.

Nash with equal and unequal powers, Kalai-Smorodinsky, egalitarian and utilitarian, and how far an outcome is from them.

Payoffs are an array ``[package, side]`` (US$ bn a year), the disagreement point is a vector ``[side]``. A solution is
the index of a package, or -1 when no package is at least as good as disagreement for every side. Solutions weigh gains
over disagreement, and only packages in the zone of agreement count.

A ratification margin narrows the zone of agreement but does not move the disagreement point: pick the packages with
`zone_of_agreement` first and solve among them.
"""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import rule
from sim.records import Floats, Integers, Table
from sim.sorting import ascending_order


@rule
def zone_of_agreement(payoffs: Floats, reservation: Floats) -> Table:
    """Mask of the packages that are worth at least its reservation to every side."""
    zone = np.ones(payoffs.shape[0], np.bool_)
    for package in range(payoffs.shape[0]):
        for side in range(payoffs.shape[1]):
            if not payoffs[package, side] >= reservation[side]:
                zone[package] = False
    return zone


@rule
def _best_first(payoffs: Floats) -> Integers:
    """Packages from the first side's best to its worst, equal ones in their given order."""
    loss = np.empty(payoffs.shape[0])
    for package in range(payoffs.shape[0]):
        loss[package] = -payoffs[package, 0]
    return ascending_order(loss)


@rule
def two_sided_frontier(payoffs: Floats) -> Integers:
    """Frontier of two sides in n log n steps; see :func:`pareto_frontier`."""
    order = _best_first(payoffs)
    kept = np.empty(order.size, np.int64)
    count = 0
    highest = -np.inf
    for package in order:
        if payoffs[package, 1] > highest:
            highest = payoffs[package, 1]
            if count > 0 and payoffs[kept[count - 1], 0] == payoffs[package, 0]:
                count -= 1
            kept[count] = package
            count += 1
    return kept[:count]


@rule
def _is_dominated(payoffs: Floats, package: int) -> bool:
    for rival in range(payoffs.shape[0]):
        never_worse = True
        better_or_first = rival < package
        for side in range(payoffs.shape[1]):
            never_worse = never_worse and payoffs[rival, side] >= payoffs[package, side]
            better_or_first = better_or_first or payoffs[rival, side] > payoffs[package, side]
        if never_worse and better_or_first:
            return True
    return False


@rule
def _many_sided_frontier(payoffs: Floats) -> Integers:
    order = _best_first(payoffs)
    kept = np.empty(order.size, np.int64)
    count = 0
    for package in order:
        if not _is_dominated(payoffs, package):
            kept[count] = package
            count += 1
    return kept[:count]


@rule
def pareto_frontier(payoffs: Floats) -> Integers:
    """Indices of the packages that no other package dominates, best for the first side first.

    Weakly dominated packages are dropped, and of equal packages the first is kept. Payoffs are numbers, not NaN. Takes
    n log n steps for two sides and n^2 for more.
    """
    if payoffs.shape[1] == 2:
        return two_sided_frontier(payoffs)
    return _many_sided_frontier(payoffs)


@rule
def utilitarian(payoffs: Floats, disagreement: Floats) -> int:
    """Package with the largest sum of gains, sum_i (u_i - d_i); of equals the first."""
    zone = zone_of_agreement(payoffs, disagreement)
    best = -1
    largest = -np.inf
    for package in range(payoffs.shape[0]):
        total = 0.0
        for side in range(payoffs.shape[1]):
            total += payoffs[package, side] - disagreement[side]
        if zone[package] and total > largest:
            largest = total
            best = package
    return best


@rule
def nash(payoffs: Floats, disagreement: Floats, weights: Floats | None = None) -> int:
    """Package with the largest product of gains, prod_i (u_i - d_i)^w_i; of equals the first [Nash 1950].

    Parameters
    ----------
    payoffs : array [package, side]
        What each package is worth.
    disagreement : array [side]
        What no deal is worth.
    weights : array [side], optional
        Bargaining powers w_i, none negative; equal if left out.

    Returns
    -------
    int
        Index of the package, or -1 if the zone of agreement is empty. Where no package gives every side a gain the
        product is zero throughout and says nothing; the answer is then the utilitarian package.
    """
    zone = zone_of_agreement(payoffs, disagreement)
    best = -1
    largest = 0.0
    for package in range(payoffs.shape[0]):
        product = 1.0
        for side in range(payoffs.shape[1]):
            gain = max(payoffs[package, side] - disagreement[side], 0.0)
            if weights is None:
                product *= gain
            else:
                product *= gain ** weights[side]
        if zone[package] and product > largest:
            largest = product
            best = package
    if best < 0:
        return utilitarian(payoffs, disagreement)
    return best


@rule
def asymmetric_nash(payoffs: Floats, disagreement: Floats, power: float) -> int:
    """Nash package of two sides with bargaining powers `power` and ``1 - power`` [Kalai 1977b; Roth 1979].

    It maximises (u_1 - d_1)^power (u_2 - d_2)^(1 - power). With the power of the more patient side r_2 / (r_1 + r_2) it
    is where Rubinstein's alternating offers end as the time between them shrinks [Binmore, Rubinstein and Wolinsky
    1986]; see :mod:`sim.solutions.rubinstein`.
    """
    weights = np.empty(2)
    weights[0] = power
    weights[1] = 1.0 - power
    return nash(payoffs, disagreement, weights)


@rule
def _gains(payoffs: Floats, disagreement: Floats) -> Floats:
    gains = np.empty(payoffs.shape)
    for package in range(payoffs.shape[0]):
        for side in range(payoffs.shape[1]):
            gains[package, side] = payoffs[package, side] - disagreement[side]
    return gains


@rule
def _sort_each(rows: Floats) -> None:
    """Sort every row in place, smallest first: insertion, as rows hold one number a side."""
    for row in range(rows.shape[0]):
        for end in range(1, rows.shape[1]):
            place = end
            while place > 0 and rows[row, place - 1] > rows[row, place]:
                rows[row, place - 1], rows[row, place] = rows[row, place], rows[row, place - 1]
                place -= 1


@rule
def _lexicographic_max_min(gains: Floats, zone: Table) -> int:
    """Row in the zone with the largest smallest gain, then second smallest, and so on; of equals the first."""
    _sort_each(gains)
    best = -1
    for package in range(gains.shape[0]):
        if not zone[package]:
            continue
        if best < 0:
            best = package
        for place in range(gains.shape[1]):
            if gains[package, place] != gains[best, place]:
                if gains[package, place] > gains[best, place]:
                    best = package
                break
    return best


@rule
def egalitarian(payoffs: Floats, disagreement: Floats) -> int:
    """Package whose smallest gain is largest, then its second smallest, and so on; of equals the first [Kalai 1977].

    Gains are compared across sides in US$ bn a year, which the Nash and Kalai-Smorodinsky solutions do not need.
    """
    return _lexicographic_max_min(_gains(payoffs, disagreement), zone_of_agreement(payoffs, disagreement))


@rule
def kalai_smorodinsky(payoffs: Floats, disagreement: Floats) -> int:
    """Package with the largest smallest share of the ideal gain, (u_i - d_i)/(b_i - d_i) [Kalai and Smorodinsky 1975].

    The ideal b_i is the best that side i gets in the zone of agreement. Ties in the smallest share go to the larger
    next smallest one [Imai 1983], then to the first package. A side that cannot gain has a share of 1.
    """
    zone = zone_of_agreement(payoffs, disagreement)
    shares = _gains(payoffs, disagreement)
    for side in range(payoffs.shape[1]):
        ideal_gain = 0.0
        for package in range(payoffs.shape[0]):
            if zone[package]:
                ideal_gain = max(ideal_gain, shares[package, side])
        for package in range(payoffs.shape[0]):
            shares[package, side] = shares[package, side] / ideal_gain if ideal_gain > 0.0 else 1.0
    return _lexicographic_max_min(shares, zone)


def nash_linear(
    a: float, b: float, c: float, disagreement: tuple[float, float], theta: float = 0.5
) -> tuple[float, float] | None:
    """Nash solution on the linear frontier a u1 + b u2 = c, in closed form [Nash 1950].

    u1 = d1 + theta S/a and u2 = d2 + (1 - theta) S/b, where S = c - a d1 - b d2 is the surplus and theta the bargaining
    power of the first side. None if the surplus is negative: the disagreement point lies beyond the frontier.
    """
    if not (a > 0.0 and b > 0.0):
        raise ValueError(f"a linear frontier needs a > 0 and b > 0, got a = {a} and b = {b}")
    if not 0.0 <= theta <= 1.0:
        raise ValueError(f"theta = {theta} is not a bargaining power between 0 and 1")
    surplus = c - a * disagreement[0] - b * disagreement[1]
    if surplus < 0.0:
        return None
    return disagreement[0] + theta * surplus / a, disagreement[1] + (1.0 - theta) * surplus / b


@rule
def nash_distance(payoff: Floats, nash_payoff: Floats) -> float:
    """Euclidean distance between two payoff vectors, an outcome's and the Nash package's (US$ bn a year)."""
    total = 0.0
    for side in range(payoff.size):
        difference = payoff[side] - nash_payoff[side]
        total += difference * difference
    return math.sqrt(total)


@rule
def pareto_gap(payoff: Floats, frontier_payoffs: Floats) -> float:
    """What every side could still gain at once, max_f min_i (f_i - u_i) over the frontier, never below 0.

    It is the largest t such that some frontier package gives each side i at least u_i + t (US$ bn a year).
    """
    gap = 0.0
    for package in range(frontier_payoffs.shape[0]):
        common_gain = np.inf
        for side in range(payoff.size):
            common_gain = min(common_gain, frontier_payoffs[package, side] - payoff[side])
        gap = max(gap, common_gain)
    return gap
