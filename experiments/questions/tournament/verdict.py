"""Who does best in a seat and whether that is clear, read off the table of players; what texts and pictures say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from experiments.labels import listed, percent
from experiments.questions.tournament.ranks import FEWEST_WORLDS

if TYPE_CHECKING:
    import pandas as pd

#: Share of the distance between the best and the worst player below which a lead is too small to be called clear.
LEAST_LEAD: Final = 0.01


#: What is said of ranks and of equilibria where worlds are too few for an interval.
NO_INTERVAL: Final = f"with fewer than {FEWEST_WORLDS} worlds no rank has an interval"
NOT_SURE: Final = f"With fewer than {FEWEST_WORLDS} worlds, these shares do not say how sure an equilibrium is."


def too_few(worlds: int) -> bool:
    """Whether a tournament has too few worlds for any interval of a rank."""
    return worlds < FEWEST_WORLDS


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who does best in one seat.

    Attributes
    ----------
    best : tuple of str
        The player that comes first, or all of them that tie for it; none where no pair reaches a deal or nobody is
        ranked.
    best_share : float
        Share of the resampled tournaments in which one of them comes first.
    next : tuple of str
        Those that come next.
    lead : float
        What the best are ahead of the next, US$ bn a year; 0 where nobody comes next.
    rivals : tuple of str
        Those that are not surely worse: the interval of their rank begins at 1.
    small : bool
        Whether the lead is less than :data:`LEAST_LEAD` of the distance between the best and the worst.
    """

    best: tuple[str, ...]
    best_share: float
    next: tuple[str, ...]
    lead: float
    rivals: tuple[str, ...]
    small: bool

    @property
    def clear(self) -> bool:
        """Whether one player alone is best, all others are surely worse, and its lead is of some size."""
        return len(self.best) == 1 and not self.rivals and not self.small

    def doubt(self, worlds: int) -> str:
        """Why it is not clear, in words; empty where it is.

        Parameters
        ----------
        worlds : int
            Worlds of the tournament.
        """
        if len(self.best) > 1:
            return "they do equally well" if self.next else "all do equally well"
        if too_few(worlds):
            return NO_INTERVAL
        if self.rivals:
            return f"not surely worse: {listed(self.rivals)}"
        if self.small:
            return f"its lead is less than {percent(LEAST_LEAD)} of the distance between the best and the worst"
        return ""


def verdict(players: pd.DataFrame, seat: str) -> Verdict:
    """Judge a seat.

    Parameters
    ----------
    players : pandas.DataFrame
        Table of players.
    seat : str
        ``us_treasury`` or ``partner``.
    """
    own = players[players["seat"] == seat]
    if own.empty or not players["deal_share"].any():
        return Verdict((), 0.0, (), 0.0, (), small=False)
    first = own["rank"] == 1
    others = own[~first]
    second = others["rank"] == others["rank"].min()
    top, spread = float(own["utility"].max()), float(own["utility"].max() - own["utility"].min())
    lead = top - float(others["utility"].max()) if len(others) else 0.0
    return Verdict(
        best=_names(own.loc[first, "player"]),
        best_share=float(own.loc[first, "best_share"].sum()),
        next=_names(others.loc[second, "player"]),
        lead=lead,
        rivals=_names(others.loc[others["rank_low"] == 1, "player"]),
        small=lead < LEAST_LEAD * spread,
    )


def _names(column: pd.Series) -> tuple[str, ...]:
    return tuple(str(name) for name in column)
