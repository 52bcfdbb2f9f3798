"""What the columns of its tables hold."""

from __future__ import annotations

from typing import Final

from experiments.export.common import CONSTRAINTS, COUNT, FROM_0, HIGH, ISSUE, LOW, MONEY, NO_DEALS, SHARE, SIDE
from experiments.export.described import NO_UNIT, Described, DescribedTable

_POINT: Final = Described("point", "number of the point", FROM_0)
_NO_ENDS: Final = "a single world, or a Sobol sequence, which spreads its points evenly"
_OFFERED: Final = "the side tabled nothing there"

COLUMNS: Final = {
    "points": DescribedTable(
        "a point of the sweep",
        (
            _POINT,
            Described("runs", "negotiations at the point", COUNT),
            Described("share.<outcome>_low", f"{LOW} the share of <outcome>", SHARE),
            Described("share.<outcome>_high", f"{HIGH} the share of <outcome>", SHARE),
            Described("share.<outcome>", "share of the negotiations that end so: <outcome>", SHARE),
            Described("gain.<side>_low", f"{LOW} the mean gain of <side>", MONEY),
            Described("gain.<side>_high", f"{HIGH} the mean gain of <side>", MONEY),
            Described("gain.<side>", "mean gain of <side> over walking away", MONEY),
            Described("<issue>.deals", "deals with the <issue> on the table", COUNT),
            Described("<issue>.q05", "5 % of the deals agree on less: <issue>", "<issue>", NO_DEALS),
            Described("<issue>.q50", "median of the deals: <issue>", "<issue>", NO_DEALS),
            Described("<issue>.q95", "95 % of the deals agree on less: <issue>", "<issue>", NO_DEALS),
            Described("<path>", "value at the point: <path>", "<path>"),
        ),
    ),
    "changes": DescribedTable(
        "a point beside another, world by world",
        (
            _POINT,
            Described("beside", "what the point is set beside: the first point, or the one before", NO_UNIT),
            Described("deals_low", f"{LOW} the change of the share of deals", SHARE, _NO_ENDS),
            Described("deals_high", f"{HIGH} the change of the share of deals", SHARE, _NO_ENDS),
            Described("deals", "share of deals, less that at the other point", SHARE),
            Described("<side>_low", f"{LOW} the change of the mean gain of <side>", MONEY, _NO_ENDS),
            Described("<side>_high", f"{HIGH} the change of the mean gain of <side>", MONEY, _NO_ENDS),
            Described("<side>", "mean gain of <side> over walking away, less that at the other point", MONEY),
        ),
    ),
    "constraints": DescribedTable("a constraint on an issue at a point", (_POINT, *CONSTRAINTS)),
    "openings": DescribedTable(
        "the first offer of a side on an issue at a point",
        (
            _POINT,
            SIDE,
            ISSUE,
            Described("q05", "5 % of the first offers are lower", "that of the issue", _OFFERED),
            Described("q50", "median of the first offers", "that of the issue", _OFFERED),
            Described("q95", "95 % of the first offers are lower", "that of the issue", _OFFERED),
        ),
    ),
    "following": DescribedTable(
        "an issue in a sweep of a leader's opening",
        (
            ISSUE,
            Described("unit", "unit of the issue", NO_UNIT, "it has none"),
            Described("opening_first", "median opening at the first point", "that of the issue", _OFFERED),
            Described("opening_last", "median opening at the last point", "that of the issue", _OFFERED),
            Described("settled_first", "median deal at the first point with any", "that of the issue", NO_DEALS),
            Described("settled_last", "median deal at the last point with any", "that of the issue", NO_DEALS),
            Described("points", "points with deals and openings", COUNT),
            Described("follows", "slope of the median deal on the median opening", NO_UNIT,
                      "fewer than two points, or the opening stays"),
        ),
    ),
}  # fmt: skip
