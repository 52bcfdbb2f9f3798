"""Random tactics, the yardstick of what needs no intelligence at all [Gode and Sunder 1993]."""

from __future__ import annotations

from sim.compiled import rule
from sim.records import Floats, Record


@rule
def random_below(view: Record, knobs: Floats) -> float:
    """Ask for a uniform share of the last aspiration: any package that is no worse for the other side is as likely."""
    return view.aspiration * view.draw


@rule
def random_walker(view: Record, knobs: Floats) -> float:
    """Give up a random amount in every round, uniform from 0 to ``step``.

    Knobs: ``step`` (most that is given up in a round).
    """
    if view.moves == 0:
        return 1.0
    return max(0.0, view.aspiration - knobs[0] * view.draw)
