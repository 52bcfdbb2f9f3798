"""What a figure has drawn where, read back from its axes."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import FillBetweenPolyCollection, PathCollection
from matplotlib.figure import Figure


def line_on(axes: Axes, label: str) -> list[tuple[float, float]]:
    """Points of a line by its label."""
    found = next(one for one in axes.lines if one.get_label() == label)
    return [(float(x), float(y)) for x, y in zip(found.get_xdata(), found.get_ydata(), strict=True)]  # type: ignore[arg-type]  # these lines hold numbers


def dots_on(axes: Axes, label: str) -> np.ndarray:
    """Places of dots by their label."""
    marks = (part for part in axes.collections if isinstance(part, PathCollection))
    return np.asarray(next(part for part in marks if part.get_label() == label).get_offsets())


def between_at(area: FillBetweenPolyCollection, x: float) -> tuple[float, float]:
    """Lower and upper edge of a filled area at one of its corners."""
    corners = np.asarray(area.get_paths()[0].vertices)
    heights = corners[np.isclose(corners[:, 0], x), 1]
    return float(heights.min()), float(heights.max())


def areas_on(axes: Axes) -> list[FillBetweenPolyCollection]:
    """Filled areas."""
    return [part for part in axes.collections if isinstance(part, FillBetweenPolyCollection)]


def names_in(figure: Figure) -> list[str]:
    """What the legends of a figure name."""
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]
