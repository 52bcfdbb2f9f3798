"""The command ``sensitivity``."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Annotated

import typer

from experiments.commands.options import (
    ConfigArgument,
    LevelsOption,
    SeedOption,
    SetOption,
    TacticsOption,
    all_sets,
    console,
    errors_told,
    kept_in,
)

OutOption = Annotated[
    str | None,
    typer.Option("--out", metavar="DIR", help="Directory for points, tables and pictures. (Default: only print.)"),
]
ResumeOption = Annotated[bool, typer.Option("--resume", help="Go on with what is in DIR, or start it.")]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace what is in DIR, finished or not.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


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
    """Find the uncertain inputs that decide how talks end, by Sobol, PAWN and Morris."""
    with errors_told(tactics):
        from experiments.questions.sensitivity.command import sensitivity_command

        with interruption_told(out):
            sensitivity_command(
                config,
                seed,
                all_sets(sets, levels),
                ranges=ranges,
                base=base,
                trajectories=trajectories,
                out=out,
                resume=resume,
                overwrite=overwrite,
                as_json=as_json,
                console=console(),
                errors=console(errors=True),
            )


def interruption_told(out: str | None) -> AbstractContextManager[None]:
    """Say what an interruption leaves; without a directory, nothing."""
    return nullcontext() if out is None else kept_in(out)
