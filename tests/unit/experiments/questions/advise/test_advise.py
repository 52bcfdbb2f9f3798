"""Best replies beat self-play where a tactic can be exploited, and advice follows the criteria of a robust choice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from agents.tactics.registering import register, unregister
from experiments import api
from experiments.cli import app
from experiments.config.load import load_config
from experiments.errors import RunError
from experiments.questions.advise.advise import NO_REACTION, Advice, advise, regret_cells
from experiments.questions.advise.levers import AS_IT_IS, settings_of
from experiments.questions.advise.regret_heat_map import regret_heat_map
from experiments.questions.advise.robust import criteria, cvar, regrets, resampled
from experiments.questions.exploit.exploit import exploit
from experiments.questions.stress.failure_map import failure_map
from experiments.questions.stress.result import StressOptions
from experiments.questions.stress.tables import MAP_COLUMNS
from tests.support_pictures import coloured_share
from tests.tree import CONFIGS, TINY

JULY = CONFIGS / "july_2025.yaml"

#: Three settings in four worlds; by hand: means 2, 2, 1.5; shortfalls from the best of each world below.
GAINS = np.array([[4.0, 2.0, 2.0, 0.0], [2.0, 2.0, 2.0, 2.0], [0.0, 6.0, 0.0, 0.0]])


def _pushover(view: Any, knobs: Any) -> float:  # noqa: ARG001  the signature of every tactic
    """Take whatever is offered."""
    return 0.0


@pytest.fixture
def pushover() -> Iterator[None]:
    register(_pushover, name="pushover")
    yield
    unregister("pushover")


def test_criteria_are_those_worked_by_hand() -> None:
    np.testing.assert_array_equal(regrets(GAINS), [[0, 4, 0, 2], [2, 4, 0, 0], [4, 0, 2, 2]])
    found = criteria(GAINS, 2.0)
    np.testing.assert_array_equal(found["mean"], [2.0, 2.0, 1.5])
    np.testing.assert_array_equal(found["max_regret"], [4.0, 4.0, 4.0])
    np.testing.assert_array_equal(found["satisficing"], [0.75, 1.0, 0.25])
    np.testing.assert_array_equal(cvar(GAINS, 0.5), [1.0, 2.0, 0.0])


def test_resamples_are_sure_of_what_is_better_everywhere() -> None:
    better = np.stack([np.linspace(0, 1, 30), np.linspace(0, 1, 30) + 0.1])
    wins, means = resampled(better, 0.05, 1)
    assert wins["mean"][1] == pytest.approx(1.0)
    assert wins["max_regret"][1] == pytest.approx(1.0)
    np.testing.assert_allclose(means[:, 1] - means[:, 0], 0.1)


@pytest.mark.usefixtures("pushover")
def test_who_takes_whatever_is_offered_is_exploited() -> None:
    result = exploit(load_config(TINY), ("pushover", "hardliner"), budget=24_000, seed=2)
    best = result.best()
    pushed = best[best["tactic"] == "pushover"]
    assert (pushed["exploitability"] - 3 * pushed["error"] > 0).all()
    assert set(result.replies["family"]) >= {"pushover", "boulware", "hardliner"}
    held = best[best["tactic"] == "hardliner"]
    assert held["exploitability"].max() < pushed["exploitability"].min()


@pytest.fixture(scope="module")
def advice() -> Advice:
    levers, reactions = ("tactics.partner.beta=0.05,20",), ("boulware", "linear", "conceder", "hardliner")
    return advise(load_config(TINY), "partner", levers, reactions, worlds=60)


def test_the_other_side_takes_its_best_reply(advice: Advice) -> None:
    assert advice.settings[0] is AS_IT_IS
    assert advice.reactions[0] == NO_REACTION
    means = advice.other.mean(axis=2)
    for place, reply in enumerate(advice.replies):
        assert means[place, reply] == means[place].max()
    table = advice.table()
    assert table["effect"].iloc[0] == 0.0
    # Where all worlds agree the interval is a point, up to the rounding of resampled means.
    assert (table["effect_low"] <= table["effect"] + 1e-12).all()
    assert (table["effect"] <= table["effect_high"] + 1e-12).all()


def test_a_late_conceder_gains_on_an_early_one(advice: Advice) -> None:
    found = advice.table().set_index("value")["mean"]
    assert found["0.05"] > found["20"]
    assert list(advice.levers()["lever"]) == ["tactics.partner.beta"]
    assert advice.levers()["best"].iloc[0] == "0.05"


def test_the_heat_map_frames_one_reply_a_setting(advice: Advice) -> None:
    cells = regret_cells(advice)
    assert len(cells) == len(advice.settings) * len(advice.reactions)
    assert cells.groupby("setting")["is_reply"].sum().eq(1).all()
    assert (cells["regret"] >= 0).all()
    axes = regret_heat_map(cells, "partner", "tiny").axes[0]
    assert len(axes.patches) == len(advice.settings)
    assert axes.get_xlabel() == "Tactic of the other side"


def test_a_map_without_failures_says_so() -> None:
    figure = failure_map(pd.DataFrame(columns=list(MAP_COLUMNS)), "firm", "nothing found in 10 points")
    assert "nothing found" in figure.get_suptitle()


def test_default_levers_come_from_the_config() -> None:
    titles = [one.title for one in settings_of(load_config(JULY), "partner", ())]
    assert titles[0] == "as it is"
    for part in (
        "tactics.partner.name=",
        "partner.subsidy_budget=",
        "fund cap=",
        "red_lines.japan_farm",
    ):
        assert any(title.startswith(part) for title in titles), part
    own = [one.title for one in settings_of(load_config(JULY), "us_treasury", ())]
    assert any("us_cars.release.when.at_least" in title for title in own)
    assert not any("subsidy_budget" in title for title in own)


def test_a_lever_value_may_hold_commas_in_braces() -> None:
    text = "tactics.us_treasury={name: boulware, beta: 0.1},{name: hardliner}"
    assert [one.value for one in settings_of(load_config(TINY), "us_treasury", (text,))[1:]] == [
        "{name: boulware, beta: 0.1}",
        "{name: hardliner}",
    ]


@pytest.mark.parametrize("command", ["exploit", "advise"])
def test_an_interrupted_search_ends_in_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    import experiments.questions.advise.advise as advising
    import experiments.questions.exploit.exploit as exploiting

    module: Any = exploiting if command == "exploit" else advising

    def search(folder: Path, *, resume: bool = False) -> None:
        config = load_config(TINY)
        if command == "exploit":
            exploit(config, ("linear",), 12_000, 3, folder, resume=resume)
        else:
            advise(config, "us_treasury", ("calendar.round_limit=4,6",), worlds=30, folder=folder, resume=resume)

    search(tmp_path / "whole")
    calls = {"left": 2}
    beside = module.side_by_side

    def stop(*args: Any) -> Any:
        calls["left"] -= 1
        if calls["left"] < 0:
            raise KeyboardInterrupt
        return beside(*args)

    with monkeypatch.context() as patched:
        patched.setattr(module, "side_by_side", stop)
        with pytest.raises(KeyboardInterrupt):
            search(tmp_path / "broken")
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    with pytest.raises(RunError, match="holds an unfinished"):
        search(tmp_path / "broken")
    search(tmp_path / "broken", resume=True)
    for path in sorted((tmp_path / "whole").rglob("*.*")):
        if path.is_file() and path.name != "manifest.json":
            assert path.read_bytes() == (tmp_path / "broken" / path.relative_to(tmp_path / "whole")).read_bytes()


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["exploit", str(TINY), "--tactic", "nobody"], "no tactic 'nobody'"),
        (
            ["exploit", str(TINY), "--budget", "3", "--tactic", "linear"],
            "--budget is 3; best replies to 1 tactic take 11,248 or more. Raise it.",
        ),
        (
            ["exploit", str(TINY), "--budget", "500", "--tactic", "linear", "--tactic", "boulware"],
            "--budget is 500; best replies to 2 tactics take 22,496 or more. Raise it, or name fewer tactics",
        ),
        (["exploit", str(TINY), "--budget", "1000000001"], "--budget is 1,000,000,001; it must be at most"),
        (["stress", str(TINY), "--side", "us_treasury", "--budget", "500"], "--budget is 500; this search takes"),
        (["exploit", str(TINY), "--budget", "1000"], "Raise it, or name fewer tactics with --tactic"),
        (["advise", str(TINY), "--side", "us_treasury", "--lever", "x"], "write path=value,value"),
        (["advise", str(TINY), "--side", "us_treasury", "--lever", "us_treasury.nothing=1"], "us_treasury.nothing"),
        (["advise", str(TINY), "--side", "us_treasury", "--reaction", "nobody"], "no tactic 'nobody'"),
        (["advise", str(TINY), "--side", "us_treasury", "--worlds", "1"], "--worlds is 1"),
        (["advise", str(TINY), "--side", "us_treasury", "--floor", "nan"], "--floor is nan"),
        (["advise", "nothing.yaml", "--side", "us_treasury"], "there is no such file"),
    ],
)
def test_bad_input_is_refused_and_writes_nothing(tmp_path: Path, command: list[str], message: str) -> None:
    found = CliRunner().invoke(app, [*command, "--out", str(tmp_path / "out")])
    assert found.exit_code == 2
    assert message in " ".join(found.output.split())
    assert not (tmp_path / "out").exists()


def test_both_commands_print_json(tmp_path: Path) -> None:
    own = ["--json", "--seed", "4", "--out"]
    first = ["exploit", str(TINY), "--tactic", "linear", "--budget", "12000", *own, str(tmp_path / "a")]
    second = ["advise", str(TINY), "--side", "us_treasury", "--worlds", "20", *own, str(tmp_path / "b")]
    told = []
    for command in (first, second):
        found = CliRunner().invoke(app, command)
        assert found.exit_code == 0, found.output
        told.append(json.loads(found.stdout))
    assert {row["seat"] for row in told[0]["best"]} == {"us_treasury", "partner"}
    assert set(told[1]["recommended"]) == {"mean", "cvar", "satisficing", "max_regret"}
    assert coloured_share(tmp_path / "b" / "figures" / "regret_heat_map.png") > 0.01


def test_the_notebook_door_takes_the_same(tmp_path: Path) -> None:
    options = StressOptions("us_treasury", budget=2_000, fresh=16, aims=("missed",))
    told = api.stress(TINY, options, out=tmp_path)
    assert told.verdict() == api.stress(TINY, options).verdict()
    assert pd.read_parquet(tmp_path / "map.parquet").equals(told.map)
    assert len(api.exploit(TINY, ["linear"], budget=12_000).best()) == 2
    assert api.advise(TINY, "us_treasury", ["calendar.round_limit=4"], worlds=20).settings[1].value == "4"
