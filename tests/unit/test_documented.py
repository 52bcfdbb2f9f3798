"""A cell of a page that says something else than what was computed is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import documented
from tests.documented import faults, rows, says, table


@pytest.mark.parametrize(
    ("cell", "words", "values"),
    [
        ("12.7 %", "# %", [12.66]),
        ("0 to 0.1 %", "# to # %", [0.04, 0.05]),
        (".999", "#", [0.99875]),
        ("+3.52 (-0.04 +- 0.10)", "# (# +- #)", [3.517, -0.0435, 0.0999]),
        ("18,960 runs of `july_2025`", "# runs of `july_#`", [18_960, 2025]),
        ("-", "-", []),
    ],
)
def test_a_cell_says_what_rounds_to_it(cell: str, words: str, values: list[float]) -> None:
    assert says(cell, words, values)


@pytest.mark.parametrize(
    ("cell", "words", "values"),
    [
        ("12.7 %", "# %", [12.6]),
        ("12.70 %", "# %", [12.66]),
        ("12.7 %", "#", [12.7]),
        ("+0.10", "#", [-0.10]),
        (".999", "#", [0.9]),
        ("0 to 0.1 %", "# to # %", [0.1, 0.0]),
        ("0 to 0.1 %", "# to # %", [0.0]),
        ("", "#", [0.0]),
    ],
)
def test_a_cell_does_not_say_what_rounds_to_something_else(cell: str, words: str, values: list[float]) -> None:
    assert not says(cell, words, values)


def test_a_fault_names_its_column_and_what_was_computed() -> None:
    cells = {"deals": "26.3 %", "fund": "425"}
    assert faults(cells, {"deals": ("# %", [26.3]), "fund": ("#", [425.0])}) == []
    assert faults(cells, {"deals": ("# %", [26.3]), "fund": ("#", [400.0])}) == ["fund: '425', computed ('#', [400.0])"]
    assert faults(cells, {"deals": ("# %", [26.3])}) == ["columns ['deals', 'fund'], computed ['deals']"]


PAGE = """# Page

| a | b | now | now |
|---|---|---|---|
| x | 1 | 2 | 3 |
| | 2 | **4** | 5 |

| c | d |
|---|---|
| x | 1 |
| x | 2 |
"""


@pytest.fixture(autouse=True)
def _page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documented, "ROOT", tmp_path)
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")


def test_rows_are_named_by_their_first_cells() -> None:
    assert table("page.md", "a | b", named_by=2) == {
        "x, 1": {"now": "2", "again: now": "3"},
        "x, 2": {"now": "4", "again: now": "5"},
    }
    assert rows("page.md", "c |") == [["c", "d"], ["x", "1"], ["x", "2"]]


@pytest.mark.parametrize(("heading", "said"), [("a | z", "0 tables"), ("", "2 tables"), ("c |", "two rows 'x'")])
def test_a_table_that_is_not_there_once_or_names_two_rows_alike_is_refused(heading: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        table("page.md", heading)
