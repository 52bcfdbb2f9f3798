"""The command ``grid``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.conduct import conduct
from experiments.commands.options import (
    ConfigArgument,
    EngineOption,
    JsonOption,
    LevelsOption,
    OutOption,
    OverwriteOption,
    ResumeOption,
    SeedOption,
    SetOption,
    TacticsOption,
    all_sets,
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
    out: OutOption = None,
    resume: ResumeOption = False,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Play the same negotiations with every step of the grid halved: how much the grid decides.

    Example: winset grid tiny --runs 100
    """
    with errors_told(tactics):
        from experiments.config.load import load_config
        from experiments.questions.grid.grid import grid as play

        loaded = load_config(config, all_sets(sets, levels))
        conduct(
            lambda progress: play(
                loaded, runs, seed, out=out, engine=engine, resume=resume, overwrite=overwrite, progress=progress
            ),
            out,
            as_json=as_json,
        )
