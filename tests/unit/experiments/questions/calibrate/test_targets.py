"""Which rows of a record are compared, what of them is fitted, and what draws say at each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np
import pytest

from experiments.config.load import load_config
from experiments.engine.compiled import play
from experiments.engine.positions import position_on
from experiments.engine.worlds import Worlds
from experiments.errors import RunError
from experiments.questions.calibrate.simulation import (
    FARTHEST,
    CaseTalks,
    differences,
    squared_distances,
    values_of,
)
from experiments.questions.calibrate.targets import LATEST, LEAST_WIDTHS, RecordedTarget, check_held_out, targets_of
from experiments.record.record import read_record
from tests.tree import RECORD

RULED: Final = load_config("japan_us_2025")


def _rows(through: date | None, *held_out: str, **sets: str) -> dict[str, RecordedTarget]:
    config = load_config("japan_us_2025", [f"calendar.start={sets['start']}"]) if sets else RULED
    return {one.label: one for one in targets_of("Japan", config, read_record(), through, held_out).rows}


def test_rows_are_positions_from_the_first_day_on_the_deal_and_its_rates() -> None:
    found = targets_of("Japan", RULED, read_record(), None, ())
    assert (len(found.rows), found.too_early, found.not_on_table) == (30, 18, 0)
    assert {one.name for one in found.rows} == {
        "us_treasury.car_tariff", "us_treasury.reciprocal_tariff", "partner.car_tariff", "partner.reciprocal_tariff",
        "partner.other_purchases", "deal_day", "car_tariff", "reciprocal_tariff",
    }  # fmt: skip
    assert all(one.fitted for one in found.rows)


def test_a_row_has_the_range_of_the_record_and_at_least_the_least_width() -> None:
    rows = _rows(None)
    wide = rows["Japan 2025-06-06 partner.car_tariff"]
    assert (wide.low, wide.value, wide.high, wide.width, wide.is_open) == (0.025, 0.1, 0.15, 0.125, False)
    point = rows["Japan 2025-06-28 us_treasury.reciprocal_tariff"]
    assert (point.low, point.value, point.high, point.width) == (0.24, 0.24, 0.24, LEAST_WIDTHS["rate"])
    more = rows["Japan 2025-06-28 partner.other_purchases"]
    assert (more.value, more.width, more.is_open, more.unit) == (4.0, 1.0, True, "US$ bn a year")
    deal = rows["Japan 2025-07-22 deal_day"]
    assert (deal.value, deal.width, deal.latest) == (53.0, 14.0, 53.0 + LATEST)


def test_what_was_known_later_is_held_out_and_that_there_was_no_deal_is_fitted() -> None:
    rows = _rows(date(2025, 6, 28))
    assert {one.known_by <= date(2025, 6, 28) for one in rows.values() if one.fitted} == {True}
    assert {one.known_by > date(2025, 6, 28) for one in rows.values() if not one.fitted} == {True}
    spared = rows["Japan 2025-06-28 deal_day"]
    assert (spared.value, spared.latest, spared.fitted) == (29.0, 29.0, True)
    # The deal of 22 July was known the day after.
    assert not _rows(date(2025, 7, 22))["Japan 2025-07-22 deal_day"].fitted
    assert _rows(date(2025, 7, 23))["Japan 2025-07-22 deal_day"].fitted


def test_what_is_named_is_held_out_on_any_day() -> None:
    rows = _rows(None, "partner.car_tariff", "reciprocal_tariff")
    held = {one.name for one in rows.values() if not one.fitted}
    assert held == {
        "partner.car_tariff", "reciprocal_tariff", "us_treasury.reciprocal_tariff", "partner.reciprocal_tariff",
    }  # fmt: skip
    with pytest.raises(RunError, match=r"--hold-out cars: nothing in the record is called so"):
        check_held_out(["cars"], list(rows.values()))
    check_held_out(["deal_day", "Japan"], list(rows.values()))


def test_talks_that_begin_earlier_have_more_rows() -> None:
    early = _rows(date(2025, 5, 30), start="2025-04-16")
    assert "Japan 2025-05-01 partner.other_purchases" in early
    assert early["Japan 2025-07-22 deal_day"].value == 97.0
    assert sum(one.fitted for one in early.values()) == 4 * 5 + 1


def test_issues_that_are_not_on_the_table_are_left_out() -> None:
    config = load_config("tiny")
    found = targets_of("Ruritania", config, read_record(RECORD), None, ())
    assert [one.label for one in found.rows] == [
        "Ruritania 2025-06-04 us_treasury.car_tariff", "Ruritania 2025-06-04 partner.car_tariff",
        "Ruritania 2025-06-20 us_treasury.car_tariff", "Ruritania 2025-06-25 deal_day",
        "Ruritania 2025-06-25 car_tariff",
    ]  # fmt: skip
    assert found.not_on_table == 1


def _target(**changes: Any) -> RecordedTarget:
    row = RecordedTarget(
        "Japan", date(2025, 6, 6), date(2025, 6, 6), "partner.car_tariff", "position", 1, "car_tariff", "rate",
        0.0, 0.1, 0.2, 0.2,
    )  # fmt: skip
    return replace(row, **changes)


def test_differences_are_in_widths_from_the_value_and_end_at_the_farthest() -> None:
    rows = (_target(), _target(is_open=True), _target(width=0.001))
    values = np.array([[0.15, 0.15, 0.15], [0.06, 0.06, 0.1004], [np.nan, np.nan, 0.1]])
    expected = [[0.25, 0.0, FARTHEST], [-0.2, -0.2, 0.4], [FARTHEST, 0.0, 0.0]]
    found = differences(values, rows)
    np.testing.assert_allclose(found[:2], expected[:2], atol=1e-9)
    # A side that never said anything is as far as can be, also from a row without an upper end.
    assert found[2].tolist() == [FARTHEST, FARTHEST, 0.0]
    np.testing.assert_allclose(squared_distances(np.array([[0.5, -1.0], [0.0, 2.0]])), [1.25, 4.0])


def test_values_of_talks_are_those_of_their_tables() -> None:
    """Day of the deal and rates by that of the runs, whose ends other tests hold."""
    config = load_config("cars_on_the_table")
    worlds = Worlds.draw(config, 200, 3)
    ends = play(config, worlds.batch, 3, trajectories=True, solutions=False)
    start = config.calendar.start
    day = _target(name="deal_day", kind="deal_day", side=-1, issue="", latest=21.0)
    rate = _target(name="car_tariff", kind="rate", side=-1, latest=500.0)
    said = _target(date=date(2025, 6, 28))
    found = values_of(CaseTalks("Japan", config, (day, rate, said)), worlds.batch, ends)
    dealt = ends.results["dealt"] != 0
    assert 0 < dealt.sum() < 200
    np.testing.assert_array_equal(found[:, 0], np.where(dealt, np.minimum(ends.results["day"], 21.0), 21.0))
    slot = worlds.batch.issues.index("car_tariff")
    np.testing.assert_array_equal(found[dealt, 1], ends.results["package"][dealt, slot])
    assert (found[~dealt, 1] > 0.2).all()
    days = float((said.date - start).days)
    np.testing.assert_array_equal(found[:, 2], position_on(worlds.batch, ends, 1, slot, days))
    assert len(np.unique(found[:, 2])) > 1
    assert start == config.calendar.start
