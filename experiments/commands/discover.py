"""The command ``discover``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.options import RangesOption, VaryOption
from experiments.commands.question import Common, conduct, question


@question()
def discover(
    common: Common,
    target: Annotated[
        str,
        typer.Option(
            metavar="WHAT",
            help="What talks do that is looked for: no_deal, deal, an outcome such as stall, reason.NAME such as "
            "reason.no_zone, low_gain.SIDE (lowest quarter of gains) such as low_gain.partner, or poor_deal.SIDE "
            "(the same among the deals alone).",
        ),
    ] = "no_deal",
    runs: Annotated[int, typer.Option(metavar="N", help="Number of negotiations in which boxes are sought.")] = 5000,
    boxes: Annotated[int, typer.Option(metavar="N", help="Most boxes that are sought.")] = 3,
    density: Annotated[
        float | None,
        typer.Option(
            metavar="D",
            help="Share of the talks inside a box that must end so, above 0 and at most 1. (Default: half-way from the "
            "share of all talks to 1.)",
        ),
    ] = None,
    vary: VaryOption = None,
    ranges: RangesOption = False,
) -> None:
    """Find the boxes of uncertain inputs in which talks fail, or end in another way (PRIM).

    Example: winset discover cars_on_the_table --runs 500
    """
    from experiments.questions.discover.discover import discover as play

    conduct(
        lambda loaded, how: play(
            loaded, target, runs, boxes=boxes, density=density, vary=vary or (), ranges=ranges, **how
        ),
        common,
    )
