"""The bargaining set of a negotiation at the current date: its frontier, and the payoffs of walking away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.bargaining.zone import package_frontier

if TYPE_CHECKING:
    from sim.engine.model import NegotiationModel
    from sim.records import Floats


def frontier(model: NegotiationModel, floor: Floats) -> Floats:
    """Pareto frontier of the packages that both sides' red lines and the domestic table allow now.

    Payoffs of the US and the partner in US$ bn a year, shape [point, 2]; see
    :func:`sim.bargaining.zone.package_frontier`.
    """
    points: Floats = package_frontier(model.p, model.pledges, model.valuation, floor)
    return points


def walk_away_point(model: NegotiationModel) -> Floats:
    """Both sides' walk-away payoffs at the current date: the disagreement point."""
    return np.array([model.cast.us.seat.walk_away, model.cast.partner.seat.walk_away])
