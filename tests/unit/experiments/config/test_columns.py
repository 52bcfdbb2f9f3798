"""Columns of files as distributions: where the file is looked for, what is kept of it, and what is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import pytest

import winset
from experiments.config.listed_values import MOST_ROWS, FileColumn
from experiments.config.load import config_from, load_config
from experiments.config.model import Config
from experiments.config.numbers import numbers
from experiments.config.yaml import parse_yaml
from experiments.errors import ConfigError, RunError
from tests.tree import TINY

BUDGET: Final = "partner.subsidy_budget"
DATA: Final = "# Budgets of other programmes\nyear,budget\n2019,3\n2020,1.5\n2021,2\n"
NUMBER: Final = "{dist: column, file: budgets.csv, column: budget}"


def _config(folder: Path, number: str = NUMBER, data: str | None = DATA) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if data is not None:
        (folder / "budgets.csv").write_text(data)
    path = folder / "own.yaml"
    path.write_text(f"extends: {TINY}\npartner:\n  subsidy_budget: {number}\n")
    return path


def _budget(config: Config) -> FileColumn:
    found = next(entry.number for entry in numbers(config) if entry.path == BUDGET)
    assert isinstance(found, FileColumn)
    return found


def test_a_file_lies_beside_the_config_that_names_it_also_when_another_one_extends_that(tmp_path: Path) -> None:
    _config(tmp_path / "base")
    above = tmp_path / "above.yaml"
    above.write_text("extends: base/own.yaml\nname: above\n")
    found = _budget(load_config(above))
    assert (found.file, found.column, found.values) == ("budgets.csv", "budget", (1.5, 2.0, 3.0))
    assert found.sha256 == hashlib.sha256(DATA.encode()).hexdigest()
    assert found.text() == "column(budget of budgets.csv: 3 values, 1.5 to 3)"


def test_an_option_names_a_file_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _config(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert _budget(load_config(TINY, [f"{BUDGET}={NUMBER}"])).values == (1.5, 2.0, 3.0)


def test_a_loaded_config_needs_its_file_no_more(tmp_path: Path) -> None:
    config = load_config(_config(tmp_path))
    (tmp_path / "budgets.csv").unlink()
    assert config_from(config.resolved()) == config


def test_a_changed_file_is_another_config_although_the_column_has_not_changed(tmp_path: Path) -> None:
    path = _config(tmp_path)
    before = load_config(path).digest()
    assert load_config(path).digest() == before
    (tmp_path / "budgets.csv").write_text(DATA.replace("2019", "2018"))
    assert load_config(path).digest() != before


def test_values_with_a_checksum_that_is_none_are_refused_in_words() -> None:
    change = f"{BUDGET}={{dist: column, file: budgets.csv, column: budget, values: [9], sha256: abc}}"
    with pytest.raises(ConfigError, match="sha256: must be a SHA-256 checksum of 64 digits and letters a to f; leave"):
        load_config(TINY, [change])


def test_going_on_with_a_changed_file_is_refused_and_says_what_changed(tmp_path: Path) -> None:
    path, out = _config(tmp_path), tmp_path / "out"
    winset.run(path, runs=4, workers=1, out=out)
    (tmp_path / "budgets.csv").write_text(DATA.replace("1.5", "1.25"))
    with pytest.raises(RunError, match=rf"config {BUDGET}.values: \[1.5, 2.0, 3.0\] -> \[1.25, 2.0, 3.0\]") as raised:
        winset.run(path, runs=4, workers=1, out=out, resume=True)
    assert f"config {BUDGET}.sha256: " in str(raised.value)


def test_a_finished_run_is_read_without_the_file_and_has_drawn_its_values(tmp_path: Path) -> None:
    path, out = _config(tmp_path), tmp_path / "out"
    winset.run(path, runs=30, workers=1, out=out)
    (tmp_path / "budgets.csv").unlink()
    assert set(winset.load_result(out).tables["runs"][f"param.{BUDGET}"]) == {1.5, 2.0, 3.0}


def test_values_can_be_shares_of_an_amount(tmp_path: Path) -> None:
    path = _config(tmp_path, "{dist: column, file: budgets.csv, column: budget, per: us_exports}")
    exports = next(
        entry.number for entry in numbers(load_config(path)) if entry.path == "economy.us_exports_to_partner"
    )
    amount = exports.support()[0]
    assert _budget(load_config(path)).values == (1.5 * amount, 2.0 * amount, 3.0 * amount)


@pytest.mark.parametrize(
    ("number", "data", "message"),
    [
        (NUMBER, None, "{config}:3:40: partner.subsidy_budget.file: there is no file {data}"),
        (
            "{dist: column, file: ., column: budget}", DATA,
            "{config}:3:40: partner.subsidy_budget.file: {folder} cannot be read: it is a directory",
        ),
        (
            "{dist: column, file: budgets.csv, column: budgte}", DATA,
            "{config}:3:61: partner.subsidy_budget.column: {data} has no column of this name; did you mean budget? "
            "(got budgte)",
        ),
        (
            NUMBER, "year;budget\n2019;1,5\n",
            "{data}:1:1: columns are separated by semicolons; separate them by commas, and write numbers with a point",
        ),
        (
            NUMBER, "budget,budget\n1,2\n",
            "{config}:3:61: partner.subsidy_budget.column: {data} has more than one column of this name",
        ),
        (
            NUMBER, "year,budget\n2019,3\n2020,lots\n2021,\n2022,nan\n",
            "{data}:3:6: budget: must be a finite number, for partner.subsidy_budget is drawn from this column "
            "(got lots)\n{data}:4:6: budget: must be a finite number, for partner.subsidy_budget is drawn from this "
            "column (got '')\n{data}:5:6: budget: must be a finite number, for partner.subsidy_budget is drawn from "
            "this column (got nan)",
        ),
        (
            NUMBER, "year,budget\n2019,3,4\n",
            "{data}:2:1: has 3 values for 2 columns; one with a comma in it is put in quotes",
        ),
        (NUMBER, "year,budget\n", "{data}:1:1: budget: has 0 rows below its header, and must have 1 to 10,000"),
        (
            NUMBER, "", "{data}: is empty; it must have the column budget",
        ),
        (
            "{dist: column, file: budgets.csv}", DATA,
            "{config}:3:3: partner.subsidy_budget.column: must be given, as in {{dist: column, file: data.csv,",
        ),
        (
            "{dist: column, file: 3, column: ''}", DATA,
            "{config}:3:40: partner.subsidy_budget.file: must be text (got 3)\n"
            "{config}:3:51: partner.subsidy_budget.column: must be text (got '')",
        ),
        (
            "{dist: column, file: budgets.csv, column: budget}", "budget\n-4\n",
            "{config}:3:19: partner.subsidy_budget: can be from -4 to -4, but must be between 0 and 1e+06 (US$ bn a "
            "year); take out values beyond",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_from_is_refused_with_its_place(
    tmp_path: Path, number: str, data: str | None, message: str
) -> None:
    config = _config(tmp_path, number, data)
    with pytest.raises(ConfigError) as raised:
        load_config(config)
    expected = message.format(config=config, data=tmp_path / "budgets.csv", folder=tmp_path)
    assert str(raised.value).startswith(expected), str(raised.value)


def test_columns_that_make_a_config_too_large_are_refused_before_anything_is_kept(tmp_path: Path) -> None:
    rows = "budget\n" + "1\n" * MOST_ROWS
    config = _config(tmp_path, NUMBER, rows)
    assert len(_budget(load_config(config)).values) == MOST_ROWS
    weight = f"us_treasury.consumer_weight={{dist: column, file: {tmp_path / 'budgets.csv'}, column: budget}}"
    with pytest.raises(
        ConfigError, match="with the columns of its files the config expands to more than 20,000 values"
    ):
        load_config(config, [weight])
    (tmp_path / "budgets.csv").write_text(rows + "1\n")
    with pytest.raises(ConfigError, match="has 10,001 rows below its header, and must have 1 to 10,000"):
        load_config(config)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    config = _config(tmp_path, NUMBER, "budget\n" + "1.0000000000\n" * 700_000)
    with pytest.raises(ConfigError, match="is larger than 8,388,608 bytes"):
        load_config(config)


def test_places_in_a_config_are_those_that_the_test_above_names() -> None:
    text = f"partner:\n  subsidy_budget: {NUMBER}\n"
    node = parse_yaml(text, "own.yaml").value["partner"].value["subsidy_budget"]
    assert str(node.value["file"].place) == "own.yaml:2:40"
