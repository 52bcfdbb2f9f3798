"""What happened, from the record and from changed ones: each target with its value and the day when it was known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from experiments.errors import RunError
from experiments.questions.hindcast.targets import DATES, TARGET_DAY, Target, targets_of
from experiments.record.record import DatedRecord, read_record

RECORD = read_record()


def _named(record: DatedRecord, case: str = "Japan", day: date = TARGET_DAY) -> dict[str, Target]:
    return {one.name: one for one in targets_of(record, case, day)}


def _moved(record: DatedRecord, side: str, issue: str, day: date, value: float) -> DatedRecord:
    """Record in which a side said something else on a day."""
    rows = [
        replace(one, low=value, value=value, high=value)
        if (one.side, one.issue, one.date) == (side, issue, day)
        else one
        for one in record.positions
    ]
    return replace(record, positions=tuple(rows))


def test_targets_of_japan() -> None:
    found = _named(RECORD)
    assert {name: (one.kind, one.observed, one.known_by) for name, one in found.items()} == {
        "no_deal_before": ("event", 1.0, date(2025, 7, 9)),
        "deal_by": ("event", 1.0, date(2025, 7, 22)),
        "car_tariff": ("rate", 0.15, date(2025, 7, 22)),
        "reciprocal_tariff": ("rate", 0.15, date(2025, 7, 22)),
        "partner_first": ("event", 1.0, date(2025, 6, 6)),
        "us_holds": ("event", 1.0, date(2025, 6, 28)),
        "car_exports": ("flow", -0.227, date(2025, 10, 22)),
        "all_exports": ("flow", -0.102, date(2025, 10, 22)),
    }
    assert all(one.source and one.words for one in found.values())


def test_what_was_known_on_a_date_is_no_target_of_it() -> None:
    opened = {str(day): {name for name, one in _named(RECORD).items() if one.is_open(day)} for day in DATES}
    always = {"deal_by", "car_tariff", "reciprocal_tariff", "car_exports", "all_exports"}
    assert [*opened.values()] == [
        always | {"no_deal_before", "partner_first", "us_holds"},
        always | {"no_deal_before", "us_holds"},
        always | {"no_deal_before"},
        always,
        always,
    ]
    assert not _named(RECORD)["deal_by"].is_open(date(2025, 7, 22))


def test_events_follow_the_day_of_the_deal() -> None:
    def ended(day: date) -> DatedRecord:
        return replace(RECORD, outcomes=tuple(replace(one, deal_date=day) for one in RECORD.outcomes))

    early = _named(ended(date(2025, 7, 8)))
    assert (early["no_deal_before"].observed, early["no_deal_before"].known_by) == (0.0, date(2025, 7, 8))
    assert early["deal_by"].observed == 1.0
    on_the_day = _named(ended(date(2025, 7, 9)))
    assert on_the_day["no_deal_before"].observed == 1.0
    late = _named(ended(date(2025, 8, 2)))
    assert (late["deal_by"].observed, late["deal_by"].known_by) == (0.0, TARGET_DAY)
    assert not {"car_tariff", "reciprocal_tariff"} & late.keys()


def test_who_left_first_follows_the_positions() -> None:
    us_first = _moved(RECORD, "us_treasury", "car_tariff", date(2025, 5, 30), 0.25)
    found = _named(us_first)["partner_first"]
    assert (found.observed, found.known_by) == (0.0, date(2025, 5, 30))
    both = _moved(us_first, "partner", "car_tariff", date(2025, 5, 30), 0.05)
    assert "partner_first" not in _named(both)


@pytest.mark.parametrize(("rate", "observed"), [(0.24, 1.0), (0.20, 1.0), (0.19, 0.0)])
def test_whether_the_us_held_is_read_on_the_day_of_the_seventh_round(rate: float, observed: float) -> None:
    record = _moved(RECORD, "us_treasury", "reciprocal_tariff", date(2025, 6, 28), rate)
    assert _named(record)["us_holds"].observed == observed


def test_a_case_of_which_less_is_known_has_fewer_targets() -> None:
    found = _named(RECORD, "Korea")
    assert [*found] == ["no_deal_before", "deal_by", "car_tariff", "reciprocal_tariff"]
    assert [*_named(RECORD, "vietnam")] == ["no_deal_before", "deal_by", "reciprocal_tariff"]
    with pytest.raises(
        RunError,
        match=r"the record has no outcome of talks with Ruritania, and a hindcast needs one to .*; .*\w\.$",
    ):
        _named(RECORD, "Ruritania")
