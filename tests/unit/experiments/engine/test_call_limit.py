"""A tactic of the user's own that never answers ends the command with a message, whichever engine asks it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from agents import watching
from agents.tactics.registering import own_tactics
from experiments.config.own_tactics import load_tactics
from experiments.engine import call_limit
from experiments.engine.call_limit import CallLimit, _Waiting, calls_limited
from sim.bargaining.outcomes import RUNNING
from sim.engine.results import RESULT
from tests.own_tactics import HEAD, registry_kept, written
from tests.tree import ROOT

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
#: The command with a limit of one second in place of thirty.
QUICK = """
from experiments.engine import call_limit
from experiments.cli import main

call_limit.CALL_SECONDS = 1.0
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
        pytest.param(
            ["run", TINY, "--runs", "20", "--workers", "1"], IN_PYTHON, "in round 2 of run 0", marks=pytest.mark.long
        ),
        pytest.param(
            ["run", TINY, "--runs", "20", "--engine", "mesa", "--workers", "1"],
            COMPILED,
            "in round 2 of run 0",
            marks=pytest.mark.long,
        ),
        pytest.param(["play", TINY, "--run", "3"], COMPILED, "in round 2 of run 3", marks=pytest.mark.long),
        (["play", TINY, "--run", "3"], IN_PYTHON, "in round 2 of run 3"),
        (["stress", TINY, "--side", "us_treasury", "--budget", "20000"], COMPILED, "in run 0"),
        pytest.param(
            ["exploit", TINY, "--tactic", "looping", "--budget", "20000"], COMPILED, "in run 0", marks=pytest.mark.long
        ),
        pytest.param(
            ["sweep", TINY, "--over", "us_treasury.consumer_weight=0.5:1:2", "--runs", "20"],
            COMPILED,
            "in run 0",
            marks=pytest.mark.long,
        ),
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
        f"error: {quick.with_name('own.py')}:{line}: tactic looping gave no answer within 1 s {where}; "
        "see whether a loop in it can go on for ever."
    )
    assert (code, printed) == (2, "")
    assert "Traceback" not in told


def test_an_endless_tactic_in_worker_processes_is_told_by_the_command(quick: Path) -> None:
    """Which of the chunks is the first to be given up is a matter of time."""
    out = quick.with_name("out")
    code, _, told = winset(quick, COMPILED, "run", TINY, "--runs", "20000", "--workers", "2", "--out", str(out))
    last = told.splitlines()[-1]
    assert last.startswith(f"error: {quick.with_name('own.py')}:4: tactic looping gave no answer within 1 s in run ")
    assert "from outside" not in told
    assert code == 2
    assert not [path for path in out.rglob("*") if path.name.endswith((".tmp", ".parquet"))]


class Ended:
    """What was told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.event = threading.Event()

    def __call__(self, message: str) -> None:
        self.told.append(message)
        self.event.set()


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Ended:
    monkeypatch.setattr(
        "experiments.engine.call_limit._own", lambda names: {"own": "own.py:1"} if "own" in names else {}
    )
    return Ended()


def unwatched(ended: Ended, seconds: float) -> CallLimit:
    """A limit that hears of calls and whose own look at them is left to the test."""
    limit = CallLimit(ended, seconds)
    limit.close()
    return limit


def waiting_of(limit: CallLimit) -> _Waiting:
    return limit._waiting[threading.get_ident()]


def test_time_counts_from_each_call_anew_and_for_own_tactics_only(ended: Ended) -> None:
    """By the clock: eight calls of 0.3 s each are within a limit of 2 s, and one that does not end is not."""
    limit = CallLimit(ended, 2.0)
    try:
        for round_number in range(8):
            limit.began(7, round_number, 0, "own")
            time.sleep(0.3)
            limit.ended()
        limit.began(7, 1, 0, "boulware")
        assert not limit._waiting
        limit.ended()
        assert not ended.told
        limit.began(7, 3, 1, "own")
        assert ended.event.wait(60)
    finally:
        limit.close()
    assert ended.told[0] == (
        "own.py:1: tactic own gave no answer within 2 s in round 3 of run 7; "
        "see whether a loop in it can go on for ever."
    )


def test_seconds_add_up_while_talks_stay_where_they_are(ended: Ended) -> None:
    limit = unwatched(ended, 1.0)
    limit.began(7, 1, 0, "own")
    assert [waiting_of(limit).look(passed) for passed in (0.25, 0.25, 0.5, 0.125)] == [0.0, 0.25, 0.75, 0.875]
    limit.ended()
    limit.began(7, 2, 0, "own")
    assert [waiting_of(limit).look(passed) for passed in (0.25, 0.25)] == [0.0, 0.25]


def test_a_batch_that_gets_on_is_left_to_go_on(ended: Ended) -> None:
    """Runs of 40 to 44, one after the other, until the third takes for ever."""
    results: Any = np.zeros(5, RESULT)
    results["outcome"] = RUNNING
    batch: Any = SimpleNamespace(tactics=("own", "boulware"), runs=np.arange(40, 45))
    limit = unwatched(ended, 1.0)
    limit.begun(batch, results)
    waiting = waiting_of(limit)
    for run in range(2):
        assert [waiting.look(0.5) for _ in range(3)] == [0.0, 0.5, 1.0]
        results["outcome"][run] = 1
    assert [waiting.look(0.5) for _ in range(4)] == [0.0, 0.5, 1.0, 1.5]
    assert limit._message(waiting).startswith("own.py:1: tactic own gave no answer within 1 s in run 42;")


def test_a_tactic_that_is_forgotten_while_it_is_asked_is_still_told(tmp_path: Path) -> None:
    file = written(tmp_path / "own.py", f"{HEAD}@register\ndef forgotten(view, knobs):\n    return 0.5\n")
    limit = unwatched(Ended(), 1.0)
    with registry_kept():
        load_tactics(file)
        limit.began(0, 1, 0, "forgotten")
    assert "forgotten" not in own_tactics()
    told = limit._message(waiting_of(limit))
    assert told.startswith(f"{file}:4: tactic forgotten gave no answer within 1 s"), told


def test_an_inner_limit_gives_way_to_the_outer_one() -> None:
    with calls_limited(pytest.fail, 60.0):
        outer = list(call_limit._limits)
        with calls_limited(pytest.fail, 60.0):
            assert call_limit._limits != outer
        assert call_limit._limits == watching._watching == outer
        assert not outer[0]._over.is_set()
    assert call_limit._limits == watching._watching == []
    assert outer[0]._over.is_set()


#: What a script needs to be asked as a tactic of the user's own.
ASKED = (
    "import sys, threading, time\nimport experiments.engine.call_limit as c\n"
    "c._own = lambda names: {'own': 'own.py:1'}\nc.limit_calls(c.end_command, 2.0)\n"
    "def ask(): c._limits[0].began(0, 1, 0, 'own')\n"
    "def answer(): c._limits[0].ended(); print('answered', flush=True)\n"
)


def started(script: Path, text: str, **streams: Any) -> subprocess.Popen[str]:
    script.write_text(text)
    return subprocess.Popen([sys.executable, str(script)], text=True, **streams)


def code_of(process: subprocess.Popen[str]) -> int | str:
    """Exit code of a process, or that it lives on."""
    try:
        return process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return "lives on"


PIPES = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}


def test_a_command_that_was_stopped_for_a_while_goes_on(tmp_path: Path) -> None:
    """As with Ctrl-Z and `fg`: only time in which the tactic could have answered counts."""
    text = f"{ASKED}ask()\nprint('asked', flush=True)\nsys.stdin.readline()\nanswer()\n"
    with started(tmp_path / "stopped.py", text, **PIPES) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "asked\n"
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(3.5)
        os.kill(process.pid, signal.SIGCONT)
        out, errors = process.communicate("\n", timeout=60)
    assert (process.returncode, out, errors) == (0, "answered\n", "")


def test_a_call_that_is_stepped_through_is_not_ended_and_one_after_the_debugger_is(tmp_path: Path) -> None:
    step = "def step():\n    ask()\n    print('asked', flush=True)\n    breakpoint()\n    answer()\n"
    loop = "def loop():\n    ask()\n    time.sleep(90)\n"
    with started(tmp_path / "stepped.py", f"{ASKED}{step}{loop}step()\nloop()\n", **PIPES) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "asked\n"
        time.sleep(4.0)
        out, errors = process.communicate("c\n", timeout=60)
    assert out.endswith("answered\n")
    assert errors.startswith("error: own.py:1: tactic own gave no answer within 2 s in round 1 of run 0;")
    assert process.returncode == 2


#: Ends the command from another thread, as a limit does, while the first one is in the tactic.
END = "threading.Thread(target=c.end_command, args=('it loops',)).start()\ntime.sleep(90)\n"


def test_a_command_ends_also_when_nobody_reads_what_it_says(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    process = started(tmp_path / "unread.py", ASKED + END, stderr=writer)
    os.close(writer)
    os.close(reader)
    assert code_of(process) == 2


def test_a_worker_ends_also_when_its_parent_is_gone(tmp_path: Path) -> None:
    text = (
        "import threading, time, multiprocessing as m\nfrom experiments.engine.workers import _say_and_end\n"
        "reader, writer = m.Pipe(False)\nreader.close()\n"
        "threading.Thread(target=_say_and_end, args=(writer, 'it loops')).start()\ntime.sleep(90)\n"
    )
    assert code_of(started(tmp_path / "left.py", text, stderr=subprocess.DEVNULL)) == 1


def test_a_terminal_gets_message_and_cursor_while_a_bar_is_up_and_locked(tmp_path: Path) -> None:
    text = (
        f"{ASKED}from rich.console import Console\nfrom rich.progress import Progress\n"
        "console = Console(stderr=True)\nbar = Progress(console=console)\nbar.start()\nbar.add_task('runs')\n"
        f"bar.refresh()\nconsole._lock.acquire()\n{END}"
    )
    ours, theirs = os.openpty()
    process = started(tmp_path / "bar.py", text, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    assert code_of(process) == 2
    shown = b""
    with suppress(OSError):
        # An error is how a terminal says that nobody is at its other end.
        while part := os.read(ours, 4096):
            shown += part
    os.close(ours)
    assert shown.rfind(b"\x1b[?25h") > shown.rfind(b"\x1b[?25l") > -1
    assert shown.endswith(b"\x1b[?25h\r\nerror: it loops\r\n")


def test_what_was_printed_is_handed_on_and_a_passing_folder_removed(tmp_path: Path) -> None:
    text = f"{ASKED}from sim.code_cache.folder import _passing_root\nprint(_passing_root())\n{END}"
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with started(tmp_path / "passing.py", text, **PIPES, env=buffered) as process:
        out, errors = process.communicate(timeout=60)
    folder = Path(out.removesuffix("\n"))
    assert folder.name.startswith("winset-")
    assert not folder.exists()
    assert errors.endswith("error: it loops\n")
    assert process.returncode == 2


def test_clearing_up_that_has_to_wait_does_not_keep_the_end_back(tmp_path: Path) -> None:
    text = f"{ASKED}c._LAST_WORDS = 0.2\nc._clear_up = lambda: time.sleep(90)\n{END}"
    process = started(tmp_path / "waiting.py", text, stderr=subprocess.PIPE)
    assert code_of(process) == 2
    assert process.stderr is not None
    assert process.stderr.read() == "error: it loops\n"
    process.stderr.close()


#: The page with one tab in which talks are played to the end.
PAGE = """
import threading
import experiments.app.server as server

def serve(configs, *_, **__):
    from experiments.app.models import WatchedTalks
    config = configs.config(configs.first)
    talks = WatchedTalks(config=config, base_seed=str(configs.seed_of(configs.first)))
    tab = threading.Thread(target=lambda: [talks.step() for _ in range(9)], daemon=True)
    tab.start()
    tab.join(90)

server.serve = serve
"""


def test_the_page_ends_with_an_endless_tactic_in_one_tab_as_its_documentation_says(quick: Path) -> None:
    quick.write_text(PAGE + QUICK)
    code, _, told = winset(quick, COMPILED, "app", TINY, "--port", "0", "--no-open")
    assert told.splitlines()[-1].startswith(
        f"error: {quick.with_name('own.py')}:4: tactic looping gave no answer within 1 s in round 2 of run 0;"
    )
    assert code == 2
    page = (ROOT / "docs" / "app.md").read_text(encoding="utf-8")
    assert "| the page is gone in all tabs, and the terminal says that a tactic gave no answer within 30 s |" in page
