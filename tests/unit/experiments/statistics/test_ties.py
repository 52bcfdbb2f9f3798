"""Values that differ by rounding are equal, and all places of the best are found."""

from __future__ import annotations

import numpy as np

from experiments.statistics.ties import best_places


def test_all_settings_that_differ_by_rounding_win() -> None:
    values = np.array([2.0, 3.0, 3.0 - 1e-12, -1.0])
    assert best_places(values) == [1, 2]
    assert best_places(-values, more=False) == [1, 2]
    assert best_places(values, more=False) == [3]
