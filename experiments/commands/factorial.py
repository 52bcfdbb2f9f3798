"""The command ``factorial``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.conduct import conduct
from experiments.commands.options import (
    ConfigArgument,
    JsonOption,
    OutOption,
    OverwriteOption,
    ResumeOption,
    SeedOption,
    SetOption,
    TacticsOption,
    errors_told,
)


def factorial(
    config: ConfigArgument,
    runs: Annotated[
        int | None, typer.Option(metavar="N", help="Negotiations in each cell. (Default: from the config.)")
    ] = None,
    seed: SeedOption = None,
    switches: Annotated[
        list[str] | None,
        typer.Option(
            "--switch",
            metavar="NAME=PATH=VALUE",
            help="A change that turns a rule off; may be repeated, also for one name. "
            "(Default: red line on cars, audience costs, ratification, threat.)",
        ),
    ] = None,
    sets: SetOption = None,
    tactics: TacticsOption = None,
    out: OutOption = None,
    resume: ResumeOption = False,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Run every combination of rules on and off on the same draws: which of them stand in the way of a deal.

    Example: winset factorial tiny --switch threat=walk_away.threat_car_tariff=0.35 --runs 100
    """
    with errors_told(tactics):
        from experiments.config.load import load_config
        from experiments.questions.factorial.factorial import factorial as play
        from experiments.questions.factorial.switches import parse_switches

        named = parse_switches(switches) if switches else None
        loaded = load_config(config, sets or ())
        conduct(
            lambda progress: play(
                loaded, named, runs, seed, out=out, resume=resume, overwrite=overwrite, progress=progress
            ),
            out,
            as_json=as_json,
        )
