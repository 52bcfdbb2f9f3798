"""How a red line is drawn that can be crossed at a price, beside one that cannot."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.figures.kit.style import SIDE_COLOURS
from experiments.figures.positions import positions
from tests.synthetic_tables import guides, talks
from tests.unit.experiments.figures.test_figures import _panel as panel
from tests.unit.experiments.figures.test_figures import _words as words_of


def test_positions_draws_a_line_at_a_price_dotted_in_the_colour_of_its_side() -> None:
    """A hard line at its place has ticks instead; each has its words in margin and legend."""
    _, trajectories = talks(10, 0)
    found = {}
    for kind in ("priced_line", "red_line"):
        marks = guides().iloc[:1].assign(kind=kind, side="partner", value=0.2, label=None)
        figure = positions(trajectories, marks, None)
        line = panel(figure, "Car tariff").lines[-1]
        assert float(np.asarray(line.get_ydata())[0]) == pytest.approx(20.0)
        assert line.get_color() == SIDE_COLOURS["partner"]
        found[kind] = (line.get_linestyle(), len(line.get_path_effects()), words_of(figure))
    style, ticks, words = found["priced_line"]
    assert (style, ticks) == ("--", 0)
    assert found["red_line"][:2] == ("-", 1)
    assert " ".join(words.split()).count("Japan red line, at a price 20 %") == 1
    assert words.count("red line that can be crossed at a price") == 1
    assert "red line that can be crossed at a price" not in found["red_line"][2]
    with pytest.raises(ValueError, match="kinds are red_line, priced_line, threat"):
        positions(trajectories, guides().assign(kind="line"), None)
