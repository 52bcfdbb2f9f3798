"""The command ``factorial``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.question import Common, conduct, question


@question()
def factorial(
    common: Common,
    runs: Annotated[
        int | None, typer.Option(metavar="N", help="Negotiations in each combination. (Default: from the config.)")
    ] = None,
    switches: Annotated[
        list[str] | None,
        typer.Option(
            "--switch",
            metavar="NAME=PATH=VALUE",
            help="A change that turns a rule off; may be repeated, also for one name. "
            "(Default: red line on cars, audience costs, ratification, threat.)",
        ),
    ] = None,
) -> None:
    """Run every combination of rules on and off on the same draws: which of them stand in the way of a deal.

    Example: winset factorial tiny --switch threat=walk_away.threat_car_tariff=0.35 --runs 100
    """
    from experiments.questions.factorial.factorial import factorial as play
    from experiments.questions.factorial.switches import parse_switches

    named = parse_switches(switches) if switches else None
    conduct(lambda loaded, how: play(loaded, named, runs, **how), common)
