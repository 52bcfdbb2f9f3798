"""Games with known solutions: their equilibria are found, and the replicator dynamics go where they must."""

from __future__ import annotations

import math

import nashpy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.questions.tournament.equilibria import Equilibrium, solve, survival
from experiments.questions.tournament.game import Game, pure_equilibria, undominated
from experiments.questions.tournament.lemke_howson import lemke_howson
from experiments.questions.tournament.replicator import replicator_flow, seeded_starts
from sim.records import Floats

PRISONERS = Game(np.array([[3.0, 0.0], [5.0, 1.0]]), np.array([[3.0, 5.0], [0.0, 1.0]]))
PENNIES = Game(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([[-1.0, 1.0], [1.0, -1.0]]))
SEXES = Game(np.array([[3.0, 0.0], [0.0, 2.0]]), np.array([[2.0, 0.0], [0.0, 3.0]]))

#: Twenty choices a side, more than supports can be enumerated for.
LARGE = 20


def _mixtures(game: Game) -> list[tuple[list[float], list[float]]]:
    return [(one.us.round(9).tolist(), one.partner.round(9).tolist()) for one in solve(game).equilibria]


def test_prisoners_end_where_neither_cooperates() -> None:
    solution = solve(PRISONERS)
    assert _mixtures(PRISONERS) == [([0.0, 1.0], [0.0, 1.0])]
    assert [(gone.side, gone.choice, gone.by) for gone in solution.eliminations] == [(0, 0, {1: 1.0}), (1, 0, {1: 1.0})]
    assert solution.complete


def test_matching_pennies_has_the_even_mixture_alone() -> None:
    assert pure_equilibria(PENNIES) == []
    assert _mixtures(PENNIES) == [([0.5, 0.5], [0.5, 0.5])]


def test_battle_of_the_sexes_has_two_pure_equilibria_and_a_mixed_one() -> None:
    # Each side makes the other indifferent: 3 q = 2 (1 - q) and 2 p = 3 (1 - p).
    assert _mixtures(SEXES) == [([1.0, 0.0], [1.0, 0.0]), ([0.0, 1.0], [0.0, 1.0]), ([0.6, 0.4], [0.4, 0.6])]


def test_a_choice_that_only_a_mixture_dominates_is_eliminated() -> None:
    us = np.array([[4.0, 0.0], [0.0, 4.0], [1.5, 1.5]])
    rows, columns, gone = undominated(Game(us, np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]])))
    assert (rows.tolist(), columns.tolist()) == ([0, 1], [0, 1])
    (only,) = gone
    assert only.choice == 2
    weights = np.array([only.by.get(0, 0.0), only.by.get(1, 0.0)])
    assert (weights @ us[:2] > us[2]).all()


def test_a_choice_that_is_equal_somewhere_stays() -> None:
    weak = Game(np.array([[1.0, 1.0], [1.0, 0.0]]), np.zeros((2, 2)))
    assert undominated(weak)[0].tolist() == [0, 1]


PAYOFFS = st.integers(-3, 3).map(float)


@settings(max_examples=40)
@given(st.lists(PAYOFFS, min_size=18, max_size=18))
def test_every_small_game_has_an_equilibrium_and_all_are_verified(numbers: list[float]) -> None:
    game = Game.of(np.array(numbers).reshape(3, 3, 2))
    found = solve(game).equilibria
    assert found
    assert all(game.is_equilibrium(one.us, one.partner) for one in found)
    assert {one.supports for one in found if one.is_pure} == {((i,), (j,)) for i, j in pure_equilibria(game)}


@pytest.mark.parametrize("seed", range(8))
def test_all_equilibria_of_small_games_are_those_of_vertex_enumeration(seed: int) -> None:
    # Payoffs without ties: games are not degenerate, and the two algorithms share no code.
    payoffs = np.random.default_rng(seed).normal(size=(4, 4, 2))
    game = Game.of(payoffs)
    wanted = sorted((*x.round(6), *y.round(6)) for x, y in nashpy.Game(game.us, game.partner).vertex_enumeration())
    found = sorted((*one.us.round(6), *one.partner.round(6)) for one in solve(game).equilibria)
    np.testing.assert_allclose(found, wanted, atol=2e-6)  # rounded to 1e-6 to be sorted


@pytest.mark.parametrize("seed", range(5))
def test_paths_of_lemke_and_howson_end_at_equilibria_of_large_games(seed: int) -> None:
    game = Game.of(np.random.default_rng(seed).normal(size=(LARGE, LARGE, 2)))
    ends = [lemke_howson(game, label) for label in range(2 * LARGE)]
    assert all(end is not None and game.is_equilibrium(*end) for end in ends)


def test_paths_end_in_degenerate_games() -> None:
    # Rows and columns repeated: every ratio test is tied.
    game = Game(np.tile(PENNIES.us, (5, 5)), np.tile(PENNIES.partner, (5, 5)))
    ends = [lemke_howson(game, label) for label in range(20)]
    assert all(end is not None and game.is_equilibrium(*end) for end in ends)


def test_an_equilibrium_survives_in_the_samples_that_have_it() -> None:
    mixed = next(one for one in solve(SEXES).equilibria if not one.is_pure)
    samples = np.stack([np.stack([game.us, game.partner], axis=-1) for game in (SEXES, SEXES, PENNIES, PRISONERS)])
    share, regrets = survival(mixed, samples)
    # Matching pennies too has an equilibrium in which both mix both choices.
    assert share == 0.75
    np.testing.assert_allclose(regrets[:2], 0.0, atol=1e-12)  # rounding
    assert regrets[3].max() > 0.5
    pure = Equilibrium(np.array([0.0, 1.0]), np.array([0.0, 1.0]), (0.0, 0.0))
    assert survival(pure, samples)[0] == 0.75


def _flow(game: Game, us: list[float], partner: list[float], end: float) -> tuple[Floats, Floats]:
    flow = replicator_flow(game, np.array([us]), np.array([partner]), end)
    return flow.us[0], flow.partner[0]


def test_prisoners_stop_cooperating_from_every_start() -> None:
    flow = replicator_flow(PRISONERS, *seeded_starts(PRISONERS, 50, 1))
    assert flow.basins() == [((1,), (1,), True, 1.0)]


def test_the_sexes_agree_and_each_meeting_place_has_its_basin() -> None:
    # By symmetry the basins are equal: exchanging sides and choices maps one onto the other. Of 400 starts half +- 10 %
    # is four standard errors.
    # The first start, all choices alike, lies on the border between them and is left out.
    us, partner = seeded_starts(SEXES, 401, 1)
    basins = replicator_flow(SEXES, us[1:], partner[1:]).basins()
    assert {(us, partner, settled) for us, partner, settled, _ in basins} == {((0,), (0,), True), ((1,), (1,), True)}
    assert all(abs(share - 0.5) < 0.1 for *_, share in basins)


def test_matching_pennies_goes_round_and_keeps_its_invariant() -> None:
    # sum of ln x and ln y over both choices is conserved on every orbit (Hofbauer and Sigmund 1998); the Runge-Kutta
    # step loses less than 1 % of it in 200 units of time.
    def level(us: Floats, partner: Floats) -> float:
        return float(np.log(us).sum() + np.log(partner).sum())

    start = [0.7, 0.3], [0.5, 0.5]
    end = _flow(PENNIES, *start, 200.0)
    assert level(*end) == pytest.approx(level(*(np.array(part) for part in start)), rel=0.01)
    flow = replicator_flow(PENNIES, np.array([start[0]]), np.array([start[1]]), 200.0)
    assert not flow.settled[0]


def test_a_path_is_that_of_an_integrator_of_another_kind() -> None:
    game = Game.of(np.random.default_rng(3).normal(size=(4, 3, 2)))
    scale = max(np.ptp(game.us), np.ptp(game.partner))
    us, partner = nashpy.Game(game.us / scale, game.partner / scale).asymmetric_replicator_dynamics(
        x0=np.full(4, 0.25), y0=np.full(3, 1 / 3), timepoints=np.array([0.0, 20.0])
    )
    found = _flow(game, [0.25] * 4, [1 / 3] * 3, 20.0)
    # Nashpy calls lsoda, whose default tolerance leaves errors of some 1e-7; ours is of the step to the fourth power.
    np.testing.assert_allclose(found[0], us[-1], atol=1e-4)
    np.testing.assert_allclose(found[1], partner[-1], atol=1e-4)
    assert math.isclose(found[0].sum(), 1.0)
