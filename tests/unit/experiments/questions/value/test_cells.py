"""Every cell of a valued package is the number of its place, on the screen, on the page and as plain data."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from experiments.config.explain import further_units
from experiments.questions.value.findings import spread
from experiments.questions.value.page import page
from experiments.questions.value.text import (
    answer,
    domestic,
    governments,
    little_more,
    made_up,
    ones,
    over_draws,
    package,
)
from experiments.report.blocks import Commands, Table, html
from experiments.report.terminal import text_of
from tests import value_by_hand as by_hand
from tests.pages import as_written
from tests.value_by_hand import PARTNER, US, value_by_hand

HEADS = ("", "US", "Japan", "US, plain economics", "Japan, plain economics")
MADE_UP = (
    ("By itself it is worth, US$ bn a year", "+1.25", "-0.55", "+0.65", "-0.45"),
    ("Car tariff", "-2.01 points", "-1.03 points", "-4.12 points", "-3.24 points"),
)
SPREAD = (
    ("Car tariff", "-3 points", "-4.80 to -1.20", "5", "-1 point", "-1.54 to -0.46", "4"),
    ("Car tariff, plain economics", "-6 points", "-9.60 to -2.40", "5", "-3.75 points", "-5.77 to -1.73", "4"),
)
ONES = (("Chip purchases up by US$1 bn", "-0.61 points", "-0.29 points", "out of range", "-0.53 points"),)
LITTLE = (
    ("Car tariff, 1 point less", "-0.81", "+0.44", "-0.51", "+0.24"),
    ("Car tariff, 1 point more", "+0.79", "-0.71", "+0.49", "-0.23"),
    ("Chip purchases, US$1 bn more", "+0.33", "-0.13", "+0.21", "-0.12"),
)
OF_US = (
    ("Tariff revenue [weighted money]", "5.25", "2.25", "0.00", "7.50", "5.25"),
    ("Headline of the purchases [politics]", "0.00", "3.12", "0.00", "3.12", "0.00"),
    ("Precedent of a car cut for others [belief]", "0.00", "0.00", "-1.75", "-1.75", "-1.50"),
    ("Payoff", "5.25", "5.38", "-1.75", "8.88", "3.75"),
    ("Status quo, without a deal", "4.75", "1.75", "0.00", "6.50", "4.75"),
    ("Gain over the status quo", "+0.50", "+3.62", "-1.75", "+2.38", "-1.00"),
)
OF_PARTNER = (
    ("Rents of car exporters [weighted money]", "-6.00", "-2.25", "0.00", "-8.25", "-6.00"),
    ("Payoff", "-6.00", "-2.25", "0.00", "-8.25", "-6.00"),
    ("Status quo, without a deal", "-7.00", "-2.50", "0.00", "-9.50", "-7.00"),
    ("Gain over the status quo", "+1.00", "+0.25", "0.00", "+1.25", "+1.00"),
)
FIRMS = (
    ("Big", "Subsidy", "0.123"),
    ("Big", "Demand lost to tariffs", "-0.012"),
    ("Big", "Payoff", "0.111"),
    ("Small", "Payoff", "0.000"),
)
MAKERS = (("Vendor", "Margin on further output", "0.456"), ("Vendor", "Payoff", "0.456"))
PACKAGE = (
    "Car tariff: 17.5 %",
    "Chip purchases: US$1.50 bn (at the status quo)",
    "It crosses a red line of the US.",
)
ANSWER = (
    "Chip purchases up by US$3 bn: the US is as well off as before with the car tariff 2.01 points lower, and Japan is "
    "as well off as before with the car tariff 1.03 points lower. In plain economics it is 4.12 points lower for the "
    "US and 3.24 points lower for Japan. With the car tariff in between, both are better off. There is such a package "
    "in 3 of 4 draws, and in plain economics in 2 of 4 draws. The other draws have no move for one side or both: the "
    "chips cannot be delivered in 1. Such a package crosses a red line of the US: this is what the moves are worth, "
    "and not what can be signed."
)


def test_a_valued_package_cell_by_cell() -> None:
    result = value_by_hand()
    valued, units = result.valued, further_units(result.config)
    (table,) = made_up(valued, units)
    assert table.caption == "What makes up for chip purchases up by US$3 bn"
    assert (table.columns, table.rows) == (HEADS, MADE_UP)
    table = over_draws(valued, units)
    assert table.caption == "The same over 5 draws of the config: chip purchases up by US$3 bn"
    assert table.columns == ("", "US, median", "5 to 95 %", "draws", "Japan, median", "5 to 95 %", "draws")
    assert table.rows == SPREAD
    table = ones(valued, units)
    assert (table.caption, table.columns, table.rows) == ("What makes up for it in car tariff", HEADS, ONES)
    table = little_more(valued, units)
    assert table.caption == "What a little of each issue is worth, US$ bn a year"
    assert (table.columns, table.rows) == (HEADS, LITTLE)
    us, partner = governments(valued)
    assert us.caption == "US Treasury: what the package is worth, US$ bn a year"
    assert us.columns == partner.columns == ("", "money", "politics", "belief", "payoff", "plain economics")
    assert us.rows == OF_US
    assert us.strong == {3, 5}
    assert partner.caption == "Japan's government: what the package is worth, US$ bn a year"
    assert partner.rows == OF_PARTNER
    assert partner.strong == {1, 3}
    assert "both believe of the fund what Japan does" in us.note
    firms, makers = domestic(valued)
    assert (firms.rows, makers.rows) == (FIRMS, MAKERS)
    assert firms.strong == {2, 3}
    assert makers.strong == {1}
    assert firms.caption.startswith("Data-centre firms")
    assert makers.caption.startswith("Chip makers and their suppliers")


def test_the_answer_and_the_package_word_for_word() -> None:
    result = value_by_hand()
    assert answer(result.valued, result.config).text == ANSWER
    listing = package(result.valued, {})
    assert (listing.heading, listing.lines) == ("The package", PACKAGE)
    assert result.headline() == "case, at the medians: a package on 2025-06-11"
    deal = value_by_hand(at="deal", run=7, crosses=())
    assert deal.headline() == "case, run 7: the deal on 2025-06-11"
    assert package(deal.valued, {}).heading == "The deal"
    offer = value_by_hand(at="partner", run=7)
    assert package(offer.valued, {}).heading == "The last offer of Japan"


def told(**columns: dict[str, Any]) -> str:
    """The answer without draws, where some columns of the equivalents are others, by side."""
    table = by_hand.equivalents()
    political = table["account"] == "political"
    for side, values in columns.items():
        for column, value in values.items():
            table.loc[political & (table["side"] == side), column] = value
    result = value_by_hand()
    tables = {**result.valued.tables, "equivalents": table, "draws": by_hand.draws(0)}
    return answer(replace(result.valued, tables=tables, draws=0), result.config).text


def test_the_answer_says_whether_there_is_a_move_in_between_and_why_there_is_none() -> None:
    assert "draws" not in told()
    assert "With the car tariff in between, both are better off." in told()
    assert "No car tariff in between leaves both better off." in told(partner={"move": -0.03})
    # Where the partner gains by the amount and the US loses, it is the partner that would give more.
    turned = {US: {"change": -1.0}, PARTNER: {"change": 1.0}}
    assert "No car tariff in between leaves both better off." in told(**turned)
    assert "both are better off" in told(**{US: {"change": -1.0, "move": -0.005}, PARTNER: {"change": 1.0}})
    # Where both gain by it, nobody has to give anything.
    assert "in between" not in told(partner={"change": 0.5})
    nothing = told(partner={"move": np.nan, "why": "range", "crosses": ""}, us_treasury={"crosses": ""})
    assert (
        "and no car tariff makes up for it to Japan (the range of the car tariff ends before it makes up for it)"
        in nothing
    )
    assert "in between" not in nothing
    assert "red line" not in nothing
    assert "with the car tariff about the same" in told(us_treasury={"move": 0.0})
    assert "red lines of both" in told(us_treasury={"crosses": "us_treasury,partner"})
    assert "a red line of Japan" in told(us_treasury={"crosses": "partner"}, partner={"crosses": ""})


def test_the_spread_is_that_of_the_draws_with_a_move() -> None:
    found: Any = spread(by_hand.draws()).set_index(["account", "side"])
    # By hand, between the nearest two: of 1 to 5 the ends are 1.2 and 4.8, of 1 to 4 they are 1.15 and 3.85.
    assert found.loc[("political", US), ["low", "median", "high"]].to_list() == pytest.approx([-0.048, -0.03, -0.012])
    partner = found.loc[("plain", PARTNER)]
    assert (partner["draws"], partner["found"]) == (5, 4)
    assert [partner["low"], partner["median"], partner["high"]] == pytest.approx(
        [-0.015 * 3.85, -0.0375, -0.015 * 1.15]
    )


def test_screen_page_and_data_hold_every_cell() -> None:
    result = value_by_hand()
    screen = text_of(result.blocks(), 200)
    found = page(result, "light")
    shown = as_written(html(found, "light"))
    rows = (*MADE_UP, *SPREAD, *ONES, *LITTLE, *OF_US, *OF_PARTNER, *FIRMS, *MAKERS)
    tables = [block for section in found.sections for block in section.blocks if isinstance(block, Table)]
    on_page = {row for table in tables for row in table.rows}
    for row in rows:
        # A long name of a row is broken into lines.
        assert any(all(cell in line for cell in row[1:]) for line in screen.splitlines()), row
        assert row in on_page
    assert found.answer.text == ANSWER
    assert "Plain economics sets" in shown
    assert "us_treasury.deficit_weight: 0" in shown
    commands = [
        line for section in found.sections for block in section.blocks if isinstance(block, Commands)
        for line in block.lines
    ]  # fmt: skip
    assert commands == [
        "winset value case.yaml --seed 4 --on 2025-06-11 --package car_tariff=0.175 --between "
        "chip_purchases,car_tariff --amount chip_purchases=3.0 --draws 5"
    ]
    data = json.loads(result.json())
    assert data["crosses_red_line_of"] == ["us_treasury"]
    assert data["amount"] == ["chip_purchases", 3.0]
    assert data["terms"][0] == {
        "agent": US, "role": US, "state": "package", "term": "tariff_revenue", "payoff": 7.5, "money": 5.25,
        "politics": 2.25, "belief": 0.0, "plain": 5.25,
    }  # fmt: skip
    assert data["units"][2]["move"] is None
    assert data["spread"][1]["found"] == 4
