"""The war of attrition: hold out at a cost until someone gives in [Maynard Smith 1974]."""

from __future__ import annotations

import math

from agents.tactics.tactic import Knob, Tactic
from sim.compiled import rule
from sim.records import Floats, Record


@rule
def giving_in_chance(cost: float, prize: float) -> float:
    """Chance of giving in within a round, 1 - exp(-c / V): the hazard c / V of the symmetric mixed equilibrium.

    `cost` is what a round of waiting costs, `prize` what is fought over. Two such players fight V / (2 c) rounds on
    average [Maynard Smith 1974; Bishop and Cannings 1978 for the hazard].
    """
    return -math.expm1(-cost / prize)


@rule
def war_of_attrition(view: Record, knobs: Floats) -> float:
    """Ask for everything until, by chance, everything is given up: in each round with the hazard cost / prize.

    It gives in at the deadline at the latest, which the equilibrium without a deadline does not have.

    Knobs: ``cost`` (of waiting for a round, US$ bn a year), ``prize`` (what is fought over, US$ bn a year).
    """
    if view.aspiration <= 0.0 or view.time >= 1.0:
        return 0.0
    return 0.0 if view.draw < giving_in_chance(knobs[0], knobs[1]) else view.aspiration


TACTICS = (
    Tactic(
        name="war_of_attrition",
        aspiration=war_of_attrition,
        knobs=(
            Knob("cost", 0.5, 0.0, 100.0, "cost of waiting for a round, US$ bn a year"),
            Knob("prize", 10.0, 0.01, 1000.0, "what is fought over, US$ bn a year"),
        ),
        reads_offers=False,
        is_random=True,
        is_monotone=True,
        summary="asks for everything until, by chance, it gives up everything",
        reference="Maynard Smith (1974), cut off at the deadline",
    ),
)
