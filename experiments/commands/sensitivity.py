"""The command ``sensitivity``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.conduct import conduct
from experiments.commands.options import (
    ConfigArgument,
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


def sensitivity(
    config: ConfigArgument,
    ranges: Annotated[
        bool, typer.Option("--ranges", help="Vary also fixed parameters, evenly over their plausible ranges.")
    ] = False,
    base: Annotated[
        int, typer.Option(metavar="N", help="Base rows of the Sobol design, a power of two; N (inputs + 2) points.")
    ] = 1024,
    trajectories: Annotated[int, typer.Option(metavar="N", help="Trajectories of the Morris design.")] = 200,
    seed: SeedOption = None,
    sets: SetOption = None,
    levels: LevelsOption = None,
    tactics: TacticsOption = None,
    out: OutOption = None,
    resume: ResumeOption = False,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Find the uncertain inputs that decide how talks end, by Sobol, PAWN and Morris.

    Example: winset sensitivity tiny --base 64 --trajectories 20
    """
    with errors_told(tactics):
        from experiments.config.load import load_config
        from experiments.questions.sensitivity.sensitivity import sensitivity as play

        loaded = load_config(config, all_sets(sets, levels))
        conduct(
            lambda progress: play(
                loaded,
                seed,
                out=out,
                ranges=ranges,
                base=base,
                trajectories=trajectories,
                resume=resume,
                overwrite=overwrite,
                progress=progress,
            ),
            out,
            as_json=as_json,
        )
