"""The command ``sensitivity``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.question import Common, conduct, question


@question()
def sensitivity(
    common: Common,
    ranges: Annotated[
        bool, typer.Option("--ranges", help="Vary also fixed parameters, evenly over their plausible ranges.")
    ] = False,
    base: Annotated[
        int, typer.Option(metavar="N", help="Base rows of the Sobol design, a power of two; N (inputs + 2) points.")
    ] = 1024,
    trajectories: Annotated[int, typer.Option(metavar="N", help="Trajectories of the Morris design.")] = 200,
) -> None:
    """Find the uncertain inputs that decide how talks end, by Sobol, PAWN and Morris.

    Example: winset sensitivity tiny --base 64 --trajectories 20
    """
    from experiments.questions.sensitivity.sensitivity import sensitivity as play

    conduct(lambda loaded, how: play(loaded, ranges=ranges, base=base, trajectories=trajectories, **how), common)
