"""The command ``discover``."""

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
    """Find the boxes of uncertain inputs in which talks fail, or end in another way (PRIM)."""
    with errors_told(tactics):
        from experiments.questions.discover.command import discover_command

        with interruption_told(out):
            discover_command(
                config,
                target,
                runs,
                seed,
                all_sets(sets, levels),
                boxes=boxes,
                density=density,
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
