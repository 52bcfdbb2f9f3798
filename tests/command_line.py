"""Commands of winset, called inside the process of the tests."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner, Result

from experiments.cli import app


def winset(*arguments: str | Path) -> Result:
    """What a command has printed, and its exit code."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="winset")


def refused(*arguments: str | Path) -> str:
    """Message of a command that must refuse its input."""
    result = winset(*arguments)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.stderr
    return " ".join(result.stderr.split())
