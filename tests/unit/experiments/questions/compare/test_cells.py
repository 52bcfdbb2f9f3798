"""What a comparison says, cell by cell, from values that differ in every cell."""

from __future__ import annotations

import pandas as pd

from experiments.questions.compare.answer import paragraphs, put_in
from experiments.questions.compare.first_screen import answer
from experiments.questions.compare.page import page
from experiments.questions.compare.text import (
    blocks,
    change_tables,
    constraint_table,
    deal_times,
    endings,
    pair_table,
    runs_listing,
    value_tables,
)
from experiments.report.blocks import Commands, Table
from tests.compared_by_hand import NAN, comparison_by_hand

RESULT = comparison_by_hand()
CHANCE = "not told apart from chance"


def test_the_paragraphs_say_what_was_changed_and_what_differs() -> None:
    changed, ends, terms = paragraphs(RESULT)
    assert changed == (
        "other beside base: changed are “most that can be spent” (partner.subsidy_budget) from “2.5” to “5” US$ bn a "
        "year and “chance before the courts” (walk_away.court_survival) from “60 %” to “90 %” (it does nothing: there "
        "is no court)."
    )
    assert ends == (
        "Deals: 28 % in place of 25 %, a difference of +3.0 points (95 % interval +1.1 to +4.9; 400 runs, paired). 19 "
        "runs without a deal in base have one in other, 7 lose theirs, and 93 have one in both. Other endings that "
        "differ: threat executed -5.0 points (95 % interval -8.1 to -1.9)."
    )
    assert terms == (
        "Agreed on average, in 93 runs with a deal in both: car tariff -1.20 points (-1.60 to -0.80); not told apart "
        "from chance: chip purchases; the same in every pair: rice. Gain over walking away, in 93 runs with a deal in "
        "both: the US +US$0.25 bn a year (+0.11 to +0.39); not told apart from chance: Japan. Walking away is "
        "worth something else now (the US +US$0.60 bn a year (+0.50 to +0.70)), so that gains are measured from "
        "another zero; payoffs over all runs are below. Put in by a red line, linkage or end of the agenda in most "
        "deals, in base: car tariff."
    )
    found = answer(RESULT)
    assert found.more == (changed, ends, terms)
    assert found.sentence == "In base 25 % of the talks end in a deal, in other 28 %."
    assert found.inputs == put_in(RESULT, ("base", "other"))
    assert [(one.label, one.value, one.interval, one.note) for one in found.numbers] == [
        ("Talks that end in a deal, other less base", "+3.0 points", "95 %: +1.1 to +4.9 points", ""),
        ("Gain of the US, mean of other less base", "+US$0.25 bn a year", "95 %: +0.11 to +0.39", ""),
        ("Agreed car tariff, mean of other less base", "-1.20 points", "95 %: -1.60 to -0.80", ""),
        ("Gain of Japan, mean of other less base", "-US$0.22 bn a year", "95 %: -0.47 to +0.03", CHANCE),
    ]


def test_a_difference_within_its_interval_is_not_called_one() -> None:
    outcomes = RESULT.outcomes.assign(low=-0.09, high=0.09)
    _, ends, _ = paragraphs(comparison_by_hand(outcomes=outcomes))
    assert "+3.0 points (95 % interval -9.0 to +9.0; 400 runs, paired; not told apart from chance)" in ends
    assert "Other endings" not in ends


def test_of_few_deals_no_difference_is_called_one() -> None:
    few = RESULT.values.assign(base_count=19, count=19)
    terms = [*paragraphs(comparison_by_hand(values=few))][-1]
    assert "fewer than 20 deals to tell: car tariff, chip purchases" in terms


def test_without_intervals_it_says_so() -> None:
    without = {
        name: getattr(RESULT, name).assign(low=NAN, high=NAN) for name in ("outcomes", "values")
    }  # fmt: skip
    about = RESULT.runs.assign(has_intervals=[True, False], draws=["", "No intervals: of Sobol points."])
    result = comparison_by_hand(runs=about, **without)
    _, ends, terms = paragraphs(result)
    assert "a difference of +3.0 points (400 runs, paired; no interval, see below)." in ends
    assert "car tariff -1.20 points, chip purchases +US$0.140 bn, rice 0.00 Mt (no interval)" in terms
    assert endings(result, "other").note == "No intervals: of Sobol points."


def test_configs_that_say_the_same_and_many_changes_are_told() -> None:
    none = comparison_by_hand(changes=RESULT.changes.iloc[:0])
    assert next(iter(paragraphs(none))) == "other beside base: both configs say the same."
    row = RESULT.changes.iloc[[0]]
    many = comparison_by_hand(changes=pd.concat([row, row, row], ignore_index=True))
    assert next(iter(paragraphs(many))) == "other beside base: 3 settings are changed, listed below."
    code = comparison_by_hand(changes=row.assign(path="winset", meaning="Code"))
    assert next(iter(paragraphs(code))) == (
        "other beside base: both configs say the same. The runs were played by different code of winset, which may "
        "change results too: play both anew."
    )


def test_the_runs_are_named_with_their_draws() -> None:
    first, second = runs_listing(RESULT).lines
    assert first == "base, the base: Two issues; 400 runs from seed 7, in out/base."
    assert second == (
        "other: Two issues, changed; 400 runs from seed 7, in out/other. Paired: 400 runs of each meet the same draws "
        "(seed 7) and are compared one by one."
    )


def test_changes_cell_by_cell() -> None:
    (found,) = change_tables(RESULT, "other")
    assert found.columns == ("Setting", "base", "other", "Path in the config")
    assert found.rows == (
        ("Most that can be spent, US$ bn a year", "2.5", "5", "partner.subsidy_budget"),
        ("Chance before the courts (it does nothing: there is no court)", "60 %", "90 %", "walk_away.court_survival"),
    )


def test_endings_cell_by_cell() -> None:
    found = endings(RESULT, "other")
    assert found.caption == "How talks end in other beside base, 400 pairs of runs"
    assert found.columns == ("Ending", "base", "other", "Difference, points", "95 % interval")
    assert found.rows == (
        ("Agreement", "25 %", "28 %", "+3.0", "+1.1 to +4.9"),
        ("Stall", "20 %", "22 %", "+2.0", "-1.2 to +5.2"),
        ("Threat executed", "55 %", "50 %", "-5.0", "-8.1 to -1.9"),
    )
    assert (set(found.strong), set(found.faint)) == ({0}, {1})
    assert "paired shares (Bonett and Price 2012)" in found.note


def test_pairs_cell_by_cell() -> None:
    (found,) = pair_table(RESULT, "other")
    assert found.columns == ("In base", "Agreement", "Stall", "Threat executed")
    assert found.rows == (
        ("Agreement", "93", "7", "0"), ("Stall", "19", "61", "0"), ("Threat executed", "0", "20", "200"),
    )  # fmt: skip


def test_values_cell_by_cell() -> None:
    agreed, gains, payoffs, away = value_tables(RESULT, "other")
    assert agreed.caption == "What is agreed, and when in other beside base, over 93 runs with a deal in both"
    assert agreed.columns == ("", "Mean: base", "Mean: other", "Difference", "95 % interval", "Medians")
    assert agreed.rows == (
        ("Car tariff, %", "15.1", "13.9", "-1.20", "-1.60 to -0.80", "15.0, 13.8"),
        ("Chip purchases, US$ bn", "7.31", "7.45", "+0.140", "-0.060 to +0.340", "7.20, 7.60"),
        ("Rice, Mt", "0.420", "0.420", "0.00", "the same", "0.410, 0.430"),
        ("Round of the deal", "6.10", "6.60", "+0.500", "+0.200 to +0.800", "6.00, 7.00"),
        ("Date of the deal, differences in days", "2025-07-11", "2025-07-14", "+3.00", "+1.20 to +4.80",
         "2025-07-09, 2025-07-16"),
    )  # fmt: skip
    assert agreed.faint == {1, 2}
    assert agreed.note.startswith(
        "base: Car tariff: 61 % of the deals sit on the US release of 15 % (us_cars): an input."
    )
    assert "Differences of rates and shares are in percentage points." in agreed.note
    assert gains.rows == (
        ("US Treasury, US$ bn a year", "1.21", "1.46", "+0.250", "+0.110 to +0.390", "1.15, 1.40"),
        ("Japan's government, US$ bn a year", "2.23", "2.01", "-0.220", "-0.470 to +0.030", "2.10, 1.95"),
        ("NTT, US$ bn a year", "0.510", "0.550", "+0.0400", "+0.0200 to +0.0600", "0.500, 0.540"),
    )
    assert gains.note.startswith("Walking away is worth something else in both")
    assert payoffs.caption == "Payoff, with or without a deal in other beside base, over 400 runs"
    assert payoffs.rows[1] == (
        "Japan's government, US$ bn a year", "-14.2", "-13.1", "+1.10", "+0.90 to +1.30", "-14.0, -13.3",
    )  # fmt: skip
    assert away.rows[0] == ("US Treasury, US$ bn a year", "11.1", "11.7", "+0.600", "+0.500 to +0.700", "11.0, 11.6")


def test_constraints_cell_by_cell() -> None:
    (found,) = constraint_table(RESULT, "other")
    assert found.columns == ("Issue", "Sits on", "Which is", "base", "other")
    assert found.rows == (
        ("Car tariff", "No constraint", "result", "39 %", "75 %"),
        ("", "The US release of 15 % (us_cars)", "input", "61 %", "25 %"),
        ("Chip purchases", "What the subsidy budget pays for", "result", "100 %", "0 %"),
        ("", "What enough firms sign for within the subsidy budget", "result", "0 %", "100 %"),
    )


def test_times_cell_by_cell() -> None:
    assert deal_times(RESULT).rows == (
        ("base", "100", "4", "6", "11", "2025-06-25", "2025-07-09", "2025-08-13"),
        ("other", "112", "5", "7", "12", "2025-07-02", "2025-07-16", "2025-08-20"),
    )
    none = RESULT.spreads[(RESULT.spreads["run"] == "base").to_numpy()]
    assert deal_times(comparison_by_hand(spreads=none)).rows[1] == ("other", "0", *["-"] * 6)


def test_independent_runs_are_told_as_such() -> None:
    result = comparison_by_hand(("base", "other", "third"))
    assert endings(result, "third").caption == "How talks end in third beside base, 400 runs and 300 runs"
    assert "independent shares (Newcombe 1998)" in endings(result, "third").note
    assert [*pair_table(result, "third")] == []
    agreed = next(iter(value_tables(result, "third")))
    assert agreed.caption.endswith("over 93 and 93 deals")
    assert "Welch's interval" in agreed.note
    assert "independent runs" in [*paragraphs(result)][4]


def test_inputs_of_several_runs_are_told_apart() -> None:
    rows = RESULT.constraints
    both = pd.concat([rows, rows.iloc[[0]].assign(run="other", issue="rice", count=50)], ignore_index=True)
    assert put_in(comparison_by_hand(constraints=both), ("base", "other")) == (
        "Put in by a red line, linkage or end of the agenda in most deals: car tariff (base) and rice (other)."
    )
    assert put_in(RESULT, ("other",)) == ""


def test_the_page_has_every_table_and_the_commands_that_make_it_again() -> None:
    found = page(RESULT, "light")
    assert found.title == "What changes: other beside base"
    shown = [block for section in found.sections for block in section.blocks if isinstance(block, Table)]
    assert {one.caption for one in blocks(RESULT) if isinstance(one, Table)} <= {one.caption for one in shown}
    (commands,) = (block for block in found.sections[-1].blocks if isinstance(block, Commands))
    assert commands.lines == (
        "winset run 1_case.yaml --runs 400 --seed 7 --out out/1",
        "winset run 2_case.yaml --runs 400 --seed 7 --out out/2",
        "winset compare out/1 out/2 --out out/compare",
    )


def test_one_line_and_plain_data_say_the_same() -> None:
    assert RESULT.headline() == "deals in 25 % of base, 28 % in other"
    plain = RESULT.plain()
    assert plain["runs"][1]["folder"] == "out/other"
    assert plain["outcomes"][0]["difference"] == 0.03
    assert plain["inputs"] == {
        "base": {"car_tariff": "Car tariff: 61 % of the deals sit on the US release of 15 % (us_cars): an input."},
        "other": {},
    }
