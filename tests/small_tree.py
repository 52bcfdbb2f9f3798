"""A copy of what compiles and keeps rules, with rules of a few lines, so that a start takes a second and no minute.

A process of the tree is forked from one that has imported Numba and nothing of winset, which spares it most of that
second. What hangs on a start of Python itself is asked of a new one.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.tree import ROOT

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.small_tree", "tests.warm_numba"])

MACHINERY = ("__init__.py", "compiled.py", "linking.py", "code_cache/__init__.py", "code_cache/cache.py",
             "code_cache/folder.py", "code_cache/old_versions.py", "code_cache/private_folder.py")  # fmt: skip

RULES = {
    "sim/deep/__init__.py": "",
    "sim/deep/constants.py": "SHARE = 0.5\n",
    "sim/deep/inner.py": (
        "from sim.compiled import rule\nfrom sim.deep.constants import SHARE\n\n\n"
        "@rule\ndef inner(x: float) -> float:\n    return x * SHARE\n"
    ),
    "sim/outer.py": (
        "from sim.compiled import rule\nfrom sim.deep.inner import inner\n\n\n"
        "@rule\ndef outer(x: float) -> float:\n    return inner(x) + 1.0\n"
    ),
    "agents/__init__.py": "",
    "agents/family/__init__.py": "",
    "agents/family/helper.py": (
        "from sim.compiled import rule\nfrom sim.deep.inner import inner\n\n\n"
        "@rule\ndef helper(x: float) -> float:\n    return 10.0 * inner(x)\n"
    ),
    "agents/tactic.py": (
        "import numba\nfrom sim.compiled import compiled\nfrom agents.family.helper import helper\n\n\n"
        "@compiled(numba.float64(numba.float64))\ndef tactic(x: float) -> float:\n    return helper(x) + 2.0\n"
    ),
    "experiments/__init__.py": "",
    "experiments/loop.py": (
        "from agents.family.helper import helper\nfrom sim.compiled import rule\n\n\n"
        "@rule\ndef loop(x: float) -> float:\n    return helper(x) + 3.0\n"
    ),
}

#: Prints what each rule gives for 4, and how many of the three were found compiled.
ASK = """
from agents.tactic import tactic
from experiments.loop import loop
from sim.outer import outer
rules = (outer, tactic, loop)
print(*(rule(4.0) for rule in rules), sum(sum(rule.stats.cache_hits.values()) for rule in rules))
"""


@dataclass(frozen=True)
class Answer:
    """What a process printed: the values of `outer`, `tactic` and `loop`, and how many of them were found compiled."""

    outer: float
    tactic: float
    loop: float
    found: int
    errors: str

    @property
    def values(self) -> tuple[float, float, float]:
        return self.outer, self.tactic, self.loop


@dataclass(frozen=True)
class Tree:
    """The copy, and the folder that its compiled rules are kept in."""

    root: Path

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def files(self) -> list[Path]:
        """Files of compiled rules, in order."""
        return sorted(self.cache.glob("*/*.nbc"))

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.root / file
        text = path.read_text()
        assert text.count(old) == 1
        path.write_text(text.replace(old, new))

    def environment(self, own: dict[str, str]) -> dict[str, str]:
        """What a process of the tree finds; an empty text takes a variable away."""
        kept = {name: value for name, value in os.environ.items() if name not in {"XDG_CACHE_HOME", "COV_CORE_SOURCE"}}
        found = kept | {"PYTHONPATH": str(self.root), "WINSET_CACHE_DIR": str(self.cache)} | own
        return {name: value for name, value in found.items() if value}

    def start(self, code: str = ASK, **environment: str) -> Forked:
        """Fork a process that executes code in the tree."""
        out, errors = multiprocessing.Pipe(duplex=False), multiprocessing.Pipe(duplex=False)
        # By this name a process knows that no other one of winset's has started it.
        process = _FORKS.Process(
            target=_execute, args=(self, code, self.environment(environment), out[1], errors[1]), name="MainProcess"
        )
        process.start()
        out[1].close()
        errors[1].close()
        return Forked(process, out[0], errors[0])

    def ask(self, code: str = ASK, **environment: str) -> Answer:
        """Answer of a process that is forked."""
        return self.start(code, **environment).answer()

    def ask_anew(self, code: str = ASK, **environment: str) -> Answer:
        """Answer of a Python that is started anew, which ends in its own way and reads settings of Numba."""
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=self.root,
            env=self.environment(environment),
            capture_output=True,
            text=True,
            check=False,
        )
        return _answer(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Forked:
    """A process of the tree that runs, and the pipes that it writes to."""

    process: BaseProcess
    out: Connection
    errors: Connection

    def is_running(self) -> bool:
        return self.process.is_alive()

    def answer(self) -> Answer:
        """Wait for its end, and read what it has written."""
        with self.out, self.errors:
            out, errors = _read(self.out), _read(self.errors)
        self.process.join()
        return _answer(self.process.exitcode, out, errors)


def _read(pipe: Connection) -> str:
    """Everything that is written to a pipe until it is closed."""
    with os.fdopen(os.dup(pipe.fileno()), encoding="utf-8") as stream:
        return stream.read()


def _execute(tree: Tree, code: str, environment: dict[str, str], out: Connection, errors: Connection) -> None:
    """Become what a start of Python in the tree would be."""
    for connection, descriptor in ((out, 1), (errors, 2)):
        os.dup2(connection.fileno(), descriptor)
        connection.close()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(tree.root)
    sys.path.insert(0, str(tree.root))
    exec(code, {"__name__": "__main__"})  # noqa: S102  the code is a test's own


def _answer(code: int | None, out: str, errors: str) -> Answer:
    assert code == 0, errors
    *values, found = out.split()
    outer, tactic, loop = map(float, values)
    return Answer(outer, tactic, loop, int(found), errors)


def small_tree(root: Path) -> Tree:
    for name in MACHINERY:
        target = root / "sim" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "sim" / name, target)
    for name, text in RULES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return Tree(root)
