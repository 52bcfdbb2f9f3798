"""Frontier and solution points of discrete scenarios equal those that NegMAS computes for them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from negmas.outcomes import make_issue
from negmas.preferences import LinearAdditiveUtilityFunction, MappingUtilityFunction
from negmas.preferences.ops import kalai_points, ks_points, max_welfare_points, nash_points, pareto_frontier

from experiments.config.load import load_config
from experiments.questions.solve.problem import played
from sim.bargaining.valuation import package_value
from sim.issues import MAX_ISSUES
from sim.records import Floats
from sim.solutions import points as ours
from tests.tree import CONFIGS

#: Both add and multiply a handful of numbers below 100.
TOLERANCE = 1e-9

#: Values of the issues of the additive scenarios.
SHAPE = (5, 4, 6, 3)


def additive_scenario(sides: int, seed: int) -> tuple[Floats, list[Any], list[Any]]:
    """Every outcome's payoffs ``[outcome, side]``, NegMAS's utility functions and its outcomes, in the same order."""
    rng = np.random.default_rng(seed)
    issues = [make_issue(values=size, name=f"issue {k}") for k, size in enumerate(SHAPE)]
    outcomes = list(itertools.product(*(range(size) for size in SHAPE)))
    payoffs, functions = np.zeros((len(outcomes), sides)), []
    for side in range(sides):
        tables = [rng.random(size) * 10 for size in SHAPE]
        values = [{level: float(table[level]) for level in range(len(table))} for table in tables]
        function = LinearAdditiveUtilityFunction(values=values, issues=issues, weights=[1.0] * len(SHAPE))
        function.reserved_value = float(sum(table.mean() for table in tables) - 3.0)
        functions.append(function)
        payoffs[:, side] = [sum(table[k] for table, k in zip(tables, one, strict=True)) for one in outcomes]
    return payoffs, functions, outcomes


def winset_scenario() -> tuple[Floats, list[Any], list[Any]]:
    """Return the small shipped config at its last round, its walk-away payoffs as NegMAS's reserved values."""
    model, _ = played(load_config(CONFIGS / "tiny.yaml"), None, 0)
    counts = [int(model.p.issue_levels[issue]) for issue in range(MAX_ISSUES)]
    outcomes = list(itertools.product(*(range(count) for count in counts)))
    levels = np.array(outcomes, np.int64)
    payoffs = np.array([[package_value(model.valuation, side, row) for side in (0, 1)] for row in levels])
    functions = []
    for side, seat in enumerate((model.cast.us.seat, model.cast.partner.seat)):
        mapping = dict(zip(outcomes, payoffs[:, side].tolist(), strict=True))
        functions.append(MappingUtilityFunction(mapping, outcomes=outcomes, reserved_value=float(seat.walk_away)))
    return payoffs, functions, outcomes


SCENARIOS: dict[str, Callable[[], tuple[Floats, list[Any], list[Any]]]] = {
    **{f"two sides, {seed}": partial(additive_scenario, 2, seed) for seed in range(6)},
    **{f"three sides, {seed}": partial(additive_scenario, 3, seed) for seed in range(3)},
    "winset": winset_scenario,
}


@pytest.fixture(params=list(SCENARIOS.values()), ids=list(SCENARIOS), scope="module")
def scenario(request: pytest.FixtureRequest) -> tuple[Floats, list[Any], list[Any]]:
    found: tuple[Floats, list[Any], list[Any]] = request.param()
    return found


def disagreement(functions: list[Any]) -> Floats:
    return np.array([float(function.reserved_value) for function in functions])


def ranges_of(payoffs: Floats) -> list[tuple[float, float]]:
    """Lowest and highest payoff of each side over all outcomes."""
    return list(zip(payoffs.min(axis=0).tolist(), payoffs.max(axis=0).tolist(), strict=True))


def frontier_of(scenario: tuple[Floats, list[Any], list[Any]]) -> list[tuple[float, ...]]:
    _, functions, outcomes = scenario
    points, _ = pareto_frontier(functions, outcomes=outcomes)
    return [tuple(map(float, point)) for point in points]


def test_both_see_the_same_frontier(scenario: tuple[Floats, list[Any], list[Any]]) -> None:
    """NegMAS leaves out what is worth less than a reserved value; that is our frontier in the zone of agreement."""
    payoffs, functions, _ = scenario
    zone = payoffs[ours.zone_of_agreement(payoffs, disagreement(functions))]
    own = zone[ours.pareto_frontier(zone)]
    theirs = np.array(sorted(frontier_of(scenario), reverse=True))
    assert own == pytest.approx(theirs, abs=TOLERANCE)
    assert len(own) >= 2


@pytest.mark.parametrize(
    ("own", "theirs"),
    [(ours.nash, nash_points), (ours.egalitarian, kalai_points), (ours.utilitarian, max_welfare_points)],
)
def test_both_find_the_same_point(
    own: Callable[[Floats, Floats], int], theirs: Callable[..., Any], scenario: tuple[Floats, list[Any], list[Any]]
) -> None:
    payoffs, functions, _ = scenario
    found = theirs(functions, frontier_of(scenario), ranges=ranges_of(payoffs))
    assert len(found) == 1
    assert payoffs[own(payoffs, disagreement(functions))] == pytest.approx(found[0][0], abs=TOLERANCE)


def test_kalai_smorodinsky_is_theirs_where_their_criterion_and_the_published_one_agree() -> None:
    """NegMAS takes the smallest spread of shares, and we the largest smallest share, as Kalai and Smorodinsky do.

    On a continuous frontier both are the point of equal shares. Among packages they are neighbours of it and may
    differ; then ours has the larger smallest share. Ideals are taken over the zone of agreement in both.
    """
    same = 0
    for seed in range(30):
        payoffs, functions, _ = additive_scenario(2, seed)
        floor = disagreement(functions)
        zone = payoffs[np.all(payoffs >= floor, axis=1)]
        frontier = [tuple(map(float, point)) for point in zone[ours.pareto_frontier(zone)]]
        ideal = zone.max(axis=0)
        ranges = list(zip(floor.tolist(), ideal.tolist(), strict=True))
        theirs = np.array(ks_points(functions, frontier, ranges=ranges)[0][0])
        own = payoffs[ours.kalai_smorodinsky(payoffs, floor)]
        shares = [(point - floor) / (ideal - floor) for point in (own, theirs)]
        assert shares[0].min() >= shares[1].min() - TOLERANCE
        same += own == pytest.approx(theirs, abs=TOLERANCE)
    assert same >= 20
