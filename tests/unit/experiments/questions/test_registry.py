"""Every question has a folder of one shape, a command, a page and its figures, and is listed once."""

from __future__ import annotations

import inspect
from importlib import import_module

import pytest
import typer

from experiments.cli import app
from experiments.questions.registry import QUESTIONS, figures_by_name
from experiments.report.result import Result
from tests.tree import ROOT

FOLDER = ROOT / "experiments" / "questions"
#: Words that say nothing of what a file holds.
VAGUE = ("job", "show", "words", "held", "told", "asked", "read", "command", "hall", "stage", "wishes", "tell")


def test_every_folder_is_a_question_and_every_question_a_folder() -> None:
    assert {path.parent.name for path in FOLDER.glob("*/__init__.py")} == {*QUESTIONS}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_the_files_that_every_question_has(name: str) -> None:
    question = QUESTIONS[name]
    files = {path.stem for path in (FOLDER / name).iterdir() if path.suffix == ".py" or path.is_dir()}
    assert {name, "result", "text", "page"} <= files
    assert ("figures" in files) is question.draws
    assert not files & {*VAGUE}
    result = import_module(f"experiments.questions.{name}.result")
    assert list(inspect.signature(result.read).parameters) == ["found"]
    answers = [one for one in vars(result).values() if inspect.isclass(one) and issubclass(one, Result)]
    assert f"{name.capitalize()}Result" in {one.__name__ for one in answers}
    page = import_module(f"experiments.questions.{name}.page")
    assert list(inspect.signature(page.page).parameters) == ["result", "theme"]


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_command_of_a_question_can_be_kept_gone_on_with_and_printed_as_data(name: str) -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # a group has commands
    of_talks = QUESTIONS[name].of_talks
    options = {one for parameter in commands[name].params for one in parameter.opts}
    assert {"--out", "--resume", "--overwrite", "--json"} <= options
    # Runs that are compared were drawn before, and may have met tactics of the user's own.
    assert ("--seed" in options) is (name != "compare")
    changing = {"--set", "--levels", "--tactics"}
    assert changing & options == (changing if of_talks else {"--tactics"} if name == "compare" else set())


def test_every_figure_is_drawn_for_a_question() -> None:
    named = {function.__module__ for _, function in figures_by_name().values()}
    files = {f"experiments.figures.{path.stem}" for path in (ROOT / "experiments" / "figures").glob("*.py")}
    assert files - named == {"experiments.figures.__init__"}
    assert all(function.__doc__ for _, function in figures_by_name().values())


def test_nothing_but_the_store_writes_or_reads_parquet_and_checksums() -> None:
    """What is played with other tools has digests of its own: code, configs and users' tactics."""
    found = {
        str(path.relative_to(ROOT / "experiments")): path.read_text("utf-8")
        for path in (ROOT / "experiments").rglob("*.py")
    }
    assert {name for name, text in found.items() if "pyarrow.parquet" in text} == {"store/tables.py"}
    in_store = {name for name, text in found.items() if "hashlib.sha256" in text}
    assert in_store <= {"files.py", "store/tables.py", "store/seal.py", "store/batches.py", "config/own_tactics.py"}
    assert not [name for name, text in found.items() if "MANIFEST" in text and not name.startswith("store/")]
