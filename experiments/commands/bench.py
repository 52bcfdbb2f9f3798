"""The command ``bench``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import (
    SetOption,
    console,
    errors_as_messages,
    say,
)
from experiments.config.shipped import BENCH_CONFIG, CONFIGS


def bench(
    config: Annotated[
        Path, typer.Option(metavar="FILE", help="Config whose talks are timed.", show_default=BENCH_CONFIG)
    ] = CONFIGS / BENCH_CONFIG,
    sets: SetOption = None,
    json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write every figure as JSON.", show_default=False)
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the table as Markdown.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Measure next to nothing, to see that it works.")] = False,
    cold: Annotated[bool, typer.Option("--cold/--no-cold", help="Time also starts with nothing compiled.")] = True,
    memory: Annotated[bool, typer.Option("--memory/--no-memory", help="Measure peak memory.")] = True,
    negmas: Annotated[bool, typer.Option("--negmas/--no-negmas", help="Play the same talks in NegMAS.")] = True,
) -> None:
    """Measure how fast the engines are, how they start and what memory they take; takes some minutes.

    Example: winset bench --quick
    """
    with errors_as_messages():
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
            say=say,
        )
