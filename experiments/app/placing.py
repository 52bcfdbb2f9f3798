"""Where the words of a drawing stand so that they cover neither its marks nor each other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal, final

from experiments.app.drawing import Frame, Point

#: Left, top, right and bottom in pixels.
Box = tuple[float, float, float, float]

#: Size of the text on the page, in pixels of the drawing.
_LETTER: Final = 6.4
_ABOVE: Final = 10.0
_BELOW: Final = 3.0
#: Lines are looked at every so many pixels.
_STRIDE: Final = 6.0
_DISTANCES: Final = (11.0, 20.0, 32.0, 46.0)
_ON_ANOTHER: Final = 1000


@final
@dataclass(slots=True)
class Words:
    """Words of a drawing; the first that are added have the best places.

    Attributes
    ----------
    frame : Frame
        The drawing.
    drawn : list of point
        Pixels that are better left free.
    taken : list of box
        Words that stand already.
    """

    frame: Frame
    drawn: list[Point] = field(default_factory=list)
    taken: list[Box] = field(default_factory=list)

    def avoid(self, points: Sequence[Point]) -> None:
        """Keep off a line and the marks on it."""
        places = [self.frame.place(point) for point in points]
        self.drawn += places
        for start, end in pairwise(places):
            self.drawn += _along(start, end)

    def at(self, point: Point, words: str, kind: str = "") -> str:
        """Write words near a point, where they cover the least."""
        x, y = self.frame.place(point)
        places = list(_around(x, y))
        boxes = [_box(place, anchor, words) for place, anchor in places]
        costs = [self._cost(box) for box in boxes]
        best = costs.index(min(costs))
        self.taken.append(boxes[best])
        place, anchor = places[best]
        return self.frame.text(place, words, anchor, kind)

    def _cost(self, box: Box) -> float:
        left, top, right, bottom = box
        frame = self.frame
        outside = left < frame.left or right > frame.width or top < 0.0 or bottom > frame.height - frame.bottom
        overlaps = sum(_overlap(box, other) for other in self.taken)
        covered = sum(left <= x <= right and top <= y <= bottom for x, y in self.drawn)
        return _ON_ANOTHER * (outside + overlaps) + covered


def _around(x: float, y: float) -> Iterator[tuple[Point, Literal["start", "middle", "end"]]]:
    middle = (_ABOVE - _BELOW) / 2
    for far in _DISTANCES:
        slant = far / math.sqrt(2)
        yield (x + far, y + middle), "start"
        yield (x - far, y + middle), "end"
        yield (x, y - far), "middle"
        yield (x, y + far + _ABOVE), "middle"
        yield (x + slant, y - slant), "start"
        yield (x - slant, y - slant), "end"
        yield (x + slant, y + slant + _ABOVE), "start"
        yield (x - slant, y + slant + _ABOVE), "end"


def _box(place: Point, anchor: str, words: str) -> Box:
    width = _LETTER * len(words)
    left = place[0] - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return left - 2.0, place[1] - _ABOVE, left + width + 2.0, place[1] + _BELOW


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _along(start: Point, end: Point) -> Iterable[Point]:
    count = int(math.dist(start, end) / _STRIDE)
    shares = (place / (count + 1) for place in range(1, count + 1))
    return [(start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])) for share in shares]
