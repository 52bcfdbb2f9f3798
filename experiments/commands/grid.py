"""The command ``grid``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.options import (
    ConfigArgument,
    EngineOption,
    LevelsOption,
    SeedOption,
    SetOption,
    TacticsOption,
    all_sets,
    console,
    errors_told,
)


def grid(
    config: ConfigArgument,
    runs: Annotated[int, typer.Option(metavar="N", help="Number of negotiations on each grid.")] = 500,
    seed: SeedOption = None,
    sets: SetOption = None,
    levels: LevelsOption = None,
    tactics: TacticsOption = None,
    engine: EngineOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """Play the same negotiations with every step of the grid halved: how much the grid decides."""
    with errors_told(tactics):
        from experiments.questions.grid.text import grid_command

        grid_command(
            config,
            runs,
            seed,
            all_sets(sets, levels),
            engine=engine,
            as_json=as_json,
            console=console(),
            errors=console(errors=True),
        )
