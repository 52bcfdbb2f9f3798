"""The README's commands and examples run as printed."""

from __future__ import annotations

import math
import re
import shlex
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from experiments import api
from experiments.figures.kit.style import png_bytes
from experiments.progress import COMPILING
from sim.compiled import is_cold
from tests.command_line import winset
from tests.readme_shares import ENDS, outcomes, printed, shares
from tests.tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, flags=re.DOTALL)
COMMANDS = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines() if "winset " in line]
EXAMPLES = [text for kind, text in BLOCKS if kind == "python"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder with the configs, so that what the commands write stays out of the checkout."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "configs").symlink_to(ROOT / "configs")
    return folder


def test_the_commands_of_the_readme_run_in_its_order(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert COMMANDS
    monkeypatch.chdir(place)
    for command in COMMANDS:
        program, *words = shlex.split(command, comments=True)
        assert program == ".venv/bin/winset"
        done = winset(*words)
        assert done.exit_code == 0, f"{command}\n{done.stderr}"
        assert done.stdout.strip(), command


def test_the_picture_of_the_readme_is_what_its_first_command_draws() -> None:
    """To a shade: letters may be smoothed a little differently elsewhere; a number that has moved is told."""
    assert COMMANDS[0] == ".venv/bin/winset run configs/july_2025.yaml --runs 200 --out out/july"
    played = api.run(ROOT / "configs" / "july_2025.yaml", runs=200, workers=1)
    figures = played.draw(["concessions"])
    drawn = imread(BytesIO(png_bytes(figures["concessions"])))
    stored = imread(ROOT / "docs" / "images" / "concessions_july_2025.png")
    assert drawn.shape == stored.shape
    assert np.abs(drawn - stored).mean() < 0.0005


def test_the_first_start_takes_as_long_wherever_it_is_told() -> None:
    start, _, speed = README.partition("## How fast")
    docs = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("app.md", "scaling.md")]
    assert all("one and a half minutes" in text for text in (start, speed, *docs, COMPILING, is_cold.__doc__ or ""))


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"example {k}" for k in range(len(EXAMPLES))])
def test_the_examples_of_the_readme_run(
    example: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    exec(example, {"__name__": "__main__"})  # noqa: S102  to run it as printed is the test
    assert capsys.readouterr().out.strip()


def test_every_command_of_the_readme_exists() -> None:
    named = set(re.findall(r"`winset (\w+)", README))
    assert {"run", "report", "hash"} <= named
    assert named <= set(re.findall(r"^│ (\w+)", winset("--help").stdout, flags=re.MULTILINE))


#: Runs of each config here, with a seed that the table does not use, and how far their share may be from the table's:
#: four standard errors, and the 0.3 points to which the table is good.
RUNS = 10_000
SEED = 11
ERRORS = 4.0


def _leeway(share: float) -> float:
    return 0.3 + ERRORS * math.sqrt(max(share, 1.0) * max(100.0 - share, 1.0) / RUNS)


@pytest.mark.parametrize("config", printed())
def test_the_shares_of_the_readme_are_those_of_the_model(config: str) -> None:
    found = shares(outcomes(config, SEED, RUNS))
    assert list(found) == list(ENDS)
    for column, share in printed()[config].items():
        assert abs(found[column] - share) <= _leeway(share), column


def test_a_lucky_seed_would_be_seen() -> None:
    """Two thousand runs at seed 4 with cars on the table come to 26.95 %, which is too far from the share of many."""
    lucky = shares(outcomes("cars_on_the_table", 4, 2000))["agreement"]
    assert lucky == pytest.approx(26.95)
    assert abs(lucky - printed()["cars_on_the_table"]["agreement"]) > _leeway(lucky)


def test_the_shares_of_the_readme_add_up() -> None:
    assert {"july_2025", "cars_on_the_table", "bluff"} <= set(printed())
    for config, columns in printed().items():
        assert sum(columns.values()) == pytest.approx(100.0, abs=0.15), config
