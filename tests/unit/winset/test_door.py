"""The names of the door are those that the documentation lists, and each is what it stands for."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

import winset
from experiments import api
from tests.tree import ROOT


def test_every_name_is_the_one_that_scripts_import_from_the_packages() -> None:
    assert winset.__all__ == api.__all__
    assert winset.sweep is api.sweep
    for name in winset.__all__:
        assert getattr(winset, name).__name__ == name
    assert {*winset.__all__, "__version__"} == {*dir(winset)}


def test_the_documentation_lists_the_names() -> None:
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    assert sorted(set(re.findall(r"^\| `winset\.(\w+)", text, flags=re.MULTILINE))) == sorted(winset.__all__)


def test_answers_have_the_parts_that_the_documentation_names() -> None:
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    table, _, rest = text[text.index("| part | is |") :].partition("\n\n")
    told = rest[rest.index("`winset.play`") :].partition("\n\n")[0]
    parts, of_one = (set(re.findall(r"`\.(\w+)", part)) for part in (table, told))
    assert {"tables", "figures", "save_figures", "text", "json", "config", "folder"} == parts
    assert parts <= {*dir(winset.solutions("tiny"))}
    played = winset.play("tiny", run=0)
    assert {part for part in parts if hasattr(played, part)} == of_one


def test_the_version_is_that_of_the_distribution() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", winset.__version__)


def test_an_unknown_name_is_told_as_python_does() -> None:
    with pytest.raises(AttributeError, match="module 'winset' has no attribute 'ran'"):
        winset.ran  # noqa: B018  to look it up is the test


def test_to_import_the_door_loads_nothing_heavy() -> None:
    code = "import sys, winset; print(sorted({'numba', 'pandas', 'matplotlib', 'experiments'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
