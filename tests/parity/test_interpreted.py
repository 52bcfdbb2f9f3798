"""With ``NUMBA_DISABLE_JIT=1`` Python runs the rules as they are written, and gives what compiled code gives."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from experiments.api import play, run
from experiments.store.digest import digest_of_run
from tests.command_server import CommandServer, serving
from tests.sizes import sized
from tests.tree import CONFIGS

OWN = """
from experiments.api import register

def half(x):
    return x / 2.0

@register(knobs={"speed": (0.9, 0, 1, "share conceded at the deadline, doubled")})
def own(view, knobs):
    return 1.0 - knobs[0] * half(view.time)
"""


@pytest.fixture(scope="module")
def winset() -> Iterator[CommandServer]:
    """Commands in a process without compiled code, in which a cache that is opened would say that it cannot be kept."""
    with serving(os.environ | {"NUMBA_DISABLE_JIT": "1", "WINSET_CACHE_DIR": "/dev/null/none"}) as commands:
        yield commands


@pytest.mark.parametrize("engine", ["compiled", "mesa"])
@pytest.mark.parametrize(
    ("config", "runs"), [("tiny", sized(15, 40)), ("july_2025", sized(2, 4)), ("bench_five_issues", 2)]
)
def test_python_gives_the_same_rows(config: str, runs: int, engine: str, winset: CommandServer, tmp_path: Path) -> None:
    """To the last bit; no cache is opened, or a line would say that it cannot be."""
    file = CONFIGS / f"{config}.yaml"
    options = ("--runs", runs, "--seed", 3, "--engine", engine, "--workers", 1, "--no-figures", "--out", tmp_path)
    done = winset("run", file, *options)
    assert done.returncode == 0, done.stderr
    assert "ompil" not in done.stderr
    assert digest_of_run(tmp_path) == run(file, runs=runs, seed=3).digest


def test_python_gives_the_same_rows_where_no_firm_buys(winset: CommandServer, tmp_path: Path) -> None:
    """A demand of nothing has an infinite inverse, which Python's own power would refuse."""
    file, sets = CONFIGS / "july_2025.yaml", ["firms=[]"]
    options = ("--runs", 2, "--seed", 3, "--workers", 1, "--no-figures", "--out", tmp_path)
    done = winset("run", file, "--set", *sets, *options)
    assert done.returncode == 0, done.stderr
    assert digest_of_run(tmp_path) == run(file, runs=2, seed=3, sets=sets).digest


def test_python_tells_the_same_story(winset: CommandServer) -> None:
    done = winset("play", CONFIGS / "tiny.yaml", "--seed", 2, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == play(CONFIGS / "tiny.yaml", seed=2).json() + "\n"


def test_a_tactic_of_ones_own_is_interpreted_too(winset: CommandServer, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN)
    digests = []
    for engine in ("compiled", "mesa"):
        out = tmp_path / engine
        chosen = ("--tactics", tmp_path / "own.py", "--set", "tactics.us_treasury={name: own}")
        options = ("--runs", 10, "--engine", engine, "--workers", 1, "--no-figures", "--out", out)
        done = winset("run", CONFIGS / "tiny.yaml", *chosen, *options)
        assert done.returncode == 0, done.stderr
        digests.append(digest_of_run(out))
    assert digests[0] == digests[1]


def test_a_benchmark_of_compiled_code_is_refused(winset: CommandServer) -> None:
    done = winset("bench", "--quick")
    assert done.returncode == 2
    assert done.stderr == "error: winset bench times compiled rules; start it without NUMBA_DISABLE_JIT.\n"
