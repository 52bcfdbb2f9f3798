"""What a picture file shows, for tests that ask whether anything was drawn."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from experiments.figures.kit.style import png_bytes


def coloured_share(path: Path) -> float:
    """Share of the pixels that are neither white, black nor grey: marks and areas, and no axes or words."""
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    return float((np.ptp(pixels, axis=2) > 24).mean())


def is_whole(figure: Figure) -> bool:
    """Whether nothing reaches the edge of the picture, where it would be cut off."""
    with Image.open(io.BytesIO(png_bytes(figure))) as image:
        pixels = np.asarray(image.convert("L"))
    edges = (pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:])
    return all(bool((edge == 255).all()) for edge in edges)
