"""The Pareto frontier of packages that are put together from groups of issues whose payoffs add.

Everything on the frontier of a sum of sets is a sum of points on the frontiers of the sets. Two sides only.
"""

from __future__ import annotations

import numpy as np

from sim.compiled import rule
from sim.records import Floats, Integers, Table
from sim.solutions.points import two_sided_frontier

#: Cells of the coarse filter per point of the two merged frontiers: more cells leave fewer sums to sort but take longer
#: to fill. The two balance here.
_CELLS_PER_POINT = 4

#: Bounds on widths and payoffs (US$ bn a year) within which no sum and no scale of the coarse filter overflows.
_NARROWEST = 1e-300
_LARGEST = 1e300


@rule
def _all_finite(payoffs: Floats) -> bool:
    for package in range(payoffs.shape[0]):
        for side in range(payoffs.shape[1]):
            if not abs(payoffs[package, side]) < _LARGEST:
                return False
    return True


@rule
def _undominated_pairs(reached: Floats, options: Floats) -> Integers:
    """Pairs of a point reached so far and an option whose sum a coarse filter cannot call dominated.

    The first side's payoff is cut into cells. A sum is dominated if one in a higher cell gives the second side as much;
    what is left is little more than the frontier, so that few sums need sorting. Both frontiers come best for the first
    side first. A pair is numbered option x (points reached) + point.
    """
    size = reached.shape[0]
    cells = _CELLS_PER_POINT * (size + options.shape[0])
    lowest = reached[-1, 0] + options[-1, 0]
    span = reached[0, 0] + options[0, 0] - lowest
    scale = (cells - 1) / span if span > _NARROWEST else 0.0
    best_from = np.full(cells + 1, -np.inf)
    for option in range(options.shape[0]):
        for point in range(size):
            cell = int((reached[point, 0] + options[option, 0] - lowest) * scale)
            best_from[cell] = max(best_from[cell], reached[point, 1] + options[option, 1])
    for cell in range(cells - 1, -1, -1):
        best_from[cell] = max(best_from[cell], best_from[cell + 1])
    pairs = np.empty(size * options.shape[0], np.int64)
    count = 0
    for option in range(options.shape[0]):
        for point in range(size):
            cell = int((reached[point, 0] + options[option, 0] - lowest) * scale)
            if reached[point, 1] + options[option, 1] > best_from[cell + 1]:
                pairs[count] = option * size + point
                count += 1
    return pairs[:count]


@rule
def _sums(reached: Floats, options: Floats, pairs: Integers) -> Floats:
    sums = np.empty((pairs.size, 2))
    for place in range(pairs.size):
        option, point = divmod(pairs[place], reached.shape[0])
        for side in range(2):
            sums[place, side] = reached[point, side] + options[option, side]
    return sums


@rule
def _best_completions(options: Floats, starts: Integers) -> Floats:
    best = np.full((starts.size - 1, 2), -np.inf)
    for group in range(starts.size - 1):
        for option in range(starts[group], starts[group + 1]):
            for side in range(2):
                best[group, side] = max(best[group, side], options[option, side])
    return best


@rule
def _in_reach(payoffs: Floats, completions: Floats, reservation: Floats) -> Table:
    """Mask of the partial sums that the best remaining options can bring to the reservation.

    The bound adds group by group, as the sums do: rounding is monotone, so no sum can round to more than its bound.
    """
    mask = np.ones(payoffs.shape[0], np.bool_)
    for point in range(payoffs.shape[0]):
        for side in range(2):
            bound = payoffs[point, side]
            for group in range(completions.shape[0]):
                bound += completions[group, side]
            if not bound >= reservation[side]:
                mask[point] = False
    return mask


@rule
def minkowski_frontier(options: Floats, starts: Integers, reservation: Floats) -> tuple[Floats, Integers]:
    """Exact Pareto frontier of all packages that take one option from each group, where the payoffs of groups add.

    The frontier of a sum of sets lies in the sum of their frontiers, so the groups are added and pruned one by one. Put
    the groups with most options first: that is about twice as fast as the reverse.

    Parameters
    ----------
    options : array [option, 2]
        Payoffs to the two sides of every option, group after group; finite.
    starts : int64 array [groups + 1]
        Group g holds the options ``starts[g]`` to ``starts[g + 1] - 1``.
    reservation : array [2]
        Only packages worth at least this to both sides are wanted; -inf for the whole frontier. Packages that dominate
        a wanted one are wanted too, so this loses nothing of the zone of agreement, and it saves time.

    Returns
    -------
    payoffs : array [point, 2]
        Frontier, best for the first side first; of packages with equal payoffs one stands. Each payoff is the sum over
        groups taken from the first group to the last, to the last bit.
    choices : int64 array [point, groups]
        Place within its group of each option taken.
    """
    if not _all_finite(options):
        raise ValueError("payoffs of options must be finite; leave out an option that cannot be chosen")
    groups = starts.size - 1
    completions = _best_completions(options, starts)
    payoffs = np.zeros((1, 2))
    choices = np.zeros((1, groups), np.int64)
    for group in range(groups):
        offered = options[starts[group] : starts[group + 1]]
        efficient = two_sided_frontier(offered)
        if payoffs.shape[0] == 0 or efficient.size == 0:
            return np.empty((0, 2)), np.empty((0, groups), np.int64)
        pairs = _undominated_pairs(payoffs, offered[efficient])
        sums = _sums(payoffs, offered[efficient], pairs)
        kept = two_sided_frontier(sums)
        kept = kept[_in_reach(sums[kept], completions[group + 1 :], reservation)]
        longer = np.zeros((kept.size, groups), np.int64)
        for place in range(kept.size):
            option, point = divmod(pairs[kept[place]], payoffs.shape[0])
            for earlier in range(group):
                longer[place, earlier] = choices[point, earlier]
            longer[place, group] = efficient[option]
        payoffs = sums[kept]
        choices = longer
    return payoffs, choices
