"""``winset case``: the table cell by cell, the same as JSON, a row that ``cases.csv`` takes, and refusals."""

from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path

import pytest

from experiments.record.record import read_cases
from tests.command_line import refused, winset
from tests.trade_tables import LIST_FILES, SUMS, TOTAL, write_csv, write_lists


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a table and its lists."""
    write_csv(tmp_path / "ruritania.csv")
    write_lists(tmp_path / "lists")
    monkeypatch.chdir(tmp_path)
    return tmp_path


CALL = ("case", "ruritania.csv", "--lists", "lists")


def test_the_table_has_every_sum_and_rate_with_its_unit(folder: Path) -> None:
    done = winset(*CALL, "--name", "Ruritania")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "Ruritania: US imports for consumption by sector, one year"
    assert re.split(r" {2,}", lines[1].strip()) == [
        "sector", "imports, US$ bn", "duty, US$ bn", "duty over imports, %", "codes",
    ]  # fmt: skip
    rows = {cells[0]: tuple(cells[1:]) for cells in (re.split(r" {2,}", line.strip()) for line in lines[2:9])}
    expected = {**SUMS, "total": TOTAL}
    assert rows == {
        name.capitalize(): (f"{imports:.3f}", f"{duty:.3f}", f"{100 * duty / imports:.2f}", str(products))
        for name, (imports, duty, products) in expected.items()
    }
    text = " ".join(done.stdout.split())
    assert f"From ruritania.csv with {', '.join(LIST_FILES)}." in text
    assert "On lists of two sectors, of which the first decides:" in text
    assert "8473302000: aluminium, electronics; counts as metals" in text
    assert "8708103060: autos, aluminium; counts as parts" in text
    assert {path.name for path in folder.iterdir()} == {"lists", "ruritania.csv"}


@pytest.mark.usefixtures("folder")
def test_json_has_the_same_with_units() -> None:
    done = winset(*CALL, "--json")
    data = json.loads(done.stdout)
    assert (data["case"], data["made_from"]) == ("ruritania", f"ruritania.csv with {', '.join(LIST_FILES)}")
    assert data["units"] == {
        "imports": "US$ bn a year", "duty": "US$ bn a year", "mfn_rate": "fraction", "products": "codes",
    }  # fmt: skip
    for sector, (imports, duty, products) in {**SUMS, "total": TOTAL}.items():
        found = data["total"] if sector == "total" else data["sectors"][sector]
        assert found == {
            "imports": pytest.approx(imports),
            "duty": pytest.approx(duty),
            "mfn_rate": pytest.approx(duty / imports),
            "products": products,
        }
    assert data["overlaps"] == [
        {"code": "8473302000", "lists": ["aluminium", "electronics"], "sector": "metals"},
        {"code": "8708103060", "lists": ["autos", "aluminium"], "sector": "parts"},
    ]


def test_the_row_is_one_of_cases_csv(folder: Path) -> None:
    out = folder / "below" / "row.csv"
    done = winset(*CALL, "--name", 'Rurit"ania, N.', "--known-by", "2025-04-11", "--out", out)
    assert done.exit_code == 0, done.output
    assert f"Row for cases.csv: {out}" in done.stdout
    (row,) = read_cases(out)
    assert (row.case, row.known_by, row.confidence) == ('Rurit"ania, N.', date(2025, 4, 11), "high")
    assert row.source == f"made by winset case from ruritania.csv with {', '.join(LIST_FILES)}"
    assert row.total == TOTAL[0]
    assert row.imports == {sector: imports for sector, (imports, _, _) in SUMS.items()}
    assert row.mfn_rates == {sector: round(duty / imports, 5) for sector, (imports, duty, _) in SUMS.items()}
    assert (row.us_exports, row.gdp, row.board, row.letter, row.as_of) == (None, None, None, None, None)


def test_a_table_of_semicolons_is_refused_as_that(folder: Path) -> None:
    text = (folder / "ruritania.csv").read_text(encoding="utf-8")
    (folder / "ruritania.csv").write_text(text.replace(",", ";"), encoding="utf-8")
    assert "ruritania.csv:1:1: columns are separated by semicolons" in refused(*CALL)


def test_a_row_needs_the_day_from_which_it_is_known(folder: Path) -> None:
    assert "--out needs --known-by" in refused(*CALL, "--out", "row.csv")
    assert not (folder / "row.csv").exists()


def test_a_row_replaces_a_file_only_when_asked_for_and_never_the_table(folder: Path) -> None:
    table = (folder / "ruritania.csv").read_bytes()
    (folder / "cases.csv").write_text("mine")
    words = (*CALL, "--known-by", "2025-04-11", "--out")
    assert "cases.csv is there already; replace it with --overwrite" in refused(*words, folder / "cases.csv")
    assert (folder / "cases.csv").read_text() == "mine"
    assert winset(*words, folder / "cases.csv", "--overwrite").exit_code == 0
    assert len(read_cases(folder / "cases.csv")) == 1
    assert "is a file that this is made from" in refused(*words, folder / "ruritania.csv", "--overwrite")
    assert (folder / "ruritania.csv").read_bytes() == table


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("duty,HS10,imports", "duties,HS10,imports", "ruritania.csv:1:1: duty: the column is missing"),
        (
            "6109100012,10000000000",
            "6109100012,-1",
            "ruritania.csv:13:38: imports: must be US$ a year, 0 or more (got -1)",
        ),
        ("0101210000", "101210000", "ruritania.csv:12:24: HS10: a code has ten digits (got 101210000)"),
    ],
)
def test_a_wrong_table_is_refused_and_nothing_is_written(folder: Path, old: str, new: str, message: str) -> None:
    text = (folder / "ruritania.csv").read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / "ruritania.csv").write_text(text.replace(old, new), encoding="utf-8")
    assert f"error: {message}" in refused(*CALL, "--known-by", "2025-04-11", "--out", "row.csv")
    assert not (folder / "row.csv").exists()


def test_a_table_or_a_list_that_cannot_be_read_is_refused(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    os.mkfifo(folder / "auto.csv")
    for table, reason in (
        ("none.parquet", "there is no such file"),
        ("lists", "it is a directory and no regular file"),
        ("pipe", "it is a named pipe and no regular file"),
        ("/dev/zero", "it is a device and no regular file"),
    ):
        assert f"error: {table}: " in (told := refused("case", table, "--lists", "lists")), told
        assert reason in told
    (folder / "lists" / "auto-tariffs.csv").unlink()
    assert "error: auto.csv: cannot be read: it is a named pipe" in refused(*CALL, "--lists", "auto.csv")
    assert "only a path of this machine is taken here" in refused("case", "http://127.0.0.1:1/x", "--lists", "lists")


def test_a_missing_list_is_refused(folder: Path) -> None:
    (folder / "lists" / "steel-tariffs.csv").unlink()
    assert "--lists: there is no list of steel (steel*.csv)" in refused(*CALL)


@pytest.mark.usefixtures("folder")
def test_a_name_that_would_break_the_row_is_refused() -> None:
    assert r"error: --name a\nb: a name has no line breaks" in refused(*CALL, "--name", "a\nb")


@pytest.mark.usefixtures("folder")
def test_an_absurd_day_is_refused() -> None:
    assert "--known-by" in refused(*CALL, "--known-by", "11 April", "--out", "row.csv")
