"""What the record says of a case on a day, for baselines: nothing of later, the latest position, the last threat."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from experiments.baselines.baselines import Stated
from experiments.record.record import read_record
from experiments.record.situations import (
    earlier_deals,
    features_of,
    last_threat,
    rate_in_force,
    shared_situations,
    situation_of,
)

RECORD = read_record()


@pytest.mark.parametrize(
    ("day", "issue", "in_force", "threat", "us", "partner"),
    [
        (date(2025, 5, 28), "car_tariff", 0.275, 0.275, 0.275, 0.025),
        (date(2025, 5, 28), "reciprocal_tariff", 0.10, 0.24, 0.24, 0.0),
        # The position of 6 June is known, that of 14 June not yet.
        (date(2025, 6, 13), "car_tariff", 0.275, 0.275, 0.275, 0.10),
        (date(2025, 6, 13), "reciprocal_tariff", 0.10, 0.24, 0.24, 0.0),
        (date(2025, 6, 28), "reciprocal_tariff", 0.10, 0.24, 0.24, 0.05),
        (date(2025, 7, 1), "reciprocal_tariff", 0.10, 0.35, 0.325, 0.05),
        (date(2025, 7, 11), "reciprocal_tariff", 0.10, 0.25, 0.25, 0.05),
    ],
)
def test_japan_day_by_day(day: date, issue: str, in_force: float, threat: float, us: float, partner: float) -> None:
    found = situation_of(RECORD, "Japan", issue, day)
    assert (found.case, found.as_of) == ("Japan", day)
    assert (found.in_force, found.threat) == (in_force, threat)
    assert (found.us, found.partner) == (Stated(us, 1.0, 1.0), Stated(partner, 1.0, 1.0))


def test_a_case_without_a_rate_of_its_own_on_cars_pays_the_one_for_all_over_its_mfn_rate() -> None:
    korea = RECORD.case("Korea")
    assert rate_in_force(RECORD, korea, "car_tariff", date(2025, 6, 1)) == pytest.approx(0.25 + 0.00017)
    assert rate_in_force(RECORD, korea, "car_tariff", date(2025, 1, 1)) is None
    assert rate_in_force(RECORD, korea, "reciprocal_tariff", date(2025, 6, 1)) == 0.1


def test_a_duty_over_mfn_that_is_set_later_takes_the_place_of_an_own_rate_on_cars() -> None:
    over, own = (
        next(one for one in RECORD.events if (one.kind, one.issue) == ("tariff", issue))
        for issue in ("car_tariff_over_mfn", "car_tariff")
    )
    raised = replace(over, date=date(2025, 6, 10), value=0.5)
    record = replace(RECORD, events=(*RECORD.events, raised))
    japan = RECORD.case("Japan")
    assert japan.mfn_cars is not None
    assert own.case == "Japan"
    assert rate_in_force(record, japan, "car_tariff", date(2025, 6, 9)) == 0.275
    assert rate_in_force(record, japan, "car_tariff", date(2025, 6, 10)) == 0.5 + japan.mfn_cars


def test_a_threat_counts_from_its_date_and_of_one_day_the_last_of_the_file() -> None:
    first = next(one for one in RECORD.events if (one.kind, one.case) == ("threat", "Japan"))
    ahead, second = replace(first, date=date(2025, 6, 30), value=0.4), replace(first, value=0.3)
    record = replace(RECORD, events=(*RECORD.events, ahead, second))
    assert last_threat(record, "Japan", "reciprocal_tariff", date(2025, 4, 1)) is None
    assert last_threat(record, "Japan", "reciprocal_tariff", date(2025, 6, 29)) == 0.3
    assert situation_of(record, "Japan", "reciprocal_tariff", date(2025, 6, 29)).threat == 0.3
    assert last_threat(record, "Japan", "reciprocal_tariff", date(2025, 6, 30)) == 0.4


def test_a_case_without_imports_has_no_share_of_cars() -> None:
    found = features_of(replace(RECORD.case("Japan"), total=0.0, cars=0.0))
    assert found is not None
    assert found.car_share == 0.0


def test_who_has_said_nothing_has_no_position() -> None:
    assert situation_of(RECORD, "UK", "car_tariff", date(2025, 5, 7)).us == Stated()


def test_deals_are_those_on_the_rate() -> None:
    assert [(one.case, one.rate) for one in earlier_deals(RECORD, "car_tariff")] == [
        ("UK", 0.10), ("Japan", 0.15), ("EU", 0.15), ("Korea", 0.15),
    ]  # fmt: skip
    rates = earlier_deals(RECORD, "reciprocal_tariff")
    assert [(one.case, one.rate, one.signed) for one in rates][:2] == [
        ("UK", 0.10, date(2025, 5, 8)), ("Vietnam", 0.20, date(2025, 7, 2)),
    ]  # fmt: skip
    assert rates[1].features == features_of(RECORD.case("Vietnam"))


def test_shared_situations_are_those_of_the_day_before_the_deal() -> None:
    found = shared_situations(RECORD, "reciprocal_tariff")
    assert {name: one.as_of for name, one in found.items()} == {
        "UK": date(2025, 5, 7), "Vietnam": date(2025, 7, 1), "Japan": date(2025, 7, 21), "EU": date(2025, 7, 26),
        "Korea": date(2025, 7, 29),
    }  # fmt: skip
    assert found["Vietnam"].threat == 0.46


def test_features_count_cars_without_parts_and_the_us_balance() -> None:
    found = features_of(RECORD.case("Japan"))
    assert found is not None
    assert found.gdp_per_head == 32.0
    assert found.car_share == pytest.approx(41.665 / 151.34)
    assert found.us_balance == pytest.approx(79.7 - 151.34)
