"""The command ``advise``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.options import SideOption
from experiments.commands.question import Common, conduct, question


@question("advise", "side")
def advise(
    common: Common,
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
) -> None:
    """Say which lever moves a side most when the other side reacts, at what cost, and which choice is robust.

    Example: winset advise tiny --side us_treasury --worlds 100
    """
    from experiments.questions.advise.advise import advise as play

    conduct(
        lambda loaded, how: play(loaded, side, levers or (), reactions or (), worlds, floor, **how),
        common,
    )
