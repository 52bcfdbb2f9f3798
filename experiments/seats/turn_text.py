"""A person's turn in words, the same in the terminal and on the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from experiments.labels import SIDE_LABELS, fixed, inside, ordered_issues, plain, quantity, unit_of
from experiments.story.text import day, deadline_words
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.seats.turn import Offer, Turn


def other_label(turn: Turn) -> str:
    """Name of the other side."""
    return SIDE_LABELS[SIDES[1 - SIDES.index(turn.side)]]


def when(turn: Turn) -> str:
    """Round, date and deadline."""
    return f"Round {turn.round}, {day(turn.date)}; {deadline_words(turn.deadline)}."


def payoffs_to_know(turn: Turn) -> str:
    """What the person needs, has without a deal, and could have at best."""
    need = f"You need {fixed(turn.reservation, 2)}; walking away is worth {fixed(turn.walk_away, 2)}"
    return f"{need}, your best package {fixed(turn.ideal, 2)} (US$ bn a year)."


def obstacle(turn: Turn) -> str:
    """Why the person cannot sign the other side's offer; empty where they can, or where there is none."""
    if turn.heard is None or not turn.heard.obstacle:
        return ""
    return f"You cannot sign the offer: {turn.heard.obstacle}."


def offered(turn: Turn, issue: str, units: Mapping[str, str]) -> tuple[str, str]:
    """Value of an issue in the other side's offer and in the own last one."""
    heard, last = (
        quantity(offer.values[issue], unit_of(issue, units)) if offer else "-" for offer in (turn.heard, turn.last)
    )
    return heard, last


def worth(turn: Turn) -> dict[str, tuple[str, str]]:
    """What the other side's offer and the own last one are worth, US$ bn a year, by to whom."""
    offers = (turn.heard, turn.last)
    to_you = [fixed(offer.own, 2) if offer else "-" for offer in offers]
    to_them = [fixed(offer.other, 2) if offer else "-" for offer in offers]
    return {
        "worth to you": (to_you[0], to_you[1]),
        f"worth to {other_label(turn)}, you believe": (to_them[0], to_them[1]),
    }


def package(offer: Offer, units: Mapping[str, str]) -> str:
    """All values of a package on one line."""
    return ", ".join(
        f"{inside(plain(issue))} {quantity(offer.values[issue], unit_of(issue, units))}"
        for issue in ordered_issues(offer.values)
    )
