"""What is printed of position forecasts: every cell of every table, on numbers that differ in all of them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.labels import number, percent
from experiments.positions.contests import READINGS
from experiments.positions.table import PositionTable
from experiments.questions.positions.findings import PositionFindings, rounds_table
from experiments.questions.positions.forecasts import FORECASTERS
from experiments.questions.positions.noise import DEVIATIONS
from experiments.questions.positions.page import _actors
from experiments.questions.positions.text import (
    answer,
    blocks,
    exchanges,
    heading,
    is_split,
    laws,
    rounds,
    side_by_side,
)
from experiments.report.blocks import Table, Words
from experiments.report.terminal import text_of
from tests.positions_by_hand import (
    chain_by_hand,
    forecasts_by_hand,
    noise_by_hand,
    paths_by_hand,
    table_by_hand,
    trades_by_hand,
)


def findings(**changes: Any) -> PositionFindings:
    manifest: Any = SimpleNamespace(seed=1)
    made = PositionFindings(
        table_by_hand(), manifest, None, forecasts_by_hand(), noise_by_hand(), paths_by_hand(), chain_by_hand(),
        trades_by_hand(), draws=40, every_order=True,
    )  # fmt: skip
    return replace(made, **changes)


def test_a_name_with_underscores_is_printed_in_words_and_money_as_money() -> None:
    delay, quota = table_by_hand().issues
    renamed = {"delay": "entry_delay", "quota share": "fund_size"}
    tables = {
        name: made.replace({column: renamed for column in ("issue", "first", "second") if column in made})
        for name, made in (("forecasts", forecasts_by_hand()), ("noise", noise_by_hand()), ("paths", paths_by_hand()),
                           ("chain", chain_by_hand()), ("trades", trades_by_hand()))
    }  # fmt: skip
    table = replace(
        table_by_hand(),
        issues=(replace(delay, name="entry_delay"), replace(quota, name="fund_size", unit="US$ bn")),
    )
    result = findings(table=table, **tables)
    shown = text_of(blocks(result), 400)
    assert "_" not in shown.replace("by_hand", "")
    mean = number(_of(result.forecasts, "fund_size", "weighted_mean").iloc[0]["value"])
    assert f"US${mean} bn on fund size" in shown


def _of(table: pd.DataFrame, issue: str, forecaster: str) -> pd.DataFrame:
    return table[(table["issue"] == issue) & (table["forecaster"] == forecaster)]


def test_every_forecaster_stands_in_its_row_with_its_own_numbers() -> None:
    result = findings()
    for issue in result.table.issues:
        shown = side_by_side(result, issue)
        assert [row[0] for row in shown.rows] == [*FORECASTERS.values()]
        assert shown.strong == {0}, "the weighted mean stands out"
        assert shown.columns == ("", "answer", "5 to 95 %, error 0.01", "5 to 95 %, error 0.05", "far off, error 0.05")
        for row, name in zip(shown.rows, FORECASTERS, strict=True):
            still = _of(result.forecasts, issue.name, name).iloc[0]
            said = number(still["value"])
            if name == "equal_gain":
                said += f" ({number(still['low'])} to {number(still['high'])})"
            small, large = _of(result.noise, issue.name, name).to_dict("records")
            assert (small["deviation"], large["deviation"]) == DEVIATIONS
            ends = ["-" if np.isnan(one["low"]) else f"{number(one['low'])} to {number(one['high'])}"
                    for one in (small, large)]  # fmt: skip
            assert row[1:] == (said, *ends, "-" if np.isnan(still["value"]) else percent(large["far"]))
    assert side_by_side(result, result.table.issues[0]).caption == "delay, years (range 0 to 10)"
    assert side_by_side(result, result.table.issues[1]).caption == "quota share (range 0 to 60)"


def test_the_note_says_what_errors_are_and_whether_all_orders_were_tried() -> None:
    result = findings()
    first, last = (side_by_side(result, issue).note for issue in result.table.issues)
    assert first == ""
    assert "40 draws each" in last
    assert last.endswith("over the orders of trades of equal gain.")
    some = side_by_side(findings(every_order=False), result.table.issues[1]).note
    assert some.endswith("over the orders of trades of equal gain, of which not all were tried.")
    fixed = result.forecasts.assign(low=result.forecasts["value"], high=result.forecasts["value"])
    assert "Equal Gain" not in side_by_side(findings(forecasts=fixed), result.table.issues[1]).note


def test_the_answer_names_who_speaks_alone_and_ranges_that_positions_hardly_fill() -> None:
    def said(**changes: Any) -> str:
        own = table_by_hand()
        delay = replace(own.issues[0], **changes)
        return answer(findings(table=PositionTable("by_hand", (delay, own.issues[1])))).text

    assert "Alone" not in said()
    assert "positions fill less" not in said()
    first = {"position": np.array([2.0]), "salience": np.array([0.5]), "power": np.ones(1), "actors": ("Ann",)}
    assert "which is no forecast of what others would agree to: Ann on delay." in said(**first)
    position = table_by_hand().issues[0].position
    span = float(np.ptp(position))
    low = float(position.min())
    assert "On delay positions fill less than 20 % of the range." in said(low=low, high=low + 5.01 * span)
    assert "positions fill less" not in said(low=low, high=low + 4.99 * span)


def test_the_answer_names_means_spans_and_what_moves_far() -> None:
    said = answer(findings()).text
    assert said.startswith(
        "by_hand, 3 actors on 2 issues: weighted mean 1.00 years on delay and 7.00 on quota share. "
        "On delay the forecasters lie between 1.00 and 4.50 years. "
    )
    assert "On quota share the forecasters lie between 7.00 and 28.0." in said
    assert (
        "With an error of salience of 0.05, these move by more than 5 % of the range, in so many of the draws: "
        "Condorcet chain, mean (22 %)." in said
    )
    assert heading(findings()) == said.partition(". ")[0]
    wild = answer(findings(noise=noise_by_hand().assign(far=0.5))).text
    assert "weighted mean (50 %); weighted median (50 %); Nash product (50 %); Condorcet winner (50 %)" in wild
    assert "expected utility, per pair (50 %); Equal Gain (50 %)." in wild
    calm = noise_by_hand().assign(far=0.09)
    assert "error of salience" not in answer(findings(noise=calm)).text
    same = forecasts_by_hand().assign(value=2.0, low=2.0, high=2.0)
    assert "On delay every forecaster says the same." in answer(findings(forecasts=same)).text


def test_rounds_show_median_mean_and_movers_of_both_readings() -> None:
    """Weights of delay are 1, 1 and 3, so that Cy is the median; on the mean of 2, 2 and 9 it counts three fifths."""
    result = findings()
    shown = rounds(result, result.table.issues[0])
    assert shown.columns == (
        "Round", "all pairs, median", "all pairs, mean", "all pairs, moved", "per pair, median", "per pair, mean",
        "per pair, moved",
    )  # fmt: skip
    assert shown.rows == (
        ("0", "9.00", "6.20", "0", "9.00", "6.20", "0"),
        ("1", "7.00", "5.00", "1", "6.00", "4.40", "1"),
        ("2", "5.00", "3.80", "1", "", "", ""),
    )
    table = rounds_table(result.paths, result.table.issues[1])
    assert [*table["reading"].unique()] == [*READINGS]
    first = table.iloc[0]
    assert (first["median"], first["mean"]) == pytest.approx((35.0, (0.2 * 10 + 0.8 * 35 + 0.9 * 55) / 1.9))


def test_the_page_shows_where_every_actor_stands() -> None:
    given: Any = findings()
    delay, quota = _actors(given)
    assert (delay.caption, quota.caption) == (
        "Positions on delay, years (range 0 to 10)", "Positions on quota share (range 0 to 60)",
    )  # fmt: skip
    assert delay.columns == quota.columns == ("Actor", "position", "salience", "power")
    assert delay.rows == (("Ann", "2", "50", "2"), ("Bob", "2", "25", "4"), ("Cy", "9", "100", "3"))
    assert quota.rows == (("Ann", "10", "20", "1"), ("Bob", "35", "40", "2"), ("Cy", "55", "90", "1"))


def test_trades_and_shares_of_time_are_shown_with_their_units() -> None:
    result = findings()
    (traded,) = exchanges(result)
    assert isinstance(traded, Table)
    assert traded.caption == "Equal Gain: 1 trade in one round"
    assert traded.columns == ("Who gives way", "first outcome", "second outcome", "gain of each")
    assert traded.rows == (("Ann on delay, Cy on quota share", "+0.412 years", "-1.750", "0.238"),)
    (none,) = exchanges(findings(trades=trades_by_hand().iloc[:0]))
    assert none == Words(("Equal Gain: no two actors gain by an exchange, so that its answer is the weighted mean.",))
    delay, quota = laws(result)
    assert delay.columns == quota.columns == ("Position", "share of time")
    assert [one.caption.partition(":")[0] for one in (delay, quota)] == [
        "Condorcet chain on delay", "Condorcet chain on quota share",
    ]  # fmt: skip
    assert delay.rows == (("2.00 years", "35 %"), ("9.00 years", "65 %"))
    assert quota.rows == (("10.0", "12.5 %"), ("35.0", "50 %"), ("55.0", "37.5 %"))


def test_all_of_it_is_printed_in_order() -> None:
    result = findings()
    captions = [one.caption if isinstance(one, Table) else type(one).__name__ for one in blocks(result)]
    assert captions == [
        "Answer",
        "delay, years (range 0 to 10)",
        "quota share (range 0 to 60)",
        "Equal Gain: 1 trade in one round",
        "Expected utility on delay, years (range 0 to 10), round by round",
        "Expected utility on quota share (range 0 to 60), round by round",
        "Condorcet chain on delay: how long each position stands",
        "Condorcet chain on quota share: how long each position stands",
        "Listing",
    ]


def test_made_up_tables_have_the_columns_of_real_ones() -> None:
    from experiments.questions.positions.forecasts import tables_of
    from experiments.questions.positions.noise import noise_table

    real, _ = tables_of(table_by_hand(), "least_movement", 1)
    real["noise"] = noise_table(table_by_hand(), "least_movement", 1, 2, 1, real["forecasts"])
    made: dict[str, pd.DataFrame] = {
        "forecasts": forecasts_by_hand(), "noise": noise_by_hand(), "paths": paths_by_hand(), "chain": chain_by_hand(),
        "trades": trades_by_hand(),
    }  # fmt: skip
    assert {name: [*table.columns] for name, table in made.items()} == {
        name: [*table.columns] for name, table in real.items()
    }


def test_a_median_between_two_positions_is_said_to_be_the_lower_one() -> None:
    delay, quota = table_by_hand().issues
    even = replace(quota, salience=np.array([0.5, 0.25, 0.0]), power=np.array([1.0, 2.0, 1.0]))
    assert [is_split(one) for one in (delay, quota, even)] == [False, False, True]
    for issue, said in ((quota, False), (even, True)):
        result = findings(table=replace(table_by_hand(), issues=(delay, issue)))
        sentence = (
            "On quota share half of all weight lies on either side of the middle: the weighted median is then the lower"
        )
        assert (sentence in side_by_side(result, issue).note) is said
