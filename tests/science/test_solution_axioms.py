"""The axioms that single out each bargaining solution, for two and for three sides.

Whole numbers throughout, whose sums, products and equal quotients floating point gives exactly: no tolerance is needed.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.records import Floats
from sim.solutions.points import asymmetric_nash, egalitarian, kalai_smorodinsky, nash, pareto_frontier, utilitarian

SIDES = st.sampled_from([2, 3])


def packages(sides: int) -> st.SearchStrategy[Floats]:
    row = st.lists(st.integers(-3, 12), min_size=sides, max_size=sides)
    return st.lists(row, min_size=1, max_size=15).map(lambda rows: np.array(rows, np.float64))


def every_side_can_gain(payoffs: Floats) -> bool:
    return bool(np.any(np.all(payoffs > 0.0, axis=1)))


def comprehensive(payoffs: Floats) -> Floats:
    """All whole-number payoffs at or above zero that some package weakly dominates: free disposal, on a grid."""
    highest = payoffs.max(axis=0).astype(int)
    grid = np.stack(np.meshgrid(*(np.arange(top + 1) for top in highest), indexing="ij"), axis=-1)
    candidates = grid.reshape(-1, payoffs.shape[1]).astype(np.float64)
    below = np.any(np.all(candidates[:, np.newaxis] <= payoffs[np.newaxis], axis=2), axis=1)
    return candidates[below]


def dominates(rival: Floats, package: Floats) -> bool:
    return bool(np.all(rival >= package) and np.any(rival > package))


@given(SIDES.flatmap(packages))
def test_off_the_frontier_is_dominated_by_something_on_it(payoffs: Floats) -> None:
    kept = set(pareto_frontier(payoffs).tolist())
    for package in range(len(payoffs)):
        over = [place for place in kept if dominates(payoffs[place], payoffs[package])]
        same = [place for place in kept if np.array_equal(payoffs[place], payoffs[package])]
        assert not over if package in kept else over or same


@given(SIDES.flatmap(packages), st.data())
def test_nash_is_invariant_to_units_and_zeros(payoffs: Floats, data: st.DataObject) -> None:
    assume(every_side_can_gain(payoffs))
    sides = payoffs.shape[1]
    scale = np.array(data.draw(st.lists(st.integers(1, 9), min_size=sides, max_size=sides)), np.float64)
    shift = np.array(data.draw(st.lists(st.integers(-50, 50), min_size=sides, max_size=sides)), np.float64)
    for solution in (nash, kalai_smorodinsky):
        assert solution(payoffs * scale + shift, shift) == solution(payoffs, np.zeros(sides))


@given(SIDES.flatmap(packages), st.data())
def test_nash_ignores_alternatives_that_it_would_not_choose(payoffs: Floats, data: st.DataObject) -> None:
    disagreement = np.zeros(payoffs.shape[1])
    chosen = nash(payoffs, disagreement)
    assume(chosen >= 0)
    kept = sorted({chosen, *data.draw(st.lists(st.integers(0, len(payoffs) - 1)))})
    assert kept[nash(payoffs[kept], disagreement)] == chosen


@given(SIDES.flatmap(packages))
@pytest.mark.parametrize("solution", [nash, kalai_smorodinsky, egalitarian])
def test_a_symmetric_set_with_an_equal_best_is_split_equally(solution: object, payoffs: Floats) -> None:
    """All permutations of every package, and the diagonal at the height at which it beats their sums."""
    assert callable(solution)
    assume(every_side_can_gain(payoffs))
    sides = payoffs.shape[1]
    orders = [(0, 1), (1, 0)] if sides == 2 else [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]
    turned = np.concatenate([payoffs[:, order] for order in orders])
    middle = np.full((1, sides), np.ceil(turned.sum(axis=1).max() / sides))
    symmetric = np.concatenate([turned, middle])
    chosen = symmetric[solution(symmetric, np.zeros(sides))]
    assert chosen.tolist() == middle[0].tolist()


@given(st.integers(1, 99), st.integers(1, 99))
def test_asymmetric_nash_gives_each_side_its_power_of_a_pie(power: int, other: int) -> None:
    share = np.arange(101) / 100
    pie = np.column_stack([share, 1.0 - share])
    chosen = [pie[asymmetric_nash(pie, np.zeros(2), k / 100), 0] for k in (power, other)]
    # The peak lies on the grid; neighbours of it may win by rounding of their logarithms, never by more than a step.
    assert chosen[0] == pytest.approx(power / 100, abs=0.0101)
    assert (chosen[0] >= chosen[1]) == (power >= other) or abs(power - other) <= 2


@given(SIDES.flatmap(packages), st.data())
def test_egalitarian_is_strongly_monotone(payoffs: Floats, data: st.DataObject) -> None:
    """Whatever is added, no side is hurt: the smallest gain, all sides' gain under free disposal, does not fall."""
    sides = payoffs.shape[1]
    assume(every_side_can_gain(payoffs))
    more = np.concatenate([payoffs, data.draw(packages(sides))])
    before, after = (found[egalitarian(found, np.zeros(sides))] for found in (payoffs, more))
    assert after.min() >= before.min()
    small, large = comprehensive(payoffs), comprehensive(more)
    common = [min(found[egalitarian(found, np.zeros(sides))]) for found in (small, large)]
    assert common[1] >= common[0]


@pytest.mark.parametrize("gainer", [0, 1])
@given(packages(2), st.data())
def test_kalai_smorodinsky_is_individually_monotone(gainer: int, payoffs: Floats, data: st.DataObject) -> None:
    """Equal ideals and more for one side at each level of the other: its smallest share does not fall.

    On indivisible packages the solution lies beside the line to the ideals, and what does not fall is the share that
    both reach; on a continuous set that is each side's payoff (tests of the solution concepts).
    """
    assume(every_side_can_gain(payoffs))
    raised = payoffs.copy()
    steps = data.draw(st.lists(st.integers(0, 4), min_size=len(payoffs), max_size=len(payoffs)))
    ideal = payoffs[np.all(payoffs >= 0.0, axis=1)].max(axis=0)
    raised[:, gainer] = np.minimum(raised[:, gainer] + steps, np.maximum(ideal[gainer], raised[:, gainer]))
    zone = raised[np.all(raised >= 0.0, axis=1)]
    assume(np.array_equal(zone.max(axis=0), ideal))
    shares = [
        float((found[kalai_smorodinsky(found, np.zeros(2))] / ideal).min())
        for found in (payoffs, np.concatenate([payoffs, raised]))
    ]
    assert shares[1] >= shares[0]


@given(SIDES.flatmap(packages))
def test_the_utilitarian_sum_is_the_largest_and_nash_the_largest_product(payoffs: Floats) -> None:
    disagreement = np.zeros(payoffs.shape[1])
    zone = payoffs[np.all(payoffs >= 0.0, axis=1)]
    assume(len(zone))
    assert payoffs[utilitarian(payoffs, disagreement)].sum() == zone.sum(axis=1).max()
    assert payoffs[nash(payoffs, disagreement)].prod() == zone.prod(axis=1).max()
