"""Files of the record are read into rows, cell by cell, and cut off at a day."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from experiments.errors import ConfigError
from experiments.record.record import (
    RECORD,
    read_cases,
    read_events,
    read_outcomes,
    read_positions,
    read_record,
    rows_known_by,
)
from tests.made_up_record import CASES, EVENTS, OUTCOMES, POSITIONS, READERS


def _file(folder: Path, text: str) -> Path:
    path = folder / "rows.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_positions_are_read_cell_by_cell(tmp_path: Path) -> None:
    first, second, third = read_positions(_file(tmp_path, POSITIONS))
    assert (first.case, first.round, first.date, first.side, first.issue) == (
        "Ruritania", "1", date(2025, 5, 1), "partner", "car_tariff",
    )  # fmt: skip
    assert (first.low, first.value, first.high, first.status) == (0.025, 0.1, 0.15, "asked")
    assert (first.source, first.known_by, first.confidence) == (
        'a newspaper, "page 2", top',
        date(2025, 5, 2),
        "medium",
    )
    assert (second.low, second.value, second.high) == (300, 400, None)
    assert (third.low, third.value, third.high, third.status) == (None, None, None, "off_table")
    assert [one.place.line for one in (first, second, third)] == [3, 4, 5]


def test_events_are_read_cell_by_cell(tmp_path: Path) -> None:
    rows = read_events(_file(tmp_path, EVENTS))
    assert [
        (one.case, one.date.isoformat(), one.kind, one.issue, one.value, one.known_by.isoformat()) for one in rows
    ] == [
        ("all", "2025-04-05", "tariff", "reciprocal_tariff", 0.1, "2025-04-02"),
        ("Ruritania", "2025-04-05", "tariff", "reciprocal_tariff", 0.2, "2025-04-05"),
        ("Ruritania", "2025-06-01", "election", None, None, "2025-01-01"),
        ("all", "2025-07-01", "deadline", "reciprocal_tariff", None, "2025-04-05"),
    ]
    assert [(one.source, one.confidence) for one in rows][-1] == ("radio", "medium")


def test_outcomes_are_read_cell_by_cell(tmp_path: Path) -> None:
    (one,) = read_outcomes(_file(tmp_path, OUTCOMES))
    assert (one.case, one.deal_date, one.rec, one.includes_mfn) == ("Ruritania", date(2025, 7, 22), 0.15, True)
    assert (one.car, one.fund, one.purchases, one.terms) == (0.125, 550, 12.7, "ships")
    assert (one.source, one.known_by, one.confidence) == ("radio", date(2025, 7, 23), "high")


def test_cases_are_read_cell_by_cell(tmp_path: Path) -> None:
    (one,) = read_cases(_file(tmp_path, CASES))
    assert (one.case, one.total, list(one.imports.values())) == ("Ruritania", 21, [1, 2, 3, 4, 5, 6])
    assert list(one.mfn_rates.items()) == [
        ("cars", 0.025), ("parts", 0.02), ("metals", 0.015), ("machinery", 0.01), ("other", 0.005), ("exempt", 0.001),
    ]  # fmt: skip
    assert (one.us_exports, one.us_exports_confidence, one.gdp, one.gdp_per_head) == (7, "medium", 80, 9)
    assert (one.gdp_confidence, one.board, one.letter, one.threat) == ("high", 0.24, 0.25, 0.25)
    assert (one.letter_known_by, one.includes_mfn, one.as_of) == (date(2025, 7, 7), False, date(2025, 7, 12))
    assert (one.status_quo_reciprocal, one.status_quo_car, one.status_quo_metals) == (0.1, 0.275, 0.5)
    assert (one.first_horizon, one.last_horizon) == (date(2025, 8, 1), date(2025, 12, 31))
    assert (one.known_by, one.confidence, one.tariffs_confidence) == (date(2025, 4, 11), "high", "high")


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    lines = [line.split(",") for line in EVENTS.splitlines()[1:]]
    turned = "\n".join(",".join(reversed(line)) for line in lines)
    assert read_events(_file(tmp_path, f"# turned\n{turned}\n")) == read_events(_file(tmp_path, EVENTS))


def test_a_record_of_one_s_own_is_read_and_a_case_that_it_lacks_is_told(tmp_path: Path) -> None:
    for name, (_, text) in READERS.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    record = read_record(tmp_path)
    sizes = (len(record.positions), len(record.events), len(record.cases), len(record.outcomes))
    assert sizes == (3, 4, 1, 1)
    (tmp_path / "events.csv").write_text(EVENTS.replace("Ruritania", "Ruritanien"), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_record(tmp_path)
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("events.csv:4:1: case: Ruritanien is no case of cases.csv; did you mean Ruritania?")


def test_an_unknown_case_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ConfigError, match="Koera: there is no such case in the record; did you mean Korea"):
        read_record().case("Koera")


def test_a_day_is_the_last_whose_knowledge_counts(tmp_path: Path) -> None:
    rows = read_positions(_file(tmp_path, POSITIONS))
    for day, lines in ((1, []), (2, [3]), (3, [3, 4]), (7, [3, 4]), (8, [3, 4, 5])):
        known = rows_known_by(rows, date(2025, 5, day))
        assert [row.place.line for row in known] == lines
        assert all(row in rows for row in known)


def test_of_a_case_only_what_was_known_then_is_left(tmp_path: Path) -> None:
    (row,) = read_cases(_file(tmp_path, CASES))
    assert rows_known_by([row], date(2025, 4, 10)) == ()
    (in_april,) = rows_known_by([row], date(2025, 4, 11))
    assert (in_april.letter, in_april.threat, in_april.as_of) == (None, 0.24, None)
    assert (in_april.status_quo_reciprocal, in_april.status_quo_car, in_april.status_quo_metals) == (None, None, None)
    assert (in_april.total, in_april.us_exports, in_april.board) == (21, 7, 0.24)
    (with_letter,) = rows_known_by([row], date(2025, 7, 7))
    assert (with_letter.letter, with_letter.as_of) == (0.25, None)
    assert rows_known_by([row], date(2025, 7, 12)) == (row,)
    for known in (in_april, with_letter):
        assert list(known.complaints()) == []


def test_the_record_of_a_day_is_that_of_files_without_later_rows(tmp_path: Path) -> None:
    """Whoever deletes from the files what was known later reads the same."""
    day = date(2025, 6, 14)
    shutil.copytree(RECORD, tmp_path / "record")
    for name in ("positions", "events", "outcomes"):
        path = tmp_path / "record" / f"{name}.csv"
        comment, header, *rows = path.read_text(encoding="utf-8").splitlines()
        kept = [row for row in rows if row.rsplit(",", 2)[1] <= day.isoformat()]
        assert 0 < len(kept) < len(rows)
        path.write_text("\n".join([comment, header, *kept]) + "\n", encoding="utf-8")
    cut, whole = read_record(tmp_path / "record"), read_record().known_by(day)
    assert (cut.positions, cut.events, cut.outcomes) == (whole.positions, whole.events, whole.outcomes)
    assert cut.known_by(day).cases == whole.cases


def test_of_tariffs_of_one_day_the_later_row_counts(tmp_path: Path) -> None:
    for name, (_, text) in READERS.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    record = read_record(tmp_path)
    found = [record.in_force(case, "reciprocal_tariff", date(2025, 4, 5)) for case in ("Ruritania", "Other")]
    assert [one.value if one else None for one in found] == [0.2, 0.1]
    assert record.in_force("Ruritania", "reciprocal_tariff", date(2025, 4, 4)) is None
    assert record.in_force("Ruritania", "car_tariff", date(2025, 4, 5)) is None
