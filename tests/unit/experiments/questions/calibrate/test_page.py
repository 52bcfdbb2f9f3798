"""The page of a calibration: the command on it, typed, gives the same weights, also from a record of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.questions.calibrate.calibrate import calibrate
from tests.own_record import write_own_record
from tests.pages import check_repeated, page_in, words_on
from tests.tree import TINY

TABLES = ["correlations.csv", "parameters.csv", "rows.csv", "steps.csv"]


@pytest.mark.parametrize("own", [False, True])
def test_the_command_of_a_page_gives_the_same_tables(own: bool, tmp_path: Path) -> None:
    record, folder = write_own_record(tmp_path / "record") if own else None, tmp_path / "answer"
    calibrate(TINY, draws=100, kept=0.7, record=record, out=folder)
    page = page_in(folder)
    assert ("--record" in words_on(page), "It needs a record other than" in page) == (own, own)
    check_repeated(page, folder, TABLES, tmp_path)
