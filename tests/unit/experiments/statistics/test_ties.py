"""Values that differ by rounding are equal, and all places of the best are found."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.statistics.ties import best_places, together

NOISE = 3e-13


def test_all_settings_that_differ_by_rounding_win() -> None:
    values = np.array([2.0, 3.0, 3.0 - 1e-12, -1.0])
    assert best_places(values) == [1, 2]
    assert best_places(-values, more=False) == [1, 2]
    assert best_places(values, more=False) == [3]


@pytest.mark.parametrize(
    ("values", "more", "places"),
    [
        ([1.0, 3.0, 2.0], True, [1]),
        ([1.0, 3.0, 2.0], False, [0]),
        ([2.0, 2.0 + NOISE, 1.0, 2.0 - NOISE], True, [0, 1, 3]),
        ([2.0, 2.0 + 1e-6], True, [1]),
        ([0.0, -NOISE, 5.0], False, [0, 1]),
        ([7.0], True, [0]),
    ],
)
def test_values_that_differ_by_rounding_are_equal(values: list[float], more: bool, places: list[int]) -> None:
    assert best_places(values, more=more) == places


def test_equals_are_named_together() -> None:
    assert [together(names) for names in (["a"], ["a", "b"], ["a", "b", "c", "d"])] == [
        "a", "a and b alike", "a and 3 others alike",
    ]  # fmt: skip
