"""Signals end every command that fills a directory in order: it says how to go on, and what was finished is kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.process_groups import wait_until_gone
from tests.sizes import usual
from tests.tree import ROOT, TINY

PATIENCE = 300.0

#: Every command with a directory to go on with, at a size that takes minutes.
COMMANDS = {
    "run": ("--runs", "2000000", "--chunk-size", "500", "--workers", "2", "--engine", "compiled"),
    "tournament": (
        "--worlds",
        "3000",
    ),
    "stress": ("--side", "us_treasury", "--budget", "1000000"),
    "exploit": ("--budget", "4000000"),
    "advise": ("--side", "partner", "--worlds", "20000"),
    "sweep": ("--over", "us_treasury.consumer_weight=0.5:1:30", "--runs", "20000"),
    "sensitivity": ("--base", "16384"),
    "discover": ("--runs", "2000000"),
}

#: Where processes besides the command are not what is tested; the last word on an option counts.
ALONE = ("--workers", "1")


def _start(name: str, folder: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "experiments.cli", name, str(TINY), *COMMANDS[name], "--out", str(folder), *more]
    return subprocess.Popen(
        command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def _kept(folder: Path) -> dict[str, bytes]:
    """Finished pieces of work by name; the rest of a directory is rewritten as it goes on."""
    names = ("runs", "pairs", "batches")
    paths = [path for name in names for path in (folder / name).glob("*") if not path.name.startswith(".")]
    return {path.name: path.read_bytes() for path in paths}


def _wait_for_more(process: subprocess.Popen[str], folder: Path, there: int) -> None:
    end = time.monotonic() + PATIENCE
    while len(_kept(folder)) <= there:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < end
        time.sleep(0.02)


def _end(process: subprocess.Popen[str], number: signal.Signals, folder: Path) -> None:
    process.send_signal(number)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 128 + number
    assert errors.splitlines()[-1] == (
        f"interrupted; what was finished is kept in {folder}. Go on with the same command and --resume."
    )
    assert "Traceback" not in errors


#: Chunks of runs; batches of a search, pairs and points are left to long tests, and to those that interrupt in-process.
USUAL = ("run",)


@pytest.mark.parametrize("name", usual(COMMANDS, USUAL))
def test_a_command_that_is_ended_says_how_to_go_on_and_goes_on(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    process = _start(name, folder)
    _wait_for_more(process, folder, 0)
    _end(process, signal.SIGTERM, folder)
    kept = _kept(folder)
    assert kept
    process = _start(name, folder, "--resume", *(ALONE if name == "run" else ()))
    _wait_for_more(process, folder, len(kept))
    _end(process, signal.SIGHUP, folder)
    assert kept.items() <= _kept(folder).items()


def test_a_signal_to_the_whole_group_ends_the_workers_too(tmp_path: Path) -> None:
    """As at the end of a session, or from who manages services."""
    folder = tmp_path / "out"
    process = _start("run", folder)
    _wait_for_more(process, folder, 0)
    os.killpg(process.pid, signal.SIGTERM)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in errors
    wait_until_gone(process.pid)


def test_who_has_hangups_ignored_is_not_interrupted_by_one(tmp_path: Path) -> None:
    """As `nohup` does."""
    folder = tmp_path / "out"
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = _start("run", folder, *ALONE)
    finally:
        signal.signal(signal.SIGHUP, before)
    _wait_for_more(process, folder, 0)
    process.send_signal(signal.SIGHUP)
    _wait_for_more(process, folder, len(_kept(folder)))
    _end(process, signal.SIGTERM, folder)
