"""The page of values says what Y1trn of chips is worth in points of car tariff, and in how many draws."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest

import winset
from experiments.questions.value.marginal import OUT_OF_RANGE, UNDELIVERED
from experiments.questions.value.room import BETWEEN, room_in_draws, without_move
from tests.documented import faults, says, table, text
from tests.tree import CONFIGS

pytestmark = pytest.mark.long

PAGE: Final = "docs/value.md"
ACCOUNTS: Final = {"political payoff": "political", "plain economics": "plain"}
SIDES: Final = {"the US": "us_treasury", "Japan": "partner"}


def test_the_worth_of_the_chips_is_what_the_command_says() -> None:
    result = winset.value(CONFIGS / "japan_us_2025.yaml", amount="chip_purchases=6.94", draws=1_000)
    central, spread = (
        found[found["other"] == "car_tariff"].set_index(["account", "side"])
        for found in (result.tables["equivalents"], result.tables["spread"])
    )
    rows = table(PAGE, "as well off as before")
    assert len(rows) == 4
    for name, account in ACCOUNTS.items():
        drawn: dict[str, Any] = {}
        alone: dict[str, Any] = {}
        for side, key in SIDES.items():
            row: Any = spread.loc[(account, key)]
            # A lower tariff is a move below 0, so that the largest cut is the lowest move.
            drawn[side] = ("# points (# to #)", [-100.0 * row[end] for end in ("median", "high", "low")])
            alone[side] = ("# points", [-100.0 * float(central["move"][account, key])])
        assert faults(rows[f"{name}, at the medians"], alone) == []
        assert faults(rows[f"{name}, median of the draws (5 to 95 %)"], drawn) == []
    said = re.search(r"Of 1,000 draws, \d+ have such a move for the US and \d+ for Japan", text(PAGE))
    assert said is not None
    found: Any = spread["found"]
    counts = [1_000.0, *(float(found["political", side]) for side in SIDES.values())]
    assert says(said.group(), "Of # draws, # have such a move for the US and # for Japan", counts)
    draws = result.tables["draws"]
    better: list[float] = [room_in_draws(draws, "car_tariff", account)[BETWEEN] for account in ACCOUNTS.values()]
    said = re.search(r"where both have one, \d+ leave room for a trade, and in plain economics \d+", text(PAGE))
    assert said is not None
    assert says(said.group(), "where both have one, # leave room for a trade, and in plain economics #", better)
    left = without_move(draws, "car_tariff", "political")
    assert re.search(rf"In {left[UNDELIVERED]} of the others the subsidy budget", text(PAGE))
    assert left[OUT_OF_RANGE] == 1
