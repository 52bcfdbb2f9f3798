"""What a person at the table is shown, and what they may answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Action(StrEnum):
    """What a person does in a turn."""

    ACCEPT = "accept"
    OFFER = "offer"
    HOLD = "hold"
    WALK_OUT = "walk_out"


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's turn.

    Attributes
    ----------
    action : Action
        What is done.
    package : mapping
        With an offer, values by issue in the issues' units; an issue that is left out stays as in the last offer.
    """

    action: Action
    package: Mapping[str, float] = field(default_factory=dict)


class RefusedDecisionError(ValueError):
    """A decision that the rules of the table do not allow; the message says why."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A package on the table.

    Attributes
    ----------
    values : dict
        Value of every issue on the table, in its unit.
    own, other : float
        What it is worth to the person's side, and to the other side as the person's side believes, US$ bn a year.
    ledger : dict
        Terms of the own payoff, US$ bn a year.
    obstacle : str
        Why the person's side cannot sign it; empty if it can.
    """

    values: dict[str, float]
    own: float
    other: float
    ledger: dict[str, float]
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A package of the side's concession path: of those worth as much to it, what the other side likes best.

    Attributes
    ----------
    aspiration : float
        Share of the way from what the side needs to its best package.
    offer : Offer
        The package.
    """

    aspiration: float
    offer: Offer


@dataclass(frozen=True, slots=True)
class Scale:
    """Values that an issue may take: from `low` to `high` in equal steps."""

    low: float
    high: float
    steps: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What a person knows when it is their turn; payoffs in US$ bn a year.

    Attributes
    ----------
    side : str
        ``us_treasury`` or ``partner``.
    round : int
        Number of the round.
    date, deadline : datetime.date
        Its date, and the deadline that stands; None where none does.
    events : tuple of str
        Events that happened in this round.
    ideal, reservation, walk_away : float
        Worth of the own best package, of the least that would be ratified, and of no deal.
    heard : Offer or None
        The other side's standing offer.
    last : Offer or None
        The own standing offer.
    scales : dict
        Values that each issue may take.
    suggestions : tuple of Suggestion
        Packages of the concession path, from the best downwards.
    """

    side: str
    round: int
    date: dt.date
    deadline: dt.date | None
    events: tuple[str, ...]
    ideal: float
    reservation: float
    walk_away: float
    heard: Offer | None
    last: Offer | None
    scales: dict[str, Scale]
    suggestions: tuple[Suggestion, ...]
