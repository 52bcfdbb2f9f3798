"""The partner's government: it pays for lower tariffs with purchases that its firms must deliver."""

from __future__ import annotations

from agents.government import Government
from sim.economy.payoffs import PARTNER_TERMS
from sim.economy.pledge import SUBSIDY_RATE
from sim.issues import PARTNER


class PartnerGovernment(Government):
    """The partner's side. Payoff: :mod:`sim.economy.payoffs`, terms :data:`sim.economy.payoffs.PARTNER_TERMS`."""

    terms = PARTNER_TERMS

    @property
    def side(self) -> int:
        """Index of the side."""
        return PARTNER

    @property
    def subsidy_rate(self) -> float:
        """Subsidy that makes the pledge of the standing offer deliverable."""
        return float(self.talks.standing_pledge()[SUBSIDY_RATE])
