"""Behaviour-dependent tactics: answer the other side's concessions in kind.

Faratin, Sierra and Jennings (1998), "Negotiation decision functions for autonomous agents", section 4.3. The paper
imitates issue by issue; here payoffs are imitated and the concession path turns them into packages. Only offers made
since the last event are compared, all at today's parameters: a change of the table is nobody's concession. Each tactic
opens with its ideal and then gives one concession unasked, for a chain of pure imitators would never start.

The paper's ratios are of prices, which have a zero; payoffs have none, so that ratios here are of gaps to the own ideal
and amounts are shares of the own range. Where the paper would answer a step back by one of its own, these stay where
they are, for no aspiration rises between two events.
"""

from __future__ import annotations

from agents.tactics.tactic import FARATIN, OPENING, Knob, Tactic
from sim.compiled import rule
from sim.records import Floats, Record


@rule
def conceded_share(before: float, now: float) -> float:
    """Share by which an offer closed the gap to one's own ideal, 0 to 1; 0 if it was a step back."""
    if before <= 0.0 or now >= before:
        return 0.0
    # Without a quotient, which could overflow where the gap was next to nothing.
    if now <= 0.0:
        return 1.0
    return (before - now) / before


@rule
def relative_tit_for_tat(view: Record, knobs: Floats) -> float:
    """Reproduce, in percentage terms, the other side's last concession [Faratin et al. 1998, relative tit-for-tat].

    The other side's concession is the share by which its last offer closed the gap to one's own ideal; the own
    aspiration falls by the same share.

    Knobs: ``opening`` (the unasked concession), ``reciprocity`` (share of the other's concession that is returned).
    """
    if view.moves == 0:
        return 1.0
    if view.moves == 1:
        return 1.0 - knobs[0]
    if view.offers_since_event < 2:
        return view.aspiration
    conceded = conceded_share(view.gap[view.offers - 2], view.gap[view.offers - 1])
    return max(0.0, view.aspiration * (1.0 - knobs[1] * conceded))


@rule
def random_absolute_tit_for_tat(view: Record, knobs: Floats) -> float:
    """Reproduce the other side's last concession in absolute terms, give or take [Faratin et al. 1998].

    What the other side gave up for one's good (US$ bn a year) is taken off the own target payoff, and so is a random
    amount from 0 to ``noise`` of the own range: the paper's R(M), which frees two imitators from a deadlock.

    Knobs: ``opening`` (the unasked concession), ``noise`` (most that is given on top, share of the own range).
    """
    if view.moves == 0:
        return 1.0
    if view.moves == 1:
        return 1.0 - knobs[0]
    if view.offers_since_event < 2 or view.range <= 0.0:
        return view.aspiration
    conceded = max(0.0, view.gap[view.offers - 2] - view.gap[view.offers - 1])
    # Without a quotient, which could overflow where the range is next to nothing.
    share = 1.0 if conceded >= view.range else conceded / view.range
    return max(0.0, view.aspiration - share - knobs[1] * view.draw)


@rule
def averaged_tit_for_tat(view: Record, knobs: Floats) -> float:
    """Reproduce, in percentage terms, what the other side has conceded over a window [Faratin et al. 1998].

    The paper's averaged tit-for-tat multiplies the own last offer by x(n - 2 gamma) / x(n), the other side's offers at
    both ends of a window of gamma of them. So does this with the gaps to the own ideal: with a window of one it is the
    relative tit-for-tat; a larger one answers each concession as often as it lies in the window, and a step back takes
    off what went before it. As long as fewer offers are there, the window is as long as they are.

    Knobs: ``opening`` (the unasked concession), ``window`` (offers that are looked back on, the paper's gamma).
    """
    if view.moves == 0:
        return 1.0
    if view.moves == 1:
        return 1.0 - knobs[0]
    window = min(max(1, int(knobs[1])), view.offers_since_event - 1)
    if window < 1:
        return view.aspiration
    return view.aspiration * (1.0 - conceded_share(view.gap[view.offers - 1 - window], view.gap[view.offers - 1]))


TACTICS = (
    Tactic(
        name="tit_for_tat",
        aspiration=relative_tit_for_tat,
        knobs=(
            OPENING,
            Knob("reciprocity", 1.0, 0.0, 2.0, "share of the other side's concession that is returned"),
        ),
        reads_offers=True,
        is_random=False,
        is_monotone=True,
        summary="answers the other side's concessions in percentage terms",
        reference=FARATIN,
    ),
    Tactic(
        name="random_tit_for_tat",
        aspiration=random_absolute_tit_for_tat,
        knobs=(
            OPENING,
            Knob("noise", 0.02, 0.0, 1.0, "most that is conceded on top by chance, share of the own range"),
        ),
        reads_offers=True,
        is_random=True,
        is_monotone=True,
        summary="answers the other side's concessions in absolute terms, and a random bit more",
        reference=FARATIN,
    ),
    Tactic(
        name="averaged_tit_for_tat",
        aspiration=averaged_tit_for_tat,
        knobs=(OPENING, Knob("window", 3.0, 1.0, 20.0, "offers that are looked back on; 1 makes it tit_for_tat")),
        reads_offers=True,
        is_random=False,
        is_monotone=True,
        summary="answers in percentage terms what the other side has conceded over a window",
        reference=FARATIN,
    ),
)
