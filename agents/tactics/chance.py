"""Tactics that concede by chance alone, and blindly: they look neither at offers nor at the clock.

They only ever give up, so that they are neither the random walker of automated negotiation, which jumps anywhere, nor
the zero intelligence of Gode and Sunder (1993), which tables anything that is worth no less than walking away.
"""

from __future__ import annotations

from agents.tactics.tactic import OWN, Knob, Tactic
from sim.compiled import rule
from sim.records import Floats, Record


@rule
def random_fade(view: Record, knobs: Floats) -> float:
    """Keep a random share of the last aspiration, uniform from 0 to 1: on average half of it is given up in a round."""
    return view.aspiration * view.draw


@rule
def random_step(view: Record, knobs: Floats) -> float:
    """Give up a random amount in every round, uniform from 0 to ``step``.

    Knobs: ``step`` (most that is given up in a round).
    """
    if view.moves == 0:
        return 1.0
    return max(0.0, view.aspiration - knobs[0] * view.draw)


TACTICS = (
    Tactic(
        name="random_fade",
        aspiration=random_fade,
        knobs=(),
        reads_offers=False,
        is_random=True,
        is_monotone=True,
        summary="keeps a random share of what it asked for last, on average a half",
        reference=OWN,
    ),
    Tactic(
        name="random_step",
        aspiration=random_step,
        knobs=(Knob("step", 0.1, 0.0, 1.0, "most that is given up in a round"),),
        reads_offers=False,
        is_random=True,
        is_monotone=True,
        summary="gives up a random amount in every round",
        reference=OWN,
    ),
)
