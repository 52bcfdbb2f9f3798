"""Trials of guests: which of NegMAS's own negotiators play a config to the end, from either seat, and how it ends."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, final

from experiments.errors import RunError
from experiments.labels import partner_name
from experiments.seats.guest import GuestGovernment
from experiments.seats.names import PREFIX, guest_from, seatable
from experiments.seats.playing import Decider, play_run
from sim.issues import SIDES

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.config.model import Config

#: Runs that each guest plays from each seat unless told otherwise.
RUNS: Final = 1


@final
@dataclass(frozen=True, slots=True)
class GuestTrial:
    """How one guest fared from both seats.

    Attributes
    ----------
    guest : str
        Name.
    us, partner : tuple of str
        How its runs ended when it sat for that side: named outcomes.
    replaced, refused : int
        Packages that it named and could not table, and acceptances that came to nothing.
    seconds : float
        Time of all its runs.
    failed : str or None
        Why it did not play to the end; None if it did.
    """

    guest: str
    us: tuple[str, ...]
    partner: tuple[str, ...]
    replaced: int
    refused: int
    seconds: float
    failed: str | None


def guest_trials(
    config: Config, seed: int, runs: int = RUNS, names: Sequence[str] | None = None
) -> Iterator[GuestTrial]:
    """Let guests play `runs` runs from each seat against the tactics of the config, and yield how each fared.

    Parameters
    ----------
    config : Config
        The scenario; its grid must be small enough to be sorted.
    seed, runs : int
        Seed and number of runs.
    names : sequence of str, optional
        Guests; by default every negotiator of NegMAS that makes and answers offers and needs no Java.
    """
    for name in seatable() if names is None else names:
        yield _trial(config, seed, runs, name if name.startswith(PREFIX) else PREFIX + name)


def _trial(config: Config, seed: int, runs: int, name: str) -> GuestTrial:
    outcomes: tuple[list[str], list[str]] = ([], [])
    replaced = refused = 0
    failed = None
    start = time.perf_counter()
    try:
        guest = guest_from(name)
        for side in range(len(SIDES)):
            deciders = (Decider(guest=guest), Decider()) if side == 0 else (Decider(), Decider(guest=guest))
            for run in range(runs):
                model = play_run(config, seed, run, deciders)
                outcomes[side].append(str(model.outcome))
                government = model.governments[side]
                if isinstance(government, GuestGovernment):
                    replaced += government.replaced
                    refused += government.refused
    except RunError as error:
        failed = str(error)
    seconds = time.perf_counter() - start
    return GuestTrial(name, tuple(outcomes[0]), tuple(outcomes[1]), replaced, refused, seconds, failed)


def as_data(trials: Sequence[GuestTrial]) -> dict[str, Any]:
    """Trials as plain data."""
    return {
        "guests": len(trials),
        "played": sum(trial.failed is None for trial in trials),
        "trials": [asdict(trial) for trial in trials],
    }


def print_trials(trials: Sequence[GuestTrial], console: Console) -> None:
    """Print how each guest fared, and how many played to the end."""
    from experiments.terminal.table import TerminalTable

    table = TerminalTable()
    table.add_column("guest", "words", is_key=True)
    for heading in ("ends as the US", f"ends as {partner_name()}"):
        table.add_column(heading, "words")
    for heading in ("replaced", "refused", "s"):
        table.add_column(heading)
    for trial in trials:
        if trial.failed is None:
            ends = (_counted(trial.us), _counted(trial.partner))
            table.add_row(trial.guest, *ends, str(trial.replaced), str(trial.refused), f"{trial.seconds:.1f}")
        else:
            table.add_row(trial.guest, "did not play", "", "", "", f"{trial.seconds:.1f}")
    console.print(table)
    done = [trial for trial in trials if trial.failed is None]
    console.print(f"{len(done)} of {len(trials)} guests played to the end from both seats.", highlight=False)
    for trial in trials:
        if trial.failed is not None:
            console.print(f"  {trial.failed}", highlight=False, markup=False, soft_wrap=True)


def _counted(ends: Sequence[str]) -> str:
    if len(ends) == 1:
        return ends[0]
    return ", ".join(f"{ends.count(end)} {end}" for end in sorted(set(ends)))
