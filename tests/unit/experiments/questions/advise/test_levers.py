"""Levers come from the config unless they are named, and their values may hold commas."""

from __future__ import annotations

from experiments.config.load import load_config
from experiments.questions.advise.levers import settings_of
from tests.tree import CONFIGS, TINY

JULY = CONFIGS / "july_2025.yaml"


def test_default_levers_come_from_the_config() -> None:
    titles = [one.title for one in settings_of(load_config(JULY), "partner", ())]
    assert titles[0] == "as it is"
    for part in (
        "tactics.partner.name=",
        "partner.subsidy_budget=",
        "fund cap=",
        "red_lines.japan_farm",
    ):
        assert any(title.startswith(part) for title in titles), part
    own = [one.title for one in settings_of(load_config(JULY), "us_treasury", ())]
    assert any("us_cars.release.when.at_least" in title for title in own)
    assert not any("subsidy_budget" in title for title in own)


def test_a_line_at_a_price_is_no_lever() -> None:
    """What crossing it costs at home is no choice; without the price it is one."""
    hard, priced = (
        [one.title for one in settings_of(load_config(JULY, sets), "partner", ()) if "japan_farm" in one.title]
        for sets in ([], ["red_lines.japan_farm.price=0.4"])
    )
    assert hard
    assert priced == []


def test_a_lever_value_may_hold_commas_in_braces() -> None:
    text = "tactics.us_treasury={name: boulware, beta: 0.1},{name: hardliner}"
    assert [one.value for one in settings_of(load_config(TINY), "us_treasury", (text,))[1:]] == [
        "{name: boulware, beta: 0.1}",
        "{name: hardliner}",
    ]
