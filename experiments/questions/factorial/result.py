"""What came out of a factorial: the share of agreements in every cell, and the effects of the rules on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

from experiments.labels import counted, percent
from experiments.report.result import Result, records

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config
    from experiments.report.blocks import Block
    from experiments.store.manifest import Manifest
    from experiments.store.reading import Finished

CELLS: Final = "cells.csv"
EFFECTS: Final = "effects.csv"

#: Columns of the cells beside those of the switches and of the ends.
SHARE_COLUMNS: Final = ("agreements", "share", "low", "high")
EFFECT_COLUMNS: Final = ("term", "order", "effect", "low", "high")

#: What the columns of outcomes and reasons begin with.
OUTCOME: Final = "outcome."
REASON: Final = "reason."

#: What stands between the rules of a term.
JOINT: Final = " x "


@final
@dataclass(frozen=True, eq=False, repr=False)
class FactorialResult(Result):
    """Outcomes of every combination of switches.

    Attributes
    ----------
    config : Config
        What was negotiated, with every rule on.
    folder : str or None
        Directory of the answer, where one was named.
    manifest : Manifest
        What was asked for, and with what code.
    cells : pandas.DataFrame
        One row for each combination, all switches on first: for each switch whether its rule is on, then
        ``agreements, share, low, high`` (share of agreements with its Wilson interval), and the share of each outcome
        (``outcome.<outcome>``) and of each reason (``reason.<outcome>.<reason>``).
    effects : pandas.DataFrame
        Main effects and interactions on the share of agreements, ``term, order, effect, low, high``. A main effect is
        the share with the rule on less the share with it off, mean over the settings of the others; an interaction
        is half the difference that one rule makes to the effect of the other, and so on. Names in a term are joined by
        `` x ``; the interval is that of :func:`experiments.lab.paired.mean_change_interval`.
    """

    config: Config
    folder: str | None
    manifest: Manifest
    cells: pd.DataFrame
    effects: pd.DataFrame

    @property
    def off(self) -> dict[str, tuple[str, ...]]:
        """For each switch by name, the changes that turn its rule off."""
        return _off(self.manifest.settings["switches"])

    @property
    def switches(self) -> tuple[str, ...]:
        """Names of the switches."""
        return tuple(self.off)

    @property
    def runs(self) -> int:
        """Runs in each cell, the same draws in all."""
        return int(self.manifest.settings["runs"])

    @property
    def level(self) -> float:
        """Level of every interval, for example 0.95."""
        return float(self.manifest.settings["level"])

    def cell(self, on: Sequence[str]) -> pd.Series:
        """Row of the cell in which exactly the rules `on` hold."""
        wanted = [name in on for name in self.switches]
        chosen = (self.cells[list(self.switches)] == wanted).all(axis=1)
        row: pd.Series = self.cells[chosen].iloc[0]
        return row

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
        from experiments.questions.factorial.text import blocks

        return tuple(blocks(self))

    def plain(self) -> dict[str, Any]:
        """Switches and both tables as plain data."""
        return {
            "config": self.config.name,
            "runs": self.runs,
            "seed": self.manifest.seed,
            "level": self.level,
            "switches": {name: [*changes] for name, changes in self.off.items()},
            **records(self.tables),
        }


def _off(switches: Sequence[Sequence[Any]]) -> dict[str, tuple[str, ...]]:
    return {str(name): tuple(map(str, changes)) for name, changes in switches}


def read(found: Finished) -> FactorialResult:
    """Read the answer of a finished factorial."""
    switches = _off(found.setting("switches"))
    cells = found.table(CELLS, (*switches, *SHARE_COLUMNS))
    if len(cells) != 2 ** len(switches):
        raise found.damaged(CELLS, f"it has {counted(len(cells), 'row')}, which are not those of its switches")
    effects = found.table(EFFECTS, EFFECT_COLUMNS, texts=("term",))
    return FactorialResult(found.config, found.folder, found.manifest, cells, effects)
