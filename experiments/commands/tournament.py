"""The command ``tournament``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import (
    ConfigArgument,
    LevelsOption,
    SeedOption,
    SetOption,
    TacticsOption,
    all_sets,
    console,
    errors_told,
    kept_in,
)

#: Exit code of a tournament in which no pair was played to the end.
NOTHING_WHOLE = 3

#: What to ask for after a tournament that a failed pair has ended.
_GOING_ON = (
    "the same command with --resume goes on with them, also with longer limits of time, or with --on-error keep, which "
    "marks the failed pair. A tactic that was changed needs --overwrite."
)

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.questions.tournament.players import Player


def tournament(
    config: ConfigArgument,
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
    worlds: Annotated[int, typer.Option(metavar="N", help="Draws of the config that every pair plays.")] = 1_000,
    seed: SeedOption = None,
    sets: SetOption = None,
    levels: LevelsOption = None,
    tactics: TacticsOption = None,
    utility: Annotated[
        str, typer.Option(help="What tactics are ranked by and equilibria are in: payoff, or gain over walking away.")
    ] = "payoff",
    alpha: Annotated[float, typer.Option(metavar="A", help="Share of worst worlds in the value at risk.")] = 0.10,
    level: Annotated[float, typer.Option(metavar="L", help="Level of the intervals.")] = 0.95,
    draws: Annotated[int, typer.Option(metavar="N", help="Bootstrap samples of the worlds.")] = 1_000,
    starts: Annotated[int, typer.Option(metavar="N", help="Starting points of the replicator dynamics.")] = 500,
    solutions: Annotated[
        bool, typer.Option("--solutions/--no-solutions", help="Compute the distance of each deal to Nash's solution.")
    ] = True,
    workers: Annotated[
        int | None, typer.Option(metavar="W", help="Number of threads. (Default: one a processor.)")
    ] = None,
    on_error: Annotated[
        str, typer.Option(metavar="keep|stop", help="Mark a pair that fails and go on, or end the tournament.")
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
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Directory for the results. (Default: out/<name of the config>-tournament.)"),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the tournament in DIR, or start it.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the tournament in DIR.")] = False,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw the pictures.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """Let every tactic meet every tactic in both seats on the same draws: ranks, equilibria and what spreads."""
    with errors_told(tactics):
        from experiments.config.load import load_config
        from experiments.progress import progress_for
        from experiments.questions.tournament.failures import FailedPairError, Limits, on_error_of
        from experiments.questions.tournament.job import default_folder, tournament_to_folder
        from experiments.questions.tournament.players import every_tactic, players_from
        from experiments.questions.tournament.show import show
        from experiments.questions.tournament.terms import Terms, utility_of

        loaded = load_config(config, all_sets(sets, levels))
        chosen = loaded.experiment.seed if seed is None else seed
        terms = Terms(
            config=loaded,
            players=(*(players_from(players) if players else every_tactic()), *_guests(guests, loaded, chosen)),
            worlds=worlds,
            seed=chosen,
            utility=utility_of(utility),
            alpha=alpha,
            level=level,
            draws=draws,
            starts=starts,
            solutions=solutions,
        )
        limits = Limits(on_error_of(on_error), pair_timeout, call_timeout)
        folder = out or default_folder(loaded)
        with kept_in(folder):
            try:
                held = tournament_to_folder(
                    terms,
                    folder,
                    workers=workers,
                    progress=progress_for(console(errors=True)),
                    limits=limits,
                    resume=resume,
                    overwrite=overwrite,
                )
            except FailedPairError as error:
                raise error.kept_in(folder, _GOING_ON) from error
            show(held, folder, console(), figures=figures, as_json=as_json)
        if len(held.failures) == len(terms.pairs):
            raise typer.Exit(NOTHING_WHOLE)


def _guests(texts: list[str] | None, config: Config, seed: int) -> tuple[Player, ...]:
    if not texts:
        return ()
    from experiments.questions.tournament.guests import guest_players

    return guest_players(texts, config, seed)
