"""The README's commands and examples run as printed."""

from __future__ import annotations

import math
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.readme_shares import ENDS, outcomes, printed, shares

ROOT = Path(__file__).parents[2]
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


def run(arguments: list[str], place: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(arguments, cwd=place, env=environment, capture_output=True, text=True, check=False)


def test_the_commands_of_the_readme_run_in_its_order(place: Path) -> None:
    assert COMMANDS
    for command in COMMANDS:
        words = shlex.split(command, comments=True)
        start = [sys.executable, "-c", "from experiments.cli import main; main()"]
        done = run([*start, *words[1:]], place)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        assert done.stdout.strip(), command


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"example {k}" for k in range(len(EXAMPLES))])
def test_the_examples_of_the_readme_run(example: str, place: Path) -> None:
    done = run([sys.executable, "-W", "error", "-c", example], place)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_every_command_of_the_readme_exists(place: Path) -> None:
    named = set(re.findall(r"`winset (\w+)", README))
    listed = run([sys.executable, "-c", "from experiments.cli import main; main()", "--help"], place).stdout
    assert named <= set(re.findall(r"^│ (\w+)", listed, flags=re.MULTILINE))


#: Runs of each config here, and the standard errors by which their share may miss that of a hundred thousand.
RUNS = 1000
ERRORS = 4.0


@pytest.mark.parametrize("config", printed())
def test_the_shares_of_the_readme_are_those_of_the_model(config: str) -> None:
    """They are good to 0.3 points, which come on top of what so few runs leave open."""
    found = shares(outcomes(config, 1, RUNS))
    assert list(found) == list(ENDS)
    for column, share in printed()[config].items():
        error = math.sqrt(max(share, 1.0) * max(100.0 - share, 1.0) / RUNS)
        assert abs(found[column] - share) <= 0.3 + ERRORS * error, column


def test_the_shares_of_the_readme_add_up() -> None:
    assert {"july_2025", "cars_on_the_table", "bluff"} <= set(printed())
    for config, columns in printed().items():
        assert sum(columns.values()) == pytest.approx(100.0, abs=0.15), config
