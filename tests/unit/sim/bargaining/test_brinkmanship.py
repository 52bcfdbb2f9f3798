"""The escalator's threat: it rises while the other side stands still, for the walk-away and for the draw alike."""

from __future__ import annotations

from typing import Any

import pytest

from sim.bargaining.brinkmanship import raised
from sim.bargaining.outcomes import Outcome
from sim.issues import PARTNER, US
from sim.records import Record
from tests.support import default_record
from tests.support_talks import Script, holds, levels_of, pie, seat_with, talks


def _still(rounds: int) -> Record:
    seat = seat_with(levels_of())
    seat.held = rounds + 1
    return seat


def _escalating(chance: float, patience: float, step: float, limit: float) -> Record:
    p = default_record(walk_away_execution_probability=chance)
    p.brink_patience[US], p.brink_step[US], p.brink_limit[US] = patience, step, limit
    return p


@pytest.mark.parametrize(
    ("still", "escalated", "expected"), [(0, 0.0, 0.0), (1, 0.0, 0.0), (2, 0.0, 0.1), (5, 0.1, 0.2), (9, 0.35, 0.4)]
)
def test_the_threat_rises_by_its_step_after_so_much_patience_and_up_to_its_limit(
    still: int, escalated: float, expected: float
) -> None:
    p = _escalating(0.4, 2, 0.1, 0.8)
    assert raised(p, escalated, US, _still(still)) == pytest.approx(expected, abs=1e-12)


def test_a_threat_above_the_limit_is_left_where_it_is() -> None:
    assert raised(_escalating(0.9, 0, 0.1, 0.8), 0.0, US, _still(5)) == 0.0


#: Without a deal the US loses nothing and Japan 10 a year once the threat is executed.
THREAT: dict[str, Any] = {
    "walk_away": {"execution_probability": 0.0, "threat_car_tariff": 0.5},
    "protocol": {"stall_rounds": 60},
}


def _played(us: dict[str, Any], partner: Script) -> Any:
    model = talks(pie(THREAT, tactics={"us_treasury": us}), partner=partner)
    while model.running:
        model.step()
    return model


def test_it_moves_the_walk_away_and_is_drawn_at_the_deadline() -> None:
    """A threat that nobody would execute becomes certain, so that the deadline is executed."""
    loud = _played({"name": "escalator", "initial": 0.0, "step": 0.5, "limit": 1.0}, holds(1.0))
    quiet = _played({"name": "boulware", "initial": 0.0}, holds(1.0))
    assert loud.talk.escalated == 1.0
    assert loud.outcome is Outcome.THREAT_EXECUTED
    assert quiet.outcome is not Outcome.THREAT_EXECUTED
    for side in (US, PARTNER):
        calm, tense = quiet.governments[side].seat, loud.governments[side].seat
        assert calm.walk_away == pytest.approx(calm.status_quo)
        assert tense.walk_away == pytest.approx(tense.threat)


def test_it_stays_calm_against_a_side_that_moves() -> None:
    partner_moves = _played(
        {"name": "escalator", "initial": 0.0, "step": 0.5, "limit": 1.0},
        lambda view: max(0.0, 1.0 - 0.1 * float(view.round)),
    )
    assert partner_moves.talk.escalated == 0.0
