"""The offers in the plane of both payoffs, with the frontier and what each side has without a deal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from experiments.app.drawing import CLASSES, Frame, PlacedWords, Point, ticks, with_room
from experiments.labels import SIDE_LABELS, issue_label, number, ordered_issues, partner_name, plain, scale_of, unit_of
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.app.models import Snapshot


def plane_svg(snapshots: Sequence[Snapshot], deal: Point | None) -> str:
    """Draw the offers so far at their worth in their own round, the last round's frontier and limits, and the deal."""
    now = snapshots[-1]
    paths = [_worths(snapshots, side) for side in range(len(SIDES))]
    seen = [*paths[0], *paths[1], now.walk_away, now.needs, *now.frontier]
    frame = Frame(440, 360, 44, 42, 12, 14, with_room(x for x, _ in seen), with_room(y for _, y in seen))
    words = PlacedWords(frame)
    for path in (*paths, now.frontier):
        words.avoid(path)
    parts = [*_zone(frame, now), *_axes(frame), *_limits(frame, now, words)]
    parts.append(frame.line(now.frontier, "frontier"))
    for kind, path, side in zip(CLASSES, paths, SIDES, strict=True):
        parts.append(frame.line(path, f"{kind} path"))
        parts += [frame.mark(point, kind, f"{SIDE_LABELS[side]} offer: {_told(point)}") for point in path]
    for name, point in now.solutions.items():
        parts.append(frame.mark(point, "solution", f"{name} solution: {_told(point)}"))
    if deal is not None:
        parts.append(frame.mark(deal, "deal", f"deal: {_told(deal)}"))
    return frame.svg(
        f"Offers by what they are worth to the US and to {partner_name()}", [*parts, *_names(words, now, paths, deal)]
    )


def _names(words: PlacedWords, now: Snapshot, paths: Sequence[Sequence[Point]], deal: Point | None) -> list[str]:
    """Name what is drawn, the most important first."""
    parts = []
    if deal is not None:
        parts.append(words.at(deal, "deal", "strong"))
    for path, side in zip(paths, SIDES, strict=True):
        if path and deal is None:
            parts.append(words.at(path[-1], f"{SIDE_LABELS[side]} offer", "strong"))
        elif path:
            parts.append(words.at(path[0], f"{SIDE_LABELS[side]} opens", "strong"))
    parts += [words.at(point, name) for name, point in now.solutions.items()]
    if now.frontier:
        # Its end, where no offers are.
        parts.append(words.at(min(now.frontier), "frontier"))
    return parts


def _worths(snapshots: Sequence[Snapshot], side: int) -> list[Point]:
    points = [offer.payoffs for snapshot in snapshots if (offer := snapshot.offers[side])]
    return [point for place, point in enumerate(points) if place == 0 or point != points[place - 1]]


def _zone(frame: Frame, now: Snapshot) -> list[str]:
    """Where both sides would ratify."""
    return [frame.area(now.needs, (frame.x[1], frame.y[1]), "zone")]


def _axes(frame: Frame) -> list[str]:
    parts = []
    floor = frame.height - frame.bottom
    for tick in ticks(frame.x, 6):
        x, _ = frame.place((tick, frame.y[0]))
        parts += [frame.text((x, floor + 16), f"{tick:g}", "middle"), _stroke((x, floor), (x, floor + 4))]
    for tick in ticks(frame.y, 6):
        _, y = frame.place((frame.x[0], tick))
        parts += [
            frame.text((frame.left - 7, y + 4), f"{tick:g}", "end"),
            _stroke((frame.left - 4, y), (frame.left, y)),
        ]
    corner = [(frame.x[0], frame.y[1]), (frame.x[0], frame.y[0]), (frame.x[1], frame.y[0])]
    parts.append(frame.line(corner, "axis"))
    middle = (frame.left + frame.width - frame.right) / 2
    parts.append(frame.text((middle, frame.height - 6), "Payoff of the US, US$ bn a year", "middle"))
    at = (floor + frame.top) / 2
    upright = f'<g transform="translate(11 {at:.1f}) rotate(-90)">'
    parts.append(f"{upright}{frame.text((0, 0), f'Payoff of {partner_name()}, US$ bn a year', 'middle')}</g>")
    return parts


def _stroke(start: Point, end: Point) -> str:
    return f'<polyline class="axis" points="{start[0]:.1f},{start[1]:.1f} {end[0]:.1f},{end[1]:.1f}"/>'


def _limits(frame: Frame, now: Snapshot, words: PlacedWords) -> list[str]:
    """Walk-away payoffs as dashed lines, what would be ratified as dotted ones."""
    (x0, x1), (y0, y1) = frame.x, frame.y
    lines = []
    for kind, (us, partner) in (("needs", now.needs), ("away", now.walk_away)):
        for side, ends in (("us", [(us, y0), (us, y1)]), ("partner", [(x0, partner), (x1, partner)])):
            words.avoid(ends)
            lines.append(frame.line(ends, f"{side} {kind}"))
    return lines


def _told(point: Point) -> str:
    return f"US {number(point[0])}, {partner_name()} {number(point[1])}"


def positions_svg(snapshots: Sequence[Snapshot], package: Mapping[str, float] | None, units: Mapping[str, str]) -> str:
    """Draw all issues that were ever on the table; what was agreed is a diamond."""
    issues = ordered_issues(
        name for snapshot in snapshots for offer in snapshot.offers if offer for name in offer.values
    )
    pictures = (_issue_svg(snapshots, issue, (package or {}).get(issue), unit_of(issue, units)) for issue in issues)
    return f'<div class="panels">{"".join(pictures)}</div>'


def _issue_svg(snapshots: Sequence[Snapshot], issue: str, agreed: float | None, unit: str) -> str:
    scale = scale_of(unit)
    paths = [_path(snapshots, side, issue, scale) for side in range(len(SIDES))]
    values = [value for path in paths for _, value in path] + ([agreed * scale] if agreed is not None else [])
    last = float(max(2, snapshots[-1].story.number))
    frame = Frame(240, 150, 40, 24, 30, 12, (1.0, last), with_room(values))
    parts = [frame.text((2, 14), issue_label(issue, unit), kind="caption-of-panel"), *_grid(frame, last)]
    for kind, path, side in zip(CLASSES, paths, SIDES, strict=True):
        parts.append(frame.line(path, f"{kind} path"))
        parts += [
            frame.mark(point, kind, f"{SIDE_LABELS[side]}, round {point[0]:g}: {number(point[1])}") for point in path
        ]
    if agreed is not None:
        at = (float(snapshots[-1].story.number), agreed * scale)
        parts.append(frame.mark(at, "deal", f"agreed: {number(at[1])}"))
    return frame.svg(f"Offers on {plain(issue)} by round", parts)


def _grid(frame: Frame, last: float) -> list[str]:
    parts = []
    for tick in ticks(frame.y, 4):
        x, y = frame.place((1.0, tick))
        parts += [frame.line([(1.0, tick), (last, tick)], "grid"), frame.text((x - 8, y + 4), f"{tick:g}", "end")]
    floor = frame.height - 6
    parts.append(frame.text((frame.place((1.0, frame.y[0]))[0] - 6, floor), "round 1"))
    parts.append(frame.text((frame.place((last, frame.y[0]))[0] + 6, floor), f"{last:g}", "end"))
    return parts


def _path(snapshots: Sequence[Snapshot], side: int, issue: str, scale: float) -> list[Point]:
    offers = ((float(snapshot.story.number), snapshot.offers[side]) for snapshot in snapshots)
    return [(at, offer.values[issue] * scale) for at, offer in offers if offer and issue in offer.values]
