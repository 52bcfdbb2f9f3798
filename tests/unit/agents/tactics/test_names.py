"""Tactics that were renamed: whoever gives an old name, anywhere, is told the new one, and nothing is played."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agents.tactics.registry import RENAMED, TACTICS
from experiments.config.load import load_config
from experiments.engine.worlds import Seated
from experiments.errors import ConfigError, RunError
from experiments.lab.seats import seated
from experiments.questions.tournament.players import players_from
from experiments.seats.playing import Decider
from tests.tree import TINY

#: Everything that reads the name of a tactic from a user.
READERS: dict[str, Callable[[str], object]] = {
    "config": lambda name: load_config(TINY, [f"tactics.us_treasury={{name: {name}}}"]),
    "set": lambda name: load_config(TINY, [f"tactics.partner.name={name}"]),
    "players": lambda name: players_from([f"boulware,{name}"]),
    "players with knobs": lambda name: players_from([f"{name}{{stride: 2}}"]),
    "tactic of a search": lambda name: seated(f"{name},stride=2"),
    "seat beside a guest": lambda name: Decider.named(name, "--us"),
    "seat from Python": lambda name: Seated(name, {}).values(1),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_an_old_name_is_refused_with_the_new_one(reader: str, old: str, new: str) -> None:
    with pytest.raises((ConfigError, RunError, ValueError), match=f"what was {old} is now called {new}"):
        READERS[reader](old)


def test_old_names_are_free_and_new_ones_are_taken() -> None:
    assert set(RENAMED) == {"micro", "random", "random_walker", "salami"}
    assert not RENAMED.keys() & TACTICS.keys()
    assert set(RENAMED.values()) <= TACTICS.keys()
    assert "random_bids" not in TACTICS


def test_another_wrong_name_still_brings_the_closest_one() -> None:
    with pytest.raises(ConfigError, match="did you mean boulware"):
        load_config(TINY, ["tactics.us_treasury={name: bulware}"])
