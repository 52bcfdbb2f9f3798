"""The US Treasury: it wants tariffs, purchases, a fund and secure supply, and it minds the precedent."""

from __future__ import annotations

from agents.government import Government
from sim.issues import US
from sim.payoffs import US_TERMS


class USTreasury(Government):
    """The US side. Payoff: :mod:`sim.payoffs`, terms :data:`sim.payoffs.US_TERMS`."""

    terms = US_TERMS

    @property
    def side(self) -> int:
        """Index of the side."""
        return US
