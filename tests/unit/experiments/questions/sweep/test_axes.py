"""How values of an axis are told."""

from __future__ import annotations

import pytest

from experiments.questions.sweep.axes import value_label


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [(0.025, "rate", "2.5 %"), (0.4, "share", "40 %"), (2.5, "US$ bn", "US$2.5 bn"), (0.3, "weight", "0.3"),
     (0.025, "", "0.025"), ("linear", "share", "linear")],
)  # fmt: skip
def test_a_value_is_told_with_its_unit(value: float | str, unit: str, told: str) -> None:
    assert value_label(value, unit) == told
