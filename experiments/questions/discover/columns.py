"""What the columns of its tables hold."""

from __future__ import annotations

from typing import Final

from experiments.export.common import COUNT, FROM_1, SHARE
from experiments.export.described import NO_UNIT, Described, DescribedTable

_BOX: Final = Described("box", "number of the box", FROM_1)
_COVERAGE: Final = Described("coverage", "share of all cases that the box holds", SHARE)
_DENSITY: Final = Described("density", "share of the runs in the box that are cases", SHARE)
_MASS: Final = Described("mass", "share of all runs that the box holds", SHARE)

COLUMNS: Final = {
    "boxes": DescribedTable(
        "a box",
        (
            _BOX,
            _COVERAGE,
            _DENSITY,
            _MASS,
            Described("rows", "runs in the box", COUNT),
            Described("restricted", "inputs that the box restricts", COUNT),
        ),
    ),
    "limits": DescribedTable(
        "a restriction of a box",
        (
            _BOX,
            Described("input", "input, by its path in the config", NO_UNIT),
            Described("unit", "unit of the input", NO_UNIT, "it has none"),
            Described("low", "lower end; minus infinite where there is none", "that of the input"),
            Described("high", "upper end; infinite where there is none", "that of the input"),
            Described("quasi_p", "quasi-p-value of the restriction", "probability"),
        ),
    ),
    "peeling": DescribedTable(
        "a step from all runs to the smallest box",
        (_COVERAGE, _DENSITY, _MASS, Described("res_dim", "inputs that are restricted by then", COUNT), _BOX),
    ),
}
