"""What somebody wrote into the settings and results of a manifest, with a new seal, is read by its types or refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import pytest

from experiments.errors import RunError
from experiments.questions.registry import QUESTIONS, read_result
from experiments.store.manifest import MANIFEST
from experiments.store.seal import sealed
from tests.command_line import refused
from tests.sizes import usual
from tests.small_answers import SMALL, SmallAnswers

#: One small answer of each question, and those whose settings are of another shape.
NAMES: Final = [*{small.command: name for name, small in reversed(SMALL.items())}.values(), "leader on one issue"]

#: Of every way to record settings one; edits of the others are left to the long tests.
FEW: Final = ("run", "tournament", "solve", "stress", "hindcast", "positions", "chain")

#: Those of them of whose settings every value is replaced by others: records, lists of records and numbers alone.
FEW_TYPES: Final = ("run", "tournament", "positions", "chain")
FEW_VALUES: Final = ("run", "tournament", "positions")

#: Values of every type of JSON.
TYPES: Final = (None, True, 7, 0.5, "none such", [3], {"none such": 3})

#: What may be left out or be null, by the last part of its path: it is so in other answers.
OPEN: Final[dict[str, set[str]]] = {
    "left out": {"leader"},
    "null": {"leader", "issue", "tactic", "density", "sizes", "through", "run", "at", "on", "package"},
}

#: What a player that is no tactic may say of itself as it likes.
FREE: Final = {"kind"}

Path_ = tuple[str | int, ...]


def _paths(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Where every value inside a value is."""
    parts: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield (*path, key)
        yield from _paths(part, (*path, key))


def _owner(value: Any, path: Path_) -> Any:
    for key in path[:-1]:
        value = value[key]
    return value


def _changed(manifest: dict[str, Any], path: Path_, value: Any) -> dict[str, Any]:
    changed = deepcopy(manifest)
    _owner(changed, path)[path[-1]] = value
    return changed


def _without(manifest: dict[str, Any], path: Path_) -> dict[str, Any]:
    changed = deepcopy(manifest)
    del _owner(changed, path)[path[-1]]
    return changed


def _is_of_type(value: Any, other: Any) -> bool:
    """Whether JSON gives both one type; a whole number is a number."""
    return type(value) is type(other) or (type(value) is float and type(other) is int)


class _Edited:
    """A copy of an answer whose manifest is edited and sealed anew."""

    def __init__(self, name: str, answers: SmallAnswers, tmp_path: Path) -> None:
        self.command = SMALL[name].command
        self.folder = Path(shutil.copytree(answers[name].folder, tmp_path / "copy"))
        self.file = self.folder / MANIFEST
        self.manifest: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
        self.paths = [path for part in ("settings", "results") for path in _paths(self.manifest[part], (part,))]

    def write(self, manifest: dict[str, Any]) -> None:
        self.file.write_text(sealed(manifest), encoding="utf-8")

    def refusal(self, manifest: dict[str, Any]) -> str:
        """Why it is refused; empty where all that is printed of it is printed."""
        self.write(manifest)
        try:
            _, result = read_result(self.folder)
        except RunError as error:
            return str(error)
        assert result.text()
        assert json.loads(result.json())
        return ""


@pytest.fixture
def edited(request: pytest.FixtureRequest, answers: SmallAnswers, tmp_path: Path) -> _Edited:
    return _Edited(request.param, answers, tmp_path)


def _is_free(path: Path_) -> bool:
    return path[1] == "players" and path[-1] in FREE


@pytest.mark.parametrize("edited", usual(NAMES, FEW), indirect=True)
def test_a_key_that_is_left_out_is_named(edited: _Edited) -> None:
    kept = [path for path in edited.paths if isinstance(path[-1], str) and not _is_free(path)]
    refused_keys = 0
    for path in kept:
        said = edited.refusal(_without(edited.manifest, path))
        if said:
            assert said.startswith(f"{edited.file} has been edited or damaged: ") or "do not fit together" in said, said
            refused_keys += 1
        else:
            # A name of one of many, such as the unit of an issue or a knob, is no key of a record.
            is_one_of_many = (
                path[1] in {"units", "issue_units", "thresholds", "points", "package"} or path[-2] == "knobs"
            )
            assert path[-1] in OPEN["left out"] or is_one_of_many, path
    assert refused_keys >= len(edited.manifest["settings"]) - len(OPEN["left out"])
    # A list that is shorter than what it is the list of.
    for path in edited.paths:
        if isinstance(path[-1], int):
            edited.refusal(_without(edited.manifest, path))


@pytest.mark.parametrize("edited", usual(NAMES, FEW_TYPES), indirect=True)
def test_a_value_of_another_type_is_named_with_what_would_be_right(edited: _Edited) -> None:
    for path in edited.paths:
        before = _owner(edited.manifest, path)[path[-1]]
        for value in TYPES:
            if _is_of_type(before, value) or (before is None and path[-1] in OPEN["null"]) or _is_free(path):
                continue
            said = edited.refusal(_changed(edited.manifest, path, value))
            if value is None and path[-1] in OPEN["null"]:
                continue
            assert said.startswith(f"{edited.file} has been edited or damaged: its {path[0]} "), (path, value, said)
            assert str(path[1]) in said, (path, value, said)


@pytest.mark.parametrize("edited", usual(NAMES, FEW_VALUES), indirect=True)
def test_another_value_of_the_same_type_ends_in_words(edited: _Edited) -> None:
    others: dict[type, tuple[Any, ...]] = {
        int: (-1, 0, 10**30), float: (-1.0, 2.0, float("nan"), float("inf")), str: ("", "none such"), list: ([],),
        dict: ({},), bool: (True, False),
    }  # fmt: skip
    for path in edited.paths:
        before = _owner(edited.manifest, path)[path[-1]]
        for value in others.get(type(before), ()):
            edited.refusal(_changed(edited.manifest, path, value))


@pytest.mark.parametrize("edited", NAMES, indirect=True)
def test_an_unknown_setting_is_named(edited: _Edited) -> None:
    said = edited.refusal(_changed(edited.manifest, ("settings", "none_such"), 1))
    assert f"{edited.file} has been edited or damaged: its settings have none_such, which this version" in said


def test_there_is_one_of_each_question() -> None:
    assert {SMALL[name].command for name in NAMES} == {*QUESTIONS}


@pytest.mark.parametrize("edited", NAMES, indirect=True)
def test_commands_end_without_a_traceback(edited: _Edited) -> None:
    setting = next(iter(edited.manifest["settings"]))
    edited.write(_changed(edited.manifest, ("settings", setting), -0.5))
    # A digest is of rows and results, whatever was asked for, unless the parts follow from it.
    verbs = ["report", *(["plot"] if QUESTIONS[edited.command].draws else []), *(["hash"] * (edited.command == "run"))]
    for verb in verbs:
        said = " ".join(refused(verb, edited.folder).split())
        assert f"{MANIFEST} has been edited or damaged: its settings say {setting} -0.5, which should be " in said
