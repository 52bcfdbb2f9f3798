"""Every number of a small tournament against the value that was worked out by hand from its eight negotiations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.questions.tournament.analysis import PLAYER_COLUMNS, analyse
from experiments.questions.tournament.failures import Failure
from tests.tournament_by_hand import PAIRS, A, B, by_hand, share_of_first_world, terms, worlds

NAN = math.nan

#: By column, a value a pair in the order AA, AB, BA, BB.
CELLS: dict[str, list[float]] = {
    "worlds": [2, 2, 2, 2],
    "deals": [1, 2, 0, 1],
    "deal_share": [0.5, 1.0, 0.0, 0.5],
    # Wilson at 95 %, z = 1.95996: of 1 in 2, (0.5 + z2/4 +- z sqrt(1/8 + z2/16)) / (1 + z2/2); of 2 in 2, from
    # 1/(1 + z2/2).
    "deal_low": [0.094531, 0.342380, 0.0, 0.094531],
    "deal_high": [0.905469, 1.0, 0.657620, 0.905469],
    "payoff.us_treasury": [3.0, 5.0, 3.5, 3.5],
    "payoff.partner": [20.0, 22.5, 12.0, 14.5],
    "gain.us_treasury": [0.15, 0.4, 0.2, 1.5],
    "gain.partner": [2.2, 3.0, 3.9, -0.2],
    # Of two values the standard error of the mean is half of their distance.
    "payoff_error.us_treasury": [2.0, 3.0, 0.5, 3.5],
    "payoff_error.partner": [10.0, 2.5, 1.0, 2.5],
    "gain_error.us_treasury": [0.05, 0.1, 0.9, 0.2],
    "gain_error.partner": [0.1, 0.1, 0.2, 4.5],
    # The worst 1.5 of two worlds: (worst + other / 2) / 1.5.
    "payoff_cvar.us_treasury": [7 / 3, 4.0, 10 / 3, 7 / 3],
    "payoff_cvar.partner": [50 / 3, 65 / 3, 35 / 3, 41 / 3],
    "gain_cvar.us_treasury": [0.4 / 3, 1.1 / 3, -0.1, 4.3 / 3],
    "gain_cvar.partner": [6.5 / 3, 8.9 / 3, 11.5 / 3, -1.7],
    # US against A: 4 and 5 are the most; against B: 7 and 8. Japan against A: 20 and 30; against B: 13 and 17.
    "regret.us_treasury": [1.5, 2.5, 1.0, 4.0],
    "regret.partner": [5.0, 2.5, 3.0, 0.5],
    "deviation.us_treasury": [0.5, 0.0, 0.0, 1.5],
    "deviation.partner": [2.5, 0.0, 2.5, 0.0],
    "welfare": [2.35, 3.4, 4.1, 1.3],
    "welfare_with_firms": [2.365, 3.44, 4.19, 1.45],
    "nash_distance": [0.5, 0.55, NAN, 1.5],
    "pareto_gap": [0.125, 0.13, NAN, 0.625],
    "rounds": [2.0, 5.0, NAN, 7.0],
    "days": [11.0, 17.0, NAN, 29.0],
}

#: By column, the values of US A, US B, Japan B, Japan A: best first.
PLAYERS: dict[str, list[Any]] = {
    "seat": ["us_treasury", "us_treasury", "partner", "partner"],
    "player": [A, B, B, A],
    "rank": [1, 2, 1, 2],
    "rank_low": [1, 1, 1, 1],
    "rank_high": [2, 2, 2, 2],
    "utility": [4.0, 3.5, 18.5, 16.0],
    "payoff": [4.0, 3.5, 18.5, 16.0],
    # The worst three of four numbers.
    "payoff_cvar": [8 / 3, 7 / 3, 49 / 3, 34 / 3],
    "gain": [0.275, 0.85, 1.4, 3.05],
    "gain_cvar": [0.2, 1.7 / 3, 1.3 / 3, 2.7],
    "regret": [2.0, 2.5, 1.5, 4.0],
    "regret_worst": [2.5, 4.0, 2.5, 5.0],
    "deal_share": [0.75, 0.25, 0.75, 0.25],
    "welfare": [2.875, 2.7, 2.35, 3.225],
    "nash_distance": [1.6 / 3, 1.5, 2.6 / 3, 0.5],
    "rounds": [4.0, 7.0, 17 / 3, 2.0],
    "days": [15.0, 29.0, 21.0, 11.0],
}


@pytest.mark.parametrize("column", CELLS)
def test_a_column_of_pairs_is_what_was_worked_out(column: str) -> None:
    cells = by_hand().cells
    assert list(zip(cells["us"], cells["partner"], strict=True)) == list(PAIRS)
    np.testing.assert_allclose(cells[column].to_numpy(dtype=float), CELLS[column], rtol=1e-5, atol=1e-12)


def test_the_table_of_pairs_has_no_other_column() -> None:
    assert set(by_hand().cells) == {"us", "partner", "equilibrium_share", *CELLS}


@pytest.mark.parametrize("column", PLAYERS)
def test_a_column_of_players_is_what_was_worked_out(column: str) -> None:
    found = by_hand().players[column].tolist()
    assert found == (PLAYERS[column] if isinstance(PLAYERS[column][0], str) else pytest.approx(PLAYERS[column]))


def test_the_table_of_players_has_no_other_column() -> None:
    more = {"best_share", "utility_low", "utility_high", "replicator_share"}
    assert tuple(by_hand().players) == PLAYER_COLUMNS
    assert set(PLAYER_COLUMNS) == more | PLAYERS.keys()


def test_the_best_are_counted_over_resampled_worlds() -> None:
    # Of the first world alone US B is best, 5.5 to 1.5; of both or of the second US A. Japan B is best of any.
    first = share_of_first_world(1.0, 1.0)
    assert 0.15 < first < 0.35
    assert by_hand().players["best_share"].tolist() == pytest.approx([1 - first, first, 1.0, 0.0])


def test_pure_equilibria_are_counted_over_resampled_worlds() -> None:
    # Of the first world alone it is BA, of both AB, of the second AA.
    shares = [share_of_first_world(0.0, 0.0), share_of_first_world(0.5, 0.5), share_of_first_world(1.0, 1.0), 0.0]
    assert by_hand().cells["equilibrium_share"].tolist() == pytest.approx(shares)
    (only,) = by_hand().equilibria["equilibria"]
    assert only["survival"] == pytest.approx(shares[1])


def test_the_equilibrium_is_what_was_worked_out() -> None:
    found = by_hand().equilibria
    assert found["utility"] == "payoff"
    assert found["players"] == [A, B]
    assert found["complete"] is True
    # Japan's B is better than A whatever the US plays; then the US's A is better than B.
    assert found["eliminated"] == [
        {"round": 1, "side": "partner", "player": A, "by": {B: 1.0}},
        {"round": 2, "side": "us_treasury", "player": B, "by": {A: 1.0}},
    ]
    assert found["left"] == {"us_treasury": [A], "partner": [B]}
    # A billionth of the range of mean payoffs, 3 to 5 and 12 to 22.5.
    assert found["tolerance"] == pytest.approx({"us_treasury": 2e-9, "partner": 10.5e-9})
    regret = {"us_treasury": 0.0, "partner": 0.0}
    near = {"us_treasury": A, "partner": B, "regret": regret, "most": 0.0, "ties": 1}
    assert found["nearest_pure"] == near
    (only,) = found["equilibria"]
    assert only["pure"] is True
    assert (only["us_treasury"], only["partner"]) == ({A: 1.0}, {B: 1.0})
    assert only["utility"] == {"us_treasury": 5.0, "partner": 22.5}
    assert only["regret"] == regret
    # Of the first world alone, the US could have 7 for 2; of the second, Japan 30 for 25. Either is a quarter of all.
    assert only["regret_in_samples"] == {"us_treasury": 5.0, "partner": 5.0}


def test_what_is_better_everywhere_takes_over() -> None:
    found = by_hand()
    (only,) = found.equilibria["replicator"]["basins"]
    assert only == {"us_treasury": [A], "partner": [B], "settled": True, "share": 1.0}
    assert found.equilibria["replicator"]["starts"] == 20
    # They settle when nothing would do better by 0.01 % of the range, so that a little of the others may be left.
    assert found.players["replicator_share"].tolist() == pytest.approx([1.0, 0.0, 1.0, 0.0], abs=0.01)


def test_two_worlds_bound_no_mean() -> None:
    # Half of the samples hold one world only and have no standard error.
    assert by_hand().players["utility_low"].tolist() == [-math.inf] * 4
    assert by_hand().players["utility_high"].tolist() == [math.inf] * 4


def test_gains_may_be_the_utility() -> None:
    found = by_hand("gain")
    # By mean gain the US's B is first with 0.85, and Japan's A with 3.05.
    assert found.players["player"].tolist() == [B, A, A, B]
    assert found.players["utility"].tolist() == pytest.approx([0.85, 0.275, 3.05, 1.4])
    assert found.players["payoff"].tolist() == pytest.approx([3.5, 4.0, 16.0, 18.5])
    # US against A: 0.1 and 1.1 are the most, against B 1.3 and 1.7. Japan against A: 2.9 and 3.1, against B 4.3, 4.1.
    assert found.cells["regret.us_treasury"].tolist() == pytest.approx([0.45, 1.1, 0.4, 0.0])
    assert found.cells["regret.partner"].tolist() == pytest.approx([0.8, 0.0, 0.3, 4.4])
    assert found.cells["deviation.us_treasury"].tolist() == pytest.approx([0.05, 1.1, 0.0, 0.0])
    assert found.cells["deviation.partner"].tolist() == pytest.approx([0.8, 0.0, 0.0, 4.1])
    assert found.players["regret_worst"].tolist() == pytest.approx([0.4, 1.1, 0.8, 4.4])


def _failure(us: str, partner: str, at_fault: str) -> Failure:
    return Failure(us=us, partner=partner, kind="error", message="no idea", at_fault=(at_fault,))


def test_a_failed_pair_leaves_gaps_and_no_zeros() -> None:
    rows = worlds().slice(0, 6)
    found = analyse(terms(), rows, [_failure(B, B, B)])
    whole = by_hand().cells
    kept = [str(name) for name in whole if not str(name).startswith(("regret", "deviation", "equilibrium"))]
    pd.testing.assert_frame_equal(found.cells[kept].head(3), whole[kept].head(3))
    last = found.cells.iloc[3]
    assert last["worlds"] == 0
    assert last.drop(["us", "partner", "worlds"]).isna().all()
    # One player is left, and one is no field.
    assert found.cells["regret.us_treasury"].isna().all()
    assert found.players.empty
    assert tuple(found.players) == PLAYER_COLUMNS
    assert found.players.dtypes.to_dict() == by_hand().players.dtypes.to_dict()
    assert found.equilibria.keys() == by_hand().equilibria.keys()
    assert (found.equilibria["equilibria"], found.equilibria["players"]) == ([], [])
