"""Nobody else's code runs: a folder that another user could have written to is neither read nor used."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import stat
import tempfile
from pathlib import Path

import pytest

from sim.code_cache.private_folder import PrivateFolder, UntrustedError, open_private
from tests.small_tree import Tree, small_tree

NOBODY = 65534
VALUES = (3.0, 22.0, 23.0)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_folder_is_closed_to_others_whatever_the_mask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = open_private(tmp_path / "root", "code")
        folder.write("file", b"text")
    finally:
        os.umask(before)
    assert folder.path == tmp_path / "root" / "code"
    assert [_mode(tmp_path / name) for name in ("root", "root/code", "root/code/file")] == [0o700, 0o700, 0o600]
    assert (folder.names(), folder.read("file")) == (["file"], b"text")
    again = open_private(tmp_path / "root", "code")
    assert again.read("file") == b"text"
    again.remove("file")
    assert folder.names() == []


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
@pytest.mark.parametrize("which", ["root", "root/code"])
def test_what_others_may_write_to_is_refused(tmp_path: Path, which: str, mode: int) -> None:
    open_private(tmp_path / "root", "code")
    (tmp_path / which).chmod(mode)
    with pytest.raises(UntrustedError, match=rf"{tmp_path / which} may be written to by others \(mode {mode:o}\)"):
        open_private(tmp_path / "root", "code")


def test_a_folder_in_which_others_can_only_add_will_do(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root").chmod(0o1777)
    assert open_private(tmp_path / "root", "code").names() == []


def test_winsets_own_folder_is_closed_and_what_lay_in_it_is_still_judged(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root").chmod(0o775)
    open_private(tmp_path / "root", "code", tighten=True)
    assert _mode(tmp_path / "root") == 0o755
    (tmp_path / "root" / "code").chmod(0o775)
    with pytest.raises(UntrustedError):
        open_private(tmp_path / "root", "code", tighten=True)


@pytest.mark.parametrize("which", ["root", "root/code"])
def test_a_link_is_not_followed(tmp_path: Path, which: str) -> None:
    open_private(tmp_path / "elsewhere", "code")
    (tmp_path / which).parent.mkdir(exist_ok=True)
    (tmp_path / which).parent.chmod(0o700)
    (tmp_path / which).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=r"Not a directory|Too many levels"):
        open_private(tmp_path / "root", "code")
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["code"]


def test_exchanging_an_open_folder_does_nothing(tmp_path: Path) -> None:
    folder = open_private(tmp_path / "root", "code")
    folder.write("file", b"own")
    (tmp_path / "root" / "code").rename(tmp_path / "away")
    (tmp_path / "root" / "code").mkdir()
    (tmp_path / "root" / "code" / "file").write_bytes(b"planted")
    assert folder.read("file") == b"own"


@pytest.fixture
def folder(tmp_path: Path) -> PrivateFolder:
    return open_private(tmp_path / "root", "code")


def test_a_file_is_read_only_if_it_is_one_and_ones_own(folder: PrivateFolder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"planted")
    (folder.path / "link").symlink_to(tmp_path / "elsewhere")
    (folder.path / "folder").mkdir(mode=0o700)
    folder.write("open", b"text")
    (folder.path / "open").chmod(0o622)
    for name in ("link", "folder", "missing"):
        with pytest.raises(OSError, match=r"Too many levels|Is a directory|No such file"):
            folder.read(name)
    with pytest.raises(UntrustedError, match=r"may be written to by others \(mode 622\)"):
        folder.read("open")


def test_a_pipe_does_not_hold_the_reader_up(folder: PrivateFolder) -> None:
    os.mkfifo(folder.path / "pipe", 0o600)
    assert folder.read("pipe") == b""


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    folder: PrivateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("file", b"old")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        folder.write("file", b"new")
    assert (folder.names(), folder.read("file")) == (["file"], b"old")


@as_root
@pytest.mark.parametrize("which", ["root", "root/code"])
def test_a_folder_of_another_user_is_refused(tmp_path: Path, which: str) -> None:
    open_private(tmp_path / "root", "code")
    os.chown(tmp_path / which, NOBODY, NOBODY)
    with pytest.raises(UntrustedError, match=rf"{tmp_path / which} belongs to another user \(uid {NOBODY}\)"):
        open_private(tmp_path / "root", "code", tighten=True)


@as_root
def test_a_folder_of_root_serves_a_user_who_cannot_write_there() -> None:
    """Rules that are compiled beforehand for all users of a machine."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "root"
        open_private(root, "code").write("file", b"text")
        for path, mode in ((Path(name), 0o755), (root, 0o755), (root / "code", 0o755), (root / "code" / "file", 0o644)):
            path.chmod(mode)
        os.seteuid(NOBODY)
        try:
            folder = open_private(root, "code", tighten=True)
            assert folder.read("file") == b"text"
            with pytest.raises(PermissionError):
                folder.write("file", b"other")
        finally:
            os.seteuid(0)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return small_tree(tmp_path / "tree")


class Planted:
    """Makes a file when it is unpickled: what an attacker's code would do."""

    def __init__(self, sign: Path) -> None:
        self._sign = sign

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self._sign),)


def _plant(cache: Path, sign: Path) -> None:
    """Put an attack with a right checksum in the place of every compiled rule, and give all to another user."""
    packed = pickle.dumps(Planted(sign))
    for path in cache.rglob("*.nbc"):
        path.write_bytes(hashlib.blake2b(packed, digest_size=32).digest() + packed)
    for path in (cache, *cache.rglob("*")):
        os.chown(path, NOBODY, NOBODY)


def test_the_attack_would_work_on_ones_own_folder(tree: Tree, tmp_path: Path) -> None:
    """Otherwise the tests below would show nothing."""
    tree.ask()
    packed = pickle.dumps(Planted(tmp_path / "sign"))
    for path in tree.files:
        path.write_bytes(hashlib.blake2b(packed, digest_size=32).digest() + packed)
    tree.ask()
    assert (tmp_path / "sign").exists()


@as_root
def test_code_of_another_user_in_the_named_folder_does_not_run(tree: Tree, tmp_path: Path) -> None:
    tree.ask()
    _plant(tree.cache, tmp_path / "sign")
    (tmp_path / "temporary").mkdir()
    found = tree.ask(TMPDIR=str(tmp_path / "temporary"))
    assert not (tmp_path / "sign").exists()
    assert (found.values, found.found) == (VALUES, 0)
    assert found.errors == (
        f"{tree.cache} belongs to another user (uid {NOBODY}), so compiled rules are neither read from there nor kept "
        "there. Let nobody else write to it (chmod go-w), or name another folder in WINSET_CACHE_DIR.\n"
    )
    assert _mode(tmp_path / "temporary" / "winset-0") == 0o700


@as_root
@pytest.mark.parametrize("planted_as", ["folder", "link"])
def test_code_of_another_user_among_the_temporary_files_does_not_run(
    tree: Tree, tmp_path: Path, planted_as: str
) -> None:
    """Where the user's cache cannot be written, and someone was first in the folder that takes its place."""
    tree.ask()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    temporary.chmod(0o1777)
    place = temporary / "winset-0"
    if planted_as == "folder":
        shutil.move(tree.cache, place)
        _plant(place, tmp_path / "sign")
    else:
        _plant(tree.cache, tmp_path / "sign")
        place.symlink_to(tree.cache)
        os.chown(place, NOBODY, NOBODY, follow_symlinks=False)
    found = tree.ask_anew(WINSET_CACHE_DIR="", XDG_CACHE_HOME="/dev/null", TMPDIR=str(temporary))
    assert not (tmp_path / "sign").exists()
    assert (found.values, found.found) == (VALUES, 0)
    assert "until this command ends. WINSET_CACHE_DIR names a folder to keep them in.\n" in found.errors
    # The passing folder has gone.
    assert [path.name for path in temporary.iterdir()] == ["winset-0"]
