"""What a picture shows, for tests that ask whether anything was drawn, and whether all of it lies where it should."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from experiments.figures.kit.style import DPI, png_bytes

#: Pixels by which boxes may overlap: a box of a text holds the space above and below its letters too.
_SPACE: Final = 2.0


def coloured_share(path: Path) -> float:
    """Share of the pixels that are neither white, black nor grey: marks and areas, and no axes or words."""
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    return float((np.ptp(pixels, axis=2) > 24).mean())


@dataclass(frozen=True)
class Drawn:
    """A picture and where its texts are.

    Attributes
    ----------
    png : bytes
        The picture.
    page : matplotlib.transforms.Bbox
        Its box, in pixels.
    texts : list
        Every text that is drawn, and its box; the labels of ticks outside an axis are there and not drawn.
    """

    png: bytes
    page: Bbox
    texts: list[tuple[Text, Bbox]]

    def cut(self) -> list[str]:
        """Texts that do not lie inside the picture."""
        page = self.page
        return [
            text.get_text()
            for text, box in self.texts
            if box.x0 < page.x0 or box.y0 < page.y0 or box.x1 > page.x1 or box.y1 > page.y1
        ]

    def on_each_other(self) -> list[tuple[str, str]]:
        """Texts that lie on one another."""
        found = []
        # The box of a slanted text is mostly empty.
        upright = [(text, box) for text, box in self.texts if text.get_rotation() % 90 == 0]
        for (one, here), (other, there) in combinations(upright, 2):
            width = min(here.x1, there.x1) - max(here.x0, there.x0)
            height = min(here.y1, there.y1) - max(here.y0, there.y0)
            if width > _SPACE and height > _SPACE:
                found.append((one.get_text(), other.get_text()))
        return found


def drawn(figure: Figure, dpi: int = DPI) -> Drawn:
    """Draw a picture and note where its texts are."""
    texts, pages = list[tuple[Text, Bbox]](), list[Bbox]()
    draw = Text.draw

    def watched(text: Text, renderer: RendererBase, *rest: object, **more: object) -> None:
        draw(text, renderer, *rest, **more)
        if text.get_visible() and text.get_text().strip():
            # Of an annotation without its arrow.
            texts.append((text, Text.get_window_extent(text, renderer)))
            pages.append(figure.bbox.frozen())

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Text, "draw", watched)
        png = png_bytes(figure, dpi)
    return Drawn(png, pages[0] if pages else figure.bbox.frozen(), texts)


def is_whole(figure: Figure) -> bool:
    """Whether nothing reaches the edge of the picture, where it would be cut off."""
    return nothing_at_the_edge(png_bytes(figure))


def nothing_at_the_edge(png: bytes) -> bool:
    """Whether the edge of a picture is white."""
    with Image.open(io.BytesIO(png)) as image:
        pixels = np.asarray(image.convert("L"))
    edges = (pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:])
    return all(bool((edge == 255).all()) for edge in edges)


def bars_of(axes: Axes) -> list[tuple[float, ...]]:
    """Left end, width and middle height of every bar."""
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    return [(bar.get_x(), bar.get_width(), bar.get_y() + bar.get_height() / 2) for bar in bars]


def colours_of(axes: Axes) -> list[str]:
    """Colour of every bar."""
    return [to_hex(patch.get_facecolor()) for patch in axes.patches if isinstance(patch, Rectangle)]


def drawn_on(axes: Axes) -> list[str]:
    """Points of every line of a panel, then place and size of every bar, in the order in which they are drawn.

    They are text, in which a gap of a line equals itself.
    """
    lines = [str(np.asarray(line.get_xydata(), dtype=float).tolist()) for line in axes.lines]
    return lines + [str((bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height())) for bar in _bars(axes)]


def _bars(axes: Axes) -> list[Rectangle]:
    return [patch for patch in axes.patches if isinstance(patch, Rectangle)]


def assert_fits_a_phone(figure: Figure) -> None:
    """Check that a figure is as narrow as a phone, and that nothing on it is cropped."""
    box = figure.get_tightbbox()
    assert figure.get_figwidth() == 5.0
    assert 0.0 <= box.x0 < box.x1 <= 5.0
    assert 0.0 <= box.y0 < box.y1 <= figure.get_figheight()
