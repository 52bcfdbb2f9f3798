"""The concession path: it starts at the own ideal, gives way step by step, and wastes nothing where payoffs add up."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.bargaining.concession import MAX_BRANCHES, PATH, extend_path, node_asked, node_worth, side_path, start_path
from sim.bargaining.valuation import VALUATION, package_value
from sim.issues import (
    CAR_TARIFF,
    CHIP_PURCHASES,
    MATERIALS_SUPPORT,
    MAX_ISSUES,
    OTHER_PURCHASES,
    PARTNER,
    RECIPROCAL_TARIFF,
    US,
)
from sim.records import Floats, Integers, Record
from sim.row import new_row
from tests.support import default_record, put_on_table
from tests.support_talks import deliverable_pledges, draw_line

SINGLES = (CAR_TARIFF, RECIPROCAL_TARIFF, MATERIALS_SUPPORT)
LEVELS = 4

#: What a step on one issue is worth to a side; multiples of an eighth add up without rounding.
steps = st.lists(st.integers(1, 80).map(lambda k: k / 8), min_size=LEVELS - 1, max_size=LEVELS - 1)
payoffs = st.lists(st.integers(-80, 80).map(lambda k: k / 8), min_size=LEVELS, max_size=LEVELS)
grids = st.lists(st.integers(-80, 80).map(lambda k: k / 8), min_size=LEVELS**2, max_size=LEVELS**2)


def box_of(*issues: int, levels: int = LEVELS) -> Integers:
    box = np.zeros((2, MAX_ISSUES), np.int64)
    box[1, list(issues)] = levels - 1
    return box


def path_in(valuation: Record, side: int, box: Integers) -> Record:
    path = new_row(PATH)
    write_path(valuation, side, box, path)
    return path


def no_branches() -> tuple[Record, ...]:
    """Paths of the linkages' branches, still to be written."""
    return tuple(new_row(PATH) for _ in range(MAX_BRANCHES))


def write_path(valuation: Record, side: int, box: Integers, path: Record, floor: float = -np.inf) -> None:
    """Write the whole path inside a box down to a floor."""
    start_path(valuation, valuation, side, box, floor, path)
    extend_path(no_branches(), path, -np.inf, np.inf)


def worth(valuation: Record, levels: Integers) -> tuple[float, float]:
    return package_value(valuation, US, levels), package_value(valuation, PARTNER, levels)


def all_payoffs(valuation: Record, box: Integers) -> Floats:
    """Payoffs of every package of a box, shape [package, 2]."""
    spans = [range(box[0, issue], box[1, issue] + 1) for issue in range(MAX_ISSUES)]
    return np.array([worth(valuation, np.array(levels, np.int64)) for levels in itertools.product(*spans)])


def hand_path(*nodes: tuple[float, float]) -> Record:
    """Path with these payoffs to its owner and to the other side; the k-th package has level k on the first issue."""
    path = new_row(PATH)
    for k, (own, other) in enumerate(nodes):
        path.own[k], path.other[k] = own, other
        path.levels[k, 0] = k
    path.count = len(nodes)
    return path


def nodes_of(path: Record) -> list[tuple[float, float]]:
    count = int(path.count)
    return list(zip(path.own[:count].tolist(), path.other[:count].tolist(), strict=True))


@st.composite
def conflicts(draw: st.DrawFn) -> Record:
    """Return payoffs of three separable issues on which the US gains what Japan loses, in steps of any size."""
    valuation = new_row(VALUATION)
    valuation.base = draw(st.tuples(st.integers(-5, 5), st.integers(-5, 5)))
    for issue in SINGLES:
        valuation.single[US, issue, :LEVELS] = np.cumsum([0.0, *draw(steps)])
        valuation.single[PARTNER, issue, :LEVELS] = -np.cumsum([0.0, *draw(steps)])
    return valuation


@st.composite
def any_payoffs(draw: st.DrawFn) -> Record:
    """Return payoffs without any order in them, for two separable issues and the pair of purchases."""
    valuation = new_row(VALUATION)
    for side in (US, PARTNER):
        for issue in SINGLES[:2]:
            valuation.single[side, issue, :LEVELS] = draw(payoffs)
        valuation.purchases[side, :LEVELS, :LEVELS] = np.reshape(draw(grids), (LEVELS, LEVELS))
    return valuation


ANY_BOX = box_of(*SINGLES[:2], CHIP_PURCHASES, OTHER_PURCHASES)


@pytest.mark.parametrize("side", [US, PARTNER])
@given(valuation=any_payoffs())
def test_a_path_leads_from_the_own_best_package_to_the_best_for_the_other(side: int, valuation: Record) -> None:
    path = path_in(valuation, side, ANY_BOX)
    nodes = nodes_of(path)
    packages = all_payoffs(valuation, ANY_BOX)
    assert nodes[0][0] == pytest.approx(packages[:, side].max(), abs=1e-9)
    assert nodes[-1][1] == pytest.approx(packages[:, 1 - side].max(), abs=1e-9)
    best_for_other = packages[packages[:, side] >= nodes[0][0] - 1e-9, 1 - side].max()
    assert nodes[0][1] == pytest.approx(best_for_other, abs=1e-9), "a tie goes to the other side's good"


@pytest.mark.parametrize("side", [US, PARTNER])
@given(valuation=any_payoffs())
def test_every_step_of_a_path_costs_its_owner_and_helps_the_other(side: int, valuation: Record) -> None:
    nodes = nodes_of(path_in(valuation, side, ANY_BOX))
    for (own, other), (next_own, next_other) in itertools.pairwise(nodes):
        assert next_own < own
        assert next_other > other


@pytest.mark.parametrize("side", [US, PARTNER])
@given(valuation=any_payoffs(), low=st.integers(0, 2), high=st.integers(2, 3))
def test_every_node_is_a_package_of_the_box_at_its_payoffs(side: int, valuation: Record, low: int, high: int) -> None:
    box = ANY_BOX.copy()
    box[0, CAR_TARIFF], box[1, OTHER_PURCHASES] = low, high
    path = path_in(valuation, side, box)
    for k in range(int(path.count)):
        levels = path.levels[k]
        assert (box[0] <= levels).all()
        assert (levels <= box[1]).all()
        assert (path.own[k], path.other[k]) == worth(valuation, levels)[:: 1 if side == US else -1]


@pytest.mark.parametrize("side", [US, PARTNER])
@given(valuation=conflicts(), log_price=st.lists(st.floats(-4, 4), min_size=3, max_size=3))
def test_separable_paths_reach_the_frontier_at_every_rate_of_exchange(
    side: int, valuation: Record, log_price: list[float]
) -> None:
    """Whatever a unit of own payoff is worth in the other's, no package of the grid is better than the path's best."""
    box = box_of(*SINGLES)
    path = np.array(nodes_of(path_in(valuation, side, box)))
    packages = all_payoffs(valuation, box)
    for price in map(math.exp, log_price):
        best = (price * packages[:, side] + packages[:, 1 - side]).max()
        assert (price * path[:, 0] + path[:, 1]).max() == pytest.approx(best, abs=1e-9)


@given(valuation=conflicts(), shift=st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000)))
def test_a_constant_in_the_payoffs_leaves_the_path_where_it_is(valuation: Record, shift: tuple[int, int]) -> None:
    box = box_of(*SINGLES)
    before = path_in(valuation, US, box)
    valuation.base += np.array(shift)
    after = path_in(valuation, US, box)
    assert before.count == after.count
    assert np.array_equal(before.levels, after.levels)


def test_issues_are_traded_in_order_of_what_they_bring_the_other_for_each_unit_lost() -> None:
    """Three issues of one step: ratios 4, 2 and 1; the cheapest concession comes first."""
    valuation = new_row(VALUATION)
    for issue, own, other in ((CAR_TARIFF, 1.0, 1.0), (RECIPROCAL_TARIFF, 1.0, 4.0), (MATERIALS_SUPPORT, 2.0, 4.0)):
        valuation.single[US, issue, 1] = own
        valuation.single[PARTNER, issue, 1] = -other
    path = path_in(valuation, US, box_of(*SINGLES, levels=2))
    assert nodes_of(path) == [(4.0, -9.0), (3.0, -5.0), (1.0, -1.0), (0.0, 0.0)]


def test_a_first_step_that_brings_little_is_pooled_with_the_next_that_brings_much() -> None:
    """The pooled ratio of the first issue is (1 + 9) / 2 = 5, above the 3 of the second: both its steps come first."""
    valuation = new_row(VALUATION)
    valuation.single[US, CAR_TARIFF, :3] = (0.0, 1.0, 2.0)
    valuation.single[PARTNER, CAR_TARIFF, :3] = (0.0, -9.0, -10.0)
    valuation.single[US, RECIPROCAL_TARIFF, :3] = (0.0, 1.0, 2.0)
    valuation.single[PARTNER, RECIPROCAL_TARIFF, :3] = (0.0, -3.0, -6.0)
    path = path_in(valuation, US, box_of(CAR_TARIFF, RECIPROCAL_TARIFF, levels=3))
    assert nodes_of(path) == [(4.0, -16.0), (3.0, -15.0), (2.0, -6.0), (1.0, -3.0), (0.0, 0.0)]


def test_an_issue_on_which_the_sides_agree_is_settled_from_the_start() -> None:
    valuation = new_row(VALUATION)
    valuation.single[:, CAR_TARIFF, :3] = (0.0, 1.0, 2.0)
    valuation.single[US, RECIPROCAL_TARIFF, :3] = (0.0, 1.0, 2.0)
    valuation.single[PARTNER, RECIPROCAL_TARIFF, :3] = (0.0, -1.0, -2.0)
    for side in (US, PARTNER):
        path = path_in(valuation, side, box_of(CAR_TARIFF, RECIPROCAL_TARIFF, levels=3))
        assert set(path.levels[: path.count, CAR_TARIFF].tolist()) == {2}


chains = st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8)), max_size=8).map(
    lambda drawn: hand_path(
        *zip(
            (20.0 - np.cumsum([step for step, _ in drawn])).tolist(),
            np.cumsum([gain for _, gain in drawn]).tolist(),
            strict=True,
        )
    )
)


@given(first=chains, second=chains)
def test_paths_of_two_branches_unite_in_their_frontier(first: Record, second: Record) -> None:
    merged = new_row(PATH)
    for path in (first, second):
        path.complete = 1
    merged.branches = 2
    extend_path((first, second, *no_branches()[2:]), merged, -np.inf, np.inf)
    both = set(nodes_of(first)) | set(nodes_of(second))
    undominated = {
        node
        for node in both
        if not any(other != node and other[0] >= node[0] and other[1] >= node[1] for other in both)
    }
    assert nodes_of(merged) == sorted(undominated, reverse=True)


@settings(max_examples=50)
@given(valuation=any_payoffs(), side=st.sampled_from([US, PARTNER]), floor=st.integers(-20, 20))
def test_a_path_ends_above_its_floor_and_is_the_whole_one_until_there(valuation: Record, side: int, floor: int) -> None:
    whole, cut = path_in(valuation, side, ANY_BOX), new_row(PATH)
    write_path(valuation, side, ANY_BOX, cut, float(floor))
    kept = [node for k, node in enumerate(nodes_of(whole)) if k == 0 or node[0] >= floor]
    assert nodes_of(cut) == kept


@settings(max_examples=50)
@given(
    valuation=any_payoffs(),
    side=st.sampled_from([US, PARTNER]),
    target=st.integers(-20, 20),
    asked=st.integers(-20, 20),
)
def test_a_path_that_is_built_as_far_as_needed_shows_the_same_nodes(
    valuation: Record, side: int, target: int, asked: int
) -> None:
    whole, grown = path_in(valuation, side, ANY_BOX), new_row(PATH)
    start_path(valuation, valuation, side, ANY_BOX, -np.inf, grown)
    extend_path(no_branches(), grown, float(target), float(asked))
    assert nodes_of(grown) == nodes_of(whole)[: int(grown.count)]
    chosen = [min(node_worth(path, float(target)), node_asked(path, float(asked))) for path in (whole, grown)]
    assert chosen[0] == chosen[1]


@given(path=chains.filter(lambda path: path.count > 0), level=st.integers(-5, 40))
def test_nodes_are_found_by_own_worth_and_by_what_the_other_asks(path: Record, level: int) -> None:
    nodes = nodes_of(path)
    worthy = [k for k, (own, _) in enumerate(nodes) if own >= level]
    assert node_worth(path, float(level)) == (worthy[-1] if worthy else 0)
    generous = [k for k, (_, other) in enumerate(nodes) if other >= level]
    assert node_asked(path, float(level)) == (generous[0] if generous else len(nodes) - 1)


def _lined() -> tuple[Record, Record]:
    """Cars and the reciprocal tariff from 0 to 1; every unit is worth 1 to the US and costs Japan 1 and 2."""
    p = default_record()
    valuation = new_row(VALUATION)
    for issue, cost in ((CAR_TARIFF, 1.0), (RECIPROCAL_TARIFF, 2.0)):
        put_on_table(p, issue, 0.0, 1.0, 5)
        valuation.single[US, issue, :5] = np.linspace(0.0, 1.0, 5)
        valuation.single[PARTNER, issue, :5] = -cost * np.linspace(0.0, 1.0, 5)
    return p, valuation


def _side_path(p: Record, valuation: Record, side: int, *, common: bool) -> Record:
    path, branches = new_row(PATH), no_branches()
    side_path(
        p, deliverable_pledges(), valuation, valuation, side, common,
        -np.inf, True, branches, path,
    )  # fmt: skip
    extend_path(branches, path, -np.inf, np.inf)
    return path


def _tabled(path: Record, issue: int) -> set[int]:
    return set(path.levels[: path.count, issue].tolist())


def test_a_side_tables_from_the_common_box_or_else_from_its_own() -> None:
    p, valuation = _lined()
    draw_line(p, US, CAR_TARIFF, (0.25, math.inf))
    draw_line(p, PARTNER, CAR_TARIFF, (-math.inf, 0.75))
    assert _tabled(_side_path(p, valuation, US, common=True), CAR_TARIFF) == {1, 2, 3}
    assert _tabled(_side_path(p, valuation, US, common=False), CAR_TARIFF) == {1, 2, 3, 4}
    assert _tabled(_side_path(p, valuation, PARTNER, common=False), CAR_TARIFF) == {0, 1, 2, 3}


def test_a_side_whose_own_lines_leave_nothing_tables_from_the_whole_grid() -> None:
    p, valuation = _lined()
    draw_line(p, US, CAR_TARIFF, (0.3, 0.4))
    assert _tabled(_side_path(p, valuation, US, common=False), CAR_TARIFF) == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("side", [US, PARTNER])
def test_with_a_linkage_the_path_is_the_frontier_of_both_branches(side: int) -> None:
    """Cars stay at 1 unless the reciprocal tariff is at most 0.5, in which case they may fall to 0.25."""
    p, valuation = _lined()
    draw_line(p, US, CAR_TARIFF, (1.0, math.inf), (RECIPROCAL_TARIFF, (-math.inf, 0.5)), (0.25, math.inf))
    path = _side_path(p, valuation, side, common=True)
    nodes = nodes_of(path)
    assert nodes == sorted(nodes, reverse=True)
    packages = {(car, reciprocal) for car, reciprocal in itertools.product(range(5), repeat=2)}
    permitted = {(car, rec) for car, rec in packages if car == 4 or (rec <= 2 and car >= 1)}
    assert {(int(car), int(rec)) for car, rec in path.levels[: path.count, :2]} <= permitted
    assert nodes[0][0] == pytest.approx(max(_values(valuation, permitted, side)))
    assert nodes[-1][1] == pytest.approx(max(_values(valuation, permitted, 1 - side)))


def _values(valuation: Record, permitted: set[tuple[int, int]], side: int) -> list[float]:
    singles: Any = valuation.single[side]
    return [singles[CAR_TARIFF, car] + singles[RECIPROCAL_TARIFF, rec] for car, rec in permitted]


@settings(max_examples=20)
@given(valuation=any_payoffs())
def test_a_path_does_not_depend_on_what_was_computed_before(valuation: Record) -> None:
    fresh, reused = path_in(valuation, US, ANY_BOX), hand_path(*[(50.0 - k, float(k)) for k in range(40)])
    for name in ("first", "second"):
        getattr(reused, f"chain_{name}")[:] = 3
    for name in ("own", "other", "ratio"):
        getattr(reused, f"chain_{name}")[:] = np.nan
    write_path(valuation, US, ANY_BOX, reused)
    assert nodes_of(fresh) == nodes_of(reused)
