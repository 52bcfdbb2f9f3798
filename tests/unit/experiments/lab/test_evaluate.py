"""Chunks of many points are computed once, kept in a directory as they are finished, and put together in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from experiments.config.load import load_config
from experiments.errors import RunError
from experiments.lab.evaluate import Evaluation, chunks_of, evaluate
from experiments.progress import Progress
from experiments.store.directory import Directory
from experiments.store.manifest import Request
from experiments.store.plan import Chunk
from tests.interrupted import recorded
from tests.small_answers import files_of
from tests.tree import TINY

ROWS = 10


class _Counting(Progress):
    """Counts what it hears."""

    def __init__(self) -> None:
        self.total = 0
        self.outcomes: Counter[str] = Counter()

    def say(self, message: str) -> None:
        raise AssertionError(message)

    @contextmanager
    def counting(self, total: int, there: Counter[str]) -> Iterator[None]:
        self.total, self.outcomes = total, Counter(there)
        yield

    def advance(self, outcomes: Counter[str]) -> None:
        self.outcomes += outcomes


def _request(factor: float = 2.0) -> Request:
    return Request("sweep", load_config(TINY), 1, {"factor": factor})


def _job(seen: list[int], size: int = 4) -> Evaluation:
    """Twice the number of each point; a column more in the first chunk only."""

    def compute(chunk: Chunk) -> pa.Table:
        seen.append(chunk.index)
        points = np.arange(chunk.first, chunk.first + chunk.count, dtype=float)
        columns = {"twice": 2.0 * points, "outcome": [("stall", "agreement")[int(point) % 2] for point in points]}
        return pa.table(columns | ({"first": points} if chunk.first == 0 else {}))

    return Evaluation(chunks_of(ROWS, size), compute)


def _fill(folder: Path, seen: list[int], say: Callable[[str], None] = lambda _: None, *, resume: bool = False) -> None:
    with Directory.open(folder, _request(), resume=resume, say=say) as directory:
        evaluate(_job(seen), directory)
        directory.finish()


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """A directory whose process was interrupted before its second part was noted."""
    with recorded(1), pytest.raises(KeyboardInterrupt):
        _fill(tmp_path / "stopped", [])
    return tmp_path / "stopped"


def test_rows_are_those_of_all_chunks_in_order() -> None:
    table = evaluate(_job([]))
    assert table.column("twice").to_pylist() == [2.0 * place for place in range(ROWS)]
    # A column that some chunks lack is missing there.
    assert table.column("first").to_pylist() == [0.0, 1.0, 2.0, 3.0, *[None] * 6]
    assert table.num_rows == ROWS


def test_what_is_there_is_not_computed_again_and_the_files_are_the_same(stopped: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"unfinished sweep \(4 negotiations are kept\); go on with --resume"):
        _fill(stopped, [])
    seen: list[int] = []
    _fill(stopped, seen, resume=True)
    assert sorted(seen) == [1, 2]
    _fill(tmp_path / "whole", [])
    assert {"manifest.json", "runs/part-000000.parquet", "runs/part-000002.parquet"} < {*files_of(stopped)}
    assert files_of(stopped) == files_of(tmp_path / "whole")


def test_a_damaged_part_is_computed_again_and_told(tmp_path: Path) -> None:
    _fill(tmp_path / "whole", [])
    _fill(tmp_path / "damaged", [])
    (tmp_path / "damaged/runs/part-000001.parquet").write_bytes(b"torn")
    seen: list[int] = []
    told: list[str] = []
    _fill(tmp_path / "damaged", seen, told.append, resume=True)
    assert seen == [1]
    assert told == [f"{tmp_path}/damaged/runs/part-000001.parquet is damaged or gone; its rows are computed again."]
    assert files_of(tmp_path / "damaged") == files_of(tmp_path / "whole")


def test_a_part_of_another_size_is_not_taken(tmp_path: Path) -> None:
    _fill(tmp_path / "out", [])
    seen: list[int] = []
    with Directory.open(tmp_path / "out", _request(), resume=True) as directory:
        table = evaluate(_job(seen, size=5), directory)
    assert sorted(seen) == [0, 1]
    assert table.num_rows == ROWS


def test_progress_counts_what_is_there_and_what_comes(stopped: Path) -> None:
    progress = _Counting()
    with Directory.open(stopped, _request(), resume=True) as directory:
        evaluate(_job([]), directory, progress)
    assert progress.total == ROWS
    assert progress.outcomes == {"stall": 5, "agreement": 5}


def test_a_directory_of_other_settings_or_of_something_else_is_left_alone(stopped: Path, tmp_path: Path) -> None:
    before = files_of(stopped)
    with pytest.raises(RunError, match=r"factor: 2\.0 -> 3\.0"):
        Directory.open(stopped, _request(3.0), resume=True)
    assert files_of(stopped) == before
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/letter.txt").write_text("dear all")
    for resume, overwrite in ((False, True), (True, False), (False, False)):
        with pytest.raises(RunError, match="is not empty and holds no results of winset; choose another --out"):
            Directory.open(tmp_path / "letters", _request(), resume=resume, overwrite=overwrite)
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["letter.txt"]
