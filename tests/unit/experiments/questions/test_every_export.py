"""Every answer of every question goes into every format, and no column of any table is without its entry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pytest

from experiments.export.described import placeholders
from experiments.export.tables import undescribed
from experiments.questions.registry import QUESTIONS
from experiments.report.result import Result, columns_in
from tests.sizes import usual
from tests.small_answers import SMALL, SmallAnswers
from winset import load_result


@pytest.mark.parametrize("name", SMALL)
def test_every_column_has_a_meaning_and_a_unit_and_says_what_a_missing_value_means(
    name: str, answers: SmallAnswers
) -> None:
    result: Result = answers[name].result
    assert [*undescribed(result.tables, columns_in(result.manifest.command), result.names)] == []
    assert {table: [*columns] for table, columns in result.headings.items()} == {
        table: [*map(str, frame.columns)] for table, frame in result.tables.items()
    }


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_entry_is_of_a_column_that_no_answer_has(question: str, answers: SmallAnswers) -> None:
    found = set[str]()
    for name, small in SMALL.items():
        if small.command == question:
            tables = answers[name].result.tables
            found |= {f"{table}.{column}" for table, frame in tables.items() for column in frame.columns}
    for table, described in columns_in(question).items():
        for entry in described.columns:
            if not any(placeholders(entry)):
                assert f"{table}.{entry.column}" in found


def test_a_table_tells_no_meaning_twice() -> None:
    for question in QUESTIONS:
        for table, described in columns_in(question).items():
            meanings = [entry.meaning for entry in described.columns]
            assert sorted(set(meanings)) == sorted(meanings), (question, table)


@pytest.fixture(params=SMALL)
def read(request: pytest.FixtureRequest, answers: SmallAnswers) -> Result:
    """Each small answer, read from its directory."""
    return load_result(answers[request.param].folder)


def _sizes(result: Result, further: int = 0) -> dict[str, tuple[int, int]]:
    return {name: (len(frame), len(frame.columns) + further) for name, frame in result.tables.items()}


def test_an_answer_as_csv(read: Result, tmp_path: Path) -> None:
    read.export(tmp_path / "csv")
    files = {path.stem: pd.read_csv(path, keep_default_na=False, dtype=str) for path in (tmp_path / "csv").iterdir()}
    dictionary, contents = files.pop("dictionary"), files.pop("tables")
    assert {name: table.shape for name, table in files.items()} == _sizes(read)
    assert {name: [*table.columns] for name, table in files.items()} == {
        name: [*rows["column"]] for name, rows in dictionary.groupby("table", sort=False)
    }
    assert (dictionary[["meaning", "unit", "type"]] != "").all(axis=None)
    assert dict(zip(contents["table"], contents["rows"].astype(int), strict=True)) == {
        name: len(table) for name, table in files.items()
    }


@pytest.mark.parametrize("name", usual(SMALL, ("run", "tournament", "discover", "value", "compare", "positions")))
def test_an_answer_as_a_workbook(name: str, answers: SmallAnswers, tmp_path: Path) -> None:
    read = load_result(answers[name].folder)
    read.export(tmp_path / "answer.xlsx", "xlsx")
    book = openpyxl.load_workbook(tmp_path / "answer.xlsx")
    sheets = {sheet.title: (sheet.max_row - 1, sheet.max_column) for sheet in book}
    assert [*sheets][:2] == ["dictionary", "tables"]
    assert {name: sheets[name] for name in read.tables} == _sizes(read)


def test_an_answer_for_stata(read: Result, tmp_path: Path) -> None:
    read.export(tmp_path / "stata", "stata")
    dictionary = pd.read_stata(tmp_path / "stata" / "dictionary.dta")
    for name, frame in read.tables.items():
        table: Any = pd.read_stata(tmp_path / "stata" / f"{name}.dta")
        assert len(table) == len(frame)
        rows = dictionary[dictionary["table"] == name]
        assert [*table.columns] == [*rows["stata_name"]]
        assert [one for one in rows["column"] if one in frame.columns] == [*map(str, frame.columns)]


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=() if name in ("run", "discover", "positions") else pytest.mark.long) for name in SMALL
])  # fmt: skip
def test_an_answer_as_a_database(name: str, answers: SmallAnswers, tmp_path: Path) -> None:
    result = load_result(answers[name].folder)
    result.export(tmp_path / "answer.duckdb", "duckdb")
    with duckdb.connect(str(tmp_path / "answer.duckdb"), read_only=True) as database:
        tables = database.execute("SELECT table_name, estimated_size, column_count FROM duckdb_tables()").fetchall()
        bare = database.execute("SELECT * FROM duckdb_columns() WHERE comment IS NULL OR comment = ''").fetchall()
    found = {table: (rows, columns) for table, rows, columns in tables}
    assert {table: found[table] for table in result.tables} == _sizes(result)
    assert [row for row in bare if row[7] in found] == []


def test_a_page_tells_every_column_of_its_tables(answers: SmallAnswers) -> None:
    from experiments.questions.registry import page_of

    kept = answers["sweep"]
    section = page_of(str(kept.folder), "light").sections[-1]
    tables = [block for block in section.blocks if block.kind == "table"]
    shown = {table.caption.partition(":")[0]: [row[0] for row in table.rows] for table in tables}  # type: ignore[union-attr]
    assert shown == {name: [*map(str, frame.columns)] for name, frame in kept.result.tables.items()}
    row = next(row for row in tables[0].rows if row[0] == "car_tariff.q50")  # type: ignore[union-attr]
    assert row == ("car_tariff.q50", "Median of the deals: car tariff", "rate", "no deals")
