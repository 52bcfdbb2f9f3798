"""Resource-dependent tactics: become more conciliatory as something runs out, the patience for talks or the time.

Faratin, Sierra and Jennings (1998), "Negotiation decision functions for autonomous agents", section 4.2: the share
conceded is alpha(t) = k + (1 - k) exp(-resource(t)). Two sides negotiate here, so that the paper's number of partners
is 1. Its resources have units of their own; the knob ``amount`` scales them.
"""

from __future__ import annotations

import math

from agents.tactics.tactic import FARATIN, INITIAL, Knob, Tactic
from sim.compiled import rule
from sim.records import Floats, Record


@rule
def resource_concession(resource: float, initial: float) -> float:
    """Share conceded, alpha = k + (1 - k) e^(-resource) [Faratin et al. 1998, resource-dependent family]."""
    return initial + (1.0 - initial) * math.exp(-resource)


@rule
def thread_length(view: Record, knobs: Floats) -> float:
    """Concede as the exchange of offers grows long: resource = amount / offers made by both sides so far.

    Knobs: ``amount`` (the paper's mu), ``initial`` (k).
    """
    if view.moves + view.offers == 0:
        return 1.0 - knobs[1]
    return 1.0 - resource_concession(knobs[0] / (view.moves + view.offers), knobs[1])


@rule
def time_left(view: Record, knobs: Floats) -> float:
    """Concede as the time to the deadline runs out: resource = amount x (1 - t / t_max).

    Knobs: ``amount`` (resource at the start), ``initial`` (k).
    """
    return 1.0 - resource_concession(knobs[0] * (1.0 - view.time), knobs[1])


TACTICS = (
    Tactic(
        name="resource_dependent",
        aspiration=thread_length,
        knobs=(Knob("amount", 4.0, 0.0, 100.0, "patience for offers; the larger, the later it concedes"), INITIAL),
        reads_offers=True,
        is_random=False,
        is_monotone=True,
        summary="concedes as the exchange of offers grows long",
        reference=FARATIN,
    ),
    Tactic(
        name="deadline_dependent",
        aspiration=time_left,
        knobs=(Knob("amount", 4.0, 0.0, 100.0, "patience at the start; the larger, the later it concedes"), INITIAL),
        reads_offers=False,
        is_random=False,
        is_monotone=True,
        summary="concedes as the time to the deadline runs out",
        reference=FARATIN,
    ),
)
