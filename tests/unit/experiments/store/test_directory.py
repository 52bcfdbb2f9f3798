"""The one directory that every question fills: what is kept, taken over, refused and read back."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from experiments.config.load import load_config
from experiments.errors import RunError
from experiments.store.batches import Batches
from experiments.store.directory import Directory
from experiments.store.manifest import MANIFEST, Request, read_manifest
from experiments.store.reading import Finished, read_finished
from experiments.store.surroundings import Record
from experiments.store.tables import PAIRS, RUNS
from tests.small_answers import files_of
from tests.tree import CONFIGS

TINY = load_config(CONFIGS / "tiny.yaml")
ROWS = pa.table({"outcome": ["stall", "agreement"], "round": [3, 4]})
TABLE = pd.DataFrame({"name": ["", "b"], "value": [0.1, 1.0 / 3.0], "flag": [True, False]})


class _Over(Record):
    over: dict[str, tuple[int, ...]]


class _Played(Record):
    negotiations: int


def _request(command: str = "sweep", *, pictures: Callable[[], Collection[str]] = tuple, **settings: Any) -> Request:
    return Request(command, TINY, 7, settings, pictures=pictures)


def _filled(folder: Path | None, **how: Any) -> Finished:
    with Directory.open(folder, _request(over={"a": (1, 2)}), **how) as directory:
        directory.write("000000", {RUNS: ROWS})
        directory.keep("tables/points.csv", TABLE)
        directory.keep("map.parquet", TABLE)
        directory.keep_data("found.json", {"a": [1, None]})
        directory.finish(negotiations=2)
        return directory.finished()


def test_what_is_kept_is_read_back_as_it_was(tmp_path: Path) -> None:
    found = _filled(tmp_path / "out")
    assert (found.command, found.seed, found.folder) == ("sweep", 7, str(tmp_path / "out"))
    assert found.settings(_Over) == _Over(over={"a": (1, 2)})
    assert found.results(_Played) == _Played(negotiations=2)
    assert found.config.digest() == TINY.digest()
    assert found.rows().equals(ROWS.combine_chunks())
    pd.testing.assert_frame_equal(found.table("tables/points.csv", ["value", "flag", "name"], texts=["name"]), TABLE)
    pd.testing.assert_frame_equal(found.table("map.parquet", ["value"]), TABLE)
    assert list(found.table("map.parquet", ["value"], only=True).columns) == ["value"]
    assert found.data("found.json") == {"a": [1, None]}


def test_numbers_in_a_csv_file_come_back_to_the_last_bit(tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(size=2_000) * 10.0 ** np.arange(-10, 10).repeat(100)
    with Directory.open(tmp_path, _request()) as directory:
        directory.keep("tables/points.csv", pd.DataFrame({"value": values}))
        directory.finish()
        assert directory.finished().table("tables/points.csv", ["value"])["value"].tolist() == values.tolist()


def test_without_a_folder_everything_goes_when_it_is_closed() -> None:
    with Directory.open(None, _request()) as directory:
        assert directory.is_temporary
        directory.write("000000", {RUNS: ROWS})
        directory.finish()
        found = directory.finished()
        assert found.folder is None
        place = Path(str(found.place))
        assert place.is_dir()
    assert not place.exists()


def test_the_same_answer_is_the_same_bytes_in_one_go_and_after_an_interruption(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    _filled(whole)
    with Directory.open(cut, _request(over={"a": (1, 2)})) as directory:
        directory.write("000000", {RUNS: ROWS})
        directory.keep("tables/points.csv", TABLE)
    _filled(cut, resume=True)
    assert files_of(cut) == files_of(whole)
    _filled(whole, resume=True)
    assert files_of(cut) == files_of(whole)


def test_another_question_in_the_folder_is_neither_gone_on_with_nor_replaced(tmp_path: Path) -> None:
    _filled(tmp_path)
    before = files_of(tmp_path)
    for resume, overwrite in ((False, False), (True, False), (False, True)):
        with pytest.raises(RunError, match="holds results of winset sweep, which winset stress does not touch"):
            Directory.open(tmp_path, _request("stress"), resume=resume, overwrite=overwrite)
    with pytest.raises(RunError, match="holds results of winset sweep, and not of winset run"):
        read_finished(tmp_path, "run")
    assert files_of(tmp_path) == before


def test_of_what_is_replaced_nothing_is_left_but_what_is_not_ours(tmp_path: Path) -> None:
    _filled(tmp_path)
    ours = ["figures/a.png", "figures/a.of_one.svg", "pairs/part-1.parquet", "batches/part-1.npy", "report.html"]
    foreign = [
        "figures/a.txt", "figures/ab.png", "figures/b.png", "notes.txt", "tables/c.csv", "tables/c.xlsx",
        "cases/b.yaml", "runs/part-x.parquet", ".a.tmp",
    ]  # fmt: skip
    for name in (*ours, *foreign):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    with Directory.open(tmp_path, _request(pictures=lambda: ["a"]), overwrite=True):
        pass
    assert sorted(files_of(tmp_path)) == sorted([*foreign, MANIFEST])
    assert not (tmp_path / "pairs").exists()


@pytest.mark.parametrize("resumed", [False, True])
def test_a_file_that_was_begun_before_an_interruption_is_known_as_ours(resumed: bool, tmp_path: Path) -> None:
    with Directory.open(tmp_path, _request()) as directory:
        directory.keep("tables/points.csv", TABLE)
    assert [stored.file for stored in read_manifest(tmp_path).files] == ["tables/points.csv"]
    if resumed:
        with Directory.open(tmp_path, _request(), resume=True):
            pass
    with Directory.open(tmp_path, _request(), overwrite=True) as directory:
        assert list(files_of(tmp_path)) == [MANIFEST]
        directory.keep("tables/points.csv", TABLE)
        directory.keep("tables/points.csv", TABLE)
        directory.finish()
    (tmp_path / "mine.csv").write_text("mine")
    with Directory.open(tmp_path, _request(), resume=True) as directory:
        with pytest.raises(RunError, match=r"mine\.csv is in the way of a file of the answer"):
            directory.keep("mine.csv", TABLE)
        directory.keep("tables/points.csv", TABLE)
    assert (tmp_path / "mine.csv").read_text() == "mine"


def _ended(folder: Path, error: BaseException, fill: Callable[[Directory], object], **how: Any) -> bool:
    """Whether anything is left of a directory that an error ends."""

    def ended() -> None:
        with Directory.open(folder, _request(), **how) as directory:
            fill(directory)
            raise error

    with pytest.raises(type(error)):
        ended()
    return folder.exists()


@pytest.mark.parametrize(
    ("error", "fill", "how", "is_left"),
    [
        (RunError("wrong"), lambda _: None, {}, False),
        (RunError("wrong"), lambda d: d.keep("tables/points.csv", TABLE), {}, False),
        (RunError("wrong"), lambda d: d.write("000000", {RUNS: ROWS}), {}, True),
        (RunError("wrong"), lambda d: (d.write("000000", {RUNS: ROWS}), d.discard()), {}, False),
        (RunError("wrong"), lambda d: d.finish(), {}, True),
        (RunError("wrong"), lambda _: None, {"shared": True}, True),
        (RuntimeError("a fault of ours"), lambda _: None, {}, True),
        (KeyboardInterrupt(), lambda _: None, {}, True),
    ],
)
def test_an_error_of_the_input_leaves_no_directory_with_which_nobody_can_go_on(
    error: BaseException, fill: Callable[[Directory], object], how: dict[str, Any], is_left: bool, tmp_path: Path
) -> None:
    assert _ended(tmp_path / "out", error, fill, **how) is is_left


def test_an_error_of_the_input_leaves_what_was_there_before(tmp_path: Path) -> None:
    assert _ended(tmp_path, RunError("wrong"), lambda _: None)
    assert files_of(tmp_path) == {}
    _filled(tmp_path)
    (tmp_path / "mine.csv").write_text("mine")
    with pytest.raises(RunError), Directory.open(tmp_path, _request(), overwrite=True):
        raise RunError("wrong")
    # Its manifest stays too, or nothing could be filled here any more.
    assert sorted(files_of(tmp_path)) == [MANIFEST, "mine.csv"]
    _filled(tmp_path, overwrite=True)
    with pytest.raises(RunError), Directory.open(tmp_path, _request(over={"a": (1, 2)}), resume=True):
        raise RunError("wrong")
    # Its rows can be gone on with.
    assert "runs/part-000000.parquet" in files_of(tmp_path)
    _filled(tmp_path, resume=True)


@pytest.mark.parametrize(
    "files", [[{"file": "old.parquet"}, {"file": "../x"}, {"file": "a/b"}, 3], {"old.parquet": "0", "../x": "0"}]
)
def test_a_directory_of_the_layout_before_is_replaced_whole_and_nothing_else_is(files: Any, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (tmp_path / "x").write_text("mine")
    (folder / "old.parquet").write_text("old")
    manifest = {"format": "winset exploration", "command": "sweep", "schema_version": 2, "files": files}
    (folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(RunError, match="holds results in version 2 of the format, and this winset reads and writes"):
        Directory.open(folder, _request(), resume=True)
    with Directory.open(folder, _request(), overwrite=True):
        pass
    assert list(files_of(folder)) == [MANIFEST]
    assert (tmp_path / "x").read_text() == "mine"


def test_parts_whose_rows_a_table_holds_are_let_go_of(tmp_path: Path) -> None:
    request = Request("tournament", TINY, 7, {})
    with Directory.open(tmp_path, request) as directory:
        directory.write("000-001", {PAIRS: ROWS})
        assert (tmp_path / "pairs" / "part-000-001.parquet").exists()
        directory.keep("worlds.parquet", ROWS)
        directory.finish(without=PAIRS, failed=[])
    assert sorted(files_of(tmp_path)) == [MANIFEST, "worlds.parquet"]
    with Directory.open(tmp_path, request, resume=True) as directory:
        assert directory.parts == {}
        assert directory.kept("worlds.parquet") == (tmp_path / "worlds.parquet").read_bytes()
        assert directory.manifest.results == {"failed": []}
        assert directory.kept("cells.parquet") is None
    (tmp_path / "worlds.parquet").write_bytes(b"torn")
    with Directory.open(tmp_path, request, resume=True) as directory:
        assert directory.kept("worlds.parquet") is None


def _damage(name: str, content: bytes | None) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink() if content is None else (folder / name).write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "read", "message"),
    [
        (_damage("map.parquet", None), lambda f: f.table("map.parquet", []), "map.parquet is damaged: it is gone"),
        (_damage("map.parquet", b"x"), lambda f: f.table("map.parquet", []), "it is not the file that was written"),
        (_damage("found.json", b"{}"), lambda f: f.data("found.json"), "found.json is damaged: it is not the file"),
        (_damage("runs/part-000000.parquet", b"x"), lambda f: f.rows(), "part-000000.parquet is missing or damaged"),
        (bool, lambda f: f.table("map.parquet", ["other"]), "map.parquet is damaged: it lacks the column other"),
        (bool, lambda f: f.table("map.parquet", ["other"], only=True), "it lacks the column other"),
        (bool, lambda f: f.table("tables/points.csv", ["other"]), "points.csv is damaged: it lacks the column other"),
        (bool, lambda f: f.table("tables/points.csv", ["name"]), "column name should hold numbers"),
        (
            bool,
            lambda f: f.table("tables/other.csv", []),
            "manifest.json has been edited or damaged: it lists no file tables/other.csv",
        ),
        (bool, lambda f: f.data("map.parquet"), "map.parquet is damaged: "),
    ],
)
def test_what_is_not_as_it_was_written_is_refused_by_name(
    damage: Callable[[Path], object], read: Callable[[Finished], object], message: str, tmp_path: Path
) -> None:
    _filled(tmp_path)
    damage(tmp_path)
    with pytest.raises(RunError, match=message):
        read(read_finished(tmp_path))


def test_a_search_takes_stored_answers_only_to_the_same_questions(tmp_path: Path) -> None:
    request, played = _request("stress"), list[float]()

    def compute(value: float) -> Callable[[], np.ndarray]:
        def answer() -> np.ndarray:
            played.append(value)
            return np.array([value, np.nan])

        return answer

    for questions, expected in (((1.0, 2.0), [1.0, 2.0]), ((1.0, 2.0, 3.0), [3.0]), ((1.0, 5.0, 3.0), [5.0])):
        played.clear()
        with Directory.open(tmp_path, request, resume=True) as directory:
            batches = Batches(directory)
            answers = [batches.answer(np.array([q]), compute(q)) for q in questions]
        assert played == expected
        np.testing.assert_array_equal(answers, [[q, np.nan] for q in questions])


def test_a_damaged_answer_is_computed_again_and_told(tmp_path: Path) -> None:
    request, told = _request("stress"), list[str]()
    with Directory.open(tmp_path, request) as directory:
        Batches(directory).answer(np.zeros(1), lambda: np.ones(1))
    file = tmp_path / "batches" / "part-000000.npy"
    file.write_bytes(file.read_bytes()[:-1])
    with Directory.open(tmp_path, request, resume=True, say=told.append) as directory:
        assert Batches(directory).answer(np.zeros(1), lambda: np.full(1, 2.0)).tolist() == [2.0]
    assert told == [f"{file} is damaged or gone; its rows are computed again."]


def test_an_own_tactic_that_is_not_known_here_is_asked_for(tmp_path: Path) -> None:
    from experiments.config.own_tactics import TacticSource

    request = Request("stress", TINY, 1, {}, (TacticSource("stubborn_one", "ab", None),))
    with Directory.open(tmp_path, request) as directory:
        directory.finish()
    with pytest.raises(
        RunError, match="was made with a tactic of your own, stubborn_one; name its file with --tactics"
    ):
        read_finished(tmp_path).need_own_tactics()
