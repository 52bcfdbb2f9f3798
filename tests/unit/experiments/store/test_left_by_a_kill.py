"""What a kill or somebody else has left in a directory changes no answer and ends in no traceback."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from experiments.config.load import load_config
from experiments.errors import RunError
from experiments.store.batches import Batches
from experiments.store.directory import Directory
from experiments.store.manifest import MANIFEST, Request, read_manifest
from experiments.store.place import LocalPlace
from experiments.store.tables import PAIRS
from tests.tree import CONFIGS

ROWS = pa.table({"run": [0, 1], "outcome": ["stall", "agreement"]})


def _request() -> Request:
    return Request("tournament", load_config(CONFIGS / "tiny.yaml"), 1, {})


def test_a_journal_that_outlived_the_finish_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Directory.open(tmp_path, _request()) as directory:
        directory.write("000-001", {PAIRS: ROWS})
        directory.keep("worlds.parquet", ROWS)
        # Killed after the manifest said complete and before the journal was removed.
        monkeypatch.setattr(LocalPlace, "forget_notes", lambda _place: None)
        directory.finish(without=PAIRS)
    assert (tmp_path / "journal.jsonl").read_text() != ""
    assert read_manifest(tmp_path).parts == ()


def test_a_link_in_a_circle_is_told_and_stays(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        LocalPlace(tmp_path).write("a", b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_link_to_where_nothing_is_yet_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    LocalPlace(tmp_path).write("a", b"new")
    assert (tmp_path / "a").is_symlink()
    assert (tmp_path / "b").read_bytes() == b"new"


def test_a_manifest_nested_without_end_is_a_message(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text("[" * 100_000)
    with pytest.raises(RunError, match="is damaged: it is not a manifest that this version can read"):
        read_manifest(tmp_path)
    with pytest.raises(RunError, match="is not empty and holds no results of winset"):
        Directory.open(tmp_path, _request(), overwrite=True)


@pytest.mark.parametrize("files", [3, "map.parquet", None, True])
def test_whatever_a_manifest_lists_it_can_be_replaced(files: object, tmp_path: Path) -> None:
    (tmp_path / "map.parquet").write_text("mine")
    (tmp_path / MANIFEST).write_text(json.dumps({"format": "winset tournament", "files": files}))
    with Directory.open(tmp_path, _request(), overwrite=True):
        pass
    assert read_manifest(tmp_path).files == ()
    assert (tmp_path / "map.parquet").read_text() == "mine"


def test_of_a_temporary_directory_nobody_is_told_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_place: LocalPlace, _file: str, _content: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(LocalPlace, "write", full)
    with Directory.open(None, _request()) as directory:
        fills = (
            lambda: directory.write("000-001", {PAIRS: ROWS}),
            lambda: directory.keep("worlds.parquet", ROWS),
            lambda: Batches(directory).answer(np.zeros(1), lambda: np.ones(1)),
            directory.finish,
        )
        for fill in fills:
            with pytest.raises(RunError) as told:
                fill()
            assert str(told.value) == (
                f"cannot write to {directory.place}: No space left on device. Nothing is kept there; mend this, or "
                "name a directory with --out."
            )
