"""The plane of both payoffs on the page: the one of reports, drawn small, as an image with a text that tells the same.

It is drawn anew after every round, and read on telephones as well. So it is laid out by its margins: matplotlib's own
layout would take as long again.
"""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

import pandas as pd
from matplotlib.figure import Figure

from experiments.figures.kit.style import image_bytes, picture, text_width
from experiments.figures.kit.theme import Theme, themed
from experiments.figures.utility_plane import draw_plane
from experiments.labels import SIDE_LABELS, number, partner_name
from sim.issues import SIDES

if TYPE_CHECKING:
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox

    from experiments.app.models import Snapshot

    Point = tuple[float, float]

#: Width, and height without the legend; inches.
_WIDTH: Final = 5.4
_HEIGHT: Final = 4.3

#: Inches left, right, below and above the axes.
_LEFT, _RIGHT, _BELOW, _ABOVE = 0.85, 0.12, 0.6, 0.1

#: Room beside and above what is drawn, for the names of rounds; shares of its size.
_ROOM: Final = (0.18, 0.09)

#: Height of a row of the legend, and how much wider an entry is than its text; inches.
_LEGEND_ROW: Final = 0.215
_LEGEND_MARK: Final = 0.6

#: Matplotlib's settings, which a drawing changes for its time, are shared by all threads of a tab.
_lock_steps: Final = threading.Lock()


def plane_html(snapshots: Sequence[Snapshot], deal: Point | None, theme: Theme) -> str:
    """Draw the offers so far at their worth in their own round, the last round's frontier and limits, and the deal."""
    with _lock_steps:
        figure = plane_figure(snapshots, deal)
        # The ground is that of the page.
        for ground in (figure.patch, figure.axes[0].patch):
            ground.set_visible(False)
        data = b64encode(image_bytes(themed(figure, theme), "svg")).decode()
    width, height = (round(72 * inches) for inches in figure.get_size_inches())
    # Decoded before it is shown, or it would leave a gap where that of the last round was.
    options = f'width="{width}" height="{height}" decoding="sync" class="plane"'
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(_text(snapshots[-1], deal))}" {options}>'


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
    axes.margins(*_ROOM)
    axes.locator_params(nbins=5)
    handles, labels = axes.get_legend_handles_labels()
    columns = 2 if text_width(max(labels, key=len)) + _LEGEND_MARK < _WIDTH / 2 else 1
    legend = -(-len(labels) // columns) * _LEGEND_ROW
    height, below = _HEIGHT + legend, _BELOW + legend
    figure.set_size_inches(_WIDTH, height)
    axes.set_position((_LEFT / _WIDTH, below / height, 1 - (_LEFT + _RIGHT) / _WIDTH, 1 - (below + _ABOVE) / height))
    figure.legend(handles, labels, loc="lower center", ncols=columns, borderaxespad=0.0)
    axes.autoscale_view()  # matplotlib sets the limits when it draws, too late for the places of texts
    _remove_overlaps(axes.texts)
    return figure


def _remove_overlaps(texts: Iterable[Text]) -> None:
    """Keep the names of rounds that lie clear of one another; of a side's first and last offer, that of the last."""
    kept: list[Bbox] = []
    for text in reversed(list(texts)):
        box = text.get_window_extent()
        if any(box.overlaps(other) for other in kept):
            text.remove()
        else:
            kept.append(box)


def _text(now: Snapshot, deal: Point | None) -> str:
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
