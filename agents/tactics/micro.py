"""MiCRO: Minimal Concession in Reply to new Offers [de Jonge 2022]."""

from __future__ import annotations

from sim.compiled import rule
from sim.records import Floats, Record


@rule
def micro(view: Record, knobs: Floats) -> float:
    """Table the next package of the own path if the other side has made as many different offers, else stay.

    It knows nothing of the other side's payoffs but the order of the path; where that is the order of the own payoffs,
    as over one issue, this is the strategy of de Jonge (2022). The paper repeats a random earlier offer where this
    repeats the last one, and concedes one package at a time.

    Knobs: ``stride`` (packages of the path in one concession).
    """
    if view.moves == 0:
        return 1.0
    if view.own_distinct > view.distinct:
        return view.aspiration
    return min(view.aspiration, view.next_step)
