"""The page on the record names every column of its files and no other, and its example runs."""

from __future__ import annotations

import re

import pytest

from experiments.cases.trade_table import LIST_FILES
from experiments.record.cases import CASE_COLUMNS
from experiments.record.columns import RecordColumn
from experiments.record.record import RECORD
from experiments.record.rows import EVENT_COLUMNS, ORIGIN, OUTCOME_COLUMNS, POSITION_COLUMNS
from tests.tree import CONFIGS, ROOT

PAGE = (ROOT / "docs" / "record.md").read_text(encoding="utf-8")
FILES = {"positions.csv": POSITION_COLUMNS, "events.csv": EVENT_COLUMNS, "cases.csv": CASE_COLUMNS,
         "outcomes.csv": OUTCOME_COLUMNS}  # fmt: skip


@pytest.mark.parametrize("file", FILES)
def test_the_page_names_the_columns_of_a_file(file: str) -> None:
    """Those that may be left out have an asterisk, and the last three are named once for all files."""
    section = PAGE.partition(f"### {file}\n")[2].partition("\n#")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    named = re.findall(r"`(\w+)`(\\\*)?", "\n".join(row.split(" | ")[0] for row in rows))
    columns: tuple[RecordColumn, ...] = FILES[file]
    expected = [(one.name, r"\*" if one.optional else "") for one in columns if one not in ORIGIN]
    assert sorted(named) == sorted(expected)
    assert all(f"`{one.name}`" in PAGE for one in ORIGIN)


def test_the_page_says_how_each_list_is_called() -> None:
    assert all(f"`{begins}*.csv`" in PAGE for begins in LIST_FILES.values())


def test_the_example_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    exec(example, {"__name__": "__main__"})  # noqa: S102  to run it as printed is the test
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("41.665 ")
    assert second == "0.275"


def test_the_record_lies_beside_the_configs_of_the_checkout() -> None:
    assert RECORD == CONFIGS / "record"
    assert {path.name for path in RECORD.iterdir()} == {*FILES, "forecasts"}
