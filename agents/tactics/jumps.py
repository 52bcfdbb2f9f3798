"""Tactics that hold and then jump: at the last minute, or away from an anchor."""

from __future__ import annotations

from agents.tactics.tactic import OWN, Knob, Tactic
from sim.compiled import rule
from sim.records import Floats, Record


@rule
def last_minute_jump(view: Record, knobs: Floats) -> float:
    """Hold out, and jump shortly before the deadline, as the US did in July 2025.

    Offers and counter-offers bunch at a deadline in bargaining experiments too [Roth, Murnighan and Schoumaker 1988].

    Knobs: ``jump_at`` (time of the jump), ``hold`` (aspiration before it), ``settle`` (aspiration after it).
    """
    if view.time < knobs[0]:
        return knobs[1]
    return min(knobs[1], knobs[2])


@rule
def anchor_then_jump(view: Record, knobs: Floats) -> float:
    """Open with an extreme anchor, make one large concession, then concede evenly to the deadline.

    A first offer pulls the outcome its way [Galinsky and Mussweiler 2001].

    Knobs: ``jump_at`` (time until which the anchor is held), ``jump_to`` (aspiration after the jump), ``end``
    (aspiration at the deadline).
    """
    if view.time < knobs[0] or view.moves == 0:
        return 1.0
    rest = 1.0 - knobs[0]
    passed = 1.0 if rest <= 0.0 else (view.time - knobs[0]) / rest
    return knobs[1] - passed * max(0.0, knobs[1] - knobs[2])


TACTICS = (
    Tactic(
        name="last_minute_jump",
        aspiration=last_minute_jump,
        knobs=(
            Knob("jump_at", 0.9, 0.0, 1.0, "time of the jump"),
            Knob("hold", 1.0, 0.0, 1.0, "aspiration before the jump"),
            Knob("settle", 0.3, 0.0, 1.0, "aspiration after the jump"),
        ),
        reads_offers=False,
        is_random=False,
        is_monotone=True,
        summary="holds out and jumps shortly before the deadline",
        reference=f"{OWN}, after the US in July 2025 and the deadline effect of Roth, Murnighan and Schoumaker (1988)",
    ),
    Tactic(
        name="anchor_then_jump",
        aspiration=anchor_then_jump,
        knobs=(
            Knob("jump_at", 0.3, 0.0, 1.0, "time until which the anchor is held"),
            Knob("jump_to", 0.6, 0.0, 1.0, "aspiration after the jump"),
            Knob("end", 0.2, 0.0, 1.0, "aspiration at the deadline, at most that after the jump"),
        ),
        reads_offers=False,
        is_random=False,
        is_monotone=True,
        summary="opens with an anchor, makes one large concession, then concedes evenly",
        reference=f"{OWN}, after the anchors of Galinsky and Mussweiler (2001)",
    ),
)
