"""What is said of a config: ranges of a partner of another size grow with it, and days are printed as they are read."""

from __future__ import annotations

import pytest

from experiments.cases.cases import case_config
from experiments.config.explain import explanation
from experiments.config.model import Config


def lines(config: Config, heading: str) -> list[str]:
    return [line for name, part in explanation(config) if name.startswith(heading) for line in part]


@pytest.mark.parametrize("case", ["Korea", "Vietnam", "EU", "Brazil"])
def test_what_is_a_share_of_an_amount_is_compared_with_the_range_times_that_amount(case: str) -> None:
    """The template's own ranges of the fund are wider than the table's; all else is the table's, scaled."""
    found = lines(case_config(case), "Outside the plausible range")
    assert [line.partition(" = ")[0] for line in found] == ["fund.reference_size", "fund.saturation"]


def test_a_number_beyond_the_scaled_range_is_named_with_that_range() -> None:
    config = case_config("Korea", sets=["us_treasury.fund_headline_scale=100"])
    # 50 to 200 at a GDP of 4,030, of Korea's 1,870.
    expected = "us_treasury.fund_headline_scale = 100; plausible is 23.2 to 92.8 (US$ bn)"
    assert expected in lines(config, "Outside the plausible range")


def test_what_cars_of_one_country_pay_is_no_measure_of_those_of_another() -> None:
    found = " ".join(lines(case_config("Korea"), "Outside"))
    assert "threat_car_tariff" not in found
    assert "precedent_base_rate" not in found


def test_days_between_rounds_are_printed_with_two_decimals_at_most() -> None:
    assert "with a round every 6.67 days" in lines(case_config("Korea"), "Calendar")[0]
    config = case_config("Korea", sets=["calendar.days_between_rounds=7"])
    assert "with a round every 7 days" in lines(config, "Calendar")[0]
