"""Pictures of the page as SVG: they follow its light or dark theme and its width, and are drawn anew in no time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final, final

from experiments.labels import SIDE_LABELS, axis_label, number, ordered_issues, plain, scale_of, unit_of
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.app.watched import Moment

Point = tuple[float, float]

_CLASSES: Final = ("us", "japan")


@final
@dataclass(frozen=True, slots=True)
class _Frame:
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

    def mark(self, point: Point, kind: str, told: str) -> str:
        """Draw a circle for the US, a square for Japan and a diamond for a deal, with words under the pointer."""
        x, y = self.place(point)
        shapes = {
            "us": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"',
            "japan": f'<rect x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7"',
            "deal": f'<path d="M{x:.1f},{y - 8:.1f}l8,8l-8,8l-8,-8z"',
        }
        return f'{shapes[kind]} class="{kind} mark"><title>{escape(told)}</title></{_tag(shapes[kind])}>'

    def text(self, at: Point, words: str, anchor: str = "start", kind: str = "") -> str:
        """Write words at a place in pixels."""
        return f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'

    def svg(self, label: str, parts: Iterable[str]) -> str:
        """Put the drawing together."""
        box = f"0 0 {self.width:g} {self.height:g}"
        return f'<svg viewBox="{box}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'


def _tag(shape: str) -> str:
    return shape[1:].split(" ", 1)[0]


def positions_svg(moments: Sequence[Moment], package: Mapping[str, float] | None, units: Mapping[str, str]) -> str:
    """Both sides' offers on every issue over the rounds, one small picture an issue."""
    issues = ordered_issues(name for moment in moments for offer in moment.offers if offer for name in offer.values)
    pictures = (_issue_svg(moments, issue, (package or {}).get(issue), unit_of(issue, units)) for issue in issues)
    return f'<div class="panels">{"".join(pictures)}</div>'


def _issue_svg(moments: Sequence[Moment], issue: str, agreed: float | None, unit: str) -> str:
    scale = scale_of(unit)
    paths = [_path(moments, side, issue, scale) for side in range(len(SIDES))]
    values = [value for path in paths for _, value in path] + ([agreed * scale] if agreed is not None else [])
    last = max(2, moments[-1].story.number)
    frame = _Frame(300, 170, 46, 28, 30, 14, (1.0, float(last)), _room(min(values), max(values)))
    ticks = (min(values), max(values)) if max(values) > min(values) else (values[0],)
    parts = [frame.text((4, 14), f"{plain(issue)}, {axis_label(unit)}", kind="caption-of-panel")]
    for tick in ticks:
        x, y = frame.place((1.0, tick))
        parts += [frame.line([(1.0, tick), (float(last), tick)], "grid")]
        parts += [frame.text((x - 8, y + 4), number(tick), "end")]
    for round_ in (1, last):
        x, _ = frame.place((float(round_), values[0]))
        parts.append(frame.text((x, frame.height - 8), f"round {round_}" if round_ == 1 else str(round_), "middle"))
    for kind, path, side in zip(_CLASSES, paths, SIDES, strict=True):
        parts.append(frame.line(path, f"{kind} path"))
        parts += [
            frame.mark(point, kind, f"{SIDE_LABELS[side]}, round {point[0]:g}: {number(point[1])}") for point in path
        ]
    if agreed is not None:
        at = (float(moments[-1].story.number), agreed * scale)
        parts.append(frame.mark(at, "deal", f"agreed: {number(at[1])}"))
    return frame.svg(f"Offers on {plain(issue)} by round", parts)


def _path(moments: Sequence[Moment], side: int, issue: str, scale: float) -> list[Point]:
    offers = ((float(moment.story.number), moment.offers[side]) for moment in moments)
    return [(at, offer.values[issue] * scale) for at, offer in offers if offer and issue in offer.values]


def plane_svg(moments: Sequence[Moment], *, dealt: bool) -> str:
    """The offers in the plane of both payoffs, with the frontier and what each side has without a deal."""
    now = moments[-1]
    paths = [_worths(moments, side) for side in range(len(SIDES))]
    seen = [*paths[0], *paths[1], now.walk_away, now.needs, *now.frontier]
    frame = _Frame(
        520, 380, 58, 46, 14, 16, _room(*_span(point[0] for point in seen)), _room(*_span(point[1] for point in seen))
    )
    parts = [_axes(frame), *_limits(frame, now)]
    if now.frontier:
        parts.append(frame.line(now.frontier, "frontier"))
        x, y = frame.place(now.frontier[len(now.frontier) // 2])
        parts.append(frame.text((x + 8, y - 8), "frontier"))
    for kind, path, side in zip(_CLASSES, paths, SIDES, strict=True):
        parts.append(frame.line(path, f"{kind} path"))
        parts += [frame.mark(point, kind, f"{SIDE_LABELS[side]} offer: {_told(point)}") for point in path]
        if path:
            parts.append(_named(frame, path[-1], f"{SIDE_LABELS[side]} offer", kind))
    if dealt:
        signed = _signed(now)
        parts.append(frame.mark(signed, "deal", f"deal: {_told(signed)}"))
    return frame.svg("Offers by what they are worth to the US and to Japan", parts)


def _signed(now: Moment) -> Point:
    """Worth of the offer that was accepted in this round."""
    accepting = next((turn.side for turn in now.story.turns if turn.action == "accepts"), SIDES[1])
    offer = now.offers[1 - SIDES.index(accepting)]
    return offer.payoffs if offer else now.walk_away


def _worths(moments: Sequence[Moment], side: int) -> list[Point]:
    points = [offer.payoffs for moment in moments if (offer := moment.offers[side])]
    return [point for place, point in enumerate(points) if place == 0 or point != points[place - 1]]


def _axes(frame: _Frame) -> str:
    parts = []
    for share in (0.0, 0.5, 1.0):
        x = frame.x[0] + share * (frame.x[1] - frame.x[0])
        y = frame.y[0] + share * (frame.y[1] - frame.y[0])
        anchor = {0.0: "start", 0.5: "middle", 1.0: "end"}[share]
        parts.append(frame.text((frame.place((x, y))[0], frame.height - 26), number(x), anchor))
        parts.append(frame.text((frame.left - 8, frame.place((x, y))[1] + 4), number(y), "end"))
    corner = [(frame.x[0], frame.y[1]), (frame.x[0], frame.y[0]), (frame.x[1], frame.y[0])]
    parts.append(frame.line(corner, "axis"))
    middle = (frame.left + frame.width - frame.right) / 2
    parts.append(frame.text((middle, frame.height - 8), "Payoff of the US, US$ bn a year", "middle"))
    at = (frame.height - frame.bottom + frame.top) / 2
    upright = f'<g transform="translate(13 {at:.1f}) rotate(-90)">'
    parts.append(f"{upright}{frame.text((0, 0), 'Payoff of Japan, US$ bn a year', 'middle')}</g>")
    return "".join(parts)


def _limits(frame: _Frame, now: Moment) -> list[str]:
    """Walk-away payoffs as dashed lines, what would be ratified as dotted ones."""
    (x0, x1), (y0, y1) = frame.x, frame.y
    lines = []
    for kind, (us, japan) in (("needs", now.needs), ("away", now.walk_away)):
        lines.append(frame.line([(us, y0), (us, y1)], f"us {kind}"))
        lines.append(frame.line([(x0, japan), (x1, japan)], f"japan {kind}"))
    return lines


def _named(frame: _Frame, point: Point, words: str, kind: str) -> str:
    x, y = frame.place(point)
    left = x > 0.7 * frame.width
    return frame.text((x - 9 if left else x + 9, y + (16 if kind == "us" else -9)), words, "end" if left else "start")


def _told(point: Point) -> str:
    return f"US {number(point[0])}, Japan {number(point[1])}"


def _span(values: Iterable[float]) -> Point:
    known = list(values)
    return min(known), max(known)


def _room(low: float, high: float) -> Point:
    """Limits with room around what is drawn."""
    room = 0.08 * (high - low) if high > low else max(0.08 * abs(high), 0.5)
    return low - room, high + room
