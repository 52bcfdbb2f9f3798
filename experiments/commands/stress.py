"""The command ``stress``."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from experiments.commands.options import SideOption
from experiments.commands.question import Common, conduct, question


@question("stress", "side")
def stress(
    common: Common,
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
) -> None:
    """Search for what hurts a tactic most, confirm it on fresh draws, and write each failure as a config to replay.

    Example: winset stress tiny --side partner --budget 20000
    """
    from experiments.questions.stress.stress import stress as play

    conduct(
        lambda _, how: play(
            common.config,
            side,
            tactic,
            against,
            aims or (),
            thresholds or (),
            budget,
            draws,
            fresh,
            cases,
            with_map=with_map,
            sets=common.changes,
            **how,
        ),
        common,
    )
