"""An answer whose directory was filled anew meanwhile never shows the numbers of the other one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import winset
from experiments.errors import RunError


@pytest.mark.parametrize(
    "use",
    [
        lambda result: result.runs,
        lambda result: result.trajectories,
        lambda result: result.digest,
        lambda result: result.text(),
        lambda result: result.figures(),
    ],
)
def test_a_run_reads_no_rows_of_the_run_that_took_its_place(use: Callable[[Any], object], tmp_path: Path) -> None:
    first = winset.run("tiny", 20, seed=1, out=tmp_path)
    winset.run("tiny", 20, seed=2, out=tmp_path, overwrite=True)
    with pytest.raises(RunError, match=r"part-000000\.parquet is missing or damaged"):
        use(first)


def test_what_was_read_before_stays_and_what_is_read_later_is_refused(tmp_path: Path) -> None:
    first = winset.run("tiny", 20, seed=1, out=tmp_path)
    text, runs = first.text(), first.runs
    _ = first.paths
    winset.run("tiny", 20, seed=2, out=tmp_path, overwrite=True)
    assert first.text() == text
    assert first.runs is runs
    with pytest.raises(RunError, match=r"part-000000\.parquet is missing or damaged"):
        first.figures()
