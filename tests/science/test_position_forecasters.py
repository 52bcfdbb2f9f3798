"""Position-based forecasters against closed forms, cases worked by hand, and symmetries that they must have."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from experiments.positions.averages import weighted_mean, weighted_median
from experiments.positions.condorcet import condorcet_winner, stationary_law
from experiments.positions.contests import READINGS, Reading, margins, probability, support
from experiments.positions.equal_gain import after_exchange, equal_gain
from experiments.positions.expected_utility import (
    KINDS,
    Rules,
    basic_utilities,
    expected_utilities,
    one_round,
    risk_exponents,
    rounds_of,
)
from experiments.positions.nash_product import POINTS, nash_product
from experiments.positions.table import IssuePositions
from experiments.questions.positions.forecasts import answers
from sim.records import Floats

#: Sums of few terms of size 1 to 100 in another order.
EXACT = 1e-9


def issue_of(
    positions: list[float], salience: list[float], power: list[float], low: float = 0.0, high: float = 100.0
) -> IssuePositions:
    names = tuple(f"actor {place}" for place in range(len(positions)))
    return IssuePositions("issue", names, np.array(positions), np.array(salience), np.array(power), low, high)


def answers_of(issue: IssuePositions, rounds: int = 5) -> dict[str, float]:
    found = answers(issue, issue.salience[None, :], "least_movement", rounds)
    return {name: float(value[0]) for name, value in found.items()}


# One and two actors.


def test_a_single_actor_gets_what_it_wants_from_every_forecaster() -> None:
    found = answers_of(issue_of([37.0], [0.4], [3.0]))
    assert found == pytest.approx(dict.fromkeys(found, 37.0), abs=EXACT)


def test_two_symmetric_actors_meet_in_the_middle_or_tie() -> None:
    found = answers_of(issue_of([20.0, 80.0], [0.5, 0.5], [1.0, 1.0]))
    assert found["weighted_mean"] == found["nash_product"] == 50.0
    assert found["condorcet_chain"] == pytest.approx(50.0, abs=EXACT)
    assert np.isnan(found["condorcet"]), "neither beats the other"
    assert found["weighted_median"] == 20.0, "the lower of both middle positions"
    # Each expects as much of a challenge as the other, so that neither gives way.
    assert found["expected_utility_per_pair"] == found["expected_utility_all_pairs"] == 20.0


@pytest.mark.parametrize(("first", "second"), [(1.0, 1.0), (1.0, 3.0), (2.5, 1.0), (1.0, 50.0)])
def test_the_nash_product_of_two_actors_is_where_both_marginal_gains_are_equal(first: float, second: float) -> None:
    """From w1 / (R - x + x1) = w2 / (R - x2 + x), inside the two positions; the grid is good to half a step."""
    low, high, scale = 10.0, 40.0, 50.0
    inner = (second * (scale + low) - first * (scale - high)) / (first + second)
    found = float(nash_product(np.array([low, high]), np.array([first, second]), 0.0, scale))
    assert found == pytest.approx(min(max(inner, low), high), abs=0.5 * scale / (POINTS - 1) + EXACT)


def test_the_nash_product_heeds_what_disagreement_is_worth() -> None:
    positions, equal = np.array([0.0, 100.0]), np.ones(2)
    assert float(nash_product(positions, equal, 0.0, 100.0)) == 50.0
    # u_1 = 1 - x, u_2 = x: (1 - x - .2) x is largest at .4.
    assert float(nash_product(positions, equal, 0.0, 100.0, np.array([0.2, 0.0]))) == pytest.approx(40.0, abs=EXACT)
    assert np.isnan(nash_product(positions, equal, 0.0, 100.0, np.array([0.6, 0.6]))), "nothing is worth it to both"
    # Who has no weight refuses nothing.
    assert float(nash_product(positions, np.array([1.0, 0.0]), 0.0, 100.0, np.array([0.6, 1.0]))) == 0.0


# Averages and majorities.


def test_the_median_of_an_even_split_is_the_lower_middle_position() -> None:
    positions = np.array([4.0, 1.0, 3.0, 2.0])
    assert float(weighted_median(positions, np.ones(4))) == 2.0
    assert float(weighted_median(positions, np.array([1.0, 1.0, 1.0001, 1.0]))) == 3.0
    # Tenths add up to a half only but for rounding.
    assert float(weighted_median(np.array([1.0, 2.0, 3.0]), np.array([0.1, 0.2, 0.3]))) == 2.0


def test_a_weight_counts_as_so_many_actors() -> None:
    positions = np.array([3.0, 8.0, 11.0])
    once = np.repeat(positions, [2, 1, 4])
    assert weighted_mean(positions, np.array([2.0, 1.0, 4.0])) == pytest.approx(once.mean(), abs=EXACT)
    assert weighted_median(positions, np.array([2.0, 1.0, 4.0])) == np.median(once)


#: Three voters rank A > B > C, B > C > A and C > A > B [Condorcet 1785]: votes of each option against each other.
CYCLE = np.array([[0.0, 2.0, 1.0], [1.0, 0.0, 2.0], [2.0, 1.0, 0.0]])


def test_condorcets_cycle_has_no_winner_and_a_chain_that_goes_round() -> None:
    assert condorcet_winner(margins(CYCLE)) is None
    assert stationary_law(probability(CYCLE, "per_pair")) == pytest.approx([1 / 3] * 3, abs=EXACT)


def test_three_actors_on_two_issues_vote_in_a_circle() -> None:
    """City-block distances: the first ranks A > B > C, the second C > A > B, the third B > C > A."""
    ideals = np.array([[0.0, 0.0], [10.0, 2.0], [2.0, 10.0]])
    packages = np.array([[0.0, 0.0], [0.0, 6.0], [4.0, 4.0]])
    away = np.abs(ideals[:, None, :] - packages).sum(axis=-1)
    assert away.tolist() == [[0.0, 6.0, 8.0], [12.0, 14.0, 8.0], [12.0, 6.0, 8.0]]
    votes = (away[:, :, None] < away[:, None, :]).sum(axis=0).astype(np.float64)
    np.testing.assert_array_equal(votes, CYCLE)
    assert condorcet_winner(margins(votes)) is None


def test_a_winner_beats_every_other_and_the_chain_of_two_stands_as_likely_as_each_wins() -> None:
    assert condorcet_winner(np.array([[0.0, 1.0, 3.0], [-1.0, 0.0, 2.0], [-3.0, -2.0, 0.0]])) == 0
    assert condorcet_winner(np.array([[0.0, -1.0], [1.0, 0.0]])) == 1
    assert condorcet_winner(np.zeros((2, 2))) is None
    assert condorcet_winner(np.zeros((1, 1))) == 0
    assert stationary_law(np.array([[0.5, 0.7], [0.3, 0.5]])) == pytest.approx([0.7, 0.3], abs=EXACT)
    # An option that never wins is left for good.
    assert stationary_law(np.array([[0.5, 1.0], [0.0, 0.5]])) == pytest.approx([1.0, 0.0], abs=EXACT)


def test_the_chain_stands_still_under_its_own_steps() -> None:
    issue = issue_of([5.0, 20.0, 60.0, 90.0], [0.9, 0.4, 0.7, 0.8], [1.0, 2.0, 1.5, 1.0])
    beats = probability(support(issue.position, issue.weight, issue.options, issue.scale), "per_pair")
    law = stationary_law(beats)
    step = beats.T / 3.0
    np.fill_diagonal(step, 0.0)
    np.fill_diagonal(step, 1.0 - step.sum(axis=1))
    assert law @ step == pytest.approx(law, abs=EXACT)
    assert np.linalg.matrix_power(step, 500)[2] == pytest.approx(law, abs=EXACT)


@pytest.mark.parametrize("reading", READINGS)
def test_probabilities_are_those_of_the_formula(reading: Reading) -> None:
    """Three actors, all sums written out."""
    x, w, r = [0.0, 50.0, 100.0], [1.0, 0.5, 0.25], [2.0, 1.0, 0.5]

    def v(k: int, a: int, b: int) -> float:
        return float(w[k] * ((abs(x[k] - x[b]) / 100) ** r[k] - (abs(x[k] - x[a]) / 100) ** r[k]))

    found = probability(support(np.array(x), np.array(w), np.array(x), 100.0, np.array(r)), reading)
    every = [(a, b) for a in range(3) for b in range(3)]
    whole = sum(abs(v(k, a, b)) for k in range(3) for a, b in every)
    for a, b in every:
        own = sum(abs(v(k, a, b)) for k in range(3))
        wins = sum(max(0.0, v(k, a, b)) for k in range(3))
        right = wins / whole if reading == "all_pairs" else 0.5 if a == b else wins / own
        assert found[a, b] == pytest.approx(right, abs=EXACT)


# Expected utility.


def test_basic_utilities_at_the_ends() -> None:
    for exponent in (0.5, 1.0, 2.0):
        risk = np.array([exponent])
        success, failure, quo = basic_utilities(np.array([1.0]), risk)
        assert (float(success[0]), float(failure[0])) == (2.0, -2.0)
        assert basic_utilities(np.array([0.0]), risk)[0][0] == basic_utilities(np.array([0.0]), risk)[1][0] == quo[0]
        assert float(quo[0]) == pytest.approx(2.0 - 4.0 * 0.5**exponent, abs=EXACT)


def test_expected_utility_of_three_actors_worked_by_hand() -> None:
    """A at 0, B at 50 and C at 100, power 1, salience 1, 1/2 and 1/4, read per pair.

    At exponents of 1: P(A, B) = .5 / .875 = 4/7, P(A, C) = 4/5, P(B, C) = 6/7, and E(a -> b) = 2 d (1 - 2 s_b (1 - P)).
    Dangers are -47/35, 5/7 and 191/70, so that R is -1, 1/95 and 1, and r is 2, 142/143 and 1/2. With these
    C expects .2062 of challenging B and .7735 for B of being challenged, and gives in to B; B likewise gives in to A;
    A expects nothing good for anyone who challenges it, and stays.
    """
    x, s, c = np.array([0.0, 50.0, 100.0]), np.array([1.0, 0.5, 0.25]), np.ones(3)
    distance = np.abs(x[:, None] - x) / 100.0
    wins = probability(support(x, c * s, x, 100.0), "per_pair")
    assert [wins[0, 1], wins[0, 2], wins[1, 2]] == pytest.approx([4 / 7, 4 / 5, 6 / 7], abs=EXACT)
    challenging, being = expected_utilities(distance, s, wins, np.ones(3))
    by_hand = {(0, 1): 4 / 7, (1, 0): -1 / 7, (0, 2): 9 / 5, (2, 0): -6 / 5, (1, 2): 13 / 14, (2, 1): 1 / 7}
    for (i, j), value in by_hand.items():
        assert challenging[i, j] == pytest.approx(value, abs=EXACT)
        assert being[j, i] == pytest.approx(value, abs=EXACT), "at exponents of 1 all see it alike"
    assert Fraction(-1, 7) + Fraction(-6, 5) == Fraction(-47, 35)
    risk = risk_exponents(being)
    assert risk == pytest.approx([2.0, 142 / 143, 0.5], abs=EXACT)

    beta = 0.5 ** (142 / 143)
    a_b = 0.25 / (0.25 + 0.5 * beta + 0.25 * (1.0 - sqrt(0.5)))
    b_c = (0.75 + 0.5 * beta) / (0.75 + 0.5 * beta + 0.25 * sqrt(0.5))
    wins = probability(support(x, c * s, x, 100.0, risk), "per_pair")
    assert [wins[0, 1], wins[0, 2], wins[1, 2]] == pytest.approx([a_b, 0.8, b_c], abs=EXACT)
    e, f = expected_utilities(distance, s, wins, risk)
    # C with r = 1/2: success at half the range is worth 0, failure 2 - 4 sqrt(3/4), the status quo 2 - 4 sqrt(1/2).
    lost, quo = 2.0 - 4.0 * sqrt(0.75), 2.0 - 4.0 * sqrt(0.5)
    assert e[2, 1] == pytest.approx(0.5 * b_c * lost - quo, abs=EXACT) == pytest.approx(0.20624, abs=1e-5)
    assert f[2, 1] == pytest.approx(0.25 * (1.0 - b_c) * lost - quo, abs=EXACT) == pytest.approx(0.77350, abs=1e-5)
    assert (e[2, 0], f[2, 0]) == pytest.approx((-1.2 - quo, 0.3 + 1.5 - quo), abs=EXACT)
    # A with r = 2: whoever challenges it wins 1.75 or loses .25, and gives up a status quo worth 1.
    assert f[0, 1] == pytest.approx((1.0 - a_b) * 1.75 - a_b * 0.25 - 1.0, abs=EXACT)
    assert f[0, 1] < 0.0
    moved = one_round(x, s, c, Rules(100.0, "per_pair"))
    assert moved.positions.tolist() == [0.0, 0.0, 50.0]
    assert [KINDS[kind] for kind in moved.kinds] == ["stays", "gives in", "gives in"]
    assert moved.partners.tolist() == [0, 0, 1]


def test_compromise_and_capitulation_move_as_far_as_the_formula_says() -> None:
    """Two actors and both readings, over many saliences: every kind of move occurs and follows its definition."""
    seen: set[str] = set()
    rng = np.random.default_rng(5)
    for _ in range(200):
        x, s, c = rng.uniform(0, 100, 4), rng.uniform(0, 1, 4), rng.uniform(0.1, 1, 4)
        reading = READINGS[int(rng.integers(2))]
        moved = one_round(x, s, c, Rules(100.0, reading))
        wins = probability(support(x, c * s, x, 100.0, moved.risk), reading)
        e, f = expected_utilities(np.abs(x[:, None] - x) / 100.0, s, wins, moved.risk)
        for i in range(4):
            options = {
                "gives in": [x[j] for j in range(4) if f[i, j] > e[i, j] > 0 and j != i],
                "compromises": [x[i] + (x[j] - x[i]) * abs(e[i, j] / f[i, j]) for j in range(4)
                                if f[i, j] > 0 > e[i, j] and f[i, j] > -e[i, j]],
                "capitulates": [x[j] for j in range(4) if f[i, j] > 0 > e[i, j] and f[i, j] < -e[i, j]],
            }  # fmt: skip
            kind = next((name for name, targets in options.items() if targets), "stays")
            steps = [float(at - x[i]) for at in options.get(kind, [x[i]])]
            assert KINDS[int(moved.kinds[i])] == kind
            assert moved.positions[i] == pytest.approx(x[i] + min(steps, key=abs), abs=EXACT)
            seen.add(kind)
    assert seen == set(KINDS)


def test_a_batch_of_draws_is_each_of_them_alone() -> None:
    rng = np.random.default_rng(1)
    x, c = np.array([0.0, 30.0, 60.0, 100.0]), np.array([1.0, 2.0, 1.0, 3.0])
    s = rng.uniform(0.1, 1.0, (6, 4))
    for rules in (Rules(100.0, "per_pair"), Rules(100.0, "all_pairs", "lowest")):
        # A batch goes on until nobody moves in any draw; who stands still does so for good.
        together = rounds_of(np.broadcast_to(x, s.shape), s, c, rules, 6)[-1].positions
        alone = np.array([rounds_of(x, one, c, rules, 6)[-1].positions for one in s])
        np.testing.assert_allclose(together, alone, atol=1e-6)


# Equal Gain.


def test_equal_gain_of_two_actors_on_two_issues_worked_by_hand() -> None:
    """Each cares .8 for one issue and .2 for the other: O is 80 on both, x = y = 20, and both gain 16 - 4 = 12."""
    positions = np.array([[0.0, 100.0], [100.0, 0.0]])
    salience = np.array([[0.2, 0.8], [0.8, 0.2]])
    found = equal_gain(positions, salience, np.ones((2, 2)))
    assert found.before == pytest.approx([80.0, 80.0], abs=EXACT)
    assert found.outcome == pytest.approx([100.0, 100.0], abs=EXACT)
    (trade,) = found.trades
    assert (trade.giver, trade.taker, trade.first, trade.second) == (0, 1, 0, 1)
    assert (trade.first_shift, trade.second_shift, trade.gain) == pytest.approx((20.0, 20.0, 12.0), abs=EXACT)
    assert found.low.tolist() == found.high.tolist() == found.outcome.tolist()


def test_equal_gain_is_limited_by_the_smaller_side_and_equal_for_both() -> None:
    """The first weighs half as much on A, so that x is at most 100 * .1 / .9 and y follows at y / x = 1."""
    positions = np.array([[0.0, 100.0], [100.0, 0.0]])
    salience = np.array([[0.2, 0.8], [0.8, 0.2]])
    power = np.array([[0.5, 1.0], [1.0, 1.0]])
    found = equal_gain(positions, salience, power)
    x = 100.0 * 0.1 / 0.9
    assert found.outcome == pytest.approx([100.0 * 0.8 / 0.9 + x, 80.0 + x], abs=EXACT)
    (trade,) = found.trades
    assert trade.gain == pytest.approx(0.8 * x - 0.2 * x, abs=EXACT)


def test_trades_of_equal_gain_give_a_range_over_their_orders() -> None:
    """A can trade its position on the first issue with B for the second, or with C for the third, at one gain."""
    nothing = np.nan
    positions = np.array([[0.0, 100.0, 100.0], [100.0, 0.0, nothing], [100.0, nothing, 0.0]])
    salience = np.array([[0.2, 0.8, 0.8], [0.8, 0.2, 0.0], [0.8, 0.0, 0.2]])
    found = equal_gain(positions, salience, np.ones((3, 3)))
    x = 100.0 * 0.2 / 1.8
    assert found.outcome == pytest.approx([100.0, 80.0 + x, 80.0], abs=EXACT), "in the order of the actors"
    assert found.low == pytest.approx([100.0, 80.0, 80.0], abs=EXACT)
    assert found.high == pytest.approx([100.0, 80.0 + x, 80.0 + x], abs=EXACT)
    assert found.is_complete
    assert len(found.trades) == 1
    assert after_exchange(positions, salience, np.ones((3, 3))) == pytest.approx(found.outcome, abs=EXACT)


def test_nobody_trades_on_one_issue_or_on_one_side() -> None:
    one = equal_gain(np.array([[0.0, 100.0]]), np.array([[0.5, 0.5]]), np.ones((1, 2)))
    assert one.trades == ()
    assert one.outcome == pytest.approx([50.0])
    alike = np.array([[0.0, 100.0], [0.0, 100.0]])
    same = equal_gain(alike, np.full((2, 2), 0.5), np.ones((2, 2)))
    assert same.trades == (), "both mind both issues alike"
    assert same.outcome == pytest.approx([50.0, 50.0])


def test_both_sides_of_every_trade_gain_alike() -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        positions, salience = rng.uniform(0, 100, (3, 5)), rng.uniform(0.05, 1, (3, 5))
        found = equal_gain(positions, salience, rng.uniform(0.5, 2, (3, 5)))
        for one in found.trades:
            x, y = abs(one.first_shift), abs(one.second_shift)
            giver = salience[one.second, one.giver] * y - salience[one.first, one.giver] * x
            taker = salience[one.first, one.taker] * x - salience[one.second, one.taker] * y
            assert giver == pytest.approx(taker, abs=EXACT) == pytest.approx(one.gain, abs=EXACT)
            assert one.gain > 0.0
        exchanged = [place for one in found.trades for place in one.positions]
        assert len(exchanged) == len({*exchanged}), "each position once"
        assert np.all(found.low <= found.outcome + EXACT)
        assert np.all(found.outcome <= found.high + EXACT)


# Symmetries.

#: Half a step of the grid on which the Nash product is looked for.
GRID = 0.5 * 64.0 / (POINTS - 1)

#: Positions on a coarse grid, so that neither scaling nor reflection rounds.
PLACES = st.lists(st.integers(0, 64), min_size=1, max_size=6)


@st.composite
def issues(draw: st.DrawFn) -> IssuePositions:
    places = draw(PLACES)
    count = len(places)
    shares = st.lists(st.integers(1, 31), min_size=count, max_size=count)
    salience, power = draw(shares), draw(shares)
    return issue_of([float(one) for one in places], [one / 32 for one in salience], [one / 4 for one in power],
                    0.0, 64.0)  # fmt: skip


@given(issues())
def test_no_forecaster_leaves_the_span_of_the_positions(issue: IssuePositions) -> None:
    for name, value in answers_of(issue, 3).items():
        room = GRID if name == "nash_product" else EXACT
        if not np.isnan(value):
            assert issue.position.min() - room <= value <= issue.position.max() + room, name


@given(issues())
def test_a_position_that_beats_every_other_is_the_median(issue: IssuePositions) -> None:
    """Black 1948."""
    found = answers_of(issue, 1)
    assume(not np.isnan(found["condorcet"]))
    assert found["condorcet"] == found["weighted_median"]


def _same(one: dict[str, float], other: dict[str, float], names: set[str]) -> None:
    for name in names:
        assert other[name] == pytest.approx(one[name], abs=1e-6, nan_ok=True), name


@given(issues(), st.sampled_from([0.25, 2.0, 16.0]), st.integers(-20, 20), st.sampled_from([0.5, 8.0]))
def test_another_scale_of_positions_or_power_changes_nothing_else(
    issue: IssuePositions, factor: float, shift: int, power: float
) -> None:
    moved = replace(
        issue, position=issue.position * factor + shift, power=issue.power * power, low=issue.low * factor + shift,
        high=issue.high * factor + shift,
    )  # fmt: skip
    one, other = answers_of(issue, 3), answers_of(moved, 3)
    _same(one, {name: (value - shift) / factor for name, value in other.items()}, {*one})


@given(issues())
def test_a_mirror_of_the_scale_mirrors_every_answer(issue: IssuePositions) -> None:
    """But for the lower of two middle positions; the path of expected utility is the mirrored path."""
    mirrored = replace(issue, position=64.0 - issue.position)
    one, other = answers_of(issue, 3), answers_of(mirrored, 3)
    _same({name: 64.0 - value for name, value in one.items()}, other,
          {"weighted_mean", "nash_product", "condorcet", "condorcet_chain"})  # fmt: skip
    for reading in READINGS:
        rules = Rules(64.0, reading)
        path, back = (
            rounds_of(each.position, each.salience, each.power, rules, 3)[-1].positions for each in (issue, mirrored)
        )
        np.testing.assert_allclose(back, 64.0 - path, atol=1e-6)


@given(issues())
def test_an_actor_split_in_two_of_half_its_power_is_the_same_for_averages_and_votes(issue: IssuePositions) -> None:
    def halved(values: Floats) -> Floats:
        return np.append(values, values[:1])

    power = halved(issue.power)
    power[[0, -1]] /= 2.0
    split = replace(
        issue, actors=(*issue.actors, "twin"), position=halved(issue.position), salience=halved(issue.salience),
        power=power,
    )  # fmt: skip
    _same(answers_of(issue, 1), answers_of(split, 1),
          {"weighted_mean", "weighted_median", "nash_product", "condorcet", "condorcet_chain"})  # fmt: skip
