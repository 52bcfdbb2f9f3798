"""Telecom and cloud firms that run AI data centres: they sign at the subsidy on offer or hold out for more."""

from __future__ import annotations

import mesa
import numpy as np

from sim.economy.chip_market import reservation_subsidy, signs
from sim.economy.firm_payoffs import FIRM_TERMS, firm_deal_terms, firm_no_deal
from sim.economy.ledger import total
from sim.economy.pledge import SUBSIDY_RATE
from sim.engine.model import NegotiationModel
from sim.records import Floats, Record
from sim.row import Row


class DataCenterFirm(mesa.Agent):
    """One firm at the domestic table.

    Parameters
    ----------
    model : NegotiationModel
        The talks.
    index : int
        Its row in the table of firms.
    """

    terms = FIRM_TERMS

    def __init__(self, model: NegotiationModel, index: int) -> None:
        super().__init__(model)
        self.talks = model
        self.name = model.case.firm_names[index]
        self.row: Record = Row(model.case.firms[index : index + 1])
        self.reservation = 0.0
        self.signed = False

    def review(self, day: float) -> float:
        """Set the subsidy below which it holds out; the belief in a better offer fades from review to review."""
        self.reservation = float(reservation_subsidy(self.talks.p, self.row, day))
        return self.reservation

    def answer(self, subsidy_rate: float) -> None:
        """Sign at the subsidy on offer, or hold out."""
        self.signed = subsidy_rate > 0.0 and bool(signs(subsidy_rate, self.reservation))

    def no_deal(self, row: int) -> float:
        """Expected payoff at the status quo or under the threat (rows of :mod:`sim.economy.walkaway`)."""
        return float(firm_no_deal(self.talks.p, self.row, self.talks.worlds[row]))

    def ledger(self, package: Floats, pledge: Floats) -> Floats:
        """Expected terms of the payoff under a package and its pledge (a row of :mod:`sim.economy.pledge`).

        US$ bn a year. Of the package only its pledge and its tariffs matter to a firm.
        """
        rate = float(pledge[SUBSIDY_RATE])
        out = np.zeros(len(FIRM_TERMS))
        signed = rate > 0.0 and bool(signs(rate, self.reservation))
        firm_deal_terms(self.talks.p, self.row, pledge, signed, self.talks.worlds_under(package, pledge), out)
        return out

    def payoff(self, package: Floats, pledge: Floats) -> float:
        """Payoff under a package: the sum of the ledger."""
        return float(total(self.ledger(package, pledge)))
