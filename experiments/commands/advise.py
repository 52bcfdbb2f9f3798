"""The command ``advise``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.options import Side
from experiments.commands.question import Common, conduct, question


@question("advise", "side")
def advise(
    common: Common,
    side: Annotated[
        Side, typer.Option("--side", help="Side that is advised: the US, or the country that bargains with it.")
    ],
    levers: Annotated[
        list[str] | None,
        typer.Option(
            "--lever",
            metavar="PATH=VALUE,VALUE",
            help="Entry of the config that the side can set, and the values to try; may be repeated. "
            "(Default: its tactic with knobs, its red lines, and the partner's budget and fund.)",
        ),
    ] = None,
    reactions: Annotated[
        list[str] | None,
        typer.Option(
            "--reaction",
            metavar="NAME[,KNOB=VALUE]",
            help="Tactic that the other side may answer with; may be repeated. (Default: every one that compiles.)",
        ),
    ] = None,
    worlds: Annotated[
        int,
        typer.Option(
            metavar="N", help="Number of worlds (draws of the uncertain numbers) in which every value is tried."
        ),
    ] = 400,
    floor: Annotated[
        float,
        typer.Option(
            metavar="X",
            help="Gain over walking away, US$ bn a year, from which a world counts as satisfactory; "
            "0 seldom tells values apart.",
        ),
    ] = 0.0,
) -> None:
    """Say which lever moves a side most when the other side reacts, at what cost, and which choice is robust.

    Example: winset advise tiny --side us_treasury --worlds 100
    """
    from experiments.questions.advise.advise import advise as play

    conduct(
        lambda loaded, how: play(loaded, side, levers or (), reactions or (), worlds, floor, **how),
        common,
    )
