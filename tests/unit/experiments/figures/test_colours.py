"""Ends of talks and sides stay apart for readers with any of the common colour deficiencies, light and dark."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from experiments.figures.kit.style import (
    OUTCOME_COLOURS,
    OUTCOME_MARKERS,
    SIDE_COLOURS,
    SIDE_MARKERS,
    finish_axes,
    new_figure,
)
from experiments.figures.kit.theme import DARK_GROUND, Theme, themed
from experiments.labels import OUTCOME_LABELS
from sim.issues import SIDES
from tests.colour_vision import SIGHTS, apart, lab

#: Least distance in CIE Lab; about 2 is the least that is seen side by side, and 20 is told apart across a figure.
_APART = 20.0
_GROUND: dict[Theme, str] = {"light": "#FFFFFF", "dark": DARK_GROUND}


def _as_drawn(colours: dict[str, str], theme: Theme) -> dict[str, str]:
    """Colours that bars have in a finished figure of a theme."""
    figure: Figure = new_figure(2.0)
    axes = figure.add_subplot()
    bars = axes.bar(range(len(colours)), 1.0, color=list(colours.values()))
    finish_axes(axes)
    themed(figure, theme)
    return {name: to_hex(bar.get_facecolor()) for name, bar in zip(colours, bars, strict=True)}


def test_distances_are_those_of_published_colours() -> None:
    """CIE Lab of the corners of sRGB, to a tenth: red, green, blue, white, black."""
    corners = {
        "#FF0000": (53.2, 80.1, 67.2), "#00FF00": (87.7, -86.2, 83.2), "#0000FF": (32.3, 79.2, -107.9),
        "#FFFFFF": (100.0, 0.0, 0.0), "#000000": (0.0, 0.0, 0.0),
    }  # fmt: skip
    for colour, expected in corners.items():
        np.testing.assert_allclose(lab(colour), expected, atol=0.06)
    assert apart("#FFFFFF", "#000000") == pytest.approx(100.0, abs=1e-6)


@pytest.mark.parametrize("sight", SIGHTS)
def test_no_sight_gives_a_grey_a_colour(sight: str) -> None:
    np.testing.assert_allclose(lab("#808080", sight), lab("#808080"), atol=1e-3)


def test_red_and_green_meet_where_they_are_known_to() -> None:
    """A red and a green of one lightness: far apart for normal sight and tritanopia, near for the other two."""
    far = {sight: apart("#B46A4B", "#7D8A3C", sight) for sight in SIGHTS}
    assert min(far["normal"], far["tritanopia"]) > 2 * max(far["protanopia"], far["deuteranopia"])
    assert apart("#0000FF", "#00C000", "tritanopia") < apart("#0000FF", "#00C000")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("colours", [OUTCOME_COLOURS, SIDE_COLOURS], ids=["ends", "sides"])
def test_every_two_are_told_apart(colours: dict[str, str], sight: str, theme: Theme) -> None:
    shown = _as_drawn(colours, theme) | {"ground": _GROUND[theme]}
    near = {
        (one, other): round(distance, 1)
        for one, other in combinations(shown, 2)
        if (distance := apart(shown[one], shown[other], sight)) < _APART
    }
    assert near == {}


def test_each_has_a_mark_of_its_own_too() -> None:
    assert list(OUTCOME_COLOURS) == list(OUTCOME_MARKERS) == list(OUTCOME_LABELS)
    assert list(SIDE_COLOURS) == list(SIDE_MARKERS) == list(SIDES)
    for marks in (OUTCOME_MARKERS, SIDE_MARKERS):
        assert len(set(marks.values())) == len(marks)
