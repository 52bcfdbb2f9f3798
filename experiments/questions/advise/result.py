"""The answer of an advice, and how it is read from its directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, final

from pydantic import FiniteFloat

from experiments.questions.advise.robust import CRITERIA
from experiments.questions.advise.tables import (
    REGRET_COLUMNS,
    REGRET_TABLE,
    SETTINGS_TABLE,
    Advice,
    setting_columns,
)
from experiments.report.result import Result, records
from experiments.store.surroundings import Record
from experiments.store.typed import Count, Number
from sim.issues import SIDES, SideName

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.report.blocks import Block
    from experiments.store.reading import Finished


class AdviseSettings(Record):
    """What is asked beside config and seed."""

    side: SideName
    levers: tuple[str, ...]
    reactions: tuple[str, ...]
    worlds: Number
    floor: FiniteFloat


class AdviseResults(Record):
    """Negotiations that were played."""

    negotiations: Count


@final
class AdviseResult(Advice, Result):
    """The answer of an advice."""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables ``settings``, ``levers`` and ``regret``."""
        return {"settings": self.settings, "levers": self.levers(), "regret": self.regret}

    def headline(self) -> str:
        """Say which setting gains most."""
        from experiments.questions.advise.text import headline

        return headline(self)

    def blocks(self) -> Sequence[Block]:
        """Which lever moves the outcome most and at what cost, the settings, and what is recommended."""
        from experiments.questions.advise.text import blocks

        return tuple(blocks(self))

    def plain(self) -> dict[str, Any]:
        """Every number as plain data."""
        best = {name: self.recommended(name) for name in CRITERIA}
        return {
            "config": self.config.name,
            "seed": self.seed,
            "side": self.side,
            "floor": self.floor,
            "worlds": self.worlds,
            "negotiations": self.negotiations,
            **records(self.tables),
            "recommended": {
                name: {"settings": titles, "share_of_resamples": share} for name, (titles, share) in best.items()
            },
        }

    def drawings(self) -> Mapping[str, Callable[[], Figure]]:
        """Map of regrets."""
        from experiments.questions.advise.figures import regret_heat_map

        return {"regret_heat_map": lambda: regret_heat_map(self.regret, self.side, self.config.name, self.meanings)}


def read(found: Finished) -> AdviseResult:
    """Read a finished advice."""
    found.need_own_tactics()
    settings = found.settings(AdviseSettings)
    return AdviseResult(
        found.config,
        found.manifest,
        found.folder,
        side=settings.side,
        floor=settings.floor,
        worlds=settings.worlds,
        played=found.results(AdviseResults).negotiations,
        settings=found.table(SETTINGS_TABLE, setting_columns(SIDES.index(settings.side))),
        regret=found.table(REGRET_TABLE, REGRET_COLUMNS),
    )
