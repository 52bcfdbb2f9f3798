"""Every cell of what a chain prints and draws is its own value: rows, columns, units, and what is said in words."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.container import ErrorbarContainer

from experiments.figures.kit.style import BLUE, MUTED, ORANGE, VERMILLION
from experiments.questions.chain.figures import FIGURES, chain_cases, chain_orders
from experiments.questions.chain.text import answer, by_size, cases, orders, removed, seen
from tests.forecasts_by_hand import MEMBERS, chain_by_hand


def test_each_case_alone_and_in_the_chain() -> None:
    table = cases(chain_by_hand())
    assert table.columns == (
        "Case", "", "Deal, %", "in fact", "Country rate, %", "5 %", "median", "95 %", "in fact",
    )  # fmt: skip
    assert table.rows == (
        ("UK", "alone", "20.0 ±2.1", "yes", "10.1 ±0.2", "6.8", "10.3", "14.4", "10.7"),
        ("UK", "in the chain", "30.0 ±2.2", "yes", "15.1 ±0.3", "11.8", "15.3", "19.4", "10.7"),
        ("Korea", "alone", "40.0 ±2.3", "no", "20.1 ±0.4", "16.8", "20.3", "24.4", "-"),
        ("Korea", "in the chain", "50.0 ±2.4", "no", "25.1 ±0.5", "21.8", "25.3", "29.4", "-"),
        ("Brazil", "alone", "60.0 ±2.5", "-", "30.1 ±0.6", "26.8", "30.3", "34.4", "-"),
        ("Brazil", "in the chain", "70.0 ±2.6", "-", "35.1 ±0.7", "31.8", "35.3", "39.4", "-"),
    )


def test_rates_of_deals_and_what_each_case_sees() -> None:
    table = seen(chain_by_hand())
    assert table.columns == (
        "Case", "", "Deals: rate, %", "cars, %", "Seen: rate, %", "weight", "open", "executed",
    )  # fmt: skip
    assert table.rows[2:] == (
        ("Korea", "alone", "20.5", "20.7", "-", "0.31", "0.93", "0.50"),
        ("Korea", "in the chain", "25.5", "25.7", "25.8", "0.41", "0.92", "0.55"),
        ("Brazil", "alone", "30.5", "-", "-", "0.51", "0.91", "0.60"),
        ("Brazil", "in the chain", "35.5", "-", "35.8", "0.61", "0.90", "0.65"),
    )


def test_what_an_earlier_case_changes_with_chance_standing_back() -> None:
    table = removed(chain_by_hand())
    assert table.columns == (
        "Case", "Earlier case", "Deals", "Country rate", "from such deals", "from the rest", "Of deals both ways",
        "Such deals",
    )  # fmt: skip
    assert table.rows == (
        ("Korea", "UK", "+5.1 ±1.2", "-2.3 ±0.4", "-1.5", "-0.8", "-3.4 ±0.5", "41"),
        ("Brazil", "UK", "+0.6 ±1.7", "+0.7 ±0.8", "+0.3", "+0.4", "+0.9 ±1.0", "32"),
        ("Brazil", "Korea", "-6.1 ±1.6", "-1.6 ±0.6", "0.0", "-1.6", "-", "1"),
    )
    assert table.faint == {1}


def test_what_the_order_changes() -> None:
    table = orders(chain_by_hand())
    assert table.columns == (
        "Case", "Deal, %: alone", "in the chain", "over orders", "Rate, %: alone", "in the chain", "over orders",
    )  # fmt: skip
    assert table.rows == (
        ("UK", "20.0", "30.0", "30.0 to 36.0", "10.1", "15.1", "11.0 to 17.0"),
        ("Korea", "40.0", "50.0", "31.0 to 37.0", "20.1", "25.1", "12.0 to 18.0"),
        ("Brazil", "60.0", "70.0", "32.0 to 38.0", "30.1", "35.1", "13.0 to 19.0"),
    )
    sizes = by_size(chain_by_hand())
    assert sizes.columns == ("Order", "Cases", "Deals, %", "Country rate, %")
    assert sizes.rows == (
        ("chain", "UK, Korea, Brazil", "41.0", "14.2"),
        ("largest first, smallest first", "Korea, UK, Brazil", "43.0", "15.4"),
    )


def test_what_is_said() -> None:
    found = answer(chain_by_hand())
    first, order, inputs = found.more
    assert found.sentence == (
        "Of 2 later cases the chain moves Korea most: the country rate goes from 20.1 % to 25.1 % on average, deals "
        "from 40 % to 50 %."
    )
    assert [one.value for one in found.numbers[:4]] == ["50 %", "40 %", "25.1 %", "20.1 %"]
    assert found.inputs == "Korea: Inputs, not findings: reciprocal tariff (set by an end of the agenda in 61 %)."
    assert first == (
        "Chain of UK, Korea and Brazil, 90 runs of each; deals count by 2025-08-01. Runs without a deal count with the "
        "rate that is in force. Of single cases, UK moves Korea most: -2.3 ±0.4 points, -1.5 from "
        "runs that agree with and without it and -0.8 from deals made or lost and rates in force. It is the largest of "
        "3 differences, of which 2 are beyond chance; 0.2 would be on average if none were real."
    )
    assert order == "Over 3 orders the mean country rate of all cases is 13.6 % to 15.4 %."
    assert inputs == "Korea: Reciprocal tariff: 61 % of the deals sit on the high end of the agenda, 25 %: an input."


def test_changes_within_chance_are_said_to_be_none() -> None:
    result = chain_by_hand()
    quiet = chain_by_hand(removed=result.removed.assign(rec_error=1.0), orders=result.orders.iloc[:0])
    assert "No single earlier case moves a later rate beyond chance." in answer(quiet).more[0]
    assert "orders" not in answer(quiet).text
    assert set(quiet.drawings()) == {"chain_cases"}


def segments(axes: Axes) -> list[list[list[float]]]:
    found = next(
        one
        for one in axes.collections
        if isinstance(one, LineCollection) and float(np.atleast_1d(one.get_linewidth())[0]) == 1.6
    )
    return [part.round(6).tolist() for part in found.get_segments()]


def test_cases_are_drawn_in_per_cent_with_two_errors() -> None:
    deals, rates = chain_cases(chain_by_hand()).axes
    assert (deals.get_title("left"), rates.get_title("left")) == ("Deal", "Country rate that holds")
    assert (deals.get_xlabel(), rates.get_xlabel()) == ("Share of runs, %", "Rate, %")
    assert [label.get_text() for label in deals.get_yticklabels()] == list(MEMBERS)
    alone, chained = (one for one in deals.containers if isinstance(one, ErrorbarContainer))
    assert np.asarray(alone.lines[0].get_xydata(), float).round(6).tolist() == [[20, -0.16], [40, 0.84], [60, 1.84]]
    assert np.asarray(chained.lines[0].get_xydata(), float).round(6).tolist() == [[30, 0.16], [50, 1.16], [70, 2.16]]
    ends = [part[:, 0].round(6).tolist() for part in alone.lines[2][0].get_segments()]
    assert ends == [[15.8, 24.2], [35.4, 44.6], [55.0, 65.0]]
    colours = [MUTED.lower(), BLUE.lower()]
    assert [to_hex(one.lines[0].get_color()) for one in (alone, chained)] == colours
    assert [to_hex(line.get_color()) for line in rates.lines[:2]] == colours
    assert [one.get_label() for one in (alone, chained)] == ["alone", "in the chain"]
    legend = deals.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["in fact", "alone", "in the chain"]
    assert segments(rates)[1] == [[16.8, 0.84], [24.4, 0.84]]
    medians = [np.asarray(line.get_xdata(), float).round(6).tolist() for line in rates.lines]
    # The last ones are the facts: of the UK a deal and its rate, of Korea that there was none.
    assert medians == [[10.3, 20.3, 30.3], [15.3, 25.3, 35.3], [10.7]]
    facts = {axes: [line for line in axes.lines if line.get_label() == "in fact"] for axes in (deals, rates)}
    assert np.asarray(facts[deals][0].get_xydata(), float).round(6).tolist() == [[100, 0], [0, 1]]
    assert np.asarray(facts[rates][0].get_xydata(), float).round(6).tolist() == [[10.7, 0]]


def test_orders_are_drawn_with_those_by_size_marked() -> None:
    deals, rates = chain_orders(chain_by_hand()).axes
    assert (deals.get_xlabel(), rates.get_xlabel()) == ("Share of runs, %", "Rate, %")
    drawn = [np.asarray(line.get_xdata(), float).round(6).tolist() for line in rates.lines]
    # Of the UK: all orders, largest first, smallest first, alone.
    assert drawn[:4] == [[11, 14, 17], [14], [14], [10.1]]
    own = [np.asarray(line.get_xdata(), float).round(6).tolist() for line in deals.lines]
    assert own[4:8] == [[31, 34, 37], [34], [34], [40]]
    assert (deals.get_title("left"), rates.get_title("left")) == ("Deal", "Mean country rate")
    # The largest first is also the smallest first here, and so each mark has its own colour.
    marks = {"largest first": VERMILLION.lower(), "smallest first": ORANGE.lower(), "alone": MUTED.lower()}
    legend = deals.get_legend()
    assert legend is not None
    names = [text.get_text() for text in legend.get_texts()]
    assert dict(zip(names, (to_hex(line.get_color()) for line in legend.get_lines()), strict=True)) == marks
    assert [to_hex(line.get_color()) for line in rates.lines[1:4]] == [*marks.values()]
    assert set(FIGURES) == set(chain_by_hand().drawings())


def test_plain_data_has_every_table() -> None:
    plain = chain_by_hand().plain()
    assert plain.keys() == {
        "chain", "horizon", "runs", "seed", "inputs", "cases", "removed", "orders", "places", "constraints",
    }  # fmt: skip
    assert plain["cases"][3]["reference"] == pytest.approx(0.258)
    assert plain["removed"][2]["deal_rec_change"] is None
