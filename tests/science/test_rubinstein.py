"""Alternating offers: Rubinstein's split, its limit, and two players who find it without knowing the formula."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.records import Floats
from sim.solutions.points import asymmetric_nash, pareto_frontier
from sim.solutions.rubinstein import (
    Demands,
    alternating_offers,
    finite_horizon_split,
    fixed_cost_split,
    indifferent_demands,
    play_offers,
    rubinstein_by_rates,
    rubinstein_limit,
    rubinstein_split,
)

#: Error of a few operations on numbers of order one.
ROUNDING = 1e-12

#: Yearly rates of the worked example, whose limit is .75, and times between offers in years.
RATES = (0.1, 0.3)
PERIODS = (0.4, 0.2, 0.1, 0.05, 0.025)

factors = st.floats(0.0, 0.99)


def discounts(period: float) -> tuple[float, float]:
    return math.exp(-RATES[0] * period), math.exp(-RATES[1] * period)


def test_the_published_split() -> None:
    assert rubinstein_split(0.9, 0.8) == pytest.approx(0.714285714, abs=5e-10)  # digits of the worked number
    assert rubinstein_split(0.9, 0.8) == pytest.approx(5 / 7, abs=ROUNDING)


def test_short_periods_lead_to_the_ratio_of_rates() -> None:
    assert rubinstein_limit(*RATES) == pytest.approx(0.75, abs=ROUNDING)
    assert rubinstein_by_rates(*RATES, 0.0) == rubinstein_limit(*RATES)
    # The share is above its limit by .0375 a year between offers, here a millionth of one.
    assert rubinstein_by_rates(*RATES, 1e-6) == pytest.approx(0.75, abs=1e-7)


@given(st.floats(0.01, 1.0), st.floats(0.01, 1.0), st.floats(1e-3, 5.0))
def test_both_forms_of_the_split_agree(first: float, second: float, period: float) -> None:
    by_factors = rubinstein_split(math.exp(-first * period), math.exp(-second * period))
    # 1 - exp(-rt) loses the digits that rt is smaller than one by: rt is at least 1e-5 here.
    assert rubinstein_by_rates(first, second, period) == pytest.approx(by_factors, abs=1e-9)


def test_backward_induction_converges_to_the_split() -> None:
    split = rubinstein_split(0.9, 0.8)
    gaps = [abs(finite_horizon_split(0.9, 0.8, rounds) - split) for rounds in (1, 3, 5, 7, 9, 11, 401)]
    assert gaps[0] == pytest.approx(1.0 - split, abs=ROUNDING)
    # Two more rounds bring the gap down by d1 d2, the contraction of the replies.
    assert np.array(gaps[1:6]) / np.array(gaps[:5]) == pytest.approx(np.full(5, 0.72), abs=1e-9)
    assert gaps[-1] < ROUNDING


def test_backward_induction_by_hand() -> None:
    assert finite_horizon_split(0.9, 0.8, 1) == 1.0
    assert finite_horizon_split(0.9, 0.8, 2) == pytest.approx(1 - 0.8, abs=ROUNDING)
    assert finite_horizon_split(0.9, 0.8, 3) == pytest.approx(1 - 0.8 * (1 - 0.9), abs=ROUNDING)


def test_fixed_costs_of_waiting() -> None:
    assert fixed_cost_split(0.1, 0.2) == 1.0
    assert fixed_cost_split(0.2, 0.1) == 0.1
    with pytest.raises(ValueError, match="equal costs"):
        fixed_cost_split(0.1, 0.1)


@pytest.mark.parametrize("start", [Demands(1.0, 1.0), Demands(0.0, 0.0), Demands(0.2, 0.9)])
@given(factors, factors)
def test_replies_find_the_split_from_anywhere(start: Demands, first: float, second: float) -> None:
    demands = indifferent_demands(first, second, start=start)
    assert demands.first == pytest.approx(rubinstein_split(first, second), abs=ROUNDING)
    assert demands.second == pytest.approx(rubinstein_split(second, first), abs=ROUNDING)


@given(factors, factors)
def test_players_who_know_each_other_agree_at_once_and_nobody_gains_by_another_demand(
    first: float, second: float
) -> None:
    demands = indifferent_demands(first, second)
    played = play_offers(demands, first, second, rounds=50)
    assert played is not None
    round_, shares = played
    assert round_ == 1
    assert shares[0] == pytest.approx(rubinstein_split(first, second), abs=ROUNDING)
    # One deviation is enough to look at: more is refused and costs a round, less is accepted and is less.
    refused = first * (1.0 - demands.second)
    assert shares[0] >= refused - ROUNDING
    # The other side would not do better by refusing: it has just what waiting is worth.
    assert shares[1] == pytest.approx(second * demands.second, abs=ROUNDING)


def test_a_player_who_asks_for_more_waits_a_round() -> None:
    demands = indifferent_demands(0.9, 0.8)
    greedy = Demands(demands.first + 0.01, demands.second)
    played = play_offers(greedy, 0.9, 0.8, rounds=50)
    assert played is None  # its demand also raises what it accepts, so that nobody ever agrees
    assert play_offers(Demands(demands.first - 0.01, demands.second), 0.9, 0.8, rounds=50) is not None


def test_the_split_reached_by_players_nears_its_limit_in_proportion_to_the_time_between_offers() -> None:
    """Slope r1 r2 / (2 (r1 + r2)) = .0375 a year for the worked rates; who begins loses its advantage."""
    limit, slope = rubinstein_limit(*RATES), RATES[0] * RATES[1] / (2 * sum(RATES))
    gaps = []
    for period in PERIODS:
        factors_now = discounts(period)
        played = play_offers(indifferent_demands(*factors_now), *factors_now, rounds=10)
        assert played is not None
        gaps.append(played[1][0] - limit)
    # The next term of the series is -r1 r2 (r2 - r1) t^2 / (12 (r1 + r2)) = -.00125 t^2, the one after it 1e-4 t^3.
    for period, gap in zip(PERIODS, gaps, strict=True):
        assert gap == pytest.approx(slope * period, abs=0.0013 * period**2)
    assert slope == pytest.approx(0.0375, abs=ROUNDING)
    order = np.polyfit(np.log(PERIODS), np.log(gaps), 1)[0]
    assert order == pytest.approx(1.0, abs=0.01)  # the second term bends the line by less than one per cent


def unit_pie(steps: int) -> Floats:
    share = np.arange(steps + 1)
    return np.column_stack([share, steps - share]) / steps


@pytest.mark.parametrize("steps", [100, 1000])
def test_offers_over_a_list_of_packages_come_within_steps_of_the_split(steps: int) -> None:
    first, second = alternating_offers(unit_pie(steps), np.zeros(2), np.array([0.9, 0.8]))
    # Each side rounds in its own favour once a round, and the errors add up by 1 / (1 - d1 d2) = 3.6.
    assert unit_pie(steps)[first, 0] == pytest.approx(rubinstein_split(0.9, 0.8), abs=4 / steps)
    assert unit_pie(steps)[second, 1] == pytest.approx(rubinstein_split(0.8, 0.9), abs=4 / steps)


def test_offers_over_a_curved_frontier_near_asymmetric_nash() -> None:
    """Binmore, Rubinstein and Wolinsky (1986): powers r2 / (r1 + r2), here on u1^2 + u2 = 1 in 40,000 steps."""
    first = np.linspace(0.0, 1.0, 40_001)
    payoffs = np.column_stack([first, 1.0 - first**2])
    target = payoffs[asymmetric_nash(payoffs, np.zeros(2), rubinstein_limit(*RATES))]
    gaps = []
    for period in (0.4, 0.2, 0.1):
        proposals = alternating_offers(payoffs, np.zeros(2), np.array(discounts(period)))
        assert min(proposals) >= 0
        gaps.append(abs(payoffs[proposals[0], 0] - target[0]))
    assert gaps[0] > gaps[1] > gaps[2]
    # Halving the time halves the gap; the grid of 1/40,000 and its multiples blur the last digits.
    assert gaps[1] / gaps[0] == pytest.approx(0.5, abs=0.05)
    assert gaps[2] / gaps[1] == pytest.approx(0.5, abs=0.1)


def test_no_offer_is_made_without_a_zone_of_agreement() -> None:
    assert alternating_offers(np.array([[-1.0, 2.0], [2.0, -1.0]]), np.zeros(2), np.array([0.9, 0.9])) == (-1, -1)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8), factors, factors)
def test_offers_are_efficient_and_leave_the_other_what_it_would_wait_for(
    rows: list[tuple[int, int]], first: float, second: float
) -> None:
    payoffs, wait = np.array(rows, np.float64), np.array([first, second])
    proposals = alternating_offers(payoffs, np.zeros(2), wait)
    if min(proposals) < 0:
        return
    kept = pareto_frontier(payoffs)
    for side, place in enumerate(proposals):
        assert place in kept
        other = proposals[1 - side]
        floor = wait[1 - side] * payoffs[other, 1 - side]
        open_to_it = [payoffs[package, side] for package in kept if payoffs[package, 1 - side] >= floor]
        assert payoffs[place, side] == max(open_to_it)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rubinstein_split(1.1, 0.5), "no discount factor|not a discount factor"),
        (lambda: rubinstein_split(1.0, 1.0), "no unique split"),
        (lambda: rubinstein_by_rates(-0.1, 0.3, 1.0), "must not be negative"),
        (lambda: rubinstein_by_rates(0.1, 0.3, -1.0), "no time between offers"),
        (lambda: rubinstein_limit(0.0, 0.0), "nor both zero"),
        (lambda: fixed_cost_split(0.5, 1.5), "between 0 and 1"),
        (lambda: finite_horizon_split(0.9, 0.8, 0), "hold no offer"),
        (lambda: finite_horizon_split(math.nan, 0.8, 3), "between 0 and 1"),
    ],
)
def test_numbers_that_make_no_game_are_refused(call: object, message: str) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match=message):
        call()
