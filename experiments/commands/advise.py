"""The command ``advise``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from experiments.commands.options import (
    ConfigArgument,
    SeedOption,
    SetOption,
    TacticsOption,
    console,
    errors_told,
    kept_in,
    tell,
)
from experiments.terminal.letters import print_json

SideOption = Annotated[Literal["us_treasury", "partner"], typer.Option("--side", help="Seat that is looked at.")]
OutOption = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Directory for the results. (Default: out/<name of the config>_<command>_<side>.)"
    ),
]
ExploitOutOption = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Directory for the results. (Default: out/<name of the config>_exploit.)"
    ),
]
ResumeOption = Annotated[bool, typer.Option("--resume", help="Go on with what is in DIR, or start it.")]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace what is in DIR, finished or not.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


def advise(
    config: ConfigArgument,
    side: SideOption,
    levers: Annotated[
        list[str] | None,
        typer.Option(
            "--lever",
            metavar="PATH=VALUE,VALUE",
            help="A lever and its values; may be repeated. (Default: from CONFIG.)",
        ),
    ] = None,
    reactions: Annotated[
        list[str] | None,
        typer.Option(
            "--reaction",
            metavar="NAME[,KNOB=VALUE]",
            help="Tactic that the other side may take. (Default: every family.)",
        ),
    ] = None,
    worlds: Annotated[int, typer.Option(metavar="N", help="Worlds in which every setting is tried.")] = 400,
    floor: Annotated[
        float,
        typer.Option(
            metavar="X",
            help="Gain, US$ bn a year, from which a world counts as satisfactory; 0 seldom tells settings apart.",
        ),
    ] = 0.0,
    seed: SeedOption = None,
    sets: SetOption = None,
    tactics: TacticsOption = None,
    out: OutOption = None,
    resume: ResumeOption = False,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say which lever moves a side most when the other side reacts, at what cost, and which choice is robust."""
    with errors_told(tactics):
        from experiments.config.load import load_config
        from experiments.questions.advise.advise import advise as advise_side
        from experiments.questions.advise.text import plain_advice, render_advice

        loaded = load_config(config, sets or ())
        folder = out or Path("out") / f"{loaded.name}_advise_{side}"
        with kept_in(folder):
            advice = advise_side(
                loaded, side, tuple(levers or ()), tuple(reactions or ()), worlds, floor, seed, folder,
                resume=resume, overwrite=overwrite, say=tell,
            )  # fmt: skip
        if as_json:
            print_json(console(), plain_advice(advice))
        else:
            render_advice(advice, folder, console())
