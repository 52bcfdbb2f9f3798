"""Solution points as packages: which there are, and how a package of the grid or between its levels is written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.engine.frontier import walk_away_point
from sim.issues import PARTNER, US
from sim.solutions.points import asymmetric_nash, egalitarian, kalai_smorodinsky, nash, utilitarian, zone_of_agreement
from sim.solutions.win_sets import best_for

if TYPE_CHECKING:
    from sim.engine.model import NegotiationModel
    from sim.records import Floats

#: Bargaining powers of the US in the asymmetric Nash solutions that are shown unless another is asked for.
POWERS: Final = (0.25, 0.75)


@dataclass(frozen=True, slots=True)
class Point:
    """A package with what it is worth.

    Attributes
    ----------
    name : str
        What it solves: ``nash``, ``kalai_smorodinsky``, ...
    package : dict of str to float
        Value of every issue on the table, in its unit.
    payoff, gain : tuple of float
        Of the US and the partner, US$ bn a year; the gain is over walking away.
    """

    name: str
    package: dict[str, float]
    payoff: tuple[float, float]
    gain: tuple[float, float]


@dataclass(frozen=True, slots=True)
class BetweenLevels:
    """A solution between the levels of the grid.

    Attributes
    ----------
    point : Point
        The package, its payoffs and gains.
    shift : float
        Its distance from the solution on the grid in the plane of payoffs, US$ bn a year.
    """

    point: Point
    shift: float


def choices(
    points: Floats, walk_away: Floats, reservation: Floats, powers: tuple[float, ...] = POWERS
) -> dict[str, int]:
    """Places of the solutions in an array of payoffs ``[package, 2]`` by name; those that do not exist are left out.

    Nash and the rest take walking away as disagreement and weigh all packages worth it to both; ``nash_ratified`` only
    those in both win-sets, and ``best_us`` and ``best_partner`` those in the other side's win-set.
    """
    in_zone = np.flatnonzero(zone_of_agreement(points, reservation))
    within = nash(points[in_zone], walk_away)
    found = {
        "nash": nash(points, walk_away),
        **{f"nash_power_{power:g}": asymmetric_nash(points, walk_away, power) for power in powers},
        "nash_ratified": int(in_zone[within]) if within >= 0 else -1,
        "kalai_smorodinsky": kalai_smorodinsky(points, walk_away),
        "egalitarian": egalitarian(points, walk_away),
        "utilitarian": utilitarian(points, walk_away),
        "best_us": best_for(points, US, reservation),
        "best_partner": best_for(points, PARTNER, reservation),
    }
    return {name: int(place) for name, place in found.items() if place >= 0}


def point_of(name: str, model: NegotiationModel, package: Floats, payoff: Floats) -> Point:
    """Package of values with its payoffs and their gain over walking away."""
    names = {model.case.issue_names[issue]: float(package[issue]) for issue in model.case.tabled(model.p)}
    return Point(name, names, pair(payoff), pair(payoff - walk_away_point(model)))


def pair(values: Floats) -> tuple[float, float]:
    """Both sides' numbers as a tuple."""
    return float(values[0]), float(values[1])
