"""Nice tit-for-tat: mirror the other side's concession, measured towards the Nash point [Baarslag et al. 2013]."""

from __future__ import annotations

from sim.compiled import rule
from sim.records import Floats, Record


@rule
def nice_tit_for_tat(view: Record, knobs: Floats) -> float:
    """Come as far towards the estimated Nash point as the other side has [Baarslag, Hindriks and Jonker 2013].

    The other side's concession is the share of the way from its first offer since the last event to the Nash point, in
    the own payoff, that its best offer since has covered. The Nash point is the one that the side believes in, so that
    learnt beliefs make it the paper's agent with its Bayesian opponent model. When time grows short it gives a bonus on
    top, a growing share of what is left to the Nash point: in its authors' program (Genius, agent of the competition of
    2011) from 0.91 of the time on, and all of it from 0.96. It signs late, too: see the registry.

    Knobs: ``bonus`` (largest share of what is left to the Nash point that is given on top), ``bonus_from`` and
    ``bonus_full`` (times from which it grows, evenly, and is whole).
    """
    if view.moves == 0 or view.offers_since_event < 1:
        return view.aspiration if view.moves > 0 else 1.0
    first = view.gap[view.offers - view.offers_since_event]
    best = first
    for k in range(view.offers - view.offers_since_event, view.offers):
        best = min(best, view.gap[k])
    way = first - (1.0 - view.nash_step) * view.range
    covered = 1.0 if way <= 0.0 else min(1.0, (first - best) / way)
    target = 1.0 - covered * (1.0 - view.nash_step)
    if view.time > knobs[1]:
        grown = 1.0 if view.time >= knobs[2] else (view.time - knobs[1]) / (knobs[2] - knobs[1])
        target -= knobs[0] * grown * (target - view.nash_step)
    return min(view.aspiration, max(0.0, target))
