"""Every cell of the tables of a run, in the terminal and on its page, holds the number that belongs there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.config.load import load_config
from experiments.questions.run.summary import summarise
from experiments.questions.run.tables import deal_tables, difference_table, outcome_table, solution_table
from experiments.questions.run.text import render
from experiments.questions.run.words import answer
from tests.made_up import headings, made_up, tables_of
from tests.tree import ROOT

PERCENT = ["12.5", "13.5", "15.0", "16.5", "17.5"]


def test_printed_tables_cell_by_cell() -> None:
    outcomes, rounds, package, gains, gaps, differences = tables_of(lambda console: render(made_up(), console))
    assert outcomes.title == "Outcomes of 800 runs"
    assert headings(outcomes) == ["", "runs", "share", "95 % interval"]
    assert outcomes.rows == [
        ("Agreement", "500", "62.5 %", "59.1 to 65.8 %"),
        ("  US accepts", "310", "38.8 %", "35.4 to 42.2 %"),
        ("  Japan accepts", "190", "23.8 %", "20.9 to 26.8 %"),
        ("Stall", "200", "25.0 %", "22.1 to 28.1 %"),
        ("  no zone", "200", "25.0 %", "22.1 to 28.1 %"),
        ("Walk-out", "100", "12.5 %", "10.4 to 15.0 %"),
        ("  US ideal below reservation", "100", "12.5 %", "10.4 to 15.0 %"),
    ]
    assert headings(rounds) == ["", "5 %", "25 %", "median", "75 %", "95 %"]
    assert rounds.rows == [
        ("All runs", "2", "4", "6", "8", "11"),
        ("  on", "2025-05-02", "2025-05-04", "2025-05-06", "2025-05-08", "2025-05-11"),
        ("Agreement", "1", "3", "5", "7", "9"),
        ("  on", "2025-05-01", "2025-05-03", "2025-05-05", "2025-05-07", "2025-05-09"),
        ("Stall", "12", "13", "14", "15", "16"),
        ("  on", "2025-05-12", "2025-05-13", "2025-05-14", "2025-05-15", "2025-05-16"),
        ("Walk-out", "17", "18", "19", "20", "21"),
        ("  on", "2025-05-17", "2025-05-18", "2025-05-19", "2025-05-20", "2025-05-21"),
    ]
    assert package.title == "Agreed package, quantiles of 500 agreements"
    assert headings(package) == ["", "5 %", "25 %", "median", "75 %", "95 %", "unit"]
    assert package.rows == [
        ("Car tariff", *PERCENT, "%"),
        ("Chip purchases", "1.25", "2.50", "3.75", "5.25", "6.50", "US$ bn"),
        ("Subsidy rate", "31.1", "32.2", "33.3", "34.4", "35.5", "%"),
        ("Subsidy cost", "0.61", "0.72", "0.83", "0.94", "1.05", "US$ bn a year"),
        ("Chips: headline", "6.10", "6.30", "6.50", "6.70", "6.90", "US$ bn"),
        ("Chips: additional", "2.11", "2.22", "2.33", "2.44", "2.55", "US$ bn a year"),
        ("Chips: booked as US export", "3.11", "3.22", "3.33", "3.44", "3.55", "US$ bn a year"),
        ("Chip price over list price", "1.01", "1.02", "1.03", "1.04", "1.05", "ratio"),
    ]
    assert gains.title.startswith("Gain over walking away")
    assert gains.rows == [
        ("US Treasury", "-1.11", "-0.22", "+0.33", "+1.44", "+2.55", "US$ bn a year"),
        ("Japan's government", "+4.11", "+4.22", "+4.33", "+4.44", "+4.55", "US$ bn a year"),
        ("SoftBank", "+7.11", "+7.22", "+7.33", "+7.44", "+7.55", "US$ bn a year"),
    ]
    assert "300 runs" in gaps.title
    assert gaps.rows == [
        ("Car tariff", "-1.10", "1.20", "4.30", "5.40", "6.50", "points"),
        ("Chip purchases", "1.15", "2.25", "3.35", "4.45", "5.55", "US$ bn"),
    ]
    assert gaps.caption == (
        "Last offers of both sides. Below zero, offers have crossed. Zero without a deal: both table the same value, "
        "and a side still cannot sign the package: it needs more, which is walking away plus a margin at home, or a "
        "red line or the domestic table forbids it. In 97 of 300 runs both table one and the same package: even its "
        "best package is worth less to the US than what it needs (90); no package gives both sides what they need (7)."
    )
    assert headings(differences) == ["Parameter", "median: deal", "no deal", "effect", "95 % interval", "p"]
    assert differences.rows == [
        ("us_treasury.consumer_weight", "0.81", "0.52", "+0.63", "+0.41 to +0.74", "<0.001"),
        ("economy.horizon", "8.50", "9.25", "-0.12", "-0.31 to +0.09", "0.346"),
    ]
    assert differences.caption.endswith("1 of 2 differ at the 5 % level")


def test_the_page_has_the_same_cells() -> None:
    summary = made_up()
    outcomes = outcome_table(summary)
    assert outcomes.columns == ("Outcome", "Reason", "Runs", "Share", "95 % interval")
    assert [row[2:] for row in outcomes.rows] == [
        ("500", "62.5 %", "59.1 to 65.8 %"),
        ("310", "38.8 %", "35.4 to 42.2 %"),
        ("190", "23.8 %", "20.9 to 26.8 %"),
        ("200", "25.0 %", "22.1 to 28.1 %"),
        ("200", "25.0 %", "22.1 to 28.1 %"),
        ("100", "12.5 %", "10.4 to 15.0 %"),
        ("100", "12.5 %", "10.4 to 15.0 %"),
    ]
    assert [row[:2] for row in outcomes.rows] == [
        ("Agreement", ""),
        ("", "the US accepts Japan's offer"),
        ("", "Japan accepts the US offer"),
        ("Stall", ""),
        ("", "no package gives both sides what they need"),
        ("Walk-out", ""),
        ("", "even its best package is worth less to the US than what it needs"),
    ]
    package, pledge, gains, gaps = deal_tables(summary, {})
    printed = tables_of(lambda console: render(summary, console))
    assert list(package.rows) == printed[2].rows[:2]
    assert list(pledge.rows) == printed[2].rows[2:]
    assert list(gains.rows) == printed[3].rows
    assert list(gaps.rows) == printed[4].rows
    assert gaps.note == printed[4].caption
    for table, first in ((package, "Issue"), (pledge, "Quantity"), (gains, "Who"), (gaps, "Issue")):
        assert table.columns == (first, "5 %", "25 %", "Median", "75 %", "95 %", "Unit")
        assert table.numeric == frozenset(range(1, 6))


def test_the_page_says_what_sets_deals_apart_cell_by_cell() -> None:
    table = difference_table(made_up(), load_config(ROOT / "configs" / "july_2025.yaml"))
    assert table is not None
    assert table.columns == ("Number drawn", "Unit", "Median: deal", "No deal", "Effect", "95 % interval", "p")
    assert [row[2:] for row in table.rows] == [
        ("0.81", "0.52", "+0.63", "+0.41 to +0.74", "<0.001"),
        ("8.50", "9.25", "-0.12", "-0.31 to +0.09", "0.346"),
    ]
    assert [row[0].partition(" ")[0] for row in table.rows] == ["us_treasury.consumer_weight", "economy.horizon"]
    assert table.note.endswith("p holds for all 2 numbers together (Holm); 1 differ clearly.")


def test_points_to_compare_with_keep_their_sides() -> None:
    table = solution_table({"Nash": (1.25, -2.5), "None": None})
    assert table.columns == ("Point", "US", "Japan", "Unit")
    assert table.rows == (("Nash", "+1.25", "-2.50", "US$ bn a year"), ("None", "-", "-", "US$ bn a year"))


def test_the_answer_takes_each_number_from_its_place() -> None:
    text = answer(made_up(), {})
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
    assert "a lower value of us_treasury.consumer_weight" in answer(replace(made_up(), differences=lower), {})


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
