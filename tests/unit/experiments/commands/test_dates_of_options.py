"""Days that options name: one text says what is wrong with any of them, and nothing is played."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from experiments.errors import RunError, date_given
from tests.command_line import refused

CALLS: dict[str, list[tuple[str, ...]]] = {
    "--as-of": [("hindcast", "japan_hindcast"), ("forecast", "Korea")],
    "--day": [("hindcast", "japan_hindcast")],
    "--through": [("calibrate", "japan_us_2025")],
    "--known-by": [("case", "table.csv", "--lists", "lists", "--out", "row.csv")],
    "--on": [("positions", "--case", "Japan")],
}


@pytest.mark.parametrize("day", ["2025-02-30", "28 May", "20250528", "2025-5-28", "2025-W22-3"])
@pytest.mark.parametrize(("option", "call"), [(option, call) for option, calls in CALLS.items() for call in calls])
def test_a_day_that_is_none_is_refused(option: str, call: tuple[str, ...], day: str, tmp_path: Path) -> None:
    keeps = () if call[0] == "case" else ("--out", tmp_path / "none")
    said = refused(*call, option, day, *keeps)
    assert " ".join(said.split()).endswith(f"error: {option} {day}: it must be a calendar date such as 2025-05-28.")
    assert not (tmp_path / "none").exists()


def test_a_day_is_read_and_one_that_is_read_already_stays() -> None:
    assert date_given("--on", "2024-02-29") == date(2024, 2, 29)
    assert date_given("--on", date(2025, 7, 9)) == date(2025, 7, 9)
    with pytest.raises(RunError, match=r"^--on '': it must be a calendar date such as 2025-05-28\.$"):
        date_given("--on", "")
