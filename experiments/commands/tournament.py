"""The command ``tournament``."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from experiments.commands.question import Common, conduct, question

#: Exit code of a tournament in which no pair was played to the end.
NOTHING_WHOLE = 3


@question("tournament")
def tournament(
    common: Common,
    players: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME,NAME{KNOB: X}...",
            help="Tactics that take part, with knobs in braces; may be repeated. (Default: every tactic.)",
        ),
    ] = None,
    guests: Annotated[
        list[str] | None,
        typer.Option(
            metavar="negmas:NAME,...",
            help="Negotiators of NegMAS that take part too, played by the Mesa engine; may be repeated.",
        ),
    ] = None,
    worlds: Annotated[
        int, typer.Option(metavar="N", help="Number of worlds (draws of the uncertain numbers) that every pair plays.")
    ] = 1_000,
    utility: Annotated[
        Literal["payoff", "gain"],
        typer.Option(help="What tactics are ranked by, in US$ bn a year: payoff, or gain over walking away."),
    ] = "payoff",
    alpha: Annotated[
        float,
        typer.Option(
            metavar="A", help="Share of worst worlds over which the value at risk is taken, above 0 and at most 1."
        ),
    ] = 0.10,
    level: Annotated[
        float, typer.Option(metavar="L", help="Level of the confidence intervals, between 0 and 1.")
    ] = 0.95,
    draws: Annotated[
        int, typer.Option(metavar="N", help="Bootstrap samples of the worlds, for the intervals.")
    ] = 1_000,
    starts: Annotated[int, typer.Option(metavar="N", help="Starting points of the replicator dynamics.")] = 500,
    solutions: Annotated[
        bool, typer.Option("--solutions/--no-solutions", help="Compute the distance of each deal to Nash's solution.")
    ] = True,
    workers: Annotated[
        int | None, typer.Option(metavar="W", help="Number of threads. (Default: one a processor.)")
    ] = None,
    on_error: Annotated[
        Literal["keep", "stop"], typer.Option(help="Mark a pair that fails and go on, or end the tournament.")
    ] = "keep",
    pair_timeout: Annotated[
        float | None,
        typer.Option(
            metavar="S",
            help="Seconds that a pair with a player from outside may take. (Default: 60, or one a world if more.)",
        ),
    ] = None,
    call_timeout: Annotated[
        float, typer.Option(metavar="S", help="Seconds that a player from outside may think about one move.")
    ] = 30.0,
) -> None:
    """Let every tactic meet every tactic in both seats on the same draws: ranks, equilibria and what spreads.

    Example: winset tournament tiny --players boulware,conceder,path_stepper --worlds 50
    """
    from experiments.questions.tournament.failures import FailedPairError
    from experiments.questions.tournament.tournament import tournament as play

    try:
        result = conduct(
            lambda loaded, how: play(
                loaded,
                players or None,
                guests=guests or (),
                worlds=worlds,
                utility=utility,
                alpha=alpha,
                level=level,
                draws=draws,
                starts=starts,
                solutions=solutions,
                on_error=on_error,
                pair_timeout=pair_timeout,
                call_timeout=call_timeout,
                workers=workers,
                **how,
            ),
            common,
        )
    except FailedPairError as error:
        raise error.of_command() from error
    if not result.negotiations:
        raise typer.Exit(NOTHING_WHOLE)
