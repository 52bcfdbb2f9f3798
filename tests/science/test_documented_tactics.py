"""What the pages tell of talks between two of a kind is what such talks come to."""

from __future__ import annotations

import re
from typing import Final

import pytest

from experiments.config.load import load_config
from experiments.engine.worlds import Seated, Worlds
from sim.issues import SIDES
from tests.documented import deals, played, says, text
from tests.tree import CONFIGS

pytestmark = pytest.mark.long

WORLDS: Final = 3_000


def _two(tactic: str) -> tuple[str, ...]:
    return tuple(f"tactics.{side}={{{tactic}}}" for side in SIDES)


def test_two_hardliners_seem_to_gain_by_the_luck_that_they_had() -> None:
    page = text("docs/model/results.md")
    said = re.search(r'it made mean "gains" of [-+.\d]+ for the US and [-+.\d]+ for Japan', page)
    assert said is not None
    holds = Seated("hardliner", {})
    results = Worlds.draw(load_config(CONFIGS / "july_2025.yaml"), WORLDS, 1).play(holds, holds).results
    assert not results["dealt"].any()
    naive = (results["payoff"] - results["walk_away"]).mean(axis=0)
    assert says(said.group(), 'it made mean "gains" of # for the US and # for Japan', [float(one) for one in naive])


def test_nice_tit_for_tat_meets_itself_at_the_nash_point_for_its_bonus() -> None:
    said = re.search(r"on `tiny` in \d+ of \d+ runs at seed 1; with neither bonus in none", text("docs/tactics.md"))
    assert said is not None
    with_bonus, without = (
        played("tiny", _two(f"name: nice_tit_for_tat{knobs}"), 200) for knobs in ("", ", bonus: 0, bonus_least: 0")
    )
    words = "on `tiny` in # of # runs at seed #; with neither bonus in none"
    assert says(said.group(), words, [len(deals(with_bonus)), len(with_bonus), 1])
    assert deals(without).empty


def test_path_steppers_make_no_deal_on_the_grid_of_july() -> None:
    assert "`path_stepper` against itself makes no deal on the shipped `july_2025`" in text("docs/tactics.md")
    assert deals(played("july_2025", _two("name: path_stepper"))).empty
