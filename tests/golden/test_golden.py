"""Shipped configs play as stored, number by number; ``python tests/golden/refresh.py`` writes the stored files anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.protocol import Outcome
from tests.golden.refresh import FOLDER, playthroughs, shipped, stored


@pytest.mark.parametrize("config", shipped(), ids=lambda config: config.stem)
def test_a_shipped_config_plays_as_stored(config: Path) -> None:
    played = playthroughs(config).splitlines()
    kept = stored(config).read_text(encoding="utf-8").splitlines()
    difference = next((k for k, (now, then) in enumerate(zip(played, kept, strict=False)) if now != then), None)
    if difference is not None:
        pytest.fail(
            f"{stored(config).name}, line {difference + 1}\n  stored: {kept[difference]}\n"
            f"  played: {played[difference]}\nIf that is meant: python tests/golden/refresh.py"
        )
    assert len(played) == len(kept)


def test_every_stored_playthrough_belongs_to_a_shipped_config() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {stored(config).name for config in shipped()}


def test_the_stored_playthroughs_show_deals_and_failures() -> None:
    """At least a deal, an executed threat and a stall, and no outcome of a config twice."""
    ends: set[str] = set()
    for path in FOLDER.iterdir():
        text = path.read_text(encoding="utf-8")
        found = re.findall(r"^(\w+): \w+, round ", text, flags=re.MULTILINE)
        assert len(set(found)) == len(found)
        ends |= set(found)
    assert {Outcome.AGREEMENT, Outcome.THREAT_EXECUTED, Outcome.STALL} <= ends
