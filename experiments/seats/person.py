"""A government of the Mesa engine that a person decides for: what may be tabled and signed follows the same rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, final

import numpy as np

from experiments.labels import fixed
from experiments.seats.external import ExternalGovernment
from experiments.seats.turn import Action, Decision, Offer, RefusedDecisionError, Scale, Suggestion, Turn
from sim.bargaining.concession import node_worth
from sim.bargaining.offers import PAYOFF_SLACK, is_good_enough, target_payoff
from sim.bargaining.red_lines import linkage_count, table_box
from sim.bargaining.valuation import package_value, package_values
from sim.grid import level_value, nearest_level
from sim.issues import MAX_ISSUES, SIDES

if TYPE_CHECKING:
    from agents.tactics.tactic import Tactic
    from sim.engine.model import NegotiationModel
    from sim.records import Integers

#: Aspirations at which packages are suggested.
LADDER: Final = (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)


@final
class PersonGovernment(ExternalGovernment):
    """A government whose offers and answers come from outside.

    The person may table whatever both sides' red lines leave (the own ones, where they leave nothing) and the firms
    will deliver.

    Parameters
    ----------
    model : NegotiationModel
        The talks.
    side : int
        Which government it is.
    tactic : Tactic
        Tactic that the seat would have had; it decides nothing.
    decide : callable
        Called in every turn. A decision that the rules do not allow is refused with
        :class:`experiments.seats.turn.RefusedDecisionError` by :meth:`check`; it must not be returned.
    """

    def __init__(
        self, model: NegotiationModel, side: int, tactic: Tactic, decide: Callable[[PersonGovernment], Decision]
    ) -> None:
        super().__init__(model, side, tactic)
        self._decide = decide

    def next_node(self) -> int:
        """Ask the person, and lay the package of their choice on the path."""
        decision = self._decide(self)
        return self._take_turn(
            self.levels_of(decision),
            accepts=decision.action is Action.ACCEPT,
            leaves=decision.action is Action.WALK_OUT,
        )

    def _worth(self, levels: Integers, side: int) -> float:
        return float(package_value(self.talks.valuation, side, levels))

    def levels_of(self, decision: Decision) -> Integers:
        """Levels that stand on the table after a decision."""
        base = self._base()
        if decision.action is Action.OFFER:
            for issue, value in decision.package.items():
                place = self._place(issue)
                base[place] = nearest_level(self.talks.p, place, value)
        return base

    def _base(self) -> Integers:
        levels = self.seat.levels if self.seat.tabled != 0 else self._ideal_levels()
        return np.asarray(levels).copy()

    def _ideal_levels(self) -> Integers:
        self._build_path()
        return np.asarray(self.path.levels[0])

    def _place(self, issue: str) -> int:
        names = self.talks.case.issue_names
        places = {names[place]: place for place in self.talks.case.tabled(self.talks.p)}
        if issue not in places:
            raise RefusedDecisionError(f"{issue} is not on the table; on it are {', '.join(places)}.")
        return places[issue]

    def check(self, decision: Decision) -> None:
        """Refuse a decision that the rules of the table do not allow.

        Raises
        ------
        RefusedDecisionError
            With what is wrong and what would be right.
        """
        if decision.action is Action.ACCEPT:
            self._check_acceptance()
        elif decision.action is Action.OFFER:
            self._check_package(decision.package)

    def _check_acceptance(self) -> None:
        heard = self.heard()
        if heard is None:
            raise RefusedDecisionError("there is no offer to accept yet.")
        if heard.obstacle:
            raise RefusedDecisionError(f"you cannot sign it: {heard.obstacle}.")
        if not self.other.stands_by_offer():
            raise RefusedDecisionError("the other side no longer stands by its offer: an event has overtaken it.")

    def _check_package(self, package: Mapping[str, float]) -> None:
        for issue, value in package.items():
            self._place(issue)
            scale = self.scales()[issue]
            slack = 0.5 * (scale.high - scale.low) / max(1, scale.steps)
            if not scale.low - slack <= value <= scale.high + slack:
                raise RefusedDecisionError(f"{issue} must be between {scale.low:g} and {scale.high:g}, not {value:g}.")
        levels = self.levels_of(Decision(Action.OFFER, package))
        if not self._may_table(levels):
            raise RefusedDecisionError(f"this package cannot be tabled: {self._why_not(levels)}.")

    def _may_table(self, levels: Integers) -> bool:
        model = self.talks
        box = np.empty((2, MAX_ISSUES), np.int64)
        for branch in range(1 << int(linkage_count(model.p))):
            table_box(model.p, model.pledges, self.side, branch, model.common, box)
            if ((box[0] <= levels) & (levels <= box[1])).all():
                return True
        return False

    def _why_not(self, levels: Integers) -> str:
        if not self.may_sign(levels):
            return "your own red lines or the firms at home do not allow it"
        return "it is outside the red lines of the other side, which both sides keep to"

    def heard(self) -> Offer | None:
        """Return the other side's standing offer, as the person is shown it."""
        other = self.other.seat
        if other.tabled == 0:
            return None
        return self._offer(np.asarray(other.levels), self._obstacle(np.asarray(other.levels)))

    def _obstacle(self, levels: Integers) -> str:
        worth, need = self._worth(levels, self.side), float(self.seat.reservation)
        if not is_good_enough(worth, need, need):
            return f"it is worth {fixed(worth, 2)}, and less than {fixed(need, 2)} would not be ratified"
        if not self.may_sign(levels):
            return "red lines or the firms at home do not allow it"
        return ""

    def _offer(self, levels: Integers, obstacle: str = "") -> Offer:
        model = self.talks
        package = np.zeros(MAX_ISSUES)
        package_values(model.p, levels, package)
        _, ledger = model.price_package(package)
        return Offer(
            values={model.case.issue_names[i]: float(package[i]) for i in model.case.tabled(model.p)},
            own=self._worth(levels, self.side),
            other=float(package_value(self.believed, 1 - self.side, levels)),
            ledger={term: float(ledger[self.side, place]) for place, term in enumerate(self.terms)},
            obstacle=obstacle,
        )

    def scales(self) -> dict[str, Scale]:
        """Values that each issue on the table may take."""
        p, names = self.talks.p, self.talks.case.issue_names
        scales = {}
        for place in self.talks.case.tabled(p):
            last = int(p.issue_levels[place]) - 1
            scales[names[place]] = Scale(float(level_value(p, place, 0)), float(level_value(p, place, last)), last)
        return scales

    def _suggestions(self) -> tuple[Suggestion, ...]:
        """Packages of the own path, each at its lowest aspiration."""
        self._build_path()
        seat = self.seat
        found: dict[int, Suggestion] = {}
        for aspiration in LADDER:
            target = float(target_payoff(seat.reservation, seat.ideal, aspiration)) - PAYOFF_SLACK
            path = self.path_to(target)
            node = int(node_worth(path, target))
            found[node] = Suggestion(aspiration, self._offer(np.asarray(path.levels[node]).copy()))
        return tuple(found.values())

    def turn(self) -> Turn:
        """What the person is shown now."""
        model, seat = self.talks, self.seat
        return Turn(
            side=SIDES[self.side],
            round=model.round,
            date=model.date,
            deadline=model.case.date_of(model.deadline_day) if model.has_deadline else None,
            events=model.opened_by,
            ideal=float(seat.ideal),
            reservation=float(seat.reservation),
            walk_away=float(seat.walk_away),
            heard=self.heard(),
            last=self._offer(np.asarray(seat.levels).copy()) if seat.tabled != 0 else None,
            scales=self.scales(),
            suggestions=self._suggestions(),
        )
