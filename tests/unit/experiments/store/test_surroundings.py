"""Tests do not hang on who started them: a parent that ignores signals, a narrow terminal, forced colours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PRINTING
from tests.tree import ROOT

ASKED = "import signal; print(*(signal.getsignal(getattr(signal, name)) for name in ('SIGINT', 'SIGTERM', 'SIGHUP')))"
INSIDE = f"{Path(__file__).name}::test_what_a_test_starts_can_be_interrupted"


def test_what_a_test_starts_can_be_interrupted() -> None:
    """Python itself raises KeyboardInterrupt at SIGINT only if nobody had it ignored."""
    told = subprocess.run([sys.executable, "-c", ASKED], check=True, capture_output=True, text=True).stdout
    assert "default_int_handler" in told
    assert told.split()[-2:] == [str(signal.SIG_DFL), str(signal.SIG_DFL)] == ["0", "0"]


def test_nothing_tells_how_to_print() -> None:
    """A test that wants a width or colours sets them itself."""
    assert {name for name in PRINTING if name in os.environ} == set()


def test_also_where_the_terminal_is_narrow_and_colours_are_forced() -> None:
    loud = dict.fromkeys(PRINTING, "1") | {"COLUMNS": "30"}
    inside = f"{Path(__file__)}::test_nothing_tells_how_to_print"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", inside],
        check=False, capture_output=True, text=True, cwd=ROOT, env=os.environ | loud,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "start",
    ["trap '' INT TERM HUP; exec", pytest.param("exec nohup", marks=pytest.mark.long)],  # it ignores HUP alone
)
def test_also_under_a_parent_that_ignores_signals(start: str, tmp_path: Path) -> None:
    """As in the background of a script, or after `nohup`."""
    command = f'{start} "$0" -m pytest -q -p no:cacheprovider "$1"'
    done = subprocess.run(
        ["/bin/sh", "-c", command, sys.executable, str(Path(__file__).parent / INSIDE)],
        check=False, capture_output=True, text=True, cwd=ROOT, env=os.environ | {"HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
