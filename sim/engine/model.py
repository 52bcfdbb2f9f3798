"""The negotiation as a Mesa model: one step is one round. It is handed its agents and owns no rule of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

import mesa
import numpy as np

from sim.bargaining.brinkmanship import escalate
from sim.bargaining.calendar import (
    TALK,
    days_left,
    first_side,
    last_round,
    open_regime,
    open_round,
    price_waiting,
    regime_at,
    side_of_coin,
    time_of,
)
from sim.bargaining.ending import count_still_rounds, end_of_round, is_stalled, may_stall, obstacle
from sim.bargaining.execution import RATES, put_in_force, rates_in_force, threatened_rates
from sim.bargaining.offers import differs, midpoint
from sim.bargaining.outcomes import ACCEPTED_BY, CYCLE, OUTCOMES, REASONS, RUNNING, Outcome, Reason
from sim.bargaining.red_lines import has_common_package
from sim.bargaining.valuation import VALUATION, is_finite, tabulate_fixed, tabulate_purchases
from sim.economy.chip_market import CURVE_POINTS, allocation, review_day
from sim.economy.firm_payoffs import WORLD, set_deal_worlds, set_no_deal_world
from sim.economy.ledger import package_ledger, total
from sim.economy.payoffs import MAX_TERMS
from sim.economy.pledge import (
    DELIVERABLE,
    PLEDGE_COLUMNS,
    SUBSIDY_RATE,
    price_pledge,
    sign_pledges,
    supply_pledges,
    yearly_flow,
)
from sim.economy.trade import SECTOR_COUNT, blend_horizon
from sim.economy.walkaway import no_deal_payoffs
from sim.engine.case import Case, not_finite
from sim.engine.cast import Cast, Deal, GovernmentView
from sim.engine.model_memory import note_model
from sim.engine.trajectory import collect as collect_round
from sim.engine.trajectory import make_collector
from sim.issues import CHIP_PURCHASES, MAX_ISSUES, MAX_LEVELS, SIDES
from sim.records import Floats, Record, Table
from sim.row import new_row, rows


class NegotiationModel(mesa.Model):
    """One negotiation; ``step`` plays one round and clears ``running`` when the talks end.

    Parameters
    ----------
    case : Case
        Parameters, firms, makers and draws.
    seat_agents : callable
        Makes the agents, given this model.
    collect : bool
        Whether to collect model variables and positions every round (a DataCollector costs as much as the rules).
    rng : int or numpy generator, optional
        Passed to Mesa. All randomness of the negotiation is in `case`; nothing draws from it here.
    """

    def __init__(
        self, case: Case, seat_agents: Callable[[NegotiationModel], Cast], *, collect: bool = True, rng: Any = None
    ) -> None:
        super().__init__(rng=rng)
        note_model(self)
        self._numbers = itertools.count(1)
        self.case = case
        self.regimes = rows(case.regimes.copy())
        for regime in self.regimes:
            blend_horizon(regime)
        self.starts = np.ascontiguousarray(case.regimes["regime_start_day"])
        self.talk = new_row(TALK)
        self.regime = -1
        self.p: Record = None
        self.outcome: Outcome | None = None
        self.reason: Reason | None = None
        self.deal: Deal | None = None
        self.opened_by: tuple[str, ...] = ()
        self._opened = False
        self._tables_are_new = False
        self._reviewed = -1.0
        self.curve = np.zeros(CURVE_POINTS)
        self.supplied = np.zeros((MAX_LEVELS, PLEDGE_COLUMNS))
        self.pledges = np.zeros((MAX_LEVELS, PLEDGE_COLUMNS))
        self.reservations = np.zeros(len(case.firms))
        self.supply = case.makers.copy()
        self.allocation = float(allocation(self.supply))
        self.valuation = new_row(VALUATION)
        self.worlds = np.zeros((2, 2), WORLD)
        self._rates = np.zeros(SECTOR_COUNT)
        self._ledger = np.zeros((2, MAX_TERMS))
        self.cast = seat_agents(self)
        self.datacollector = make_collector() if collect else None

    def register_agent(self, agent: Any) -> None:
        """Seat an agent and number it.

        Mesa 3.3 counts the agents of every model in a table of the class `Agent` that holds on to the model for the
        life of the process. It is let go here, and the count kept by the model itself.
        """
        super().register_agent(agent)
        if getattr(mesa.Agent, "_ids", {}).pop(self, None) is not None:
            agent.unique_id = next(self._numbers)

    @property
    def round(self) -> int:
        """Number of the current round, from 1."""
        return int(self.talk.round)

    @property
    def day(self) -> float:
        """Days from the first round to the current one."""
        return float(self.talk.day)

    @property
    def date(self) -> date:
        """Date of the current round."""
        return self.case.date_of(self.day)

    @property
    def governments(self) -> tuple[GovernmentView, GovernmentView]:
        """The two sides, the US first."""
        return self.cast.us, self.cast.partner

    @property
    def deadline_day(self) -> float:
        """Day of the deadline that stands now."""
        return float(self.talk.deadline_day)

    @property
    def slips(self) -> int:
        """How often the deadline has slipped."""
        return int(self.talk.slips)

    @property
    def slipped(self) -> bool:
        """Whether the deadline slipped in this round."""
        return bool(self.talk.slipped)

    @property
    def executed(self) -> bool:
        """Whether the threat was carried out in this round and the talks go on."""
        return bool(self.talk.to_put_in_force)

    @property
    def has_deadline(self) -> bool:
        """Whether a deadline stands; none does between an executed threat and the event that sets another."""
        return bool(self.talk.has_deadline)

    @property
    def regime_opening(self) -> int:
        """Rounds held before this regime."""
        return int(self.talk.regime_opening)

    @property
    def common(self) -> bool:
        """Whether both sides' red lines leave a common package."""
        return bool(self.talk.common)

    @property
    def round_of_deadline(self) -> int:
        """Round at which the deadline that stands now falls due, or the last round if that comes first."""
        return int(last_round(self.p, self.talk))

    @property
    def time_passed(self) -> float:
        """Share of the time to the deadline that has passed, as tactics see it."""
        return float(time_of(self.p, self.talk))

    @property
    def days_left(self) -> float:
        """Days to the deadline that stands now."""
        return float(days_left(self.talk))

    def step(self) -> None:
        """Play one round: events, domestic table, proposals and responses, and the check for the end."""
        self._open_round()
        self._hold_domestic_table()
        escalate(self.p, self.talk, self.cast.us.seat, self.cast.partner.seat)
        price_waiting(self.p, self.talk)
        for government in self.governments:
            government.prepare()
        if self.p.simultaneous != 0:
            self._table_at_once()
        else:
            self._table_in_turn()
        if self.deal is None:
            self._check_end()
        if self.datacollector is not None:
            collect_round(self, self.datacollector)

    def _put_in_force(self) -> bool:
        """Put the rates of a threat that was carried out in the last round in force; whether there are any."""
        if self.talk.to_put_in_force == 0:
            return False
        self.talk.to_put_in_force = 0
        before, after = np.empty(RATES), np.empty(RATES)
        rates_in_force(self.regimes[self.regime], before)
        threatened_rates(self.regimes[self.regime], after)
        for regime in self.regimes[self.regime :]:
            put_in_force(regime, before, after)
        for government in self.governments:
            government.believe_in_force(before, after)
        return True

    def _open_round(self) -> None:
        self.opened_by = ()
        self._opened = self._tables_are_new = False
        before = max(self.regime, 0)
        open_round(self.regimes[before], self.talk)
        moved = self._put_in_force()
        regime = int(regime_at(self.starts, before, self.talk.day))
        entered = range(self.regime + 1, regime + 1)
        is_first = self.regime < 0
        self.regime = regime
        self.p = self.regimes[regime]
        if not (moved or any(self.regimes[k].regime_is_new != 0 for k in entered)):
            return
        self.opened_by = tuple(name for k in entered for name in self.case.event_names[k])
        open_regime(self.regimes[before], self.p, is_first, self.talk)
        no_deal_payoffs(self.p, self._rates, self._ledger, self.talk.no_deal)
        nothing = np.zeros(PLEDGE_COLUMNS)
        set_no_deal_world(self.p, self.case.makers, self.case.firms, self._rates, nothing, self.worlds)
        for government in self.governments:
            government.enter_regime(self.regimes[before], is_first)
        self._opened = True
        self._tables_are_new = moved or any(self.regimes[k].tables_are_new != 0 for k in entered)

    def standing_pledge(self) -> Floats:
        """Pledge that the partner's standing offer contains; nothing before its first offer."""
        level = int(self.cast.partner.seat.levels[CHIP_PURCHASES]) if self.cast.partner.seat.tabled else 0
        row: Floats = self.pledges[level]
        return row

    def _hold_domestic_table(self) -> None:
        review = review_day(self.p, self.day)
        if self._tables_are_new or review != self._reviewed:
            self._reviewed = review
            self._review(review)
        elif self._opened:
            for government in self.governments:
                government.deepen_path()
        pledge = self.standing_pledge()
        for firm in self.cast.firms:
            firm.answer(float(pledge[SUBSIDY_RATE]))
        for maker in self.cast.makers:
            maker.answer(pledge)

    def _review(self, day: float) -> None:
        """Ask firms and makers anew, price every pledge on their answers and let both governments study the table."""
        self.reservations = np.array([firm.review(day) for firm in self.cast.firms], dtype=np.float64)
        is_new = self._tables_are_new
        if self.cast.makers:
            supply = np.concatenate([maker.supply() for maker in self.cast.makers])
            is_new = is_new or not np.array_equal(supply, self.supply)
            self.supply = supply
            self.allocation = float(allocation(supply))
        changed = self.price_and_tabulate(self.p, is_new, self.curve, self.supplied, self.pledges, self.valuation)
        for government in self.governments:
            changed = government.tabulate_beliefs(is_new) or changed
        if not changed:
            return
        if not is_finite(self.p, self.valuation):
            raise ArithmeticError(not_finite(self.case.run, self.date))
        self.talk.common = int(has_common_package(self.p, self.pledges))
        for government in self.governments:
            government.take_stock()
        for government in self.governments:
            government.study_table()
        for government in self.governments:
            government.weigh_offer()

    def price_and_tabulate(
        self, p: Record, is_new: bool, curve: Floats, supplied: Floats, pledges: Floats, valuation: Record
    ) -> bool:
        """Bring pledges and payoff tables up to date, as the parameters `p` have them; whether they have changed."""
        if is_new:
            supply_pledges(p, self.case.firms, self.supply, curve, supplied)
            tabulate_fixed(p, self._ledger, valuation)
        changed = bool(sign_pledges(p, self.case.firms, self.reservations, supplied, pledges)) or is_new
        if changed:
            tabulate_purchases(p, pledges, self._ledger, valuation)
        return changed

    def first_mover(self) -> int:
        """Side that speaks first in every round."""
        return int(first_side(self.p, self.case.draws.first_mover))

    def _table_in_turn(self) -> None:
        """Alternating offers: the first mover accepts the standing offer or tables, then the other answers."""
        first = self.first_mover()
        for side in (first, 1 - first):
            own, other = self.governments[side], self.governments[1 - side]
            node = own.next_node()
            if other.stands_by_offer() and own.accepts_offer():
                self._sign_offer(1 - side, accepted_by=side)
                return
            own.table(own.tabled_node(node))

    def _table_at_once(self) -> None:
        """Simultaneous offers: both table, then positions are compared and each may accept the other's."""
        wanted = [government.next_node() for government in self.governments]
        nodes = [government.tabled_node(node) for government, node in zip(self.governments, wanted, strict=True)]
        for government, node in zip(self.governments, nodes, strict=True):
            government.table(node)
        us, partner = self.governments
        if (
            not differs(self.p, us.seat.levels, partner.seat.levels, self.p.agreement_tolerance)
            and self._sign_midpoint()
        ):
            return
        takes = [other.stands_by_offer() and own.accepts_offer() for own, other in ((us, partner), (partner, us))]
        if not any(takes):
            return
        accepting = takes.index(True)
        if all(takes):
            accepting = int(side_of_coin(self.case.draws.coin))
        self._sign_offer(1 - accepting, accepted_by=accepting)

    def price_package(self, package: Floats) -> tuple[Floats, Floats]:
        """Pledge and ledger of a package of values, at the current parameters."""
        pledge = np.zeros(PLEDGE_COLUMNS)
        flow = yearly_flow(self.p, float(package[CHIP_PURCHASES]))
        price_pledge(self.p, self.case.firms, self.supply, self.curve, self.reservations, flow, pledge)
        package_ledger(self.p, package, pledge, self._rates, self._ledger)
        return pledge, self._ledger.copy()

    def worlds_under(self, package: Floats, pledge: Floats) -> Table:
        """What firms and makers face under a signed package, by what the courts may do: WORLD records of shape [2]."""
        worlds: Table = np.zeros(2, WORLD)
        set_deal_worlds(self.p, self.case.makers, self.case.firms, package, pledge, self._rates, worlds)
        return worlds

    def _sign_offer(self, proposer: int, accepted_by: int) -> None:
        seat = self.governments[proposer].seat
        self.deal = Deal(seat.package.copy(), self.pledges[seat.levels[CHIP_PURCHASES]].copy(), SIDES[proposer])
        self._end(Outcome.AGREEMENT, REASONS[ACCEPTED_BY[accepted_by]])

    def _sign_midpoint(self) -> bool:
        package = np.zeros(MAX_ISSUES)
        midpoint(self.p, self.cast.us.seat.levels, self.cast.partner.seat.levels, package)
        pledge, ledger = self.price_package(package)
        fits = pledge[DELIVERABLE] > 0.5 and all(
            government.accepts_package(package, float(total(ledger[government.side])))
            for government in self.governments
        )
        if fits:
            self.deal = Deal(package, pledge, None)
            self._end(Outcome.AGREEMENT, Reason.POSITIONS_MET)
        return bool(fits)

    def _end(self, outcome: Outcome, reason: Reason) -> None:
        self.outcome = outcome
        self.reason = reason
        self.running = False

    def _check_end(self) -> None:
        us, partner = self.governments
        count_still_rounds(self.talk, us.seat, partner.seat)
        outcome = self._end_of_round(us, partner)
        if outcome is not None:
            reason = obstacle(self.p, self.talk, self.pledges, self.valuation, us.seat, partner.seat)
            self._end(outcome, REASONS[int(reason)])

    def _end_of_round(self, us: GovernmentView, partner: GovernmentView) -> Outcome | None:
        due = int(end_of_round(self.p, self.talk, us.seat, partner.seat, self.case.draws.execution))
        if due == CYCLE and not (us.follows_tactic and partner.follows_tactic):
            due = RUNNING
        if due != RUNNING:
            return OUTCOMES[due]
        if may_stall(self.p, self.talk.still_rounds):
            plans = us.plans_to_move() or partner.plans_to_move()
            if is_stalled(self.p, self.talk.still_rounds, plans):
                return Outcome.STALL
        return Outcome.ROUND_LIMIT if self.round >= self.p.round_limit else None
