"""A table of weights that no calibration has made: three draws of two numbers."""

from __future__ import annotations

from datetime import date

import numpy as np

from experiments.config.weights import FittedTo, WeightTable

PATHS = ("walk_away.execution_probability", "partner.ratification_margin")


def table_by_hand(through: date = date(2025, 7, 12), cases: tuple[str, ...] = ("UK", "Vietnam")) -> WeightTable:
    """Threats that are all but sure, with margins of nothing: deals become likely."""
    fitted = FittedTo("case_uk", cases, through, through, ("UK 2025-05-08 deal_day",), "weights", 0.5, 7)
    values = np.array([[0.9, 0.0], [0.95, 0.001], [0.99, 0.002]])
    return WeightTable(PATHS, np.array([4, 9, 11]), np.array([0.2, 0.3, 0.5]), values, fitted)
