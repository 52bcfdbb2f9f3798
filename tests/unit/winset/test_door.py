"""The names of the door are those that the documentation lists, and each is what it stands for."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys

import pytest

import winset
from experiments import api
from experiments.questions.registry import QUESTIONS
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
    known = {"tables", "figures", "save_figures", "dictionary", "export", "text", "json", "config", "folder"}
    assert parts == known
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


#: What every question takes after options of its own.
EVERY = {"sets": (), "out": None, "resume": False, "overwrite": False, "progress": None}

#: Questions about something else than a config. A table has nothing to set; cases have configs of their own.
ABOUT = {
    "chain": (("config", "ChainSpec | Mapping[str, Any] | str | Path"), EVERY),
    "compare": (
        ("runs", "Sequence[Folder | Result]"),
        {name: value for name, value in EVERY.items() if name != "sets"},
    ),
    "forecast": (("case", "str"), EVERY),
    "positions": (
        ("table", "PositionTable | str | Path | None"),
        {name: value for name, value in EVERY.items() if name != "sets"},
    ),
}  # fmt: skip

#: What a user can write or import, of which the types of parameters consist.
WRITTEN = {"AnyConfig", "Against", "Changes", "EngineName", "Folder", "Player", "Progress", "Switches"}
WRITTEN |= {"Compromise", "DatedRecord", "Mapping", "Method", "Path", "Ranges", "WeightTable", "date"}
WRITTEN |= {"DataFrame", "None", "Result", "Sequence", "bool", "float", "int", "pd", "str"}

PUTTING = sorted({*QUESTIONS} - {"solve"} | {"solutions", "leader_sweep"})


@pytest.mark.parametrize("name", PUTTING)
def test_a_question_takes_a_config_options_and_what_every_question_takes(name: str) -> None:
    asked, said = ABOUT.get(name, (("config", "AnyConfig"), EVERY))
    first, *own = list(inspect.signature(getattr(winset, name)).parameters.values())
    own, every = own[: -len(said)], own[-len(said) :]
    assert (first.name, first.annotation) == asked
    assert {one.name: one.default for one in every} == said
    assert [one.name for one in every] == [*said]
    assert all(one.kind is one.KEYWORD_ONLY for one in every)
    assert {word for one in own for word in re.findall(r"\w+", str(one.annotation))} <= WRITTEN


@pytest.mark.parametrize("name", PUTTING)
def test_what_a_question_takes_is_documented_in_its_order(name: str) -> None:
    function = getattr(winset, name)
    section = (inspect.getdoc(function) or "").partition("Parameters\n----------\n")[2].partition("\n\n")[0]
    heads = re.findall(r"^(\w[\w, ]*?)(?: : .*)?$", section, flags=re.MULTILINE)
    assert ", ".join(heads).split(", ") == [*inspect.signature(function).parameters]


def test_the_door_documents_what_every_question_takes() -> None:
    assert re.findall(r"^(\w+) : ", str(winset.__doc__), flags=re.MULTILINE) == [*EVERY]
