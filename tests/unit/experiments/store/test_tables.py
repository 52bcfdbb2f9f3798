"""Files are whole or absent, and a directory is never mixed up, overwritten by mistake or lost."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments.errors import RunError
from experiments.questions.run.run import request_for, resumed_options
from experiments.store.manifest import MANIFEST, differences, new_manifest, read_manifest
from experiments.store.place import LocalPlace
from experiments.store.plan import Options
from experiments.store.reading import load_runs, load_trajectories
from experiments.store.tables import is_as_written, write_part
from tests.fake_engine import FakeConfig, fake_plan, open_fake, resume_fake, run_fake

TABLE = pa.table({"run": [0, 1], "outcome": ["stall", "agreement"]})


@pytest.fixture
def place(tmp_path: Path) -> LocalPlace:
    return LocalPlace(tmp_path)


def test_a_part_is_read_back_as_it_was_written(place: LocalPlace) -> None:
    part = write_part(place, "000003", {"runs": TABLE, "trajectories": TABLE.slice(1)})
    assert {folder: (stored.file, stored.rows) for folder, stored in part.files.items()} == {
        "runs": ("runs/part-000003.parquet", 2),
        "trajectories": ("trajectories/part-000003.parquet", 1),
    }
    assert part.rows == 2
    assert pq.read_table(place.folder / "runs" / "part-000003.parquet").equals(TABLE)
    assert all(is_as_written(place, stored) for stored in part.files.values())


def test_same_rows_same_bytes_whatever_the_metadata(place: LocalPlace) -> None:
    noted = TABLE.replace_schema_metadata({"written": "today"})
    first, second = (write_part(place, key, {"runs": table}) for key, table in (("0", TABLE), ("1", noted)))
    assert first.files["runs"].sha256 == second.files["runs"].sha256


def test_a_flipped_bit_or_a_missing_file_is_noticed(place: LocalPlace) -> None:
    stored = write_part(place, "000000", {"trajectories": TABLE}).files["trajectories"]
    path = place.folder / "trajectories" / "part-000000.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert not is_as_written(place, stored)
    path.unlink()
    assert not is_as_written(place, stored)


def test_manifest_says_what_was_run(tmp_path: Path) -> None:
    manifest = run_fake(tmp_path / "out", fake_plan(runs=60, seed=3, chunk_size=25))
    written = json.loads((tmp_path / "out" / MANIFEST).read_text())
    assert written["status"] == "complete"
    assert (written["format"], written["command"], written["seed"]) == ("winset directory", "run", 3)
    assert written["settings"] == {
        "runs": 60,
        "chunk_size": 25,
        "engine": "mesa",
        "trajectories": "sample",
        "solutions": True,
    }
    assert written["config"] == FakeConfig().values
    assert {"numpy", "numba", "mesa", "pyarrow"} <= written["surroundings"]["packages"].keys()
    rows = [(part["key"], part["files"]["runs"]["rows"]) for part in written["parts"]]
    assert rows == [("000000", 25), ("000001", 25), ("000002", 10)]
    assert read_manifest(tmp_path / "out") == manifest


def test_columns_come_back_in_the_order_asked_for_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    run_fake(tmp_path, fake_plan(runs=60, chunk_size=25))
    assert list(load_runs(tmp_path, ["outcome", "run"]).columns) == ["outcome", "run"]
    assert list(load_trajectories(tmp_path, ["value"], first_runs=3).columns) == ["value"]
    with pytest.raises(RunError, match=r"part-000000.parquet has no column outcom\."):
        load_runs(tmp_path, ["outcom"])


def test_tables_come_back_in_run_order(tmp_path: Path) -> None:
    run_fake(tmp_path, fake_plan(runs=60, chunk_size=25))
    assert load_runs(tmp_path)["run"].tolist() == list(range(60))
    assert list(load_runs(tmp_path, ["run", "outcome"]).columns) == ["run", "outcome"]
    assert load_trajectories(tmp_path)["run"].drop_duplicates().tolist() == list(range(60))


def test_an_empty_folder_is_taken_and_a_foreign_one_refused(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    open_fake(mine, fake_plan()).__exit__(None, None, None)
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("years of work")
    for overwrite in (False, True):
        with pytest.raises(RunError, match=r"not empty and holds no results of winset; choose another --out"):
            open_fake(foreign, fake_plan(), overwrite=overwrite)
    assert [path.name for path in foreign.iterdir()] == ["thesis.txt"]


def test_a_finished_run_is_replaced_only_when_asked(tmp_path: Path) -> None:
    run_fake(tmp_path, fake_plan(runs=60, chunk_size=10))
    notes = tmp_path / "notes.txt"
    notes.write_text("mine")
    with pytest.raises(RunError, match="--overwrite"):
        open_fake(tmp_path, fake_plan(runs=20, chunk_size=10))
    plan = fake_plan(runs=20, chunk_size=10)
    with open_fake(tmp_path, plan, overwrite=True) as directory:
        assert directory.parts == {}
    resume_fake(tmp_path, plan)
    assert len(load_runs(tmp_path)) == 20
    assert len(list((tmp_path / "runs").iterdir())) == 2
    assert notes.read_text() == "mine"


def test_what_is_there_is_not_both_resumed_and_replaced(tmp_path: Path) -> None:
    run_fake(tmp_path, fake_plan(runs=60))
    with pytest.raises(RunError, match=r"^--resume goes on with what is there, and --overwrite replaces it; give one"):
        open_fake(tmp_path, fake_plan(runs=20), resume=True, overwrite=True)
    assert len(load_runs(tmp_path)) == 60


def test_an_unfinished_run_is_replaced_only_when_asked(tmp_path: Path) -> None:
    open_fake(tmp_path, fake_plan()).__exit__(None, None, None)
    with pytest.raises(RunError, match=r"holds an unfinished run; go on with --resume, replace it with --overwrite"):
        open_fake(tmp_path, fake_plan())
    with pytest.raises(
        RunError,
        match=r"finish it with winset run --out .* --resume, with the config and options that it began with\.$",
    ):
        load_runs(tmp_path)


def test_an_unfinished_run_says_how_much_of_it_is_kept(tmp_path: Path) -> None:
    plan = fake_plan(runs=60, chunk_size=25)
    parts = run_fake(tmp_path / "whole", plan).parts
    with open_fake(tmp_path / "cut", plan) as directory:
        directory.record(parts[0])
    with pytest.raises(RunError, match=r"unfinished run \(25 negotiations are kept\)"):
        open_fake(tmp_path / "cut", plan)
    with pytest.raises(RunError, match=r"unfinished run \(25 negotiations are kept\)"):
        load_runs(tmp_path / "cut")


def test_nothing_of_an_unfinished_run_outlives_its_replacement(tmp_path: Path) -> None:
    run_fake(tmp_path / "whole", fake_plan(runs=60, chunk_size=10))
    folder = tmp_path / "cut"
    with open_fake(folder, fake_plan(runs=60, chunk_size=10)) as directory:
        for part in read_manifest(tmp_path / "whole").parts[:3]:
            directory.record(part)
    orphan = folder / "runs" / "part-000005.parquet"
    orphan.parent.mkdir()
    orphan.write_bytes(b"")
    (folder / "runs" / ".part-000006.parquet.4711.tmp").write_bytes(b"")
    (folder / "notes.txt").write_text("mine")
    plan = fake_plan(runs=20, chunk_size=10)
    with open_fake(folder, plan, overwrite=True) as directory:
        assert directory.parts == {}
    assert read_manifest(folder).parts == ()
    resume_fake(folder, plan)
    assert load_runs(folder)["run"].tolist() == list(range(20))
    assert not orphan.exists()
    assert not list(folder.rglob(".*.tmp"))
    assert (folder / "notes.txt").read_text() == "mine"


def test_two_processes_cannot_write_to_one_directory(tmp_path: Path) -> None:
    plan = fake_plan()
    with open_fake(tmp_path, plan), pytest.raises(RunError, match="another winset process is writing"):
        open_fake(tmp_path, plan, resume=True)


def test_a_folder_that_cannot_be_made_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match=r"cannot write to .*file/out: Not a directory"):
        open_fake(tmp_path / "file" / "out", fake_plan())


def test_a_torn_journal_line_counts_as_not_computed(tmp_path: Path) -> None:
    plan = fake_plan(runs=60, chunk_size=20)
    run_fake(tmp_path / "whole", plan)
    parts = read_manifest(tmp_path / "whole").parts
    with open_fake(tmp_path / "torn", plan) as directory:
        directory.record(parts[0])
        directory.record(parts[1])
    journal = tmp_path / "torn" / "journal.jsonl"
    journal.write_text(journal.read_text()[:-20])
    assert [part.key for part in read_manifest(tmp_path / "torn").parts] == ["000000"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "is not a manifest that this version can read"),
        (b"\xff\x00", "is not a manifest that this version can read"),
        (b'{"format": "other"}', r"manifest.*\(.*format"),
    ],
)
def test_a_broken_manifest_is_a_message(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(RunError, match=message):
        read_manifest(tmp_path)


def test_a_folder_without_a_run_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"has no manifest\.json, so it holds no results of winset"):
        read_manifest(tmp_path)


def test_differences_are_told_by_key() -> None:
    before = new_manifest(request_for(fake_plan(runs=60)))
    changed = FakeConfig(values={"title": "A fake", "walk_away": {"threat": 0.25}, "chips": {}})
    now = new_manifest(request_for(fake_plan(changed, runs=70, seed=2)))
    assert differences(before, before) == []
    around = before.surroundings
    other = around.model_copy(update={"packages": around.packages | {"numpy": "9.9"}})
    found = differences(before, now.model_copy(update={"surroundings": other}))
    assert found[:2] == ["seed: 1 -> 2", "runs: 60 -> 70"]
    assert "config walk_away.threat: 0.24 -> 0.25" in found
    assert "config chips: (absent) -> {}" in found
    assert any(line.startswith("package numpy: ") and line.endswith(" -> 9.9") for line in found)


def test_edited_sources_are_a_difference() -> None:
    before = new_manifest(request_for(fake_plan()))
    code = before.surroundings.code.model_copy(update={"digest": "0"})
    edited = before.model_copy(update={"surroundings": before.surroundings.model_copy(update={"code": code})})
    assert "source files differ" in differences(edited, before)[0]


def test_what_is_not_said_on_resume_comes_from_the_manifest() -> None:
    manifest = new_manifest(request_for(fake_plan(runs=500, seed=9, chunk_size=7, trajectories="all", solutions=False)))
    options = resumed_options(Options(seed=4), manifest, "m")
    assert options == Options(500, 4, 7, "mesa", "all", False)
