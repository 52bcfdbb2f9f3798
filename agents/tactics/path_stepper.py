"""The path stepper: a package of the own concession path for each new offer of the other side."""

from __future__ import annotations

from agents.tactics.tactic import OWN, Knob, Tactic
from sim.compiled import rule
from sim.records import Floats, Record


@rule
def path_stepper(view: Record, knobs: Floats) -> float:
    """Table the next package of the own path if the other side has made as many different offers, else stay.

    MiCRO [de Jonge 2022] counts offers in the same way, but knows nothing of the other side: it walks all packages in
    the order of its own payoffs. This tactic walks a path that is ordered with the other side's payoffs as believed, so
    that it gives the other side far more for what it gives up.

    Knobs: ``stride`` (packages of the path in one concession).
    """
    if view.moves == 0:
        return 1.0
    if view.own_distinct > view.distinct:
        return view.aspiration
    return min(view.aspiration, view.next_step)


TACTICS = (
    Tactic(
        name="path_stepper",
        aspiration=path_stepper,
        knobs=(Knob("stride", 1.0, 1.0, 100.0, "packages of the path in one concession"),),
        reads_offers=True,
        is_random=False,
        is_monotone=True,
        summary="concedes a package of its path for each new offer of the other side",
        reference=OWN,
        reads_path=True,
        brings=(("stride", "stride"),),
    ),
)
