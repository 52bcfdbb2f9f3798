"""Win-sets and the best deals within them, on small arrays and on a domain of three sides written down by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.records import Floats
from sim.solutions.points import egalitarian, kalai_smorodinsky, nash, pareto_frontier, utilitarian
from sim.solutions.win_sets import best_for, count_pairs, sizes, win_set

#: Three sides over a dam: how high it is (0, 1 or 2), and who pays for it (A, B or C). Payoffs of power, farm and town
#: are what height brings them, 6, 3 and 1 a step, less 3 for whoever pays; no dam costs nobody anything.
DAM = np.array(
    [
        [0.0, 0.0, 0.0],
        [6.0 - 3.0, 3.0, 1.0],
        [6.0, 3.0 - 3.0, 1.0],
        [6.0, 3.0, 1.0 - 3.0],
        [12.0 - 3.0, 6.0, 2.0],
        [12.0, 6.0 - 3.0, 2.0],
        [12.0, 6.0, 2.0 - 3.0],
    ]
)
NEEDS = np.array([1.0, 2.0, 0.0])

eighths = st.integers(-40, 40).map(lambda k: k / 8)


def rows(least: int = 0) -> st.SearchStrategy[Floats]:
    listed = st.lists(st.tuples(eighths, eighths), min_size=least, max_size=9)
    return listed.map(lambda pairs: np.array(pairs, np.float64).reshape(-1, 2))


def test_win_sets_of_three_sides() -> None:
    assert win_set(DAM, 0, 1.0).tolist() == [False, True, True, True, True, True, True]
    assert win_set(DAM, 1, 2.0).tolist() == [False, True, False, True, True, True, True]
    assert win_set(DAM, 2, 0.0).tolist() == [True, True, True, False, True, True, False]
    counted = sizes(DAM, NEEDS)
    assert tuple(counted) == (7, (6, 5, 5), 3)
    shares, zone = counted.shares()
    assert shares == pytest.approx((6 / 7, 5 / 7, 5 / 7))
    assert zone == pytest.approx(3 / 7)


def test_best_for_each_of_three_sides_within_what_the_others_ratify() -> None:
    assert [best_for(DAM, side, NEEDS) for side in range(3)] == [5, 4, 5]
    # Who pays for the high dam is all the same to the town if it does not: power, the first of the others, decides.
    assert best_for(DAM, 2, np.array([0.0, 4.0, 0.0])) == 4


def test_every_concept_takes_the_domain_of_three_sides() -> None:
    disagreement = np.zeros(3)
    assert pareto_frontier(DAM).tolist() == [5, 6, 4]
    # Products 9 x 6 x 2, 12 x 3 x 2; the rest has a side below zero or less for everyone.
    assert nash(DAM, disagreement) == 4
    assert nash(DAM, disagreement, np.array([0.8, 0.1, 0.1])) == 5
    # Ideals 12, 6 and 2: smallest shares 9/12 and 3/6.
    assert kalai_smorodinsky(DAM, disagreement) == 4
    assert egalitarian(DAM, disagreement) == 4
    assert utilitarian(DAM, disagreement) == 4


def test_without_a_package_that_the_others_ratify_there_is_no_best() -> None:
    assert best_for(DAM, 0, np.array([0.0, 9.0, 0.0])) == -1
    assert sizes(DAM, np.array([0.0, 9.0, 0.0])).zone == 0
    assert sizes(np.empty((0, 2)), np.zeros(2)).shares() == ((0.0, 0.0), 0.0)


def test_a_payoff_that_is_no_number_is_in_no_win_set() -> None:
    payoffs = np.array([[np.nan, 1.0], [1.0, 1.0]])
    assert best_for(payoffs, 0, np.zeros(2)) == 1
    assert sizes(payoffs, np.zeros(2)) == (2, (1, 2), 1)


@given(rows(least=1), st.sampled_from([0, 1]), eighths)
def test_the_best_deal_is_the_best_of_the_others_win_set(payoffs: Floats, side: int, needs: float) -> None:
    reservation = np.full(2, needs)
    place = best_for(payoffs, side, reservation)
    inside = payoffs[win_set(payoffs, 1 - side, needs)]
    if not len(inside):
        assert place == -1
        return
    assert payoffs[place, side] == inside[:, side].max()
    assert payoffs[place, 1 - side] == inside[inside[:, side] == inside[:, side].max(), 1 - side].max()


@given(rows(), rows(), st.tuples(eighths, eighths) | st.just((-np.inf, 0.0)) | st.just((-np.inf, -np.inf)))
def test_pairs_are_counted_as_if_they_were_listed(one: Floats, other: Floats, needs: tuple[float, float]) -> None:
    listed = (one[:, np.newaxis] + other[np.newaxis]).reshape(-1, 2)
    assert count_pairs(one, other, np.array(needs)) == int(np.all(listed >= np.array(needs), axis=1).sum())
