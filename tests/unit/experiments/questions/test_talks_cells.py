"""Every cell of the tables that tell of one negotiation, and of the trials of guests, is the number of its place."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from experiments.engine.settlement import Settlement
from experiments.seats.trials import GuestTrial, as_data, print_trials
from experiments.story.constraints import READ
from experiments.story.ending import NO_GAP, print_ending
from experiments.story.narrative import Ending, Story
from tests.made_up import headings, tables_of


def _story(package: dict[str, float] | None) -> Story:
    settlement = Settlement(
        {"us_treasury": 1.25, "partner": -4.5, "NTT": 0.0125},
        {"us_treasury": 0.5, "partner": -2.25, "NTT": 0.0025},
        np.zeros(1),
        60.0,
        dealt=True,
    )
    ledger = {
        "us_treasury": {"tariff_revenue": (3.5, 5.25), "consumers": (-1.25, -4.0)},
        "partner": {"exporters_rent": (-6.5, -7.75)},
    }
    return Story(
        "title", 0, 1, ("linear", "conceder"), True, (),
        Ending("agreement", "us_accepts", package, settlement, ledger, {"car_tariff": 0.043}), "aspiration",
    )  # fmt: skip


def test_the_end_of_talks_cell_by_cell() -> None:
    story = _story({"car_tariff": 0.175, "chip_purchases": 3.25})
    package, sides, firms, us, partner = tables_of(lambda console: print_ending(story, console, {}, 100))
    assert package.rows == [("Car tariff", "17.5 %"), ("Chip purchases", "US$3.25 bn")]
    assert headings(sides) == ["", "at the end", "walking away", "gain over it"]
    assert sides.title == "Payoffs of the governments, US$ bn a year"
    assert sides.rows == [("US Treasury", "1.25", "0.50", "+0.75"), ("Japan's government", "-4.50", "-2.25", "-2.25")]
    assert firms.title == "Payoffs of firms and chip makers, US$ m a year"
    assert firms.rows == [("NTT", "12.50", "2.50", "+10.00")]
    assert headings(us) == ["", "status quo", "the deal", "change"]
    assert us.rows == [
        ("Consumers", "-4.00", "-1.25", "+2.75"),
        ("Tariff revenue", "5.25", "3.50", "-1.75"),
        ("All other terms", "0.00", "0.00", "0.00"),
        ("Payoff", "1.25", "2.25", "+1.00"),
    ]
    assert partner.rows[0] == ("Exporters rent", "-7.75", "-6.50", "+1.25")
    told = "Status quo: today's tariffs, with the chance that the courts strike down the reciprocal one."
    assert us.caption == partner.caption == told


def test_a_deal_is_told_with_what_each_issue_sits_on() -> None:
    story = _story({"car_tariff": 0.175, "chip_purchases": 3.25, "materials_support": 0.5})
    sits_on = {
        "chip_purchases": ("delivery:budget", "what the subsidy budget pays for"),
        "car_tariff": ("red_line:us_cars", "the US red line of 17.5 % (us_cars)"),
    }
    told = replace(story, ending=replace(story.ending, sits_on=sits_on))
    package = tables_of(lambda console: print_ending(told, console, {}, 100))[0]
    assert headings(package) == ["", "value", "which sits on"]
    assert package.rows == [
        ("Car tariff", "17.5 %", "the US red line of 17.5 % (us_cars)"),
        ("Chip purchases", "US$3.25 bn", "what the subsidy budget pays for"),
        ("Materials support", "50 %", "-"),
    ]
    assert package.caption == READ


def test_a_gap_is_told_in_points() -> None:
    gap = tables_of(lambda console: print_ending(_story(None), console, {}, 100))[0]
    assert headings(gap) == ["", "US asks", "Japan asks", "US less Japan"]
    assert gap.caption == ""


def test_why_a_package_that_both_table_is_no_deal_is_told() -> None:
    story = _story(None)
    # A rate that both sum has gaps of rounding, as in the summary of many runs.
    for rest, caption in ((0.0, NO_GAP), (0.1 + 0.2 - 0.3, NO_GAP), (0.3 - (0.1 + 0.2), NO_GAP), (-1e-6, "")):
        met = replace(story, ending=replace(story.ending, gaps={"car_tariff": rest, "chip_purchases": 0.0}))
        gap = tables_of(partial(print_ending, met, units={}, width=100))[0]
        assert gap.caption == caption
    assert "walking away plus a margin at home" in NO_GAP


def test_the_trials_of_guests_cell_by_cell() -> None:
    trials = [
        GuestTrial("negmas:A", ("agreement",), ("stall",), 3, 5, 1.25, None),
        GuestTrial("negmas:B", ("agreement", "stall", "stall"), ("walkout",) * 3, 7, 11, 2.5, None),
        GuestTrial("negmas:C", (), (), 0, 0, 0.75, "C needs Java"),
    ]
    (table,) = tables_of(lambda console: print_trials(trials, console))
    assert headings(table) == ["guest", "ends as the US", "ends as Japan", "replaced", "refused", "s"]
    assert table.rows == [
        ("negmas:A", "agreement", "stall", "3", "5", "1.2"),
        ("negmas:B", "1 agreement, 2 stall", "3 walkout", "7", "11", "2.5"),
        ("negmas:C", "did not play", "", "", "", "0.8"),
    ]
    told = as_data(trials)
    assert (told["guests"], told["played"]) == (3, 2)
    second = told["trials"][1]
    assert (second["replaced"], second["refused"], second["us"][0], second["partner"][0]) == (
        7,
        11,
        "agreement",
        "walkout",
    )
