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
from tests.command_line import refused, winset
from tests.comparisons_by_hand import check_same_tables, sums_of
from tests.tree import CONFIGS, TINY

JULY = CONFIGS / "july_2025.yaml"
CARS = CONFIGS / "cars_on_the_table.yaml"
SEED = CONFIGS / "japan_us_2025.yaml"
FILES = ("frontier.csv", "solutions.csv", "between_levels.csv", "talks.csv", "value_left.csv")


def _check_same(one: SolveResult, other: SolveResult) -> None:
    np.testing.assert_array_equal(one.solved.frontier, other.solved.frontier, strict=True)
    for name in ("seed", "run", "date", "walk_away", "reservation", "sizes", "points", "deal", "refined"):
        assert getattr(one.solved, name) == getattr(other.solved, name), name
    check_same_tables(one, other)
    assert one.plain() == other.plain()


@pytest.mark.parametrize("config", [JULY, CARS, SEED], ids=lambda path: path.stem)
def test_a_directory_is_read_back_as_it_was_played(config: Path, tmp_path: Path) -> None:
    played = play(load_config(config), powers=(0.3,), run=1, out=tmp_path / "out", refine=True)
    back = read(read_finished(tmp_path / "out", "solve"))
    _check_same(played, back)
    assert back.folder == played.folder == str(tmp_path / "out")
    computed = solve(load_config(config), None, 1, (0.3,), refine=True)
    for name in ("seed", "run", "date", "walk_away", "reservation", "sizes", "points", "deal", "refined"):
        assert getattr(back.solved, name) == getattr(computed, name), name
    np.testing.assert_array_equal(back.solved.frontier, computed.frontier)
    assert bool(computed.refined) == bool(computed.points) == (config != SEED)


def test_an_interrupted_question_ends_in_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    config = load_config(TINY)
    whole = play(config, out=tmp_path / "whole")
    with monkeypatch.context() as patched:
        patched.setattr("experiments.questions.solve.problem.end_of", interrupt)
        with pytest.raises(KeyboardInterrupt):
            play(config, out=tmp_path / "cut")
    assert "holds an unfinished solve" in refused("report", tmp_path / "cut")
    _check_same(whole, play(config, out=tmp_path / "cut", resume=True))
    assert sums_of(tmp_path / "whole") == sums_of(tmp_path / "cut")
    # A finished one that goes on stays as it is.
    play(config, out=tmp_path / "cut", resume=True)
    assert sums_of(tmp_path / "whole") == sums_of(tmp_path / "cut")


@pytest.mark.parametrize("file", FILES)
def test_a_damaged_table_is_refused_by_its_name(file: str, tmp_path: Path) -> None:
    play(load_config(TINY), out=tmp_path / "out", refine=True)
    path = tmp_path / "out" / file
    path.write_bytes(path.read_bytes().replace(b"\n", b"\n\n", 1))
    for verb in ("report", "hash"):
        assert f"{path} is damaged" in refused(verb, tmp_path / "out")


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


def test_the_directory_of_the_command_is_reported_and_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ("solve", TINY, "--out", out)
    result = winset(*command)
    assert result.exit_code == 0, result.output
    assert f"Kept in {out}; as a page to read: winset report {out}" in result.stdout
    assert "holds a finished solve; replace it with --overwrite" in refused(*command)
    assert winset("report", out).exit_code == 0
    assert "Where the talks could have ended" in (out / "report.html").read_text(encoding="utf-8")
    first = winset("hash", out)
    assert first.stderr == "solve:\n"
    before = sums_of(out)
    assert winset(*command, "--overwrite").exit_code == 0
    assert sums_of(out) == {name: one for name, one in before.items() if name != "report.html"}
    for change in (("--run", "1"), ("--seed", "8"), ("--power", "0.3"), ("--refine",), ("--levels", "4")):
        assert "was begun with something else" in refused(*command, "--resume", *change)
    assert winset(*command, "--overwrite", "--run", "1").exit_code == 0
    assert winset("hash", out).stdout != first.stdout
