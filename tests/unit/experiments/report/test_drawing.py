"""Figures as drawings: light and dark from one figure, cropped to what is drawn, and the same every time."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

import numpy as np
import pytest
from matplotlib.figure import Figure

from experiments.figures.kit.style import BLUE, INK, headline, new_figure
from experiments.figures.kit.style import picture as styled
from experiments.figures.kit.theme import ON_DATA
from experiments.report.drawing import colour_name, colours_of, drawing


@styled
def _figure(dots: int = 3, note: str = "How to read it.") -> Figure:
    figure = new_figure(5.0)
    axes = figure.subplots()
    axes.scatter(np.arange(dots), np.arange(dots), color=BLUE)
    axes.imshow([[0.0, 1.0]], cmap="viridis", extent=(0, dots, 0, dots))
    axes.text(0.5, 0.5, "on data", color="#000000").set_gid(ON_DATA)
    headline(figure, "What is seen", note)
    return figure


def test_colours_that_differ_in_the_dark_are_named_and_others_stay() -> None:
    both = drawing(_figure(), both=True).markup
    named = colours_of(both)
    light = {pair[0] for pair in named}
    assert BLUE[1:].lower() in light
    assert INK[1:] in light
    assert ("ffffff", "15181c") in named
    assert all(one != other for one, other in named)
    alone = drawing(_figure(), both=False).markup
    assert colours_of(alone) == set()
    # What a reader of the light page sees is what the figure has.
    resolved = re.sub(r"var\(--c([0-9a-f]{6})-[0-9a-f]{6}\)", r"#\1", both)
    assert _colours(resolved) == _colours(alone)
    assert colour_name("ffffff", "15181c") == "--cffffff-15181c"


def _colours(markup: str) -> list[str]:
    """Colours in their order, but for black, which a drawing need not name."""
    return [colour for colour in re.findall("#[0-9a-f]{6}", markup) if colour != "#000000"]


def test_title_and_note_are_words_and_what_is_shown_leaves_them_out() -> None:
    drawn = drawing(_figure(), both=False)
    assert (drawn.title, drawn.note) == ("What is seen", "How to read it.")
    root = Xml.fromstring(drawn.markup)  # noqa: S314  what was just written
    _, top, width, height = map(float, root.attrib["viewBox"].split())
    whole = [float(part) for part in root.attrib["data-whole"].split()]
    assert whole == [0, 0, 720, 360]
    assert width == 720
    assert top > 10
    assert top + height < 350
    assert drawing(_figure(note=""), both=False).note == ""


def test_names_inside_are_its_own_and_lead_somewhere() -> None:
    markup = drawing(_figure(), both=True).markup
    ids = re.findall(r' id="([^"]+)"', markup)
    assert ids
    assert len(set(ids)) == len(ids)
    used = {*re.findall(r'href="#([^"]+)"', markup), *re.findall(r"url\(#([^)]+)\)", markup)}
    assert used == set(ids)
    other = re.findall(r' id="([^"]+)"', drawing(_figure(4), both=True).markup)
    assert not set(ids) & set(other)


def test_many_marks_become_one_image() -> None:
    few, many = (drawing(_figure(dots), both=True).markup for dots in (100, 5_000))
    assert few.count("<use") > 100
    assert many.count("<use") < 100
    assert many.count("<image") == few.count("<image") + 1


@pytest.mark.parametrize("both", [True, False])
def test_the_same_figure_gives_the_same_drawing(both: bool) -> None:
    assert drawing(_figure(), both=both) == drawing(_figure(), both=both)
