"""Every combination of rules: the share of agreements in each cell, and the effects of the rules on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from experiments.report.origin import Origin

if TYPE_CHECKING:
    import pandas as pd


#: Columns of the cells beside those of the switches and of the ends.
SHARE_COLUMNS: Final = ("agreements", "share", "low", "high")
EFFECT_COLUMNS: Final = ("term", "order", "effect", "low", "high")

#: What the columns of outcomes and reasons begin with.
OUTCOME: Final = "outcome."
REASON: Final = "reason."

#: What stands between the rules of a term.
JOINT: Final = " x "


@dataclass(frozen=True, eq=False, repr=False)
class Combinations(Origin):
    """Outcomes of every combination of switches.

    Attributes
    ----------
    cells : pandas.DataFrame
        One row for each combination, all switches on first: for each switch whether its rule is on, then
        ``agreements, share, low, high`` (share of agreements with its Wilson interval), and the share of each outcome
        (``outcome.<outcome>``) and of each reason (``reason.<outcome>.<reason>``).
    effects : pandas.DataFrame
        Main effects and interactions on the share of agreements, ``term, order, effect, low, high``. A main effect is
        the share with the rule on less the share with it off, mean over the settings of the others; an interaction
        is half the difference that one rule makes to the effect of the other, and so on. Names in a term are joined by
        `` x ``; the interval is that of :func:`experiments.statistics.intervals.mean_change_interval`.
    """

    cells: pd.DataFrame
    effects: pd.DataFrame

    @property
    def off(self) -> dict[str, tuple[str, ...]]:
        """For each switch by name, the changes that turn its rule off."""
        return changes_of(self.manifest.settings["switches"])

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


def changes_of(switches: Sequence[Sequence[Any]]) -> dict[str, tuple[str, ...]]:
    """Changes of each switch by name, from what the manifest says in the order of the switches."""
    return {str(name): tuple(map(str, changes)) for name, changes in switches}
