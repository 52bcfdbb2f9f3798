"""Every text of the pictures of an answer lies inside the picture, and none lies on another."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from experiments.questions.registry import QUESTIONS, figures_by_name
from tests.figure_examples import EXAMPLES
from tests.sizes import usual
from tests.small_answers import SMALL, SmallAnswers
from tests.support_pictures import drawn

#: Answers whose pictures are checked at every change; ``figures/test_every_figure.py`` has an example of each figure.
FEW = ("run", "tournament", "sensitivity", "hindcast", "forecast")


def test_there_is_an_example_of_every_figure() -> None:
    assert {*EXAMPLES} == {*figures_by_name()}


@pytest.mark.parametrize("name", usual([name for name, small in SMALL.items() if QUESTIONS[small.command].draws], FEW))
def test_the_pictures_of_a_small_answer_are_whole(name: str, answers: SmallAnswers) -> None:
    for kind, figure in answers[name].result.figures().items():
        picture = drawn(figure)
        assert (kind, picture.cut(), picture.on_each_other()) == (kind, [], [])


def test_the_check_sees_what_is_cut_and_what_overlaps() -> None:
    figure = Figure(figsize=(4, 3), dpi=100)
    figure.text(0.95, 0.5, "beyond the edge")
    figure.text(0.1, 0.2, "one here")
    figure.text(0.12, 0.21, "another on it")
    picture = drawn(figure, 100)
    assert picture.cut() == ["beyond the edge"]
    assert picture.on_each_other() == [("one here", "another on it")]
