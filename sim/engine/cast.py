"""Who sits at the tables, as the model sees them, and what they sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sim.engine.case import Case
from sim.issues import SideName
from sim.records import Floats, Integers, Record, Table


class GovernmentView(Protocol):
    """What the model asks of a government at the table."""

    side: int
    seat: Record
    path: Record
    believed: Record
    follows_tactic: bool

    def enter_regime(self, before: Record, is_first: bool) -> None:
        """Take up the parameters of a new regime."""

    def tabulate_beliefs(self, is_new: bool) -> bool:
        """Bring own beliefs about payoffs up to date; whether they have changed."""

    def believe_in_force(self, before: Floats, after: Floats) -> None:
        """Put the rates of a threat that was carried out in force in what it believes of parameters from now on."""

    def take_stock(self) -> None:
        """Bring what has been learnt to new payoff tables."""

    def lessons(self) -> Floats | None:
        """Learnt multiplier of every group of issues; None for a side that does not learn."""

    def study_table(self) -> None:
        """Rebuild the concession path."""

    def path_to(self, payoff: float) -> Record:
        """Concession path, built at least down to the first package worth less than `payoff`."""

    def deepen_path(self) -> None:
        """Rebuild the concession path if the walk-away may now fall below its end."""

    def weigh_offer(self) -> None:
        """Value the own standing offer to both sides after the tables have changed."""

    def prepare(self) -> None:
        """Weigh the walk-away at today's date."""

    def next_node(self) -> int:
        """Choose the node of the path that it asks for next."""

    def tabled_node(self, wanted: int) -> int:
        """Node of the path that it tables if it does not sign, given the one that it asks for."""

    def accepts_offer(self) -> bool:
        """Whether to sign the other side's standing offer instead of tabling a package."""

    def stands_by_offer(self) -> bool:
        """Whether it would still sign its own standing offer."""

    def may_sign(self, levels: Integers) -> bool:
        """Whether red lines and the domestic table let it sign an offer."""

    def accepts_package(self, package: Floats, payoff: float) -> bool:
        """Whether to sign a package of values worth `payoff`."""

    def table(self, node: int) -> None:
        """Put a node of the path on the table."""

    def plans_to_move(self) -> bool:
        """Whether it would still move or sign before the deadline."""


class NegotiationView(Protocol):
    """What is collected of a negotiation: where it stands, and what its governments have on the table."""

    p: Record
    case: Case
    round: int

    @property
    def governments(self) -> Sequence[GovernmentView]:
        """Both governments, the US first."""

    @property
    def date(self) -> date:
        """Day of this round."""


class DomesticAgent(Protocol):
    """What the model asks of a firm or a chip maker."""

    name: str

    def no_deal(self, row: int) -> float:
        """Expected payoff at the status quo or under the threat."""

    def payoff(self, package: Floats, pledge: Floats) -> float:
        """Expected payoff under a package and its pledge."""


class Firm(DomesticAgent, Protocol):
    """What the model asks of a data-centre firm."""

    reservation: float
    signed: bool

    def review(self, day: float) -> float:
        """Reservation subsidy at a review of the domestic table."""

    def answer(self, subsidy_rate: float) -> None:
        """Sign at the subsidy on offer or hold out."""


class Maker(DomesticAgent, Protocol):
    """What the model asks of a chip maker."""

    shipped: float
    price: float

    def supply(self) -> Table:
        """What it offers to ship: an array of one maker."""

    def answer(self, pledge: Floats) -> None:
        """Answer a pledge with quantity and price."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The agents of one negotiation."""

    us: GovernmentView
    partner: GovernmentView
    firms: Sequence[Firm]
    makers: Sequence[Maker]


@dataclass(frozen=True, slots=True)
class Deal:
    """What was signed: the package as values, its levels where it lies on the grid, and who had proposed it."""

    package: Floats
    pledge: Floats
    proposer: SideName | None
