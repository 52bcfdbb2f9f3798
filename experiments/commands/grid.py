"""The command ``grid``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.options import ConfigArgument, EngineOption, errors_as_messages
from experiments.commands.question import Common, conduct, question


@question()
def grid(
    config: ConfigArgument,
    common: Common,
    runs: Annotated[int, typer.Option(metavar="N", help="Number of negotiations on each grid.")] = 500,
    engine: EngineOption = None,
) -> None:
    """Play the same negotiations with every step of the grid halved: how much the grid decides.

    Example: winset grid tiny --runs 100
    """
    with errors_as_messages(common.tactics):
        from experiments.questions.grid.grid import grid as play

        loaded = common.load(config)
        conduct(lambda how: play(loaded, runs, engine=engine, **how), common)
