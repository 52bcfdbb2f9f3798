"""What the columns of its tables hold."""

from __future__ import annotations

from typing import Final

from experiments.export.common import (
    CONSTRAINTS,
    COUNT,
    FROM_0,
    ISSUE,
    NO_DEALS,
    OUTCOME,
    RATE,
    REASON,
    SHARE,
    SIDE,
    as_of,
)
from experiments.export.described import DATE, NO_UNIT, Described, DescribedTable

_TARGET: Final = Described("target", "what is forecast", NO_UNIT, values="word")
_OF_TARGET: Final = "event: probability; rate: rate; change of trade: share"
_NO_DEAL: Final = "no deal by the day"
_NO_POSITION: Final = "no run has a position on the day"
_UNDEFINED: Final = "there is none, see the column reason"

COLUMNS: Final = {
    "scores": DescribedTable(
        "a score of a forecaster on a target",
        (
            as_of(),
            _TARGET,
            Described("score", "score; the lower the better", NO_UNIT, "none, see the column reason", "word"),
            Described("forecaster", "the model, or code of a baseline", NO_UNIT),
            Described("words", "the forecaster in words", NO_UNIT),
            Described("after_the_fact", "1 if it was chosen after the fact, else 0", NO_UNIT),
            Described("says", "probability of an event, or median", _OF_TARGET, _UNDEFINED),
            Described("value", "value of the score", "that of the score", _UNDEFINED),
            Described("error", "Monte Carlo error of the value", "that of the score", _UNDEFINED),
            Described("skill", "of a baseline: one less the model's score over its own", SHARE,
                      "the model itself, or the baseline's own score is missing"),
            Described("reason", "why there is no score", NO_UNIT, "there is one"),
        ),
    ),
    "pit": DescribedTable(
        "the probability integral transform of a rate or change",
        (
            as_of(),
            _TARGET,
            Described("low", "probability of less than what happened", "probability"),
            Described("high", "probability of no more than what happened", "probability"),
            Described("pit", "random number between both", "probability"),
        ),
    ),
    "paths": DescribedTable(
        "a position on record after the day of the forecast",
        (
            as_of(),
            Described("date", "day of the position", DATE),
            Described("round", "round of the talks; S: the statement of a summit", NO_UNIT),
            SIDE,
            ISSUE,
            Described("status", "how the position was taken", NO_UNIT, values="word"),
            Described("low", "lower end of the position", "that of the issue"),
            Described("value", "position", "that of the issue", "it is known as a range alone"),
            Described("high", "upper end of the position", "that of the issue", "the range is open above"),
            Described("unit", "distance that counts as one", "that of the issue"),
            Described("present", "share of the runs that have a position on the day", SHARE),
            Described("q10", "10 % of these runs are lower", "that of the issue", _NO_POSITION),
            Described("q50", "median of these runs", "that of the issue", _NO_POSITION),
            Described("q90", "90 % of these runs are lower", "that of the issue", _NO_POSITION),
            Described("model", "CRPS of the model", "units of the row", _NO_POSITION),
            Described("last", "distance of the last known position", "units of the row", "none was known"),
        ),
    ),
    "fan": DescribedTable(
        "the positions of a side on an issue in a week",
        (
            as_of(),
            Described("date", "day", DATE),
            SIDE,
            ISSUE,
            Described("present", "share of the runs that have a position on the day", SHARE),
            Described("q05", "5 % of these runs are lower", "that of the issue", _NO_POSITION),
            Described("q25", "25 % of these runs are lower", "that of the issue", _NO_POSITION),
            Described("q50", "median of these runs", "that of the issue", _NO_POSITION),
            Described("q75", "75 % of these runs are lower", "that of the issue", _NO_POSITION),
            Described("q95", "95 % of these runs are lower", "that of the issue", _NO_POSITION),
        ),
    ),
    "ablation": DescribedTable(
        "a measure of the forecast without one part of the model",
        (
            as_of(),
            Described("variant", "the whole forecast, or what it is without", NO_UNIT),
            Described("words", "what is left out", NO_UNIT),
            Described("measure", "measure: target and statistic", NO_UNIT, values="word"),
            Described("value", "value of the measure", "share, or rate of the target", NO_DEALS),
            Described("change", "value less that of the whole forecast", "share, or rate of the target", NO_DEALS),
            Described("error", "Monte Carlo error of the change", "share, or rate of the target", NO_DEALS),
        ),
    ),
    "contains": DescribedTable(
        "a target, and whether the config holds its answer",
        (
            as_of(),
            _TARGET,
            Described("deals", "runs with a deal by the day", COUNT),
            Described("on_inputs", "share of the deals that sit on an input", SHARE, "no deals, or no rate"),
            Described("at_answer", "share of the deals that sit on an input at the answer", SHARE,
                      "no deals, or no rate"),
            Described("inputs", "input on which most deals sit", NO_UNIT, "there is none"),
            Described("stated", "numbers of the config that are the answer", NO_UNIT, "there is none"),
            Described("contained", "whether the config contains the answer", NO_UNIT, values="word"),
        ),
    ),
    "constraints": DescribedTable("a constraint on a rate of the deals by the day", (as_of(), *CONSTRAINTS)),
    "leaks": DescribedTable(
        "an entry of the config and the day by which it was known",
        (
            as_of(),
            Described("kind", "whether it was known too late, left out, or has no day", NO_UNIT, values="word"),
            Described("path", "entry, by its path in the config", NO_UNIT),
            Described("value", "its value", NO_UNIT),
            Described("known_by", "day by which it was known", DATE, "it has none"),
            Described("source", "its source", NO_UNIT),
        ),
    ),
    "draws": DescribedTable(
        "a run of a forecast",
        (
            as_of(),
            Described("run", "number of the run", FROM_0),
            OUTCOME,
            REASON,
            Described("deal_date", "day of the deal", DATE, "no deal by the end of the talks"),
            Described("no_deal_before", "1 if there is no deal before 9 July, else 0", NO_UNIT, "not open any more"),
            Described("deal_by", "1 with a deal by the day, else 0", NO_UNIT, "not open any more"),
            Described("partner_first",
 "1 if {partner} leaves 2.5 % on cars before the US leaves 27.5 %, else 0", NO_UNIT,
                      "nobody does, or not open any more"),
            Described("us_holds",
 "1 if the US still asks for a country rate of 20 % or more in the last round on record, else 0", NO_UNIT,
                      "not open any more"),
            Described("car_tariff", "rate on cars that holds on the day", RATE, _NO_DEAL),
            Described("reciprocal_tariff", "country rate that holds on the day", RATE, _NO_DEAL),
            Described("car_exports", "change of the exports of cars", SHARE, _NO_DEAL),
            Described("all_exports", "change of all exports to the US", SHARE, _NO_DEAL),
            Described("binds.<issue>", "constraint on which the agreed value sits: <issue>", NO_UNIT,
                      "no deal by the day", "constraint"),
        ),
    ),
}  # fmt: skip
