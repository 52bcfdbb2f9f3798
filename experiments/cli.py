"""The command line: the list of commands. What each of them takes and does is in :mod:`experiments.commands`."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Final

import typer

from experiments.commands import app as page
from experiments.commands import bench, case, export, guests, import_, look, report, talks
from experiments.commands.checked import CheckedCommand, CommandGroup
from experiments.questions.registry import QUESTIONS
from experiments.terminal.interrupts import end_as_by_ctrl_c
from experiments.terminal.letters import spell_what_streams_cannot_show
from experiments.terminal.standard_streams import output_errors_as_messages

app = typer.Typer(
    cls=CommandGroup,
    help="Play trade talks between the US and a partner many times over, and count how they end and why.",
    epilog="Example: winset run july_2025 --runs 200 --out out/july",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

#: Last paragraph of a command's docstring, which the help shows below the options.
_EXAMPLE: Final = "\n\nExample: "


def _command(function: Callable[..., None], name: str, panel: str) -> None:
    text, _, example = inspect.cleandoc(function.__doc__ or "").partition(_EXAMPLE)
    epilog = f"Example: {example}"
    app.command(name, cls=CheckedCommand, help=text, epilog=epilog, rich_help_panel=panel)(function)


#: Commands beside those of the questions, by the heading under which the help lists them.
_FURTHER: Final[dict[str, dict[str, Callable[..., None]]]] = {
    "One negotiation": {"play": talks.play, "app": page.app, "guests": guests.guests, "scenario": guests.scenario},
    "Answers read back": {
        "report": report.report,
        "plot": report.plot,
        "export": export.export,
        "hash": talks.hash_,
    },
    "The record": {"case": case.case},
    "Files of other tools": {"import": import_.import_},
    "What there is, and how fast it is": {"check": look.check, "list": look.list_, "bench": bench.bench},
}

for _question in QUESTIONS:
    _module = import_module(f"experiments.commands.{_question}")
    _command(getattr(_module, _question), _question, "Questions, each answered in a directory")
for _panel, _commands in _FURTHER.items():
    for _name, _function in _commands.items():
        _command(_function, _name, _panel)


def _show_version(wanted: bool) -> None:
    if wanted:
        from experiments.store.surroundings import code_version

        code = code_version()
        sys.stdout.write(f"winset {code.version} (source files {code.digest})\n")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main() -> None:
    """Entry point of the command ``winset``."""
    spell_what_streams_cannot_show()
    end_as_by_ctrl_c()
    with output_errors_as_messages():
        app(prog_name="winset")


if __name__ == "__main__":
    main()
