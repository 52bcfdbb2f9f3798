"""Machine code that is kept between processes is that of the sources as they are, whole, and nobody else's."""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import resource
import shutil
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.code_cache.cache import CacheFolder
from sim.code_cache.folder import PACKAGES
from sim.code_cache.private_folder import UntrustedError
from tests.small_tree import ASK, Tree, small_tree
from tests.tree import ROOT

VALUES = (3.0, 22.0, 23.0)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return small_tree(tmp_path)


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A tree whose rules are compiled; tests take copies."""
    warm = small_tree(tmp_path_factory.mktemp("warm"))
    cold = warm.ask()
    assert (cold.values, cold.found, cold.errors) == (VALUES, 0, "")
    return warm


@pytest.fixture
def copy(warm: Tree, tmp_path: Path) -> Tree:
    shutil.copytree(warm.root, tmp_path / "copy")
    return Tree(tmp_path / "copy")


def test_a_second_start_compiles_nothing(copy: Tree) -> None:
    """The copy lies elsewhere: what is kept depends on what the sources say and not on where they are."""
    before = copy.files
    again = copy.ask()
    assert (again.values, again.found, again.errors) == (VALUES, 3, "")
    assert copy.files == before


@pytest.mark.parametrize(
    ("file", "old", "new", "values", "found"),
    [
        ("sim/deep/inner.py", "x * SHARE", "x * SHARE + 1.0", (4.0, 32.0, 33.0), 0),
        ("sim/deep/constants.py", "0.5", "0.25", (2.0, 12.0, 13.0), 0),
        ("agents/family/helper.py", "10.0", "100.0", (3.0, 202.0, 203.0), 1),
        ("experiments/loop.py", "3.0", "4.0", (3.0, 22.0, 24.0), 2),
    ],
)
def test_an_edit_reaches_every_rule_that_rests_on_it(
    copy: Tree, file: str, old: str, new: str, values: tuple[float, ...], found: int
) -> None:
    """A callee in a subfolder, a constant, a callee of another package; rules of earlier packages stay compiled."""
    copy.edit(file, old, new)
    edited = copy.ask()
    assert (edited.values, edited.found, edited.errors) == (values, found, "")


def test_a_new_module_that_an_edit_brings_is_among_the_sources(copy: Tree) -> None:
    """A module that takes a package's name from a folder, as a move of files does."""
    (copy.root / "sim/deep/constants").mkdir()
    (copy.root / "sim/deep/constants/__init__.py").write_text("SHARE = 0.25\n")
    assert copy.ask().outer == 2.0


def test_what_a_tactic_calls_decides_its_value_and_not_what_was_kept(tmp_path: Path) -> None:
    """The shipped escalator, whose own file does not change."""
    for package in ("sim", "agents"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    tree = Tree(tmp_path)
    code = """
        import numpy as np
        from agents.tactics.brinkmanship import escalator
        from sim.records import VIEW
        from sim.row import new_row
        view, knobs = new_row(VIEW), np.array([0.5, 0.05, 1.0, 1.0, 1.0])
        view.time = 0.7071
        print(escalator(view, knobs), escalator.py_func(view, knobs), 0, sum(escalator.stats.cache_hits.values()))
    """
    first = tree.ask(textwrap.dedent(code))
    assert first.outer == first.tactic == pytest.approx(0.475, abs=1e-3)
    assert tree.ask(textwrap.dedent(code)).found == 1
    tree.edit("agents/tactics/time_dependent.py", "math.pow(time, 1.0 / beta)", "math.pow(time, 2.0 / beta) ** 1.5")
    second = tree.ask(textwrap.dedent(code))
    assert second.found == 0
    assert second.outer == second.tactic == pytest.approx(1 - 0.05 - 0.95 * 0.7071**6, abs=1e-3)


def test_a_setting_of_numba_that_changes_its_code_has_code_of_its_own(copy: Tree) -> None:
    checked = copy.ask_anew(NUMBA_BOUNDSCHECK="1")
    assert (checked.values, checked.found) == (VALUES, 0)
    assert copy.ask_anew().found == 3


def test_nothing_is_kept_of_sources_that_are_edited_while_a_process_runs(tree: Tree) -> None:
    """The process has read the old text; what it compiles must not be found under the digest of any other."""
    code = "import agents.tactic, sim.outer, experiments.loop, pathlib\n"
    code += "path = pathlib.Path('sim/deep/constants.py')\npath.write_text('SHARE = 0.75\\n')\n" + ASK
    before = tree.ask(code)
    assert before.outer == 3.0
    assert not list(tree.cache.glob("sim-*/sim.outer*"))
    after = tree.ask()
    assert (after.values, after.found) == ((4.0, 32.0, 33.0), 0)


def test_a_rule_of_another_package_is_compiled_and_not_kept(copy: Tree) -> None:
    """Nobody knows on which files a user's own rule rests."""
    (copy.root / "own.py").write_text("from sim.compiled import rule\n@rule\ndef own(x):\n    return x + 1.0\n")
    before = copy.files
    assert copy.ask("from own import own\nprint(own(1.0), 0, 0, sum(own.stats.cache_hits.values()))").outer == 2.0
    assert copy.files == before


def test_every_package_that_holds_code_is_among_the_sources() -> None:
    # The door holds no rule, and imports the packages that do.
    installed = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "winset"}
    assert set(PACKAGES) == installed


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _exchange_for_checked_nonsense(path: Path) -> None:
    packed = pickle.dumps("no code")
    path.write_bytes(hashlib.blake2b(packed, digest_size=32).digest() + packed)


def _make_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _make_a_link(path: Path) -> None:
    path.rename(path.with_suffix(".moved"))
    path.symlink_to(path.with_suffix(".moved"))


DAMAGES: list[Callable[[Path], object]] = [
    _truncate,
    _flip_a_byte,
    _exchange_for_checked_nonsense,
    _make_a_link,
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(b"garbage" * 1000),
    lambda path: path.chmod(0o666),
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.strip("_"))
def test_damaged_code_is_told_and_compiled_anew(copy: Tree, damage: Callable[[Path], object]) -> None:
    for path in copy.files:
        damage(path)
    first = copy.ask()
    assert (first.values, first.found) == (VALUES, 0)
    assert first.errors == f"Compiled rules in {copy.cache} are damaged; they are compiled anew.\n"
    second = copy.ask()
    assert (second.values, second.found, second.errors) == (VALUES, 3, "")


def test_code_that_was_kept_under_another_key_is_not_taken(copy: Tree) -> None:
    """As when two processes write at once and one name stands for what the other has written."""
    outer = next(path for path in copy.files if "sim.outer" in path.name)
    loop = next(path for path in copy.files if "experiments.loop" in path.name)
    shutil.copy(loop, outer)
    again = copy.ask()
    assert (again.values, again.found) == (VALUES, 2)
    assert copy.ask().found == 3


def test_damage_that_stays_is_told_with_the_folder_and_what_to_do(copy: Tree) -> None:
    for path in copy.files:
        _make_a_folder(path)
    first = copy.ask()
    assert first.values == VALUES
    damaged, unkept = first.errors.splitlines()
    assert damaged == f"Compiled rules in {copy.cache} are damaged; they are compiled anew."
    assert unkept == (
        f"Compiled rules cannot be kept in {copy.cache} (Is a directory): every start compiles them anew. "
        "Make room there, or name another folder in WINSET_CACHE_DIR."
    )


def test_a_full_disk_ends_no_command(tree: Tree) -> None:
    """Every write beyond a few bytes fails, as on a full disk."""
    limit = f"import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (1000, {resource.RLIM_INFINITY}))\n"
    full = tree.ask(limit + ASK)
    assert (full.values, full.found) == (VALUES, 0)
    assert full.errors == (
        f"Compiled rules cannot be kept in {tree.cache} (File too large): every start compiles them anew. "
        "Make room there, or name another folder in WINSET_CACHE_DIR.\n"
    )
    assert not [path for path in tree.cache.rglob("*") if path.is_file()]
    assert tree.ask().errors == ""


def test_a_folder_that_cannot_be_made_is_told_and_another_one_serves(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    named = str(tmp_path / "file" / "cache")
    first = tree.ask(WINSET_CACHE_DIR=named, TMPDIR=str(temporary))
    assert first.values == VALUES
    reason = f"File exists: {tmp_path / 'file'}"
    assert first.errors == f"Compiled rules cannot be kept in {named} ({reason}), which WINSET_CACHE_DIR names.\n"
    folder = temporary / f"winset-{os.geteuid()}"
    assert folder.stat().st_mode & 0o777 == 0o700
    # Nobody has named the user's cache, so nothing is said about it where the other folder serves.
    second = tree.ask(WINSET_CACHE_DIR="", XDG_CACHE_HOME=named, TMPDIR=str(temporary))
    assert (second.found, second.errors) == (3, "")


def test_processes_that_compile_at_once_do_not_disturb_each_other(tree: Tree) -> None:
    answers = [process.answer() for process in [tree.start() for _ in range(4)]]
    assert {found.values for found in answers} == {VALUES}
    assert "".join(found.errors for found in answers) == ""
    assert tree.ask().found == 3
    assert not list(tree.cache.rglob(".*"))


def test_a_worker_leaves_the_word_to_the_process_that_started_it(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(
        "import multiprocessing as m\nfrom sim.outer import outer\ndef work(x):\n    return outer(x)\n"
        "if __name__ == '__main__':\n    with m.get_context('spawn').Pool(2) as pool:\n"
        "        print(*pool.map(work, [4.0, 4.0, 4.0]), 0)\n"
    )
    done = tree.ask_anew(
        "import runpy\nrunpy.run_path('script.py', run_name='__main__')", WINSET_CACHE_DIR="/dev/null/x"
    )
    assert done.values == (3.0, 3.0, 3.0)
    assert done.errors.count("\n") == 1


class _Untrusted:
    """A folder in which another user could have written every file."""

    path = Path("cache/sim")

    def __init__(self) -> None:
        self.removed: list[str] = []

    def names(self) -> list[str]:
        return []

    def read(self, name: str) -> bytes:
        raise UntrustedError(f"{name} can be written by others")

    def remove(self, name: str) -> None:
        self.removed.append(name)


def test_a_file_that_cannot_be_trusted_is_removed_by_its_name(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    untrusted = _Untrusted()
    monkeypatch.setattr("sim.code_cache.cache.open_code_folder", lambda _package: untrusted)
    caplog.set_level(logging.INFO, "winset")
    assert CacheFolder("sim").load("rule.code") is None
    assert untrusted.removed == ["rule.code"]
    assert "cache/sim/rule.code: rule.code can be written by others" in caplog.messages
