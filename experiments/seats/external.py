"""A government that somebody outside the model decides for; what it may do follows the same rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.government import Government
from sim.bargaining.offers import accepts_offer
from sim.bargaining.valuation import package_value
from sim.economy.payoffs import PARTNER_TERMS, US_TERMS
from sim.issues import US

if TYPE_CHECKING:
    from agents.tactics.tactic import Tactic
    from sim.engine.model import NegotiationModel
    from sim.records import Integers


class ExternalGovernment(Government):
    """A government that a person or a guest decides for. Abstract: who decides, and how, is up to its subclasses.

    An acceptance is a deal only if the government may sign the offer and it is worth its reservation. Talks with such a
    government do not end as a stall or a cycle: nobody knows what it plans.

    Parameters
    ----------
    model : NegotiationModel
        The talks.
    side : int
        Which government it is.
    tactic : Tactic
        What is written where a tactic would be; it decides nothing.
    """

    follows_tactic = False

    def __init__(self, model: NegotiationModel, side: int, tactic: Tactic) -> None:
        self._side = side
        super().__init__(model, tactic)
        self.terms = US_TERMS if side == US else PARTNER_TERMS
        self._accepts = False
        self._left = False

    @property
    def side(self) -> int:
        """Index of the side."""
        return self._side

    def _take_turn(self, levels: Integers, *, accepts: bool, leaves: bool) -> int:
        """Note what was decided and lay the package that it would table on the path; its node."""
        self._accepts = accepts
        if leaves:
            self._left = True
            # The rule of the table counts rounds in which a side has better than a deal; it may be said at once.
            self.seat.below = max(int(self.seat.below), int(self.talks.p.walkout_rounds))
        self._lay(levels)
        return 0

    def accepts_offer(self) -> bool:
        """Whether it has accepted and may sign."""
        return self._accepts and bool(
            accepts_offer(self.seat, self.side, self.other.seat, float(self.seat.reservation))
        )

    def stands_by_offer(self) -> bool:
        """Whether it would still sign its own standing offer; not once it has walked out."""
        return not self._left and super().stands_by_offer()

    def plans_to_move(self) -> bool:
        """Nobody knows, so that it may."""
        return True

    def table(self, node: int) -> None:
        """Put the package on the table, unless it has left."""
        if not self._left:
            super().table(node)

    def _lay(self, levels: Integers) -> None:
        """Make the package the only one of the path, from where the table takes it."""
        path, seat = self.path, self.seat
        path.branches, path.count, path.complete = 0, 1, 1
        path.levels[0, :] = levels
        path.own[0] = float(package_value(self.talks.valuation, self.side, levels))
        path.other[0] = float(package_value(self.believed, 1 - self.side, levels))
        span = float(seat.ideal - seat.reservation)
        share = (float(path.own[0]) - float(seat.reservation)) / span if span > 0.0 else 1.0
        seat.aspiration = min(max(share, 0.0), 1.0)
        seat.next_payoff = path.own[0]
