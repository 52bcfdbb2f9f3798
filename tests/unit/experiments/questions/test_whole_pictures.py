"""Every text of every picture lies inside the picture, and none lies on another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from experiments.figures.kit.style import png_bytes
from experiments.questions.registry import QUESTIONS, figures_by_name
from tests.figure_examples import EXAMPLES
from tests.sizes import usual
from tests.small_answers import SMALL, SmallAnswers

#: Pixels by which boxes may overlap: a box of a text holds the space above and below its letters too.
_SPACE = 2.0

#: Answers whose pictures are checked at every change, beside an example of every figure.
FEW = ("run", "tournament", "sensitivity", "hindcast", "forecast")


def _texts(figure: Figure) -> list[tuple[Text, Bbox]]:
    """Every text that is drawn, and where; the labels of ticks outside an axis are there and not drawn."""
    drawn = list[tuple[Text, Bbox]]()
    draw = Text.draw

    def watched(text: Text, renderer: RendererBase, *rest: object, **more: object) -> None:
        draw(text, renderer, *rest, **more)
        if text.get_visible() and text.get_text().strip():
            # Of an annotation without its arrow.
            drawn.append((text, Text.get_window_extent(text, renderer)))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Text, "draw", watched)
        png_bytes(figure, int(figure.dpi))
    return drawn


def _cut(figure: Figure) -> Iterator[str]:
    page = figure.bbox
    for text, box in _texts(figure):
        if box.x0 < page.x0 or box.y0 < page.y0 or box.x1 > page.x1 or box.y1 > page.y1:
            yield text.get_text()


def _on_each_other(figure: Figure) -> Iterator[tuple[str, str]]:
    # The box of a slanted text is mostly empty.
    upright = [(text, box) for text, box in _texts(figure) if text.get_rotation() % 90 == 0]
    for (one, here), (other, there) in combinations(upright, 2):
        width = min(here.x1, there.x1) - max(here.x0, there.x0)
        height = min(here.y1, there.y1) - max(here.y0, there.y0)
        if width > _SPACE and height > _SPACE:
            yield one.get_text(), other.get_text()


def _check(figure: Figure) -> None:
    assert _texts(figure)
    assert list(_cut(figure)) == []
    assert list(_on_each_other(figure)) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_whole(name: str) -> None:
    _check(EXAMPLES[name]())


def test_there_is_an_example_of_every_figure() -> None:
    assert {*EXAMPLES} == {*figures_by_name(), "compare_positions"}


@pytest.mark.parametrize("name", usual([name for name, small in SMALL.items() if QUESTIONS[small.command].draws], FEW))
def test_the_pictures_of_a_small_answer_are_whole(name: str, answers: SmallAnswers) -> None:
    for kind, figure in answers[name].result.figures().items():
        assert (kind, list(_cut(figure)), list(_on_each_other(figure))) == (kind, [], [])


def test_the_check_sees_what_is_cut_and_what_overlaps() -> None:
    figure = Figure(figsize=(4, 3), dpi=100)
    figure.text(0.95, 0.5, "beyond the edge")
    figure.text(0.1, 0.2, "one here")
    figure.text(0.12, 0.21, "another on it")
    assert list(_cut(figure)) == ["beyond the edge"]
    assert list(_on_each_other(figure)) == [("one here", "another on it")]
