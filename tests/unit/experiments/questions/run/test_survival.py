"""A run that is killed again and again ends as one that nobody disturbed; `tests.kill_and_resume` does it at length."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.kill_and_resume import RunCommand, SurvivalError, _check_gone, kill_and_resume
from tests.tree import ROOT

OPTIONS = ("--engine", "mesa", "--workers", "2", "--chunk-size", "10", "--no-solutions")


@pytest.mark.long
def test_kills_at_random_times_cost_nothing(tmp_path: Path) -> None:
    kills = 3
    command = RunCommand(ROOT / "configs" / "japan_us_2025.yaml", 400, OPTIONS)
    report = kill_and_resume(command, kills, tmp_path, seed=1)
    assert report.kills == kills


def test_a_job_that_fails_by_itself_is_no_success(tmp_path: Path) -> None:
    with pytest.raises(SurvivalError, match="failed by itself with exit code 2"):
        kill_and_resume(RunCommand(ROOT / "configs" / "no_such.yaml", 10), 1, tmp_path)


def test_a_process_that_stays_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.kill_and_resume.PATIENCE", 0.2)
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    try:
        with pytest.raises(SurvivalError, match=rf"processes \[{process.pid}\] of the killed run are still there"):
            _check_gone(process.pid)
    finally:
        process.kill()
        process.wait()
    _check_gone(process.pid)
