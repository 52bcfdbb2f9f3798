"""Every kind of place keeps files whole and a run readable, and says so when it cannot."""

from __future__ import annotations

import os
import pickle
import uuid
from pathlib import Path
from typing import Any

import fsspec
import pytest

from experiments.errors import RunError
from experiments.store.digest import digest_of_run
from experiments.store.manifest import read_manifest
from experiments.store.place import LocalPlace, Place
from experiments.store.places import place_of
from experiments.store.reading import load_runs
from tests.fake_engine import FakeConfig, fake_plan, open_fake, resume_fake, run_fake

PLAN = fake_plan(runs=60, chunk_size=10)


@pytest.fixture(params=["path", "file", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    addresses = {"path": str(tmp_path / "out"), "file": f"file://{tmp_path}/out", "memory": f"memory://{uuid.uuid4()}"}
    return place_of(addresses[request.param])


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("whole")
    run_fake(folder, PLAN)
    return digest_of_run(folder)


def test_a_place_that_is_not_there_is_unused(place: Place) -> None:
    assert place.entries() == []
    assert place.is_unused()


def test_files_are_written_read_listed_and_removed(place: Place) -> None:
    place.make("runs")
    for content in (b"old", b"new"):
        place.write("runs/part", content)
        assert place.read("runs/part") == content
    assert (place.entries(), place.entries("runs")) == (["runs"], ["part"])
    place.remove("runs/part")
    place.remove("runs/part")
    assert place.entries("runs") == []


def test_a_failed_write_leaves_the_old_file_and_no_temporary(place: Place) -> None:
    place.make()
    place.write("file", b"old")
    with pytest.raises((TypeError, OSError)):
        place.write("file", "not bytes")  # type: ignore[arg-type]  # what the test is about
    assert place.read("file") == b"old"
    assert place.entries() == ["file"]


def test_leftovers_of_killed_writers_are_removed(place: Place) -> None:
    place.make("runs")
    place.write("runs/.part-000001.parquet.4711.tmp", b"")
    place.write("runs/part-000001.parquet", b"")
    place.remove_temporaries("runs")
    assert place.entries("runs") == ["part-000001.parquet"]


def test_a_place_goes_to_a_worker_by_name(place: Place) -> None:
    assert pickle.loads(pickle.dumps(place)) == place  # noqa: S301 - our own bytes
    assert str(pickle.loads(pickle.dumps(place))) == str(place)  # noqa: S301 - our own bytes


def test_an_interrupted_run_goes_on_wherever_it_is(place: Place, expected: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_fake(place, fake_plan(FakeConfig(interrupt_at=35), runs=60, chunk_size=10))
    assert (read_manifest(place).status, len(read_manifest(place).parts)) == ("running", 3)
    with pytest.raises(RunError, match=r"unfinished run \(30 negotiations are kept\); go on with --resume"):
        open_fake(place, PLAN)
    assert resume_fake(place, PLAN).there.total() == 30
    assert digest_of_run(place) == digest_of_run(str(place)) == expected
    assert load_runs(place, ["run"])["run"].tolist() == list(range(60))


def test_a_damaged_chunk_is_found_and_computed_again_wherever_it_is(place: Place, expected: str) -> None:
    run_fake(place, PLAN)
    content = bytearray(place.read("runs/part-000002.parquet"))
    content[len(content) // 2] ^= 1
    place.write("runs/part-000002.parquet", bytes(content))
    place.remove("trajectories/part-000004.parquet")
    assert resume_fake(place, PLAN).messages == [
        f"{place}/runs/part-000002.parquet is damaged or gone; its rows are computed again.",
        f"{place}/trajectories/part-000004.parquet is damaged or gone; its rows are computed again.",
    ]
    assert digest_of_run(place) == expected


def test_overwriting_leaves_nothing_of_the_run_before(place: Place) -> None:
    run_fake(place, PLAN)
    place.write("notes.txt", b"mine")
    plan = fake_plan(runs=20, chunk_size=10)
    with open_fake(place, plan, overwrite=True) as directory:
        assert directory.parts == {}
    resume_fake(place, plan)
    assert place.entries("runs") == ["part-000000.parquet", "part-000001.parquet"]
    assert place.read("notes.txt") == b"mine"


def test_a_store_without_folders_gets_whole_objects_in_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = type(fsspec.filesystem("memory"))
    monkeypatch.setattr(memory, "protocol", ("memory", "s3"))
    monkeypatch.setattr(memory, "mv", None)
    place = place_of(f"memory://{uuid.uuid4()}")
    place.write("runs/part", b"whole")
    assert place.read("runs/part") == b"whole"


@pytest.mark.parametrize(
    ("address", "message"),
    [("zz://bucket/run", "the address zz://bucket/run cannot be used: Protocol not known: zz"),
     ("dropbox://run", "the address dropbox://run cannot be used: .*dropbox.*Name a folder")],
)  # fmt: skip
def test_an_address_that_cannot_be_used_is_a_message(address: str, message: str) -> None:
    with pytest.raises(RunError, match=message):
        place_of(address)


def test_a_missing_fsspec_is_a_message_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "fsspec", None)
    with pytest.raises(RunError, match=r"pip install 'winset\[cluster\]'"):
        place_of("memory://run")


def test_a_failure_of_any_kind_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("no credentials")

    monkeypatch.setattr(type(fsspec.filesystem("memory")), "makedirs", fail)
    with pytest.raises(
        RunError, match=r"cannot write to memory://x: no credentials\. Mend this, or choose another --out"
    ):
        open_fake("memory://x", PLAN)


def test_a_folder_without_permission_is_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_fake(tmp_path / "done", PLAN)
    honest: Any = Path.open

    def refuse(path: Path, *arguments: Any, **options: Any) -> Any:
        if tmp_path in path.parents:
            raise PermissionError(13, "Permission denied")
        return honest(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(RunError, match=r"cannot write to .*: Permission denied\. Mend this, or choose another --out"):
        open_fake(tmp_path / "out", PLAN)
    with pytest.raises(RunError, match=r"cannot read .*: Permission denied\."):
        read_manifest(tmp_path / "done")


def test_what_stands_where_a_folder_should_be_made_is_told_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    for name, what in (
        ("file", "is a file and no folder"),
        ("link", "is a link to nowhere, where nothing is"),
        ("pipe", "is there and no folder"),
    ):
        with pytest.raises(RunError) as told:
            open_fake(tmp_path / name, PLAN)
        assert str(told.value).startswith(f"cannot write to {tmp_path / name}: {tmp_path / name} {what}. "), name
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link", "pipe"]


def test_a_link_stays_and_its_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    LocalPlace(tmp_path).write("link.txt", b"new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"


def test_what_is_no_regular_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileExistsError, match="no regular file"):
        LocalPlace(tmp_path).write("pipe", b"new")
    assert (tmp_path / "pipe").is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]
