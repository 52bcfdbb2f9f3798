"""The command ``sweep``."""

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


def sweep(
    config: ConfigArgument,
    over: Annotated[
        list[str] | None,
        typer.Option(
            "--over",
            metavar="PATH=VALUES",
            help="What is swept: PATH=low:high:n or PATH=v1,v2; once for lines, twice for a phase diagram.",
        ),
    ] = None,
    leader: Annotated[
        str | None,
        typer.Option(metavar="SIDE", help="Move this side's opening from end to end: us_treasury or partner."),
    ] = None,
    issue: Annotated[
        str | None, typer.Option(metavar="ISSUE", help="With --leader: move its public position on this issue instead.")
    ] = None,
    points: Annotated[
        int | None, typer.Option(metavar="N", help="With --leader: number of openings. (Default: 11.)")
    ] = None,
    runs: Annotated[int, typer.Option(metavar="N", help="Worlds at each point, the same ones.")] = 200,
    seed: SeedOption = None,
    sets: SetOption = None,
    levels: LevelsOption = None,
    tactics: TacticsOption = None,
    out: OutOption = None,
    resume: ResumeOption = False,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Play the same worlds at every value of one or two entries of the config."""
    with errors_told(tactics):
        from experiments.questions.sweep.command import sweep_command

        with interruption_told(out):
            sweep_command(
                config,
                over or (),
                leader,
                issue,
                points,
                runs,
                seed,
                all_sets(sets, levels),
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
