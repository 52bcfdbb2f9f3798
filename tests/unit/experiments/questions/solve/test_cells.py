"""Every cell of a solved problem is the number of its place, on the screen, on the page and as plain data."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from experiments.questions.solve.page import page
from experiments.questions.solve.text import answer, facts, left, packages, worth
from experiments.report.blocks import Answer, Commands, Listing, html
from experiments.report.terminal import text_of
from tests.comparisons_by_hand import NASH, NO_DEAL, TALKS, solve_by_hand
from tests.pages import as_written

WORTH = (
    ("What the talks agreed", "1.25", "2.50", "+0.75", "-0.38", "+0.38"),
    ("Nash", "6.25", "7.50", "+5.12", "+4.62", "+9.75"),
)
PACKAGES = (("Car tariff, %", "17.5", "20.5"), ("Chip purchases, US$ bn", "3.25", "4.50"))
BETWEEN = (("Nash", "+5.200", "+4.700", "0.113"),)
BETWEEN_PACKAGES = (("Car tariff, %", "21.1"), ("Chip purchases, US$ bn", "4.61"))
LEFT = (("Car tariff", "0.00", "as agreed"), ("Chip purchases", "0.66", "US$5.75 bn"))
ROWS = (*WORTH, *PACKAGES, *BETWEEN, *BETWEEN_PACKAGES, *LEFT)
FACTS = (
    "Walking away is worth, US$ bn a year: US 0.50 (needs 0.60), Japan 2.88 (needs 2.90)",
    "Pareto frontier inside both sides' red lines: 2 points, 1 of them in the zone of agreement",
    "Of 200 deliverable packages, ratified by the US 110 (55 %), by Japan 70 (35 %), by both 30 (15 %)",
)
ANSWER = (
    "case, seed 3, run 4: agreement (US accepts) on 2025-06-11; the deal is US$0.88 bn a year from the Nash solution "
    "and US$0.44 bn a year inside the frontier."
)


def test_a_solved_problem_cell_by_cell() -> None:
    result = solve_by_hand()
    (table,) = worth(result.solved)
    assert table.caption == "What each is worth, US$ bn a year; gains over walking away"
    assert table.columns == ("", "US payoff", "Japan payoff", "US gain", "Japan gain", "gains together")
    assert table.rows == WORTH
    assert table.strong == {0}
    side_by_side, between, between_packages = packages(result.solved, result.config)
    assert (side_by_side.caption, side_by_side.columns) == ("Packages", ("", "talks", "Nash"))
    assert side_by_side.rows == PACKAGES
    assert between.caption == "Between the levels of the grid, US$ bn a year"
    assert between.columns == ("", "US gain", "Japan gain", "away from the grid's")
    assert between.rows == BETWEEN
    assert (between_packages.caption, between_packages.columns) == ("Packages between the levels", ("", "Nash"))
    assert between_packages.rows == BETWEEN_PACKAGES
    (table,) = left(result.solved, result.config)
    assert table.caption == "Joint value that another level of one issue alone would add, US$ bn a year"
    assert table.columns == ("", "added", "at")
    assert table.rows == LEFT


def test_the_facts_line_by_line() -> None:
    listing = facts(solve_by_hand().solved)
    assert (listing.heading, listing.lines) == ("The bargaining problem on 2025-06-11", FACTS)
    assert facts(solve_by_hand(sizes=None).solved).lines[2] == "Win-sets: too many packages to count"


def test_the_names_of_all_solutions_and_as_many_packages_as_fit_in_a_line() -> None:
    names = {
        "nash": ("Nash", "Nash"),
        "nash_power_0.4": ("Nash, US power 0.4", "Nash 0.4"),
        "nash_ratified": ("Nash, what both would ratify", "ratified"),
        "kalai_smorodinsky": ("Kalai-Smorodinsky", "Kalai-S."),
        "egalitarian": ("Egalitarian", "egalit."),
        "utilitarian": ("Utilitarian", "utilit."),
        "best_us": ("Best for the US that Japan ratifies", "best US"),
        "best_partner": ("Best for Japan that the US ratifies", "best Japan"),
    }
    points = tuple(
        replace(NASH, name=name, package={issue: value + place / 100 for issue, value in NASH.package.items()})
        for place, name in enumerate(names)
    )
    solved = solve_by_hand(points=points, refined=()).solved
    (table,) = worth(solved)
    assert [row[0] for row in table.rows] == ["What the talks agreed", *(name for name, _ in names.values())]
    first, second = packages(solved, solve_by_hand().config)
    heads = [head for _, head in names.values()]
    assert first.columns == ("", "talks", *heads[:5])
    assert second.columns == ("", *heads[5:])
    assert second.caption == "Packages, continued"
    assert first.rows[0] == ("Car tariff, %", "17.5", "20.5", "21.5", "22.5", "23.5", "24.5")
    assert second.rows[0] == ("Car tariff, %", "25.5", "26.5", "27.5")


def test_the_answer_says_how_far_the_deal_is_from_the_solutions_or_why_there_is_none() -> None:
    def told(**changes: object) -> str:
        result = solve_by_hand(**changes)
        return answer(result.solved, result.config).text

    start = "case, seed 3, run 4: stall (no zone) on 2025-06-11; "
    assert told() == ANSWER
    assert told(deal=replace(solve_by_hand().solved.deal, nash_distance=None)).endswith(
        "; the deal is US$0.44 bn a year inside the frontier."
    )
    assert told(deal=NO_DEAL) == (
        f"{start}a deal was possible: 1 point of the frontier brings both sides what they need."
    )
    assert told(deal=NO_DEAL, reservation=(0.6, 0.9)) == (
        f"{start}a deal was possible: 2 points of the frontier bring both sides what they need."
    )
    assert told(deal=NO_DEAL, reservation=(9.5, 2.9)) == (
        f"{start}some packages are worth more than walking away to both sides, but none on the frontier is what both "
        "need."
    )
    assert told(deal=NO_DEAL, points=()) == (
        f"{start}no package inside both sides' red lines is worth as much as walking away to both: there is no "
        "solution."
    )
    assert told(deal=NO_DEAL, points=(), frontier=np.empty((0, 2))) == (
        f"{start}no package lies inside both sides' red lines: there is nothing to solve."
    )


def test_without_a_deal_there_is_nothing_that_it_left() -> None:
    result = solve_by_hand(deal=NO_DEAL)
    assert [*left(result.solved, result.config)] == []
    (table,) = worth(result.solved)
    assert (table.rows, table.strong) == (WORTH[1:], frozenset())
    nothing = solve_by_hand(deal=NO_DEAL, points=(), refined=())
    assert [type(block) for block in nothing.blocks()] == [Answer, Listing]
    assert "Which packages" not in [section.heading for section in page(nothing, "light").sections]


def test_the_screen_shows_every_line_and_row() -> None:
    result = solve_by_hand()
    lines = [" ".join(line.split()) for line in text_of(result.blocks()).splitlines()]
    assert all(fact in lines for fact in FACTS)
    assert all(" ".join(row) in lines for row in ROWS)
    assert max(map(len, result.text().splitlines())) <= 100


def test_the_page_shows_the_blocks_of_the_screen_and_how_to_run_it_again() -> None:
    result = solve_by_hand()
    made = page(result, "light")
    words, *others = result.blocks()
    assert words == made.answer.shown(None)
    sections = {section.name: section for section in made.sections}
    assert [*sections] == ["came-out", "packages", "scenario", "limits", "again"]
    shown = [*sections["came-out"].blocks, *sections["packages"].blocks]
    assert all(block in shown for block in others)
    listing = sections["scenario"].blocks[0]
    assert isinstance(listing, Listing)
    assert listing.lines == (
        "Run 4 of seed 3, played to its end, and the problem of its last day.",
        "Asymmetric Nash solutions for a bargaining power of the US of 0.25 and 0.123457.",
        "Solutions on the grid and between its levels.",
    )
    assert Commands((
        "winset solve case.yaml --run 4 --seed 3 --power 0.25 --power 0.123456789 --refine",
    )) in sections["again"].blocks  # fmt: skip
    shown_page = as_written(html(made, "light"))
    assert all(f"{cell}<" in shown_page for row in ROWS for cell in row)


def test_a_solved_problem_as_plain_data() -> None:
    result = solve_by_hand()
    plain = json.loads(result.json())
    assert plain == result.plain()
    assert plain["config"] == "case"
    assert plain["walk_away"] == {"us_treasury": 0.5, "partner": 2.875}
    assert plain["reservation"] == {"us_treasury": 0.6, "partner": 2.9}
    assert (plain["seed"], plain["run"], plain["date"], plain["frontier_points"]) == (3, 4, "2025-06-11", 2)
    assert plain["frontier_points_in_zone"] == 1
    assert plain["win_sets"] == {"packages": 200, "us_treasury": 110, "partner": 70, "zone": 30}
    nash = plain["solutions"]["nash"]
    assert nash["package"] == {"car_tariff": 0.205, "chip_purchases": 4.5}
    assert nash["payoff"] == {"us_treasury": 6.25, "partner": 7.5}
    assert nash["gain"] == {"us_treasury": 5.125, "partner": 4.625}
    assert plain["between_levels"]["nash"] == {
        "package": {"car_tariff": 0.211, "chip_purchases": 4.61}, "payoff": {"us_treasury": 6.3, "partner": 7.6},
        "gain": {"us_treasury": 5.2, "partner": 4.7}, "shift": 0.1125,
    }  # fmt: skip
    talks = plain["talks"]
    assert (talks["outcome"], talks["reason"], talks["package"]) == ("agreement", "us_accepts", TALKS.package)
    assert talks["payoff"] == {"us_treasury": 1.25, "partner": 2.5}
    assert talks["gain"] == {"us_treasury": 0.75, "partner": -0.375}
    assert (talks["nash_distance"], talks["pareto_gap"]) == (0.88, 0.44)
    assert talks["value_left"] == {
        "car_tariff": {"added": 0.0, "at": 0.175}, "chip_purchases": {"added": 0.66, "at": 5.75},
    }  # fmt: skip
    nothing = solve_by_hand(deal=NO_DEAL, sizes=None).plain()
    assert nothing["win_sets"] is None
    assert [nothing["talks"][name] for name in ("package", "payoff", "gain", "nash_distance")] == [None] * 4


def test_tables_have_the_numbers_of_their_columns() -> None:
    tables = solve_by_hand().tables
    assert tables["frontier"].to_dict("list") == {"payoff.us_treasury": [9.0, 6.25], "payoff.partner": [1.0, 7.5]}
    (row,) = tables["solutions"].to_dict("records")
    assert row == {
        "solution": "nash", "payoff.us_treasury": 6.25, "payoff.partner": 7.5, "gain.us_treasury": 5.125,
        "gain.partner": 4.625, "package.car_tariff": 0.205, "package.chip_purchases": 4.5,
    }  # fmt: skip
    assert tables["between_levels"][["solution", "shift", "gain.partner"]].to_numpy().tolist() == [
        ["nash", 0.1125, 4.7]
    ]
    (talks,) = tables["talks"].to_dict("records")
    assert (talks["outcome"], talks["nash_distance"], talks["pareto_gap"]) == ("agreement", 0.88, 0.44)
    assert (talks["payoff.partner"], talks["gain.partner"], talks["package.chip_purchases"]) == (2.5, -0.375, 3.25)
    assert tables["value_left"].to_numpy().tolist() == [["car_tariff", 0.0, 0.175], ["chip_purchases", 0.66, 5.75]]


def test_an_answer_is_one_line_and_in_a_notebook_its_tables() -> None:
    result = solve_by_hand()
    assert repr(result) == "<SolveResult: case, seed 3, run 4: agreement (US accepts) on 2025-06-11>"
    assert result.negotiations == 1
    assert all(f"{cell}<" in as_written(result._repr_html_()) for row in ROWS for cell in row)


@pytest.mark.parametrize(("power", "name"), [("0.25", "Nash, US power 0.25"), ("0.6", "Nash, US power 0.6")])
def test_a_power_is_in_the_name_of_its_solution(power: str, name: str) -> None:
    (table,) = worth(solve_by_hand(points=(replace(NASH, name=f"nash_power_{power}"),)).solved)
    assert table.rows[1][0] == name
