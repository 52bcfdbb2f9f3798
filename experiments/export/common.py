"""Entries of the dictionary that tables of several questions share, each written once."""

from __future__ import annotations

from typing import Final

from experiments.export.described import DATE, NO_UNIT, Described

MONEY: Final = "US$ bn a year"
SHARE: Final = "share"
RATE: Final = "rate"
COUNT: Final = "count"
DAYS: Final = "days"
ROUNDS: Final = "rounds"
FROM_0: Final = "counted from 0"
FROM_1: Final = "counted from 1"
POINTS: Final = "share of outcomes"

#: What a missing value means in tables of deals.
NO_DEAL: Final = "no deal"
NO_DEALS: Final = "no deals"

ISSUE: Final = Described("issue", "issue of the negotiation", NO_UNIT, values="issue")
SIDE: Final = Described("side", "side", NO_UNIT, values="side")
OUTCOME: Final = Described("outcome", "how the talks ended", NO_UNIT, values="outcome")
REASON: Final = Described("reason", "why the talks ended so", NO_UNIT, values="reason")

NASH_DISTANCE: Final = Described(
    "nash_distance", "distance of the deal's payoffs from those of Nash's solution", MONEY, NO_DEAL
)
PARETO_GAP: Final = Described("pareto_gap", "what both sides could still gain at once", MONEY, NO_DEAL)

#: How many deals sit on what, see :func:`experiments.story.constraints.count_constraints`.
COUNTS: Final = (
    ISSUE,
    Described("constraint", "constraint on which the issue sits in deals", NO_UNIT, values="constraint"),
    Described("count", "deals that sit on it", COUNT),
    Described("share", "share of the deals with the issue on the table that sit on it", SHARE),
)
CONSTRAINTS: Final = (*COUNTS, Described("words", "the constraint in words", NO_UNIT))

#: Ends of a confidence interval, in words.
LOW: Final = "lower end of the confidence interval of"
HIGH: Final = "upper end of the confidence interval of"


def as_of(column: str = "as_of") -> Described:
    """Day of a forecast."""
    return Described(column, "day whose knowledge the forecast has", DATE)
