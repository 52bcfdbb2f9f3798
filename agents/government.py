"""What the two governments have in common: a seat, a concession path, a tactic and beliefs about the other side."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import cast

import mesa
import numpy as np

from agents.errors import PlayerCall, TacticError, not_a_number
from agents.tactics.tactic import Tactic
from agents.watching import call_of
from sim.bargaining.acceptance import accepts, accepts_at
from sim.bargaining.calendar import path_floor
from sim.bargaining.concession import MAX_BRANCHES, PATH, extend_path, side_path
from sim.bargaining.execution import put_in_force
from sim.bargaining.learning import MIND, forget, learn, learns, reweigh, take_stock
from sim.bargaining.offers import (
    SEAT,
    clip_aspiration,
    differs,
    enter_regime,
    look,
    put_offer,
    signs_package,
    stands_by_offer,
    weigh_offer,
    weigh_walk_away,
)
from sim.bargaining.position import tabled_node, wanted_node
from sim.bargaining.prospects import believe_no_deal, foresee
from sim.bargaining.red_lines import respects_red_lines
from sim.bargaining.valuation import VALUATION, package_values
from sim.economy.payoffs import MAX_TERMS
from sim.economy.pledge import DELIVERABLE
from sim.economy.trade import SECTOR_COUNT, blend_horizon
from sim.engine.model import NegotiationModel
from sim.issues import CHIP_PURCHASES, MAX_ISSUES
from sim.records import VIEW, Floats, Integers, Record
from sim.row import new_row, rows


class Government(mesa.Agent):
    """A government that bargains by a tactic over the packages of its concession path.

    Every decision is a rule of :mod:`sim`; what is kept here is the side's own memory. Abstract: the two governments
    are :class:`agents.us_treasury.USTreasury` and :class:`agents.partner_government.PartnerGovernment`.

    Parameters
    ----------
    model : NegotiationModel
        The talks.
    tactic : Tactic
        How it concedes.

    Attributes
    ----------
    follows_tactic : bool
        Whether the tactic decides; not where a person or a guest does. Nobody knows what they plan: a loop of offers,
        which a tactic would go round for ever, then is no end of the talks.
    """

    follows_tactic = True

    def __init__(self, model: NegotiationModel, tactic: Tactic) -> None:
        super().__init__(model)
        self.talks = model
        self.tactic = tactic
        self.seat = new_row(SEAT)
        self.path = new_row(PATH)
        self.view = new_row(VIEW)
        self._branches = np.zeros(MAX_BRANCHES, PATH)
        self._beliefs = self._own_beliefs(model)
        self.believed = new_row(VALUATION) if self._beliefs is not None else model.valuation
        self._learns = self._beliefs is not None and learns(self._beliefs[0], self.side)
        self._prior = new_row(VALUATION) if self._learns else self.believed
        self.mind = new_row(MIND)
        forget(self.mind)
        self._curve = np.zeros_like(model.curve)
        self._supplied = np.zeros_like(model.supplied)
        self._pledges = np.zeros_like(model.pledges)

    @property
    @abstractmethod
    def side(self) -> int:
        """Index of the side, the first index of every payoff table."""

    def _own_beliefs(self, model: NegotiationModel) -> list[Record] | None:
        beliefs = model.case.beliefs[self.side]
        if beliefs is None:
            return None
        own = rows(beliefs.copy())
        for regime in own:
            blend_horizon(regime)
        return own

    @property
    def other(self) -> Government:
        """The other side."""
        return cast("Government", self.talks.governments[1 - self.side])

    @property
    def believed_p(self) -> Record:
        """Parameters of this regime as this side believes them where the other's payoffs are concerned."""
        return self.talks.p if self._beliefs is None else self._beliefs[self.talks.regime]

    def enter_regime(self, before: Record, is_first: bool) -> None:
        """Take up new parameters: earlier offers move to the new grid and the aspiration may rise again."""
        talks = self.talks
        rates, ledger = np.zeros(SECTOR_COUNT), np.zeros((2, MAX_TERMS))
        believe_no_deal(talks.p, self.believed_p, self.side, rates, ledger, talks.talk)
        enter_regime(before, talks.p, is_first, self.seat)

    def believe_in_force(self, before: Floats, after: Floats) -> None:
        """Put the rates of a threat that was carried out in force in what it believes of parameters from now on."""
        for regime in (self._beliefs or [])[self.talks.regime :]:
            put_in_force(regime, before, after)

    def take_stock(self) -> None:
        """Bring what has been learnt to new payoff tables."""
        if self._learns:
            take_stock(self.talks.p, self.mind, self._prior, 1 - self.side, self.believed)

    def study_table(self) -> None:
        """Rebuild the concession path after an event or a review of the domestic table."""
        self._build_path()
        self.view.offers = 0

    def deepen_path(self) -> None:
        """Rebuild the concession path if the walk-away may now fall below its end."""
        if self.path.floor > path_floor(self.talks.p, self.talks.talk, self.side):
            self._build_path()

    def path_to(self, payoff: float) -> Record:
        """Concession path, built at least down to the first package worth less than `payoff` to this side."""
        extend_path(self._branches, self.path, payoff, math.inf)
        return self.path

    def tabulate_beliefs(self, is_new: bool) -> bool:
        """Bring own beliefs about payoffs up to date; whether they have changed."""
        if self._beliefs is None:
            return False
        return self.talks.price_and_tabulate(
            self.believed_p, is_new, self._curve, self._supplied, self._pledges, self._prior
        )

    def _build_path(self) -> None:
        talks = self.talks
        floor = path_floor(talks.p, talks.talk, self.side)
        side_path(
            talks.p, talks.pledges, talks.valuation, self.believed, self.side, talks.common,
            floor, True, self._branches, self.path,
        )  # fmt: skip
        self.seat.ideal = self.path.own[0]

    def weigh_offer(self) -> None:
        """Value the own standing offer to both sides at the present tables."""
        talks = self.talks
        weigh_offer(talks.p, talks.pledges, talks.valuation, self.other.believed, self.side, self.seat)

    def prepare(self) -> None:
        """Weigh the walk-away at today's date, before anyone speaks."""
        weigh_walk_away(self.talks.p, self.talks.talk, self.side, self.seat)

    def _aspiration(self, time: float) -> float:
        talks, side, other = self.talks, self.side, self.other.seat
        draw = talks.case.draws.tactics[side, talks.round - 1]
        look(talks.talk, talks.valuation, self.seat, side, other, time, draw, self.view)
        if self.tactic.reads_path:
            foresee(talks.p, self._branches, self.path, self.believed, self.seat, side, other, self.view)
        with call_of(talks.case.run, talks.round, side, self.tactic.name):
            aspiration = float(self.tactic.aspiration(self.view, talks.p.knobs[side]))
        if math.isnan(aspiration):
            call = PlayerCall(self.tactic.name, side, talks.round, talks.case.run)
            raise TacticError(not_a_number(self.tactic.name, talks.round, talks.case.run), call)
        return float(clip_aspiration(aspiration, self.seat.ceiling))

    def lessons(self) -> Floats | None:
        """Learnt multiplier of every group of issues; None for a side that does not learn."""
        return np.array(self.mind.multiplier) if self._learns else None

    def _listen(self) -> None:
        """Learn from the other side's new offers before speaking."""
        p, talk, true, other = self.talks.p, self.talks.talk, self.talks.valuation, self.other
        if learn(p, talk, self.mind, self._prior, true, self.side, self.seat, other.seat):
            reweigh(p, self.mind, self._prior, 1 - self.side, self.believed)
            self._build_path()
            other.weigh_offer()

    def next_node(self) -> int:
        """Choose the aspiration of this round and the package that it asks for; its node."""
        seat = self.seat
        if self._learns:
            self._listen()
        seat.aspiration = self._aspiration(self.talks.time_passed)
        seat.ceiling = seat.aspiration
        node = self._wanted_node(seat.aspiration)
        seat.next_payoff = self.path.own[node]
        return node

    def _wanted_node(self, aspiration: float) -> int:
        return int(wanted_node(self.talks.p, self._branches, self.path, self.seat, self.other.seat, aspiration))

    def tabled_node(self, wanted: int) -> int:
        """Node that is tabled if the other side's offer is not signed, given the one that is asked for."""
        return int(tabled_node(self.talks.p, self.path, self.seat, self.side, self.other.seat, wanted))

    def plans_to_move(self) -> bool:
        """Whether it would move or sign at the deadline if the other side kept its offer."""
        p, true, seat, other = self.talks.p, self.talks.valuation, self.seat, self.other.seat
        node = self._wanted_node(self._aspiration(1.0))
        stands = stands_by_offer(other, 1 - self.side)
        if stands and accepts_at(p, true, self.side, seat, other, self.path.own[node], 1.0, 0):
            return True
        return bool(differs(p, self.path.levels[self.tabled_node(node)], seat.levels, p.stall_tolerance))

    def accepts_offer(self) -> bool:
        """Whether to sign the other side's offer instead of tabling the package that it asks for."""
        talks, seat = self.talks, self.seat
        return bool(accepts(talks.p, talks.talk, talks.valuation, self.side, seat, self.other.seat, seat.next_payoff))

    def stands_by_offer(self) -> bool:
        """Whether it would still sign its own standing offer: an event or the calendar may have overtaken it."""
        return bool(stands_by_offer(self.seat, self.side))

    def may_sign(self, levels: Integers) -> bool:
        """Whether the own red lines allow an offer and the firms will deliver its purchases."""
        package = np.zeros(MAX_ISSUES)
        package_values(self.talks.p, levels, package)
        delivered = self.talks.pledges[levels[CHIP_PURCHASES], DELIVERABLE] > 0.5
        return bool(delivered and respects_red_lines(self.talks.p, self.side, package))

    def accepts_package(self, package: Floats, payoff: float) -> bool:
        """Whether to sign a package of values between the grid's levels, worth `payoff`."""
        return bool(signs_package(self.talks.p, self.side, self.seat, package, payoff))

    def table(self, node: int) -> None:
        """Put a package of the path on the table."""
        if put_offer(self.talks.p, self.seat, self.path, node):
            self.weigh_offer()
