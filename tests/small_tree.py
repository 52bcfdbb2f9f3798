"""A copy of what compiles and keeps rules, with rules of a few lines, so that a start takes a second and no minute."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.tree import ROOT

MACHINERY = ("__init__.py", "compiled.py", "code_cache/__init__.py", "code_cache/cache.py", "code_cache/folder.py",
             "code_cache/old_versions.py", "code_cache/private_folder.py")  # fmt: skip

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

    def start(self, code: str = ASK, **environment: str) -> subprocess.Popen[str]:
        own = {"PYTHONPATH": str(self.root), "WINSET_CACHE_DIR": str(self.cache)} | environment
        kept = {name: value for name, value in os.environ.items() if name not in {"XDG_CACHE_HOME", "COV_CORE_SOURCE"}}
        return subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=self.root,
            env={name: value for name, value in (kept | own).items() if value},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ask(self, code: str = ASK, **environment: str) -> Answer:
        return answer(self.start(code, **environment))


def answer(process: subprocess.Popen[str]) -> Answer:
    out, errors = process.communicate()
    assert process.returncode == 0, errors
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
