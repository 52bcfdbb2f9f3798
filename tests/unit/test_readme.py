"""The README's commands and examples run as printed."""

from __future__ import annotations

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
    pages = ("app.md", "python.md", "scaling.md", "start.md", "howto/machines.md")
    docs = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in pages]
    assert all("less than a minute" in text for text in (README, *docs, COMPILING, is_cold.__doc__ or ""))


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
