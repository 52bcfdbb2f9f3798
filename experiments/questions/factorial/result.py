"""The answer of a factorial, and how it is read back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, final

from pydantic import Field

from experiments.errors import check_level
from experiments.labels import counted, percent
from experiments.questions.factorial.combinations import EFFECT_COLUMNS, SHARE_COLUMNS, Combinations, changes_of
from experiments.questions.factorial.text import blocks
from experiments.report.result import Result, records
from experiments.store.surroundings import Record
from experiments.store.tables import table_file
from experiments.store.typed import Number, checked

if TYPE_CHECKING:
    import pandas as pd

    from experiments.report.blocks import Block
    from experiments.store.reading import Finished

CELLS: Final = table_file("cells")
EFFECTS: Final = table_file("effects")


class FactorialSettings(Record):
    """What is asked beside config and seed: runs in each cell, what turns each rule off, and the level of intervals."""

    runs: Number
    switches: Annotated[tuple[tuple[str, tuple[str, ...]], ...], Field(min_length=1)]
    level: Annotated[float, checked(check_level)]


@final
@dataclass(frozen=True, eq=False, repr=False)
class FactorialResult(Combinations, Result):
    """The answer of a factorial; its tables are those of :class:`Combinations`."""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables ``cells`` and ``effects``."""
        return {"cells": self.cells, "effects": self.effects}

    @property
    def negotiations(self) -> int:
        """Runs of all cells."""
        return self.runs * len(self.cells)

    def headline(self) -> str:
        """Say how often talks agree with every rule and with none."""
        everything, nothing = (percent(self.cell(on)["share"]) for on in (self.switches, ()))
        rules = counted(len(self.switches), "rule")
        return f"{rules} of {self.config.name}, {everything} agreements with all of them, {nothing} with none"

    def blocks(self) -> Sequence[Block]:
        """The answer, what each rule does alone, every cell, and the effects."""
        return tuple(blocks(self))

    def plain(self) -> dict[str, Any]:
        """Switches and both tables as plain data."""
        return {
            "config": self.config.name,
            "runs": self.runs,
            "seed": self.seed,
            "level": self.level,
            "switches": {name: [*changes] for name, changes in self.off.items()},
            **records(self.tables),
        }


def read(found: Finished) -> FactorialResult:
    """Read the answer of a finished factorial."""
    switches = changes_of(found.settings(FactorialSettings).switches)
    cells = found.table(CELLS, (*switches, *SHARE_COLUMNS))
    if len(cells) != 2 ** len(switches):
        raise found.damaged(CELLS, f"it has {counted(len(cells), 'row')}, which are not those of its switches")
    effects = found.table(EFFECTS, EFFECT_COLUMNS, texts=("term",))
    return FactorialResult(found.config, found.manifest, found.folder, cells, effects)
