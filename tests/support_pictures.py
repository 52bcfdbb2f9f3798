"""What a picture file shows, for tests that ask whether anything was drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def coloured_share(path: Path) -> float:
    """Share of the pixels that are neither white, black nor grey: marks and areas, and no axes or words."""
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    return float((np.ptp(pixels, axis=2) > 24).mean())
