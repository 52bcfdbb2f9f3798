"""Put names beside crowded points: near their own, off the others, and tied to it by a line where they had to move."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

#: Distances from a point to the nearest edge of its name that are tried, inches, and directions for each.
_DISTANCES: Final = (0.09, 0.22, 0.38, 0.58, 0.82, 1.1, 1.5, 2.0)
_DIRECTIONS: Final = 16
#: Distance from which on a line ties a name to its point, inches.
TIED: Final = 0.15
#: Space that a point takes up, inches; cost of covering a square inch of points or names, and of an inch outside.
_POINT: Final = 0.07
_COVERS_POINT: Final = 400.0
_COVERS_NAME: Final = 10_000.0
_OUTSIDE: Final = 2_000.0


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle, inches."""

    left: float
    bottom: float
    right: float
    top: float

    def overlap(self, other: Area) -> float:
        """Area that two boxes share."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return max(0.0, width) * max(0.0, height)

    def outside(self, other: Area) -> float:
        """How far this box reaches out of another."""
        sides = (
            other.left - self.left, self.right - other.right, other.bottom - self.bottom, self.top - other.top,
        )  # fmt: skip
        return sum(max(0.0, side) for side in sides)


@dataclass(frozen=True, slots=True)
class PlacedName:
    """Centre of a name, and how far its nearest edge is from its point; inches."""

    x: float
    y: float
    distance: float


def place_names(
    points: Sequence[tuple[float, float]], sizes: Sequence[tuple[float, float]], frame: Area
) -> list[PlacedName]:
    """Find a place for the name of every point.

    The names of points with close neighbours are placed first; each takes the place that costs least, in covered points
    and names, in distance, and in reaching out of the frame.

    Parameters
    ----------
    points : sequence of (x, y)
    sizes : sequence of (width, height)
        Of the names.
    frame : Box
        Where names belong.
    """
    dots = [Area(x - _POINT, y - _POINT, x + _POINT, y + _POINT) for x, y in points]
    placed: dict[int, tuple[PlacedName, Area]] = {}
    for place in sorted(range(len(points)), key=lambda one: (_room(points, one), one)):
        taken = [box for _, box in placed.values()]
        choices = [
            (_cost(box, dots, taken, frame) + name.distance, order, name, box)
            for order, (name, box) in enumerate(_choices(points[place], sizes[place]))
        ]
        _, _, name, box = min(choices, key=lambda choice: choice[:2])
        placed[place] = name, box
    return [placed[place][0] for place in range(len(points))]


def _room(points: Sequence[tuple[float, float]], one: int) -> float:
    others = [math.dist(points[one], other) for place, other in enumerate(points) if place != one]
    return min(others, default=math.inf)


def _choices(point: tuple[float, float], size: tuple[float, float]) -> list[tuple[PlacedName, Area]]:
    found = []
    half_width, half_height = size[0] / 2, size[1] / 2
    for distance in _DISTANCES:
        for turn in range(_DIRECTIONS):
            angle = 2.0 * math.pi * turn / _DIRECTIONS
            x = point[0] + math.cos(angle) * distance + _sign(math.cos(angle)) * half_width
            y = point[1] + math.sin(angle) * distance + _sign(math.sin(angle)) * half_height
            box = Area(x - half_width, y - half_height, x + half_width, y + half_height)
            found.append((PlacedName(x, y, distance), box))
    return found


def _sign(value: float) -> float:
    """-1, 0 or 1; a name straight above its point is centred on it."""
    return 0.0 if abs(value) < 1e-9 else math.copysign(1.0, value)


def _cost(box: Area, dots: list[Area], taken: list[Area], frame: Area) -> float:
    points = sum(box.overlap(dot) for dot in dots)
    names = sum(box.overlap(other) for other in taken)
    return _COVERS_POINT * points + _COVERS_NAME * names + _OUTSIDE * box.outside(frame)
