"""Grids of a config's issues: one number of levels for all of them, and every step halved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from experiments.config.agenda_checks import all_entries
from experiments.errors import RunError
from sim.issues import MAX_LEVELS

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.config.talks import AgendaEntry


def with_one_number_of_levels(config: Config) -> Config:
    """Config whose every issue has ``experiment.levels`` levels, where the config gives that number."""
    levels = config.experiment.levels
    return config if levels is None else _regridded(config, lambda _: levels)


def halved(config: Config) -> Config:
    """Config with every step of every grid halved: ``2n - 1`` levels for `n`, the old ones among them.

    Raises
    ------
    RunError
        When that would be more levels than a grid can have.
    """
    for path, _, entry in all_entries(config):
        if (needed := _twice(entry.levels)) > MAX_LEVELS:
            most = (MAX_LEVELS + 1) // 2
            raise RunError(
                f"{path}.levels = {entry.levels}: with every step halved it would have {needed} levels, and at most "
                f"{MAX_LEVELS} fit; give it at most {most}, or all issues with --levels {most}."
            )
    finer = _regridded(config, lambda entry: _twice(entry.levels))
    if config.experiment.levels is None:
        return finer
    plan = config.experiment.model_copy(update={"levels": _twice(config.experiment.levels)})
    return finer.model_copy(update={"experiment": plan})


def _twice(levels: int) -> int:
    return 2 * levels - 1


def _regridded(config: Config, levels_of: Callable[[AgendaEntry], int]) -> Config:
    """Config with other numbers of levels, also of the issues that events add; ranges stay."""

    def agenda(entries: dict[str, AgendaEntry]) -> dict[str, AgendaEntry]:
        return {name: entry.model_copy(update={"levels": levels_of(entry)}) for name, entry in entries.items()}

    events = tuple(event.model_copy(update={"add_issues": agenda(event.add_issues)}) for event in config.events)
    return config.model_copy(update={"agenda": agenda(config.agenda), "events": events})
