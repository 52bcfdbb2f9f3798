"""The page of a forecast: what stands on it, and that the command on it, typed, asks for the same forecast."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from experiments.questions.forecast.forecast import forecast
from tests.own_record import INVENTED, write_own_record
from tests.pages import check_repeated, page_in, saved_files, sections_on, words_on
from tests.weights_by_hand import table_by_hand

TABLES = [
    "baselines.csv", "bins.csv", "constraints.csv", "draws.csv", "rates.csv", "scores.csv", "summary.csv",
]  # fmt: skip


@pytest.fixture(scope="module")
def korea(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A forecast of another day, with a change, under a table of weights as well."""
    folder = tmp_path_factory.mktemp("forecast") / "korea"
    forecast(
        "korea", 12, 3, weights={"july_12": table_by_hand()}, as_of=date(2025, 7, 1),
        sets=["us_treasury.reference_loss=0.4", "title=Korea's talks"], out=folder,
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def page(korea: Path) -> str:
    return page_in(korea)


def test_the_command_of_a_page_gives_the_same_tables(korea: Path, page: str, tmp_path: Path) -> None:
    assert words_on(page) == [
        "forecast", "Korea", "--as-of", "2025-07-01", "--draws", "12", "--seed", "3", "--weights",
        "july_12=july_12.csv", "--set", "us_treasury.reference_loss=0.4", "--set", "title=Korea's talks",
    ]  # fmt: skip
    assert saved_files(page, tmp_path) == ["july_12.csv"]
    check_repeated(page, korea, TABLES, tmp_path)


def test_a_page_has_what_pages_of_other_questions_have(page: str) -> None:
    assert sections_on(page) == ["came-out", "baselines", "scores", "scenario", "limits", "again", "columns"]


def test_the_command_of_a_forecast_from_a_record_of_ones_own_names_its_folder(tmp_path: Path) -> None:
    own, folder = write_own_record(tmp_path / "record"), tmp_path / "answer"
    result = forecast(INVENTED, 6, 3, record=own, out=folder)
    page = page_in(folder)
    assert (
        f"It needs a record other than that of this winset, with the digest {result.manifest.settings['record']}"
        in page
    )
    assert words_on(page)[-2:] == ["--record", "record"]
    assert "scores" not in sections_on(page)
    check_repeated(page, folder, TABLES, tmp_path)
    shutil.rmtree(own)
