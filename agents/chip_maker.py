"""US chip vendors and fabs and the partner's suppliers of wafers and chemicals."""

from __future__ import annotations

import mesa
import numpy as np

from sim.economy.firm_payoffs import MAKER_TERMS, WORLD, maker_no_deal, maker_terms, makers_market
from sim.economy.ledger import total
from sim.economy.pledge import PRICE, SHIPPED
from sim.engine.model import NegotiationModel
from sim.issues import MATERIALS_SUPPORT
from sim.records import Floats, Record, Table
from sim.row import Row, new_row


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

    def ledger(self, package: Floats, pledge: Floats, rates: Floats) -> Floats:
        """Terms of the payoff under a package, its pledge and sector tariffs, US$ bn a year."""
        case = self.talks.case
        support = float(package[MATERIALS_SUPPORT])
        faced, out = new_row(WORLD), np.zeros(len(MAKER_TERMS))
        makers_market(self.talks.p, case.makers, case.firms, pledge, rates, faced)
        maker_terms(self.talks.p, self.row, faced, support, out)
        return out

    def payoff(self, package: Floats, pledge: Floats, rates: Floats) -> float:
        """Payoff under a package: the sum of the ledger."""
        return float(total(self.ledger(package, pledge, rates)))
