"""The monotonic concession protocol played by Zeuthen's principle: the side that can bear less risk concedes.

Zeuthen (1930), shown to lead to the Nash solution by Harsanyi (1956), and made a strategy of negotiating agents by
Rosenschein and Zlotkin (1994). The risks are those of :mod:`sim.bargaining.prospects`.
"""

from __future__ import annotations

from typing import Final

from agents.tactics.tactic import Tactic
from sim.compiled import rule
from sim.records import Floats, Record

#: Risks that differ by less are equal, and then both sides concede; far above rounding.
TIE: Final = 1e-9


@rule
def zeuthen(view: Record, knobs: Floats) -> float:
    """Concede just enough to pass the smaller risk on to the other side, if the own risk limit is not the larger one.

    A side concedes to the first package whose product of gains reaches that of the other side's offer; equal risks make
    it concede by a package, so that play goes on to the Nash point.
    """
    if view.moves == 0:
        return 1.0
    if view.offers == 0 or view.own_risk > view.other_risk + TIE:
        return view.aspiration
    return min(view.aspiration, view.risk_step)


TACTICS = (
    Tactic(
        name="zeuthen",
        aspiration=zeuthen,
        knobs=(),
        reads_offers=True,
        is_random=False,
        is_monotone=True,
        summary="concedes just enough when it can bear less risk of conflict than the other side",
        reference="Zeuthen (1930), Harsanyi (1956), Rosenschein and Zlotkin (1994)",
        reads_path=True,
    ),
)
