"""What the help of the command line shows: flags without a type, an example a command, and completion for a shell."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from experiments.cli import app
from experiments.commands.examples import EXAMPLES
from tests.tree import ROOT

COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]  # a group has commands


def _help(*words: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "200")
    return CliRunner().invoke(app, [*words, "--help"], prog_name="winset").stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_flags_as_flags_and_an_example(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = _help(command, monkeypatch=monkeypatch)
    assert "<bool>" not in text
    assert f"Example: {EXAMPLES[command]}" in text


def test_the_help_of_all_commands_shows_flags_as_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    text = _help(monkeypatch=monkeypatch)
    assert "<bool>" not in text
    assert all(name in text for name in (*COMMANDS, "--version", "--install-completion"))


@pytest.mark.parametrize("command", COMMANDS)
def test_an_example_is_a_call_of_its_command_with_options_that_it_has(command: str) -> None:
    program, name, *words = shlex.split(EXAMPLES[command])
    assert (program, name) == ("winset", command)
    found = typer.main.get_command(app).commands[command]  # type: ignore[attr-defined]  # a group has commands
    options = {option for parameter in found.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_a_shell_completes_commands() -> None:
    environment = os.environ | {"_WINSET_COMPLETE": "complete_bash", "COMP_WORDS": "winset tour", "COMP_CWORD": "1"}
    command = [sys.executable, "-c", "from winset.__main__ import main; main()"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["tournament"]
