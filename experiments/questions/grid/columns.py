"""What the columns of its tables hold."""

from __future__ import annotations

from typing import Final

from experiments.export.common import CONSTRAINTS, COUNT, NO_DEALS, OUTCOME
from experiments.export.described import NO_UNIT, Described, DescribedTable

_GRID: Final = Described("grid", "the config's own grid, or with every step halved", NO_UNIT, values="word")
_OF_QUANTITY: Final = "that of the column unit"

COLUMNS: Final = {
    "levels": DescribedTable(
        "an issue",
        (
            Described("issue", "issue, by its path in the config", NO_UNIT),
            Described("own", "levels on the config's own grid", COUNT),
            Described("halved", "levels with every step halved", COUNT),
        ),
    ),
    "outcomes": DescribedTable(
        "an outcome",
        (
            OUTCOME,
            Described("own", "negotiations that end so on the config's own grid", COUNT),
            Described("halved", "negotiations that end so with every step halved", COUNT),
        ),
    ),
    "differences": DescribedTable(
        "an agreed value or a gain",
        (
            Described("quantity", "issue, or gain of a side", NO_UNIT),
            Described("unit", "its unit", NO_UNIT, "it has none"),
            Described("own", "mean on the config's own grid", _OF_QUANTITY, NO_DEALS),
            Described("halved", "mean with every step halved", _OF_QUANTITY, NO_DEALS),
            Described("mean", "mean distance between both grids, run by run", _OF_QUANTITY, NO_DEALS),
            Described("percentile_95", "distance that 95 % of the runs do not exceed", _OF_QUANTITY, NO_DEALS),
        ),
    ),
    "constraints": DescribedTable("a constraint on an issue on a grid", (_GRID, *CONSTRAINTS)),
}
