"""What gets installed, on which Pythons: every package of the tree, and one exact version of all that it needs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.tree import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PIN = re.compile(r'(?P<name>[a-z0-9-]+)==[0-9][0-9a-z.]*( ; python_version (<|>=) "3\.12")?')


def _pins() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _requirements() -> list[str]:
    project = PROJECT["project"]
    extras = [requirement for extra in project["optional-dependencies"].values() for requirement in extra]
    return [name for name in [*project["dependencies"], *extras] if not name.startswith("winset[")]


def test_every_folder_of_modules_is_a_package_and_is_installed() -> None:
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert packages == ["winset", "sim", "agents", "experiments"]
    for folder in {path.parent for top in packages for path in (ROOT / top).rglob("*.py")}:
        assert (folder / "__init__.py").is_file(), folder


def test_every_constraint_is_an_exact_version_and_nothing_else() -> None:
    pins = _pins()
    assert pins
    assert [line for line in pins if not PIN.fullmatch(line)] == []


@pytest.mark.parametrize("requirement", _requirements())
def test_requirement_is_pinned(requirement: str) -> None:
    name = re.split(r"[\[<>=;~! ]", requirement, maxsplit=1)[0]
    canonical = re.sub(r"[-_.]+", "-", name).lower()
    assert canonical in {line.partition("==")[0] for line in _pins()}


def _pythons() -> list[str]:
    """Every Python that `make test-all` looks for, the oldest first."""
    (line,) = re.findall(r"^PYTHONS := (.*)$", MAKEFILE, flags=re.MULTILINE)
    return str(line).split()


def test_the_oldest_python_is_the_same_wherever_it_is_named() -> None:
    oldest = _pythons()[0]
    assert PROJECT["project"]["requires-python"] == f">={oldest}"
    assert PROJECT["tool"]["mypy"]["python_version"] == oldest
    assert "target-version" not in PROJECT["tool"]["ruff"], "Ruff goes by requires-python"
    assert f"sys.version_info < ({oldest.replace('.', ', ')})" in MAKEFILE
    assert f"Python {oldest} or later" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_classifiers_and_readme_name_the_pythons_that_were_tried_and_the_workflow_tries_all() -> None:
    prefix = "Programming Language :: Python :: "
    tried = [line.removeprefix(prefix) for line in PROJECT["project"]["classifiers"] if line.startswith(prefix)]
    assert tried == _pythons()[: len(tried)]
    *first, last = tried
    assert f"Python {', '.join(first)} or {last}, and `make`" in (ROOT / "README.md").read_text(encoding="utf-8")
    workflow = YAML(typ="safe").load(ROOT / ".github" / "workflows" / "test.yml")
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == _pythons()


def _program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def legs(tmp_path: Path) -> Path:
    """A folder with our Makefile, installed environments whose pytest says where it is, and these Pythons.

    3.12 is a shim on PATH of a version that is not switched on, and really lies in pyenv's folder; 3.13 is on PATH; of
    3.14 there is another version by that name.
    """
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (0, 0))
    for version in _pythons():
        environment = tmp_path / (".venv" if version == _pythons()[0] else f".venv{version}")
        _program(environment / "bin" / "pytest", 'echo "tests in $0: $*"; test ! -e "${0%/bin/pytest}/fails"')
        _program(environment / "bin" / "python", f"echo {version}")
        (environment / ".installed").touch()
    _program(tmp_path / "path" / "python3.12", "exit 127")
    _program(tmp_path / "home" / ".pyenv" / "versions" / "3.12.1" / "bin" / "python3.12", "exit 0")
    _program(tmp_path / "path" / "python3.13", "exit 0")
    _program(tmp_path / "path" / "python3.14", "exit 1")
    return tmp_path


def _test_all(folder: Path) -> tuple[int, list[str]]:
    """Run `make test-all` once `make test` is done."""
    found = {"PATH": f"{folder / 'path'}:/usr/bin:/bin", "HOME": str(folder / "home")}
    done = subprocess.run(
        ["make", "test-all", "--old-file=test"],
        cwd=folder, env=found, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    kept = ("Python ", "tests in ")
    return done.returncode, [line for line in (done.stdout + done.stderr).splitlines() if line.startswith(kept)]


def test_every_python_that_is_found_runs_the_long_tests_and_each_has_a_line(legs: Path) -> None:
    assert _pythons() == ["3.11", "3.12", "3.13", "3.14"]
    assert _test_all(legs) == (
        0,
        [
            "Python 3.11: passed",
            f"Python 3.12: running with {legs}/home/.pyenv/versions/3.12.1/bin/python3.12",
            "tests in .venv3.12/bin/pytest: -n 3 --dist worksteal --long",
            "Python 3.12: passed",
            "Python 3.13: running with python3.13",
            "tests in .venv3.13/bin/pytest: -n 3 --dist worksteal --long",
            "Python 3.13: passed",
            "Python 3.14: NOT run, no python3.14 that runs on PATH or under ~/.pyenv/versions",
        ],
    )


def test_a_python_on_which_tests_fail_ends_it_and_is_named(legs: Path) -> None:
    (legs / ".venv3.12" / "fails").touch()
    code, lines = _test_all(legs)
    assert code == 2
    assert lines[-1] == "Python 3.12: FAILED"
    assert not any("3.13" in line for line in lines)
