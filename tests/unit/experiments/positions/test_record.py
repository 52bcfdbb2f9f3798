"""Positions of a date out of the dated record: the newest of each side that was known, at equal power."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from experiments.errors import RunError
from experiments.positions.averages import weighted_mean
from experiments.positions.record import positions_at

COLUMNS = (
    "case",
    "round",
    "date",
    "side",
    "issue",
    "low",
    "value",
    "high",
    "status",
    "source",
    "known_by",
    "confidence",
)
MAY = date(2025, 5, 28)


def row(side: str, issue: str, value: Any, on: str, **more: Any) -> dict[str, Any]:
    plain = dict.fromkeys(COLUMNS, "") | {"case": "japan", "date": on, "known_by": on, "status": "asked"}
    return plain | {"side": side, "issue": issue, "value": value} | more


RECORD = [
    row("us_treasury", "car_tariff", "27.5", "2025-05-20"),
    row("partner", "car_tariff", "2.5", "2025-05-23"),
    row("us_treasury", "reciprocal_tariff", 24, "2025-04-02", status="threatened"),
    row("partner", "reciprocal_tariff", "", "2025-05-23", low="-2", high="2", status="offered"),
    row("us_treasury", "farm_access", 5, "2025-05-01"),
    row("us_treasury", "farm_access", "", "2025-05-20", status="off_table"),
    # Later, or known later, or of others.
    row("us_treasury", "car_tariff", 15, "2025-07-22"),
    row("partner", "car_tariff", 20, "2025-05-25", known_by="2025-06-30"),
    row("partner", "car_tariff", 99, "2025-05-25", case="korea"),
]


def test_the_midpoints_of_28_may() -> None:
    """Equal power makes the weighted mean the middle of both stated positions: cars 15.0, reciprocal rate 12.0."""
    table = positions_at(RECORD, "japan", MAY)
    assert {one.name: float(weighted_mean(one.position, one.weight)) for one in table.issues} == {
        "car_tariff": 15.0, "reciprocal_tariff": 12.0,
    }  # fmt: skip
    assert table.name == "japan_2025-05-28"
    assert table.actors == ("us_treasury", "partner")
    assert table.notes == (
        "Positions of japan as they were known on 2025-05-28; every side has the same power and salience.",
        "Off the table: us_treasury on farm_access.",
    )
    cars, reciprocal = table.issues
    assert (cars.low, cars.high, reciprocal.low, reciprocal.high) == (0.0, 27.5, -2.0, 24.0)
    assert cars.salience.tolist() == cars.power.tolist() == [1.0, 1.0]


def test_what_becomes_known_later_counts_from_then_on() -> None:
    july = positions_at(RECORD, "japan", date(2025, 6, 30)).issues[0]
    assert dict(zip(july.actors, july.position.tolist(), strict=True)) == {"us_treasury": 27.5, "partner": 20.0}
    assert positions_at(RECORD, "japan", date(2025, 7, 22)).issues[0].position.tolist() == [15.0, 20.0]


def test_dates_may_be_dates_and_ranges_may_be_given() -> None:
    dated = [one | {"date": datetime.fromisoformat(one["date"]), "known_by": date.fromisoformat(one["known_by"])}
             for one in RECORD]  # fmt: skip
    table = positions_at(dated, "japan", MAY, {"car_tariff": (0.0, 50.0)})
    assert [(one.low, one.high) for one in table.issues] == [(0.0, 50.0), (-2.0, 24.0)]
    assert table.issues[0].position.tolist() == positions_at(RECORD, "japan", MAY).issues[0].position.tolist()


def test_a_case_without_positions_and_a_row_without_numbers_are_refused() -> None:
    with pytest.raises(RunError, match="the record has no position of japan that was known on 2025-01-01"):
        positions_at(RECORD, "japan", date(2025, 1, 1))
    with pytest.raises(RunError, match="row of partner on x on 2025-05-01 has neither a value nor both ends"):
        positions_at([row("partner", "x", "", "2025-05-01", low="3")], "japan", MAY)
    only_zero = positions_at([row("partner", "x", "0", "2025-05-01")], "japan", MAY).issues[0]
    assert (only_zero.low, only_zero.high) == (0.0, 1.0)
