"""Entries of a config that say how it is run and are no part of the game: what fixes them, and who refuses them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from experiments.errors import SEEDS, RunError, check_number

if TYPE_CHECKING:
    from experiments.config.model import Config

#: Option of a command by the entry of the config that it stands for.
OPTION_OF: Final[Mapping[str, str]] = {
    "experiment.runs": "--runs",
    "experiment.seed": "--seed",
    "experiment.levels": "--levels",
    "experiment.trajectories": "--trajectories",
}

#: Entries that no result depends on.
_TEXTS: Final = ("name", "title", "story")
#: Entries that are the same at every value that a command compares.
_SAME_EVERYWHERE: Final = ("experiment", "experiment.runs", "experiment.seed", "experiment.trajectories")


def seed_of(config: Config, seed: int | None) -> int:
    """`seed`, or else that of the config.

    Raises
    ------
    RunError
        When it is no whole number within the limits of a seed.
    """
    chosen = config.experiment.seed if seed is None else seed
    check_number("--seed", chosen, *SEEDS)
    return chosen


def refuse_compared(option: str, path: str) -> None:
    """Refuse to compare values of an entry that changes no result, or that the command fixes for all of them.

    Raises
    ------
    RunError
        Naming `option`, the entry, and the option to use.
    """
    if path in _TEXTS:
        raise RunError(f"{option} {path}: it is a text, and no result depends on it.")
    if path in _SAME_EVERYWHERE:
        use = OPTION_OF.get(path, "--runs and --seed")
        instead = "" if path == "experiment.trajectories" else f"; set it for all of them with {use}"
        raise RunError(f"{option} {path}: the same worlds are played at every value{instead}.")


def refuse_fixed(sets: Sequence[str], given: Mapping[str, str | None]) -> None:
    """Refuse ``--set`` of an entry that the command takes from an option of its own.

    Parameters
    ----------
    sets : sequence of str
        Changes ``path=value``.
    given : mapping
        For each entry that this command fixes, the option to use, or None where it has no use for the entry.

    Raises
    ------
    RunError
        Naming the entry and the option.
    """
    for text in sets:
        path = text.partition("=")[0].strip()
        if path in given:
            use = given[path]
            advice = f"it is fixed by {use}; use that" if use else "this command has no use for it"
            raise RunError(f"--set {path}: {advice}.")
