"""When a side signs: the acceptance conditions of Baarslag, Hindriks and Jonker (2014).

Whatever the condition, an offer must be worth the reservation payoff and the side must be able to sign it. Utilities of
the paper, from 0 to 1, are here the share of the range from the reservation payoff to the ideal one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sim.bargaining.offers import PAYOFF_SLACK, accepts_offer, is_good_enough, target_payoff
from sim.bargaining.valuation import package_value
from sim.compiled import rule
from sim.records import Record


@dataclass(frozen=True, slots=True)
class Condition:
    """An acceptance condition: its name in configs, the number that it needs, if any, and what it does."""

    name: str
    number: str | None
    summary: str
    reference: str


_BAARSLAG: Final = "Baarslag, Hindriks and Jonker (2014)"

#: Acceptance conditions in the order of the numbers that stand for them in records.
CONDITIONS: Final = (
    Condition("ac_next", None, "signs what is worth at least the package it would table next", _BAARSLAG),
    Condition("ac_const", "level", "signs what is worth at least this share of its range, 0 to 1", _BAARSLAG),
    Condition("ac_time", "time", "signs anything acceptable once this share of the time has passed, 0 to 1", _BAARSLAG),
    Condition(
        "ac_combi",
        "time",
        "signs as ac_next and, from this share of the time on, also what no offer of a window has beaten that is as "
        "long as the time left",
        _BAARSLAG,
    ),
)
AC_NEXT, AC_CONST, AC_TIME, AC_COMBI = range(len(CONDITIONS))


@rule
def best_in_window(valuation: Record, side: int, other: Record, rounds_left: int) -> float:
    """Best payoff among the last offers of the other side, as many as there are rounds to the deadline; at least one.

    Offers made before the last event count only if nothing has been offered since.
    """
    window = max(1, rounds_left)
    first = max(other.offers - window, min(other.opening, other.offers - 1), 0)
    best = package_value(valuation, side, other.history[first])
    for k in range(first + 1, other.offers):
        best = max(best, package_value(valuation, side, other.history[k]))
    return float(best)


@rule
def accepts(
    p: Record, talk: Record, valuation: Record, side: int, seat: Record, other: Record, own_next: float
) -> bool:
    """Whether a side signs the other's standing offer instead of tabling an own package worth `own_next`."""
    return accepts_at(p, valuation, side, seat, other, own_next, talk.time, talk.last_round - talk.round)


@rule
def accepts_at(
    p: Record, valuation: Record, side: int, seat: Record, other: Record, own_next: float, time: float, rounds_left: int
) -> bool:
    """Whether a side signs the other's standing offer at a time, 0 to 1, with so many rounds left.

    AC_combi is AC_next or, after its time, AC_const at the best offer of the window [t - (1 - t), t].
    """
    condition, number = p.acceptance[side], p.acceptance_number[side]
    offer = other.value_to_other
    if condition == AC_CONST:
        level = target_payoff(seat.reservation, seat.ideal, number)
        return bool(is_good_enough(offer, level, seat.reservation) and other.signable[side] != 0)
    due = condition != AC_NEXT and time >= number and other.tabled != 0
    if due and (condition == AC_TIME or offer >= best_in_window(valuation, side, other, rounds_left) - PAYOFF_SLACK):
        return bool(is_good_enough(offer, seat.reservation, seat.reservation) and other.signable[side] != 0)
    return bool(condition != AC_TIME and accepts_offer(seat, side, other, own_next))
