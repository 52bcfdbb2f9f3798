"""The command line: the list of commands. What each of them takes and does is in :mod:`experiments.commands`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from experiments.commands import (
    advise,
    bench,
    discover,
    exploit,
    factorial,
    grid,
    guests,
    look,
    report,
    sensitivity,
    solve,
    stress,
    sweep,
    talks,
    tournament,
)
from experiments.commands import app as page
from experiments.commands.checked import CheckedCommand, CommandGroup
from experiments.commands.examples import EXAMPLES
from experiments.terminal.interrupts import end_as_by_ctrl_c
from experiments.terminal.letters import spell_what_streams_cannot_show
from experiments.terminal.standard_streams import output_told

app = typer.Typer(
    cls=CommandGroup,
    help="Simulate a two-level trade negotiation: governments bargain, firms decide what can be delivered.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _command(function: Callable[..., None], name: str | None = None) -> None:
    example = EXAMPLES[name or function.__name__]
    app.command(name, cls=CheckedCommand, epilog=f"Example: {example}")(function)


_command(talks.run)
_command(talks.play)
_command(solve.solve)
_command(page.app)
_command(factorial.factorial)
_command(grid.grid)
_command(bench.bench)
_command(tournament.tournament)
_command(sweep.sweep)
_command(sensitivity.sensitivity)
_command(discover.discover)
_command(stress.stress)
_command(exploit.exploit)
_command(advise.advise)
_command(look.check)
_command(look.list_, "list")
_command(talks.hash_, "hash")
_command(talks.compare)
_command(guests.guests)
_command(guests.scenario)
_command(report.report)
_command(report.plot)


def _show_version(asked: bool) -> None:
    if asked:
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
    with output_told():
        app(prog_name="winset")


if __name__ == "__main__":
    main()
