"""The rules of the table, one by one: what is tabled, when an offer is good enough, when talks stall or go round."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.bargaining.calendar import deadline_round, elapsed_time, round_day
from sim.bargaining.ending import is_stalled, repeats, walks_out
from sim.bargaining.offers import (
    clip_aspiration,
    differs,
    is_good_enough,
    midpoint,
    put_offer,
    remap_offers,
    see_offers,
    table_offer,
    target_payoff,
)
from sim.bargaining.outcomes import Outcome, Reason
from sim.bargaining.valuation import VALUATION
from sim.grid import level_value
from sim.issues import CAR_TARIFF, MAX_ISSUES, OTHER_PURCHASES, RECIPROCAL_TARIFF, US
from sim.records import VIEW, Record
from sim.row import new_row
from tests.support import copy_of, default_record, put_on_table
from tests.support_talks import STEPS, levels_of, seat_with, staircase

unit = st.floats(0, 1)


def on_table(levels: int = 11) -> Record:
    """Cars and the reciprocal tariff on the table, each from 0 to 1."""
    p = default_record(round_interval=7.0, stall_tolerance=0.01, agreement_tolerance=0.01)
    put_on_table(p, CAR_TARIFF, 0.0, 1.0, levels)
    put_on_table(p, RECIPROCAL_TARIFF, 0.0, 1.0, levels)
    return p


def test_outcomes_and_reasons_have_the_names_of_the_tables() -> None:
    assert [str(outcome) for outcome in Outcome] == [
        "agreement", "stall", "cycle", "threat_executed", "deadline_lapsed", "walkout", "round_limit",
    ]  # fmt: skip
    assert len({str(reason) for reason in Reason}) == len(Reason) == 8


@given(aspiration=st.floats(-1e6, 1e6), last=unit)
def test_an_aspiration_is_a_share_and_never_rises(aspiration: float, last: float) -> None:
    clipped = clip_aspiration(aspiration, last)
    assert 0.0 <= clipped <= last
    assert clipped == aspiration or not 0.0 <= aspiration <= last


def test_an_aspiration_that_is_no_number_stays_none_for_the_caller_to_refuse() -> None:
    assert math.isnan(clip_aspiration(math.nan, 1.0))
    assert clip_aspiration(math.inf, 0.4) == 0.4


@given(reservation=st.floats(-50, 50), gap=st.floats(0, 50), aspiration=unit)
def test_a_target_lies_between_reservation_and_ideal(reservation: float, gap: float, aspiration: float) -> None:
    ideal = reservation + gap
    target = target_payoff(reservation, ideal, aspiration)
    assert reservation - 1e-12 <= target <= ideal + 1e-12
    assert target_payoff(reservation, ideal, 0.0) == reservation
    assert target_payoff(reservation, ideal, 1.0) == pytest.approx(ideal, abs=1e-12)


@given(offer=st.floats(-9, 9), own_next=st.floats(-9, 9), reservation=st.floats(-9, 9))
def test_an_offer_is_good_enough_at_the_own_next_position_and_the_reservation(
    offer: float, own_next: float, reservation: float
) -> None:
    accepted = is_good_enough(offer, own_next, reservation)
    threshold = max(own_next, reservation)
    if abs(offer - threshold) > 1e-8:
        assert accepted == (offer > threshold)
    assert is_good_enough(threshold, own_next, reservation)


def test_packages_differ_by_more_than_the_tolerance_on_any_one_issue() -> None:
    p = on_table(levels=11)
    here, there = levels_of(s0=5, s1=5), levels_of(s0=5, s1=6)
    assert not differs(p, here, here, 0.0)
    assert differs(p, here, there, 0.0)
    assert differs(p, here, there, 0.09)
    assert not differs(p, here, there, 0.1)
    put_on_table(p, RECIPROCAL_TARIFF, 0.0, 50.0, 11)
    assert not differs(p, here, there, 0.1), "the tolerance is a share of the issue's own range"
    p.issue_tabled[RECIPROCAL_TARIFF] = 0
    assert not differs(p, here, there, 0.0), "an issue off the table cannot differ"


def test_a_tabled_offer_stands_and_is_remembered() -> None:
    p, seat, path = on_table(), seat_with(), staircase(*STEPS)
    table_offer(p, seat, path, 1)
    assert (seat.tabled, seat.node, seat.payoff, seat.moved, seat.offers) == (1, 1, 8.0, 1, 1)
    assert seat.levels[CAR_TARIFF] == 1
    table_offer(p, seat, path, 1)
    assert (seat.moved, seat.offers) == (0, 2)
    table_offer(p, seat, path, 2)
    assert (seat.moved, seat.offers) == (1, 3)
    assert seat.history[:3, CAR_TARIFF].tolist() == [1, 1, 2]


def test_a_step_within_the_stall_tolerance_is_no_move() -> None:
    p, seat, path = on_table(levels=11), seat_with(), staircase(*STEPS)
    p.stall_tolerance = 0.1
    table_offer(p, seat, path, 0)
    table_offer(p, seat, path, 1)
    assert seat.moved == 0
    table_offer(p, seat, path, 3)
    assert seat.moved == 1


@given(one=st.integers(0, 10), other=st.integers(0, 10))
def test_the_midpoint_is_half_way_on_every_issue(one: int, other: int) -> None:
    p = on_table(levels=11)
    p.issue_off_value[OTHER_PURCHASES] = 3.0
    package = np.zeros(MAX_ISSUES)
    midpoint(p, levels_of(s0=one, s1=4), levels_of(s0=other, s1=4), package)
    assert package[CAR_TARIFF] == pytest.approx((one + other) / 20)
    assert package[RECIPROCAL_TARIFF] == pytest.approx(0.4)
    assert package[OTHER_PURCHASES] == 3.0


@pytest.mark.parametrize(
    ("deadline_day", "round_number"), [(7.0, 2), (8.0, 3), (13.9, 3), (14.0, 3), (0.5, 2), (0.0, 1), (40.0, 7)]
)
def test_a_deadline_falls_due_in_the_first_round_on_or_after_it(deadline_day: float, round_number: int) -> None:
    p = on_table()
    assert deadline_round(p, deadline_day) == round_number
    assert round_day(p, round_number) >= deadline_day
    assert round_number == 1 or round_day(p, round_number - 1) < deadline_day


def test_time_runs_from_the_first_round_to_the_round_of_the_deadline() -> None:
    assert [elapsed_time(number, 5) for number in range(1, 7)] == [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
    assert elapsed_time(1, 1) == 1.0


def _went_round(us: list[int], partner: list[int], since: int = 0) -> bool:
    """Whether offers of these car levels are a loop."""
    one, other = (seat_with(*(levels_of(s0=level) for level in offers)) for offers in (us, partner))
    return bool(repeats(one, other, since))


def test_a_loop_gone_round_twice_is_a_cycle() -> None:
    assert _went_round([1, 2, 1, 2], [5, 5, 5, 5])
    assert _went_round([9, 1, 2, 3, 1, 2, 3], [9, 5, 6, 6, 5, 6, 6])
    assert not _went_round([1, 2, 1], [5, 5, 5]), "not yet twice"
    assert not _went_round([1, 2, 1, 2], [5, 5, 5, 6]), "both sides must repeat"
    assert not _went_round([1, 2, 3, 4], [5, 4, 3, 2])


def test_standing_still_is_no_cycle() -> None:
    assert not _went_round([3, 3, 3, 3, 3, 3], [5, 5, 5, 5, 5, 5])
    assert not _went_round([1, 2, 2, 2, 2, 2], [5, 5, 5, 5, 5, 5])


def test_cycles_are_looked_for_within_one_regime_only() -> None:
    us, partner = [1, 2, 1, 2], [5, 5, 5, 5]
    assert _went_round(us, partner, since=0)
    assert not _went_round(us, partner, since=1)
    assert _went_round([8, *us], [8, *partner], since=1)


@given(
    period=st.integers(2, 6),
    lead=st.lists(st.integers(0, 9), max_size=5),
    loop=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=6, max_size=6),
)
def test_any_loop_with_a_move_in_it_is_found(period: int, lead: list[int], loop: list[tuple[int, int]]) -> None:
    ring = loop[:period]
    us = lead + [us for us, _ in ring] * 2
    partner = lead + [partner for _, partner in ring] * 2
    moves = any(one != other for one, other in itertools.pairwise(ring))
    if moves:
        assert _went_round(us, partner)


def _is_loop(us: list[list[int]], partner: list[list[int]], since: int) -> bool:
    """The definition, word by word: the last offers of both are twice the same stretch, with a move in it."""
    both = list(zip(us, partner, strict=True))[since:]
    for period in range(1, len(both) // 2 + 1):
        last, before = both[-period:], both[-2 * period : -period]
        if last == before and any(one != other for one, other in itertools.pairwise(last)):
            return True
    return False


_OFFERS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=8)
#: Any offers, then a stretch a few times over and a part of it once more, and how long both then stand still.
_ROUNDS = st.builds(
    lambda lead, loop, times, part, still: (whole := lead + loop * times + loop[:part]) + whole[-1:] * still,
    _OFFERS, _OFFERS, st.integers(0, 4), st.integers(0, 3), st.sampled_from([0, 0, 0, 1, 5]),
)  # fmt: skip


@given(
    before=_ROUNDS, rounds=_ROUNDS, levels=st.sampled_from([2, 3, 11]), put=st.sampled_from([put_offer, table_offer])
)
def test_cycles_are_those_of_their_definition(
    before: list[tuple[int, int]], rounds: list[tuple[int, int]], levels: int, put: Callable[..., object]
) -> None:
    """After every round, with offers of an earlier regime whose grid may have been finer; no shortcut shows."""
    first, second = on_table(levels=11), on_table(levels=levels)
    path, seats = staircase((3.0, 0.0), (2.0, 1.0), (1.0, 2.0)), (seat_with(), seat_with())
    path.levels[2, RECIPROCAL_TARIFF] = 1
    for p, offers, since in ((first, before[:30], 0), (second, rounds[:30], len(before[:30]))):
        if p is second:
            for seat in seats:
                remap_offers(first, second, seat)
            path.levels[:3, CAR_TARIFF] = np.minimum((0, 1, 2), levels - 1)
        for nodes in offers:
            for seat, node in zip(seats, nodes, strict=True):
                put(p, seat, path, node)
            us, partner = (seat.history[: seat.offers].tolist() for seat in seats)
            assert repeats(*seats, since) == _is_loop(us, partner, since)


@given(nodes=st.lists(st.integers(0, 2), min_size=1, max_size=30))
def test_an_offer_is_held_for_as_long_as_it_is_tabled_again(nodes: list[int]) -> None:
    p, path, seat = on_table(), staircase((3.0, 0.0), (2.0, 1.0), (1.0, 2.0)), seat_with()
    for place, node in enumerate(nodes):
        is_new = put_offer(p, seat, path, node)
        assert is_new == (place == 0 or nodes[place - 1] != node)
        runs = [len(list(same)) for _, same in itertools.groupby(nodes[: place + 1])]
        assert seat.held == runs[-1]


@pytest.mark.parametrize(
    ("still", "plans", "event_ahead", "stalled"),
    [(4, False, 0, True), (5, False, 0, True), (3, False, 0, False), (4, True, 0, False), (4, False, 1, False)],
)
def test_a_stall_needs_rounds_without_movement_or_plan_or_event(
    still: int, plans: bool, event_ahead: int, stalled: bool
) -> None:
    p = on_table()
    p.stall_rounds, p.event_ahead = 4, event_ahead
    assert is_stalled(p, still, plans) == stalled


def test_a_side_walks_out_after_its_rounds_without_anything_to_gain() -> None:
    p, seat = on_table(), seat_with()
    p.walkout_rounds = 3
    for below, leaves in ((0, False), (2, False), (3, True), (4, True)):
        seat.below = below
        assert walks_out(p, seat) == leaves


@given(old=st.lists(st.integers(0, 20), min_size=1, max_size=4), levels=st.integers(2, 30))
def test_offers_move_to_the_nearest_value_of_a_new_grid(old: list[int], levels: int) -> None:
    before = on_table(levels=21)
    after = copy_of(before)
    put_on_table(after, CAR_TARIFF, 0.1, 0.8, levels)
    seat = seat_with(*(levels_of(s0=level) for level in old))
    remap_offers(before, after, seat)
    grid = np.array([level_value(after, CAR_TARIFF, level) for level in range(levels)])
    for k, level in enumerate(old):
        gap = np.abs(grid - level_value(before, CAR_TARIFF, level))
        assert gap[seat.history[k, CAR_TARIFF]] == pytest.approx(gap.min(), abs=1e-12)
    assert seat.levels[CAR_TARIFF] == seat.history[len(old) - 1, CAR_TARIFF]


def test_offers_on_an_unchanged_grid_stay_where_they_are() -> None:
    p = on_table(levels=21)
    seat = seat_with(levels_of(s0=3, s1=20), levels_of(s0=7, s1=0))
    remap_offers(p, copy_of(p), seat)
    assert seat.history[:2, :2].tolist() == [[3, 20], [7, 0]]
    assert seat.levels[:2].tolist() == [7, 0]


def test_earlier_offers_put_a_new_issue_at_its_value_off_the_table() -> None:
    before = on_table()
    before.issue_off_value[OTHER_PURCHASES] = 0.0
    after = copy_of(before)
    put_on_table(after, OTHER_PURCHASES, -6.0, 6.0, 13)
    seat = seat_with(levels_of(s0=3))
    remap_offers(before, after, seat)
    assert level_value(after, OTHER_PURCHASES, int(seat.levels[OTHER_PURCHASES])) == 0.0


def test_a_side_sees_how_far_each_offer_of_the_other_is_from_its_ideal_at_current_payoffs() -> None:
    valuation, view, seat = new_row(VALUATION), new_row(VIEW), seat_with()
    valuation.single[US, CAR_TARIFF, :4] = (0.0, 1.0, 4.0, 9.0)
    seat.ideal = 9.0
    other = seat_with(levels_of(s0=0), levels_of(s0=1), levels_of(s0=2))
    other.opening = 1
    see_offers(valuation, seat, US, other, view)
    assert (view.offers, view.offers_since_event) == (3, 2)
    assert view.gap[:3].tolist() == [9.0, 8.0, 5.0]
    valuation.single[US, CAR_TARIFF, :4] = (0.0, 2.0, 8.0, 18.0)
    seat.ideal = 18.0
    view.offers = 0
    see_offers(valuation, seat, US, other, view)
    assert view.gap[:3].tolist() == [18.0, 16.0, 10.0], "an event that doubles every payoff is no concession"
