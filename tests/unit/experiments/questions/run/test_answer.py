"""What the answer of a run says was put in where no talks end in a deal."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from experiments.questions.run.answer import answer
from tests.made_up import made_up


@pytest.mark.parametrize(
    ("stopped", "also"),
    [
        (0, ""),
        (200, ": the red lines that stop 25 % of the talks are inputs as well"),
        (800, ": the red lines that stop the talks are inputs as well"),
    ],
)
def test_red_lines_are_told_as_inputs_of_those_talks_alone_that_they_stop(stopped: int, also: str) -> None:
    ends = [("stall", "disjoint_red_lines", stopped // 2), ("walkout", "disjoint_red_lines", stopped - stopped // 2)]
    reasons = pd.DataFrame(
        [*ends, ("stall", "us_ideal_below_reservation", 800 - stopped)], columns=["outcome", "reason", "count"]
    )
    found = made_up()
    outcomes = found.outcomes.assign(count=[0, 500, 300])
    told = answer(replace(found, agreements=0, outcomes=outcomes, reasons=reasons), {}, {}).inputs
    assert told == f"No deal, so that no agreed value was put in{also}."
