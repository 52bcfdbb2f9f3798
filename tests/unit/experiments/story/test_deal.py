"""What a told deal sits on is what the table of runs says of it."""

from __future__ import annotations

import pytest

from experiments.config.load import load_config
from experiments.engine.simulate import simulate
from experiments.story.constraints import constraint_words
from experiments.story.narrative import narrate
from tests.tree import CONFIGS

RUNS = 12


@pytest.mark.parametrize("name", ["july_2025", "cars_on_the_table", "tiny"])
def test_a_story_says_of_each_issue_what_its_row_says(name: str) -> None:
    config = load_config(CONFIGS / f"{name}.yaml")
    rows = simulate(config, 0, RUNS, 3, RUNS, trajectories=False, solutions=False).runs.to_pylist()
    ends = {row["outcome"] == "agreement": row for row in rows}
    for is_deal, row in ends.items():
        ending = narrate(config, 3, row["run"]).ending
        binds = {key.removeprefix("binds."): value for key, value in row.items() if key.startswith("binds.")}
        known = {issue: code for issue, code in binds.items() if code is not None}
        assert {issue: code for issue, (code, _) in ending.sits_on.items()} == known
        assert bool(known) == is_deal
        assert set(known) == set(ending.package or {})
        for issue, (code, words) in ending.sits_on.items():
            assert words == constraint_words(config, issue, code)
    assert True in ends
