"""What a stress test keeps: cases that replay, in a folder or at an address, with known tactics and with own ones."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.config.load import load_config
from experiments.errors import RunError
from experiments.lab.measures import AIMS
from experiments.questions.registry import read_result
from experiments.questions.stress.cases import OWN_BASE, base_path, replay
from experiments.questions.stress.failures import FailureCase
from experiments.questions.stress.result import StressResult
from experiments.questions.stress.stress import stress as play
from experiments.store.places import place_of
from tests.own_tactics import known, steady
from tests.small_answers import SMALL, SmallAnswers
from tests.support_pictures import coloured_share
from tests.tree import TINY


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, StressResult]:
    folder = tmp_path_factory.mktemp("stress")
    return folder, play(TINY, "partner", budget=20_000, fresh=16, cases=2, out=folder)


def _cases(result: StressResult) -> list[FailureCase]:
    return [one.case for one in result.failures if one.case is not None]


def test_every_case_replays_to_the_same_end(searched: tuple[Path, StressResult]) -> None:
    folder, result = searched
    cases = _cases(result)
    assert [case.file for case in cases] == [*result.case_files] == [
        "cases/regret_1.yaml", "cases/regret_2.yaml", "cases/missed_1.yaml", "cases/missed_2.yaml",
    ]  # fmt: skip
    for case in cases:
        assert result.case_files[case.file] == (folder / case.file).read_bytes()
        found = replay(load_config(folder / case.file), case.seed, case.run)
        assert (found["outcome"], found["reason"], found["round"]) == (case.outcome, case.reason, case.round)
        assert found["partner"] == pytest.approx(case.gain, abs=1e-9)  # rounding of two sums
        assert found["us_treasury"] == pytest.approx(case.gain_other, abs=1e-9)


def test_play_tells_a_case(searched: tuple[Path, StressResult]) -> None:
    folder, result = searched
    case = _cases(result)[0]
    path = folder / case.file
    assert case.seed == load_config(path).experiment.seed
    assert "extends: " in path.read_text()
    done = CliRunner().invoke(app, ["play", str(path), "--run", str(case.run), "--json"])
    assert done.exit_code == 0, done.output
    ending = json.loads(done.stdout)["ending"]
    assert (ending["outcome"], ending["reason"]) == (case.outcome, case.reason)


def test_findings_are_ranked_and_dropped_ones_counted(searched: tuple[Path, StressResult]) -> None:
    _, result = searched
    for aim in AIMS:
        scores = [one.score for one in result.failures_of(aim)]
        assert scores == sorted(scores, reverse=True)
    assert result.dropped == int((~result.map["confirmed"].astype(bool)).sum())
    assert all(one.score >= result.thresholds[one.aim] for one in result.failures)


def test_failures_and_cases_are_read_back(searched: tuple[Path, StressResult]) -> None:
    folder, result = searched
    _, again = read_result(folder)
    assert isinstance(again, StressResult)
    assert (again.failures, again.case_files) == (result.failures, result.case_files)


def test_without_a_directory_the_same_is_found_and_no_case_is_written(answers: SmallAnswers) -> None:
    result, alone = answers["stress"].result, SMALL["stress"].play()
    assert isinstance(alone, StressResult)
    assert result.case_files
    assert alone.case_files == {}
    assert alone.failures == tuple(replace(one, case=None) for one in result.failures)
    assert "winset play" not in alone.text()


@pytest.mark.parametrize(
    ("original", "folder", "base"),
    [
        ("talks.yaml", "out", "../../talks.yaml"),
        ("talks", "out", "../../talks.yaml"),
        ("talks.yaml", "deep/out", "../../../talks.yaml"),
        (None, "out", OWN_BASE),
        # What comes with winset lies outside, and so may what is stressed or where it is kept.
        ("tiny", "out", OWN_BASE),
        ("../talks.yaml", "out", OWN_BASE),
        ("talks.yaml", "../out", OWN_BASE),
        ("talks.yaml", "memory://out", OWN_BASE),
    ],
)
def test_a_case_extends_the_original_where_both_lie_below_the_working_directory(
    original: str | None, folder: str, base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    Path("talks.yaml").write_bytes(TINY.read_bytes())
    assert base_path(None if original is None else Path(original), place_of(folder)) == base


@pytest.mark.parametrize(("sets", "base"), [((), "../../talks.yaml"), (("calendar.round_limit=5",), OWN_BASE)])
def test_from_python_a_case_extends_the_file_that_is_named(
    sets: tuple[str, ...], base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("talks.yaml").write_bytes(TINY.read_bytes())
    result = play(
        "talks.yaml", "us_treasury", aims=("missed",), budget=1_000, fresh=8, cases=1, with_map=False, sets=sets,
        out="out",
    )  # fmt: skip
    assert f"extends: {base}\n".encode() in result.case_files["cases/missed_1.yaml"]
    (case,) = _cases(result)
    again = load_config("out/cases/missed_1.yaml")
    assert again.calendar.round_limit == result.config.calendar.round_limit
    assert replay(again, case.seed, case.run)["us_treasury"] == pytest.approx(case.gain, abs=1e-9)


def test_an_address_holds_the_same_as_a_folder(tmp_path: Path) -> None:
    asked: dict[str, Any] = {"aims": ("missed",), "budget": 1_000, "fresh": 8, "cases": 1, "with_map": False}
    here = play(TINY, "us_treasury", out=tmp_path / "out", **asked)
    there = play(TINY, "us_treasury", out="memory://stress/out", **asked)
    assert there.folder == "memory://stress/out"
    assert there.plain() == here.plain()
    assert there.case_files == here.case_files
    assert [*there.case_files] == ["cases/missed_1.yaml"]
    assert f"extends: {OWN_BASE}\n".encode() in there.case_files["cases/missed_1.yaml"]
    assert "winset play cases/missed_1.yaml" in there.text()
    assert read_result("memory://stress/out")[1].plain() == here.plain()


def test_a_search_that_met_a_tactic_of_the_users_own_is_read_where_that_is_known(tmp_path: Path) -> None:
    with known(steady):
        play(
            load_config(TINY), "us_treasury", "steady", "opponent", ("missed",), ("missed=0",), 1_000, fresh=8, cases=1,
            out=tmp_path / "out", with_map=False,
        )  # fmt: skip
        found = read_result(tmp_path / "out")[1]
        assert "A case with a tactic of your own needs its file: --tactics FILE." in " ".join(found.text().split())
    with pytest.raises(RunError, match="was made with a tactic of your own, steady; name its file with --tactics FILE"):
        read_result(tmp_path / "out")


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("mine")
    for option in ([], ["--overwrite"], ["--resume"]):
        command = ["stress", str(TINY), "--side", "us_treasury", "--out", str(tmp_path), *option]
        found = CliRunner().invoke(app, command)
        assert found.exit_code == 2
        assert "holds no results of winset" in " ".join(found.output.split())
    assert [path.name for path in tmp_path.iterdir()] == ["own.txt"]


def test_the_command_prints_json(tmp_path: Path) -> None:
    command = ["stress", str(TINY), "--side", "us_treasury", "--budget", "2000", "--aim", "missed", "--fresh", "16"]
    found = CliRunner().invoke(
        app, [*command, "--set", "calendar.round_limit=5", "--json", "--out", str(tmp_path / "a")]
    )
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    assert told["side"] == "us_treasury"
    assert told["failures"]
    assert told == json.loads(read_result(tmp_path / "a")[1].json())
    case = tmp_path / "a" / told["failures"][0]["case"]["file"]
    assert load_config(case).calendar.round_limit == 5
    assert coloured_share(tmp_path / "a" / "figures" / "failure_map.png") > 0.01
