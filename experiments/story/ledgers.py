"""Terms of both sides at the status quo and at the end of talks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.economy.ledger import no_deal_ledger, package_ledger
from sim.economy.payoffs import MAX_TERMS, PARTNER_TERMS, US_TERMS
from sim.economy.trade import SECTOR_COUNT
from sim.economy.walkaway import STATUS_QUO, court_chance, no_deal_rates
from sim.grid import level_value
from sim.issues import MAX_ISSUES

if TYPE_CHECKING:
    from sim.engine.model import NegotiationModel
    from sim.records import Floats, Record

#: Names of the terms of the US and of the partner's government.
TERMS: tuple[tuple[str, ...], tuple[str, ...]] = (US_TERMS, PARTNER_TERMS)


def status_quo_ledger(p: Record) -> Floats:
    """Terms of both sides at the status quo, shape [2, MAX_TERMS]; they sum to what the model takes it to be worth.

    As in :func:`sim.economy.walkaway.no_deal_payoffs`, the courts may strike down the reciprocal tariff: each term is
    its mean over what they may do.
    """
    rates, ledger = np.zeros(SECTOR_COUNT), np.zeros((2, MAX_TERMS))
    expected: Floats = np.zeros((2, MAX_TERMS))
    for survives in (True, False):
        no_deal_rates(p, STATUS_QUO, survives, rates)
        no_deal_ledger(p, rates, ledger)
        expected += court_chance(p, survives) * ledger
    return expected


def final_ledger(model: NegotiationModel) -> Floats:
    """Terms of both sides under the signed package, or of each side under its own last offer; shape [2, MAX_TERMS]."""
    rates, ledger, result = np.zeros(SECTOR_COUNT), np.zeros((2, MAX_TERMS)), np.zeros((2, MAX_TERMS))
    for side, government in enumerate(model.governments):
        if model.deal is not None:
            package, pledge = model.deal.package, model.deal.pledge
        else:
            package = np.array([level_value(model.p, i, government.seat.levels[i]) for i in range(MAX_ISSUES)])
            pledge, _ = model.price_package(package)
        package_ledger(model.p, package, pledge, rates, ledger)
        result[side] = ledger[side]
    return result
