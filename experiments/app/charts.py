"""Charts of a negotiation so far: the plane of both payoffs as reports draw it, and the offers on each issue by round.

Each becomes an image in the page, with a text for those who cannot see it. All are drawn anew after every round, and
read on telephones as well: so they are small, and laid out by their margins, for matplotlib's own layout takes as long
again.
"""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.figures.kit.style import finish_axes, image_bytes, picture, styled, text_width
from experiments.figures.kit.theme import Theme, themed
from experiments.figures.utility_plane import draw_deal, draw_offers, draw_plane
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
    from matplotlib.axes import Axes

    from experiments.app.models import Snapshot
    from sim.records import Floats

    Point = tuple[float, float]

#: Sizes in inches, and margins around the axes: left, right, below and above.
_PLANE: Final = (5.4, 4.3)
_PLANE_MARGINS: Final = (0.85, 0.12, 0.6, 0.1)
_ISSUE: Final = (3.0, 1.6)
_ISSUE_MARGINS: Final = (0.62, 0.08, 0.32, 0.08)

#: Height of a row of the legend below the plane, and how much wider an entry is than its text; inches.
_LEGEND_ROW: Final = 0.215
_LEGEND_MARK: Final = 0.6

#: Size of the star of a deal on an issue.
_STAR: Final = 170.0

#: Matplotlib's settings, which a drawing changes for its time, are shared by all threads of a tab.
_one_at_a_time: Final = threading.Lock()


def plane_html(snapshots: Sequence[Snapshot], deal: Point | None, theme: Theme) -> str:
    """Draw the offers so far at their worth in their own round, the last round's frontier and limits, and the deal."""
    with _one_at_a_time:
        return _image(plane_figure(snapshots, deal), _plane_text(snapshots[-1], deal), theme)


def positions_html(
    snapshots: Sequence[Snapshot], package: Mapping[str, float] | None, units: Mapping[str, str], theme: Theme
) -> str:
    """Draw the offers on every issue that was ever on the table by round, and what was agreed."""
    marks = zip(("us", "partner", "deal"), (f"● {SIDE_LABELS[SIDES[0]]}", f"■ {partner_name()}", "★ deal"), strict=True)
    key = " ".join(f'<b class="{kind}">{escape(mark)}</b>' for kind, mark in marks)
    with _one_at_a_time:
        charts = _issue_charts(snapshots, package or {}, units, theme)
    return f'<div class="panels">{charts}</div><p class="note key">{key}</p>'


@styled
def _issue_charts(
    snapshots: Sequence[Snapshot], package: Mapping[str, float], units: Mapping[str, str], theme: Theme
) -> str:
    charts = ""
    for issue in ordered_issues(name for part in snapshots for offer in part.offers if offer for name in offer.values):
        unit = unit_of(issue, units)
        paths = [issue_path(snapshots, side, issue) for side in range(len(SIDES))]
        figure = issue_figure(paths, package.get(issue), snapshots[-1].story.number, scale_of(unit))
        image = _image(figure, _issue_text(paths, package.get(issue), unit), theme)
        charts += f"<figure><figcaption>{escape(issue_label(issue, unit))}</figcaption>{image}</figure>"
    return charts


@picture
def plane_figure(snapshots: Sequence[Snapshot], deal: Point | None) -> Figure:
    """Draw the plane of :mod:`experiments.figures.utility_plane` small, with its legend below."""
    now = snapshots[-1]
    offers = [
        (part.story.number, side, *offer.payoffs)
        for part in snapshots
        for side, offer in zip(SIDES, part.offers, strict=True)
        if offer is not None
    ]
    figure = Figure()
    axes = figure.add_subplot()
    draw_plane(
        axes,
        pd.DataFrame(offers, columns=["round", "side", "us", "partner"]),
        pd.DataFrame({"side": SIDES, "walk_away": now.walk_away, "reservation": now.needs}),
        pd.DataFrame(now.frontier, columns=["us", "partner"]),
        deal,
    )
    axes.locator_params(nbins=5)
    handles, labels = axes.get_legend_handles_labels()
    width, height = _PLANE
    columns = 2 if max(map(text_width, labels)) + _LEGEND_MARK < width / 2 else 1
    legend = -(-len(labels) // columns) * _LEGEND_ROW
    left, right, below, above = _PLANE_MARGINS
    _lay_out(figure, axes, (width, height + legend), (left, right, below + legend, above))
    figure.legend(handles, labels, loc="lower center", ncols=columns, borderaxespad=0.0)
    return figure


def issue_path(snapshots: Sequence[Snapshot], side: int, issue: str) -> Floats:
    """Offers of a side on an issue: a row for each round after which one stood, with the round and the value."""
    offers = ((part.story.number, part.offers[side]) for part in snapshots)
    points = [(place, offer.values[issue]) for place, offer in offers if offer is not None and issue in offer.values]
    return np.reshape(np.array(points, dtype=float), (-1, 2))


def issue_figure(paths: Sequence[Floats], agreed: float | None, last: int, scale: float) -> Figure:
    """Draw the offers of both sides on an issue up to round `last`; values are shown times `scale`."""
    figure = Figure()
    axes = figure.add_subplot()
    for side, points in zip(SIDES, paths, strict=True):
        if len(points):
            draw_offers(axes, points * (1.0, scale), side)
    if agreed is not None:
        draw_deal(axes, (last, agreed * scale), _STAR)
    # Few ticks, for each takes as long as the offers of a side.
    ticks = {last: str(last), 1: "Round 1"}
    axes.set_xticks(list(ticks), list(ticks.values()))
    axes.set_xlim(0.5, max(2, last) + 0.5)
    axes.locator_params(axis="y", nbins=3)
    axes.margins(y=0.14)
    finish_axes(axes)
    _lay_out(figure, axes, _ISSUE, _ISSUE_MARGINS)
    return figure


def _lay_out(figure: Figure, axes: Axes, size: tuple[float, float], margins: tuple[float, float, float, float]) -> None:
    """Give a figure its size, and its axes what the margins leave of it."""
    (width, height), (left, right, below, above) = size, margins
    figure.set_size_inches(width, height)
    axes.set_position((left / width, below / height, 1 - (left + right) / width, 1 - (below + above) / height))


def _image(figure: Figure, text: str, theme: Theme) -> str:
    # The ground is that of the page.
    for ground in (figure.patch, *(axes.patch for axes in figure.axes)):
        ground.set_visible(False)
    data = b64encode(image_bytes(themed(figure, theme), "svg")).decode()
    width, height = (round(72 * inches) for inches in figure.get_size_inches())
    size = f'width="{width}" height="{height}"'
    # Decoded before it is shown, or it would leave a gap where that of the last round was.
    return f'<img class="chart" src="data:image/svg+xml;base64,{data}" alt="{escape(text)}" {size} decoding="sync">'


def _plane_text(now: Snapshot, deal: Point | None) -> str:
    offers = [None if offer is None else offer.payoffs for offer in now.offers]
    points = {
        **{f"{SIDE_LABELS[side]} offer": point for side, point in zip(SIDES, offers, strict=True)},
        "walking away": now.walk_away,
        "the least that each signs for": now.needs,
        "deal": deal,
    }
    named = [f"{name}: {number(point[0])} and {number(point[1])}" for name, point in points.items() if point]
    what = f"Offers by what they are worth to the US and to {partner_name()}, US$ bn a year, in this order"
    return f"{what}. {'; '.join(named)}."


def _issue_text(paths: Sequence[Floats], agreed: float | None, unit: str) -> str:
    parts = []
    for side, points in zip(SIDES, paths, strict=True):
        if len(points):
            moves = [f"{quantity(value, unit)} in round {place:g}" for place, value in (points[0], points[-1])]
            parts.append(f"{SIDE_LABELS[side]}: {', '.join(dict.fromkeys(moves))}")
    if agreed is not None:
        parts.append(f"agreed: {quantity(agreed, unit)}")
    return f"Offers by round. {'; '.join(parts)}."
