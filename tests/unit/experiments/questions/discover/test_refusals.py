"""What cannot be looked for is refused before a run is played, where that can be known, and else with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.config.load import load_config
from experiments.errors import RunError
from experiments.questions.discover import discover as searching
from experiments.questions.discover.discover import LEAST_OF_LOW_GAIN, check_search, why_no_box
from experiments.questions.discover.discover import discover as play
from tests.own_tactics import IN_PYTHON, registry_kept, written
from tests.tree import CONFIGS, TINY

CARS = CONFIGS / "cars_on_the_table.yaml"
UNCERTAIN = "us_treasury.precedent_probability"

#: Who opens is uncertain too, unless the config says it.
OPENED = ("--set", "protocol.first_mover=partner")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--set", f"{UNCERTAIN}=0.1", *OPENED], "no uncertain input; give a number a distribution, or use --vary"),
        (
            ["--set", f"{UNCERTAIN}={{dist: choice, values: [0.1, 0.1]}}", *OPENED],
            f"each of these has one value only: {UNCERTAIN}.",
        ),
        (["--target", "low_gain.us_treasury", "--runs", "117"], "--target low_gain.us_treasury takes 118 or more."),
        (["--target", "low_gain.nobody"], "--target is low_gain.nobody"),
        (["--target", "reason.none_such"], "--target is reason.none_such"),
        (["--runs", "59"], "--runs is 59"),
        (["--boxes", "0"], "--boxes is 0"),
        (["--target", "war"], "--target is war"),
        (["--vary", "event"], "--vary is event; it must be one of events, red_lines, releases, tactics, all."),
        (["--density", "2"], "--density is 2"),
        (["--density", "nan"], "--density is nan"),
        (["--density", "0"], "--density is 0"),
        (["--seed", "-1"], "--seed is -1"),
    ],
)
def test_what_can_be_known_beforehand_is_refused_before_any_run(
    options: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def played(*_anything: Any) -> None:
        raise AssertionError("a run was played")

    monkeypatch.setattr(searching, "evaluate", played)
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["discover", str(TINY), *options, "--out", str(out)])
    assert done.exit_code == 2, done.output
    assert message in " ".join(done.stderr.split())
    assert not out.exists()


def test_the_least_runs_of_a_low_gain_are_those_that_can_hold_thirty_below_a_quarter() -> None:
    for runs, enough in ((LEAST_OF_LOW_GAIN - 1, False), (LEAST_OF_LOW_GAIN, True)):
        gains = np.arange(float(runs))
        assert ((gains < np.quantile(gains, 0.25)).sum() >= 30) is np.bool_(enough)
    check_search("low_gain.us_treasury", LEAST_OF_LOW_GAIN, 1, None)
    with pytest.raises(RunError, match="takes 118 or more"):
        check_search("low_gain.us_treasury", LEAST_OF_LOW_GAIN - 1, 1, None)
    check_search("no_deal", LEAST_OF_LOW_GAIN - 1, 1, None)


def _rows(monkeypatch: pytest.MonkeyPatch, outcomes: list[str], gains: list[float]) -> None:
    """Have every search see these rows, over and over."""

    class Rows:
        def to_pandas(self) -> pd.DataFrame:
            return pd.DataFrame(
                {"outcome": outcomes * 30, "reason": "no_zone", "gain.us_treasury": gains * 30,
                 f"param.{UNCERTAIN}": np.linspace(0.0, 0.2, 30 * len(gains))}
            )  # fmt: skip

    monkeypatch.setattr(searching, "evaluate", lambda *_: Rows())


def test_gains_that_tie_at_the_lowest_are_refused_with_that_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config(TINY)
    low: dict[str, Any] = {"target": "low_gain.us_treasury", "runs": 150}
    _rows(monkeypatch, ["agreement", "agreement", "stall", "walkout", "agreement"], [1.5, 2.5, 0.0, 0.0, 3.5])
    with pytest.raises(RunError) as told:
        play(config, seed=1, **low)
    assert str(told.value) == (
        "--target low_gain.us_treasury: in 60 of 150 runs of tiny the US has the same lowest gain, US$0.00 bn a year. "
        "That is more than a quarter, so that none lies below the lowest quarter. All of them end without a deal: "
        "--target no_deal looks for those, and --target poor_deal.us_treasury looks among the deals alone."
    )
    _rows(monkeypatch, ["agreement", "agreement", "stall", "agreement", "agreement"], [1.5, 2.5, 1.5, 1.5, 3.5])
    with pytest.raises(RunError) as told:
        play(config, seed=1, **low)
    assert "the US has the same lowest gain, US$1.50 bn a year." in str(told.value)
    assert str(told.value).endswith("Choose another --target.")
    # Where few tie, the usual reason stands: here all have the target or nobody.
    _rows(monkeypatch, ["agreement"] * 5, [1.5, 2.5, 4.5, 5.5, 3.5])
    with pytest.raises(RunError, match="talks of tiny fail in 0 of 150 runs; a box needs at least 30"):
        play(config, "no_deal", 150, 1)


def test_too_few_deals_and_deals_that_tie_are_refused_with_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config(TINY)
    poor: dict[str, Any] = {"target": "poor_deal.us_treasury", "runs": 150}
    _rows(monkeypatch, ["agreement", "agreement", "stall", "walkout", "agreement"], [1.5, 2.5, 0.0, 0.0, 3.5])
    with pytest.raises(RunError) as told:
        play(config, seed=1, **poor)
    assert str(told.value) == (
        "--target poor_deal.us_treasury: 90 of 150 runs of tiny end in a deal; a box among deals needs at least 118, "
        "of which 30 lie below the lowest quarter. Play more --runs, or choose another --target."
    )
    _rows(monkeypatch, ["agreement", "agreement", "stall", "agreement", "agreement"], [1.5, 2.5, 0.0, 1.5, 3.5])
    with pytest.raises(RunError) as told:
        play(config, seed=1, **poor)
    assert "in 60 of 120 deals of tiny the US has the same lowest gain, US$1.50 bn a year." in str(told.value)


def test_talks_that_fail_as_often_as_not_have_no_low_gain() -> None:
    with pytest.raises(RunError, match="All of them end without a deal"):
        play(load_config(CARS), "low_gain.us_treasury", 150, 1)


@pytest.mark.parametrize("kept", [False, True])
def test_a_target_that_hardly_happens_is_refused_by_the_command_and_leaves_no_directory(
    kept: bool, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    if kept:
        out.mkdir()
    words = ["discover", str(TINY), "--target", "cycle", "--runs", "100", "--out", str(out)]
    done = CliRunner().invoke(app, words)
    assert out.exists() is kept
    assert not kept or list(out.iterdir()) == []
    assert done.exit_code == 2, done.output
    assert "end in a cycle in 0 of 100 runs" in " ".join(done.stderr.split())
    assert "Traceback" not in done.output


def test_a_tactic_that_does_not_compile_is_refused_before_any_run(tmp_path: Path) -> None:
    file = written(tmp_path / "plain.py", IN_PYTHON.replace("experiments.api", "agents.tactics.registering"))
    changes = ["--tactics", str(file), "--set", "tactics.us_treasury.name=plain"]
    out = tmp_path / "out"
    for arguments in (["discover", str(TINY)], ["sweep", str(TINY), "--over", "us_treasury.consumer_weight=0.5,1"]):
        with registry_kept():
            done = CliRunner().invoke(app, [*arguments, *changes, "--out", str(out)])
        assert done.exit_code == 2, done.output
        assert "tactic plain does not compile" in " ".join(done.stderr.split())
        assert not out.exists()


@pytest.mark.parametrize(("cases", "refused"), [(29, True), (30, False), (70, False), (71, True)])
def test_a_box_needs_thirty_runs_of_either_kind(cases: int, refused: bool) -> None:
    frame, found = pd.DataFrame({"outcome": ["stall"] * 100}), np.arange(100) < cases
    message = f"talks of tiny fail in {cases} of 100 runs; a box needs at least 30 runs of either kind"
    assert why_no_box(load_config(TINY), "no_deal", frame, found).startswith(message if refused else "")
    assert bool(why_no_box(load_config(TINY), "no_deal", frame, found)) is refused
