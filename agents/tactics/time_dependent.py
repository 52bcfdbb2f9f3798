"""Time-dependent tactics: concede as the deadline comes nearer, whatever the other side does.

Faratin, Sierra and Jennings (1998), "Negotiation decision functions for autonomous agents", section 4.1. Their alpha is
the share conceded; the aspiration of this model is one minus it.
"""

from __future__ import annotations

import math

from agents.tactics.tactic import FARATIN, INITIAL, INITIAL_POSITIVE, Tactic, beta
from sim.compiled import rule
from sim.records import Floats, Record


@rule
def polynomial_concession(time: float, initial: float, beta: float) -> float:
    """Share conceded, alpha(t) = k + (1 - k) (t / t_max)^(1 / beta) [Faratin et al. 1998, polynomial family].

    Parameters
    ----------
    time : float
        t / t_max, from 0 to 1.
    initial : float
        k, the share conceded in the first offer.
    beta : float
        Convexity: below 1 Boulware (late), 1 linear, above 1 conceder (early).
    """
    return initial + (1.0 - initial) * math.pow(time, 1.0 / beta)


@rule
def exponential_concession(time: float, initial: float, beta: float) -> float:
    """Share conceded, alpha(t) = exp((1 - t / t_max)^beta ln k) [Faratin et al. 1998, exponential family]."""
    return math.exp(math.pow(1.0 - time, beta) * math.log(initial))


@rule
def polynomial(view: Record, knobs: Floats) -> float:
    """Aspiration of the polynomial family; knobs: beta, initial."""
    return 1.0 - polynomial_concession(view.time, knobs[1], knobs[0])


@rule
def exponential(view: Record, knobs: Floats) -> float:
    """Aspiration of the exponential family; knobs: beta, initial."""
    return 1.0 - exponential_concession(view.time, knobs[1], knobs[0])


TACTICS = (
    Tactic(
        name="boulware",
        aspiration=polynomial,
        knobs=(beta(0.2), INITIAL),
        reads_offers=False,
        is_random=False,
        is_monotone=True,
        summary="holds out and concedes shortly before the deadline",
        reference=FARATIN,
    ),
    Tactic(
        name="linear",
        aspiration=polynomial,
        knobs=(beta(1.0), INITIAL),
        reads_offers=False,
        is_random=False,
        is_monotone=True,
        summary="concedes evenly over the time to the deadline",
        reference=FARATIN,
    ),
    Tactic(
        name="conceder",
        aspiration=polynomial,
        knobs=(beta(3.0), INITIAL),
        reads_offers=False,
        is_random=False,
        is_monotone=True,
        summary="concedes early and then holds",
        reference=FARATIN,
    ),
    Tactic(
        name="exponential",
        aspiration=exponential,
        knobs=(beta(1.0), INITIAL_POSITIVE),
        reads_offers=False,
        is_random=False,
        is_monotone=True,
        summary="concedes on an exponential path to the deadline",
        reference=FARATIN,
    ),
)
