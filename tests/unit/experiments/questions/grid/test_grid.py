"""One setting gives every issue its levels, a halved grid holds the old one, and two grids are compared as computed."""

from __future__ import annotations

import io
import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from experiments.config.agenda import halved
from experiments.config.agenda_checks import all_entries
from experiments.config.explain import explanation
from experiments.config.load import config_from, json_schema, load_config
from experiments.config.model import Config
from experiments.errors import RunError
from experiments.lab.paired import runs_of
from experiments.questions.grid import grid
from experiments.questions.grid.grid import Difference, GridComparison, compare_grids
from experiments.questions.grid.text import conclusion, render
from sim.issues import MAX_LEVELS
from tests.command_line import winset
from tests.tree import CONFIGS, TINY

JULY = CONFIGS / "july_2025.yaml"
SHIPPED = sorted(CONFIGS.glob("*.yaml"))


def _levels(config: Config) -> dict[str, int]:
    return {path: entry.levels for path, _, entry in all_entries(config)}


def _comparison(agreed: int, gains: tuple[float, float]) -> GridComparison:
    differences = [
        Difference(f"gain.{side}", "US$ bn a year", (1.0, 2.0), mean, 2 * mean)
        for side, mean in zip(("us_treasury", "partner"), gains, strict=True)
    ]
    return GridComparison(
        name="case",
        runs=500,
        seed=7,
        levels={"agenda.a": (11, 21), "agenda.b": (29, 57)},
        outcomes=(Counter(agreement=300, stall=200), Counter(agreement=310, deadline=190)),
        changed=6,
        agreed=agreed,
        issues=(Difference("car_tariff", "rate", (0.15, 0.16), 0.0125, 0.025),),
        gains=tuple(differences),
        seconds=(0.5, 1.0),
    )


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
    field = json_schema()["$defs"]["Experiment"]["properties"]["levels"]
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
    assert f"experiment.levels={levels}: experiment.levels: must be" in result.stderr
    assert f"(got {levels})" in result.stderr


def test_run_takes_the_levels(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = winset("run", TINY, "--runs", "10", "--levels", "3", "--no-figures", "--workers", "1", "--out", out)
    assert result.exit_code == 0, result.output
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["config"]["experiment"]["levels"] == 3
    assert {issue["levels"] for issue in manifest["config"]["agenda"].values()} == {3}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_halved_grid_of_every_shipped_config_holds_its_levels_exactly(path: Path) -> None:
    own = load_config(path)
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


@pytest.mark.parametrize(("runs", "seed", "option"), [(0, 1, "--runs"), (5, -1, "--seed")])
def test_numbers_outside_their_limits_are_refused(runs: int, seed: int, option: str) -> None:
    with pytest.raises(RunError, match=option):
        compare_grids(load_config(TINY), runs, seed)


def test_the_figures_are_those_of_the_two_tables() -> None:
    config = load_config(TINY)
    result = compare_grids(config, 30, 3)
    own, finer = runs_of(config, 30, 3), runs_of(halved(config), 30, 3)
    assert result.changed == int((own["outcome"] != finer["outcome"]).sum())
    assert result.outcomes == (Counter(own["outcome"]), Counter(finer["outcome"]))
    both = (own["outcome"] == "agreement") & (finer["outcome"] == "agreement")
    assert result.agreed == both.sum() > 0
    for one in (*result.issues, *result.gains):
        moves = (finer[one.quantity] - own[one.quantity])[both].abs()
        assert one.mean == pytest.approx(moves.mean(), rel=1e-12)
        assert one.percentile_95 == pytest.approx(np.quantile(moves, 0.95), rel=1e-12)
        assert one.means == pytest.approx((own[one.quantity][both].mean(), finer[one.quantity][both].mean()), rel=1e-12)
    assert any(one.mean > 0 for one in result.gains)


def test_chunks_do_not_change_the_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = compare_grids(load_config(TINY), 20, 1).plain()
    told: list[int] = []
    monkeypatch.setattr(grid, "_CHUNK", 7)
    parts = compare_grids(load_config(TINY), 20, 1, advance=lambda outcomes: told.append(outcomes.total())).plain()
    assert told == [7, 7, 7, 7, 6, 6]
    for clock in ("seconds", "time_ratio"):
        del whole[clock], parts[clock]
    for section in ("issues", "gains"):
        for name, figures in whole.pop(section).items():
            other = parts[section].pop(name)
            assert other.pop("unit") == figures.pop("unit")
            assert other.pop("means") == pytest.approx(figures.pop("means"), rel=1e-12)
            assert other == pytest.approx(figures, rel=1e-12)
        assert parts.pop(section) == {}
    assert parts == whole


def test_the_table_prints_every_promised_row() -> None:
    text = io.StringIO()
    render(_comparison(290, (0.03, 0.25)), Console(file=text, width=100))
    lines = [" ".join(line.split()) for line in text.getvalue().splitlines()]
    assert lines[0] == "Grid of case and every step halved: the same 500 runs from seed 7"
    for row in (
        "Levels of the issues 11 to 29 21 to 57",
        "Agreement 60 % 62 % +2.0 points",
        "Stall 40 % 0 % -40.0 points",
        "Outcome differs (95 % interval) 1.2 % 0.6 to 2.6 %",
        "Agreement on both grids 58 %",
        "Car tariff, % 15.0 16.0 1.25 2.50",
        "Gain of US, US$ bn a year 1.00 2.00 0.03 0.06",
        "Gain of Japan, US$ bn a year 1.00 2.00 0.25 0.50",
        "Time 0.50 s 1.00 s x 2.00",
    ):
        assert row in lines
    assert lines[-1].startswith("Halving every step changes the outcome of 6 of 500 runs (1.2 %); gains of deals")


def test_without_a_deal_on_both_grids_there_is_no_difference_to_tell() -> None:
    result = _comparison(0, (math.nan, math.nan))
    assert conclusion(result).endswith("(1.2 %); no run agrees on both grids.")
    assert result.plain()["gains"]["us_treasury"]["mean_difference"] is None


def test_the_command_prints_the_table_or_json() -> None:
    result = winset("grid", TINY, "--runs", "8", "--seed", "2")
    assert result.exit_code == 0, result.output
    assert "the same 8 runs from seed 2" in result.stdout
    assert "16 negotiations" in result.stderr
    told = json.loads(winset("grid", TINY, "--runs", "8", "--levels", "4", "--engine", "mesa", "--json").stdout)
    assert told["runs"] == 8
    assert told["levels"] == {"agenda.car_tariff": [4, 7], "agenda.chip_purchases": [4, 7]}
    assert set(told["issues"]) == {"car_tariff", "chip_purchases"}
    assert set(told["gains"]) == {"us_treasury", "partner"}
    assert told["outcome_differs"].keys() == {"runs", "share", "low", "high"}
