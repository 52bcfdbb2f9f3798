"""No option that changes results can be changed on the way: `--resume` refuses it and says which one it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from experiments.cli import app
from tests.small_answers import files_of
from tests.tree import RECORD, ROOT

TINY = str(ROOT / "configs" / "tiny.yaml")
UNCERTAIN = "walk_away.execution_probability={dist: uniform, low: 0, high: 1}"

#: A small run of each command, and every option that changes its results with another value.
RUNS: dict[str, tuple[list[str], dict[str, list[str]]]] = {
    "solve": (
        ["--run", "1", "--power", "0.3"],
        {
            "--run": ["--run", "2", "--power", "0.3"],
            "--power": ["--run", "1", "--power", "0.4"],
            "--refine": ["--run", "1", "--power", "0.3", "--refine"],
        },
    ),
    "value": (
        ["--draws", "2"],
        {
            "--package": ["--draws", "2", "--package", "car_tariff=0.15"],
            "--run": ["--draws", "2", "--run", "0"],
            "--at": ["--draws", "2", "--at", "deal"],
            "--on": ["--draws", "2", "--on", "2025-06-11"],
            "--between": ["--draws", "2", "--between", "car_tariff,chip_purchases"],
            "--amount": ["--draws", "2", "--amount", "chip_purchases=1.5"],
            "--draws": ["--draws", "3"],
        },
    ),
    "factorial": (
        ["--switch", "margin=partner.ratification_margin=2", "--runs", "2"],
        {
            "--switch": ["--switch", "margin=partner.ratification_margin=1", "--runs", "2"],
            "--runs": ["--switch", "margin=partner.ratification_margin=2", "--runs", "3"],
        },
    ),
    "calibrate": (
        ["--draws", "100"],
        {
            "--draws": ["--draws", "101"],
            "--parameter": ["--draws", "100", "--parameter", "walk_away.court_survival"],
            "--through": ["--draws", "100", "--through", "2025-06-28"],
            "--hold-out": ["--draws", "100", "--hold-out", "deal_day"],
            "--case": ["--draws", "100", "--parameter", "walk_away.court_survival", "--case", "Korea"],
            "--method": ["--draws", "100", "--method", "smc", "--most-steps", "1"],
            "--repeats": ["--draws", "100", "--repeats", "2"],
            "--tolerance": ["--draws", "100", "--tolerance", "2"],
            "--kept": ["--draws", "100", "--kept", "0.5"],
            "--most-steps": ["--draws", "100", "--most-steps", "3"],
            "--record": ["--draws", "100", "--record", str(RECORD)],
        },
    ),
    "grid": (
        ["--runs", "2"],
        {"--runs": ["--runs", "3"], "--engine": ["--runs", "2", "--engine", "mesa"]},
    ),
    "sweep": (
        ["--over", "us_treasury.consumer_weight=0.5,1", "--runs", "3"],
        {
            "--over": ["--over", "us_treasury.consumer_weight=0.5,0.75", "--runs", "3"],
            "--runs": ["--over", "us_treasury.consumer_weight=0.5,1", "--runs", "4"],
        },
    ),
    "sweep of a leader": (
        ["--leader", "us_treasury", "--points", "2", "--runs", "3"],
        {
            "--leader": ["--leader", "partner", "--points", "2", "--runs", "3"],
            "--issue": ["--leader", "us_treasury", "--issue", "car_tariff", "--points", "2", "--runs", "3"],
            "--points": ["--leader", "us_treasury", "--points", "3", "--runs", "3"],
        },
    ),
    "sensitivity": (
        ["--set", UNCERTAIN, "--base", "16", "--trajectories", "4"],
        {
            "--base": ["--set", UNCERTAIN, "--base", "32", "--trajectories", "4"],
            "--trajectories": ["--set", UNCERTAIN, "--base", "16", "--trajectories", "5"],
            "--ranges": ["--set", UNCERTAIN, "--base", "16", "--trajectories", "4", "--ranges"],
            "--vary": ["--set", UNCERTAIN, "--base", "16", "--trajectories", "4", "--vary", "tactics"],
        },
    ),
    "discover": (
        ["--set", UNCERTAIN, "--runs", "150", "--target", "low_gain.us_treasury"],
        {
            "--runs": ["--set", UNCERTAIN, "--runs", "160", "--target", "low_gain.us_treasury"],
            "--target": ["--set", UNCERTAIN, "--runs", "150", "--target", "low_gain.partner"],
            "--boxes": ["--set", UNCERTAIN, "--runs", "150", "--target", "low_gain.us_treasury", "--boxes", "1"],
            "--density": ["--set", UNCERTAIN, "--runs", "150", "--target", "low_gain.us_treasury", "--density", "0.9"],
            "--ranges": ["--set", UNCERTAIN, "--runs", "150", "--target", "low_gain.us_treasury", "--ranges"],
            "--vary": ["--set", UNCERTAIN, "--runs", "150", "--target", "low_gain.us_treasury", "--vary", "tactics"],
        },
    ),
    "exploit": (
        ["--tactic", "linear", "--budget", "12000"],
        {
            "--tactic": ["--tactic", "conceder", "--budget", "12000"],
            "--budget": ["--tactic", "linear", "--budget", "12001"],
        },
    ),
    "advise": (
        ["--side", "us_treasury", "--lever", "calendar.round_limit=4", "--reaction", "linear", "--worlds", "20"],
        {
            "--side": ["--side", "partner", "--lever", "calendar.round_limit=4", "--reaction", "linear",
                       "--worlds", "20"],
            "--lever": ["--side", "us_treasury", "--lever", "calendar.round_limit=5", "--reaction", "linear",
                        "--worlds", "20"],
            "--reaction": ["--side", "us_treasury", "--lever", "calendar.round_limit=4", "--reaction", "hardliner",
                           "--worlds", "20"],
            "--worlds": ["--side", "us_treasury", "--lever", "calendar.round_limit=4", "--reaction", "linear",
                         "--worlds", "21"],
            "--floor": ["--side", "us_treasury", "--lever", "calendar.round_limit=4", "--reaction", "linear",
                        "--worlds", "20", "--floor", "0.5"],
        },
    ),
    "stress": (
        ["--side", "us_treasury", "--aim", "missed", "--budget", "2000", "--fresh", "8"],
        {
            "--side": ["--side", "partner", "--aim", "missed", "--budget", "2000", "--fresh", "8"],
            "--tactic": ["--side", "us_treasury", "--tactic", "linear", "--aim", "missed", "--budget", "2000",
                         "--fresh", "8"],
            "--against": ["--side", "us_treasury", "--against", "opponent", "--aim", "missed", "--budget", "2000",
                          "--fresh", "8"],
            "--aim": ["--side", "us_treasury", "--aim", "exploited", "--budget", "2000", "--fresh", "8"],
            "--threshold": ["--side", "us_treasury", "--aim", "missed", "--threshold", "missed=0.4", "--budget", "2000",
                            "--fresh", "8"],
            "--budget": ["--side", "us_treasury", "--aim", "missed", "--budget", "2001", "--fresh", "8"],
            "--draws": ["--side", "us_treasury", "--aim", "missed", "--budget", "2000", "--fresh", "8", "--draws", "4"],
            "--fresh": ["--side", "us_treasury", "--aim", "missed", "--budget", "2000", "--fresh", "9"],
            "--cases": ["--side", "us_treasury", "--aim", "missed", "--budget", "2000", "--fresh", "8", "--cases", "1"],
            "--map": ["--side", "us_treasury", "--aim", "missed", "--budget", "2000", "--fresh", "8", "--no-map"],
        },
    ),
}  # fmt: skip

#: Options that every command has and that change its results.
COMMON = {
    "--seed": ["--seed", "99"],
    "--set": ["--set", "us_treasury.consumer_weight=0.625"],
    "--levels": ["--levels", "5"],
}

#: Options that say where results go, how they are shown, and which tactics can be named at all.
NO_RESULT = {"--out", "--resume", "--overwrite", "--figures", "--json", "--help", "--tactics", "--no-figures"}


@pytest.mark.parametrize("name", RUNS)
def test_another_value_of_an_option_is_refused_on_resume(name: str, tmp_path: Path) -> None:
    verb, (usual, changes) = name.partition(" ")[0], RUNS[name]
    command = [verb, TINY, "--no-figures", "--out", str(tmp_path / "out")]
    made = CliRunner().invoke(app, [*command, *usual])
    assert made.exit_code == 0, made.output
    before = files_of(tmp_path / "out")
    for option, words in (changes | {key: [*usual, *more] for key, more in COMMON.items()}).items():
        found = CliRunner().invoke(app, [*command, *words, "--resume"])
        assert found.exit_code == 2, option
        told = " ".join(found.output.split())
        assert "was started with something else" in told, option
        assert files_of(tmp_path / "out") == before, option
    again = CliRunner().invoke(app, [*command, *usual, "--resume"])
    assert again.exit_code == 0, again.output


@pytest.mark.parametrize("verb", sorted({name.partition(" ")[0] for name in RUNS}))
def test_every_option_that_changes_results_is_among_them(verb: str) -> None:
    group: Any = typer.main.get_command(app)
    options = {name for one in group.commands[verb].params for name in one.opts if name.startswith("--")}
    tried = {option for name, (_, changes) in RUNS.items() if name.partition(" ")[0] == verb for option in changes}
    assert options - NO_RESULT == tried | set(COMMON)
