"""The command ``stress``."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from experiments.commands.options import Side
from experiments.commands.question import Common, conduct, question


@question("stress", "side")
def stress(
    common: Common,
    side: Annotated[
        Side, typer.Option(help="Side whose tactic is tested: the US, or the country that bargains with it.")
    ],
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
            help="What counts as harm: gain (a loss against walking away), regret (against the best reply), missed (no "
            "deal though one was possible) or exploited (the other side takes the surplus); may be repeated. "
            "(Default: regret, missed and exploited.)",
        ),
    ] = None,
    thresholds: Annotated[
        list[str] | None,
        typer.Option(
            "--threshold",
            metavar="AIM=VALUE",
            help="Score from which harm of this kind counts as a failure: US$ bn a year for gain and regret, a share "
            "from 0 to 1 for missed and exploited; may be repeated. "
            "(Default: gain=0.05, regret=0.5, missed=0.5, exploited=0.95.)",
        ),
    ] = None,
    budget: Annotated[int, typer.Option(metavar="N", help="Most negotiations that the search plays.")] = 400_000,
    draws: Annotated[int, typer.Option(metavar="N", help="Random draws on which every candidate is tried.")] = 8,
    fresh: Annotated[
        int, typer.Option(metavar="N", help="Further random draws on which a failure must show again.")
    ] = 64,
    cases: Annotated[
        int, typer.Option(metavar="N", help="Most failures of each kind of harm that are written as configs to replay.")
    ] = 3,
    with_map: Annotated[
        bool,
        typer.Option(
            "--map/--no-map", help="Look for distinct ways to fail, and not only for the worst one (extra stress)."
        ),
    ] = True,
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
