"""What can be asked of a stress test, what it may cost, and what it searches."""

from __future__ import annotations

import inspect
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, cast, final

import numpy as np
import pytest
from scipy.stats import norm
from typer.testing import CliRunner

from experiments.cli import app
from experiments.commands.stress import stress as command
from experiments.config.load import load_config
from experiments.errors import RunError
from experiments.lab.measures import AIMS, AimName
from experiments.lab.seats import families
from experiments.lab.space import space_of
from experiments.progress import Progress
from experiments.questions.stress import search
from experiments.questions.stress import stress as lab
from experiments.questions.stress.result import StressResult
from experiments.questions.stress.stress import stress as play
from sim.issues import US
from tests.tree import CONFIGS, TINY


@pytest.mark.parametrize("with_map", [True, pytest.param(False, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    "aims", [("missed",), ("regret",), pytest.param(("gain", "regret", "missed", "exploited"), marks=pytest.mark.long)]
)
def test_a_budget_is_kept_and_one_below_the_least_is_refused_with_it(aims: tuple[AimName, ...], with_map: bool) -> None:
    config = load_config(TINY)

    def test(budget: int) -> StressResult:
        return play(config, "us_treasury", aims=aims, budget=budget, draws=4, fresh=8, with_map=with_map)

    least = 24 * 4 * (2 if with_map else 1)  # points, draws, and as many points for the map
    if "regret" in aims:
        # A negotiation with the tactic and one with every family; beside other aims regret has half of the budget.
        least *= (1 + len(families())) * (2 if len(aims) > 1 else 1)
    # The reason is given where points decide, and not where every search takes as much.
    reason = "it must be at least 1,000.$" if least <= 1_000 else f"this search takes {least:,} or more: 24 points of 4"
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
    assert result.options.map is False
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
        (["--budget", "500"], "--budget is 500; this search takes"),
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


def test_only_what_can_be_searched_is_searched() -> None:
    with pytest.raises(RunError, match=r"--against is everything; it must be one of opponent, world, both\."):
        play(load_config(TINY), "us_treasury", against=cast(Any, "everything"))
    with pytest.raises(RunError, match=r"--side is japan; it must be us_treasury or partner\."):
        play(load_config(TINY), "japan")


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


def test_the_command_and_python_search_as_much_unless_told_otherwise() -> None:
    in_python = {name: one.default for name, one in inspect.signature(play).parameters.items()}
    in_command = {name: one.default for name, one in inspect.signature(command).parameters.items()}
    names = ("tactic", "against", "budget", "draws", "fresh", "cases", "seed", "with_map", "resume", "overwrite")
    assert [in_command[name] for name in names] == [in_python[name] for name in names]
