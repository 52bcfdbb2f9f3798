"""Win-sets: what each side would ratify, how much of that the sides share, and the best each can get out of the others.

Payoffs are an array ``[package, side]``, as for :mod:`sim.solutions.points`. A side's win-set [Putnam 1988] is all
packages that are worth at least its reservation to it; the zone of agreement is what lies in every side's win-set.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiled import rule
from sim.records import Floats, Table
from sim.solutions.points import zone_of_agreement
from sim.sorting import ascending_order


class Sizes(NamedTuple):
    """Numbers of packages.

    Attributes
    ----------
    packages : int
        All packages.
    win_sets : tuple of int
        Those in each side's win-set.
    zone : int
        Those in every side's win-set.
    """

    packages: int
    win_sets: tuple[int, ...]
    zone: int

    def shares(self) -> tuple[tuple[float, ...], float]:
        """Each win-set and the zone as shares of all packages; 0 where there are no packages."""
        whole = max(self.packages, 1)
        return tuple(size / whole for size in self.win_sets), self.zone / whole


@rule
def win_set(payoffs: Floats, side: int, reservation: float) -> Table:
    """Mask of the packages that are worth at least its reservation to one side."""
    mask = np.zeros(payoffs.shape[0], np.bool_)
    for package in range(payoffs.shape[0]):
        mask[package] = payoffs[package, side] >= reservation
    return mask


@rule
def best_for(payoffs: Floats, side: int, reservation: Floats) -> int:
    """Package that is best for one side within the win-sets of all others, or -1 if the others share none.

    Of equals it is the one that is best for the first of the others, then for the next; then the first. The side's own
    reservation is not asked for: where even this package is worth less to it, there is no zone of agreement.
    """
    best = -1
    for package in range(payoffs.shape[0]):
        ratified = not np.isnan(payoffs[package, side])
        for other in range(payoffs.shape[1]):
            if other != side and not payoffs[package, other] >= reservation[other]:
                ratified = False
        if not ratified:
            continue
        if best < 0 or payoffs[package, side] > payoffs[best, side]:
            best = package
        elif payoffs[package, side] == payoffs[best, side]:
            for other in range(payoffs.shape[1]):
                if payoffs[package, other] != payoffs[best, other]:
                    if payoffs[package, other] > payoffs[best, other]:
                        best = package
                    break
    return best


def sizes(payoffs: Floats, reservation: Floats) -> Sizes:
    """Count the packages of every side's win-set and of the zone of agreement.

    Parameters
    ----------
    payoffs : array [package, side]
        What each package is worth.
    reservation : array [side]
        What each side needs; shape and number of sides are those of `payoffs`.
    """
    own = tuple(
        int(np.count_nonzero(win_set(payoffs, side, float(reservation[side])))) for side in range(payoffs.shape[1])
    )
    return Sizes(len(payoffs), own, int(np.count_nonzero(zone_of_agreement(payoffs, reservation))))


@rule
def _reaching(worth: float, sorted_payoffs: Floats, floor: float) -> int:
    """How many of the ascending payoffs reach a floor together with `worth`."""
    low, high = 0, sorted_payoffs.shape[0]
    while low < high:
        middle = (low + high) // 2
        if worth + sorted_payoffs[middle] >= floor:
            high = middle
        else:
            low = middle + 1
    return sorted_payoffs.shape[0] - low


@rule
def count_pairs(one: Floats, other: Floats, reservation: Floats) -> int:
    """Count the sums of a row of `one` and a row of `other` (each ``[option, 2]``) that reach both reservations.

    The rows of `one` join a binary indexed tree [Fenwick 1994] as the first side's payoff of `other` rises, so that n
    and m rows take (n + m) log n steps instead of n m.
    """
    size = one.shape[0]
    joining = ascending_order(-one[:, 0])
    by_second = ascending_order(one[:, 1])
    seconds = one[by_second, 1]
    rank = np.empty(size, np.int64)
    for place in range(size):
        rank[by_second[place]] = place
    tree = np.zeros(size + 1, np.int64)
    joined, count = 0, 0
    for partner in ascending_order(other[:, 0]):
        while joined < size and one[joining[joined], 0] + other[partner, 0] >= reservation[0]:
            # Counted from the top, so that the tree's prefix sums are what lies above.
            node = size - rank[joining[joined]]
            while node <= size:
                tree[node] += 1
                node += node & -node
            joined += 1
        node = _reaching(other[partner, 1], seconds, reservation[1])
        while node > 0:
            count += tree[node]
            node -= node & -node
    return count
