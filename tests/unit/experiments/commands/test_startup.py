"""The command line starts without the heavy libraries: they are imported where they are used."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tree import TINY

HEAVY = ("duckdb", "matplotlib", "mesa", "numba", "numpy", "pandas", "pyarrow", "scipy")

PROBE = """
import json, sys
from experiments.cli import app
try:
    app(sys.argv[1:], prog_name="winset")
except SystemExit as end:
    assert end.code in (0, None), end.code
print(json.dumps(sorted(sys.modules)))
"""


def _modules_after(*arguments: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "command", [(), ("run",), ("play",), ("check",), ("list",), ("hash",), ("compare",), ("report",), ("plot",)]
)
def test_help_imports_nothing_heavy(command: tuple[str, ...]) -> None:
    modules = _modules_after(*command, "--help")
    assert "typer" in modules
    assert modules.isdisjoint(HEAVY)


def test_the_probe_sees_a_heavy_import() -> None:
    assert "numba" in _modules_after("list", "tactics")


def test_issues_are_listed_without_compiled_rules() -> None:
    assert "numba" not in _modules_after("list", "issues")


def test_a_run_without_pictures_loads_neither_what_draws_nor_mesa_also_where_it_replaces_another(
    tmp_path: Path,
) -> None:
    words = ("run", str(TINY), "--runs", "2", "--workers", "1", "--no-figures", "--out", str(tmp_path / "run"))
    for further in ((), ("--overwrite",)):
        assert _modules_after(*words, *further).isdisjoint({"matplotlib", "mesa"})


def test_the_command_loads_no_metadata_of_packages() -> None:
    assert "importlib.metadata" not in _modules_after("--help")
