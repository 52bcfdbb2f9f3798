"""The searches find a planted hole that chance does not find, at the same number of points."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Final, cast

import numpy as np
import pytest

from experiments.lab.designs import sobol_points
from experiments.lab.measures import AimName
from experiments.questions.stress.search import fill_map, population, worst_case
from experiments.questions.stress.search_state import REPLY, ROUND, SCORES, SearchState
from experiments.statistics.resampling import seed_for
from sim.records import Floats

#: Share of the space that is the hole, and points of a search: chance meets it in one of eight searches or so.
HOLE: Final = 1e-4
POINTS: Final = 1_200


class _Planted:
    """A state in which the score of `aim` rises towards a small cube, and that of every other aim away from it."""

    def __init__(self, width: int, seed: int, aim: AimName) -> None:
        self.seed, self.aim = seed, aim
        self.half = 0.5 * HOLE ** (1 / width)
        self.middle = np.random.default_rng(seed).uniform(self.half, 1 - self.half, width)
        config = SimpleNamespace(calendar=SimpleNamespace(round_limit=10))
        space = SimpleNamespace(
            width=width, config=config, opponents=("one",), round_bins=5, family=lambda genes: np.zeros(len(genes), int)
        )
        self.arena = SimpleNamespace(space=space)
        self.genes = np.empty((0, width))
        self.answers = np.empty((0, REPLY + 1))

    def evaluate(self, genes: Floats, aim: AimName) -> Floats:
        assert aim == self.aim
        answer = np.zeros((len(genes), REPLY + 1))
        distance = np.abs(genes - self.middle).max(axis=1)
        answer[:, list(SCORES.values())] = distance[:, np.newaxis]
        answer[:, SCORES[aim]] = -distance
        answer[:, ROUND] = 1 + (genes[:, 0] * 9).round()
        self.genes, self.answers = np.concatenate([self.genes, genes]), np.concatenate([self.answers, answer])
        return answer

    def is_found(self, genes: Floats) -> bool:
        return bool((np.abs(genes - self.middle).max(axis=1) <= self.half).any())


@pytest.mark.parametrize("aim", ["gain", "exploited"])
@pytest.mark.parametrize(("search", "width", "least"), [(worst_case, 2, 9), (worst_case, 6, 9), (fill_map, 6, 8)])
def test_a_hole_of_one_in_ten_thousand_is_found_where_chance_misses_it(
    search: Callable[[SearchState, AimName, int], None], width: int, least: int, aim: AimName
) -> None:
    found = by_chance = spread = 0
    for seed in range(1, 11):
        state = _Planted(width, seed, aim)
        search(cast(SearchState, state), aim, POINTS)
        assert len(state.genes) <= POINTS
        assert ((state.genes >= 0) & (state.genes <= 1)).all()
        found += state.is_found(state.genes)
        count = len(state.genes)
        by_chance += state.is_found(np.random.default_rng(seed + 100).random((count, width)))
        spread += state.is_found(sobol_points(count, width, seed + 200))
    assert found >= least
    # Ten searches by chance find it once or twice; five or more have a chance of 1 in 400.
    assert max(by_chance, spread) < 5


@pytest.mark.parametrize("points", [24, 95, 192, 1_000, 8_001, 20_000])
def test_a_search_asks_for_no_more_points_than_it_has(points: int) -> None:
    for search in (worst_case, fill_map):
        state = _Planted(3, 1, "gain")
        search(cast(SearchState, state), "gain", points)
        assert points - population(points) < len(state.genes) <= points


def test_the_map_goes_on_from_what_was_played_before() -> None:
    corner = np.full((1, 4), 0.95)
    near = {}
    for known in (True, False):
        state = _Planted(4, 1, "gain")
        if known:
            state.evaluate(corner, "gain")
        fill_map(cast(SearchState, state), "gain", 200)
        near[known] = int((np.abs(state.genes - corner).max(axis=1) < 0.3).sum()) - known
    # The emitters start in the middle of the space, 0.45 away, unless there is a point to start from.
    assert near[True] >= 10
    assert near[False] <= 2


def test_seeds_of_searches_differ_by_name() -> None:
    names = ("stress.worst.gain", "stress.worst.regret", "stress.map.gain", "stress.confirm")
    assert len({seed_for(1, name) for name in names}) == len(names)
    starts: list[Any] = [sobol_points(16, 3, seed_for(1, name)) for name in names]
    assert all(not np.array_equal(one, other) for one in starts for other in starts if one is not other)
