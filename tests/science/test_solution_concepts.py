"""Bargaining solutions against closed forms and against the axioms that define them.

Packages are points of a grid, so a solution of the continuous problem is met to within one step of the grid. Axioms are
checked on whole numbers, whose sums, products and equal quotients floating point gives exactly: they need no tolerance.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.records import Floats
from sim.solutions.points import (
    egalitarian,
    kalai_smorodinsky,
    nash,
    nash_linear,
    pareto_frontier,
    utilitarian,
    zone_of_agreement,
)

ORIGIN = np.zeros(2)

#: Error of a few additions and divisions of numbers of order one to ten.
ROUNDING = 1e-12

Solution = Callable[[Floats, Floats], int]
SOLUTIONS: tuple[Solution, ...] = (nash, kalai_smorodinsky, egalitarian, utilitarian)
INVARIANT_TO_SCALE: tuple[Solution, ...] = (nash, kalai_smorodinsky)


def whole_number_packages(sides: int) -> st.SearchStrategy[Floats]:
    row = st.lists(st.integers(-5, 20), min_size=sides, max_size=sides)
    return st.lists(row, min_size=1, max_size=15).map(lambda rows: np.array(rows, np.float64))


def every_side_can_gain(payoffs: Floats) -> bool:
    """Nash's theorem supposes a package that is better than disagreement, here the origin, for every side."""
    return bool(np.any(np.all(payoffs > 0.0, axis=1)))


def linear_frontier(a: float, b: float, c: float, disagreement: Floats, steps: int) -> Floats:
    """Points of a u1 + b u2 = c from the first side's disagreement payoff to the second side's."""
    first = np.linspace(disagreement[0], (c - b * disagreement[1]) / a, steps + 1)
    return np.column_stack([first, (c - a * first) / b])


def unit_pie(steps: int) -> Floats:
    second = np.arange(steps + 1)
    return np.column_stack([steps - second, second]) / steps


def test_nash_on_a_linear_frontier() -> None:
    assert nash_linear(1.0, 2.0, 10.0, (1.0, 1.0)) == (4.5, 2.75)
    assert nash_linear(1.0, 2.0, 10.0, (1.0, 1.0), theta=0.3) == pytest.approx((3.1, 3.45), abs=ROUNDING)


@pytest.mark.parametrize("theta", [0.1, 0.3, 0.5, 0.8])
def test_nash_among_packages_meets_the_linear_closed_form(theta: float) -> None:
    disagreement = np.array([1.0, 1.0])
    steps = 1000
    payoffs = linear_frontier(1.0, 2.0, 10.0, disagreement, steps)
    chosen = payoffs[nash(payoffs, disagreement, np.array([theta, 1.0 - theta]))]
    # The product is single-peaked along the line, so the best point is a neighbour of the peak: one step of 7/1000.
    assert chosen == pytest.approx(nash_linear(1.0, 2.0, 10.0, (1.0, 1.0), theta), abs=7.0 / steps)


def test_solutions_on_the_truncated_triangle() -> None:
    # All of {u1 + u2 <= 1, u2 <= 1/2} on a grid of steps of 1/500, not its frontier alone; 1/3 is not on the grid.
    steps = 500
    first, second = np.meshgrid(np.arange(steps + 1), np.arange(steps // 2 + 1), indexing="ij")
    inside = first + second <= steps
    payoffs = np.column_stack([first[inside], second[inside]]) / steps
    within_a_step = 1.0 / steps
    assert payoffs[kalai_smorodinsky(payoffs, ORIGIN)] == pytest.approx((2 / 3, 1 / 3), abs=within_a_step)
    assert payoffs[nash(payoffs, ORIGIN)] == pytest.approx((1 / 2, 1 / 2), abs=within_a_step)
    assert payoffs[egalitarian(payoffs, ORIGIN)] == pytest.approx((1 / 2, 1 / 2), abs=within_a_step)


@given(st.floats(0.1, 10.0), st.floats(0.1, 10.0), st.floats(-20.0, 20.0), st.floats(-20.0, 20.0), st.floats(0.1, 50.0))
def test_nash_and_kalai_smorodinsky_agree_on_a_full_linear_frontier(
    a: float, b: float, first: float, second: float, surplus: float
) -> None:
    disagreement = np.array([first, second])
    steps = 200
    payoffs = linear_frontier(a, b, a * first + b * second + surplus, disagreement, steps)
    half_the_ideal_gains = np.array([surplus / a, surplus / b]) / 2
    # The midpoint is on the grid, but its neighbours may win by rounding: one step, 1/200 of each ideal gain.
    step = 2 * half_the_ideal_gains / steps * (1 + ROUNDING)
    for solution in (nash, kalai_smorodinsky):
        gains = payoffs[solution(payoffs, disagreement)] - disagreement
        assert np.all(np.abs(gains - half_the_ideal_gains) <= step + ROUNDING * 1e3)


@pytest.mark.parametrize(
    ("margin", "split"),
    [(0.0, (0.5, 0.5)), (0.3, (0.5, 0.5)), (0.5, (0.5, 0.5)), (0.6, (0.4, 0.6)), (0.9, (0.1, 0.9)), (1.0, (0.0, 1.0))],
)
def test_ratification_margin_gives_the_second_side_the_larger_of_half_and_its_margin(
    margin: float, split: tuple[float, float]
) -> None:
    pie = unit_pie(steps=1000)
    ratified = pie[zone_of_agreement(pie, np.array([0.0, margin]))]
    # Every split is a point of the grid, so only rounding of the thousandths remains.
    assert ratified[nash(ratified, ORIGIN)] == pytest.approx(split, abs=ROUNDING)


def test_ratification_margin_above_the_pie_leaves_no_deal() -> None:
    pie = unit_pie(steps=1000)
    ratified = pie[zone_of_agreement(pie, np.array([0.0, 1.001]))]
    assert nash(ratified, ORIGIN) == -1


def test_ratification_margin_is_not_a_better_disagreement_point() -> None:
    pie = unit_pie(steps=1000)
    # As a disagreement point, .6 would also win half of the surplus above it.
    assert pie[nash(pie, np.array([0.0, 0.6]))] == pytest.approx((0.2, 0.8), abs=ROUNDING)


@pytest.mark.parametrize("solution", SOLUTIONS)
@given(st.sampled_from([2, 3]).flatmap(whole_number_packages))
def test_solution_is_on_the_frontier_and_in_the_zone_of_agreement(solution: Solution, payoffs: Floats) -> None:
    disagreement = np.zeros(payoffs.shape[1])
    chosen = solution(payoffs, disagreement)
    assert (chosen == -1) == (not zone_of_agreement(payoffs, disagreement).any())
    if chosen >= 0:
        assert np.all(payoffs[chosen] >= disagreement)
        assert payoffs[chosen].tolist() in payoffs[pareto_frontier(payoffs)].tolist()


@pytest.mark.parametrize("solution", INVARIANT_TO_SCALE)
@given(
    whole_number_packages(2),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.tuples(st.integers(-50, 50), st.integers(-50, 50)),
)
def test_units_and_zero_of_a_payoff_do_not_matter(
    solution: Solution, payoffs: Floats, scale: tuple[int, int], shift: tuple[int, int]
) -> None:
    assume(every_side_can_gain(payoffs))
    restated = payoffs * np.array(scale) + np.array(shift)
    assert solution(restated, np.array(shift, np.float64)) == solution(payoffs, ORIGIN)


@pytest.mark.parametrize("solution", SOLUTIONS)
@given(whole_number_packages(2))
def test_which_side_comes_first_does_not_matter(solution: Solution, payoffs: Floats) -> None:
    assert solution(np.ascontiguousarray(payoffs[:, ::-1]), ORIGIN) == solution(payoffs, ORIGIN)


@pytest.mark.parametrize("solution", SOLUTIONS)
@given(st.integers(1, 100), st.integers(1, 4))
def test_a_symmetric_set_is_split_equally(solution: Solution, steps: int, power: int) -> None:
    # The curve u1^n + u2^n = 1 with its middle on the grid.
    share = np.arange(2 * steps + 1) / (2 * steps)
    payoffs = np.column_stack([share ** (1 / power), (1 - share) ** (1 / power)])
    first, second = payoffs[solution(payoffs, ORIGIN)]
    # On the straight line every split has the same sum, and rounding decides for the utilitarian.
    assert first == second or (solution is utilitarian and power == 1)


@given(whole_number_packages(2), st.data())
def test_nash_ignores_packages_that_it_would_not_choose(payoffs: Floats, data: st.DataObject) -> None:
    chosen = nash(payoffs, ORIGIN)
    assume(chosen >= 0)
    others = [package for package in range(len(payoffs)) if package != chosen]
    kept = sorted({chosen, *data.draw(st.lists(st.sampled_from(others)) if others else st.just([]))})
    assert kept[nash(payoffs[kept], ORIGIN)] == chosen


def concave_frontier(lines: list[tuple[int, int]], level: Floats) -> Floats:
    """First side's best payoff at each level of the second side's: the lowest of lines a - b u2, none below zero."""
    ideal = level[-1]
    heights = np.array([extra + slope * (ideal - level) for slope, extra in lines], np.float64)
    lowest: Floats = heights.min(axis=0)
    return lowest


@pytest.mark.parametrize("gainer", [0, 1])
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 10), st.integers(0, 10)), min_size=1, max_size=4),
    st.integers(1, 10),
)
def test_kalai_smorodinsky_never_hurts_the_side_in_whose_favour_the_set_grows(
    gainer: int, lines: list[tuple[int, int, int]], ideal: int
) -> None:
    level = np.linspace(0.0, ideal, 401)
    before = concave_frontier([(slope, extra) for slope, extra, _ in lines], level)
    after = concave_frontier([(slope, extra + gain) for slope, extra, gain in lines], level)
    chosen, slack = [], 0.0
    for best in (before, after):
        payoffs = np.column_stack([best, level] if gainer == 0 else [level, best])
        place = kalai_smorodinsky(payoffs, ORIGIN)
        chosen.append(best[place])
        # The crossing of the two shares lies between the chosen point and a neighbour: one step of the frontier each.
        slack += float(np.max(np.abs(np.diff(best[max(place - 1, 0) : place + 2]))))
    assert chosen[1] >= chosen[0] - slack - ROUNDING
