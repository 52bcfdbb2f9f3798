"""From a table of imports and tariff lists to six sectors: sums, duty rates, and every refusal."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from experiments.cases.case_text import trade_values
from experiments.cases.trade_table import country_trade, list_files, read_list, read_products
from experiments.errors import ConfigError, RunError
from experiments.record.record import read_record
from experiments.record.sectors import Overlap
from tests.trade_tables import LIST_FILES, SUMS, TOTAL, write_csv, write_lists, write_parquet

#: Folder of the tables of imports and the lists, which are no part of winset; see docs/record.md.
TABLES = os.environ.get("WINSET_TRADE_TABLES")


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    return write_lists(tmp_path / "lists")


@pytest.mark.parametrize(("write", "name"), [(write_csv, "ruritania.csv"), (write_parquet, "ruritania.parquet")])
def test_a_table_is_summed_up_by_sector(write: Callable[[Path], Path], name: str, lists: Path, tmp_path: Path) -> None:
    trade = country_trade(write(tmp_path / name), [lists])
    assert list(trade.sectors) == list(SUMS)
    for sector, (imports, duty, products) in SUMS.items():
        sums = trade.sectors[sector]
        assert [sums.imports, sums.duty, sums.products] == pytest.approx([imports, duty, products])
        assert sums.mfn_rate == pytest.approx(duty / imports)
    assert [trade.total.imports, trade.total.duty] == pytest.approx(TOTAL[:2])
    assert (trade.total.products, trade.name) == (TOTAL[2], "ruritania")
    assert trade.made_from == f"{name} with {', '.join(LIST_FILES)}"
    assert trade.overlaps == (
        Overlap("8473302000", ("aluminium", "electronics"), "metals"),
        Overlap("8708103060", ("autos", "aluminium"), "parts"),
    )


def test_a_sector_without_imports_has_no_rate(lists: Path, tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    path.write_text("HS10,imports,duty\n6109100012,5e9,1e9\n8703230100,0,0\n", encoding="utf-8")
    trade = country_trade(path, [lists], "Small")
    values = trade_values(trade)
    assert (values["other"], values["mfn_other"], values["total"]) == (5.0, 0.2, 5.0)
    assert (values["cars"], values["mfn_cars"], values["metals"], values["mfn_metals"]) == (0.0, None, 0.0, None)
    assert trade.sectors["cars"].products == 1


def _lines(text: str) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_text(text, encoding="utf-8")
        return path

    return write


def _frame(**columns: object) -> Callable[[Path], Path]:
    usual: dict[str, object] = {"HS10": ["6109100012", "0101210000"], "imports": [1.0, 2.0], "duty": [0.0, 0.1]}
    frame = pd.DataFrame({name: values for name, values in (usual | columns).items() if values is not None})

    def write(path: Path) -> Path:
        frame.to_parquet(path)
        return path

    return write


HEAD = "HS10,imports,duty\n"
REFUSED = {
    "a missing column": (
        _lines("HS10,imports\n"),
        ":1:1: duty: the column is missing; a table has HS10, imports, duty",
    ),
    "a column twice": (_lines("HS10,duty,duty,imports\n"), ":1:1: duty: the column is there twice"),
    "a short code": (
        _lines(HEAD + "101210000,1,0\n"),
        ":2:1: HS10: a code has ten digits (got 101210000); was a leading zero lost?",
    ),
    "a code of eight digits": (_lines(HEAD + "61091000,1,0\n"), ":2:1: HS10: a code has ten digits (got 61091000)"),
    "letters": (_lines(HEAD + "61091000TT,1,0\n"), ":2:1: HS10: a code has ten digits (got 61091000TT)"),
    "digits of another script": (_lines(HEAD + "٦109100012,1,0\n"), ":2:1: HS10: a code has ten digits"),
    "no code": (_lines(HEAD + ",1,0\n"), ":2:1: HS10: a code has ten digits (got '')"),
    "negative imports": (_lines(HEAD + "6109100012,-5,0\n"), ":2:12: imports: must be US$ a year, 0 or more (got -5)"),
    "negative duty": (_lines(HEAD + "6109100012,5,-1\n"), ":2:14: duty: must be US$ a year, 0 or more (got -1)"),
    "endless imports": (_lines(HEAD + "6109100012,inf,0\n"), "imports: must be US$ a year, 0 or more (got inf)"),
    "words": (_lines(HEAD + "6109100012,many,0\n"), "imports: must be US$ a year, 0 or more (got many)"),
    "a missing value": (_lines(HEAD + "6109100012,5,\n"), ":2:14: duty: is missing; write 0 where there is nothing"),
    "a short line": (_lines(HEAD + "6109100012,5\n"), ":2:1: has 2 values for 3 columns"),
    "a comma too many": (_lines(HEAD + "6109100012,5,000,0\n"), ":2:1: has 4 values for 3 columns; one with a comma"),
    "an open quote": (_lines(HEAD + '"6109100012,5,0\n'), ":2:1: a quote is out of place"),
    "a code twice": (
        _lines(HEAD + "6109100012,5,0\n0101210000,5,0\n6109100012,5,0\n"),
        ":4:1: HS10: 6109100012 stands in line 2 already and would count twice",
    ),
    "no rows": (_lines(HEAD), ": the table has no rows"),
    "nothing": (_lines(""), ":1:1: HS10: the column is missing"),
    "another encoding": (lambda path: path.write_bytes(b"HS10\xff") and path, ":1:5: byte 0xff is not UTF-8"),
    "half a Parquet file": (lambda path: path.write_bytes(b"PAR1 and no more") and path, "is no whole Parquet file: "),
    "codes as numbers": (
        _frame(HS10=[6109100012, 101210000]),
        ": HS10: must be text, so that no leading zero is lost; the file has it as int64",
    ),
    "a Parquet file without duty": (_frame(duty=None), ": duty: the column is missing"),
    "a missing value in Parquet": (_frame(duty=[0.0, None]), ": row 2, duty: is missing; write 0"),
    "a negative value in Parquet": (
        _frame(imports=[1.0, -2.0]),
        ": row 2, imports: must be US$ a year, 0 or more (got -2.0)",
    ),
    "a missing code in Parquet": (_frame(HS10=["6109100012", None]), ": row 2, HS10: a code has ten digits (got null)"),
    "a code twice in Parquet": (_frame(HS10=["6109100012"] * 2), ": row 2, HS10: 6109100012 stands in row 1 already"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_table_that_is_wrong_is_refused_with_the_place(name: str, tmp_path: Path) -> None:
    write, message = REFUSED[name]
    path = write(tmp_path / "table")
    with pytest.raises(ConfigError) as caught:
        read_products(tmp_path / "table")
    assert path
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "table"))


def test_every_wrong_row_is_told(tmp_path: Path) -> None:
    path = _lines(HEAD + "1,-1,-1\n6109100012,5,0\n2,,\n")(tmp_path / "table.csv")
    with pytest.raises(ConfigError) as caught:
        read_products(path)
    assert [(one.place.line, one.path) for one in caught.value.problems] == [
        (line, column) for line in (2, 4) for column in ("HS10", "imports", "duty")
    ]


WRONG_LISTS = {
    "letters": ("HTSUS\n87032301\n8703x\n", ":3:1: HTSUS: a code has 4, 6, 8 or 10 digits (got 8703x)"),
    "seven digits": ("HTSUS\n8703230\n", ":2:1: HTSUS: a code has 4, 6, 8 or 10 digits (got 8703230)"),
    "a chapter": ("HTSUS\n87\n", ":2:1: HTSUS: a code has 4, 6, 8 or 10 digits (got 87)"),
    "an empty line": ("HTSUS\n\n87032301\n", ":2:1: HTSUS: a code has 4, 6, 8 or 10 digits (got '')"),
    "no codes": ("HTSUS\n", ":1:1: the list is empty; it needs a code a line"),
    "no heading": ("87032301\n", ":1:1: a list begins with the heading HTSUS (got 87032301)"),
    "nothing": ("", ":1:1: a list begins with the heading HTSUS (got '')"),
}


@pytest.mark.parametrize("name", WRONG_LISTS)
def test_a_list_that_is_wrong_is_refused_with_the_place(name: str, tmp_path: Path) -> None:
    text, message = WRONG_LISTS[name]
    path = _lines(text)(tmp_path / "auto.csv")
    with pytest.raises(ConfigError) as caught:
        read_list(path)
    assert str(caught.value) == f"{path}{message}"


def test_a_list_is_read_with_codes_of_every_length(tmp_path: Path) -> None:
    path = _lines("HTSUS\r\n8703\r\n870323\r\n87032301\r\n8703230110\r\n8703\r\n")(tmp_path / "auto.csv")
    assert read_list(path) == {"8703", "870323", "87032301", "8703230110"}


def test_lists_are_found_in_a_folder_and_nothing_else_is_opened_there(lists: Path) -> None:
    os.mkfifo(lists / "other.csv")
    files = list_files([lists])
    assert {name: path.name for name, path in files.items()} == dict(
        zip(("autos", "steel", "aluminium", "exemptions", "electronics"), LIST_FILES, strict=True)
    )
    assert list_files(list(files.values())) == files


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda folder: [folder / "none.csv"],
            "which list is it? A name begins with auto, steel, alu, annex or consumer",
        ),
        (lambda folder: [folder, folder / "auto-tariffs.csv"], "auto-tariffs.csv are both the list of autos; name one"),
        (
            lambda folder: [folder / "auto-tariffs.csv"],
            "no list of steel (steel*.csv), aluminium (alu*.csv), exemptions",
        ),
        (lambda _: [], "there is no list of autos (auto*.csv), steel"),
    ],
)
def test_a_list_that_is_missing_or_there_twice_is_refused(
    change: Callable[[Path], list[Path]], message: str, lists: Path
) -> None:
    with pytest.raises(RunError) as caught:
        list_files(change(lists))
    assert message in str(caught.value)


def test_the_made_up_table_shows_every_sector_and_no_two_cells_alike() -> None:
    cells = [value for sums in (*SUMS.values(), TOTAL) for value in sums[:2]]
    assert len({*cells}) == len(cells)
    rates = [duty / imports for imports, duty, _ in SUMS.values()]
    assert len({*rates}) == len(rates)


@pytest.mark.skipif(
    TABLES is None, reason="WINSET_TRADE_TABLES names no folder of the tables, which winset does not ship"
)
@pytest.mark.parametrize("case", [one.case for one in read_record().cases])
def test_the_shipped_sums_are_what_the_tables_give(case: str) -> None:
    folder = Path(str(TABLES))
    made = trade_values(country_trade(folder / f"{case.lower()}.parquet", [folder], case))
    row = read_record().case(case)
    assert {name: getattr(row, name) for name in made} == made
