"""The command ``advise``."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from experiments.commands.options import ConfigArgument, errors_as_messages
from experiments.commands.question import Common, conduct, question


@question("advise-<side>")
def advise(
    config: ConfigArgument,
    common: Common,
    side: Annotated[Literal["us_treasury", "partner"], typer.Option("--side", help="Seat that is looked at.")],
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
    with errors_as_messages(common.tactics):
        from experiments.questions.advise.advise import advise as play
        from experiments.store.directory import default_folder

        loaded = common.load(config)
        conduct(
            lambda how: play(loaded, side, levers or (), reactions or (), worlds, floor, **how),
            common,
            default_folder(loaded, "advise", side),
        )
