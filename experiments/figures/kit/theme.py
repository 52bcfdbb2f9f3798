"""Light and dark: any finished figure with its greys turned round and its colours kept apart from the ground.

A figure is drawn in its light colours alone, so that no figure has to know of themes; what is dark is worked out here
from what was drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke, withTickedStroke

Theme = Literal["light", "dark"]

#: Ground of the dark theme.
DARK_GROUND: Final = "#15181C"

#: Name (gid) of an artist whose colours stand on data and not on the ground, such as a number inside a cell.
ON_DATA: Final = "on-data"

#: From here on a colour is a colour and no grey.
_GREY_BELOW: Final = 0.12

#: A colour darker than this (relative luminance) is lightened on the dark ground, by this share of the way to white.
_DARK_BELOW: Final = 0.52
_LIGHTENED: Final = 0.3

_COLOURS: Final = (
    "color", "facecolor", "edgecolor", "hatchcolor", "markerfacecolor", "markeredgecolor",
)  # fmt: skip


def themed(figure: Figure, theme: Theme) -> Figure:
    """Return `figure` in a theme; the light one is as it was drawn, the dark one changes the figure itself.

    Greys and white change places with the ground by lightness, colours that would be too dark on it are lightened and
    keep their hue, so that series stay apart for colour-blind readers. Colours that show values stay as they are.
    """
    if theme == "dark":
        for artist in figure.findobj():
            _darken(artist)
    return figure


def _darken(artist: Artist) -> None:
    # Their ground is an artist of its own.
    if isinstance(artist, Figure | Axes) or artist.get_gid() == ON_DATA:
        return
    if isinstance(artist, ScalarMappable) and artist.get_array() is not None:
        return
    new = {name: _dark(read()) for name in _COLOURS if (read := _reader(artist, name)) is not None}
    for name, colour in new.items():
        write = getattr(artist, f"set_{name}", None)
        if write is not None and colour is not None:
            write(colour)
    arrow = getattr(artist, "arrow_patch", None)
    if arrow is not None:  # drawn by its text, and not found among the artists
        _darken(arrow)
    effects = artist.get_path_effects()
    if effects:
        artist.set_path_effects([_dark_stroke(effect) for effect in effects])


def _reader(artist: Artist, name: str) -> Callable[[], Any] | None:
    """How to read one colour of an artist; the marker of a line and the face of a patch each have their own."""
    if name == "color" and hasattr(artist, "get_facecolor"):
        return None  # setting it would colour face and edge alike
    return getattr(artist, f"get_{name}", None)


def _dark(colour: Any) -> Any:
    """Colour, or colours, of the dark theme; None where there is nothing to change."""
    if colour is None or (isinstance(colour, str) and colour in ("none", "auto")):
        return None
    many = np.asarray(colour, dtype=object) if not isinstance(colour, str) else colour
    if isinstance(many, np.ndarray) and many.ndim == 2:
        return [_dark_one(tuple(row)) for row in many] or None
    return _dark_one(colour)


def _dark_one(colour: Any) -> tuple[float, float, float, float]:
    red, green, blue, alpha = to_rgba(colour)
    if alpha == 0.0:
        return red, green, blue, alpha
    if max(red, green, blue) - min(red, green, blue) < _GREY_BELOW:
        ground = np.array(to_rgb(DARK_GROUND))
        mixed = ground + (1.0 - (red + green + blue) / 3.0) * (np.array([0.96, 0.96, 0.96]) - ground)
        return float(mixed[0]), float(mixed[1]), float(mixed[2]), alpha
    if 0.2126 * red + 0.7152 * green + 0.0722 * blue < _DARK_BELOW:
        red, green, blue = (part + _LIGHTENED * (1.0 - part) for part in (red, green, blue))
    return red, green, blue, alpha


def _dark_stroke(effect: Any) -> Any:
    """Halo in the colour of the ground; the ticks of a red line keep the colour of their line."""
    if isinstance(effect, withStroke) and not isinstance(effect, withTickedStroke):
        return withStroke(linewidth=3, foreground=DARK_GROUND)
    return effect
