"""Every cell of the tables of a run, in the terminal and on its page, holds the number that belongs there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.config.load import load_config
from experiments.questions.run.answer import answer
from experiments.questions.run.summary import summarise
from experiments.questions.run.text import (
    blocks,
    constraint_blocks,
    deal_tables,
    differences,
    outcome_table,
    round_table,
    solution_table,
)
from experiments.report.blocks import Answer, Table, Words
from experiments.report.terminal import print_blocks
from experiments.story.constraints import MISSING, READ, input_sentences, inputs_in_short, worded
from tests.made_up import headings, made_up, tables_of
from tests.tree import ROOT

PERCENT = ["12.5", "13.5", "15.0", "16.5", "17.5"]


QUANTILES = ("5 %", "25 %", "Median", "75 %", "95 %")
JULY = load_config(ROOT / "configs" / "july_2025.yaml")


def test_outcomes_cell_by_cell() -> None:
    table = outcome_table(made_up())
    assert table.caption == "How 800 negotiations ended"
    assert table.columns == ("Outcome", "Reason", "Runs", "Share", "95 % interval")
    assert table.numeric == {2, 3, 4}
    assert table.rows == (
        ("Agreement", "", "500", "62.5 %", "59.1 to 65.8 %"),
        ("", "the US accepts Japan's offer", "310", "38.8 %", "35.4 to 42.2 %"),
        ("", "Japan accepts the US offer", "190", "23.8 %", "20.9 to 26.8 %"),
        ("Stall", "", "200", "25.0 %", "22.1 to 28.1 %"),
        ("", "no package gives both sides what they need", "200", "25.0 %", "22.1 to 28.1 %"),
        ("Walk-out", "", "100", "12.5 %", "10.4 to 15.0 %"),
        ("", "even its best package is worth less to the US than what it needs", "100", "12.5 %", "10.4 to 15.0 %"),
    )
    assert table.strong == {0, 3, 5}, "outcomes stand out, their reasons do not"


def test_rounds_and_their_dates_cell_by_cell() -> None:
    table = round_table(made_up())
    assert table.columns == ("Outcome", "", *QUANTILES)
    assert table.numeric == set(range(2, 7))
    assert table.rows == (
        ("All runs", "round", "2", "4", "6", "8", "11"),
        ("", "date", "2025-05-02", "2025-05-04", "2025-05-06", "2025-05-08", "2025-05-11"),
        ("Agreement", "round", "1", "3", "5", "7", "9"),
        ("", "date", "2025-05-01", "2025-05-03", "2025-05-05", "2025-05-07", "2025-05-09"),
        ("Stall", "round", "12", "13", "14", "15", "16"),
        ("", "date", "2025-05-12", "2025-05-13", "2025-05-14", "2025-05-15", "2025-05-16"),
        ("Walk-out", "round", "17", "18", "19", "20", "21"),
        ("", "date", "2025-05-17", "2025-05-18", "2025-05-19", "2025-05-20", "2025-05-21"),
    )


def test_what_deals_say_cell_by_cell() -> None:
    package, pledge, gains, gaps = deal_tables(made_up(), {}, {})
    assert package.caption == "The agreed package, over 500 deals"
    assert package.rows == (
        ("Car tariff", *PERCENT, "%"),
        ("Chip purchases", "1.25", "2.50", "3.75", "5.25", "6.50", "US$ bn"),
    )
    assert pledge.caption == "The chip pledge behind it, over 500 deals"
    assert pledge.rows == (
        ("Subsidy rate", "31.1", "32.2", "33.3", "34.4", "35.5", "%"),
        ("Subsidy cost", "0.61", "0.72", "0.83", "0.94", "1.05", "US$ bn a year"),
        ("Chips: headline", "6.10", "6.30", "6.50", "6.70", "6.90", "US$ bn"),
        ("Chips: additional", "2.11", "2.22", "2.33", "2.44", "2.55", "US$ bn a year"),
        ("Chips: booked as US export", "3.11", "3.22", "3.33", "3.44", "3.55", "US$ bn a year"),
        ("Chip price over list price", "1.01", "1.02", "1.03", "1.04", "1.05", "ratio"),
    )
    assert gains.caption == "Gain over walking away, over 500 deals"
    assert gains.rows == (
        ("US Treasury", "-1.11", "-0.22", "+0.33", "+1.44", "+2.55", "US$ bn a year"),
        ("Japan's government", "+4.11", "+4.22", "+4.33", "+4.44", "+4.55", "US$ bn a year"),
        ("SoftBank", "+7.11", "+7.22", "+7.33", "+7.44", "+7.55", "US$ bn a year"),
    )
    assert gaps.caption == "Gap left in 300 runs without a deal, US less Japan"
    assert gaps.rows == (
        ("Car tariff", "-1.10", "1.20", "4.30", "5.40", "6.50", "points"),
        ("Chip purchases", "1.15", "2.25", "3.35", "4.45", "5.55", "US$ bn"),
    )
    assert gaps.note == (
        "Last offers of both sides. Below zero, offers have crossed. Zero without a deal: both table the same value, "
        "and a side still cannot sign the package: it needs more, which is walking away plus a margin at home, or a "
        "red line or the domestic table forbids it. In 97 of 300 runs both table one and the same package: even its "
        "best package is worth less to the US than what it needs (90); no package gives both sides what they need (7)."
    )
    for table, first in ((package, "Issue"), (pledge, "Quantity"), (gains, "Who"), (gaps, "Issue")):
        assert table.columns == (first, *QUANTILES, "Unit")
        assert table.numeric == frozenset(range(1, 6))


def test_what_deals_sit_on_cell_by_cell() -> None:
    (table,) = constraint_blocks(500, worded(made_up().constraints, JULY))
    assert isinstance(table, Table)
    assert table.caption == "What the agreed value of each issue sits on, over 500 deals"
    assert table.columns == ("Issue", "Sits on", "Which is", "Deals", "Share")
    assert table.numeric == {3, 4}
    assert table.note == READ
    assert table.rows == (
        ("Car tariff", "The low end of the agenda, 2.5 %", "input", "310", "62 %"),
        ("", "No constraint", "result", "103", "20.6 %"),
        ("", "What the US needs to ratify", "result", "87", "17.4 %"),
        ("Chip purchases", "What the subsidy budget pays for", "result", "251", "50.2 %"),
        ("", "The high end of the agenda, US$13.9 bn", "input", "249", "49.8 %"),
    )


def test_shares_are_of_the_deals_with_the_issue_on_the_table() -> None:
    """Chip purchases are on the table in 500 of 800 deals."""
    (some,) = constraint_blocks(800, worded(made_up().constraints, JULY))
    (every,) = constraint_blocks(500, worded(made_up().constraints, JULY))
    assert isinstance(some, Table)
    assert isinstance(every, Table)
    assert some.caption == "What the agreed value of each issue sits on, over 800 deals"
    assert some.rows == every.rows
    fewer = made_up().constraints.query("constraint != 'grid:high'")
    (own,) = constraint_blocks(800, worded(fewer, JULY))
    assert isinstance(own, Table)
    assert [(row[3], row[4]) for row in own.rows] == [
        ("310", "62 %"), ("103", "20.6 %"), ("87", "17.4 %"), ("251", "100 %"),
    ]  # fmt: skip


def test_medians_of_what_is_put_in_come_with_that_sentence() -> None:
    """The car tariff is put in in 62 % of the deals, chip purchases in 49.8 %."""
    sentence = "Car tariff: 62 % of the deals sit on the low end of the agenda, 2.5 %: an input."
    inputs = input_sentences(worded(made_up().constraints, JULY))
    assert inputs == {"car_tariff": sentence}
    assert sentence in answer(made_up(), {}, inputs).text
    package, pledge, *_ = deal_tables(made_up(), {}, inputs)
    assert (package.note, pledge.note) == (sentence, "")
    _, pledge, *_ = deal_tables(made_up(), {}, {"chip_purchases": "Of chips."})
    assert pledge.note == "Of chips.", "the headline of the pledge is the agreed purchase"


def test_a_table_of_runs_without_the_columns_says_so() -> None:
    unknown = replace(made_up(), constraints=made_up().constraints.iloc[:0])
    found = list(constraint_blocks(500, worded(unknown.constraints, JULY)))
    assert found == [Words((MISSING,))]
    assert not list(constraint_blocks(0, worded(unknown.constraints, JULY)))


def test_what_sets_deals_apart_cell_by_cell() -> None:
    table = differences(made_up(), JULY)
    assert isinstance(table, Table)
    assert table.columns == ("Number drawn", "Unit", "Median: deal", "No deal", "Effect", "95 % interval", "p")
    assert [row[2:] for row in table.rows] == [
        ("0.81", "0.52", "+0.63", "+0.41 to +0.74", "<0.001"),
        ("8.50", "9.25", "-0.12", "-0.31 to +0.09", "0.346"),
    ]
    assert [row[0].rpartition(" ")[2] for row in table.rows] == ["us_treasury.consumer_weight", "economy.horizon"]
    assert [row[1] for row in table.rows] == ["weight", "years"]
    assert table.faint == {1}, "what may be chance stands back"
    assert table.note.endswith("p holds for all 2 numbers together (Holm); 1 differ clearly.")


def test_the_terminal_prints_the_blocks_of_the_page() -> None:
    found = list(blocks(made_up(), JULY))
    assert isinstance(found[0], Answer)
    words = worded(made_up().constraints, JULY)
    assert found[0] == answer(made_up(), {}, input_sentences(words), inputs_in_short(words))
    _, *printed = tables_of(lambda console: print_blocks(found, console))
    of_page = [block for block in found if isinstance(block, Table)]
    assert [(one.title, one.rows, one.caption) for one in printed] == [
        (one.caption, list(one.rows), one.note) for one in of_page
    ]
    assert [headings(one) for one in printed] == [list(one.columns) for one in of_page]
    assert len(of_page) == 8


def test_points_to_compare_with_keep_their_sides() -> None:
    table = solution_table({"Nash": (1.25, -2.5), "None": None})
    assert table.columns == ("Point", "US", "Japan", "Unit")
    assert table.rows == (("Nash", "+1.25", "-2.50", "US$ bn a year"), ("None", "-", "-", "US$ bn a year"))


def test_the_answer_takes_each_number_from_its_place() -> None:
    text = answer(made_up(), {}, {}).text
    for part in (
        "Of 800 simulated negotiations, 62.5 % ended in a deal (95 % interval: 59.1 % to 65.8 %)",
        "half of the deals were made by round 5 (5 May 2025)",
        "car tariff 15 %, chip purchases US$3.75 bn",
        "the US gains US$0.33 bn a year and Japan gains US$4.33 bn a year",
        "stall 25 %, walk-out 12.5 %",
        "The most frequent reason: no package gives both sides what they need",
        "a higher value of us_treasury.consumer_weight",
    ):
        assert part in text
    lower = made_up().differences.assign(effect=[-0.63, -0.12])
    assert "a lower value of us_treasury.consumer_weight" in answer(replace(made_up(), differences=lower), {}, {}).text


def _runs() -> pd.DataFrame:
    """50 runs by hand: 30 deals with values of their own, 20 runs without one."""
    deal = np.arange(50) < 30
    number = np.arange(50.0)
    return pd.DataFrame(
        {
            "outcome": np.where(deal, "agreement", "stall"),
            "reason": np.where(np.arange(50) < 18, "us_accepts", np.where(deal, "partner_accepts", "no_zone")),
            "round": np.where(deal, number + 1, 100 + number),
            "us.car_tariff": np.where(deal, 0.9, 0.20 + number / 1000),
            "partner.car_tariff": np.where(deal, 0.1, 0.10),
            "car_tariff": np.where(deal, 0.10 + number / 1000, np.nan),
            "gain.us_treasury": np.where(deal, number, -1000.0),
            "gain.partner": np.where(deal, 2 * number, -1000.0),
            "subsidy_rate": np.where(deal, number / 100, np.nan),
            "chip_price": np.where(deal, 1 + number / 10, np.nan),
            "param.economy.horizon": np.where(deal, 12.5, number - 30.0),
        }
    )


def test_a_summary_of_runs_by_hand() -> None:
    summary = summarise(_runs())
    # Wilson with z = 1.959964, 30 of 50 and 18 of 50, by hand.
    assert summary.outcomes.to_numpy().tolist()[0][:3] == ["agreement", 30, 0.6]
    assert list(summary.outcomes.loc[0, ["low", "high"]]) == pytest.approx([0.4618, 0.7239], abs=5e-5)
    reasons = summary.reasons.set_index("reason")
    assert list(reasons.loc["us_accepts", ["count", "share"]]) == [18, 0.36]
    assert list(reasons.loc["us_accepts", ["low", "high"]]) == pytest.approx([0.2414, 0.4986], abs=5e-5)
    # Quantiles of 0..29 are 29 q; of 0..19, 19 q.
    of_30, of_20 = (np.array([0.05, 0.25, 0.5, 0.75, 0.95]) * last for last in (29, 19))
    for frame, key, expected in (
        (summary.package, "car_tariff", 0.10 + of_30 / 1000),
        (summary.pledge, "subsidy_rate", of_30 / 100),
        (summary.pledge, "chip_price", 1 + of_30 / 10),
        (summary.gains, "us_treasury", of_30),
        (summary.gains, "partner", 2 * of_30),
        (summary.gaps, "car_tariff", 0.13 + of_20 / 1000),
        # The first round by which so large a share had ended: values 2, 8, 15, 23, 29 of 30 and 1, 5, 10, 15, 19 of 20.
        (summary.rounds, "agreement", np.array([2.0, 8.0, 15.0, 23.0, 29.0])),
        (summary.rounds, "stall", np.array([130.0, 134.0, 139.0, 144.0, 148.0])),
    ):
        row = frame.set_index(frame.columns[0]).loc[key]
        assert row["count"] == (20 if key == "stall" or frame is summary.gaps else 30)
        assert list(row[["q05", "q25", "q50", "q75", "q95"]]) == pytest.approx(expected.tolist())


def test_the_effect_is_the_chance_of_more_less_that_of_fewer() -> None:
    (row,) = summarise(_runs()).differences.to_dict("records")
    # 12.5 is above 0..12, 13 of 20 values, and below 13..19, 7 of 20: (13 - 7) / 20.
    assert row["effect"] == pytest.approx(0.3)
    assert (row["deal_median"], row["other_median"]) == (12.5, 9.5)
    # z = (90 - 1/2) / sqrt(30 x 20 / 12 x (51 - 26970 / 2450)) = 2.0015, for 30 values are equal.
    assert row["p_value"] == pytest.approx(0.04534, abs=5e-6)
