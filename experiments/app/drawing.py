"""Drawings of the page as SVG: they follow its light or dark theme and its width, and are drawn anew in no time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import Final, Literal, final

from experiments.labels import partner_name

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

Point = tuple[float, float]

#: Classes of both sides' marks and lines in the style sheet.
CLASSES: Final = ("us", "partner")
_ROUND_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


@final
@dataclass(frozen=True, slots=True)
class Frame:
    """A drawing area with its scales; pixels grow downwards, values upwards."""

    width: float
    height: float
    left: float
    bottom: float
    top: float
    right: float
    x: Point
    y: Point

    def place(self, point: Point) -> Point:
        """Pixels of a point."""
        (x0, x1), (y0, y1) = self.x, self.y
        across = (point[0] - x0) / (x1 - x0)
        up = (point[1] - y0) / (y1 - y0)
        return (
            self.left + across * (self.width - self.left - self.right),
            self.height - self.bottom - up * (self.height - self.bottom - self.top),
        )

    def line(self, points: Sequence[Point], kind: str) -> str:
        """Join points by a line."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(self.place, points))
        return f'<polyline class="{kind}" points="{path}"/>'

    def area(self, low: Point, high: Point, kind: str) -> str:
        """Fill the box between two corners."""
        (x0, y1), (x1, y0) = self.place(low), self.place(high)
        return f'<rect x="{x0:.1f}" y="{y0:.1f}" width="{x1 - x0:.1f}" height="{y1 - y0:.1f}" class="{kind}"/>'

    def mark(self, point: Point, kind: str, told: str) -> str:
        """Draw a circle for the US, a square for the partner, a diamond for a deal; words stand under the pointer."""
        x, y = self.place(point)
        shapes = {
            "us": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"',
            "partner": f'<rect x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7"',
            "deal": f'<path d="M{x:.1f},{y - 8:.1f}l8,8l-8,8l-8,-8z"',
            "solution": f'<path d="M{x - 5:.1f},{y:.1f}h10M{x:.1f},{y - 5:.1f}v10"',
        }
        return f'{shapes[kind]} class="{kind} mark"><title>{escape(told)}</title></{_tag(shapes[kind])}>'

    def text(self, at: Point, words: str, anchor: str = "start", kind: str = "") -> str:
        """Write words at a place in pixels."""
        return f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'

    def svg(self, label: str, parts: Iterable[str]) -> str:
        """Put the drawing together."""
        box = f"0 0 {self.width:g} {self.height:g}"
        return f'<svg viewBox="{box}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'


def ticks(span: Point, most: int) -> list[float]:
    """Round numbers inside a span, at most `most` of them."""
    least = (span[1] - span[0]) / most
    size = 10.0 ** math.floor(math.log10(least))
    step = next(size * factor for factor in _ROUND_STEPS if size * factor >= least)
    first, last = math.ceil(span[0] / step), math.floor(span[1] / step)
    return [step * place for place in range(first, last + 1)]


def with_room(values: Iterable[float]) -> Point:
    """Limits with room around what is drawn."""
    known = list(values)
    low, high = min(known), max(known)
    room = 0.08 * (high - low) if high > low else max(0.08 * abs(high), 0.5)
    return low - room, high + room


def key_html(*, worth: bool) -> str:
    """What the marks mean; with `worth` also the lines of the plane of both payoffs."""
    marks = [
        '<b class="us">● US</b>',
        f'<b class="partner">■ {escape(partner_name())}</b>',
        '<b class="deal">◆ deal</b>',
    ]
    lines = ("- - walking away", "····· least that would be ratified", "shaded: both would ratify", "+ solution points")
    words = [*marks, *lines] if worth else marks
    return f'<p class="note key">{"".join(f"<span>{word}</span> " for word in words)}</p>'


def _tag(shape: str) -> str:
    return shape[1:].split(" ", 1)[0]


@final
@dataclass(slots=True)
class PlacedWords:
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
