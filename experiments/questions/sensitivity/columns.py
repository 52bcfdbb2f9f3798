"""What the columns of its tables hold."""

from __future__ import annotations

from typing import Final

from experiments.export.common import COUNT, COUNTS, FROM_1, HIGH, LOW
from experiments.export.described import NO_UNIT, Described, DescribedTable

_OUTPUT: Final = Described("output", "output that is explained", NO_UNIT)
_METHOD: Final = Described("method", "method", NO_UNIT, values="word")
_OF_MEASURE: Final = "sobol: share of variance; pawn: distance from 0 to 1; morris: that of the output"

COLUMNS: Final = {
    "effects": DescribedTable(
        "a measure of an input's effect on an output",
        (
            _OUTPUT,
            _METHOD,
            Described("input", "input, by its path in the config", NO_UNIT),
            Described("rank", "rank of the input by the main measure of the method", FROM_1,
                      "of the input that changes nothing"),
            Described("measure", "measure", NO_UNIT, values="word"),
            Described("value", "value of the measure", _OF_MEASURE),
            Described("low", f"{LOW} the value", _OF_MEASURE, "the method gives no interval"),
            Described("high", f"{HIGH} the value", _OF_MEASURE, "the method gives no interval"),
        ),
    ),
    "agreement": DescribedTable(
        "two methods on an output",
        (
            _OUTPUT,
            Described("first", "one method", NO_UNIT, values="word"),
            Described("second", "the other method", NO_UNIT, values="word"),
            Described("rank_correlation", "Spearman's rank correlation of the main measures", NO_UNIT,
                      "one of them ranks all inputs alike"),
            Described("shared_top", "inputs that both have among their first five", COUNT),
        ),
    ),
    "swings": DescribedTable(
        "an input's low and high end for an output",
        (
            Described("input", "input, by its path in the config", NO_UNIT),
            Described("unit", "unit of the input", NO_UNIT, "it has none"),
            Described("low_input", "median of the lowest tenth of the input, or not happening", "that of the input"),
            Described("high_input", "median of the highest tenth of the input, or happening", "that of the input"),
            Described("at_low", "mean of the output at the low end", "that of the output",
                      "no point with this output there"),
            Described("at_high", "mean of the output at the high end", "that of the output",
                      "no point with this output there"),
            Described("mean", "mean of the output", "that of the output"),
            _OUTPUT,
        ),
    ),
    "notes": DescribedTable(
        "a remark of a method on an output",
        (_OUTPUT, _METHOD, Described("note", "why the method says nothing, or of which points it speaks", NO_UNIT)),
    ),
    "outputs": DescribedTable(
        "an output",
        (
            _OUTPUT,
            Described("label", "the output in words", NO_UNIT),
            Described("unit", "unit of the output", NO_UNIT, "a share of worlds, or a number without unit"),
            Described("points", "points at which it is defined", COUNT),
            Described("mean", "mean over these points", "that of the output", "it is defined nowhere"),
            Described("sd", "standard deviation over these points", "that of the output", "fewer than two points"),
            Described("constant", "whether it never varies", NO_UNIT),
        ),
    ),
    "constraints": DescribedTable("a constraint on an issue", COUNTS),
}  # fmt: skip
