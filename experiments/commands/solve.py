"""The command that solves a bargaining problem: ``solve``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.question import Common, conduct, question


@question()
def solve(
    common: Common,
    run: Annotated[int, typer.Option(metavar="N", help="Which negotiation of this seed, counted from 0.")] = 0,
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
) -> None:
    """Solve the bargaining problem of one negotiation: who would ratify what, frontier and solutions, beside the deal.

    Example: winset solve tiny --power 0.3
    """
    from experiments.questions.solve.solve import solutions as play

    conduct(lambda loaded, how: play(loaded, run=run, powers=power, refine=refine, **how), common)
