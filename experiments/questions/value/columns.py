"""What the columns of its tables hold."""

from __future__ import annotations

from typing import Final

from experiments.export.common import COUNT, FROM_0, MONEY, SIDE
from experiments.export.described import NO_UNIT, Described, DescribedTable

_ACCOUNT: Final = Described("account", "as the governments count, or in plain economics", NO_UNIT, values="word")
_OF_ISSUE: Final = "that of the issue"
_ISSUE: Final = Described("issue", "issue of which there is an amount", NO_UNIT, values="issue")
_OTHER: Final = Described("other", "issue whose move makes up for it", NO_UNIT, values="issue")
_CHANGE: Final = Described("change", "what the amount alone changes in the payoff of the side", MONEY,
                           "the amount is out of range or cannot be delivered")  # fmt: skip
_MOVE: Final = Described("move", "move of the other issue that makes up for it", "that of the other issue",
                         "there is none")  # fmt: skip
_WHY: Final = Described("why", "why there is no such move: range, delivery or agenda", NO_UNIT, "there is one")
_CROSSES: Final = Described("crosses", "sides of which the package that comes of it crosses a red line", NO_UNIT,
                            "no red line is crossed")  # fmt: skip
_AMOUNT: Final = Described("amount", "amount of the issue that is to be made up for", _OF_ISSUE)

_EQUIVALENTS: Final = (_ISSUE, _AMOUNT, _OTHER, _ACCOUNT, SIDE, _CHANGE, _MOVE, _WHY, _CROSSES)

COLUMNS: Final = {
    "package": DescribedTable(
        "an issue of the package",
        (
            Described("issue", "issue on the table", NO_UNIT, values="issue"),
            Described("value", "its value in the package", _OF_ISSUE),
            Described("source", "where the value comes from", NO_UNIT),
            Described("low", "low end of the issue on the agenda", _OF_ISSUE),
            Described("high", "high end of the issue on the agenda", _OF_ISSUE),
            Described("levels", "levels of the issue on the agenda", COUNT),
        ),
    ),
    "terms": DescribedTable(
        "a term of the payoff of an agent",
        (
            Described("agent", "government, firm or chip maker", NO_UNIT),
            Described("role", "what kind of agent it is", NO_UNIT, values="word"),
            Described("state", "the package, or the status quo without a deal", NO_UNIT, values="word"),
            Described("term", "term of the payoff", NO_UNIT, values="word"),
            Described("payoff", "the term as the agent counts it", MONEY),
            Described("money", "part of it that is money", MONEY),
            Described("politics", "part of it that is politics", MONEY),
            Described("belief", "part of it that is a belief", MONEY),
            Described("plain", "the term in plain economics", MONEY, "firms and makers have one account"),
        ),
    ),
    "marginal": DescribedTable(
        "what a little more of an issue is worth to a side",
        (
            Described("issue", "issue that moves", NO_UNIT, values="issue"),
            Described("unit", "unit of the issue", NO_UNIT, "it has none"),
            _ACCOUNT,
            SIDE,
            Described("down", "change of the payoff a unit, over one step down", "US$ bn a year for a unit of it",
                      "the range ends there, or the step cannot be delivered"),
            Described("up", "change of the payoff a unit, over one step up", "US$ bn a year for a unit of it",
                      "the range ends there, or the step cannot be delivered"),
        ),
    ),
    "units": DescribedTable("what makes up for one unit of an issue", _EQUIVALENTS),
    "equivalents": DescribedTable("what makes up for the amount", _EQUIVALENTS),
    "curves": DescribedTable(
        "a point of the indifference curves",
        (
            _ACCOUNT,
            Described("first", "value of the first issue of the pair", _OF_ISSUE),
            Described("<side>", "value of the second issue that leaves <side> as well off", "that of the second issue",
                      "there is none in its range"),
            Described("better_from", "lowest value of the second issue at which both are better off",
                      "that of the second issue", "there is none"),
            Described("better_to", "highest value of the second issue at which both are better off",
                      "that of the second issue", "there is none"),
            Described("delivered", "whether the chips can be delivered", NO_UNIT),
        ),
    ),
    "spread": DescribedTable(
        "what the draws say of an issue that makes up for the amount",
        (
            _OTHER,
            _ACCOUNT,
            SIDE,
            Described("draws", "draws of the config", COUNT),
            Described("found", "draws in which there is such a move", COUNT),
            Described("low", "5 % of these moves are lower", "that of the other issue", "no draw has one"),
            Described("median", "median of these moves", "that of the other issue", "no draw has one"),
            Described("high", "95 % of these moves are lower", "that of the other issue", "no draw has one"),
        ),
    ),
    "draws": DescribedTable(
        "what makes up for the amount in a draw of the config",
        (Described("run", "number of the draw", FROM_0), _OTHER, _ACCOUNT, SIDE, _CHANGE, _MOVE, _WHY),
    ),
}  # fmt: skip
