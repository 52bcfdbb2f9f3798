"""The command ``factorial``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import (
    ConfigArgument,
    SeedOption,
    SetOption,
    TacticsOption,
    console,
    errors_told,
)
from experiments.errors import SEEDS, check_number


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
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Directory for the tables. (Default: only print them.)")
    ] = None,
) -> None:
    """Run every combination of rules on and off on the same draws: which of them stand in the way of a deal."""
    with errors_told(tactics):
        from experiments.questions.factorial.text import factorial_command

        if seed is not None:
            check_number("--seed", seed, *SEEDS)
        factorial_command(
            config, runs, seed, out, switches or (), sets or (), console=console(), errors=console(errors=True)
        )
