"""The command line: the list of commands. What each of them takes and does is in :mod:`experiments.commands`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from experiments.commands import app as page
from experiments.commands import explore, guests, look, measure, report, solve, stress, talks, tournament
from experiments.interrupts import end_as_by_ctrl_c
from experiments.terminal import spell_what_streams_cannot_show

app = typer.Typer(
    help="Simulate a two-level trade negotiation: governments bargain, firms decide what can be delivered.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

app.command()(talks.run)
app.command()(talks.play)
app.command()(solve.solve)
app.command()(page.app)
app.command()(measure.factorial)
app.command()(measure.grid)
app.command()(measure.bench)
app.command()(tournament.tournament)
app.command()(explore.sweep)
app.command()(explore.sensitivity)
app.command()(explore.discover)
app.command()(stress.stress)
app.command()(stress.exploit)
app.command()(stress.advise)
app.command()(look.check)
app.command("list")(look.list_)
app.command("hash")(talks.hash_)
app.command()(talks.compare)
app.command()(guests.guests)
app.command()(guests.scenario)
app.command()(report.report)
app.command()(report.plot)


def _show_version(asked: bool) -> None:
    if asked:
        from experiments.manifest import code_version

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
    app(prog_name="winset")


if __name__ == "__main__":
    main()
