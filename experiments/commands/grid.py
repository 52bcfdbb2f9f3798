"""The command ``grid``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.options import EngineOption
from experiments.commands.question import Common, conduct, question


@question()
def grid(
    common: Common,
    runs: Annotated[int, typer.Option(metavar="N", help="Number of negotiations on each grid.")] = 500,
    engine: EngineOption = None,
) -> None:
    """Play the same negotiations with every step of the grid halved: how much the grid decides.

    Example: winset grid tiny --runs 100
    """
    from experiments.questions.grid.grid import grid as play

    conduct(lambda loaded, how: play(loaded, runs, engine=engine, **how), common)
