"""Every directory is read by report, plot and hash, at its smallest size and with nothing found in it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Final

import pytest

from experiments.questions.registry import QUESTIONS
from tests.command_line import refused, winset
from tests.tree import CONFIGS, ROOT

TINY: Final = str(CONFIGS / "tiny.yaml")
CARS: Final = str(CONFIGS / "cars_on_the_table.yaml")
#: One actor with one position.
ALONE: Final = str(ROOT / "tests" / "data" / "alone.csv")

#: Nobody gives way, so that no talks end in a deal.
NO_DEAL: Final = (
    "--set", "tactics.us_treasury={name: hardliner}", "--set", "tactics.partner={name: hardliner}",
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
        "discover", TINY, "--runs", "120", "--target", "deadline_lapsed", "--density", "1", *NO_DEAL,
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
    "solve": ("solve", TINY),
    "value": ("value", TINY, "--draws", "0"),
    "factorial": ("factorial", TINY, "--runs", "4", "--switch", "threat=walk_away.threat_car_tariff=0.1"),
    "grid": ("grid", TINY, "--runs", "1", *NO_DEAL),
    "positions": ("positions", ALONE, "--draws", "1", "--rounds", "1"),
    "calibrate": ("calibrate", TINY, "--draws", "100", "--hold-out", "partner.car_tariff", *NO_DEAL),
    "calibrate without held-out rows": ("calibrate", TINY, "--draws", "100"),
}  # fmt: skip


#: What is said where nothing was found, on the screen and on the page, by directory.
NOTHING: Final[dict[str, str]] = {
    "calibrate": "The record identifies none of 8 parameters",
    "run": "The one simulated negotiation ended without a deal.",
    "stress": "Nothing was found within this budget: no setting did what counts",
    "stress without map": "Nothing was found within this budget: no setting did what counts",
    "exploit": "In 2 of 2 cases no reply that was tried takes more beyond chance.",
    "advise": "The only setting that was tried gains no more on average.",
    "sensitivity": "No input stands out from the noise of the method (Sobol): this many negotiations do not tell what "
    "decides the last round.",
    "sensitivity without effects": "do not tell what decides how often talks end with the last deadline lapsed.",
    "discover without box": "No box was found: in no region",
    "sweep": "The share of deals is the same at every point: 0 %",
    "sweep map": "The share of deals is the same at every point: 0 %",
    "leader without deal": "nothing can follow.",
    "positions": "Equal Gain: no two actors gain by an exchange, so that its answer is the weighted mean.",
}


#: One directory of each way to work, and the quickest of it.
ONE_A_KIND: Final = ("run", "stress without cases", "sensitivity", "sweep", "solve", "value", "positions", "calibrate")
ONE_OF_EACH: Final = [name if name in ONE_A_KIND else pytest.param(name, marks=pytest.mark.long) for name in FILLED]


def _words(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def _invoked(*words: str) -> str:
    done = winset(*words)
    assert done.exit_code == 0, (words, done.output)
    return done.output


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_a_directory_with_nothing_in_it_is_read_by_every_command_that_reads(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    # The same pictures are drawn by plot.
    shown = _words(_invoked(*FILLED[name], "--no-figures", "--out", str(folder)))
    _invoked("report", str(folder))
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert page.rstrip().endswith("</html>")
    commands = re.findall(r"winset (\w+) (?:tiny\.yaml|cars_on_the_table\.yaml|alone\.csv)", unescape(page))
    assert {*commands} == {FILLED[name][0]}, "how to run it again"
    assert NOTHING.get(name, "") in shown
    assert NOTHING.get(name, "") in _words(page)
    if not QUESTIONS[FILLED[name][0]].draws:
        assert "which has no pictures; its tables are in winset report" in refused("plot", folder)
    else:
        _invoked("plot", str(folder))


@pytest.mark.long
@pytest.mark.parametrize("name", FILLED)
def test_two_directories_of_one_command_have_one_digest(name: str, tmp_path: Path) -> None:
    places = [str(tmp_path / which) for which in ("first", "second")]
    for place in places:
        _invoked(*FILLED[name], "--no-figures", "--out", place)
    assert _invoked("hash", places[0]) == _invoked("hash", places[1])


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of scenario, which has no manifest."""
    out = tmp_path_factory.mktemp("described") / "out"
    _invoked("scenario", TINY, "--out", str(out))
    return out


@pytest.mark.parametrize("verb", ["report", "plot", "hash"])
def test_directories_without_a_manifest_are_refused_in_words(verb: str, described: Path) -> None:
    said = refused(verb, described)
    assert "has no manifest.json" in said
    assert "that of scenario is to be looked at only" in said
