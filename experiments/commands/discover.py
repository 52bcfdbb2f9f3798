"""The command ``discover``."""

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


def discover(
    config: ConfigArgument,
    target: Annotated[
        str,
        typer.Option(
            metavar="WHAT",
            help="What is looked for: no_deal, deal, an outcome such as stall, reason.NAME or low_gain.SIDE.",
        ),
    ] = "no_deal",
    runs: Annotated[int, typer.Option(metavar="N", help="Number of negotiations.")] = 5000,
    boxes: Annotated[int, typer.Option(metavar="N", help="Most boxes.")] = 3,
    density: Annotated[
        float | None,
        typer.Option(metavar="D", help="Density that a box must reach. (Default: half-way from the share to 1.)"),
    ] = None,
    seed: SeedOption = None,
    sets: SetOption = None,
    levels: LevelsOption = None,
    tactics: TacticsOption = None,
    out: OutOption = None,
    resume: ResumeOption = False,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Find the boxes of uncertain inputs in which talks fail, or end in another way (PRIM).

    Example: winset discover cars_on_the_table --runs 500
    """
    with errors_told(tactics):
        from experiments.config.load import load_config
        from experiments.questions.discover.discover import discover as play

        loaded = load_config(config, all_sets(sets, levels))
        conduct(
            lambda progress: play(
                loaded,
                target,
                runs,
                seed,
                boxes=boxes,
                density=density,
                out=out,
                resume=resume,
                overwrite=overwrite,
                progress=progress,
            ),
            out,
            as_json=as_json,
        )
