"""Every directory is read by report, plot and hash, at its smallest size and with nothing found in it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from experiments.cli import app
from tests.support_talks import CONFIGS

TINY: Final = str(CONFIGS / "tiny.yaml")
CARS: Final = str(CONFIGS / "cars_on_the_table.yaml")

#: Nobody gives way, so that no talks end in a deal.
NO_DEAL: Final = (
    "--set", "tactics.us_treasury={name: hardliner}", "--set", "tactics.japan_government={name: hardliner}",
)  # fmt: skip
NOTHING_HURTS: Final = ("--aim", "gain", "--threshold", "gain=1000", "--draws", "1", "--fresh", "8")

#: Commands that fill a directory of a kind of its own.
FILLED: Final[dict[str, tuple[str, ...]]] = {
    "run": ("run", TINY, "--runs", "1", "--workers", "1", *NO_DEAL),
    "tournament": ("tournament", TINY, "--players", "hardliner,boulware", "--worlds", "2", *NO_DEAL),
    "stress": ("stress", TINY, "--side", "us_treasury", "--budget", "1000", *NOTHING_HURTS),
    "stress without map": (
        "stress", TINY, "--side", "us_treasury", "--budget", "1000", "--no-map", "--cases", "0", *NOTHING_HURTS,
    ),
    "stress without cases": (
        "stress", TINY, "--side", "us_treasury", "--budget", "1000", "--aim", "missed", "--threshold", "missed=0",
        "--draws", "1", "--fresh", "8", "--cases", "0",
    ),
    "exploit": ("exploit", TINY, "--tactic", "hardliner", "--budget", "16000", *NO_DEAL),
    "advise": (
        "advise", TINY, "--side", "us_treasury", "--worlds", "20", "--lever", "us_treasury.consumer_weight=1",
        "--reaction", "hardliner", *NO_DEAL,
    ),
    "sensitivity": ("sensitivity", TINY, "--base", "16", "--trajectories", "4"),
    "sensitivity without swings": ("sensitivity", TINY, "--base", "64", "--trajectories", "20"),
    "sensitivity without effects": ("sensitivity", TINY, "--base", "16", "--trajectories", "4", *NO_DEAL),
    "discover": ("discover", CARS, "--runs", "150", "--boxes", "1"),
    "discover without box": (
        "discover", TINY, "--runs", "120", "--target", "low_gain.us_treasury", "--density", "1",
    ),
    "sweep": ("sweep", TINY, "--over", "us_treasury.consumer_weight=0.5,1", "--runs", "1", *NO_DEAL),
    "sweep map": (
        "sweep", TINY, "--over", "us_treasury.consumer_weight=0.5,1", "--over", "us_treasury.lobby_weight=0,1",
        "--runs", "1", *NO_DEAL,
    ),
    "sweep of names": ("sweep", TINY, "--over", "tactics.us_treasury.name=linear,hardliner", "--runs", "1"),
    "leader": ("sweep", TINY, "--leader", "us_treasury", "--points", "2", "--runs", "1"),
    "leader without deal": (
        "sweep", TINY, "--leader", "us_treasury", "--issue", "car_tariff", "--points", "2", "--runs", "1", *NO_DEAL,
    ),
}  # fmt: skip


def _invoked(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, (words, done.output)
    return done.output


@pytest.mark.parametrize("name", FILLED)
def test_a_directory_with_nothing_in_it_is_read_by_every_command_that_reads(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    _invoked(*FILLED[name], "--out", str(folder))
    _invoked("report", str(folder))
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert page.rstrip().endswith("</html>")
    if name == "exploit":
        told = CliRunner().invoke(app, ["plot", str(folder)])
        assert told.exit_code == 2
        assert "which has no pictures; its tables are in winset report" in " ".join(told.output.split())
    else:
        _invoked("plot", str(folder))
    assert _invoked("hash", str(folder)) == _invoked("hash", str(folder))


@pytest.mark.parametrize("verb", ["report", "plot", "hash"])
def test_directories_without_a_manifest_are_refused_in_words(verb: str, tmp_path: Path) -> None:
    runs = tmp_path / "run"
    _invoked(*FILLED["run"], "--out", str(runs))
    _invoked("compare", str(runs), str(runs), "--out", str(tmp_path / "compare"))
    _invoked("factorial", CARS, "--runs", "1", "--out", str(tmp_path / "factorial"))
    for name in ("compare", "factorial"):
        done = CliRunner().invoke(app, [verb, str(tmp_path / name)])
        assert done.exit_code == 2
        told = " ".join(done.output.split())
        assert "has no manifest.json" in told
        assert "compare, factorial and scenario write theirs to be looked at only" in told
