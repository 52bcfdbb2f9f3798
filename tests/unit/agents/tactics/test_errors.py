"""A user's own tactic that fails while it is asked ends the command with a message that names it and the place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments.cli import app
from tests.command_line import refused
from tests.own_tactics import HEAD, IN_PYTHON, US, registry_kept, written
from tests.tree import TINY


@pytest.fixture(autouse=True)
def forget_tactics() -> Iterator[None]:
    with registry_kept():
        yield


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_error_in_a_run_names_tactic_line_run_and_round(workers: str, tmp_path: Path) -> None:
    text = IN_PYTHON.replace("    return", "    if view.round > 2:\n        return float('x')\n    return")
    path = written(tmp_path / "plain.py", text)
    how = ("--tactics", path, "--set", f"{US}=plain", "--no-figures", "--out", tmp_path / "out")
    message = refused("run", TINY, *how, "--workers", workers)
    place = re.escape(f"{path}:9")
    assert re.search(rf"error: {place}: tactic plain failed in round 3 of run \d+: ValueError: ", message)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return view.gap[view.round + 127]", r"own.py:5: tactic own failed in round 1 of run 0: IndexError: "),
        ("return (1.0, 0.5)[view.round]", r"own.py:5: tactic own failed in round 2 of run 0: IndexError: "),
        ("return None", r"own.py:3: tactic own failed in round 1 of run 0: it returned 'None', and an aspiration is"),
        ("return math.nan", r"tactic own returned NaN in round 1 of run 0"),
    ],
)
def test_an_answer_that_is_no_number_ends_the_command(body: str, message: str, tmp_path: Path) -> None:
    text = f"import math\nfrom experiments.api import register\n@register\ndef own(view, knobs):\n    {body}\n"
    told = refused("play", TINY, "--tactics", written(tmp_path / "own.py", text), "--set", f"{US}=own")
    assert re.search(message, told), told


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return math.nan", "tactic odd returned NaN in round 1 of run "),
        ("return 1.0 / knobs[99]", "tactic odd failed in round 1 of run "),
        ("raise ValueError('no idea')", "ValueError: no idea"),
    ],
)
def test_a_tactic_that_fails_in_a_stress_test_is_told_as_in_a_run(body: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "odd.py"
    file.write_text(f"{HEAD}\n@register\ndef odd(view, knobs):\n    {body}\n")
    options = ["--side", "us_treasury", "--budget", "2000", "--aim", "gain", "--no-map"]
    arguments = ["stress", str(TINY), *options, "--tactics", str(file), "--set", f"{US}=odd"]
    told = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path / "out")])
    assert told.exit_code == 2, (told.output, told.exception)
    assert isinstance(told.exception, SystemExit)
    assert message in told.stderr.splitlines()[-1]


@pytest.mark.parametrize("verb", [["run", "--runs", "2", "--workers", "1", "--no-figures"], ["play"]])
def test_a_tactic_that_exits_ends_no_command_as_if_it_were_done(verb: list[str], tmp_path: Path) -> None:
    file = tmp_path / "odd.py"
    file.write_text(f"{HEAD}\n@register\ndef odd(view, knobs):\n    raise SystemExit(0)\n")
    out = ["--out", str(tmp_path / "out")] if verb[0] == "run" else []
    told = refused(verb[0], TINY, *verb[1:], *out, "--tactics", file, "--set", f"{US}=odd")
    assert f"{file}:7: tactic odd failed in round 1 of run 0: SystemExit: 0" in told
