"""Commands about one negotiation or a finished directory: ``play`` and ``hash``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.options import (
    ConfigArgument,
    JsonOption,
    LevelsOption,
    SeedOption,
    SetOption,
    Side,
    TacticsOption,
    all_sets,
    console,
    errors_as_messages,
    say,
)
from experiments.terminal.letters import print_json_text


def play(
    config: ConfigArgument,
    seed: SeedOption = None,
    run: Annotated[int, typer.Option(metavar="N", help="Which negotiation of this seed, counted from 0.")] = 0,
    sets: SetOption = None,
    levels: LevelsOption = None,
    tactics: TacticsOption = None,
    seat: Annotated[Side | None, typer.Option(help="Take this side's seat and bargain yourself.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Tell one negotiation round by round, with the reason for each move, or sit down and bargain.

    Example: winset play july_2025 --run 3
    """
    with errors_as_messages(tactics):
        if seat is not None:
            from experiments.commands.seat import seat_command

            seat_command(config, seat, seed=seed, run=run, sets=all_sets(sets, levels), as_json=as_json)
            return
        from experiments.api import play as play_one
        from experiments.config.load import load_config

        played = play_one(load_config(config, all_sets(sets, levels)), seed=seed, run=run, say=say)
        if as_json:
            print_json_text(console(), played.json())
        else:
            played.print_to(console())


def hash_(
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="Finished directory, or its address.", show_default=False)
    ],
) -> None:
    """Print one digest of the results of a finished directory, and its kind: equal digests mean equal results.

    Example: winset hash out/july
    """
    with errors_as_messages():
        from experiments.questions.digest import digest_of

        kind, digest = digest_of(folder)
        say(f"{kind}:")
        console().out(digest, highlight=False)
