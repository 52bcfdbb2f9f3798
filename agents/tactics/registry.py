"""All tactics, family by family. Adding one to a family is an entry at the end of the family's file.

A user's own tactics join the list while the program runs, see :mod:`agents.tactics.registering`.
"""

from __future__ import annotations

from agents.tactics import (
    attrition,
    behaviour_dependent,
    brinkmanship,
    chance,
    hardliner,
    jumps,
    monotonic_concession,
    nice_tit_for_tat,
    path_stepper,
    piecemeal,
    resource_dependent,
    time_dependent,
)
from agents.tactics.tactic import Signing, Tactic
from sim.bargaining.acceptance import AC_NEXT

#: How a side signs whose config sets no condition and whose tactic is published with none.
SIGNS_BY_DEFAULT = Signing(AC_NEXT)

#: In the order in which tactics are listed.
FAMILIES = (
    time_dependent,
    behaviour_dependent,
    nice_tit_for_tat,
    resource_dependent,
    path_stepper,
    monotonic_concession,
    jumps,
    piecemeal,
    brinkmanship,
    attrition,
    chance,
    hardliner,
)

TACTICS: dict[str, Tactic] = {tactic.name: tactic for family in FAMILIES for tactic in family.TACTICS}

#: Names that tactics had and were not what they said, each with what the tactic is called now.
RENAMED: dict[str, str] = {
    "micro": "path_stepper",
    "random": "random_fade",
    "random_walker": "random_step",
    "salami": "fixed_step",
}
