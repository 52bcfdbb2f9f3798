"""The stress lab finds a planted weakness, finds nothing where there is none, and every case that it writes replays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm
from typer.testing import CliRunner

from agents.tactics.registering import register, unregister
from experiments import api
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
from experiments.questions.stress import search
from experiments.questions.stress import stress as lab
from experiments.questions.stress.cases import replay
from experiments.questions.stress.result import StressOptions, StressResult
from experiments.questions.stress.stress import stress
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


def _options(tactic: str, seed: int, **changes: Any) -> StressOptions:
    asked: dict[str, Any] = {"aims": ("exploited",), "thresholds": HALF, "against": "opponent", "with_map": False}
    return StressOptions("us_treasury", tactic, seed=seed, budget=8_000, draws=4, fresh=16, **(asked | changes))


def test_the_hole_is_a_small_part_of_the_space(fine: Config) -> None:
    space = space_of(fine, US, Seated("gullible", {}), "opponent")
    played = Arena(space).play(sobol_points(4096, space.width, 3), 5, 4, replies=False)
    share = float((played.exploited.mean(axis=1) >= 0.5).mean())
    assert 0.005 <= share <= 0.03


@pytest.mark.parametrize("seed", range(1, 11))
def test_a_planted_weakness_is_found(fine: Config, seed: int) -> None:
    result = stress(fine, _options("gullible", seed))
    assert result.failures
    assert result.failures[0].score >= 0.5
    assert result.verdict().endswith(f"in {sum(result.points.values()):,} points, {result.searching:,} negotiations")


@pytest.mark.parametrize("seed", [1, 2])
def test_without_a_hole_nothing_is_found_and_the_budget_is_named(fine: Config, seed: int) -> None:
    result = stress(fine, _options("firm", seed))
    assert not result.failures
    assert (
        result.verdict() == f"nothing found in {result.points['exploited']:,} points, {result.searching:,} negotiations"
    )
    assert result.negotiations == result.searching == result.points["exploited"] * 4 >= 7_500


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, StressResult]:
    folder = tmp_path_factory.mktemp("stress")
    options = StressOptions("partner", budget=20_000, fresh=16, cases=2)
    return folder, stress(load_config(TINY), options, folder, original=TINY)


def test_every_case_replays_to_the_same_end(searched: tuple[Path, StressResult]) -> None:
    folder, result = searched
    assert result.cases
    for place, case in result.cases.items():
        found = replay(load_config(folder / case["file"]), case["seed"], case["run"])
        at = result.failures[place].at_run
        assert (found["outcome"], found["reason"], found["round"]) == (at["outcome"], at["reason"], at["round"])
        assert found["partner"] == pytest.approx(at["gain"], abs=1e-9)  # rounding of two sums
        assert found["us_treasury"] == pytest.approx(at["gain_other"], abs=1e-9)


def test_play_tells_a_case(searched: tuple[Path, StressResult]) -> None:
    folder, result = searched
    case = next(iter(result.cases.values()))
    path = folder / case["file"]
    assert case["seed"] == load_config(path).experiment.seed
    assert "extends: " in path.read_text()
    told = api.play(path, run=case["run"])
    assert told.story is not None
    outcome = CliRunner().invoke(app, ["play", str(path), "--run", str(case["run"])])
    assert outcome.exit_code == 0


def test_findings_are_ranked_and_dropped_ones_counted(searched: tuple[Path, StressResult]) -> None:
    _, result = searched
    for aim in AIMS:
        scores = [one.score for one in result.failures if one.aim == aim]
        assert scores == sorted(scores, reverse=True)
    assert result.dropped == int((~result.map["confirmed"].astype(bool)).sum())
    assert all(one.score >= result.thresholds[one.aim] for one in result.failures)


def _files(folder: Path) -> dict[str, bytes]:
    found = [path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_threads_and_an_interruption_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config(TINY)
    options = StressOptions("us_treasury", budget=5_000, draws=2, fresh=16, aims=("missed", "regret"))
    whole = tmp_path / "whole"
    stress(config, options, whole)
    calls = {"left": 5}
    play = Arena.play

    def stop(self: Arena, *args: Any, **named: Any) -> Any:
        calls["left"] -= 1
        if calls["left"] < 0:
            raise KeyboardInterrupt
        return play(self, *args, **named)

    broken = tmp_path / "broken"
    with monkeypatch.context() as patched:
        patched.setattr(Arena, "play", stop)
        with pytest.raises(KeyboardInterrupt):
            stress(config, options, broken)
    with pytest.raises(RunError, match="unfinished stress; go on with --resume"):
        stress(config, options, broken)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    stored = sorted((broken / "batches").iterdir())
    stored[0].write_bytes(b"torn")
    stress(config, options, broken, resume=True)
    assert _files(broken) == _files(whole)
    manifest = json.loads((broken / "manifest.json").read_text())
    assert manifest["status"] == "complete"
    with pytest.raises(RunError, match="seed differ"):
        stress(config, replace(options, seed=9), broken, resume=True)
    with pytest.raises(RunError, match="budget differ"):
        stress(config, replace(options, budget=5_001), broken, resume=True)
    with pytest.raises(RunError, match="thresholds differ"):
        stress(config, replace(options, thresholds=("missed=0.4",)), broken, resume=True)


@pytest.mark.parametrize("with_map", [True, pytest.param(False, marks=pytest.mark.long)])
@pytest.mark.parametrize("aims", [("missed",), ("regret",), ("gain", "regret", "missed", "exploited")])
def test_a_budget_is_kept_and_one_below_the_least_is_refused_with_it(aims: tuple[AimName, ...], with_map: bool) -> None:
    config = load_config(TINY)
    options = StressOptions("us_treasury", aims=aims, budget=1_000, draws=8, fresh=8, with_map=with_map)
    least = 24 * 8 * (2 if with_map else 1)  # points, draws, and as many points for the map
    if "regret" in aims:
        # A negotiation with the tactic and one with every family; beside other aims regret has half of the budget.
        least *= (1 + len(families())) * (2 if len(aims) > 1 else 1)
    # The reason is given where points decide, and not where every search takes as much.
    reason = "it must be at least 1,000.$" if least <= 1_000 else f"this search takes {least:,} or more: 24 points of 8"
    for small in (-5, 0, 500, 999):
        with pytest.raises(RunError, match=f"--budget is {small}; {reason}"):
            stress(config, replace(options, budget=small))
    if least > 1_000:
        with pytest.raises(RunError, match=rf"--budget is 1,000; this search takes {least:,} or more") as told:
            stress(config, options)
        assert "name fewer aims with --aim, or take fewer --draws" in str(told.value)
    for budget in (max(least, 1_000), 2 * least + 777):
        result = stress(config, replace(options, budget=budget))
        assert result.searching <= budget
        # What is left is less than a generation and its rounding for each aim.
        assert result.searching >= 0.6 * budget
        for aim in aims:
            assert result.points[aim] >= 24 * (2 if with_map else 1)
    if least > 1_000:
        with pytest.raises(RunError, match="this search takes"):
            stress(config, replace(options, budget=least - 1))


def test_without_pyribs_there_is_a_message_and_no_map(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(lab, "has_ribs", lambda: False)
    options = StressOptions("us_treasury", budget=2_000, fresh=16, aims=("missed",))
    result = stress(load_config(TINY), options, say=said.append)
    assert not result.mapped
    assert search.MISSING_RIBS in said


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
        assert "holds no winset stress" in " ".join(found.output.split())
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
