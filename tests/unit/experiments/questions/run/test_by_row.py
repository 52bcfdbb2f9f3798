"""Shares by row of a table of worlds are those of the runs that played the row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.design.given import GivenDesign
from experiments.questions.run.by_row import MOST_ROWS, by_row, row_table
from experiments.statistics.intervals import wilson_interval
from experiments.store.columns import FrameColumns

PATHS = ("a.one", "b.two", "c.three", "d.four", "e.five")
GIVEN = GivenDesign(PATHS, np.array([[1.0, 2.0, 3.0, 4.0, 5.0], [6.0, 7.0, 8.0, 9.0, 10.0]]), first=1)


def _columns(outcomes: list[str], us: list[float], partner: list[float]) -> FrameColumns:
    frame = pd.DataFrame({"run": range(len(us)), "outcome": outcomes, "gain.us_treasury": us, "gain.partner": partner})
    return FrameColumns(frame)


#: Runs 1, 3 and 5 play the first row, for the table begins with run 1.
OFTEN = _columns(
    ["agreement", "stall", "agreement", "agreement", "stall", "walkout"],
    [0.5, 0.0, 1.5, 3.0, 0.0, 0.0],
    [0.2, 0.0, 0.4, 6.0, 0.0, 0.0],
)


def test_rows_are_taken_in_turn_from_the_first_run_on() -> None:
    found = by_row(OFTEN, GIVEN)
    assert found is not None
    assert found["row"].tolist() == [1, 2]
    assert found["runs"].tolist() == [3, 3]
    assert found[list(PATHS)].to_numpy().tolist() == GIVEN.values.tolist()
    shares = found[["share.agreement", "share.stall", "share.walkout"]].to_numpy()
    assert shares.tolist() == [[1 / 3, 1 / 3, 1 / 3], [2 / 3, 1 / 3, 0.0]]
    ends = found[["share.agreement_low", "share.agreement_high"]].to_numpy().tolist()
    assert ends == [list(wilson_interval(1, 3)), list(wilson_interval(2, 3))]
    assert found["gain.us_treasury"].tolist() == pytest.approx([1.0, 2.0 / 3.0])
    # Of 3, 0 and 0 the standard deviation is the square root of 3, and that of the mean 1.
    low, high = (float(found[f"gain.us_treasury_{end}"].iloc[0]) for end in ("low", "high"))
    assert (low, high) == pytest.approx((1.0 - 1.959964, 1.0 + 1.959964))


def test_a_row_of_many_runs_has_shares_and_mean_gains() -> None:
    found = by_row(OFTEN, GIVEN)
    assert found is not None
    made = row_table(found, PATHS)
    assert made.columns == (
        "Row", *PATHS[:4], "Runs", "Deals, 95 % interval", "Stall", "Walk-out", "Gain US", "Gain Japan",
    )  # fmt: skip
    assert made.rows == (
        ("1", "1.00", "2.00", "3.00", "4.00", "3", "33.3 % (6.1 to 79.2 %)", "33.3 %", "33.3 %",
         "1.00 (-0.96 to 2.96)", "2.00 (-1.92 to 5.92)"),
        ("2", "6.00", "7.00", "8.00", "9.00", "3", "66.7 % (20.8 to 93.9 %)", "33.3 %", "0 %",
         "0.67 (-0.20 to 1.53)", "0.20 (-0.03 to 0.43)"),
    )  # fmt: skip
    assert made.note.endswith("Intervals are 95 % ones. 1 further column not shown.")
    assert not made.folded


def test_a_row_of_one_run_has_its_end_and_gains_of_a_deal_alone() -> None:
    found = by_row(_columns(["stall", "agreement"], [0.0, 1.25], [0.0, -0.5]), GIVEN)
    assert found is not None
    made = row_table(found, PATHS[:1])
    assert made.columns == ("Row", "a.one", "Ended in", "Gain US", "Gain Japan")
    assert made.rows == (("1", "1.00", "Agreement", "+1.25", "-0.50"), ("2", "6.00", "Stall", "-", "-"))
    assert made.note.startswith("Gains: US$ bn a year over walking away; a row is one negotiation")


def test_of_too_many_rows_there_is_no_table() -> None:
    many = GivenDesign(("a.one",), np.zeros((MOST_ROWS + 1, 1)))
    assert by_row(OFTEN, many) is None
