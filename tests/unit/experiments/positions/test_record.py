"""Positions of a date out of the dated record: the newest of each side that was known, at equal power."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

import pytest

import winset
from experiments.errors import Position, RunError
from experiments.positions.averages import weighted_mean
from experiments.positions.record import positions_at, standing_positions
from experiments.record.record import read_record
from experiments.record.rows import StatedPosition
from tests.command_line import refused
from tests.command_line import winset as command

MAY: Final = date(2025, 5, 28)


def row(side: Any, issue: str, value: float | None, on: str, **more: Any) -> StatedPosition:
    known = date.fromisoformat(more.pop("known_by", on))
    free: dict[str, Any] = {"case": "Ruritania", "status": "asked", "low": value, "high": value} | more
    return StatedPosition(
        **free, round="1", date=date.fromisoformat(on), side=side,
        issue=issue, value=value, source="radio", known_by=known, confidence="low", place=Position("made up"),
    )  # fmt: skip


RECORD: Final = (
    row("us_treasury", "car_tariff", 0.26, "2025-05-20"),
    row("us_treasury", "car_tariff", 0.25, "2025-05-01"),
    row("partner", "car_tariff", 0.05, "2025-05-23"),
    row("us_treasury", "reciprocal_tariff", 0.2, "2025-04-02", status="threatened", high=0.3),
    row("partner", "reciprocal_tariff", 0.01, "2025-05-23", status="offered"),
    row("partner", "reciprocal_tariff", 0.04, "2025-05-23", status="offered"),
    row("partner", "other_purchases", 3.0, "2025-05-01", status="offered"),
    row("us_treasury", "chip_purchases", 5.0, "2025-05-01"),
    row("us_treasury", "chip_purchases", None, "2025-05-20", status="off_table"),
    row("partner", "investment_fund", None, "2025-05-20", status="offered"),
    # Later, or known later, or of others.
    row("us_treasury", "car_tariff", 0.15, "2025-07-22"),
    row("partner", "car_tariff", 0.4, "2025-05-25", known_by="2025-06-30"),
    row("partner", "car_tariff", 0.9, "2025-05-25", case="Graustark"),
)


def test_the_newest_row_of_each_side_and_issue_counts_that_was_known() -> None:
    found = [(one.side, one.issue, one.value) for one in standing_positions(RECORD, "Ruritania", MAY)]
    assert found == [
        ("us_treasury", "car_tariff", 0.26), ("partner", "car_tariff", 0.05),
        ("us_treasury", "reciprocal_tariff", 0.2), ("partner", "reciprocal_tariff", 0.04),
        ("partner", "other_purchases", 3.0), ("us_treasury", "chip_purchases", None),
        ("partner", "investment_fund", None),
    ]  # fmt: skip


def test_a_table_of_the_record_has_both_sides_in_the_units_of_a_reader() -> None:
    table = positions_at(RECORD, "ruritania", MAY)
    assert table.name == "Ruritania_2025-05-28"
    cars, reciprocal, purchases = table.issues
    assert [one.name for one in table.issues] == ["car_tariff", "reciprocal_tariff", "other_purchases"]
    assert (cars.actors, cars.position.tolist(), cars.unit) == (("US", "Ruritania"), [26.0, 5.0], "%")
    assert (cars.low, cars.high, reciprocal.low, reciprocal.high) == (0.0, 26.0, 0.0, 30.0)
    assert (purchases.actors, purchases.position.tolist(), purchases.unit) == (("Ruritania",), [3.0], "US$ bn a year")
    assert cars.salience.tolist() == cars.power.tolist() == [1.0, 1.0]
    assert table.notes == (
        "Positions of the US and Ruritania as they were known on 2025-05-28; both have the same power and salience.",
        "One side alone has named a number, which every forecaster repeats: Ruritania on other purchases.",
        "Wanted without a number: Ruritania on investment fund.",
        "Off the table: US on chip purchases.",
    )


def test_what_becomes_known_later_counts_from_then_on() -> None:
    july = positions_at(RECORD, "Ruritania", date(2025, 6, 30)).issues[0]
    assert dict(zip(july.actors, july.position.tolist(), strict=True)) == {"US": 26.0, "Ruritania": 40.0}
    assert positions_at(RECORD, "Ruritania", date(2025, 7, 22)).issues[0].position.tolist() == [15.0, 40.0]


def test_ranges_may_be_given_for_one_issue_or_all() -> None:
    table = positions_at(RECORD, "Ruritania", MAY, {"car_tariff": (0.0, 50.0), "": (-1.0, 40.0)})
    assert [(one.low, one.high) for one in table.issues] == [(0.0, 50.0), (-1.0, 40.0), (-1.0, 40.0)]
    only_zero = positions_at([row("partner", "car_tariff", 0.0, "2025-05-01")], "Ruritania", MAY).issues[0]
    assert (only_zero.low, only_zero.high) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"case": "Ruritanya"}, "--case Ruritanya: the record has positions of no such case; did you mean Ruritania?"),
        ({"day": date(2025, 1, 1)}, "--on 2025-01-01: the record has no position of Ruritania with a number"),
        ({"ranges": {"car": (0.0, 1.0)}}, "--range car=0:1: Ruritania has no such issue"),
        ({"ranges": {"car_tariff": (1.0, 1.0)}}, "--range car_tariff=1:1: the range is empty"),
        ({"ranges": {"": (0.0, 10.0)}}, "car_tariff: position of US must be from 0 to 10 (got 26)."),
    ],
)
def test_what_the_record_has_not_is_refused(change: dict[str, Any], said: str) -> None:
    asked: dict[str, Any] = {"rows": RECORD, "case": "Ruritania", "day": MAY} | change
    with pytest.raises(RunError, match=re.escape(said)):
        positions_at(**asked)


def test_the_midpoints_of_28_may() -> None:
    """Equal power makes the weighted mean the middle of both stated positions: cars 15.0, reciprocal rate 12.0."""
    table = positions_at(read_record().positions, "Japan", MAY)
    means = {one.name: float(weighted_mean(one.position, one.weight)) for one in table.issues}
    assert means["car_tariff"] == pytest.approx(15.0)
    assert means["reciprocal_tariff"] == pytest.approx(12.0)
    assert table.actors == ("Japan", "US")


def test_the_command_and_the_function_read_the_record() -> None:
    done = command("positions", "--case", "japan", "--on", "2025-05-28", "--draws", "2")
    assert done.exit_code == 0, done.output
    assert "Japan_2025-05-28, 2 actors on 4 issues: weighted mean 15.0 % on car tariff" in " ".join(done.stdout.split())
    result = winset.positions(case="Japan", on=MAY, draws=2)
    assert done.stdout.startswith(result.text())
    assert result.json() == winset.positions(case="Japan", on="2025-05-28", draws=2).json()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "give what is asked about: either a table of positions, or --case with --on, for example --case Japan"),
        (("emission_standards", "--case", "Japan"), "give what is asked about: either a table of positions, or --case"),
        (("emission_standards", "--on", "2025-05-28"), "--on 2025-05-28 goes with --case; a table"),
        (("--case", "Japan"), "--case needs --on, the day whose positions are taken"),
        (("--case", "Japan", "--on", "28 May"), "--on 28 May: it must be a calendar date such as 2025-05-28."),
        (
            ("--case", "Japan", "--on", "2025-05-28", "--salience-scale", "1"),
            "--salience-scale says how a file is read",
        ),
    ],
)
def test_a_table_or_a_case_and_a_day_are_asked_for(words: tuple[str, ...], said: str) -> None:
    assert said in refused("positions", *words)


def test_a_table_that_has_been_read_is_not_read_otherwise() -> None:
    table = positions_at(RECORD, "Ruritania", MAY)
    with pytest.raises(RunError, match="--range says how a file is read, and a PositionTable has been read"):
        winset.positions(table, ranges={"": (0.0, 50.0)})
