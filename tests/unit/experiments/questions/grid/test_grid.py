"""One setting gives every issue its levels, a halved grid holds the old one, and the command compares both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from experiments.config.agenda import halved
from experiments.config.agenda_checks import all_entries
from experiments.config.explain import explanation
from experiments.config.load import config_from, load_config
from experiments.config.model import Config
from experiments.config.schema import config_schema
from experiments.errors import RunError
from sim.issues import MAX_LEVELS
from tests.command_line import winset
from tests.paired import runs_of
from tests.tree import CONFIGS, TINY

JULY = CONFIGS / "july_2025.yaml"
SHIPPED = sorted(CONFIGS.glob("*.yaml"))


def _levels(config: Config) -> dict[str, int]:
    return {path: entry.levels for path, _, entry in all_entries(config)}


def test_the_setting_replaces_the_levels_of_every_issue_and_nothing_else() -> None:
    own, set_ = load_config(JULY), load_config(JULY, ["experiment.levels=7", "agenda.car_tariff.levels=9"])
    assert "events.fund.add_issues.investment_fund" in _levels(own)
    assert set(_levels(set_).values()) == {7}
    ranges = [[(path, entry.low, entry.high) for path, _, entry in all_entries(config)] for config in (own, set_)]
    assert ranges[0] == ranges[1]
    assert set_.red_lines == own.red_lines


def test_a_config_without_the_setting_keeps_its_levels_and_its_digest() -> None:
    config = load_config(TINY)
    assert _levels(config) == {"agenda.car_tariff": 6, "agenda.chip_purchases": 5}
    assert "levels" not in config.resolved()["experiment"]


def test_the_setting_survives_a_manifest() -> None:
    config = load_config(JULY, ["experiment.levels=7"])
    again = config_from(config.resolved())
    assert again == config
    assert _levels(config_from(config.resolved(), sets=["experiment.levels=9"])) == dict.fromkeys(_levels(config), 9)


def test_the_same_levels_by_the_setting_and_by_issue_give_the_same_runs() -> None:
    by_issue = [f"agenda.{name}.levels=4" for name in ("car_tariff", "chip_purchases")]
    one, other = (runs_of(load_config(TINY, sets), 12, 1) for sets in (["experiment.levels=4"], by_issue))
    assert one.equals(other)
    assert not one.equals(runs_of(load_config(TINY), 12, 1))


def test_the_schema_and_the_check_tell_of_the_setting() -> None:
    field = config_schema()["$defs"]["Experiment"]["properties"]["levels"]
    whole = next(choice for choice in field["anyOf"] if choice.get("type") != "null")
    assert f'"maximum": {MAX_LEVELS}' in json.dumps(whole)
    assert "Number of levels of every issue" in field["description"]
    told = " ".join(winset("check", JULY, "--levels", "7").stdout.split())
    assert "experiment.levels gives every issue 7 levels, also those that events add." in told
    assert "US$0.00 bn to US$700 bn in 7 levels" in told
    assert not any("experiment.levels" in line for _, lines in explanation(load_config(JULY)) for line in lines)


@pytest.mark.parametrize("command", ["run", "play", "check", "grid"])
@pytest.mark.parametrize("levels", ["1", "62"])
def test_commands_refuse_levels_that_no_grid_has(command: str, levels: str) -> None:
    result = winset(command, TINY, "--levels", levels)
    assert result.exit_code == 2
    assert f"--levels {levels}: experiment.levels: must be" in result.stderr
    assert f"(got {levels})" in result.stderr


def test_run_takes_the_levels(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = winset("run", TINY, "--runs", "10", "--levels", "3", "--no-figures", "--workers", "1", "--out", out)
    assert result.exit_code == 0, result.output
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["config"]["experiment"]["levels"] == 3
    assert {issue["levels"] for issue in manifest["config"]["agenda"].values()} == {3}


#: Shipped configs with an issue in finer steps than half of the most levels, by that issue; they take --levels.
TOO_FINE = dict.fromkeys(("japan_hindcast", "july_10"), "events.fund.add_issues.investment_fund")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_halved_grid_of_every_shipped_config_holds_its_levels_exactly(path: Path) -> None:
    """One too fine to be halved is refused by its issue, and holds its levels with as many as the message names."""
    own = load_config(path)
    if path.stem in TOO_FINE:
        message = rf"^{TOO_FINE[path.stem]}.levels = 41: .* or all issues with --levels 31\.$"
        with pytest.raises(RunError, match=message):
            halved(own)
        own = load_config(path, ["experiment.levels=31"])
    for (_, _, one), (_, _, finer) in zip(all_entries(own), all_entries(halved(own)), strict=True):
        assert (finer.low, finer.high, finer.levels) == (one.low, one.high, 2 * one.levels - 1)
        values, more = (
            [entry.low + (entry.high - entry.low) * level / (entry.levels - 1) for level in range(entry.levels)]
            for entry in (one, finer)
        )
        assert more[::2] == values


def test_halving_keeps_the_setting_true() -> None:
    finer = halved(load_config(JULY, ["experiment.levels=7"]))
    assert finer.experiment.levels == 13
    assert config_from(finer.resolved()) == finer


def test_a_grid_too_fine_to_be_halved_is_refused_with_the_most_that_can_be() -> None:
    assert set(_levels(halved(load_config(TINY, ["experiment.levels=31"]))).values()) == {61}
    message = r"agenda.car_tariff.levels = 32: .* 63 levels, and at most 61 fit; give it at most 31"
    with pytest.raises(RunError, match=message):
        halved(load_config(TINY, ["experiment.levels=32"]))
    result = winset("grid", TINY, "--levels", "32")
    assert result.exit_code == 2
    assert result.stdout == ""


def test_the_command_prints_the_table_or_json() -> None:
    result = winset("grid", TINY, "--runs", "8", "--seed", "2")
    assert result.exit_code == 0, result.output
    assert "the same 8 runs from seed 2" in result.stdout
    assert "16 negotiations" in result.stderr
    assert "Time on one processor: " in result.stderr
    told = json.loads(winset("grid", TINY, "--runs", "8", "--levels", "4", "--engine", "mesa", "--json").stdout)
    assert told["runs"] == 8
    assert told["levels"] == {"agenda.car_tariff": [4, 7], "agenda.chip_purchases": [4, 7]}
    assert set(told["issues"]) == {"car_tariff", "chip_purchases"}
    assert set(told["gains"]) == {"us_treasury", "partner"}
    assert told["outcome_differs"].keys() == {"runs", "share", "low", "high"}
