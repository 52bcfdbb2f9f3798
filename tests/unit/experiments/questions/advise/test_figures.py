"""The map of regrets has a setting in each row, a reaction in each column, and names all that do best."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.questions.advise.figures import FIGURES, regret_heat_map
from tests.choices_by_hand import advice_by_hand


def _title(figure: Figure) -> str:
    return " ".join(figure.get_suptitle().split())


def test_rows_columns_colours_and_numbers_are_those_of_the_table() -> None:
    """Mean regrets by hand: from the best setting of each world, against either reaction."""
    result = advice_by_hand()
    figure = result.drawings()["regret_heat_map"]()
    axes, bar = figure.axes
    # The best under the other side's reply on top: means 4.5, 2.75, 2.5 and 1.75.
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "knob = 0.5",
        "budget = 6",
        "as it is",
        "knob = 2",
    ]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["as in the config", "linear"]
    wanted = [[4.5, 0.0], [0.0, 6.25], [6.5, 0.0], [7.25, 0.0]]
    np.testing.assert_allclose(np.asarray(axes.images[0].get_array()), wanted)
    assert [text.get_text() for text in axes.texts] == [f"{value:.2f}" for row in wanted for value in row]
    assert [text.get_position() for text in axes.texts] == [(column, row) for row in range(4) for column in range(2)]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Tactic of the other side", "Setting")
    assert bar.get_ylabel() == "Mean regret,\nUS$ bn a year"
    # Only budget = 6, in the second row, is answered by the second reaction.
    frames = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    framed = {(round(frame.get_x() + 0.47), round(frame.get_y() + 0.44)) for frame in frames}
    assert framed == {(0, 0), (1, 1), (0, 2), (0, 3)}
    assert _title(figure) == "tiny: US does best with knob = 0.5 once the other side reacts"


@pytest.mark.parametrize(
    ("gains", "title"),
    [
        ((1.0, 2.0, 2.0), "here: US does best with b = 1 and c = 1 once the other side reacts"),
        ((1.0, 2.0, 1.5), "here: US does best with b = 1 once the other side reacts"),
        ((2.0, 2.0, 1.5), "here: no lever beats US's present choice once the other side reacts"),
    ],
)
def test_the_title_names_all_that_do_best(gains: tuple[float, ...], title: str) -> None:
    cells = pd.DataFrame({
        "setting": ["as it is", "b=1", "c=1"], "reaction": ["linear"] * 3, "regret": [0.5, 0.25, 0.75], "gain": gains,
        "is_reply": [True] * 3,
    })  # fmt: skip
    assert _title(regret_heat_map(cells, "us_treasury", "here")) == title


def test_it_is_the_figure_of_an_advice() -> None:
    assert list(FIGURES) == list(advice_by_hand().drawings()) == ["regret_heat_map"]
