"""What the columns of its tables hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from experiments.export.common import ISSUE, MONEY, NASH_DISTANCE, NO_DEAL, OUTCOME, PARETO_GAP, REASON
from experiments.export.described import NO_UNIT, Described, DescribedTable

_PAYOFF: Final = Described("payoff.<side>", "payoff of <side> against the world of 2024", MONEY)
_GAIN: Final = Described("gain.<side>", "gain of <side> over walking away", MONEY)
_PACKAGE: Final = Described("package.<issue>", "<issue>", "<issue>", NO_DEAL)
_SOLUTION: Final = Described("solution", "solution of the bargaining problem", NO_UNIT, values="word")

COLUMNS: Final = {
    "frontier": DescribedTable("a package that no other one improves for both sides", (_PAYOFF,)),
    "solutions": DescribedTable("a solution among the packages of the agenda", (_SOLUTION, _PAYOFF, _GAIN, _PACKAGE)),
    "between_levels": DescribedTable(
        "a solution between the levels of the agenda",
        (
            _SOLUTION,
            _PAYOFF,
            _GAIN,
            Described("shift", "distance of its payoffs from those of the solution among the packages", MONEY),
            _PACKAGE,
        ),
    ),
    "talks": DescribedTable(
        "the negotiation that was solved",
        (
            OUTCOME,
            REASON,
            NASH_DISTANCE,
            PARETO_GAP,
            replace(_PAYOFF, missing=NO_DEAL),
            replace(_GAIN, missing=NO_DEAL),
            _PACKAGE,
        ),
    ),
    "value_left": DescribedTable(
        "an issue of the deal",
        (
            ISSUE,
            Described("added", "joint value that another level of this issue alone would add", MONEY),
            Described("at", "level that would add most", "that of the issue"),
        ),
    ),
}
