"""The keyed order: a bijection for every size, every order equally likely, and names independent of each other."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from experiments.statistics.permutation import permuted

SEEDS = st.integers(0, 2**63 - 1)


@given(seed=SEEDS, total=st.integers(1, 5_000))
@example(seed=1, total=1)
@example(seed=1, total=2)
@example(seed=1, total=3)
@example(seed=1, total=4_095)
@example(seed=1, total=4_096)
@example(seed=1, total=4_097)
@example(seed=1, total=65_536)
@example(seed=1, total=100_003)
@settings(max_examples=60)
def test_every_number_has_one_place(seed: int, total: int) -> None:
    assert np.array_equal(np.sort(permuted(seed, "order", total, 0, total)), np.arange(total))


@given(seed=SEEDS, total=st.integers(1, 3_000), data=st.data())
@settings(max_examples=60)
def test_a_part_equals_the_slice_of_the_whole(seed: int, total: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, total))
    count = data.draw(st.integers(0, total - first))
    whole = permuted(seed, "order", total, 0, total)
    assert np.array_equal(permuted(seed, "order", total, first, count), whole[first : first + count])


def test_far_places_of_huge_orders_are_distinct_and_inside() -> None:
    for total in (10**15, 2**61 + 1, 2**62):
        found = permuted(1, "order", total, total - 1_000, 1_000)
        assert len(set(found.tolist())) == 1_000
        assert found.min() >= 0
        assert found.max() < total
        # Of 1,000 uniform numbers hardly ever none lies in the lowest or highest hundredth: 2 (0.99^1000) = 1e-4.
        assert found.min() < total / 100
        assert found.max() > total - total / 100


def test_the_order_is_pinned_across_platforms_and_versions() -> None:
    assert permuted(1, "order", 10, 0, 10).tolist() == PINNED
    assert permuted(1, "order", 10**9, 123_456_789, 3).tolist() == PINNED_FAR


PINNED = [0, 2, 6, 9, 5, 8, 7, 3, 4, 1]
PINNED_FAR = [17838282, 808547310, 512579617]


@pytest.mark.parametrize("total", [2, 3, 4, 5])
def test_every_order_of_a_few_numbers_is_equally_likely(total: int) -> None:
    keys = 4_000
    seen = Counter(tuple(permuted(seed, "order", total, 0, total)) for seed in range(keys))
    assert len(seen) == math.factorial(total)
    assert stats.chisquare(list(seen.values())).pvalue > 1e-3


@pytest.mark.parametrize("total", [7, 16, 33])
def test_each_number_is_equally_likely_at_each_place_and_so_is_each_neighbour(total: int) -> None:
    keys = 3_000
    places, neighbours = np.zeros((total, total)), np.zeros(total)
    for seed in range(keys):
        order = permuted(seed, "order", total, 0, total)
        places[np.arange(total), order] += 1
        neighbours[(order[1] - order[0]) % total] += 1
    excess = (places - keys / total) ** 2 / (keys / total)
    # Rows and columns sum to the number of keys, which leaves (total - 1)^2 degrees of freedom.
    assert stats.chi2.sf(excess.sum(), (total - 1) ** 2) > 1e-3
    assert neighbours[0] == 0
    assert stats.chisquare(neighbours[1:]).pvalue > 1e-3


@pytest.mark.parametrize("total", [4_097, 100_003, 2**20])
def test_a_long_order_shows_no_pattern(total: int) -> None:
    order = permuted(5, "order", total, 0, total)
    other = permuted(5, "another order", total, 0, total)
    bound = 5 / np.sqrt(total)  # five standard errors of a correlation of independent draws
    assert abs(np.corrcoef(order[1:], order[:-1])[0, 1]) < bound
    assert abs(np.corrcoef(order, np.arange(total))[0, 1]) < bound
    assert abs(np.corrcoef(order, other)[0, 1]) < bound
    cells = np.histogram2d(order, other, bins=16)[0].ravel()
    assert stats.chisquare(cells).pvalue > 1e-3
    # Numbers that follow each other are as far apart as independent ones: uniform modulo the size.
    steps = np.diff(order) % total
    assert stats.kstest(steps[::7] / total, "uniform").pvalue > 1e-3


def test_seeds_and_names_give_other_orders() -> None:
    orders = {tuple(permuted(seed, name, 40, 0, 40)) for seed in (1, 2) for name in ("a", "b")}
    assert len(orders) == 4


@pytest.mark.parametrize(
    ("total", "first", "count", "what"),
    [
        (0, 0, 0, "total must be from 1"),
        (2**62 + 1, 0, 1, "total must be from 1"),
        (5, -1, 2, "are not all among the 5"),
        (5, 4, 2, "places 4 to 5 are not all among the 5"),
        (5, 0, -1, "are not all among the 5"),
    ],
)
def test_impossible_places_are_refused(total: int, first: int, count: int, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        permuted(1, "order", total, first, count)
