"""Changes between points of a sweep are those of pairs of the same worlds."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest

from experiments.questions.sweep.pairs import BEFORE, CHANGES, FIRST, beside, changes_of, is_clear

# Three points of four worlds. From the first to the second, world 1 is won and world 3 lost; from there to the last,
# worlds 0 and 3 are won.
_ENDS = ["stall", "stall", "agreement", "agreement"], ["stall", "agreement", "agreement", "walkout"], ["agreement"] * 4
_US = [0.0, 0.0, 1.0, 2.0], [0.0, 3.0, 1.0 + 1e-14, 0.0], [1.0, 3.0, 5.0, 7.0]
_PARTNER = [0.0, 0.0, 4.0, 4.0], [0.0, 1.0, 4.0, 0.0], [2.0, 2.0, 2.0, 2.0]
TABLE = pa.table(
    {
        name: np.concatenate(points)
        for name, points in (("outcome", _ENDS), ("gain.us_treasury", _US), ("gain.partner", _PARTNER))
    }
)


def test_each_point_stands_beside_the_first_and_the_one_before() -> None:
    found = changes_of(TABLE, 4, is_line=True, has_intervals=True)
    assert list(found) == list(CHANGES)
    assert list(zip(found["point"], found["beside"], strict=True)) == [(1, FIRST), (2, FIRST), (1, BEFORE), (2, BEFORE)]
    assert found["deals"].tolist() == [0.0, 0.5, 0.0, 0.5]
    assert found["us_treasury"].tolist() == pytest.approx([0.25, 3.25, 0.25, 3.0], rel=1e-12)
    assert found["partner"].tolist() == [-0.75, 0.0, -0.75, 0.75]
    assert [row["point"] for row in beside(found, BEFORE)] == [1, 2]
    only = changes_of(TABLE, 4, is_line=False, has_intervals=True)
    assert only["beside"].tolist() == [FIRST, FIRST]


def test_its_intervals_are_those_of_pairs() -> None:
    last = changes_of(TABLE, 4, is_line=True, has_intervals=True).iloc[1]
    # Bonett and Price (2012): of six changes 1, 1, 0, 0, 1 and -1 the mean is 1/3 and the standard deviation 0.7454.
    half = 1.959964 * math.sqrt(5 / 9 / 6)
    assert (last["deals_low"], last["deals_high"]) == pytest.approx((1 / 3 - half, 1 / 3 + half), rel=1e-6)
    # Student (1908) of 1, 3, 4 and 5: t of three degrees of freedom is 3.182446.
    half = 3.182446 * float(np.std([1, 3, 4, 5], ddof=1)) / 2
    assert (last["us_treasury_low"], last["us_treasury_high"]) == pytest.approx((3.25 - half, 3.25 + half), rel=1e-6)


def test_sums_that_differ_by_rounding_are_no_change() -> None:
    table = pa.table(
        {
            "outcome": ["agreement"] * 6,
            "gain.us_treasury": [0.3, 0.1, 0.2, 0.1 + 0.2, 0.1, 0.2],
            "gain.partner": [1.0] * 6,
        }
    )
    (row,) = changes_of(table, 3, is_line=False, has_intervals=True).to_dict("records")
    assert (row["us_treasury"], row["us_treasury_low"], row["us_treasury_high"]) == (0.0, 0.0, 0.0)


def test_without_intervals_their_ends_are_unknown() -> None:
    found = changes_of(TABLE, 4, is_line=True, has_intervals=False)
    assert found["deals"].tolist() == [0.0, 0.5, 0.0, 0.5]
    assert found[[name for name in CHANGES if name.endswith(("_low", "_high"))]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("low", "high", "clear"),
    [(0.01, 0.2, True), (-0.2, -0.01, True), (-0.1, 0.1, False), (0.0, 0.1, False), (math.nan, math.nan, False)],
)
def test_a_change_is_clear_if_its_interval_leaves_out_zero(low: float, high: float, clear: bool) -> None:
    assert is_clear({"deals_low": low, "deals_high": high}) is clear
