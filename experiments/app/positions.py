"""The offers on each issue by round, as small drawings (SVG) of lines and marks.

There is one for each issue, and all are drawn anew after every round. Matplotlib would take longer for them than for
all the rest of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from experiments.labels import (
    SIDE_LABELS,
    issue_label,
    number,
    ordered_issues,
    partner_name,
    quantity,
    scale_of,
    unit_of,
)
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.app.models import Snapshot

    Path = list[tuple[int, float]]

#: Classes of marks and lines in the style sheet: those of both sides, and of a deal.
_CLASSES: Final = ("us", "partner")
_DEAL: Final = "deal"

#: Pixels: the drawing, and where its lines begin and end.
_WIDTH, _HEIGHT = 240, 120
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 228.0, 12.0, 92.0


def positions_html(snapshots: Sequence[Snapshot], package: Mapping[str, float] | None, units: Mapping[str, str]) -> str:
    """Draw all issues that were ever on the table, and what was agreed."""
    panels = ""
    for issue in ordered_issues(name for part in snapshots for offer in part.offers if offer for name in offer.values):
        unit = unit_of(issue, units)
        paths = [issue_path(snapshots, side, issue) for side in range(len(SIDES))]
        agreed = None if package is None else package.get(issue)
        drawing = issue_svg(paths, agreed, snapshots[-1].story.number, unit)
        panels += f"<figure><figcaption>{escape(issue_label(issue, unit))}</figcaption>{drawing}</figure>"
    marks = ("us", f"● {SIDE_LABELS[SIDES[0]]}"), ("partner", f"■ {partner_name()}"), (_DEAL, "★ deal")
    key = " ".join(f'<b class="{kind}">{escape(mark)}</b>' for kind, mark in marks)
    return f'<div class="panels">{panels}</div><p class="note key">{key}</p>'


def issue_path(snapshots: Sequence[Snapshot], side: int, issue: str) -> Path:
    """Rounds after which an offer of a side stood, and its value on the issue."""
    offers = ((part.story.number, part.offers[side]) for part in snapshots)
    return [(place, offer.values[issue]) for place, offer in offers if offer is not None and issue in offer.values]


def issue_svg(paths: Sequence[Path], agreed: float | None, last: int, unit: str) -> str:
    """Draw both paths up to round `last`, with the lowest and the highest value, and the one that was agreed."""
    values = [value for path in paths for _, value in path] + ([] if agreed is None else [agreed])
    low, high = min(values), max(values)

    def at(place: float, value: float) -> tuple[float, float]:
        across = (place - 1) / max(1, last - 1)
        up = (value - low) / (high - low) if high > low else 0.5
        return round(_LEFT + across * (_RIGHT - _LEFT), 1), round(_BOTTOM - up * (_BOTTOM - _TOP), 1)

    parts = [_text(_LEFT, _HEIGHT - 8, "round 1")]
    if last > 1:
        parts.append(_text(_RIGHT, _HEIGHT - 8, str(last), "middle"))
    for value in dict.fromkeys((low, high)):
        _, y = at(1, value)
        parts.append(f'<path class="grid" d="M{_LEFT} {y}H{_RIGHT}"/>')
        parts.append(_text(_LEFT - 8, y + 4, number(value * scale_of(unit)), "end"))
    for kind, path in zip(_CLASSES, paths, strict=True):
        points = [at(place, value) for place, value in path]
        parts.append(f'<polyline class="{kind}" points="{" ".join(f"{x},{y}" for x, y in points)}"/>')
        parts += [_mark(kind, x, y) for x, y in points]
    if agreed is not None:
        x, y = at(last, agreed)
        parts.append(_text(x, y + 7, "★", "middle", _DEAL))
    text = escape(_described(paths, agreed, unit))
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{text}">{"".join(parts)}</svg>'


def _mark(kind: str, x: float, y: float) -> str:
    if kind == "us":
        return f'<circle class="{kind}" cx="{x}" cy="{y}" r="4"/>'
    return f'<rect class="{kind}" x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7"/>'


def _text(x: float, y: float, words: str, anchor: str = "start", kind: str = "") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'


def _described(paths: Sequence[Path], agreed: float | None, unit: str) -> str:
    parts = []
    for side, path in zip(SIDES, paths, strict=True):
        if path:
            ends = dict.fromkeys((path[0], path[-1]))
            offers = ", ".join(f"{quantity(value, unit)} in round {place}" for place, value in ends)
            parts.append(f"{SIDE_LABELS[side]}: {offers}")
    if agreed is not None:
        parts.append(f"agreed: {quantity(agreed, unit)}")
    return f"Offers by round. {'; '.join(parts)}."
