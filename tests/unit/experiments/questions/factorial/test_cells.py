"""Every cell of a factorial is the number of its place, on the screen, on the page and as plain data."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from experiments.questions.factorial.page import page
from experiments.questions.factorial.text import alone, answer, cells, effects, obstacle, turned_off
from experiments.report.blocks import Commands, Listing, Table, html
from experiments.report.terminal import text_of
from tests.comparisons_by_hand import factorial_by_hand, manifest_by_hand
from tests.pages import as_written

ALONE = (("Car line", "37 %", "24 %"), ("Threat", "24 %", "37 %"))
CELLS = (
    ("0", "on", "on", "11 %", "6.0 to 19.0 %", "no zone, 55 %"),
    ("1", "on", "-", "24 %", "17.0 to 33.0 %", "no zone, 43 %"),
    ("2", "-", "on", "37 %", "28.0 to 47.0 %", "tactics hold, 33 %"),
    ("3", "-", "-", "82 %", "73.0 to 88.0 %", "tactics hold, 12 %"),
)
EFFECTS = (
    ("Car line", "-42.0", "-51.0 to -33.0"),
    ("Threat", "-29.0", "-37.0 to -21.0"),
    ("Car line x Threat", "+16.0", "-3.0 to +27.0"),
)
OFF = (
    ("Car line", "us_treasury.consumer_weight=1"),
    ("Threat", "walk_away.threat_car_tariff=0.1"),
    ("Threat", "walk_away.threat_metals_tariff=0.2"),
)
ANSWER = (
    "On average over the other rules, the largest effect on agreements is that of car line: -42.0 points (90 % "
    "interval: -51.0 to -33.0)."
)


def test_a_factorial_cell_by_cell() -> None:
    result = factorial_by_hand()
    table = alone(result)
    assert table.caption == "Agreements by rule"
    assert table.columns == ("Rule", "only this one off", "only this one on")
    assert table.rows == ALONE
    table = cells(result)
    assert table.caption == "Agreements with every combination of rules"
    assert table.columns == ("Cell", "Car line", "Threat", "share", "90 % interval", "most frequent obstacle")
    assert table.numeric == {3, 4}
    assert table.rows == CELLS
    table = effects(result)
    assert table.caption == "Effect of having a rule on the share of agreements, points"
    assert table.columns == ("Rule, or rules together", "effect", "90 % interval")
    assert table.rows == EFFECTS
    assert table.faint == {2}
    assert table.note == "Same draws in every cell. Pale: the interval holds 0."


def test_how_each_rule_is_turned_off_and_what_no_threat_means() -> None:
    result = factorial_by_hand()
    table = turned_off(result)
    assert table.caption == "How each rule is turned off"
    assert table.columns == ("Rule", "Change to the config")
    assert table.rows == OFF
    assert table.note == ""
    switches = [["threat", ["walk_away.threat_car_tariff=${walk_away.status_quo_car_tariff}"]], ["line", ["a=1"]]]
    manifest = manifest_by_hand("factorial", 5, runs=100, switches=switches, level=0.95)
    table = turned_off(factorial_by_hand(manifest=manifest))
    assert table.rows[0] == ("Threat", "walk_away.threat_car_tariff=${walk_away.status_quo_car_tariff}")
    assert table.note.startswith("Without the threat, tariffs after a failure are those in force")


def test_the_answer_names_the_rule_with_the_largest_effect() -> None:
    result = factorial_by_hand()
    found = answer(result)
    assert found.sentence == ANSWER
    assert found.more == (
        "Factorial of case: 4 cells of the same 100 runs. Agreements: 11 % with every rule, 82 % with none of them.",
    )
    assert [(one.label, one.value, one.interval) for one in found.numbers] == [
        ("Agreements with every rule", "11 %", f"90 %: {CELLS[0][-2]}"),
        ("Agreements with none of them", "82 %", f"90 %: {CELLS[3][-2]}"),
        ("Effect of car line", "-42.0 points", "90 %: -51.0 to -33.0"),
        ("Effect of threat", "-29.0 points", "90 %: -37.0 to -21.0"),
    ]
    equal = result.effects.assign(effect=[0.42, -0.42, 0.16], low=[0.33, -0.51, -0.03], high=[0.51, -0.33, 0.27])
    assert answer(factorial_by_hand(effects=equal)).sentence.endswith(
        "the largest effects on agreements are those of car line and threat alike; of the first: +42.0 points (90 % "
        "interval: +33.0 to +51.0)."
    )
    # An interaction is not the effect of a rule, whatever its size.
    chance = result.effects.assign(low=-0.6, high=[0.1, 0.2, -0.3])
    assert answer(factorial_by_hand(effects=chance)).sentence.endswith(
        "On average over the other rules, none changes the share of agreements beyond chance."
    )


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.51, -0.33, "The effect of car line on agreements is -42.0 points (95 % interval: -51.0 to -33.0)."),
        (-0.51, 0.01, "The rule does not change the share of agreements beyond chance."),
    ],
)
def test_the_answer_on_one_rule_speaks_of_no_others(low: float, high: float, said: str) -> None:
    both = factorial_by_hand()
    result = factorial_by_hand(
        manifest=manifest_by_hand("factorial", 5, runs=100, switches=[["car_line", ["a=1"]]], level=0.95),
        cells=both.cells.iloc[[0, 2]].drop(columns="threat"),
        effects=both.effects.head(1).assign(low=low, high=high),
    )
    assert answer(result).text == (
        f"{said} Factorial of case: 2 cells of the same 100 runs. Agreements: 11 % with the rule, 37 % with it off."
    )


def test_obstacles_that_are_equally_frequent_are_named_together_however_talks_ended() -> None:
    row = {
        "share": 0.4,
        "reason.stall.tactics_hold": 0.2,
        "reason.walkout.no_zone": 0.3,
        "reason.cycle.tactics_hold": 0.1,
        "reason.agreement.us_accepts": 0.4,
    }
    assert obstacle(pd.Series(row)) == "tactics hold and no zone alike, 30 %"
    assert obstacle(pd.Series(row | {"reason.walkout.no_zone": 0.31})) == "no zone, 31 %"
    assert obstacle({"share": 1.0, "reason.agreement.us_accepts": 1.0, "reason.stall.no_zone": 0.0}) == "-"


def test_the_screen_shows_every_row() -> None:
    result = factorial_by_hand()
    lines = [" ".join(line.split()) for line in text_of(result.blocks()).splitlines()]
    for row in (*ALONE, *CELLS, *EFFECTS):
        assert " ".join(row) in lines
    assert " ".join(text_of(result.blocks()).split()).startswith(ANSWER)
    assert max(map(len, result.text().splitlines())) <= 100


def test_the_page_shows_the_blocks_of_the_screen_and_how_to_run_it_again() -> None:
    result = factorial_by_hand()
    made = page(result, "light")
    words, *tables = result.blocks()
    assert words == made.answer
    sections = {section.name: section for section in made.sections}
    assert [*sections] == ["came-out", "scenario", "limits", "again"]
    assert [*sections["came-out"].blocks, turned_off(result)] == tables
    listing, off = sections["scenario"].blocks[:2]
    assert isinstance(listing, Listing)
    assert listing.lines == (
        "4 cells: every combination of the rules on and off.",
        "100 runs in each, the same draws in all. Seed 5.",
    )
    assert isinstance(off, Table)
    assert off == turned_off(result)
    assert Commands((
        "winset factorial case.yaml --runs 100 --seed 5 --switch car_line=us_treasury.consumer_weight=1 --switch "
        "threat=walk_away.threat_car_tariff=0.1 --switch threat=walk_away.threat_metals_tariff=0.2",
    )) in sections["again"].blocks  # fmt: skip
    shown = as_written(html(made, "light"))
    assert all(f"{cell}<" in shown for row in (*ALONE, *CELLS, *EFFECTS) for cell in row)


def test_a_factorial_as_plain_data() -> None:
    result = factorial_by_hand()
    plain = result.plain()
    assert json.loads(result.json()) == plain
    assert (plain["config"], plain["runs"], plain["seed"], plain["level"]) == ("case", 100, 5, 0.9)
    assert plain["switches"]["threat"] == ["walk_away.threat_car_tariff=0.1", "walk_away.threat_metals_tariff=0.2"]
    assert plain["cells"][1] == {
        "car_line": True, "threat": False, "agreements": 24, "share": 0.24, "low": 0.17, "high": 0.33,
        "reason.agreement.us_accepts": 0.2, "reason.stall.no_zone": 0.21, "reason.walkout.no_zone": 0.22,
        "reason.stall.tactics_hold": 0.33,
    }  # fmt: skip
    assert plain["effects"][2] == {
        "term": "car_line x threat", "order": 2, "effect": 0.16, "low": -0.03, "high": 0.27,
    }  # fmt: skip
    assert len(plain["cells"]) == 4


def test_an_answer_is_one_line_and_in_a_notebook_its_tables() -> None:
    result = factorial_by_hand()
    told = "2 rules of case, 11 % agreements with all of them, 82 % with none"
    assert repr(result) == f"<FactorialResult: {told}>"
    assert result.negotiations == 400
    assert all(f"{cell}<" in as_written(result._repr_html_()) for row in (*ALONE, *CELLS, *EFFECTS) for cell in row)


@pytest.mark.parametrize(("on", "share"), [(("car_line", "threat"), 0.11), (("threat",), 0.37), ((), 0.82)])
def test_a_cell_is_found_by_the_rules_that_hold(on: tuple[str, ...], share: float) -> None:
    assert factorial_by_hand().cell(on)["share"] == share
