"""The command that solves a bargaining problem: ``solve``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.conduct import conduct
from experiments.commands.options import (
    ConfigArgument,
    FiguresOption,
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
    out: OutOption = None,
    figures: FiguresOption = True,
    resume: ResumeOption = False,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Solve the bargaining problem of one negotiation: win-sets, frontier and solutions, with the deal beside them.

    Example: winset solve tiny --power 0.3
    """
    with errors_told(tactics):
        from experiments.config.load import load_config
        from experiments.questions.solve.solve import solutions as play

        loaded = load_config(config, all_sets(sets, levels))
        conduct(
            lambda progress: play(
                loaded, seed, run, power, out=out, refine=refine, resume=resume, overwrite=overwrite, progress=progress
            ),
            out,
            as_json=as_json,
            figures=figures,
        )
