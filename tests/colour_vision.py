"""How colours look to normal sight and to the three common deficiencies, and how far apart they then are.

G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, A physiologically-based model for simulation of color vision
deficiency, IEEE Transactions on Visualization and Computer Graphics 15(6), 2009, 1291-1298: their matrices for full
severity, applied to linear RGB. Distances are Euclidean in CIE Lab of 1976 under the white D65 of sRGB.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.colors import to_rgb

from sim.records import Floats

#: What each kind of sight makes of linear red, green and blue.
SIGHTS: Final[dict[str, Floats]] = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}

#: From linear sRGB to CIE XYZ (IEC 61966-2-1); the sums of its rows are the white D65.
_TO_XYZ: Final = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, sight: str = "normal") -> Floats:
    """Lightness, a and b of a colour as a kind of sight has it."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    ratio = _TO_XYZ @ np.clip(SIGHTS[sight] @ linear, 0.0, 1.0) / _TO_XYZ.sum(axis=1)
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one: str, other: str, sight: str = "normal") -> float:
    """Distance of two colours in CIE Lab as a kind of sight has them."""
    return float(np.linalg.norm(lab(one, sight) - lab(other, sight)))
