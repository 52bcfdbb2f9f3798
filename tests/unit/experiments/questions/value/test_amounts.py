"""How a range of moves is told: in the direction of the move that it belongs to."""

from __future__ import annotations

import pytest

from experiments.questions.value.amounts import moves_between


@pytest.mark.parametrize(
    ("low", "high", "unit", "told"),
    [
        (-0.0746, -0.0179, "rate", "1.79 to 7.46 points lower"),
        (0.0034, 0.0324, "rate", "0.34 to 3.24 points higher"),
        (-0.02, 0.01, "rate", "2 points lower to 1 point higher"),
        (-287.0, -91.0, "US$ bn", "US$91 to 287 bn lower"),
        (1.25, 2.5, "US$ bn a year", "US$1.25 to 2.50 bn a year higher"),
    ],
)
def test_a_range_of_moves_says_its_direction_and_the_smaller_move_first(
    low: float, high: float, unit: str, told: str
) -> None:
    assert moves_between({"low": low, "high": high}, unit) == told
