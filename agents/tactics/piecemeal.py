"""Tactics that cut the bargain into pieces: issue by issue, or into small concessions."""

from __future__ import annotations

from agents.tactics.tactic import INITIAL, OWN, Knob, Tactic, beta
from agents.tactics.time_dependent import polynomial_concession
from sim.bargaining.concession import BY_ISSUE
from sim.compiled import rule
from sim.records import Floats, Record


@rule
def issue_by_issue(view: Record, knobs: Floats) -> float:
    """Concede over time, one issue to its end before the next is opened.

    Its concession path takes the issues one after the other (:mod:`sim.bargaining.concession`), so that little is
    traded across issues and the order of the agenda matters [Fershtman 1990]. How much it asks for follows the
    polynomial family.

    Knobs: ``beta``, ``initial``.
    """
    return 1.0 - polynomial_concession(view.time, knobs[1], knobs[0])


@rule
def fixed_step(view: Record, knobs: Floats) -> float:
    """Give up the same small amount in every round, whatever the other side does and however much time is left.

    Knobs: ``step`` (aspiration given up in a round), ``floor`` (aspiration at which it stops).
    """
    if view.moves == 0:
        return 1.0
    return max(min(view.aspiration, knobs[1]), view.aspiration - knobs[0])


@rule
def graduated_reciprocation(view: Record, knobs: Floats) -> float:
    """Give up a slice unasked, and a larger one as long as the other side answers in kind [Osgood 1962, GRIT].

    Knobs: ``slice`` (aspiration given up unasked), ``reward`` (share of the other side's last concession, in its share
    of the gap to the own ideal, that is given on top), ``trials`` (rounds without an answer after which it stops).
    """
    if view.moves == 0:
        return 1.0
    answered, latest = False, 0.0
    for k in range(max(1, view.offers - int(knobs[2])), view.offers):
        if k > view.offers - view.offers_since_event and view.gap[k] < view.gap[k - 1]:
            answered = True
            latest = (view.gap[k - 1] - view.gap[k]) / max(view.gap[k - 1], view.gap[k - 1] - view.gap[k])
    if not answered and view.moves > int(knobs[2]):
        return view.aspiration
    return max(0.0, view.aspiration * (1.0 - knobs[1] * min(1.0, latest)) - knobs[0])


TACTICS = (
    Tactic(
        name="issue_by_issue",
        aspiration=issue_by_issue,
        knobs=(beta(1.0), INITIAL),
        reads_offers=False,
        is_random=False,
        is_monotone=True,
        summary="concedes one issue to its end before it opens the next",
        reference=f"{OWN}, after the agendas of Fershtman (1990)",
        brings=(("path_order", float(BY_ISSUE)),),
    ),
    Tactic(
        name="fixed_step",
        aspiration=fixed_step,
        knobs=(
            Knob("step", 0.03, 0.0, 1.0, "aspiration given up in a round"),
            Knob("floor", 0.0, 0.0, 1.0, "aspiration at which it stops"),
        ),
        reads_offers=False,
        is_random=False,
        is_monotone=True,
        summary="gives up the same small amount in every round, whatever the other side does",
        reference=OWN,
    ),
    Tactic(
        name="graduated_reciprocation",
        aspiration=graduated_reciprocation,
        knobs=(
            Knob("slice", 0.03, 0.0, 1.0, "aspiration given up unasked in a round"),
            Knob("reward", 0.5, 0.0, 1.0, "share of the other side's last concession that is given on top"),
            Knob("trials", 3.0, 1.0, 20.0, "rounds without an answer after which it stops"),
        ),
        reads_offers=True,
        is_random=False,
        is_monotone=True,
        summary="gives up small slices unasked, and more for each answer in kind",
        reference=f"{OWN} numbers, after the graduated initiatives of Osgood (1962)",
    ),
)
