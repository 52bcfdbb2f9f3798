"""One negotiation as data: its parameters by regime, its firms and chip makers, and its draws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sim.issues import MAX_ISSUES
from sim.records import Floats, Record, Table

#: What a tactic that does not draw finds in place of a draw.
NO_DRAW: Final = 0.5


def not_finite(run: int, day: date) -> str:
    """Say that a payoff table holds something that is no number."""
    return f"run {run}: a payoff is not a finite number on {day}"


@dataclass(frozen=True, slots=True)
class Draws:
    """Uniform draws of one negotiation, strictly between 0 and 1.

    Attributes
    ----------
    first_mover, coin : float
        Who moves first, and whose position is signed when both sides accept at once.
    execution : array, shape [deadlines]
        Whether the threat is executed at the first, second, ... deadline that falls due.
    tactics : array, shape [2, MAX_ROUNDS]
        For tactics that randomise, by side and round.
    """

    first_mover: float
    coin: float
    execution: Floats
    tactics: Floats


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that one negotiation needs, resolved to numbers.

    Attributes
    ----------
    run : int
        Number of the run.
    start : datetime.date
        Date of the first round.
    regimes : array of RECORD, shape [regimes]
        Parameters from one event to the next.
    beliefs : tuple of (array of RECORD or None)
        For each side, the parameters by regime as it believes them where the other side's payoffs are concerned; None
        for exact beliefs.
    firms, makers : array of FIRM, array of MAKER
        Data-centre firms and chip makers.
    firm_names, maker_names : tuple of str
        Their names.
    issue_names : tuple of str
        Name of every slot of a package; an empty name for an unused one.
    event_names : tuple of tuple of str
        Events that open each regime in this run.
    draws : Draws
        Its random numbers.
    """

    run: int
    start: date
    regimes: Table
    beliefs: tuple[Table | None, Table | None]
    firms: Table
    makers: Table
    firm_names: tuple[str, ...]
    maker_names: tuple[str, ...]
    issue_names: tuple[str, ...]
    event_names: tuple[tuple[str, ...], ...]
    draws: Draws

    def date_of(self, day: float) -> date:
        """Calendar date of a day counted from the first round."""
        return self.start + timedelta(days=day)

    def tabled(self, regime: Record) -> list[int]:
        """Slots of the issues that are on the table in a regime."""
        return [issue for issue in range(MAX_ISSUES) if regime.issue_tabled[issue] != 0]
