"""The hardliner: no concession at all, the yardstick against which others are measured."""

from __future__ import annotations

from agents.tactics.tactic import Tactic
from sim.compiled import rule
from sim.records import Floats, Record


@rule
def hardliner(view: Record, knobs: Floats) -> float:
    """Keep the aspiration at 1 in every round."""
    return 1.0


TACTICS = (
    Tactic(
        name="hardliner",
        aspiration=hardliner,
        knobs=(),
        reads_offers=False,
        is_random=False,
        is_monotone=True,
        summary="never concedes",
        reference="the take-it-or-leave-it yardstick",
    ),
)
