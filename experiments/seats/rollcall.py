"""The roll of guests: which of NegMAS's own negotiators play a config to the end, from either seat, and how it ends."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, final

from experiments.errors import RunError
from experiments.labels import partner_name
from experiments.seats.guest import GuestGovernment
from experiments.seats.names import PREFIX, guest_from, seatable
from experiments.seats.playing import Chair, case_of, played
from sim.issues import SIDES

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.config.model import Config

#: Runs that each guest plays from each seat unless told otherwise.
RUNS: Final = 1


@final
@dataclass(frozen=True, slots=True)
class GuestEntry:
    """One guest on the roll.

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


def roll_call(config: Config, seed: int, runs: int = RUNS, names: Sequence[str] | None = None) -> Iterator[GuestEntry]:
    """Let guests play `runs` runs from each seat against the tactics of the config, and say how each fared.

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
        yield _entry(config, seed, runs, name if name.startswith(PREFIX) else PREFIX + name)


def _entry(config: Config, seed: int, runs: int, name: str) -> GuestEntry:
    outcomes: tuple[list[str], list[str]] = ([], [])
    replaced = refused = 0
    failed = None
    start = time.perf_counter()
    try:
        guest = guest_from(name)
        for side in range(len(SIDES)):
            chairs = (Chair(guest=guest), Chair()) if side == 0 else (Chair(), Chair(guest=guest))
            for run in range(runs):
                batch, case = case_of(config, seed, run, chairs)
                model = played(case, chairs, batch.tactics, seed)
                outcomes[side].append(str(model.outcome))
                government = model.governments[side]
                if isinstance(government, GuestGovernment):
                    replaced += government.replaced
                    refused += government.refused
    except RunError as error:
        failed = str(error)
    seconds = time.perf_counter() - start
    return GuestEntry(name, tuple(outcomes[0]), tuple(outcomes[1]), replaced, refused, seconds, failed)


def as_data(entries: Sequence[GuestEntry]) -> dict[str, Any]:
    """Roll as plain data."""
    return {
        "guests": len(entries),
        "played": sum(entry.failed is None for entry in entries),
        "roll": [asdict(entry) for entry in entries],
    }


def show_roll(entries: Sequence[GuestEntry], console: Console) -> None:
    """Print the roll and its count."""
    from experiments.terminal.table import TerminalTable

    table = TerminalTable()
    table.add_column("guest", "words", is_key=True)
    for heading in ("ends as the US", f"ends as {partner_name()}"):
        table.add_column(heading, "words")
    for heading in ("replaced", "refused", "s"):
        table.add_column(heading)
    for entry in entries:
        if entry.failed is None:
            ends = (_counted(entry.us), _counted(entry.partner))
            table.add_row(entry.guest, *ends, str(entry.replaced), str(entry.refused), f"{entry.seconds:.1f}")
        else:
            table.add_row(entry.guest, "did not play", "", "", "", f"{entry.seconds:.1f}")
    console.print(table)
    done = [entry for entry in entries if entry.failed is None]
    console.print(f"{len(done)} of {len(entries)} guests played to the end from both seats.", highlight=False)
    for entry in entries:
        if entry.failed is not None:
            console.print(f"  {entry.failed}", highlight=False, markup=False, soft_wrap=True)


def _counted(ends: Sequence[str]) -> str:
    if len(ends) == 1:
        return ends[0]
    return ", ".join(f"{ends.count(end)} {end}" for end in sorted(set(ends)))
