"""What a tournament was asked for and what it found, as texts and pictures take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from experiments.questions.tournament.failures import left_out
from experiments.report.origin import Origin

if TYPE_CHECKING:
    import pandas as pd

    from experiments.questions.tournament.failures import Failure


@dataclass(frozen=True, eq=False, repr=False)
class Standings(Origin):
    """Tables of a finished tournament; docs/tournament.md has their columns.

    Attributes
    ----------
    settings : mapping
        Everything else that was asked for, as :meth:`experiments.questions.tournament.terms.Terms.settings` has it.
    cells : pandas.DataFrame
        One row a pair: what the US plays, what the partner plays, and what came of it.
    players : pandas.DataFrame
        One row a seat and player, best first, with ranks and their intervals.
    equilibria : dict
        Equilibria, what elimination leaves, and basins of the replicator dynamics.
    failures : tuple of Failure
        Pairs that were not played to the end, with the reason; those at fault are left out of the ranks.
    """

    settings: Mapping[str, Any]
    cells: pd.DataFrame
    players: pd.DataFrame
    equilibria: dict[str, Any]
    failures: tuple[Failure, ...]

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Players, in the order of the tables."""
        return tuple(dict.fromkeys(map(str, self.cells["us"])))

    @property
    def world_count(self) -> int:
        """Worlds that every pair was to play."""
        return int(self.settings["worlds"])

    @property
    def left_out(self) -> tuple[str, ...]:
        """Players that are left out of the ranks for failed pairs."""
        return tuple(left_out(self.failures))

    @property
    def has_deals(self) -> bool:
        """Whether any two ranked players reach a deal in any world."""
        return bool(self.players["deal_share"].any())

    def cell(self, us: str, partner: str) -> pd.Series:
        """Row of the pair of two players."""
        return self.cells.iloc[self.labels.index(us) * len(self.labels) + self.labels.index(partner)]


def seat_rows(players: pd.DataFrame, seat: str) -> pd.DataFrame:
    """Rows of one seat in the table of players, best first."""
    return players[players["seat"] == seat].reset_index(drop=True)


def self_play(cells: pd.DataFrame) -> pd.DataFrame:
    """Rows of the pairs in which a tactic meets itself."""
    return cells[cells["us"] == cells["partner"]].reset_index(drop=True)
