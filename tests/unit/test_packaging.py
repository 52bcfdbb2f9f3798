"""What gets installed: every package of the tree, and one exact version of everything that it needs."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from tests.tree import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
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


@pytest.mark.parametrize("line", _pins())
def test_constraint_is_an_exact_version_and_nothing_else(line: str) -> None:
    assert PIN.fullmatch(line)


@pytest.mark.parametrize("requirement", _requirements())
def test_requirement_is_pinned(requirement: str) -> None:
    name = re.split(r"[\[<>=;~! ]", requirement, maxsplit=1)[0]
    canonical = re.sub(r"[-_.]+", "-", name).lower()
    assert canonical in {line.partition("==")[0] for line in _pins()}
