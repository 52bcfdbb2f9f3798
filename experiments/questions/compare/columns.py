"""What the columns of its tables hold."""

from __future__ import annotations

from typing import Final

from experiments.export.common import CONSTRAINTS, COUNT, FROM_1, ISSUE, NO_DEALS, SHARE, SIDE
from experiments.export.described import NO_UNIT, Described, DescribedTable

_RUN: Final = Described("run", "run beside the base, by its label", NO_UNIT)
_EVERY_RUN: Final = Described("run", "label of the run", NO_UNIT)
_UNIT: Final = Described("unit", "its unit", NO_UNIT, "it has none")
_OF_QUANTITY: Final = "that of the column unit"
_KIND: Final = Described("kind", "issue, gain, timing, payoff or walk_away", NO_UNIT, values="word")
_QUANTITY: Final = Described("quantity", "issue, agent, or round or date of the deal", NO_UNIT)
_NONE: Final = "there is no interval for these draws, or too few deals"

COLUMNS: Final = {
    "runs": DescribedTable(
        "a run",
        (
            _EVERY_RUN,
            Described("title", "title of its config", NO_UNIT),
            Described("seed", "seed of its draws", NO_UNIT),
            Described("runs", "negotiations that it has", COUNT),
            Described("pairs", "negotiations that meet the same draws as those of the base", COUNT),
            Described("has_intervals", "whether chance between negotiations has an interval", NO_UNIT),
            Described("draws", "how its draws stand to those of the base, in a sentence", NO_UNIT, "it is the base"),
        ),
    ),
    "changes": DescribedTable(
        "a setting that was changed",
        (
            _RUN,
            Described("path", "setting, by its path in the config", NO_UNIT),
            Described("meaning", "what it is", NO_UNIT),
            Described("unit", "unit of the setting", NO_UNIT, "it has none"),
            Described("before", "what the base has, in words", NO_UNIT),
            Described("after", "what the run has, in words", NO_UNIT),
            Described("remark", "why the change does nothing", NO_UNIT, "it may do something"),
        ),
    ),
    "outcomes": DescribedTable(
        "an outcome in a run beside the base",
        (
            _RUN,
            Described("outcome", "how talks ended", NO_UNIT, values="outcome"),
            Described("base_count", "negotiations of the base that end so", COUNT),
            Described("base_runs", "negotiations of the base that are compared", COUNT),
            Described("count", "negotiations of the run that end so", COUNT),
            Described("runs", "negotiations of the run that are compared", COUNT),
            Described("base_share", "share of the base", SHARE),
            Described("share", "share of the run", SHARE),
            Described("difference", "share of the run less that of the base", SHARE),
            Described("low", "lower end of the 95 % interval of the difference", SHARE, _NONE),
            Described("high", "upper end of the 95 % interval of the difference", SHARE, _NONE),
        ),
    ),
    "moves": DescribedTable(
        "a pair of outcomes under the same draws",
        (
            _RUN,
            Described("base_outcome", "how the negotiation of the base ended", NO_UNIT, values="outcome"),
            Described("outcome", "how that of the run with the same draws ended", NO_UNIT, values="outcome"),
            Described("count", "pairs of negotiations", COUNT),
        ),
    ),
    "values": DescribedTable(
        "a quantity in a run beside the base",
        (
            _RUN,
            _KIND,
            _QUANTITY,
            _UNIT,
            Described("base_count", "values of the base: deals, pairs of deals, or negotiations", COUNT),
            Described("count", "values of the run", COUNT),
            Described("base_mean", "mean of the base", _OF_QUANTITY, NO_DEALS),
            Described("mean", "mean of the run", _OF_QUANTITY, NO_DEALS),
            Described("difference", "mean of the run less that of the base", _OF_QUANTITY, NO_DEALS),
            Described("low", "lower end of the 95 % interval of the difference", _OF_QUANTITY, _NONE),
            Described("high", "upper end of the 95 % interval of the difference", _OF_QUANTITY, _NONE),
            Described("base_median", "median of the base", _OF_QUANTITY, NO_DEALS),
            Described("median", "median of the run", _OF_QUANTITY, NO_DEALS),
        ),
    ),
    "spreads": DescribedTable(
        "a quantity in a run",
        (
            _EVERY_RUN,
            _KIND,
            _QUANTITY,
            _UNIT,
            Described("count", "values of the run", COUNT),
            Described("mean", "mean of its own deals", _OF_QUANTITY, NO_DEALS),
            Described("q05", "5 % of its deals have less", _OF_QUANTITY, NO_DEALS),
            Described("q25", "a quarter of its deals has less", _OF_QUANTITY, NO_DEALS),
            Described("q50", "median of its deals", _OF_QUANTITY, NO_DEALS),
            Described("q75", "three quarters of its deals have less", _OF_QUANTITY, NO_DEALS),
            Described("q95", "95 % of its deals have less", _OF_QUANTITY, NO_DEALS),
        ),
    ),
    "constraints": DescribedTable("a constraint on an issue in a run", (_EVERY_RUN, *CONSTRAINTS)),
    "positions": DescribedTable(
        "what a side tables on an issue in a round of a run",
        (
            _EVERY_RUN,
            ISSUE,
            SIDE,
            Described("round", "round of the talks", FROM_1),
            Described("runs", "negotiations that are still at the table", COUNT),
            Described("q25", "a quarter of the offers is lower", "that of the issue"),
            Described("q50", "median of the offers", "that of the issue"),
            Described("q75", "three quarters of the offers are lower", "that of the issue"),
        ),
    ),
}
