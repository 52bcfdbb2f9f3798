"""What the columns of its tables hold."""

from __future__ import annotations

from typing import Final

from experiments.export.common import FROM_0, SHARE
from experiments.export.described import NO_UNIT, Described, DescribedTable

_ISSUE: Final = Described("issue", "issue of the table of positions", NO_UNIT)
_FORECASTER: Final = Described("forecaster", "forecaster", NO_UNIT, values="word")
_OF_ISSUE: Final = "that of the issue"
_NO_ANSWER: Final = "it has no answer"

COLUMNS: Final = {
    "forecasts": DescribedTable(
        "what a forecaster says of an issue",
        (
            _ISSUE,
            _FORECASTER,
            Described("value", "what it says", _OF_ISSUE, _NO_ANSWER),
            Described("low", "least over the orders of trades that bring the same gain", _OF_ISSUE, _NO_ANSWER),
            Described("high", "most over the orders of trades that bring the same gain", _OF_ISSUE, _NO_ANSWER),
        ),
    ),
    "noise": DescribedTable(
        "what a forecaster says of an issue when salience is known with an error",
        (
            _ISSUE,
            _FORECASTER,
            Described("deviation", "standard deviation of the logarithm of salience", NO_UNIT),
            Described("low", "5 % of the draws with an answer say less", _OF_ISSUE, "no draw has an answer"),
            Described("median", "median of the draws with an answer", _OF_ISSUE, "no draw has an answer"),
            Described("high", "95 % of the draws with an answer say less", _OF_ISSUE, "no draw has an answer"),
            Described("far", "share of the draws further than 5 % of the range from the answer without noise", SHARE,
                      "there is no answer without noise"),
            Described("without", "share of the draws without an answer", SHARE),
        ),
    ),
    "paths": DescribedTable(
        "an actor's position after a round of the expected-utility model",
        (
            _ISSUE,
            Described("reading", "reading of the model", NO_UNIT, values="word"),
            Described("round", "round", FROM_0),
            Described("actor", "actor", NO_UNIT),
            Described("position", "position", _OF_ISSUE),
            Described("risk", "exponent of risk, 1 where it is neutral", NO_UNIT, "before the first round"),
            Described("kind", "how it came to its position", NO_UNIT, values="word"),
            Described("towards", "actor towards whom it moved", NO_UNIT, "it moved towards nobody"),
        ),
    ),
    "chain": DescribedTable(
        "a position in the long run of the Condorcet chain",
        (
            _ISSUE,
            Described("position", "position", _OF_ISSUE),
            Described("share", "share of the time that the chain is there", SHARE),
        ),
    ),
    "trades": DescribedTable(
        "an exchange of positions that is made",
        (
            Described("giver", "actor that gives way on the first issue", NO_UNIT),
            Described("taker", "actor that gives way on the second issue", NO_UNIT),
            Described("first", "first issue", NO_UNIT),
            Described("second", "second issue", NO_UNIT),
            Described("first_shift", "how far the outcome of the first issue moves", "that of the first issue"),
            Described("second_shift", "how far the outcome of the second issue moves", "that of the second issue"),
            Described("gain", "gain of each of both actors", "utility"),
        ),
    ),
}  # fmt: skip
