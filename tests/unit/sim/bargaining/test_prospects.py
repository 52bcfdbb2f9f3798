"""The node of a path with the largest product of gains, and the risks of conflict, as a side believes them."""

from __future__ import annotations

import pytest

from sim.bargaining.offers import SEAT
from sim.bargaining.prospects import _compare_risks, nash_node
from sim.bargaining.valuation import VALUATION
from sim.issues import US
from sim.records import VIEW
from sim.row import new_row
from tests.support_talks import STEPS, staircase

#: Nodes of which three have one product of gains over nothing: 0, 12, 12, 12.
LAST_EQUAL = ((10.0, 0.0), (4.0, 3.0), (3.0, 4.0), (2.0, 6.0))


@pytest.mark.parametrize(
    ("nodes", "walk_away", "node"),
    [
        (STEPS, (0.0, 0.0), 2),  # 0, 24, 25, 6
        (STEPS, (0.0, -2.0), 1),  # 20, 40, 35, 8
        (STEPS, (4.5, 2.5), 1),  # 0, 1.75, 1.25, 0
        (LAST_EQUAL, (0.0, 0.0), 1),  # 0, 12, 12, 12: the first of equals
        (STEPS, (0.0, 9.0), 0),  # the other side gains nowhere
        (STEPS, (10.0, 0.0), 0),
    ],
)
def test_the_largest_product_of_gains(
    nodes: tuple[tuple[float, float], ...], walk_away: tuple[float, float], node: int
) -> None:
    seat = new_row(SEAT)
    seat.walk_away, seat.other_walk_away = walk_away
    assert nash_node(staircase(*nodes), seat) == node


@pytest.mark.parametrize(("own", "others", "risk"), [(1, 1, 0.6), (0, 1, 0.0), (1, 0, 0.0), (0, 0, 0.0)])
def test_there_is_no_risk_before_both_sides_have_tabled(own: int, others: int, risk: float) -> None:
    """The own offer is worth 5 and the other's 2 over a walk-away of nothing: Z = (5 - 2) / 5."""
    seat, other, view = new_row(SEAT), new_row(SEAT), new_row(VIEW)
    seat.tabled, seat.own_value = own, 5.0
    other.tabled, other.value_to_other = others, 2.0
    view.aspiration = view.own_risk = 0.75
    _compare_risks(staircase(*STEPS), new_row(VALUATION), seat, US, other, 0, view)
    assert view.own_risk == pytest.approx(risk)
    assert view.risk_step <= 0.75 if own and others else view.risk_step == 0.75
