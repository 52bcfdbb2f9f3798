"""A side's position: the package of its concession path that an aspiration asks for, and the cap on what it gives.

A side that tabled whatever its aspiration asks for would at times give more than it has been asked for. What keeps it
from that is the cap of the protocol:

- ``own_payoff``: a side that does not sign an offer it may sign tables nothing that is worth less to it than signing.
  It judges by its own payoffs alone, which it knows.
- ``belief``: it asks for nothing beyond the first node that gives the other side, as believed, what that side's own
  standing offer would. By a wrong belief this holds back a package that the other side needs, also when it is signed or
  not: the acceptance conditions compare with the node that is held back.
- ``none``: it tables what its aspiration asks for.
"""

from __future__ import annotations

import math
from typing import Final

from sim.bargaining.concession import Branches, extend_path, node_asked, node_worth
from sim.bargaining.offers import PAYOFF_SLACK, is_good_enough, stands_by_offer, target_payoff
from sim.compiled import rule
from sim.records import Record

#: Caps on what a side gives, in the order of the numbers that stand for them in records.
CAPS: Final = ("belief", "own_payoff", "none")
BELIEF, OWN_PAYOFF, NO_CAP = range(len(CAPS))


@rule
def wanted_node(p: Record, branches: Branches, path: Record, seat: Record, other: Record, aspiration: float) -> int:
    """Node of the path that a side asks for: the last one worth u*.

    Under the cap by belief it is none beyond the first that gives the other side what its standing offer would. The
    path is built as far as that takes.
    """
    target = target_payoff(seat.reservation, seat.ideal, aspiration) - PAYOFF_SLACK
    asked = other.asked - PAYOFF_SLACK if p.cap == BELIEF and other.tabled != 0 else math.inf
    extend_path(branches, path, target, asked)
    return next_node(path, target, asked)


@rule
def next_node(path: Record, target: float, asked: float) -> int:
    """Last node worth `target`, but none beyond the first that gives the other side `asked`, as believed."""
    node = node_worth(path, target)
    return min(node, node_asked(path, asked)) if asked < math.inf else node


@rule
def may_sign(seat: Record, side: int, other: Record) -> bool:
    """Whether a deal would follow if a side signed the other's standing offer, whatever it would rather have."""
    good = is_good_enough(other.value_to_other, seat.reservation, seat.reservation)
    return bool(stands_by_offer(other, 1 - side) and good and other.signable[side] != 0)


@rule
def tabled_node(p: Record, path: Record, seat: Record, side: int, other: Record, wanted: int) -> int:
    """Node that a side tables if it does not sign: the one it asks for, or under the cap by own payoff an earlier one.

    The cap keeps it at the last node that is worth at least the other side's offer, where it might sign that.
    """
    if p.cap != OWN_PAYOFF or not may_sign(seat, side, other):
        return wanted
    return min(wanted, node_worth(path, other.value_to_other - PAYOFF_SLACK))
