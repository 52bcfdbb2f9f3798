"""Both sides' offers on every issue over the rounds, one small picture an issue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from experiments.app.drawing import CLASSES, Frame, Point, ticks, with_room
from experiments.labels import SIDE_LABELS, issue_label, number, ordered_issues, plain, scale_of, unit_of
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.app.watched import Moment


def positions_svg(moments: Sequence[Moment], package: Mapping[str, float] | None, units: Mapping[str, str]) -> str:
    """Draw all issues that were ever on the table; what was agreed is a diamond."""
    issues = ordered_issues(name for moment in moments for offer in moment.offers if offer for name in offer.values)
    pictures = (_issue_svg(moments, issue, (package or {}).get(issue), unit_of(issue, units)) for issue in issues)
    return f'<div class="panels">{"".join(pictures)}</div>'


def _issue_svg(moments: Sequence[Moment], issue: str, agreed: float | None, unit: str) -> str:
    scale = scale_of(unit)
    paths = [_path(moments, side, issue, scale) for side in range(len(SIDES))]
    values = [value for path in paths for _, value in path] + ([agreed * scale] if agreed is not None else [])
    last = float(max(2, moments[-1].story.number))
    frame = Frame(240, 150, 40, 24, 30, 12, (1.0, last), with_room(values))
    parts = [frame.text((2, 14), issue_label(issue, unit), kind="caption-of-panel"), *_grid(frame, last)]
    for kind, path, side in zip(CLASSES, paths, SIDES, strict=True):
        parts.append(frame.line(path, f"{kind} path"))
        parts += [
            frame.mark(point, kind, f"{SIDE_LABELS[side]}, round {point[0]:g}: {number(point[1])}") for point in path
        ]
    if agreed is not None:
        at = (float(moments[-1].story.number), agreed * scale)
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


def _path(moments: Sequence[Moment], side: int, issue: str, scale: float) -> list[Point]:
    offers = ((float(moment.story.number), moment.offers[side]) for moment in moments)
    return [(at, offer.values[issue] * scale) for at, offer in offers if offer and issue in offer.values]
