"""The command that solves a bargaining problem: ``solve``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.options import (
    ConfigArgument,
    LevelsOption,
    SeedOption,
    SetOption,
    TacticsOption,
    all_sets,
    console,
    errors_told,
    tell,
)
from experiments.terminal.letters import print_json


def solve(
    config: ConfigArgument,
    seed: SeedOption = None,
    run: Annotated[int, typer.Option(metavar="N", help="Which of the runs of this seed.")] = 0,
    power: Annotated[
        list[float] | None,
        typer.Option(
            metavar="W",
            help="Bargaining power of the US in the asymmetric Nash solution, between 0 and 1; may be repeated. "
            "(Default: 0.25 and 0.75.)",
        ),
    ] = None,
    refine: Annotated[
        bool, typer.Option("--refine", help="Look for the solutions between the levels of the grid as well.")
    ] = False,
    sets: SetOption = None,
    levels: LevelsOption = None,
    tactics: TacticsOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """Solve the bargaining problem of one negotiation: win-sets, frontier and solutions, with the deal beside them."""
    with errors_told(tactics):
        from experiments.api import solutions
        from experiments.questions.solve import text

        solved = solutions(
            config, run=run, seed=seed, sets=all_sets(sets, levels), powers=power, refine=refine, say=tell
        )
        if as_json:
            print_json(console(), text.as_data(solved))
        else:
            text.render(solved, console())
