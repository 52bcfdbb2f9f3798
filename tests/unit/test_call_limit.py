"""A tactic of the user's own that never answers ends the command with a message, whichever engine asks it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments.call_limit import CallLimit
from sim.protocol import RUNNING
from sim.results import RESULT

ROOT = Path(__file__).parents[2]
TINY = str(ROOT / "configs" / "tiny.yaml")

#: Answers in the first round and never after it; the second one not even to an exception.
COMPILED = """
from experiments.api import register

@register
def looping(view, knobs):
    x = 0.0
    while view.round >= 2:
        x = 0.5 * x + 1.0
    return 0.9 - x
"""
IN_PYTHON = """
import statistics
from experiments.api import register

@register
def looping(view, knobs):
    while view.round >= 2:
        try:
            statistics.mean((1.0, 2.0))
        except BaseException:
            pass
    return 0.9
"""
#: The command with a limit of two seconds in place of thirty.
QUICK = """
from experiments import call_limit
from experiments.cli import main

call_limit.CALL_SECONDS = 2.0
if __name__ == "__main__":
    main()
"""


@pytest.fixture
def quick(tmp_path: Path) -> Path:
    script = tmp_path / "quick.py"
    script.write_text(QUICK)
    return script


def winset(script: Path, tactic: str, *arguments: str) -> tuple[int, str, str]:
    file = script.with_name("own.py")
    file.write_text(tactic)
    command = [
        sys.executable,
        str(script),
        *arguments,
        "--tactics",
        str(file),
        "--set",
        "tactics.us_treasury.name=looping",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("arguments", "tactic", "where"),
    [
        (["run", TINY, "--runs", "20", "--workers", "1"], COMPILED, "in run 0"),
        (["run", TINY, "--runs", "20", "--workers", "1"], IN_PYTHON, "in round 2 of run 0"),
        (["run", TINY, "--runs", "20", "--engine", "mesa", "--workers", "1"], COMPILED, "in round 2 of run 0"),
        (["play", TINY, "--run", "3"], COMPILED, "in round 2 of run 3"),
        (["play", TINY, "--run", "3"], IN_PYTHON, "in round 2 of run 3"),
        (["stress", TINY, "--side", "us_treasury", "--budget", "20000"], COMPILED, "in run 0"),
        (["exploit", TINY, "--tactic", "looping", "--budget", "20000"], COMPILED, "in run 0"),
        (["sweep", TINY, "--over", "us_treasury.consumer_weight=0.5:1:2", "--runs", "20"], COMPILED, "in run 0"),
    ],
    ids=lambda value: {COMPILED: "compiled", IN_PYTHON: "python"}.get(str(value), str(value[0])),
)
def test_an_endless_tactic_ends_the_command_and_is_named(
    quick: Path, arguments: list[str], tactic: str, where: str
) -> None:
    out = [] if arguments[0] == "play" else ["--out", str(quick.with_name("out"))]
    code, printed, told = winset(quick, tactic, *arguments, *out)
    line = 4 if tactic == COMPILED else 5
    assert told.splitlines()[-1] == (
        f"error: {quick.with_name('own.py')}:{line}: tactic looping gave no answer within 2 s {where}; "
        "see whether a loop in it can go on for ever."
    )
    assert (code, printed) == (2, "")
    assert "Traceback" not in told


def test_an_endless_tactic_in_worker_processes_is_told_by_the_command(quick: Path) -> None:
    """Which of the chunks is the first to be given up is a matter of time."""
    out = quick.with_name("out")
    code, _, told = winset(quick, COMPILED, "run", TINY, "--runs", "20000", "--workers", "2", "--out", str(out))
    last = told.splitlines()[-1]
    assert last.startswith(f"error: {quick.with_name('own.py')}:4: tactic looping gave no answer within 2 s in run ")
    assert "from outside" not in told
    assert code == 2
    assert not [path for path in out.rglob("*") if path.name.endswith((".tmp", ".parquet"))]


def own_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.call_limit._own", lambda names: [name for name in names if name == "own"])
    places = {"own": SimpleNamespace(place="own.py:1")}
    monkeypatch.setattr("agents.tactics.registering.own_tactics", lambda: places)


class Ended:
    """What was told, and when."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.event = threading.Event()

    def __call__(self, message: str) -> None:
        self.told.append(message)
        self.event.set()


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Ended:
    own_names(monkeypatch)
    return Ended()


def test_time_counts_from_each_call_anew_and_for_own_tactics_only(ended: Ended) -> None:
    limit = CallLimit(ended, 1.0)
    try:
        for round_number in range(6):
            limit.asked(7, round_number, 0, "own")
            time.sleep(0.4)
            limit.answered()
        limit.asked(7, 1, 0, "boulware")
        time.sleep(2.0)
        limit.answered()
        assert not ended.told
        limit.asked(7, 3, 1, "own")
        assert ended.event.wait(10)
    finally:
        limit.close()
    assert ended.told[0] == (
        "own.py:1: tactic own gave no answer within 1 s in round 3 of run 7; "
        "see whether a loop in it can go on for ever."
    )


def test_a_batch_that_gets_on_is_left_to_go_on(ended: Ended) -> None:
    """Runs of 40 to 44, one after the other, until the third takes for ever."""
    results: Any = np.zeros(5, RESULT)
    results["outcome"] = RUNNING
    batch: Any = SimpleNamespace(tactics=("own", "boulware"), runs=np.arange(40, 45))
    limit = CallLimit(ended, 1.0)
    try:
        limit.begun(batch, results)
        for run in range(2):
            time.sleep(0.8)
            results["outcome"][run] = 1
        assert not ended.told
        assert ended.event.wait(10)
    finally:
        limit.close()
    assert ended.told[0].startswith("own.py:1: tactic own gave no answer within 1 s in run 42;")


def test_a_command_that_was_stopped_for_a_while_goes_on(tmp_path: Path) -> None:
    """As with Ctrl-Z and `fg`: only time in which the tactic could have answered counts."""
    script = tmp_path / "stopped.py"
    script.write_text(
        "import sys, time\nfrom types import SimpleNamespace\nimport experiments.call_limit as c\n"
        "import agents.tactics.registering as r\n"
        "c._own = lambda names: ['own']\nr.own_tactics = lambda: {'own': SimpleNamespace(place='own.py:1')}\n"
        "c.limit_calls(c.end_command, 2.0)\nc._limits[0].asked(0, 1, 0, 'own')\n"
        "print('asked', flush=True)\nsys.stdin.readline()\nc._limits[0].answered()\nprint('answered')\n"
    )
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "asked\n"
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(4.0)
        os.kill(process.pid, signal.SIGCONT)
        out, errors = process.communicate("\n", timeout=30)
    assert (process.returncode, out, errors) == (0, "answered\n", "")
