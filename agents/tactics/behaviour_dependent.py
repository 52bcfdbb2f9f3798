"""Behaviour-dependent tactics: answer the other side's concessions in kind."""

from __future__ import annotations

from sim.compiled import rule
from sim.records import Floats, Record


@rule
def relative_tit_for_tat(view: Record, knobs: Floats) -> float:
    """Reproduce, in percentage terms, the other side's last concession [Faratin et al. 1998, relative tit-for-tat].

    The other side's concession is the share by which its last offer closed the gap to one's own ideal; the own
    aspiration falls by the same share. Only offers made since the last event are compared, both at today's parameters:
    a change of the table is nobody's concession. The tactic opens with its ideal and then gives one concession unasked.

    Knobs: ``opening`` (the unasked concession), ``reciprocity`` (share of the other's concession that is returned).
    """
    if view.moves == 0:
        return 1.0
    if view.moves == 1:
        return 1.0 - knobs[0]
    if view.offers_since_event < 2:
        return view.aspiration
    before = view.gap[view.offers - 2]
    now = view.gap[view.offers - 1]
    if before <= 0.0 or now >= before:
        return view.aspiration
    conceded = min(1.0, (before - now) / before)
    return max(0.0, view.aspiration * (1.0 - knobs[1] * conceded))
