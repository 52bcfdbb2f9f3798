"""What the help of the command line shows: flags without a type, an example a command, and completion for a shell."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from experiments.cli import app
from tests.tree import ROOT

GROUP: Any = typer.main.get_command(app)
COMMANDS = sorted(GROUP.commands)


def _example(command: str) -> str:
    return str(GROUP.commands[command].epilog)


def _help(*words: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "200")
    return CliRunner().invoke(app, [*words, "--help"], prog_name="winset").stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_flags_as_flags_and_an_example(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = _help(command, monkeypatch=monkeypatch)
    assert "<bool>" not in text
    assert _example(command) in text
    assert text.count("Example: ") == 1, "below the options and nowhere else"


def test_the_help_of_all_commands_shows_flags_as_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    text = _help(monkeypatch=monkeypatch)
    assert "<bool>" not in text
    assert all(name in text for name in (*COMMANDS, "--version", "--install-completion"))


@pytest.mark.parametrize("command", COMMANDS)
def test_an_example_is_a_call_of_its_command_with_options_that_it_has(command: str) -> None:
    _, program, name, *words = shlex.split(_example(command))
    assert (program, name) == ("winset", command)
    options = {option for parameter in GROUP.commands[command].params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_a_shell_completes_commands() -> None:
    environment = os.environ | {"_WINSET_COMPLETE": "complete_bash", "COMP_WORDS": "winset tour", "COMP_CWORD": "1"}
    command = [sys.executable, "-c", "from winset.__main__ import main; main()"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["tournament"]
