"""The command ``stress``."""

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


def stress(
    config: ConfigArgument,
    side: SideOption,
    tactic: Annotated[
        str | None,
        typer.Option(metavar="NAME[,KNOB=VALUE]", help="Tactic under test. (Default: the one of the config.)"),
    ] = None,
    against: Annotated[
        Literal["opponent", "world", "both"],
        typer.Option(help="Search the opponent's tactics, the uncertain numbers of the world, or both."),
    ] = "both",
    aims: Annotated[
        list[str] | None,
        typer.Option(
            "--aim",
            metavar="AIM",
            help="gain, regret, missed or exploited; may be repeated. (Default: regret, missed and exploited.)",
        ),
    ] = None,
    thresholds: Annotated[
        list[str] | None,
        typer.Option("--threshold", metavar="AIM=VALUE", help="Score from which a point counts as a failure."),
    ] = None,
    budget: Annotated[int, typer.Option(metavar="N", help="Negotiations of the search.")] = 400_000,
    draws: Annotated[int, typer.Option(metavar="N", help="Draws of chance that every point meets.")] = 8,
    fresh: Annotated[int, typer.Option(metavar="N", help="Fresh draws that a failure must survive.")] = 64,
    cases: Annotated[int, typer.Option(metavar="N", help="Failures of each aim to write as configs.")] = 3,
    with_map: Annotated[bool, typer.Option("--map/--no-map", help="Look for distinct ways to fail.")] = True,
    seed: SeedOption = None,
    sets: SetOption = None,
    tactics: TacticsOption = None,
    out: OutOption = None,
    resume: ResumeOption = False,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Search for what hurts a tactic most, confirm it on fresh draws, and write each failure as a config to replay."""
    with errors_told(tactics):
        from experiments.config.load import load_config
        from experiments.lab.measures import aims_of
        from experiments.questions.stress.result import StressOptions
        from experiments.questions.stress.stress import stress as stress_tactic
        from experiments.questions.stress.tables import plain_result
        from experiments.questions.stress.text import render

        loaded = load_config(config, sets or ())
        folder = out or Path("out") / f"{loaded.name}_stress_{side}"
        options = StressOptions(
            side=side,
            tactic=tactic,
            against=against,
            aims=aims_of(aims or ()),
            thresholds=tuple(thresholds or ()),
            budget=budget,
            seed=seed,
            draws=draws,
            fresh=fresh,
            cases=cases,
            with_map=with_map,
        )
        original = None if sets else config
        with kept_in(folder):
            result = stress_tactic(
                loaded, options, folder, original=original, resume=resume, overwrite=overwrite, say=tell
            )
        if as_json:
            print_json(console(), plain_result(result))
        else:
            render(result, folder, console())
