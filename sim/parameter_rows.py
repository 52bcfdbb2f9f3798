"""Shorthand for the rows of the parameter table, and the dates that they share."""

from __future__ import annotations

import math
from datetime import date

from sim.parameters import Confidence, Group, Parameter

SEED_DATE = date(2025, 5, 28)
JULY_DEAL = date(2025, 7, 23)
OWN = "own assumption"


def row(
    section: str,
    name: str,
    values: tuple[float, float, float],
    unit: str,
    source: str,
    confidence: Confidence,
    doc: str,
    *,
    symbol: str = "",
    known_by: date = SEED_DATE,
    valid: tuple[float, float] = (-math.inf, math.inf),
    weight: bool = False,
    group: Group = "scalar",
) -> Parameter:
    """Make one row; `values` are default, low and high end of the plausible range."""
    default, low, high = values
    return Parameter(
        group, section, name, default, low, high, unit, source, confidence, known_by, doc, symbol, valid, weight
    )
