"""Compiled rules of earlier versions are removed, unless they are among the newest, were used lately or are in use."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sim.code_cache.folder import open_code_folder
from sim.code_cache.old_versions import NEWEST, remove_unused
from sim.code_cache.private_folder import PrivateFolder, open_private
from tests.small_tree import ASK, Tree, small_tree

DAY = 24 * 3600.0


def version(root: Path, number: int, days: float, package: str = "sim") -> Path:
    """Folder of a version that was last used so many days ago."""
    folder = root / f"{package}-{number:016x}"
    folder.mkdir(parents=True)
    (folder / "rule.nbc").write_bytes(b"code")
    then = time.time() - days * DAY
    os.utime(folder, (then, then))
    return folder


def names(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()}


def test_the_newest_are_kept_with_the_one_in_use_and_the_rest_is_removed(tmp_path: Path) -> None:
    in_use = version(tmp_path, 0, 0.0)
    others = [version(tmp_path, 1 + k, 2.0 + k) for k in range(7)]
    remove_unused(in_use)
    assert names(tmp_path) == {in_use.name, *(folder.name for folder in others[: NEWEST - 1])}
    assert (others[0] / "rule.nbc").read_bytes() == b"code"


def test_what_was_used_within_a_day_is_kept_however_many_there_are(tmp_path: Path) -> None:
    kept = [version(tmp_path, k, 0.9 + k / 1000) for k in range(9)]
    old = version(tmp_path, 9, 1.1)
    remove_unused(kept[0])
    assert names(tmp_path) == {folder.name for folder in kept}
    assert not old.exists()


def test_what_was_not_used_for_thirty_days_is_removed_also_among_the_newest(tmp_path: Path) -> None:
    in_use, kept, removed = (version(tmp_path, k, days) for k, days in enumerate((0.0, 29.9, 30.1)))
    remove_unused(in_use)
    assert names(tmp_path) == {in_use.name, kept.name}
    assert not removed.exists()


def test_other_packages_and_whatever_else_lies_there_is_left_alone(tmp_path: Path) -> None:
    in_use = version(tmp_path, 0, 0.0)
    version(tmp_path, 1, 99.0, "agents")
    (tmp_path / "sim-notes").mkdir()
    (tmp_path / "sim-00000000000000ff").write_text("a file")
    outside = version(tmp_path / "elsewhere", 2, 99.0)
    (tmp_path / "sim-00000000000000fe").symlink_to(outside)
    os.utime(tmp_path / "sim-00000000000000fe", (0, 0), follow_symlinks=False)
    os.utime(tmp_path / "sim-00000000000000ff", (0, 0))
    before = names(tmp_path)
    remove_unused(in_use)
    assert names(tmp_path) == before
    assert (outside / "rule.nbc").exists()


def test_a_version_that_a_process_uses_stays_until_that_process_lets_go(tmp_path: Path) -> None:
    in_use = version(tmp_path, 0, 0.0)
    old = version(tmp_path, 1, 99.0)
    user = PrivateFolder(old, os.open(old, os.O_RDONLY))
    assert user.mark_used()
    os.utime(old, (0, 0))
    remove_unused(in_use)
    assert (old / "rule.nbc").exists()
    os.close(user.descriptor)
    remove_unused(in_use)
    assert names(tmp_path) == {in_use.name}


def test_what_a_killed_process_has_begun_to_remove_is_removed(tmp_path: Path) -> None:
    in_use = version(tmp_path, 0, 0.0)
    begun = tmp_path / ".removed-00000000000000aa"
    begun.mkdir()
    (begun / "rule.nbc").write_bytes(b"code")
    busy = tmp_path / ".removed-00000000000000bb"
    busy.mkdir()
    descriptor = os.open(busy, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        remove_unused(in_use)
        assert names(tmp_path) == {in_use.name, busy.name}
    finally:
        os.close(descriptor)


def test_a_folder_of_another_user_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_use, old = version(tmp_path, 0, 0.0), version(tmp_path, 1, 99.0)
    monkeypatch.setattr(os, "geteuid", lambda: old.stat().st_uid + 1)
    remove_unused(in_use)
    assert old.exists()


def test_a_folder_that_is_removed_while_it_is_opened_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between opening and locking, another process renames it."""
    opened: list[PrivateFolder] = []

    def open_and_lose(root: Path, name: str, *, tighten: bool = False) -> PrivateFolder:
        folder = open_private(root, name, tighten=tighten)
        if not opened:
            folder.path.rename(root / ".removed-00000000000000aa")
        opened.append(folder)
        return folder

    monkeypatch.setenv("WINSET_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("sim.code_cache.folder.open_private", open_and_lose)
    folder = open_code_folder("sim")
    assert folder is not None
    assert len(opened) == 2
    assert os.path.samestat(os.fstat(folder.descriptor), folder.path.stat())
    os.close(folder.descriptor)


@pytest.mark.parametrize("is_old", [True, False])
def test_a_folder_of_the_same_name_that_is_made_in_between_is_left_alone(
    is_old: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the lock is there, one process takes the old folder, and another one makes it anew and locks that."""
    in_use, old = version(tmp_path, 0, 0.0), version(tmp_path, 1, 99.0)
    days = 99.0 if is_old else 0.0
    honest = fcntl.flock
    (tmp_path / "elsewhere").mkdir()

    def lock(descriptor: int, operation: int) -> None:
        monkeypatch.setattr(fcntl, "flock", honest)
        used = old.stat().st_mtime
        old.rename(tmp_path / "elsewhere" / "gone")
        made = version(tmp_path, 1, days)
        if is_old:
            os.utime(made, (used, used))
        honest(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", lock)
    remove_unused(in_use)
    assert names(tmp_path) == {in_use.name, old.name, "elsewhere"}
    assert (old / "rule.nbc").read_bytes() == b"code"


def test_a_version_that_was_used_since_it_was_found_old_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_use, old = version(tmp_path, 0, 0.0), version(tmp_path, 1, 99.0)
    honest = fcntl.flock

    def lock(descriptor: int, operation: int) -> None:
        os.utime(old)
        honest(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", lock)
    remove_unused(in_use)
    assert (old / "rule.nbc").read_bytes() == b"code"


def test_what_another_process_takes_while_the_folder_is_read_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_use, *others = (version(tmp_path, k, 99.0 * k) for k in range(4))
    begun = tmp_path / ".removed-00000000000000aa"
    begun.mkdir()
    honest = os.scandir

    @contextmanager
    def scan(folder: int) -> Iterator[list[os.DirEntry[str]]]:
        monkeypatch.setattr(os, "scandir", honest)
        with honest(folder) as entries:
            listed = list(entries)
        shutil.rmtree(others[1])
        begun.rmdir()
        yield listed

    monkeypatch.setattr(os, "scandir", scan)
    remove_unused(in_use)
    assert names(tmp_path) == {in_use.name}


def test_a_folder_that_cannot_be_read_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    in_use, old = version(tmp_path, 0, 0.0), version(tmp_path, 1, 99.0)

    def fail(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "scandir", fail)
    caplog.set_level("INFO", logger="winset")
    remove_unused(in_use)
    assert (old / "rule.nbc").exists()
    assert f"Old compiled rules in {tmp_path} stay: [Errno 5] Input/output error" in caplog.text


def test_a_folder_that_never_looks_like_what_its_name_leads_to_is_used_unmarked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[PrivateFolder] = []

    def open_and_note(root: Path, name: str, *, tighten: bool = False) -> PrivateFolder:
        assert len(opened) < 100
        opened.append(open_private(root, name, tighten=tighten))
        return opened[-1]

    monkeypatch.setenv("WINSET_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("sim.code_cache.folder.open_private", open_and_note)
    monkeypatch.setattr(PrivateFolder, "mark_used", lambda _: False)
    folder = open_code_folder("sim")
    assert folder is opened[-1]
    folder.write("rule.nbc", b"code")
    assert (folder.path / "rule.nbc").read_bytes() == b"code"
    os.close(folder.descriptor)


def _make_old(folder: Path) -> None:
    os.utime(folder, (0, 0))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return small_tree(tmp_path)


def test_an_edited_source_removes_what_was_compiled_long_ago(tree: Tree) -> None:
    """Only a version that is new looks for old ones, and a use counts as one."""
    tree.ask()
    first = {path.parent for path in tree.files}
    assert len(first) == 3
    for folder in first:
        _make_old(folder)
    assert tree.ask().found == 3
    assert all(time.time() - folder.stat().st_mtime < DAY for folder in first)
    for folder in first:
        _make_old(folder)
    tree.edit("sim/deep/constants.py", "0.5", "0.25")
    assert tree.ask().errors == ""
    assert not any(folder.exists() for folder in first)
    assert len({path.parent for path in tree.files}) == 3
    assert not list(tree.cache.glob(".removed-*"))


def test_a_process_that_still_runs_keeps_what_it_has_compiled(tree: Tree) -> None:
    wait = "import pathlib, time\npathlib.Path('compiled').touch()\n"
    wait += "while not pathlib.Path('leave').exists(): time.sleep(0.05)\n"
    running = tree.start(ASK + wait)
    try:
        while not (tree.root / "compiled").exists():
            assert running.is_running()
            time.sleep(0.05)
        first = {path.parent for path in tree.files}
        for folder in first:
            _make_old(folder)
        tree.edit("sim/deep/constants.py", "0.5", "0.25")
        tree.ask()
        assert all(any(folder.glob("*.nbc")) for folder in first)
    finally:
        (tree.root / "leave").touch()
        running.answer()
