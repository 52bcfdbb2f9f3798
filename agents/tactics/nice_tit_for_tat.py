"""Nice tit-for-tat: mirror the other side's concession, measured towards the Nash point [Baarslag et al. 2013]."""

from __future__ import annotations

from agents.tactics.tactic import Knob, Signing, Tactic
from sim.bargaining.acceptance import AC_COMBI
from sim.compiled import rule
from sim.records import Floats, Record


@rule
def nice_tit_for_tat(view: Record, knobs: Floats) -> float:
    """Come as far towards the estimated Nash point as the other side has [Baarslag, Hindriks and Jonker 2013].

    The other side's concession is the share of the way from its first offer since the last event to the Nash point, in
    the own payoff, that its best offer since has covered. The Nash point is the one that the side believes in, so that
    learnt beliefs make it the paper's agent with its Bayesian opponent model. With every reply it gives a bonus on top,
    a share of what is left to the Nash point, which lets two of them find each other. In its authors' program (Genius,
    agent of the competition of 2011) that is a tenth where nothing is discounted, and all between 0.85 and 0.90 of the
    time where there are more than 3,000 packages, between 0.91 and 0.96 where not. The program also moves the Nash
    point by the other side's first offer; this does not. It signs late, too: see the registry.

    Knobs: ``bonus_least`` and ``bonus`` (smallest and largest share of what is left that is given on top),
    ``bonus_from`` and ``bonus_full`` (times from which it grows, evenly from 0, and is the largest; the smallest counts
    until it is overtaken).
    """
    if view.moves == 0 or view.offers_since_event < 1:
        return view.aspiration if view.moves > 0 else 1.0
    first = view.gap[view.offers - view.offers_since_event]
    best = first
    for k in range(view.offers - view.offers_since_event, view.offers):
        best = min(best, view.gap[k])
    way = first - (1.0 - view.nash_step) * view.range
    # Without a quotient where all is covered, which could overflow where the way is next to nothing.
    covered = 1.0 if way <= first - best else (first - best) / way
    target = 1.0 - covered * (1.0 - view.nash_step)
    grown = 0.0
    if view.time > knobs[2]:
        grown = 1.0 if view.time >= knobs[3] else (view.time - knobs[2]) / (knobs[3] - knobs[2])
    target -= max(knobs[0], knobs[1] * grown) * (target - view.nash_step)
    return min(view.aspiration, max(0.0, target))


TACTICS = (
    Tactic(
        name="nice_tit_for_tat",
        aspiration=nice_tit_for_tat,
        knobs=(
            Knob("bonus_least", 0.1, 0.0, 1.0, "least that is given on top of what is left to the Nash point"),
            Knob("bonus", 1.0, 0.0, 1.0, "most that is given of what is left to the Nash point when time grows short"),
            Knob("bonus_from", 0.85, 0.0, 1.0, "time from which the bonus grows"),
            Knob("bonus_full", 0.9, 0.0, 1.0, "time from which the bonus is whole"),
        ),
        reads_offers=True,
        is_random=False,
        is_monotone=True,
        summary="comes as far towards the believed Nash point as the other side has",
        reference="Baarslag, Hindriks and Jonker (2013); bonus and time of signing from its authors' program",
        reads_path=True,
        signing=Signing(AC_COMBI, 0.98),
    ),
)
