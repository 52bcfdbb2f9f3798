"""Pareto frontiers, solutions and distances on arrays small enough to work out by hand or by brute force."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.records import Floats, Integers
from sim.solutions.frontier_sum import minkowski_frontier
from sim.solutions.points import (
    egalitarian,
    kalai_smorodinsky,
    nash,
    nash_distance,
    nash_linear,
    pareto_frontier,
    pareto_gap,
    utilitarian,
    zone_of_agreement,
)

ORIGIN = np.zeros(2)
ANYTHING = np.full(2, -np.inf)

Solution = Callable[[Floats, Floats], int]
SOLUTIONS: tuple[Solution, ...] = (nash, kalai_smorodinsky, egalitarian, utilitarian)

#: Few distinct values, so that equal and weakly dominated packages are common, and real numbers, so that sums round.
values = st.one_of(st.integers(-3, 3).map(float), st.floats(-100.0, 100.0))


def packages(sides: int, least: int = 0, most: int = 12) -> st.SearchStrategy[Floats]:
    rows = st.lists(st.lists(values, min_size=sides, max_size=sides), min_size=least, max_size=most)
    return rows.map(lambda listed: np.array(listed, np.float64).reshape(-1, sides))


def dominates(rival: Floats, package: Floats) -> bool:
    return bool(np.all(rival >= package) and np.any(rival > package))


def packed(groups: list[Floats]) -> tuple[Floats, Integers]:
    starts = np.cumsum([0, *(len(group) for group in groups)], dtype=np.int64)
    return np.concatenate(groups), starts


def frontier_by_brute_force(groups: list[Floats]) -> list[tuple[float, ...]]:
    """All sums, each added from the first group to the last, of which no other dominates."""
    sums = {tuple(reduce(np.add, combination, np.zeros(2)).tolist()) for combination in itertools.product(*groups)}
    best_first = sorted(sums, reverse=True)
    return [one for one in best_first if not any(dominates(np.array(other), np.array(one)) for other in sums)]


def test_frontier_drops_the_weakly_dominated_and_keeps_the_first_of_equals() -> None:
    payoffs = np.array([[0.0, 3.0], [2.0, 1.0], [2.0, 2.0], [1.0, 2.0], [0.0, 3.0], [3.0, 0.0], [3.0, -1.0]])
    assert pareto_frontier(payoffs).tolist() == [5, 2, 0]


def test_frontier_of_three_sides_keeps_what_is_best_for_the_third() -> None:
    payoffs = np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 1.0], [1.0, 0.0, 0.5], [2.0, 0.0, 0.0], [1.0, 1.0, 0.0]])
    assert pareto_frontier(payoffs).tolist() == [3, 0, 1]


@pytest.mark.parametrize("sides", [2, 3])
def test_frontier_of_nothing_is_empty(sides: int) -> None:
    assert pareto_frontier(np.empty((0, sides))).tolist() == []


@given(st.sampled_from([2, 3]).flatmap(packages))
def test_nothing_on_the_frontier_is_dominated_and_everything_off_it_is(payoffs: Floats) -> None:
    kept = pareto_frontier(payoffs)
    on_frontier = set(kept.tolist())
    for package, payoff in enumerate(payoffs):
        dominated = any(dominates(rival, payoff) for rival in payoffs)
        repeated = any(np.array_equal(earlier, payoff) for earlier in payoffs[:package])
        assert (package in on_frontier) == (not dominated and not repeated)
    assert np.all(np.diff(payoffs[kept, 0]) <= 0.0)


def test_zone_of_agreement_includes_the_reservation_itself() -> None:
    payoffs = np.array([[1.0, 2.0], [1.0, 1.9], [0.9, 3.0], [2.0, 3.0], [math.nan, 3.0]])
    assert zone_of_agreement(payoffs, np.array([1.0, 2.0])).tolist() == [True, False, False, True, False]


@pytest.mark.parametrize("solution", SOLUTIONS)
def test_no_package_beyond_disagreement_is_no_solution(solution: Solution) -> None:
    assert solution(np.array([[-1.0, 5.0], [5.0, -1.0]]), ORIGIN) == -1
    assert solution(np.empty((0, 2)), ORIGIN) == -1


@pytest.mark.parametrize("solution", SOLUTIONS)
def test_of_equal_packages_the_first_is_taken(solution: Solution) -> None:
    assert solution(np.array([[0.0, 1.0], [2.0, 2.0], [2.0, 2.0]]), ORIGIN) == 1


def test_solutions_of_a_case_worked_by_hand() -> None:
    disagreement = np.array([1.0, 1.0])
    # Gains 1 x 5, 2 x 3 and 4 x 1.2; the first two packages are worse than disagreement for one side.
    payoffs = np.array([[0.9, 6.0], [101.0, 0.9], [2.0, 6.0], [3.0, 4.0], [5.0, 2.2]])
    assert nash(payoffs, disagreement) == 3
    assert nash(payoffs, disagreement, np.array([0.8, 0.2])) == 4
    assert nash(payoffs, disagreement, np.array([1.0, 0.0])) == 4
    assert kalai_smorodinsky(payoffs, disagreement) == 3
    assert egalitarian(payoffs, disagreement) == 3
    assert utilitarian(payoffs, disagreement) == 2


@pytest.mark.parametrize("solution", SOLUTIONS)
def test_where_one_side_cannot_gain_the_other_gets_all_there_is(solution: Solution) -> None:
    payoffs = np.array([[0.0, 0.0], [0.0, 1.0], [0.0, 4.0], [0.0, 3.0]])
    assert solution(payoffs, ORIGIN) == 2
    assert solution(np.ascontiguousarray(payoffs[:, ::-1]), ORIGIN) == 2


def test_equal_smallest_gains_are_told_apart_by_the_next_smallest() -> None:
    payoffs = np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [1.0, 4.0, 2.0], [2.0, 1.0, 4.0], [1.0, 1.0, 9.0]])
    assert egalitarian(payoffs, np.zeros(3)) == 2
    # Ideals 3, 4 and 9: the smallest shares are 1/3, 1/9, 2/9, 1/4 and 1/4.
    assert kalai_smorodinsky(payoffs, np.zeros(3)) == 0


def test_linear_nash_has_no_point_when_disagreement_is_beyond_the_frontier() -> None:
    assert nash_linear(1.0, 1.0, 1.0, (0.6, 0.6)) is None
    assert nash_linear(1.0, 1.0, 1.0, (0.5, 0.5)) == (0.5, 0.5)


def test_linear_nash_refuses_what_is_no_frontier_or_no_bargaining_power() -> None:
    with pytest.raises(ValueError, match="a = -1"):
        nash_linear(-1.0, 1.0, 1.0, (0.0, 0.0))
    with pytest.raises(ValueError, match=r"theta = 1\.5"):
        nash_linear(1.0, 1.0, 1.0, (0.0, 0.0), theta=1.5)


def test_distance_is_euclidean() -> None:
    assert nash_distance(np.array([4.0, -1.0]), np.array([1.0, 3.0])) == 5.0
    assert nash_distance(np.array([1.0, 2.0, 2.0]), np.zeros(3)) == 3.0


def test_gap_is_the_gain_still_open_to_every_side_at_once() -> None:
    frontier = np.array([[4.0, 0.0], [3.0, 2.5], [0.0, 3.0]])
    assert pareto_gap(np.array([1.0, 1.0]), frontier) == 1.5
    assert pareto_gap(np.array([2.0, 2.5]), frontier) == 0.0
    assert pareto_gap(np.array([3.0, 2.5]), frontier) == 0.0
    assert pareto_gap(np.array([9.0, 9.0]), frontier) == 0.0
    assert pareto_gap(np.array([1.0, 1.0]), np.empty((0, 2))) == 0.0


@given(packages(2, least=1), st.lists(values, min_size=2, max_size=2))
def test_there_is_a_gap_exactly_when_a_package_is_better_for_every_side(payoffs: Floats, outcome: list[float]) -> None:
    payoff = np.array(outcome)
    frontier = payoffs[pareto_frontier(payoffs)]
    assert (pareto_gap(payoff, frontier) > 0.0) == bool(np.any(np.all(payoffs > payoff, axis=1)))


def test_frontier_of_sums_worked_by_hand() -> None:
    tariff = np.array([[0.0, 0.0], [2.0, -1.0], [1.0, -1.0]])
    purchases = np.array([[0.0, 0.0], [3.0, -1.0], [5.0, -4.0]])
    options, starts = packed([tariff, purchases])
    payoffs, choices = minkowski_frontier(options, starts, ANYTHING)
    assert payoffs.tolist() == [[7.0, -5.0], [5.0, -2.0], [3.0, -1.0], [0.0, 0.0]]
    assert choices.tolist() == [[1, 2], [1, 1], [0, 1], [0, 0]]


@given(st.lists(packages(2, least=1, most=5), min_size=1, max_size=4))
def test_frontier_of_sums_is_that_of_every_combination(groups: list[Floats]) -> None:
    payoffs, choices = minkowski_frontier(*packed(groups), ANYTHING)
    assert [tuple(payoff) for payoff in payoffs.tolist()] == frontier_by_brute_force(groups)
    for payoff, choice in zip(payoffs, choices, strict=True):
        taken = [group[option] for group, option in zip(groups, choice, strict=True)]
        assert np.array_equal(reduce(np.add, taken, np.zeros(2)), payoff)


@given(st.lists(packages(2, least=1, most=5), min_size=1, max_size=4), st.lists(values, min_size=2, max_size=2))
def test_reservation_keeps_the_part_of_the_frontier_in_the_zone(groups: list[Floats], worth: list[float]) -> None:
    reservation = np.array(worth)
    whole, _ = minkowski_frontier(*packed(groups), ANYTHING)
    part, choices = minkowski_frontier(*packed(groups), reservation)
    assert part.tolist() == whole[zone_of_agreement(whole, reservation)].tolist()
    assert choices.shape == (len(part), len(groups))


@pytest.mark.parametrize("empty", [0, 1])
def test_a_group_without_options_leaves_no_package(empty: int) -> None:
    groups = [np.array([[1.0, 1.0]]), np.array([[2.0, 2.0]])]
    groups[empty] = np.empty((0, 2))
    payoffs, choices = minkowski_frontier(*packed(groups), ANYTHING)
    assert payoffs.shape == (0, 2)
    assert choices.shape == (0, 2)


@pytest.mark.parametrize("payoff", [math.nan, -math.inf, 1e301])
def test_payoffs_that_cannot_be_added_are_refused(payoff: float) -> None:
    options, starts = packed([np.array([[0.0, 1.0]]), np.array([[1.0, payoff]])])
    with pytest.raises(ValueError, match="leave out an option"):
        minkowski_frontier(options, starts, ANYTHING)
