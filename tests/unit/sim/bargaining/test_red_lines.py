"""Red lines as boxes: which packages a side may table, alone and together, and what a linkage releases."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.bargaining.red_lines import (
    full_box,
    has_common_package,
    is_empty,
    linkage_count,
    narrow_to_deliverable,
    narrow_to_red_lines,
    respects_red_lines,
    table_box,
)
from sim.bargaining.valuation import package_values
from sim.grid import level_count, level_value
from sim.issues import (
    CAR_TARIFF,
    CHIP_PURCHASES,
    INVESTMENT_FUND,
    MAX_ISSUES,
    OTHER_PURCHASES,
    PARTNER,
    RECIPROCAL_TARIFF,
    US,
)
from sim.records import Floats, Integers, Record
from tests.support import default_record, put_on_table
from tests.support_talks import ANY, deliverable_pledges, draw_line

ISSUES = (CAR_TARIFF, RECIPROCAL_TARIFF, OTHER_PURCHASES)


def three_issues(levels: int = 5) -> Record:
    """Cars, reciprocal tariff and other purchases on the table, each from 0 to 1."""
    p = default_record()
    for issue in ISSUES:
        put_on_table(p, issue, 0.0, 1.0, levels)
    return p


def box_for(p: Record, side: int, branch: int = 0, *, common: bool = False, pledges: Floats | None = None) -> Integers:
    box = np.empty((2, MAX_ISSUES), np.int64)
    table_box(p, deliverable_pledges() if pledges is None else pledges, side, branch, common, box)
    return box


def packages_in(box: Integers) -> set[tuple[int, ...]]:
    """Levels of :data:`ISSUES` of every package of a box."""
    if is_empty(box):
        return set()
    spans = [range(box[0, issue], box[1, issue] + 1) for issue in ISSUES]
    return set(itertools.product(*spans))


def union_of_branches(p: Record, side: int, *, common: bool = False) -> set[tuple[int, ...]]:
    boxes = [box_for(p, side, branch, common=common) for branch in range(1 << linkage_count(p))]
    return set().union(*(packages_in(box) for box in boxes))


def allowed(p: Record, sides: tuple[int, ...]) -> set[tuple[int, ...]]:
    """Packages of the grid that respect these sides' lines, checked one by one."""
    found = set()
    levels, package = np.zeros(MAX_ISSUES, np.int64), np.zeros(MAX_ISSUES)
    for chosen in itertools.product(*(range(level_count(p, issue)) for issue in ISSUES)):
        levels[list(ISSUES)] = chosen
        package_values(p, levels, package)
        if all(respects_red_lines(p, side, package) for side in sides):
            found.add(chosen)
    return found


def test_the_full_box_is_the_whole_grid_and_one_level_for_an_issue_off_the_table() -> None:
    p = three_issues(levels=5)
    box = np.empty((2, MAX_ISSUES), np.int64)
    full_box(p, box)
    assert not box[0].any()
    assert box[1].tolist() == [4 if issue in ISSUES else 0 for issue in range(MAX_ISSUES)]
    assert not is_empty(box)


@pytest.mark.parametrize(
    ("bounds", "levels"),
    [
        ((0.25, math.inf), (1, 4)),
        ((0.26, math.inf), (2, 4)),
        ((-math.inf, 0.25), (0, 1)),
        ((-math.inf, 0.24), (0, 0)),
        ((0.25, 0.75), (1, 3)),
        ((1.0, math.inf), (4, 4)),
        (ANY, (0, 4)),
    ],
)
def test_a_line_keeps_the_levels_that_meet_it(bounds: tuple[float, float], levels: tuple[int, int]) -> None:
    p = three_issues(levels=5)
    draw_line(p, US, CAR_TARIFF, bounds)
    box = box_for(p, US)
    assert (box[0, CAR_TARIFF], box[1, CAR_TARIFF]) == levels


@given(
    low=st.floats(-5, 5),
    width=st.floats(0.01, 1000),
    count=st.integers(2, 41),
    share=st.floats(-0.2, 1.2),
    is_floor=st.booleans(),
)
def test_on_any_grid_the_box_holds_exactly_the_levels_that_meet_the_line(
    low: float, width: float, count: int, share: float, is_floor: bool
) -> None:
    p = default_record()
    put_on_table(p, CAR_TARIFF, low, low + width, count)
    bound = low + share * width
    draw_line(p, PARTNER, CAR_TARIFF, (bound, math.inf) if is_floor else (-math.inf, bound))
    box = box_for(p, PARTNER)
    slack = 1e-9 + 1e-12 * (abs(low) + width)
    for level in range(count):
        value = level_value(p, CAR_TARIFF, level)
        distance = value - bound if is_floor else bound - value
        if abs(distance) > slack:
            assert (box[0, CAR_TARIFF] <= level <= box[1, CAR_TARIFF]) == (distance > 0)


def test_separate_boxes_hold_the_own_lines_and_the_shared_box_holds_both() -> None:
    p = three_issues(levels=5)
    draw_line(p, US, CAR_TARIFF, (0.25, math.inf))
    draw_line(p, PARTNER, CAR_TARIFF, (-math.inf, 0.75))
    draw_line(p, PARTNER, OTHER_PURCHASES, (-math.inf, 0.5))
    us, partner, shared = box_for(p, US), box_for(p, PARTNER), box_for(p, US, common=True)
    assert us[:, CAR_TARIFF].tolist() == [1, 4]
    assert us[:, OTHER_PURCHASES].tolist() == [0, 4]
    assert partner[:, CAR_TARIFF].tolist() == [0, 3]
    assert shared[:, CAR_TARIFF].tolist() == [1, 3]
    assert shared[:, OTHER_PURCHASES].tolist() == [0, 2]
    assert np.array_equal(shared, box_for(p, PARTNER, common=True))
    assert has_common_package(p, deliverable_pledges())


def test_lines_that_exclude_each_other_leave_no_common_package_and_each_side_its_own_box() -> None:
    p = three_issues(levels=5)
    draw_line(p, US, CAR_TARIFF, (1.0, math.inf))
    draw_line(p, PARTNER, CAR_TARIFF, (-math.inf, 0.75))
    assert not has_common_package(p, deliverable_pledges())
    assert is_empty(box_for(p, US, common=True))
    assert box_for(p, US)[:, CAR_TARIFF].tolist() == [4, 4]
    assert box_for(p, PARTNER)[:, CAR_TARIFF].tolist() == [0, 3]


def test_a_line_between_two_levels_leaves_no_package() -> None:
    p = three_issues(levels=5)
    draw_line(p, US, CAR_TARIFF, (0.3, 0.4))
    assert is_empty(box_for(p, US))


def test_a_line_beyond_the_grid_of_the_regime_leaves_no_package() -> None:
    p = three_issues(levels=5)
    draw_line(p, US, CAR_TARIFF, (2.0, math.inf))
    assert is_empty(box_for(p, US))
    assert not has_common_package(p, deliverable_pledges())


def test_a_linkage_asks_for_its_condition_and_then_loosens_the_line() -> None:
    p = three_issues(levels=5)
    draw_line(p, US, CAR_TARIFF, (1.0, math.inf), (OTHER_PURCHASES, (0.5, math.inf)), (0.25, math.inf))
    kept, released = box_for(p, US, branch=0), box_for(p, US, branch=1)
    assert kept[:, CAR_TARIFF].tolist() == [4, 4]
    assert kept[:, OTHER_PURCHASES].tolist() == [0, 4]
    assert released[:, CAR_TARIFF].tolist() == [1, 4]
    assert released[:, OTHER_PURCHASES].tolist() == [2, 4]


def test_a_linkage_can_make_a_common_package_out_of_disjoint_lines() -> None:
    p = three_issues(levels=5)
    draw_line(p, US, CAR_TARIFF, (1.0, math.inf), (OTHER_PURCHASES, (0.5, math.inf)), (0.25, math.inf))
    draw_line(p, PARTNER, CAR_TARIFF, (-math.inf, 0.75))
    assert has_common_package(p, deliverable_pledges())
    draw_line(p, PARTNER, OTHER_PURCHASES, (-math.inf, 0.25))
    assert not has_common_package(p, deliverable_pledges())


def test_a_linkage_on_an_issue_off_the_table_releases_nothing() -> None:
    p = three_issues(levels=5)
    draw_line(p, US, CAR_TARIFF, (1.0, math.inf), (INVESTMENT_FUND, (400.0, math.inf)), (0.25, math.inf))
    assert is_empty(box_for(p, US, branch=1))
    assert union_of_branches(p, US) == {chosen for chosen in allowed(p, ()) if chosen[0] == 4}


def test_a_line_on_an_issue_off_the_table_binds_nobody() -> None:
    p = three_issues(levels=3)
    draw_line(p, US, INVESTMENT_FUND, (400.0, math.inf))
    package = np.zeros(MAX_ISSUES)
    assert respects_red_lines(p, US, package)
    assert union_of_branches(p, US) == allowed(p, (US,)) == allowed(p, ())


def test_narrowing_ignores_the_lines_of_the_other_side() -> None:
    p = three_issues(levels=5)
    draw_line(p, PARTNER, CAR_TARIFF, (-math.inf, 0.0))
    box = np.empty((2, MAX_ISSUES), np.int64)
    full_box(p, box)
    narrow_to_red_lines(p, US, 0, box)
    assert box[:, CAR_TARIFF].tolist() == [0, 4]


def test_the_table_stops_at_the_last_pledge_that_can_be_delivered() -> None:
    p = three_issues(levels=5)
    put_on_table(p, CHIP_PURCHASES, 0.0, 8.0, 5)
    pledges = deliverable_pledges(levels=3)
    for common in (False, True):
        assert box_for(p, US, common=common, pledges=pledges)[:, CHIP_PURCHASES].tolist() == [0, 2]
    box = np.zeros((2, MAX_ISSUES), np.int64)
    narrow_to_deliverable(deliverable_pledges(levels=0), box)
    assert is_empty(box)


def test_a_floor_on_purchases_above_what_can_be_delivered_leaves_no_package() -> None:
    p = three_issues(levels=5)
    put_on_table(p, CHIP_PURCHASES, 0.0, 8.0, 5)
    draw_line(p, US, CHIP_PURCHASES, (6.0, math.inf))
    assert has_common_package(p, deliverable_pledges(levels=4))
    assert not has_common_package(p, deliverable_pledges(levels=3))


bound_pairs = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda pair: (min(pair) / 4, max(pair) / 4))
half_open = st.tuples(bound_pairs, st.sampled_from(["low", "high", "both"])).map(
    lambda drawn: (
        drawn[0][0] if drawn[1] != "high" else -math.inf,
        drawn[0][1] if drawn[1] != "low" else math.inf,
    )
)


@st.composite
def lined_records(draw: st.DrawFn) -> Record:
    """Three issues with up to four red lines, up to two of them linked."""
    p = three_issues(levels=5)
    linkages = 0
    for _ in range(draw(st.integers(0, 4))):
        side, issue = draw(st.sampled_from((US, PARTNER))), draw(st.sampled_from(ISSUES))
        bounds = draw(half_open)
        if linkages < 2 and draw(st.booleans()):
            linkages += 1
            when = draw(st.sampled_from([other for other in (*ISSUES, INVESTMENT_FUND) if other != issue]))
            released = (min(bounds[0], draw(half_open)[0]), max(bounds[1], draw(half_open)[1]))
            draw_line(p, side, issue, bounds, (when, draw(half_open)), released)
        else:
            draw_line(p, side, issue, bounds)
    return p


@settings(max_examples=150)
@given(p=lined_records())
def test_the_branches_together_hold_exactly_the_packages_that_respect_the_lines(p: Record) -> None:
    for side in (US, PARTNER):
        assert union_of_branches(p, side) == allowed(p, (side,))
    shared = union_of_branches(p, US, common=True)
    assert shared == allowed(p, (US, PARTNER))
    assert has_common_package(p, deliverable_pledges()) == bool(shared)
