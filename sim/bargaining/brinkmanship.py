"""Brinkmanship: a side lets the threat grow while the other side does not move [Schelling 1960, chapter 8].

The threat leaves something to chance: nobody decides to execute it, and each round of standing still makes it likelier
that the next deadline does. Both sides' walk-away payoffs and the draw at the deadline take the raised chance.
"""

from __future__ import annotations

from sim.compiled import rule
from sim.economy.walkaway import execution_chance
from sim.issues import PARTNER, US
from sim.records import Record


@rule
def raised(p: Record, escalated: float, side: int, other: Record) -> float:
    """What has been added to the chance of execution, after a side's look at how long the other has stood still."""
    room = p.brink_limit[side] - execution_chance(p, escalated)
    still = other.held - 1
    if other.tabled == 0 or still < p.brink_patience[side] or room <= 0.0:
        return escalated
    return float(escalated + min(p.brink_step[side], room))


@rule
def escalate(p: Record, talk: Record, us: Record, partner: Record) -> None:
    """Raise the chance of execution for this round, by each side that escalates, before walk-aways are weighed."""
    if p.brink_step[US] > 0.0:
        talk.escalated = raised(p, talk.escalated, US, partner)
    if p.brink_step[PARTNER] > 0.0:
        talk.escalated = raised(p, talk.escalated, PARTNER, us)
