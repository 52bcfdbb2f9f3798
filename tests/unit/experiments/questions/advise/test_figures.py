"""The map of regrets has a setting in each row, a reaction in each column, and names all that do best."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from agents.tactics.registry import TACTICS
from experiments.figures.kit.style import shortened
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
    assert _title(figure) == "tiny: US does best with knob = 0.5 once the other side reacts: US$2.00 bn a year more"


@pytest.mark.parametrize(
    ("gains", "title"),
    [
        ((1.0, 2.0, 2.0), "here: US does best with b = 1 and c = 1 once the other side reacts: US$1.00 bn a year more"),
        ((1.0, 2.0, 1.5), "here: US does best with b = 1 once the other side reacts: US$1.00 bn a year more"),
        ((2.0, 2.0, 1.5), "here: no lever beats US's present choice once the other side reacts"),
    ],
)
def test_the_title_names_all_that_do_best(gains: tuple[float, ...], title: str) -> None:
    cells = pd.DataFrame({
        "setting": ["as it is", "b=1", "c=1"], "reaction": ["linear"] * 3, "regret": [0.5, 0.25, 0.75], "gain": gains,
        "is_reply": [True] * 3,
    })  # fmt: skip
    assert _title(regret_heat_map(cells, "us_treasury", "here", {})) == title


def _many() -> pd.DataFrame:
    """Twenty settings against the tactic of the config and eighteen others; each is answered by one of two of them."""
    names = ["as in the config", *list(TACTICS)[:18]]
    rows = [
        (f"knob={place}", name, 0.01 * place + 0.001 * number, 50.0 - place, name == names[1 + place % 2])
        for place in range(20)
        for number, name in enumerate(names)
    ]
    return pd.DataFrame(rows, columns=["setting", "reaction", "regret", "gain", "is_reply"])


def test_few_enough_cells_are_drawn_that_each_has_its_number() -> None:
    cells = _many()
    figure = regret_heat_map(cells, "us_treasury", "here", {})
    axes = figure.axes[0]
    rows, columns = (
        [label.get_text() for label in labels] for labels in (axes.get_yticklabels(), axes.get_xticklabels())
    )
    assert rows == [f"knob = {place}" for place in range(12)]
    # The config's own first, then by family: both best replies, and the costliest of the others, which come last.
    shown = [1, 2, *range(10, 19)]
    assert columns == ["as in the config", *(shortened(list(TACTICS)[number - 1]) for number in shown)]
    image = np.asarray(axes.images[0].get_array())
    wanted = [[0.01 * place + 0.001 * number for number in (0, *shown)] for place in range(12)]
    np.testing.assert_allclose(image, wanted)
    assert [text.get_text() for text in axes.texts] == [f"{value:.3f}" for row in wanted for value in row]
    framed = {
        (round(one.get_x() + 0.47), round(one.get_y() + 0.44)) for one in axes.patches if isinstance(one, Rectangle)
    }
    assert framed == {(1 + place % 2, place) for place in range(12)}
    note = " ".join(figure.get_supxlabel().split())
    assert note.endswith("Not drawn: 8 settings that do worse and 7 reactions that cost less.")
    assert axes.images[0].get_clim() == pytest.approx((0.0, 0.11 + 0.018))


def test_what_the_config_has_is_drawn_even_where_it_is_worst() -> None:
    cells = _many()
    cells.loc[cells["setting"] == "knob=0", "gain"] = -7.0
    axes = regret_heat_map(cells, "us_treasury", "here", {}).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        *(f"knob = {place}" for place in range(1, 13)), "knob = 0",
    ]  # fmt: skip


def test_it_is_the_figure_of_an_advice() -> None:
    assert list(FIGURES) == list(advice_by_hand().drawings()) == ["regret_heat_map"]
