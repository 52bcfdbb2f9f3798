"""How a deal compares with what could have been: its distances from solution and frontier, and the value it leaves."""

from __future__ import annotations

import math

import numpy as np

from sim.bargaining.red_lines import respects_red_lines
from sim.bargaining.zone import package_frontier
from sim.compiled import rule
from sim.economy.ledger import package_ledger, total
from sim.economy.payoffs import MAX_TERMS
from sim.economy.pledge import DELIVERABLE, PLEDGE_COLUMNS
from sim.economy.trade import SECTOR_COUNT
from sim.grid import level_count, level_value
from sim.issues import CHIP_PURCHASES, MAX_ISSUES, PARTNER, US
from sim.records import Floats, Record
from sim.solutions.points import nash, nash_distance, pareto_gap


@rule
def deal_distances(
    p: Record, pledges: Floats, valuation: Record, walk_away: Floats, deal: Floats
) -> tuple[float, float]:
    """Distance of a deal's payoffs from the Nash solution and its gap to the Pareto frontier, US$ bn a year.

    The distance is NaN where no package is at least as good as walking away for both sides.
    """
    floor = np.minimum(walk_away, deal)
    points = package_frontier(p, pledges, valuation, floor)
    solution = nash(points, walk_away)
    distance = np.nan if solution < 0 else nash_distance(deal, points[solution])
    return distance, pareto_gap(deal, points)


@rule
def value_left(
    p: Record, pledges: Floats, package: Floats, pledge: Floats, deal: Floats, left: Floats, at: Floats
) -> None:
    """Write the joint value that each issue still holds, US$ bn a year.

    V_i(x) = max over levels v of  sum_s [u_s(x with x_i = v) - u_s(x)],  at least 0, where v runs over the issue's grid
    as far as both sides' red lines and their releases, and what can be delivered, allow with all other issues as
    agreed. A move gives one side something and takes from the other; V_i is what would be over if the side that gains
    made the other whole in another currency of the package. No ratification is asked for, since the compensation is not
    part of the move.

    Parameters
    ----------
    p : record
        Parameters of the regime.
    pledges : array, shape [levels, PLEDGE_COLUMNS]
        The priced chip purchases.
    package, pledge : array, shapes [MAX_ISSUES] and [PLEDGE_COLUMNS]
        What was agreed; values need not be on the grid.
    deal : array, shape [2]
        What it is worth to the US and the partner.
    left, at : array, shape [MAX_ISSUES]
        Overwritten with V_i and with the value of the issue at which it is had, the agreed one where V_i is 0; NaN for
        an issue that is not on the table.
    """
    moved, rates, ledger = np.empty(MAX_ISSUES), np.empty(SECTOR_COUNT), np.empty((2, MAX_TERMS))
    moved_pledge = np.empty(PLEDGE_COLUMNS)
    moved[:] = package
    moved_pledge[:] = pledge
    for issue in range(MAX_ISSUES):
        left[issue], at[issue] = math.nan, math.nan
        if p.issue_tabled[issue] == 0:
            continue
        left[issue], at[issue] = 0.0, package[issue]
        for level in range(level_count(p, issue)):
            moved[issue] = level_value(p, issue, level)
            if issue == CHIP_PURCHASES:
                moved_pledge[:] = pledges[level]
                if moved_pledge[DELIVERABLE] < 0.5:
                    continue
            if not (respects_red_lines(p, US, moved) and respects_red_lines(p, PARTNER, moved)):
                continue
            package_ledger(p, moved, moved_pledge, rates, ledger)
            gain = (total(ledger[US]) - deal[US]) + (total(ledger[PARTNER]) - deal[PARTNER])
            if gain > left[issue]:
                left[issue], at[issue] = gain, moved[issue]
        moved[issue] = package[issue]
        moved_pledge[:] = pledge


@rule
def compare_deal(p: Record, pledges: Floats, valuation: Record, result: Record) -> None:
    """Write all yardsticks of a deal into its result, which holds package, pledge and payoffs already."""
    result.nash_distance, result.pareto_gap = deal_distances(p, pledges, valuation, result.walk_away, result.payoff)
    at = np.empty(MAX_ISSUES)
    value_left(p, pledges, result.package, result.pledge, result.payoff, result.value_left, at)
