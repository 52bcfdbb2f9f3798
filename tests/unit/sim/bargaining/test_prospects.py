"""The node of a path with the largest product of gains, as a side believes it."""

from __future__ import annotations

import pytest

from sim.bargaining.offers import SEAT
from sim.bargaining.prospects import nash_node
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
