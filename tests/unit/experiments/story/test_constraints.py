"""What constraints are called, and when an issue is said to be put in."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.story.constraints import (
    COUNT_COLUMNS,
    constraint_words,
    count_constraints,
    input_sentence,
    input_sentences,
    is_input,
    sentences_over_points,
    together,
    worded,
)
from tests.support_talks import pie
from tests.tree import CONFIGS

JULY = load_config(CONFIGS / "july_2025.yaml")


@pytest.mark.parametrize(
    ("issue", "constraint", "words", "put_in"),
    [
        ("car_tariff", "red_line:us_cars", "the US red line of 27.5 % (us_cars)", True),
        ("car_tariff", "release:us_cars", "the US release of 15 % (us_cars)", True),
        ("car_tariff", "red_line:japan_cars", "the Japanese red line of 25 % (japan_cars)", True),
        ("investment_fund", "linkage:us_cars", "the condition of the US release (us_cars), at least US$400 bn", True),
        (
            "other_purchases", "red_line:japan_farm",
            "the Japanese red line of US$8.00 bn a year to US$12.7 bn a year, drawn (japan_farm)", True,
        ),
        ("car_tariff", "grid:low", "the low end of the agenda, 2.5 %", True),
        ("fund_profit_share", "grid:high", "the high end of the agenda, 90 %", True),
        ("chip_purchases", "delivery:budget", "what the subsidy budget pays for", False),
        ("chip_purchases", "delivery:allocation", "what the makers can ship", False),
        ("chip_purchases", "delivery:quorum", "what enough firms sign for within the subsidy budget", False),
        ("chip_purchases", "delivery:demand", "what the firms would buy at any subsidy", False),
        ("car_tariff", "ratification:us", "what the US needs to ratify", False),
        ("car_tariff", "ratification:partner", "what Japan needs to ratify", False),
        ("car_tariff", "interior", "no constraint", False),
        ("car_tariff", "indifferent", "nothing: it moves nobody's payoff", False),
    ],
)  # fmt: skip
def test_a_constraint_in_words(issue: str, constraint: str, words: str, put_in: bool) -> None:
    assert constraint_words(JULY, issue, constraint) == words
    assert is_input(constraint) == put_in


def test_a_bound_that_is_moved_is_told_as_it_is() -> None:
    moved = load_config(CONFIGS / "july_2025.yaml", ("red_lines.us_cars.release.at_least=0.10",))
    assert constraint_words(moved, "car_tariff", "release:us_cars") == "the US release of 10 % (us_cars)"


def _two_bounds() -> Config:
    line = {"name": "some_land", "side": "partner", "issue": "land", "at_least": 2.0, "at_most": 6.0}
    return pie(red_lines=[line])


def test_a_line_with_two_bounds_or_a_second_one_of_its_name_has_no_number() -> None:
    assert constraint_words(_two_bounds(), "land", "red_line:some_land").endswith(" red line (some_land)")
    again = {"name": "land", "side": "partner", "issue": "land", "at_most": 6.0}
    later = {"name": "later", "date": "2025-06-20", "drop_red_lines": ["land"]}
    config = pie(red_lines=[again], events=[later])
    assert constraint_words(config, "land", "red_line:land").endswith(" red line of 6.00 plot (land)")


def test_a_line_that_the_config_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="july_2025 has no red line other"):
        constraint_words(JULY, "car_tariff", "red_line:other")


def test_deals_are_counted_issue_by_issue_the_most_frequent_first() -> None:
    cars = pd.Series(["grid:low", None, "interior", "interior", "grid:high", "interior"])
    fund = pd.Series([None, None, "linkage:us_cars", "interior", None, "linkage:us_cars"])
    found = count_constraints([("investment_fund", fund), ("car_tariff", cars)])
    assert list(found.columns) == list(COUNT_COLUMNS)
    assert found.to_numpy().tolist() == [
        ["car_tariff", "interior", 3, 0.6],
        ["car_tariff", "grid:high", 1, 0.2],
        ["car_tariff", "grid:low", 1, 0.2],
        ["investment_fund", "linkage:us_cars", 2, 2 / 3],
        ["investment_fund", "interior", 1, 1 / 3],
    ]
    assert count_constraints([("car_tariff", cars[:0])]).empty


def _counts(**counts: int) -> pd.DataFrame:
    total = sum(counts.values())
    rows = [("car_tariff", name.replace("__", ":"), count, count / total) for name, count in counts.items()]
    return worded(pd.DataFrame(rows, columns=list(COUNT_COLUMNS)), JULY)


@pytest.mark.parametrize(
    ("put_in", "others", "is_said"), [(49, 51, False), (50, 50, False), (51, 49, True), (1, 0, True), (0, 1, False)]
)
def test_it_is_said_exactly_above_half(put_in: int, others: int, is_said: bool) -> None:
    sentence = input_sentence("car_tariff", _counts(release__us_cars=put_in, interior=others))
    assert bool(sentence) == is_said
    assert bool(input_sentences(_counts(release__us_cars=put_in, interior=others))) == is_said


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (
            {"release__us_cars": 98, "interior": 2},
            "Car tariff: 98 % of the deals sit on the US release of 15 % (us_cars): an input.",
        ),
        (
            {"release__us_cars": 980, "interior": 16, "grid__low": 4},
            "Car tariff: 98 % of the deals sit on the US release of 15 % (us_cars): an input.",
        ),
        ({"grid__low": 1}, "Car tariff: the only deal sits on the low end of the agenda, 2.5 %: an input."),
        (
            {"release__us_cars": 45, "ratification__us": 39, "grid__low": 12, "grid__high": 4},
            "Car tariff: 61 % of the deals sit on inputs: the US release of 15 % (us_cars) (45 %), the low end of the "
            "agenda, 2.5 % (12 %), others (4 %).",
        ),
    ],
)
def test_the_sentence(counts: dict[str, int], sentence: str) -> None:
    assert input_sentence("car_tariff", _counts(**counts)) == sentence


@pytest.mark.parametrize("constraint", ["delivery__budget", "ratification__us", "interior", "indifferent"])
def test_what_the_model_works_out_is_no_input(constraint: str) -> None:
    assert input_sentence("car_tariff", _counts(**{constraint: 100})) == ""


def test_over_points_it_is_said_at_how_many_and_by_what() -> None:
    parts: list[tuple[int | str, pd.DataFrame]] = [
        (0, _counts(release__us_cars=8, interior=2)),
        (1, _counts(interior=9)),
        (2, _counts(grid__low=3, release__us_cars=3, interior=5)),
        (3, _counts(interior=4)),
        (5, _counts(grid__low=1, interior=1)),
    ]
    assert sentences_over_points(together(parts, "point")) == {
        "car_tariff": "Car tariff: at 2 of 5 points with deals, more than half of them sit on inputs: the US release "
        "of 15 % (us_cars) and the low end of the agenda, 2.5 %."
    }
    assert sentences_over_points(together(parts[:1], "point")) == {
        "car_tariff": "Car tariff: at the only point with deals, more than half of them sit on an input: the US "
        "release of 15 % (us_cars)."
    }
    assert sentences_over_points(together(parts[1:2], "point")) == {}
    empty: Any = together([], "point")
    assert sentences_over_points(empty) == {}
