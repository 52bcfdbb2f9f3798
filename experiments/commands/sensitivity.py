"""The command ``sensitivity``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.options import RangesOption, VaryOption
from experiments.commands.question import Common, conduct, question


@question()
def sensitivity(
    common: Common,
    vary: VaryOption = None,
    ranges: RangesOption = False,
    base: Annotated[
        int,
        typer.Option(
            metavar="N",
            help="Rows of the Sobol design, a power of two; each costs a negotiation an input, and two more.",
        ),
    ] = 1024,
    trajectories: Annotated[
        int,
        typer.Option(metavar="N", help="Paths of the Morris design; each costs a negotiation an input, and one more."),
    ] = 200,
) -> None:
    """Find the uncertain inputs that decide how talks end, by the methods of Sobol, PAWN and Morris.

    Example: winset sensitivity tiny --base 64 --trajectories 20
    """
    from experiments.questions.sensitivity.sensitivity import sensitivity as play

    conduct(
        lambda loaded, how: play(loaded, vary=vary or (), ranges=ranges, base=base, trajectories=trajectories, **how),
        common,
    )
