"""What the record knew of a case: whose deals count, what is still open, and the rate that the pattern suggests."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest

from experiments.baselines.similarity import reference_rate
from experiments.cases.cases import case_config
from experiments.cases.known import CARS, RECIPROCAL, KnownCase
from experiments.cases.situations import baselines_of
from experiments.errors import ConfigError
from experiments.record.situations import situation_of
from experiments.statistics.forecasts import Laplace, WeightedDraws
from tests.case_configs import RECORD, value


def test_deals_count_that_were_signed_before_the_day() -> None:
    assert KnownCase.on(RECORD, "UK").signed == ()
    assert [one.case for one in KnownCase.on(RECORD, "Vietnam").signed] == ["UK"]
    assert [one.case for one in KnownCase.on(RECORD, "Korea").signed] == ["UK", "Vietnam"]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("Japan", ["UK", "Vietnam"]),
        ("EU", ["UK", "Vietnam", "Japan"]),
        ("Korea", ["UK", "Vietnam", "Japan", "EU"]),
        ("Brazil", ["UK", "Vietnam", "Japan", "EU", "Korea"]),
    ],
)
def test_later_deals_count_through_a_day_as_far_as_they_came_before_the_own_one(case: str, expected: list[str]) -> None:
    known = KnownCase.on(RECORD, case, deals_through=date(2025, 8, 1))
    assert [one.case for one in known.signed] == expected
    # Nothing else of the record is known any later.
    assert {one.case for one in known.record.outcomes} <= {"UK", "Vietnam"}


def test_the_reference_is_that_of_the_formula() -> None:
    known = KnownCase.on(RECORD, "Korea")
    deals = [(KnownCase.on(RECORD, case).features(), rate) for case, rate in (("UK", 0.1), ("Vietnam", 0.2))]
    expected = reference_rate(known.features(), deals, 0.7)
    assert known.reference(RECIPROCAL, 0.7) == expected
    config = case_config("Korea", bandwidth=0.7)
    assert expected is not None
    assert value(config, "reference.reciprocal_rate") == pytest.approx(expected.rate, abs=1e-6)
    assert value(config, "reference.weight") == pytest.approx(expected.closeness, abs=1e-6)
    # Of the two only the deal of the UK has a rate on cars.
    assert value(config, "reference.car_rate") == 0.1


def test_without_a_deal_before_there_is_no_reference() -> None:
    known = KnownCase.on(RECORD, "UK")
    assert known.reference(RECIPROCAL, 1.0) is None
    assert known.reference(CARS, 1.0) is None
    config = case_config("UK")
    assert value(config, "reference.weight") == 0.0
    assert value(config, "walk_away.open_imports_share") == 1.0


def test_the_open_share_is_that_of_the_others_that_have_not_signed() -> None:
    imports = {one.case: one.machinery + one.other for one in RECORD.cases}
    others = math.fsum(imports.values()) - imports["Korea"]
    expected = 1 - (imports["UK"] + imports["Vietnam"]) / others
    assert KnownCase.on(RECORD, "Korea").open_share() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("day", [date(2025, 5, 20), date(2025, 7, 2), date(2025, 7, 11)])
@pytest.mark.parametrize("case", ["Japan", "Korea", "EU", "Vietnam", "UK"])
def test_a_config_and_a_baseline_read_the_same_rates_of_a_day_that_is_not_its_own(case: str, day: date) -> None:
    known = KnownCase.on(RECORD, case, day)
    rates = known.rates()
    country, cars = (situation_of(RECORD, case, issue, day) for issue in (RECIPROCAL, CARS))
    assert (country.in_force, country.threat) == (rates.reciprocal, rates.threat)
    assert cars.in_force == rates.car
    assert country.features == cars.features == known.features()


def test_a_deal_of_a_partner_without_gdp_a_head_is_refused() -> None:
    bare = tuple(replace(one, gdp_per_head=None) if one.case == "Vietnam" else one for one in RECORD.cases)
    known = KnownCase.on(replace(RECORD, cases=bare), "Korea")
    with pytest.raises(ConfigError, match=r"gdp_per_head.*Vietnam needs GDP a head"):
        known.earlier_deals(RECIPROCAL)
    assert [one.case for one in known.earlier_deals(CARS)] == ["UK"]


@pytest.mark.parametrize("through", [None, date(2025, 8, 1)])
def test_the_deal_most_like_a_case_with_cars_has_a_rate_on_cars(through: date | None) -> None:
    """So one weight serves both rates in each case that the record forecasts, in every variant."""
    seen = 0
    for facts in RECORD.cases:
        known = KnownCase.on(RECORD, facts.case, deals_through=through)
        if "car_tariff" in case_config(facts.case).agenda:
            country, cars = (known.reference(issue, 1.0) for issue in (RECIPROCAL, CARS))
            assert (country is None) == (cars is None)
            if country is not None and cars is not None:
                assert country.closeness == cars.closeness
                seen += 1
    assert seen == 4


def test_baselines_say_what_was_known_on_the_day() -> None:
    japan = {one.baseline.code: one for one in baselines_of(RECORD, KnownCase.on(RECORD, "Japan"), RECIPROCAL)}
    centres = {code: one.forecast.centre for code, one in japan.items() if isinstance(one.forecast, Laplace)}
    # In force 10, threatened 25, asked for 5; the newest deal is that of Vietnam, the most similar that of the UK.
    expected = {"B1": 0.1, "B2": 0.25, "B3": 0.15, "B4": 0.15, "B5": 0.15, "B6": 0.15, "B7": 0.2, "B8": 0.1}
    assert centres == pytest.approx(expected)
    earlier = japan["B9"].forecast
    assert isinstance(earlier, WeightedDraws)
    assert sorted(earlier.values) == [0.1, 0.2]


def test_positions_that_were_agreed_or_came_later_are_none_of_a_forecast() -> None:
    found = {one.baseline.code: one for one in baselines_of(RECORD, KnownCase.on(RECORD, "Vietnam"), RECIPROCAL)}
    assert found["B5"].forecast is None
    newest = found["B7"].forecast
    assert isinstance(newest, Laplace)
    assert newest.centre == 0.1


def test_baselines_of_a_fitted_variant_know_no_more_than_the_day() -> None:
    later = KnownCase.on(RECORD, "Korea", deals_through=date(2025, 8, 1))
    now = KnownCase.on(RECORD, "Korea")
    assert [str(one.forecast) for one in baselines_of(RECORD, later, RECIPROCAL)] == [
        str(one.forecast) for one in baselines_of(RECORD, now, RECIPROCAL)
    ]
