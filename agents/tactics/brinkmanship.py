"""The escalator: holds out and lets the threat grow while the other side does not move [Schelling 1960]."""

from __future__ import annotations

from agents.tactics.time_dependent import polynomial_concession
from sim.compiled import rule
from sim.records import Floats, Record


@rule
def escalator(view: Record, knobs: Floats) -> float:
    """Concede late, and raise the chance that the threat is executed for each round in which the other side stands.

    The threat is raised by :mod:`sim.brinkmanship`, for both sides' walk-away payoffs and for the draw at the deadline;
    the knobs ``patience``, ``step`` and ``limit`` belong to it. Offers follow the polynomial family.

    Knobs: ``beta``, ``initial``, ``patience``, ``step``, ``limit``.
    """
    return 1.0 - polynomial_concession(view.time, knobs[1], knobs[0])
