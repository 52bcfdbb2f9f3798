"""What a finished negotiation of the Mesa engine was worth to every agent, against having walked away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.bargaining.outcomes import OUTCOMES, REASONS
from sim.economy.trade import SECTOR_COUNT
from sim.economy.walkaway import STATUS_QUO, THREAT, mean_without_deal
from sim.engine.results import (
    NOBODY,
    RESULT,
    gain_over_walking_away,
    no_distances,
    payoff_without_deal,
    settle_governments,
)
from sim.engine.yardsticks import compare_deal
from sim.issues import SIDES
from sim.row import Row

if TYPE_CHECKING:
    from sim.engine.model import NegotiationModel
    from sim.records import Floats, Table


@dataclass(frozen=True, slots=True)
class Settlement:
    """Payoffs at the end of a negotiation, US$ bn a year.

    Attributes
    ----------
    payoff, walk_away : dict of str to float
        By agent: the two governments by side, firms and chip makers by name. Without a deal the payoff is the walk-away
        payoff, or that of the threat where it was executed.
    pledge : array
        The chip pledge that was signed, or that of the partner's standing offer.
    deficit : float
        US goods deficit with the partner as recorded, under the package or at the tariffs then in force; US$ bn a year.
    dealt : bool
        Whether a package was signed.
    """

    payoff: dict[str, float]
    walk_away: dict[str, float]
    pledge: Floats
    deficit: float
    dealt: bool

    def gain(self, agent: str) -> float:
        """Gain over walking away, zero without a deal."""
        return float(gain_over_walking_away(self.dealt, self.payoff[agent], self.walk_away[agent]))


def settle(model: NegotiationModel) -> Settlement:
    """Work out every agent's payoff at the end of a negotiation and what walking away was worth at that date.

    Without a deal the threat may have been executed or, with the last deadline, have lapsed; else each agent is left
    with its walk-away payoff.
    """
    result, agents = end_of(model)
    names = [agent.name for agent in (*model.cast.firms, *model.cast.makers)]
    governments = zip(SIDES, result["payoff"][0], result["walk_away"][0], strict=True)
    domestic = ((name, payoff, without) for name, (payoff, without) in zip(names, agents, strict=True))
    ends = [(str(name), float(payoff), float(without)) for name, payoff, without in (*governments, *domestic)]
    return Settlement(
        payoff={name: payoff for name, payoff, _ in ends},
        walk_away={name: without for name, _, without in ends},
        pledge=model.standing_pledge().copy() if model.deal is None else model.deal.pledge,
        deficit=float(result["deficit"][0]),
        dealt=model.deal is not None,
    )


def end_of(model: NegotiationModel, *, solutions: bool = False) -> tuple[Table, Floats]:
    """Record how a negotiation ended and what every agent has of it.

    Parameters
    ----------
    model : NegotiationModel
        A finished negotiation.
    solutions : bool
        Whether to compare a deal with the bargaining solutions; else those columns are NaN.

    Returns
    -------
    result : array of RESULT, shape [1]
    agents : array, shape [firm or maker, 2]
        Payoff and walk-away payoff of the firms, then of the chip makers, US$ bn a year.
    """
    array = np.zeros(1, RESULT)
    result, rates = Row(array), np.zeros(SECTOR_COUNT)
    result.outcome = -1 if model.outcome is None else OUTCOMES.index(model.outcome)
    result.reason = -1 if model.reason is None else REASONS.index(model.reason)
    result.regime = model.regime
    result.proposer = NOBODY
    if model.deal is not None:
        result.dealt = 1
        result.proposer = NOBODY if model.deal.proposer is None else SIDES.index(model.deal.proposer)
        result.package = model.deal.package
        result.pledge = model.deal.pledge
    us, partner = (government.seat for government in model.governments)
    settle_governments(model.p, model.talk, us, partner, rates, result)
    no_distances(result)
    if solutions and model.deal is not None:
        compare_deal(model.p, model.pledges, model.valuation, result)
    return array, _agents(model, int(result.outcome))


def _agents(model: NegotiationModel, outcome: int) -> Floats:
    everyone = (*model.cast.firms, *model.cast.makers)
    ends = np.empty((len(everyone), 2))
    talk, deal = model.talk, model.deal
    for place, agent in enumerate(everyone):
        status_quo, threat = agent.no_deal(STATUS_QUO), agent.no_deal(THREAT)
        waiting = mean_without_deal(talk.waiting, talk.execution, status_quo, threat)
        without = payoff_without_deal(outcome, status_quo, threat, waiting)
        payoff = without if deal is None else agent.payoff(deal.package, deal.pledge)
        ends[place] = payoff, waiting
    return ends
