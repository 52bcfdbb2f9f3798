"""The tutorial tells what rules and inputs do to the talks: its tables are played anew, cell by cell."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import pytest

from experiments.config.load import load_config
from experiments.questions.factorial.factorial import factorial
from experiments.questions.factorial.result import FactorialResult
from tests.documented import deal_share, deals, faults, played, says, table, text
from tests.tree import CONFIGS

pytestmark = pytest.mark.long

PAGE: Final = "docs/tutorial.md"
RUNS: Final = 1_000

#: Rules that a row of the first table turns off beside the US line on cars.
WITHOUT: Final = {
    "nothing else": set(),
    "the threat": {"threat"},
    "audience costs": {"audience_cost"},
    "ratification margins": {"ratification"},
    "audience costs and ratification margins": {"audience_cost", "ratification"},
}

#: What a row of the second table changes in July.
CHANGED: Final = {
    "everything as shipped": (),
    "a release at 20 % in place of 15": ("red_lines.us_cars.release.at_least=0.20",),
    "a release at 10 %": ("red_lines.us_cars.release.at_least=0.10",),
    "a fund of at least 550 in place of 400": ("red_lines.us_cars.release.when.at_least=550",),
    "a US floor of 15 % on the reciprocal rate in place of 10": ("red_lines.us_baseline.at_least=0.15",),
    "no US floor on the reciprocal rate": ("red_lines.us_baseline=~",),
    "no US line on cars at all": ("red_lines.us_cars=~",),
    "a line on cars that no fund releases": ("red_lines.us_cars.release=~",),
}


@cache
def _rules() -> FactorialResult:
    return factorial(load_config(CONFIGS / "japan_us_2025.yaml"), runs=RUNS, seed=1)


def _share_without(rules: set[str]) -> float:
    """Share of deals with these rules off and all others on, in per cent."""
    cells = _rules().cells
    switches = ["us_car_line", "audience_cost", "ratification", "threat"]
    row = cells[np.logical_and.reduce([cells[one] != (one in rules) for one in switches])]
    assert len(row) == 1
    return 100.0 * float(row["share"].iloc[0])


def test_the_table_of_rules_is_what_turning_them_off_does() -> None:
    found = table(PAGE, "without the US line on cars, and without")
    assert [*found] == [*WITHOUT]
    wrong = {
        row: bad
        for row, rules in WITHOUT.items()
        if (bad := faults(found[row], {"deals": ("# %", [_share_without({"us_car_line", *rules})])}))
    }
    assert wrong == {}
    assert _share_without({"audience_cost", "ratification", "threat"}) == 0.0, "while the line stands, nothing matters"


def test_the_table_of_july_is_what_moves_with_its_inputs() -> None:
    found = table(PAGE, "July with |")
    assert [*found] == [*CHANGED]
    wrong = {}
    for row, sets in CHANGED.items():
        frame = played("july_2025", sets, RUNS)
        agreed = deals(frame)
        medians = {
            "car tariff, median": ("# %", 100.0 * agreed["car_tariff"].median()),
            "reciprocal tariff, median": ("# %", 100.0 * agreed["reciprocal_tariff"].median()),
        }
        if len(agreed):
            medians["fund, median, US$ bn"] = ("#", agreed["investment_fund"].median())
        computed = {
            "deals": ("# %", [deal_share(frame)]),
            **{name: (words, [value]) if len(agreed) else ("", []) for name, (words, value) in medians.items()},
        }
        if not len(agreed):
            computed["fund, median, US$ bn"] = ("", [])
        if bad := faults(found[row], computed):
            wrong[row] = bad
    assert wrong == {}


def test_what_it_says_of_the_car_rate_without_the_line_holds() -> None:
    agreed = deals(played("cars_on_the_table", (), RUNS))["binds.car_tariff"]
    shares = [100.0 * float((agreed == f"ratification:{side}").mean()) for side in ("us", "partner")]
    words = "in # % of the deals it stands where the US could just get it through at home, in # % where Japan could"
    said = text(PAGE)
    place = said.index("it stands where the US could just get") - len("in 54 % of the deals ")
    assert says(said[place : said.index(". Not so the rest")], words, shares)


def test_a_surer_threat_moves_the_walk_away_of_the_us_by_more_than_that_of_japan() -> None:
    """So says the page on varying an assumption, of why a surer threat makes deals rarer; on 1,000 worlds."""
    never, always = (
        played("cars_on_the_table", (f"walk_away.execution_probability={chance}",), RUNS) for chance in (0, 1)
    )
    us, partner = (
        float((always[column] - never[column]).mean()) for column in ("walk_away.us_treasury", "walk_away.partner")
    )
    assert us > -partner > 0.0
    assert deal_share(always) < deal_share(never)


def _with_a_budget(*budgets: float) -> list[float]:
    """Share of deals without the US line on cars, by the most that Japan can spend on chip subsidies, in per cent."""
    return [deal_share(played("cars_on_the_table", (f"partner.subsidy_budget={one}",), RUNS)) for one in budgets]


def test_what_the_readme_says_of_a_larger_subsidy_holds() -> None:
    said = text("README.md")
    told = said[said.index("A larger chip subsidy") : said.index(" [The tutorial]")]
    words = "A larger chip subsidy helps little beyond US$# bn a year: from there to #, deals go from # to # %."
    low, middle, high = _with_a_budget(1.25, 2.5, 5)
    assert says(told, words, [2.5, 5, middle, high])
    assert middle - low > 5.0 * (high - middle) > 0.0
