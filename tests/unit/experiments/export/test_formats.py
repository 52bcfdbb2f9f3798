"""Exported tables read back by others: every cell, every label, and what a format does not hold."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pytest
from pandas.io import stata

from experiments import errors
from experiments.errors import RunError
from experiments.export import xlsx_file as xlsx
from experiments.export.csv_files import csv_files
from experiments.export.described import DATE, NO_UNIT, Described, DescribedTable, Names
from experiments.export.duckdb_file import comment_of, duckdb_file
from experiments.export.stata_files import LONGEST_LABEL, LONGEST_NAME, label_of, stata_files, stata_names
from experiments.export.tables import ExportTable, contents_of, dictionary_of, export_tables
from experiments.export.xlsx_file import xlsx_file

LONG: Final = "a text that no cell of a plain string variable holds " * 50
PATH: Final = "us_treasury.a_number_with_a_very_long_name_indeed"

#: Its types leave out what it has from its base class.
StataReader: Final[Any] = stata.StataReader

#: Every type of column, with missing values; each cell differs from its neighbours.
FRAME: Final = pd.DataFrame(
    {
        "run": [0, 1, 2],
        "outcome": ["agreement", "stall", None],
        "day": [date(2025, 7, 22), None, date(2025, 12, 31)],
        "as_of": ["2025-05-28", "2025-06-13", ""],
        "car_tariff": [0.15, np.nan, 0.275],
        "limit": [-np.inf, 1.5, np.inf],
        "held": [True, False, True],
        "note": ["=1+1", LONG, 'ü, "quoted"\nline'],
        f"param.{PATH}": [1.25, 2.5, 3.75],
        f"param_{PATH}": [4.0, 5.0, 6.0],
        "deals": pd.array([7, None, 9], dtype="Int64"),
    }
)

ENTRIES: Final = DescribedTable(
    "a made-up negotiation",
    (
        Described("run", "number of the negotiation", "counted from 0"),
        Described("outcome", "how the talks ended", NO_UNIT, "not over", "outcome"),
        Described("day", "day of the deal", DATE, "no deal"),
        Described("as_of", "day of the forecast", DATE, "no forecast"),
        Described("<issue>", "agreed value of the <issue>", "<issue>", "no deal"),
        Described("limit", "end that may be open", "US$ bn a year"),
        Described("held", "whether the line held", NO_UNIT),
        Described("note", "any text", NO_UNIT),
        Described("param.<path>", "drawn value of <path>", "<path>"),
        Described("param_<path>", "another value of <path>", "<path>"),
        Described("deals", "deals", "count", "nobody counted"),
    ),
)
NAMES: Final = Names({"car_tariff": "rate"}, (), {PATH: ("weight of US consumer surplus in its payoff", "weight")})


def _tables(frame: pd.DataFrame = FRAME) -> tuple[ExportTable, ...]:
    return export_tables({"made": frame}, {"made": ENTRIES}, NAMES)


def _dictionary() -> dict[str, dict[str, Any]]:
    rows = dictionary_of(_tables()).frame().fillna("").to_dict("records")
    return {str(row["column"]): {str(key): value for key, value in row.items()} for row in rows}


def test_the_dictionary_tells_type_unit_meaning_texts_and_what_is_missing() -> None:
    found = _dictionary()
    assert [*found] == [*FRAME.columns]
    assert {name: row["type"] for name, row in found.items()} == {
        "run": "whole number", "outcome": "text", "day": "date", "as_of": "date", "car_tariff": "number",
        "limit": "number", "held": "true or false", "note": "text", f"param.{PATH}": "number",
        f"param_{PATH}": "number", "deals": "whole number",
    }  # fmt: skip
    assert found["car_tariff"] == {
        "table": "made", "column": "car_tariff", "type": "number", "unit": "rate",
        "meaning": "agreed value of the car tariff", "values": "", "missing": "no deal",
    }  # fmt: skip
    assert found["outcome"]["values"] == "agreement; stall"
    assert found["outcome"]["missing"] == "not over"
    assert found["run"]["missing"] == ""
    assert found[f"param.{PATH}"]["meaning"] == f"drawn value of weight of US consumer surplus in its payoff ({PATH})"
    assert found[f"param.{PATH}"]["unit"] == "weight"


def test_the_list_of_tables_tells_their_size_and_rows() -> None:
    assert contents_of(_tables()).frame().to_dict("records") == [
        {"table": "made", "rows": 3, "columns": 11, "holds": "a made-up negotiation"}
    ]


def test_csv_holds_every_cell() -> None:
    found = pd.read_csv(io.BytesIO(csv_files(_tables())["made.csv"]), keep_default_na=False, dtype=str)
    assert found.to_dict("list") == {
        "run": ["0", "1", "2"],
        "outcome": ["agreement", "stall", ""],
        "day": ["2025-07-22", "", "2025-12-31"],
        "as_of": ["2025-05-28", "2025-06-13", ""],
        "car_tariff": ["0.15", "", "0.275"],
        "limit": ["-inf", "1.5", "inf"],
        "held": ["true", "false", "true"],
        "note": ["=1+1", LONG, 'ü, "quoted"\nline'],
        f"param.{PATH}": ["1.25", "2.5", "3.75"],
        f"param_{PATH}": ["4.0", "5.0", "6.0"],
        "deals": ["7", "", "9"],
    }


def _sheets(content: bytes) -> Mapping[str, Any]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: sheet for sheet in book}


def test_a_workbook_holds_every_cell_in_its_format_below_headings_that_stay() -> None:
    sheet = _sheets(xlsx_file(_tables()))["made"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    days = [pd.Timestamp(day) for day in ("2025-07-22", "2025-12-31", "2025-05-28", "2025-06-13")]
    assert rows == [
        [*FRAME.columns],
        [0, "agreement", days[0], days[2], 0.15, "-inf", True, "=1+1", 1.25, 4, 7],
        [1, "stall", None, days[3], None, 1.5, False, LONG, 2.5, 5, None],
        [2, None, days[1], None, 0.275, "inf", True, 'ü, "quoted"\nline', 3.75, 6, 9],
    ]
    assert sheet["H2"].data_type == "s", "no formula, though it begins like one"
    assert [sheet[f"{column}2"].number_format for column in "ACEFI"] == [
        "0",
        "yyyy-mm-dd",
        "0.00%",
        "#,##0.00",
        "General",
    ]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:K4")


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [
        (
            "MOST_ROWS",
            2,
            "the table made has 3 rows, and a sheet of Excel holds 2 below its heading; take --format csv",
        ),
        ("MOST_COLUMNS", 10, "the table made has 11 columns, and a sheet of Excel holds 10; take --format csv, stata"),
        (
            "MOST_LETTERS",
            100,
            "column note of the table made has a text of 2,650 characters, and a cell of Excel holds",
        ),
    ],
)
def test_what_no_sheet_holds_is_refused_with_what_does(
    limit: str, value: int, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, limit, value)
    with pytest.raises(RunError, match=message):
        xlsx_file(_tables())


def test_limits_of_a_sheet_are_those_of_excel() -> None:
    assert (xlsx.MOST_ROWS + 1, xlsx.MOST_COLUMNS, xlsx.MOST_LETTERS) == (2**20, 2**14, 2**15 - 1)


def _stata(name: str = "made") -> tuple[pd.DataFrame, dict[str, str], str]:
    with StataReader(io.BytesIO(stata_files(_tables())[f"{name}.dta"])) as reader:
        return reader.read(convert_categoricals=False), reader.variable_labels(), reader.data_label


def test_a_file_of_stata_holds_every_cell_and_tells_where_a_number_is_infinite() -> None:
    found, _, label = _stata()
    assert label == "a made-up negotiation"
    names = [*found.columns]
    assert names[:9] == ["run", "outcome", "day", "as_of", "car_tariff", "limit", "limit_inf", "held", "note"]
    assert found["run"].tolist() == [0, 1, 2]
    assert found["outcome"].tolist() == ["agreement", "stall", ""]
    assert [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in found["day"]] == ["2025-07-22", None, "2025-12-31"]
    assert [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in found["as_of"]] == ["2025-05-28", "2025-06-13", None]
    assert found["car_tariff"].fillna(-1).tolist() == [0.15, -1, 0.275]
    assert found["limit"].fillna(-1).tolist() == [-1, 1.5, -1]
    assert found["limit_inf"].tolist() == [-1, 0, 1]
    assert found["held"].tolist() == [1, 0, 1]
    assert found["note"].tolist() == ["=1+1", LONG, 'ü, "quoted"\nline']
    assert found[names[9]].tolist() == [1.25, 2.5, 3.75]
    assert found[names[10]].tolist() == [4, 5, 6]
    assert found["deals"].fillna(-1).tolist() == [7, -1, 9]


def test_truth_values_have_labels_in_stata() -> None:
    with StataReader(io.BytesIO(stata_files(_tables())["made.dta"])) as reader:
        reader.read(convert_categoricals=False)
        assert reader.value_labels()["held"] == {0: "no", 1: "yes"}


def test_labels_of_stata_are_meaning_and_unit_and_the_dictionary_has_them_whole() -> None:
    found, labels, _ = _stata()
    assert labels["car_tariff"] == "agreed value of the car tariff, rate"
    assert labels["day"] == "day of the deal"
    assert labels["limit"] == "end that may be open, US$ bn a year"
    long = found.columns[9]
    assert labels[long] == "drawn value of weight of US consumer surplus in its payoff (us_treasu..., weight"
    assert all(0 < len(label) <= LONGEST_LABEL for label in labels.values())
    dictionary = _stata("dictionary")[0].set_index("column")
    assert dictionary["stata_name"].to_dict()[f"param.{PATH}"] == long
    assert [*dictionary["stata_name"]] == [*found.columns]
    assert str(dictionary.loc[f"param.{PATH}", "meaning"]).endswith(f"({PATH})")


def test_names_of_stata_are_valid_and_no_two_alike() -> None:
    columns = [
        f"param.{PATH}",
        f"param_{PATH}",
        f"param.{PATH}s",
        "case",
        "2025",
        "gain.Ä",
        "Run",
        "run",
        "str7",
        "a b",
    ]
    found = stata_names(columns)
    assert found == {
        columns[0]: "param_us_treasury_a_number_with_",
        columns[1]: "param_us_treasury_a_number_wit_2",
        columns[2]: "param_us_treasury_a_number_wit_3",
        "case": "_case", "2025": "_2025", "gain.Ä": "gain_", "Run": "Run", "run": "run_2", "str7": "_str7",
        "a b": "a_b",
    }  # fmt: skip
    assert all(len(name) <= LONGEST_NAME for name in found.values())


def test_a_label_keeps_its_unit_when_the_meaning_is_cut() -> None:
    long = export_tables(
        {"t": pd.DataFrame({"x": [1.0]})}, {"t": DescribedTable("x", (Described("x", "m" * 200, "US$ bn"),))}, Names()
    )[0].columns[0]
    assert label_of(long) == "m" * 69 + "..., US$ bn"
    assert len(label_of(long)) == LONGEST_LABEL


def test_a_whole_number_that_stata_does_not_hold_exactly_is_text() -> None:
    frame = pd.DataFrame({"x": [2**60 + 1, 3]})
    tables = export_tables({"t": frame}, {"t": DescribedTable("x", (Described("x", "a seed", NO_UNIT),))}, Names())
    with StataReader(io.BytesIO(stata_files(tables)["t.dta"])) as reader:
        assert reader.read()["x"].tolist() == ["1152921504606846977", "3"]


def test_a_database_holds_every_cell_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "made.duckdb"
    path.write_bytes(duckdb_file(_tables()))
    with duckdb.connect(str(path), read_only=True) as database:
        rows = database.execute("SELECT * FROM made").fetchall()
        comments = dict(database.execute("SELECT column_name, comment FROM duckdb_columns()").fetchall())
        types = dict(database.execute("SELECT column_name, data_type FROM duckdb_columns()").fetchall())
        table = database.execute("SELECT comment FROM duckdb_tables() WHERE table_name = 'made'").fetchone()
    days = [date(2025, 7, 22), date(2025, 12, 31), date(2025, 5, 28), date(2025, 6, 13)]
    assert rows == [
        (0, "agreement", days[0], days[2], 0.15, -np.inf, True, "=1+1", 1.25, 4.0, 7),
        (1, "stall", None, days[3], None, 1.5, False, LONG, 2.5, 5.0, None),
        (2, None, days[1], None, 0.275, np.inf, True, 'ü, "quoted"\nline', 3.75, 6.0, 9),
    ]
    assert table == ("a made-up negotiation",)
    assert comments["car_tariff"] == "agreed value of the car tariff, rate. null: no deal"
    assert comments["outcome"] == "how the talks ended. texts: agreement; stall. null: not over"
    assert [types[name] for name in ("run", "outcome", "day", "car_tariff", "held", "deals")] == [
        "BIGINT", "VARCHAR", "DATE", "DOUBLE", "BOOLEAN", "BIGINT",
    ]  # fmt: skip
    assert comment_of(_tables()[0].columns[6]) == "whether the line held"


@pytest.mark.parametrize("write", [csv_files, xlsx_file, stata_files], ids=["csv", "xlsx", "stata"])
def test_the_same_rows_give_the_same_bytes(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    once = write(_tables())
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert write(_tables(FRAME.copy())) == once


@pytest.mark.parametrize(("write", "library"), [(xlsx_file, "xlsxwriter"), (duckdb_file, "duckdb")])
def test_a_missing_library_is_told_with_its_extra(write: Any, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "find_spec", lambda name: None if name == library else object())
    with pytest.raises(RunError, match=rf"needs {library}, which is not installed here; .*'winset\[export\]'"):
        write(_tables())


def test_tables_without_rows_have_their_types() -> None:
    empty = FRAME.head(0).astype(object)
    assert {one.name: one.type for one in _tables(empty)[0].columns} == {
        "run": "number", "outcome": "text", "day": "date", "as_of": "date", "car_tariff": "number", "limit": "number",
        "held": "text", "note": "text", f"param.{PATH}": "number", f"param_{PATH}": "number", "deals": "number",
    }  # fmt: skip
    files = stata_files(_tables(empty))
    assert len(pd.read_stata(io.BytesIO(files["made.dta"]))) == 0
    assert len(_sheets(xlsx_file(_tables(empty)))["made"]["A"]) == 1
    assert duckdb_file(_tables(empty))


def test_a_column_without_an_entry_is_a_fault_that_names_it() -> None:
    with pytest.raises(LookupError, match="what the column beside of the table made holds"):
        _tables(FRAME.assign(beside=1))
    with pytest.raises(LookupError, match="what the table other holds"):
        export_tables({"other": FRAME}, {"made": ENTRIES}, NAMES)


def test_names_stand_for_their_kinds_alone() -> None:
    entries = DescribedTable(
        "x",
        (
            Described("<seat>.<issue>", "offer of <seat>: <issue>", "<issue>"),
            Described("binds.<issue>", "what binds the <issue>", NO_UNIT),
            Described("gain.<agent>", "gain of <agent>", "US$ bn a year"),
        ),
    )
    names = Names({"car_tariff": "rate"}, ("us_treasury", "partner", "Big"))
    frame = pd.DataFrame(
        {name: [1.0] for name in ("us.car_tariff", "binds.car_tariff", "gain.us_treasury", "gain.Big")}
    )
    found = export_tables({"t": frame}, {"t": entries}, names)[0].columns
    assert [(one.meaning, one.unit) for one in found] == [
        ("offer of the US: car tariff", "rate"), ("what binds the car tariff", NO_UNIT),
        ("gain of the US", "US$ bn a year"), ("gain of Big", "US$ bn a year"),
    ]  # fmt: skip
    for unknown in ("them.car_tariff", "us.rice", "gain.Nobody"):
        with pytest.raises(LookupError):
            export_tables({"t": pd.DataFrame({unknown: [1.0]})}, {"t": entries}, names)
