"""The bargaining set: the frontier of the packages that red lines and the domestic table allow."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.bargaining.red_lines import is_empty, linkage_count, table_box
from sim.bargaining.valuation import GROUP_COUNT, PURCHASE_GROUP, group_issues, group_options, group_value
from sim.compiled import rule
from sim.issues import MAX_ISSUES, PARTNER, US
from sim.records import Floats, Integers, Record
from sim.solutions.frontier_sum import minkowski_frontier
from sim.solutions.points import pareto_frontier

#: Lines that are tried before packages are; far more than the frontier has corners near any point.
_MOST_LINES: Final = 64
#: US$ bn a year by which a line must miss the floors, far above rounding.
_LINE_SLACK: Final = 1e-9


@rule
def _levels_of(box: Integers, choices: Integers) -> Integers:
    """Levels of packages, shape [package, MAX_ISSUES], from the option taken of each group of a box."""
    levels = np.zeros((choices.shape[0], MAX_ISSUES), np.int64)
    for place in range(GROUP_COUNT):
        # The options come in the order of `group_options`: the last group first, its second issue running fastest.
        group = GROUP_COUNT - 1 - place
        first, second = group_issues(group)
        width = box[1, second] - box[0, second] + 1 if group >= PURCHASE_GROUP else 1
        for package in range(choices.shape[0]):
            i, j = divmod(choices[package, place], width)
            levels[package, first] = box[0, first] + i
            if group >= PURCHASE_GROUP:
                levels[package, second] = box[0, second] + j
    return levels


@rule
def frontier_packages(p: Record, pledges: Floats, valuation: Record, floor: Floats) -> tuple[Floats, Integers]:
    """Like :func:`package_frontier`, with the levels of each package, shape [point, MAX_ISSUES]."""
    box = np.empty((2, MAX_ISSUES), np.int64)
    points, levels = np.empty((0, 2)), np.empty((0, MAX_ISSUES), np.int64)
    for branch in range(1 << linkage_count(p)):
        table_box(p, pledges, US, branch, True, box)
        if is_empty(box):
            continue
        options, starts = group_options(valuation, box)
        payoffs, choices = minkowski_frontier(options, starts, floor - valuation.base)
        points = np.concatenate((points, payoffs + valuation.base))
        levels = np.concatenate((levels, _levels_of(box, choices)))
    kept = pareto_frontier(points)
    return points[kept], levels[kept]


@rule
def package_frontier(p: Record, pledges: Floats, valuation: Record, floor: Floats) -> Floats:
    """Pareto frontier of all packages in the common box, over all branches of the linkages.

    Parameters
    ----------
    p : record
        Parameters of the regime.
    pledges : array, shape [levels, PLEDGE_COLUMNS]
        The priced chip purchases; what cannot be delivered is left out.
    valuation : record
        Payoff tables of both sides.
    floor : array, shape [2]
        Payoffs below which packages are of no interest; with the reservations as floor the frontier is that of the
        zone of agreement, and empty if there is none.

    Returns
    -------
    array, shape [point, 2]
        Payoffs of the US and the partner, US$ bn a year, best for the US first.
    """
    return frontier_packages(p, pledges, valuation, floor)[0]


@rule
def _best_weighed(valuation: Record, box: Integers, us_weight: float) -> tuple[float, float]:
    """Payoffs of the package of a box that is best by w U_US + (1 - w) U_JP; groups are chosen one by one."""
    us, partner = valuation.base[US], valuation.base[PARTNER]
    for group in range(GROUP_COUNT):
        first, second = group_issues(group)
        best, best_us, best_partner = -np.inf, 0.0, 0.0
        for i in range(box[0, first], box[1, first] + 1):
            seconds = range(box[0, second], box[1, second] + 1) if group >= PURCHASE_GROUP else range(i, i + 1)
            for j in seconds:
                for_us = group_value(valuation, US, group, i, j)
                for_partner = group_value(valuation, PARTNER, group, i, j)
                weighed = us_weight * for_us + (1.0 - us_weight) * for_partner
                if weighed > best:
                    best, best_us, best_partner = weighed, for_us, for_partner
        us += best_us
        partner += best_partner
    return us, partner


@rule
def _options_near(options: Floats, starts: Integers, us_weight: float, slack: float) -> tuple[Floats, Integers]:
    """Options whose weighed payoff is within `slack` of the best of their group."""
    kept = np.empty_like(options)
    kept_starts = np.zeros_like(starts)
    count = 0
    for group in range(starts.size - 1):
        best = -np.inf
        for option in range(starts[group], starts[group + 1]):
            best = max(best, us_weight * options[option, US] + (1.0 - us_weight) * options[option, PARTNER])
        for option in range(starts[group], starts[group + 1]):
            if us_weight * options[option, US] + (1.0 - us_weight) * options[option, PARTNER] >= best - slack:
                kept[count, :] = options[option]
                count += 1
        kept_starts[group + 1] = count
    return kept[:count], kept_starts


@rule
def _box_has_zone(valuation: Record, box: Integers, us_floor: float, partner_floor: float) -> bool:
    """Whether a package of a box meets both floors; exact.

    A package that is best by some weights and meets both floors proves a zone. If the best by some weights exceeds the
    floors by d < 0 in weighed sum, every package falls short, and there is none. Each weight is the slope between the
    two best packages so far that favour either side. Where no package lies above that line, d > 0 is the least there
    is: a package that meets both floors loses no more than d against the best, so that only options near the best of
    their group are left to be tried in full.
    """
    low_us, low_partner = _best_weighed(valuation, box, 0.0)
    high_us, high_partner = _best_weighed(valuation, box, 1.0)
    if low_partner < partner_floor or high_us < us_floor:
        return False
    if low_us >= us_floor or high_partner >= partner_floor:
        return True
    weight, excess = 0.5, np.inf
    for _ in range(_MOST_LINES):
        weight = (low_partner - high_partner) / (low_partner - high_partner + high_us - low_us)
        us, partner = _best_weighed(valuation, box, weight)
        if us >= us_floor and partner >= partner_floor:
            return True
        excess = weight * (us - us_floor) + (1.0 - weight) * (partner - partner_floor)
        if excess < -_LINE_SLACK:
            return False
        chord = weight * (low_us - us_floor) + (1.0 - weight) * (low_partner - partner_floor)
        if excess <= chord + _LINE_SLACK:
            break
        if us < us_floor:
            low_us, low_partner = us, partner
        else:
            high_us, high_partner = us, partner
    options, starts = group_options(valuation, box)
    near, near_starts = _options_near(options, starts, weight, excess + _LINE_SLACK)
    floor = np.empty(2)
    floor[US], floor[PARTNER] = us_floor - valuation.base[US], partner_floor - valuation.base[PARTNER]
    payoffs, _ = minkowski_frontier(near, near_starts, floor)
    return payoffs.shape[0] > 0


@rule
def has_zone(p: Record, pledges: Floats, valuation: Record, us_floor: float, partner_floor: float) -> bool:
    """Whether some package that both sides' red lines allow is worth its floor to both; exact."""
    box = np.empty((2, MAX_ISSUES), np.int64)
    for branch in range(1 << linkage_count(p)):
        table_box(p, pledges, US, branch, True, box)
        if not is_empty(box) and _box_has_zone(valuation, box, us_floor, partner_floor):
            return True
    return False
