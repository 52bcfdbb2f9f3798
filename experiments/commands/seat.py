"""The command that seats a person: ``winset play --seat``."""

from __future__ import annotations

import sys
from pathlib import Path

from experiments.commands.options import console, say
from experiments.config.changes import Changes
from experiments.errors import MAX_RUNS, RunError, check_number
from experiments.terminal.letters import print_json_text


def seat_command(config: Path, seat: str, *, seed: int | None, run: int, sets: Changes, as_json: bool) -> None:
    """Bargain at the prompt and tell how the talks ended; with `as_json` the story comes last, on standard output."""
    from experiments.config.explain import event_descriptions, further_units
    from experiments.config.load import load_config
    from experiments.progress import COMPILING
    from experiments.seats.dialogue import LeftTheTableError, bargain
    from experiments.seats.session import Session
    from experiments.story.ending import print_ending
    from experiments.story.played import PlayResult
    from experiments.story.text import Glossary
    from sim.compiled import is_cold

    loaded = load_config(config, sets)
    check_number("--run", run, 0, MAX_RUNS - 1)
    session = Session(loaded, seat, seed=seed, run=run)
    if is_cold():
        say(COMPILING)
    shown = console(errors=as_json)
    glossary = Glossary(further_units(loaded), event_descriptions(loaded))
    try:
        bargain(session, shown, _line, glossary)
    except LeftTheTableError as left:
        raise RunError(str(left)) from None
    story = session.story()
    shown.out()
    print_ending(story, shown, glossary.units, min(100, shown.width))
    if as_json:
        print_json_text(console(), PlayResult(loaded, story).json())


def _line() -> str:
    # A closed standard input is none at all.
    line = sys.stdin.readline() if sys.stdin is not None else ""
    if not line:
        raise EOFError
    return line
