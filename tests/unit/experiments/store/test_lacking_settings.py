"""A manifest that lacks a setting is refused in words by what needs it, and never with a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from experiments.store.seal import sealed
from tests.command_line import winset
from tests.tree import CONFIGS, TINY

COMMANDS: Final[dict[str, tuple[str | Path, ...]]] = {
    "run": ("run", TINY, "--runs", "3", "--workers", "1", "--no-figures"),
    "solve": ("solve", TINY),
    "factorial": ("factorial", TINY, "--runs", "2", "--switch", "margin=partner.ratification_margin=2"),
    "grid": ("grid", TINY, "--runs", "2"),
    "sweep": ("sweep", TINY, "--over", "us_treasury.consumer_weight=0.5,1", "--runs", "2"),
    "sensitivity": ("sensitivity", TINY, "--base", "16", "--trajectories", "4"),
    "discover": ("discover", CONFIGS / "cars_on_the_table.yaml", "--runs", "150", "--boxes", "1"),
    "advise": ("advise", TINY, "--side", "us_treasury", "--worlds", "20", "--lever", "calendar.round_limit=4"),
}
QUICK: Final = ("run", "solve", "factorial", "grid")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.long) for name in COMMANDS]
)
def test_no_setting_is_missed_without_a_word(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert winset(*COMMANDS[name], "--out", folder).exit_code == 0
    path = folder / "manifest.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    refused = 0
    for setting in whole["settings"]:
        kept = {key: value for key, value in whole["settings"].items() if key != setting}
        path.write_text(sealed(whole | {"settings": kept}), encoding="utf-8")
        done = winset("report", folder)
        assert done.exit_code in {0, 2}, done.exception
        if done.exit_code == 2:
            refused += 1
            said = " ".join(done.stderr.split())
            assert f"{path} " in said
            assert f": its settings lack {setting}" in said
    assert refused
