"""The escalator: holds out and lets the threat grow while the other side does not move [Schelling 1960]."""

from __future__ import annotations

from agents.tactics.tactic import INITIAL, OWN, Knob, Tactic, beta
from agents.tactics.time_dependent import polynomial_concession
from sim.compiled import rule
from sim.records import Floats, Record


@rule
def escalator(view: Record, knobs: Floats) -> float:
    """Concede late, and raise the chance that the threat is executed for each round in which the other side stands.

    The threat is raised by :mod:`sim.bargaining.brinkmanship`, for both sides' walk-away payoffs and for the draw at
    the deadline; the knobs ``patience``, ``step`` and ``limit`` belong to it. Offers follow the polynomial family.

    Knobs: ``beta``, ``initial``, ``patience``, ``step``, ``limit``.
    """
    return 1.0 - polynomial_concession(view.time, knobs[1], knobs[0])


TACTICS = (
    Tactic(
        name="escalator",
        aspiration=escalator,
        knobs=(
            beta(0.2),
            INITIAL,
            Knob("patience", 1.0, 0.0, 20.0, "rounds that the other side may stand still before the threat rises"),
            Knob("step", 0.1, 0.0, 1.0, "chance of execution added in a round"),
            Knob("limit", 0.9, 0.0, 1.0, "chance of execution above which it adds nothing"),
        ),
        reads_offers=False,
        is_random=False,
        is_monotone=True,
        summary="holds out and raises the chance of the threat while the other side stands still",
        reference=f"{OWN}, after the threat that leaves something to chance of Schelling (1960)",
        brings=(("brink_patience", "patience"), ("brink_step", "step"), ("brink_limit", "limit")),
    ),
)
