"""What was found of a package, and what the draws say of it: the record that text, page and figures share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.config.agenda_checks import unit_of_issue
from experiments.questions.value.accounts import ACCOUNTS
from sim.issues import SIDES, SideName

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config
    from experiments.questions.value.origins import At

#: Columns of what the draws say of each other issue: how many have a move, and its median and the ends of 90 % of them.
SPREAD: Final = ("other", "account", "side", "draws", "found", "low", "median", "high")
_ENDS: Final = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Valued:
    """A package that was valued.

    Attributes
    ----------
    date : datetime.date
        Day of the world.
    crosses : tuple of str
        Sides of which it crosses a red line.
    run : int or None
        Draw of the config; None for the medians.
    at : str or None
        Which package of the talks it is; None for one that was named.
    between : tuple of str
        The pair of issues that is drawn; all is told in terms of the second.
    amount : tuple
        Issue and amount of it, in its unit, that others are to make up for.
    draws : int
        Draws over which that was worked out.
    tables : dict of str to pandas.DataFrame
        ``package``, ``terms``, ``marginal``, ``units``, ``equivalents``, ``curves`` and ``draws``.
    """

    date: dt.date
    crosses: tuple[SideName, ...]
    run: int | None
    at: At | None
    between: tuple[str, str]
    amount: tuple[str, float]
    draws: int
    tables: dict[str, pd.DataFrame]

    @property
    def values(self) -> dict[str, float]:
        """Value of every issue on the table."""
        package = self.tables["package"]
        return dict(zip(package["issue"].astype(str), package["value"].astype(float), strict=True))

    @property
    def numeraire(self) -> str:
        """Issue that others are told in: the second of the pair, or the first where the amount is of the second."""
        first, second = self.between
        return first if self.amount[0] == second else second

    def unit(self, config: Config, issue: str) -> str:
        """Unit of an issue."""
        return unit_of_issue(config, issue)

    def moves(self, name: str = "equivalents", *, issue: str | None = None, other: str) -> dict[tuple[str, str], float]:
        """Move of an issue that makes up for the amount, by account and side; NaN where there is none.

        Parameters
        ----------
        name : str
            Table: ``equivalents``, or ``units`` for one natural unit of `issue`.
        issue : str, optional
            Whose amount; that which was asked for unless given.
        other : str
            Issue that moves.
        """
        table = self.tables[name]
        own = table[(table["issue"] == (issue or self.amount[0])) & (table["other"] == other)]
        return {
            (str(account), str(side)): float(move)
            for account, side, move in own[["account", "side", "move"]].itertuples(index=False)
        }

    def changes(self) -> dict[tuple[str, str], float]:
        """What the amount alone changes, by account and side, US$ bn a year."""
        own = self.tables["equivalents"].drop_duplicates(["account", "side"])
        return {
            (str(account), str(side)): float(change)
            for account, side, change in own[["account", "side", "change"]].itertuples(index=False)
        }

    def why(self, name: str, issue: str, other: str, account: str, side: str) -> str:
        """Why there is no move; empty where there is one."""
        table = self.tables[name]
        own = table[
            (table["issue"] == issue) & (table["other"] == other) & (table["account"] == account)
            & (table["side"] == side)
        ]  # fmt: skip
        return "" if own.empty else str(own["why"].iloc[0])


def spread(draws: pd.DataFrame) -> pd.DataFrame:
    """What the draws say of each other issue: columns :data:`SPREAD`.

    Quantiles are those of the draws in which there is a move, interpolated between the nearest two.
    """
    import pandas as pd

    rows = []
    for other in dict.fromkeys(draws["other"].astype(str)):
        for account in ACCOUNTS:
            for side in SIDES:
                own = draws[(draws["other"] == other) & (draws["account"] == account) & (draws["side"] == side)]
                moves = own["move"].to_numpy(np.float64)
                there = moves[~np.isnan(moves)]
                ends = np.quantile(there, _ENDS) if len(there) else np.full(len(_ENDS), np.nan)
                rows.append((other, account, side, len(own), len(there), *map(float, ends)))
    return pd.DataFrame(rows, columns=[*SPREAD])
