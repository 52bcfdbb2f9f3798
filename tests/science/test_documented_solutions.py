"""The page of solutions says how many packages there are in July, and how far grid and continuum lie apart."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pytest

from experiments.config.load import load_config
from experiments.questions.solve.problem import Solved, solve
from tests.documented import faults, says, table, text
from tests.tree import CONFIGS

pytestmark = pytest.mark.long

PAGE: Final = "docs/solutions.md"
RUNS: Final = 20
MILLION: Final = 1e6

#: Solutions by the columns of the table.
COLUMNS: Final = {
    "Nash": "nash",
    "Nash, US power .25": "nash_power_0.25",
    ".75": "nash_power_0.75",
    "Kalai-Smorodinsky": "kalai_smorodinsky",
    "egalitarian": "egalitarian",
    "utilitarian": "utilitarian",
}


def _july(run: int, *, refine: bool = False) -> Solved:
    return solve(load_config(CONFIGS / "july_2025.yaml"), 1, run, refine=refine)


def test_the_sizes_of_july_are_those_of_its_first_run() -> None:
    said = re.search(r"has \d+ million deliverable packages in its first run, .*? \([\d.]+ %\)", text(PAGE))
    assert said is not None
    sizes = _july(0).sizes
    assert sizes is not None
    words = (
        "has # million deliverable packages in its first run, of which the US would ratify # million, Japan # million, "
        "and both # million (# %)"
    )
    counts = [size / MILLION for size in (sizes.packages, *sizes.win_sets, sizes.zone)]
    assert says(said.group(), words, [*counts, 100.0 * sizes.zone / sizes.packages])


def test_the_table_of_shifts_is_that_of_the_first_runs() -> None:
    refined = [{one.point.name: one.shift for one in _july(run, refine=True).refined} for run in range(RUNS)]
    shifts = {column: [one[name] for one in refined] for column, name in COLUMNS.items()}
    rows = table(PAGE, "| Nash | Nash, US power")
    assert [*rows] == ["median", "largest"]
    for row, summary in (("median", np.median), ("largest", np.max)):
        assert faults(rows[row], {column: ("#", [float(summary(one))]) for column, one in shifts.items()}) == []
