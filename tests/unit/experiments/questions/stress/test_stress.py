"""The stress lab finds a planted weakness, finds nothing where there is none, and every case that it writes replays."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, final

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from typer.testing import CliRunner

from agents.tactics.registering import register, unregister
from experiments.cli import app
from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.engine.worlds import Seated
from experiments.errors import RunError
from experiments.lab.arena import Arena
from experiments.lab.designs import sobol_points
from experiments.lab.measures import AIMS, AimName
from experiments.lab.seats import families
from experiments.lab.space import space_of
from experiments.progress import Progress
from experiments.questions.registry import read_result
from experiments.questions.stress import search
from experiments.questions.stress import stress as lab
from experiments.questions.stress.cases import OWN_BASE, base_path, replay
from experiments.questions.stress.result import FailureCase, StressResult
from experiments.questions.stress.stress import play
from experiments.store.places import place_of
from sim.issues import US
from tests.support_pictures import coloured_share
from tests.tree import CONFIGS, TINY

#: A grid fine enough for concession patterns to differ, and a round more.
FINE = ("agenda.car_tariff.levels=26", "agenda.chip_purchases.levels=25", "calendar.days_between_rounds=5")

#: What counts as exploited in the tests below; without the hole the other side takes less than a tenth.
HALF = ("exploited=0.5",)


def _gullible(view: Any, knobs: Any) -> float:  # noqa: ARG001  every tactic takes knobs
    """Ask for six tenths throughout, but give in once the other side's second offer moved in one particular way."""
    if view.offers >= 2 and view.gap[0] > 0.0:
        moved = (view.gap[0] - view.gap[1]) / view.gap[0]
        if 0.1 < moved < 0.17:
            return 0.0
    return 0.6


def _firm(view: Any, knobs: Any) -> float:  # noqa: ARG001  the signature of every tactic
    """Ask for six tenths throughout."""
    return 0.6


@pytest.fixture(scope="module", autouse=True)
def tactics() -> Iterator[None]:
    register(_gullible, name="gullible")
    register(_firm, name="firm")
    yield
    unregister("gullible")
    unregister("firm")


@pytest.fixture(scope="module")
def fine() -> Config:
    return load_config(TINY, FINE)


def _attacked(config: Config, tactic: str, seed: int) -> StressResult:
    return play(
        config, "us_treasury", tactic, "opponent", ("exploited",), HALF, 8_000, draws=4, fresh=16, seed=seed,
        with_map=False,
    )  # fmt: skip


def test_the_hole_is_a_small_part_of_the_space(fine: Config) -> None:
    space = space_of(fine, US, Seated("gullible", {}), "opponent")
    played = Arena(space).play(sobol_points(4096, space.width, 3), 5, 4, replies=False)
    share = float((played.exploited.mean(axis=1) >= 0.5).mean())
    assert 0.005 <= share <= 0.03


@pytest.mark.parametrize("seed", range(1, 11))
def test_a_planted_weakness_is_found(fine: Config, seed: int) -> None:
    result = _attacked(fine, "gullible", seed)
    assert result.failures
    assert result.failures[0].score >= 0.5
    assert result.verdict().endswith(f"in {sum(result.points.values()):,} points, {result.searching:,} negotiations")


@pytest.mark.parametrize("seed", [1, 2])
def test_without_a_hole_nothing_is_found_and_the_budget_is_named(fine: Config, seed: int) -> None:
    result = _attacked(fine, "firm", seed)
    assert not result.failures
    assert (
        result.verdict() == f"nothing found in {result.points['exploited']:,} points, {result.searching:,} negotiations"
    )
    assert result.negotiations == result.searching == result.points["exploited"] * 4 >= 7_500


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, StressResult]:
    folder = tmp_path_factory.mktemp("stress")
    return folder, play(load_config(TINY), "partner", budget=20_000, fresh=16, cases=2, out=folder, original=TINY)


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


def test_what_is_read_back_is_what_was_played(searched: tuple[Path, StressResult]) -> None:
    folder, result = searched
    question, again = read_result(folder)
    assert question.command == "stress"
    assert isinstance(again, StressResult)
    pd.testing.assert_frame_equal(again.map, result.map, check_exact=True)
    assert (again.failures, again.case_files, again.plain()) == (result.failures, result.case_files, result.plain())
    assert (again.text(), repr(again)) == (result.text(), repr(result))


def test_without_a_directory_the_same_is_found_and_no_case_is_written(searched: tuple[Path, StressResult]) -> None:
    _, result = searched
    alone = play(load_config(TINY), "partner", budget=20_000, fresh=16, cases=2)
    assert alone.folder is None
    assert alone.case_files == {}
    pd.testing.assert_frame_equal(alone.map, result.map, check_exact=True)
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


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_threads_and_an_interruption_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config(TINY)
    options: dict[str, Any] = {"budget": 5_000, "draws": 2, "fresh": 16, "aims": ("missed", "regret")}
    whole = tmp_path / "whole"
    play(config, "us_treasury", out=whole, **options)
    calls = {"left": 5}
    play_points = Arena.play

    def stop(self: Arena, *args: Any, **named: Any) -> Any:
        calls["left"] -= 1
        if calls["left"] < 0:
            raise KeyboardInterrupt
        return play_points(self, *args, **named)

    broken = tmp_path / "broken"
    with monkeypatch.context() as patched:
        patched.setattr(Arena, "play", stop)
        with pytest.raises(KeyboardInterrupt):
            play(config, "us_treasury", out=broken, **options)
    with pytest.raises(RunError, match=r"unfinished stress.*; go on with --resume"):
        play(config, "us_treasury", out=broken, **options)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    stored = sorted((broken / "batches").iterdir())
    assert len(stored) == 5
    stored[0].write_bytes(b"torn")
    play(config, "us_treasury", out=broken, resume=True, **options)
    assert {"manifest.json", "map.parquet", "base.yaml", "cases/missed_1.yaml"} < {*_files(broken)}
    assert _files(broken) == _files(whole)
    for changed, difference in (
        ({"seed": 9}, "seed: .* -> 9"),
        ({"budget": 5_001}, "budget: 5000 -> 5001"),
        ({"thresholds": ("missed=0.4",)}, r"thresholds: \[\] -> \['missed=0.4'\]"),
    ):
        with pytest.raises(RunError, match=difference):
            play(config, "us_treasury", out=broken, resume=True, **(options | changed))


@pytest.mark.parametrize("with_map", [True, pytest.param(False, marks=pytest.mark.long)])
@pytest.mark.parametrize("aims", [("missed",), ("regret",), ("gain", "regret", "missed", "exploited")])
def test_a_budget_is_kept_and_one_below_the_least_is_refused_with_it(aims: tuple[AimName, ...], with_map: bool) -> None:
    config = load_config(TINY)

    def test(budget: int) -> StressResult:
        return play(config, "us_treasury", aims=aims, budget=budget, draws=8, fresh=8, with_map=with_map)

    least = 24 * 8 * (2 if with_map else 1)  # points, draws, and as many points for the map
    if "regret" in aims:
        # A negotiation with the tactic and one with every family; beside other aims regret has half of the budget.
        least *= (1 + len(families())) * (2 if len(aims) > 1 else 1)
    # The reason is given where points decide, and not where every search takes as much.
    reason = "it must be at least 1,000.$" if least <= 1_000 else f"this search takes {least:,} or more: 24 points of 8"
    for small in (-5, 0, 500, 999):
        with pytest.raises(RunError, match=f"--budget is {small}; {reason}"):
            test(small)
    if least > 1_000:
        with pytest.raises(RunError, match=rf"--budget is 1,000; this search takes {least:,} or more") as told:
            test(1_000)
        assert "name fewer aims with --aim, or take fewer --draws" in str(told.value)
    for budget in (max(least, 1_000), 2 * least + 777):
        result = test(budget)
        assert result.searching <= budget
        # What is left is less than a generation and its rounding for each aim.
        assert result.searching >= 0.6 * budget
        for aim in aims:
            assert result.points[aim] >= 24 * (2 if with_map else 1)
    if least > 1_000:
        with pytest.raises(RunError, match="this search takes"):
            test(least - 1)


@final
class _Messages(Progress):
    """Keeps what is said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, message: str) -> None:
        self.said.append(message)

    def counting(self, total: int, there: Counter[str]) -> AbstractContextManager[None]:
        return nullcontext()

    def advance(self, outcomes: Counter[str]) -> None:
        pass


def test_without_pyribs_there_is_a_message_and_no_map(monkeypatch: pytest.MonkeyPatch) -> None:
    progress = _Messages()
    monkeypatch.setattr(lab, "has_ribs", lambda: False)
    result = play(load_config(TINY), "us_treasury", budget=2_000, fresh=16, aims=("missed",), progress=progress)
    assert result.setting("map") is False
    assert progress.said == [search.MISSING_RIBS, f"{AIMS['missed'].title}: at most 250 points of 8 draws"]


def test_a_search_of_the_world_stays_inside_its_ranges() -> None:
    config = load_config(CONFIGS / "july_2025.yaml")
    space = space_of(config, US, None, "world")
    genes = np.stack([np.zeros(space.width), np.ones(space.width)])
    for path, values in space.world(genes).items():
        assert values[0] < values[1], path
    assert not any(path.startswith("tactics.") for path in space.paths)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--tactic", "boulwar"], "no tactic 'boulwar'; did you mean boulware"),
        (["--tactic", "boulware,gamma=1"], "has no knob 'gamma'"),
        (["--tactic", "boulware,beta=0"], "beta must be a number from 0.01 to 100"),
        (["--aim", "gains"], "no such aim; did you mean gain"),
        (["--aim", "gain", "--threshold", "missed=0.5"], "'missed' is no aim of this search"),
        (["--threshold", "missed=2"], "must be a number from 0 to 1"),
        (["--budget", "1"], "--budget is 1"),
        (["--budget", "1000000001"], "--budget is 1,000,000,001; it must be at most 1,000,000,000."),
        (["--draws", "0"], "--draws is 0"),
        (["--fresh", "7"], "--fresh is 7"),
        (["--cases", "-1"], "--cases is -1"),
        (["--seed", "-1"], "--seed is -1"),
        (["--set", "tactics.us_treasury.beta=-1"], "tactics.us_treasury.beta"),
        (["--against", "world", "--set", "us_treasury.precedent_probability=0.1"], "draws no number of the world"),
    ],
)
def test_bad_input_is_refused_and_writes_nothing(tmp_path: Path, options: list[str], message: str) -> None:
    folder = tmp_path / "out"
    found = CliRunner().invoke(app, ["stress", str(TINY), "--side", "us_treasury", "--out", str(folder), *options])
    assert found.exit_code == 2
    assert message in " ".join(found.output.split())
    assert not folder.exists()


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


def test_a_search_of_the_world_keeps_its_correlations() -> None:
    """Normal scores of two uniform numbers go together as the config says, also beside a knob that no draw reaches."""
    names = ("us_treasury.consumer_weight", "us_treasury.revenue_weight")
    sets = [f"{name}={{dist: uniform, low: 0, high: 1}}" for name in names]
    sets += [f"correlations=[{{between: [{', '.join(names)}], rho: 0.8}}]", "us_treasury.precedent_probability=0.1"]
    sets += ["tactics.us_treasury.beta={dist: uniform, low: 0.5, high: 1.5}"]
    space = space_of(load_config(TINY, sets), US, None, "world")
    genes = np.random.default_rng(1).random((4_000, 2))
    scores = [norm.ppf(np.clip(space.world(genes)[name], 1e-9, 1 - 1e-9)) for name in names]
    assert np.asarray(np.corrcoef(scores))[0, 1] == pytest.approx(
        0.8, abs=0.02
    )  # the standard error of 4,000 pairs is 0.006
