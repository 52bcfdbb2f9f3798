"""What a side tables: the package that its aspiration asks for, and each cap on what it gives."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.bargaining.offers import SEAT
from sim.bargaining.outcomes import Outcome
from sim.bargaining.position import BELIEF, CAPS, NO_CAP, OWN_PAYOFF, may_sign, next_node, tabled_node
from sim.engine.model import NegotiationModel
from sim.issues import PARTNER, US
from sim.records import Record
from sim.row import new_row
from tests.support import default_record
from tests.support_talks import LAND, SEA, STEPS, Script, follows, holds, pie, played, staircase, talks


@pytest.mark.parametrize(("target", "node"), [(10.0, 0), (9.0, 0), (8.0, 1), (4.9, 2), (1.0, 3), (-5.0, 3), (11.0, 0)])
def test_a_side_asks_for_the_last_package_worth_its_target(target: float, node: int) -> None:
    assert next_node(staircase(*STEPS), target, math.inf) == node


@pytest.mark.parametrize(("asked", "node"), [(-1.0, 0), (0.0, 0), (2.0, 1), (3.0, 1), (3.1, 2), (5.5, 3), (9.0, 3)])
def test_by_belief_a_side_gives_no_more_than_it_was_asked_for(asked: float, node: int) -> None:
    """However low its target, the first package that gives the other what its own offer would is enough."""
    assert next_node(staircase(*STEPS), -100.0, asked) == node


def test_what_was_asked_for_does_not_make_a_side_give_more_than_its_target() -> None:
    assert next_node(staircase(*STEPS), 8.0, 100.0) == 1


@given(target=st.floats(-5, 15), asked=st.floats(-5, 15) | st.just(math.inf))
def test_no_side_asks_for_less_than_its_target_where_it_can(target: float, asked: float) -> None:
    path = staircase(*STEPS)
    node = next_node(path, target, asked)
    assert path.own[node] >= min(target, 10.0)
    if asked < math.inf and node > 0:
        assert path.other[node - 1] < asked


def _seats(worth: float) -> tuple[Record, Record]:
    """A US that needs 2, and a Japan whose standing offer is worth so much to it; all may sign it."""
    us, partner = new_row(SEAT), new_row(SEAT)
    us.reservation = 2.0
    partner.tabled, partner.own_value, partner.reservation, partner.value_to_other = 1, 4.0, 3.0, worth
    partner.signable[:] = 1
    return us, partner


@pytest.mark.parametrize(
    ("worth", "node"),
    [(10.0, 0), (8.5, 0), (8.0, 1), (8.0 - 1e-12, 1), (6.0, 1), (5.0, 2), (2.0, 2), (1.9, 3), (12.0, 0)],
)
def test_by_own_payoff_nothing_is_tabled_that_is_worth_less_than_the_offer(worth: float, node: int) -> None:
    """The path is worth 10, 8, 5 and 1; below what the US needs (2) signing is no alternative, and nothing binds."""
    us, partner = _seats(worth)
    assert tabled_node(default_record(cap=OWN_PAYOFF), staircase(*STEPS), us, US, partner, 3) == node


@pytest.mark.parametrize("wanted", range(4))
def test_no_cap_makes_a_side_give_more_than_it_wants(wanted: int) -> None:
    us, partner = _seats(5.0)
    nodes = [
        tabled_node(default_record(cap=cap), staircase(*STEPS), us, US, partner, wanted) for cap in range(len(CAPS))
    ]
    assert nodes[BELIEF] == nodes[NO_CAP] == wanted
    assert nodes[OWN_PAYOFF] == min(wanted, 2)


@pytest.mark.parametrize(
    "field", ["no offer", "overtaken", "its maker may not sign", "one may not sign", "worth less than is needed"]
)
def test_only_an_offer_that_could_be_signed_holds_a_side_back(field: str) -> None:
    us, partner = _seats(5.0)
    assert may_sign(us, US, partner)
    if field == "no offer":
        partner.tabled = 0
    elif field == "overtaken":
        partner.own_value = 2.9
    elif field == "its maker may not sign":
        partner.signable[PARTNER] = 0
    elif field == "one may not sign":
        partner.signable[US] = 0
    else:
        us.reservation = 5.1
    assert not may_sign(us, US, partner)
    assert tabled_node(default_record(cap=OWN_PAYOFF), staircase(*STEPS), us, US, partner, 3) == 3


def _after(rounds: int, us: Script, partner: Script, cap: str, **sections: Any) -> NegotiationModel:
    model = talks(pie({"protocol": {"cap": cap, "stall_rounds": 20}}, **sections), us, partner)
    for _ in range(rounds):
        model.step()
    return model


#: Japan asks for 60 % of its range: all of the sea and eight plots of land for the US, worth 3 to it.
ASKS_FOR_SIX = holds(0.6)

#: A US that goes from its ideal to its reservation in the second round: five plots of land for all of the sea, worth 0.
GIVES_IN = follows(1.0, 0.0)


@pytest.mark.parametrize(("cap", "left"), [("belief", 3.0), ("own_payoff", 3.0), ("none", 0.0)])
def test_a_side_that_does_not_sign_yet_gives_no_more_than_signing_would(cap: str, left: float) -> None:
    """The US signs nothing before the deadline."""
    waits = {"us_treasury": {"name": "ac_time", "time": 1.0}}
    model = _after(3, GIVES_IN, ASKS_FOR_SIX, cap, acceptance=waits)
    us, partner = (government.seat for government in model.governments)
    assert partner.value_to_other - us.status_quo == pytest.approx(3.0)
    assert us.own_value - us.status_quo == pytest.approx(left)


@pytest.mark.parametrize(("cap", "gains"), [("belief", {3.0}), ("own_payoff", {3.0}), ("none", {0.0, 3.0})])
def test_a_side_that_gives_in_at_the_same_time_gives_what_it_was_asked_for(cap: str, gains: set[float]) -> None:
    """Without a cap both would sign the other's position, and the coin at times picks the one that gives all away."""
    config = pie({"protocol": {"cap": cap, "kind": "simultaneous"}})
    met = set()
    for run in range(8):
        model = played(config, GIVES_IN, ASKS_FOR_SIX, run=run)
        assert (model.outcome, model.round) == (Outcome.AGREEMENT, 2)
        assert model.deal is not None
        land, sea = model.deal.package[LAND], model.deal.package[SEA]
        met.add(round(float(land - 0.5 * sea), 9))
    assert met == gains


@pytest.mark.parametrize("cap", CAPS)
def test_in_turns_a_side_that_signs_what_it_would_table_needs_no_cap(cap: str) -> None:
    """AC_next signs what is worth at least the package that the aspiration asks for, so that nothing is given away."""
    model = played(pie({"protocol": {"cap": cap}}), GIVES_IN, ASKS_FOR_SIX)
    assert (model.outcome, model.round) == (Outcome.AGREEMENT, 2)
    assert model.deal is not None
    assert model.deal.proposer == "partner"


def test_talks_do_not_stall_before_a_side_that_would_sign_late() -> None:
    """Nobody moves from round 1 on, but from the eighth on the US signs anything that is worth its reservation."""
    late = {"us_treasury": {"name": "ac_time", "time": 0.8}}
    model = played(pie(acceptance=late), holds(1.0), ASKS_FOR_SIX)
    assert (model.outcome, model.round) == (Outcome.AGREEMENT, 8)
    never = played(pie(), holds(1.0), ASKS_FOR_SIX)
    assert (never.outcome, never.round) == (Outcome.STALL, 5)
