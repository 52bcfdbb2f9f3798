"""A solved problem is kept in a directory that is read back to the last bit, and the command prints it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from experiments.config.load import load_config
from experiments.questions.solve.problem import solve
from experiments.questions.solve.result import SolveResult, read
from experiments.questions.solve.solve import solutions as play
from experiments.store.reading import read_finished
from sim.issues import SIDES
from tests.command_line import winset
from tests.small_answers import check_same_tables
from tests.tree import CONFIGS

JULY = CONFIGS / "july_2025.yaml"
CARS = CONFIGS / "cars_on_the_table.yaml"
SEED = CONFIGS / "japan_us_2025.yaml"


def _check_same(one: SolveResult, other: SolveResult) -> None:
    np.testing.assert_array_equal(one.solved.frontier, other.solved.frontier, strict=True)
    for name in ("seed", "run", "date", "walk_away", "reservation", "sizes", "points", "deal", "refined"):
        assert getattr(one.solved, name) == getattr(other.solved, name), name
    check_same_tables(one, other)
    assert one.plain() == other.plain()


@pytest.mark.parametrize(("config", "run"), [(JULY, 1), (CARS, 18), (SEED, 1)], ids=["july", "cars", "seed"])
def test_a_directory_is_read_back_as_it_was_played(config: Path, run: int, tmp_path: Path) -> None:
    played = play(load_config(config), powers=(0.3,), run=run, out=tmp_path / "out", refine=True)
    back = read(read_finished(tmp_path / "out", "solve"))
    _check_same(played, back)
    assert back.folder == played.folder == str(tmp_path / "out")
    computed = solve(load_config(config), None, run, (0.3,), refine=True)
    for name in ("seed", "run", "date", "walk_away", "reservation", "sizes", "points", "deal", "refined"):
        assert getattr(back.solved, name) == getattr(computed, name), name
    np.testing.assert_array_equal(back.solved.frontier, computed.frontier)
    assert bool(computed.refined) == bool(computed.points) == (config != SEED)


def test_the_command_prints_packages_beside_the_deal() -> None:
    result = winset("solve", JULY, "--refine")
    assert result.exit_code == 0, result.output
    for text in ("What the talks agreed", "Kalai-Smorodinsky", "Nash, US power 0.25", "Best for Japan that the US",
                 "ratified by the US", "Between the levels of the grid", "Car tariff, %", "Joint value"):  # fmt: skip
        assert text in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert "Kept in" not in result.stdout


def test_the_command_says_when_there_is_nothing_to_solve() -> None:
    assert "nothing to solve" in " ".join(winset("solve", SEED).stdout.split())
    patient = ("--set", "walk_away.execution_probability=0", "--set", "us_treasury.red_lines=x")
    assert winset("solve", CARS, *patient).exit_code == 2


def test_the_command_prints_json() -> None:
    result = winset("solve", JULY, "--power", "0.4", "--json")
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)
    assert set(data["solutions"]) >= {"nash", "nash_power_0.4", "best_us"}
    solved = solve(load_config(JULY), powers=(0.4,))
    for point in solved.points:
        told = data["solutions"][point.name]
        assert {*told} == {"package", "payoff", "gain"}
        assert told["package"] == point.package
        assert tuple(told["payoff"][side] for side in SIDES) == point.payoff
        assert tuple(told["gain"][side] for side in SIDES) == point.gain
    assert data["talks"]["outcome"] == "agreement"
    assert data["win_sets"]["zone"] <= min(data["win_sets"][side] for side in SIDES) < data["win_sets"]["packages"]
    assert winset("solve", JULY, "--power", "0.4", "--json").stdout == result.stdout


def test_the_command_refuses_bad_numbers_and_leaves_no_directory(tmp_path: Path) -> None:
    for arguments in (("--power", "2"), ("--run", "-1"), ("--seed", "-1")):
        result = winset("solve", CARS, *arguments, "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert result.stdout == ""
        assert "error: --" in result.stderr
    assert [*tmp_path.iterdir()] == []
