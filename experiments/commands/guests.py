"""Commands for other negotiation software: ``guests`` and ``scenario``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from experiments.commands.options import (
    CONFIG_HELP,
    ConfigArgument,
    JsonOption,
    LevelsOption,
    SeedOption,
    SetOption,
    TacticsOption,
    all_sets,
    console,
    errors_as_messages,
)
from experiments.config.changes import Changes
from experiments.config.run_settings import seed_of
from experiments.errors import MAX_RUNS, RunError, check_number
from experiments.terminal.letters import print_json

RunOption = Annotated[int, typer.Option(metavar="N", help="Which negotiation of this seed, counted from 0.")]


def guests(
    config: Annotated[
        Path | None, typer.Argument(metavar="[CONFIG]", help=f"{CONFIG_HELP} Without one, negotiators are listed.")
    ] = None,
    us: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who decides for the US: negmas:Name, or a tactic.")
    ] = None,
    partner: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who decides for the partner: negmas:Name, or a tactic.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Let every negotiator of NegMAS play from both seats, and count.")
    ] = False,
    runs: Annotated[int, typer.Option(metavar="N", help="With --all: negotiations from each seat.")] = 1,
    run: RunOption = 0,
    seed: SeedOption = None,
    sets: SetOption = None,
    levels: LevelsOption = None,
    tactics: TacticsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Seat negotiators of NegMAS at our table: list them, play a run with one, or try all of them (extra negmas).

    Example: winset guests tiny --us negmas:AspirationNegotiator
    """
    with errors_as_messages(tactics):
        if config is None:
            _list(as_json=as_json)
            return
        changes = all_sets(sets, levels)
        if every:
            _try_all(config, changes, seed, runs, as_json=as_json)
            return
        if us is None and partner is None:
            raise RunError("name a guest with --us or --partner, or ask for --all; `winset guests` alone lists them.")
        from experiments.config.load import load_config
        from experiments.seats.playing import play

        play(load_config(config, changes), run, us, partner, seed=seed).print_to(console())


def _list(*, as_json: bool) -> None:
    from experiments.seats.names import PREFIX, seatable

    names = [PREFIX + name for name in seatable()]
    if as_json:
        print_json(console(), names)
        return
    for name in names:
        console().out(name, highlight=False)
    console().out(f"{len(names)} negotiators of NegMAS can be seated; none of them needs Java.", highlight=False)


def _try_all(config: Path, sets: Changes, seed: int | None, runs: int, *, as_json: bool) -> None:
    from experiments.config.load import load_config
    from experiments.seats.trials import as_data, guest_trials, print_trials

    loaded = load_config(config, sets)
    chosen = seed_of(loaded, seed)
    check_number("--runs", runs, 1, MAX_RUNS)
    trials = list(guest_trials(loaded, chosen, runs))
    if as_json:
        print_json(console(), as_data(trials))
    else:
        print_trials(trials, console())


def scenario(
    config: ConfigArgument,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Directory for the files.", show_default=False)],
    run: RunOption = 0,
    at_round: Annotated[
        int,
        typer.Option(
            "--round", metavar="R", help="Round whose payoffs are taken, counted from 1, after the events before it."
        ),
    ] = 1,
    form: Annotated[
        Literal["yml", "xml"], typer.Option("--format", help="yml for NegMAS, xml for Genius (and NegMAS).")
    ] = "yml",
    whole: Annotated[
        bool, typer.Option("--whole-grid/--red-lines", help="Keep packages that a red line forbids, or leave them out.")
    ] = False,
    seed: SeedOption = None,
    sets: SetOption = None,
    levels: LevelsOption = None,
    tactics: TacticsOption = None,
) -> None:
    """Write one run as a scenario of NegMAS: issues on a grid, and our payoffs as utility functions (extra negmas).

    Example: winset scenario tiny --out out/scenario
    """
    with errors_as_messages(tactics):
        from experiments.config.load import load_config
        from experiments.seats.scenario import table_of, write_scenario

        loaded = load_config(config, all_sets(sets, levels))
        chosen = seed_of(loaded, seed)
        check_number("--run", run, 0, MAX_RUNS - 1)
        check_number("--round", at_round, 1, MAX_RUNS)
        table = table_of(loaded, chosen, run, at_round=at_round, whole=whole)
        for path in write_scenario(loaded, table, out, form):
            console().out(str(path), highlight=False)
