"""US chip vendors and fabs and the partner's suppliers of wafers and chemicals."""

from __future__ import annotations

import mesa
import numpy as np

from sim.economy.firm_payoffs import MAKER_TERMS, maker_deal_terms, maker_no_deal
from sim.economy.ledger import total
from sim.economy.pledge import PRICE, SHIPPED
from sim.engine.model import NegotiationModel
from sim.issues import MATERIALS_SUPPORT
from sim.records import Floats, Record, Table
from sim.row import Row


class ChipMaker(mesa.Agent):
    """One chip maker at the domestic table.

    Parameters
    ----------
    model : NegotiationModel
        The talks.
    index : int
        Its row in the table of makers.
    """

    terms = MAKER_TERMS

    def __init__(self, model: NegotiationModel, index: int) -> None:
        super().__init__(model)
        self.talks = model
        self.name = model.case.maker_names[index]
        self._table = model.case.makers[index : index + 1]
        self.row: Record = Row(self._table)
        self.shipped = 0.0
        self.price = 1.0

    def supply(self) -> Table:
        """Offer the firms its allocation and its uncommitted output: a table of one maker."""
        return self._table

    def answer(self, pledge: Floats) -> None:
        """Answer a pledge with the quantity it ships (US$ bn a year at list price) and the price over list."""
        total = self.talks.allocation
        share = float(self.row.allocation) / total if total > 0.0 else 0.0
        self.shipped = share * float(pledge[SHIPPED])
        self.price = float(pledge[PRICE])

    def no_deal(self, row: int) -> float:
        """Expected payoff at the status quo or under the threat (rows of :mod:`sim.economy.walkaway`)."""
        terms = np.zeros(len(MAKER_TERMS))
        return float(maker_no_deal(self.talks.p, self.row, self.talks.worlds[row], terms))

    def ledger(self, package: Floats, pledge: Floats) -> Floats:
        """Expected terms of the payoff under a package and its pledge, US$ bn a year."""
        worlds, out = self.talks.worlds_under(package, pledge), np.zeros(len(MAKER_TERMS))
        maker_deal_terms(self.talks.p, self.row, worlds, float(package[MATERIALS_SUPPORT]), out)
        return out

    def payoff(self, package: Floats, pledge: Floats) -> float:
        """Payoff under a package: the sum of the ledger."""
        return float(total(self.ledger(package, pledge)))
