"""Commands that measure: ``factorial``, ``grid`` and ``bench``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import (
    ConfigArgument,
    EngineOption,
    LevelsOption,
    SeedOption,
    SetOption,
    TacticsOption,
    all_sets,
    console,
    errors_told,
    tell,
)
from experiments.config.shipped import BENCH_CONFIG, CONFIGS
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


def grid(
    config: ConfigArgument,
    runs: Annotated[int, typer.Option(metavar="N", help="Number of negotiations on each grid.")] = 500,
    seed: SeedOption = None,
    sets: SetOption = None,
    levels: LevelsOption = None,
    tactics: TacticsOption = None,
    engine: EngineOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """Play the same negotiations with every step of the grid halved: how much the grid decides."""
    with errors_told(tactics):
        from experiments.questions.grid.text import grid_command

        grid_command(
            config,
            runs,
            seed,
            all_sets(sets, levels),
            engine=engine,
            as_json=as_json,
            console=console(),
            errors=console(errors=True),
        )


def bench(
    config: Annotated[
        Path, typer.Option(metavar="FILE", help="What is negotiated.", show_default=BENCH_CONFIG)
    ] = CONFIGS / BENCH_CONFIG,
    sets: SetOption = None,
    json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write every figure as JSON.", show_default=False)
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the table as Markdown.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Measure next to nothing, to see that it works.")] = False,
    cold: Annotated[bool, typer.Option("--cold/--no-cold", help="Time starts with nothing compiled.")] = True,
    memory: Annotated[bool, typer.Option("--memory/--no-memory", help="Measure peak memory.")] = True,
    negmas: Annotated[bool, typer.Option("--negmas/--no-negmas", help="Play the same job in NegMAS.")] = True,
) -> None:
    """Measure how fast the engines are, how they start and what memory they take; takes some minutes."""
    with errors_told():
        from experiments.bench.bench import bench_command

        bench_command(
            config,
            sets or (),
            json,
            quick=quick,
            cold=cold,
            memory=memory,
            negmas=negmas,
            as_markdown=markdown,
            console=console(),
            say=tell,
        )
