"""The US Treasury: it wants tariffs, purchases, a fund and secure supply, and it minds the precedent."""

from __future__ import annotations

from agents.government import Government
from sim.economy.payoffs import US_TERMS
from sim.issues import US


class USTreasury(Government):
    """The US side. Payoff: :mod:`sim.economy.payoffs`, terms :data:`sim.economy.payoffs.US_TERMS`."""

    terms = US_TERMS

    @property
    def side(self) -> int:
        """Index of the side."""
        return US
