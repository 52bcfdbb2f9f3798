"""The hardliner: no concession at all, the yardstick against which others are measured."""

from __future__ import annotations

from sim.compiled import rule
from sim.records import Floats, Record


@rule
def hardliner(view: Record, knobs: Floats) -> float:
    """Keep the aspiration at 1 in every round."""
    return 1.0
