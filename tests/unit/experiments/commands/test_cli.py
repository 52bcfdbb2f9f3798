"""Every command says what it did; bad input ends in exit 2, one message and nothing half-written."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from agents.errors import TacticError
from experiments import api
from experiments.config.load import load_config
from experiments.progress import COMPILING
from experiments.questions.run.summary import Summary
from experiments.store.digest import digest_of_run
from experiments.store.manifest import read_manifest
from sim.parameters.table import TABLE
from tests.command_line import winset
from tests.fake_engine import fake_plan, run_fake
from tests.process_groups import wait_until_gone
from tests.tree import ROOT, TINY

FULL = ROOT / "tests" / "data" / "full.yaml"
MESA = ("--engine", "mesa")


def refused(*arguments: str | Path) -> str:
    """Message of a command that must refuse its input."""
    result = winset(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return " ".join(result.stderr.split())


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.yaml"
    path.write_text(FULL.read_text().replace("\ntitle:", "\ntitel:"))
    return path


def test_check_explains_every_part_of_a_config() -> None:
    result = winset("check", FULL)
    assert result.exit_code == 0, result.output
    for heading in ("Calendar and protocol", "On the table", "At the table", "Red lines (", "Events (", "Sources"):
        assert f"\n{heading}" in result.stdout
    assert "Numbers that are drawn for each negotiation (" in result.stdout


def test_check_names_file_line_and_key(broken: Path) -> None:
    message = refused("check", broken)
    assert f"error: {broken}:" in message
    assert "titel: unknown key; did you mean title?" in message


def test_check_reports_values_outside_the_plausible_range() -> None:
    result = winset("check", FULL, "--set", "us_treasury.protected_rent_weight=3")
    assert "us_treasury.protected_rent_weight = 3; plausible is 1 to 2 (weight)" in " ".join(result.stdout.split())


def test_check_refuses_a_wrong_set_option() -> None:
    message = refused("check", FULL, "--set", "us_treasury.consumer_weigh=1")
    assert "--set us_treasury.consumer_weigh=1" in message
    assert "did you mean consumer_weight?" in message


def test_check_without_a_config_says_what_is_missing() -> None:
    assert "name a config file" in refused("check")


def test_schema_is_json_that_knows_the_parameters() -> None:
    result = winset("check", "--schema")
    assert result.exit_code == 0
    assert "consumer_weight" in json.dumps(json.loads(result.stdout)["$defs"])


def test_every_parameter_is_listed_with_its_source() -> None:
    rows = json.loads(winset("list", "parameters", "--json").stdout)
    assert [row["source"] for row in rows] == [row.source for row in TABLE]
    text = winset("list", "parameters").stdout
    assert "us_treasury.consumer_weight = 0.5, plausibly 0.1 to 1 (weight)\n" in text
    assert text.count("Known by") + text.count("Known\n") == len(TABLE)


def test_issues_and_tactics_are_listed() -> None:
    issues = winset("list", "issues").stdout
    assert "car_tariff: 0.025 to 0.275 in 21 levels (rate)" in issues
    tactics = winset("list", "tactics").stdout
    assert "boulware" in tactics
    assert "beta = 0.2" in tactics
    assert {row["tactic"] for row in json.loads(winset("list", "tactics", "--json").stdout)} >= {"linear", "hardliner"}


def test_configs_are_listed_by_title_and_a_broken_one_says_so(broken: Path) -> None:
    (broken.parent / "full.yaml").write_text(FULL.read_text())
    rows = json.loads(winset("list", "configs", "--folder", broken.parent, "--json").stdout)
    titles = {Path(row["config"]).name: row["title"] for row in rows}
    assert titles["broken.yaml"].startswith("cannot be used: ")
    assert not titles["full.yaml"].startswith("cannot be used")


def test_a_folder_without_configs_is_a_message(tmp_path: Path) -> None:
    assert "there is no config (*.yaml)" in refused("list", "configs", "--folder", tmp_path)


def test_an_unknown_kind_or_engine_is_refused() -> None:
    kinds = "tactics, acceptance, configs, issues, parameters, figures"
    assert f"error: KIND is weapons; it must be one of {kinds}." in refused("list", "weapons")
    assert refused("run", FULL, "--engine", "abacus") == "error: --engine is abacus; it must be compiled or mesa."


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--runs", "0", "--runs is 0; it must be a whole number from 1 to"),
        ("--seed", "-1", "--seed is -1; it must be a whole number from 0 to"),
        ("--chunk-size", "0", "--chunk-size is 0;"),
        ("--workers", "0", "--workers is 0;"),
    ],
)
def test_run_refuses_numbers_that_make_no_sense(tmp_path: Path, option: str, value: str, message: str) -> None:
    out = tmp_path / "out"
    assert message in refused("run", FULL, "--out", out, option, value)
    assert not out.exists()


def test_run_with_a_broken_config_writes_nothing(broken: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert "titel" in refused("run", broken, "--out", out)
    assert not out.exists()


def test_run_refuses_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    for options in ((), ("--resume",), ("--overwrite",)):
        told = refused("run", FULL, "--out", tmp_path, *options)
        assert "is not empty and holds no results of winset; choose another --out." in told
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_hash_prints_the_digest_and_nothing_else(tmp_path: Path) -> None:
    run_fake(tmp_path, fake_plan())
    assert winset("hash", tmp_path).stdout == f"{digest_of_run(tmp_path)}\n"


def test_hash_of_no_run_is_a_message(tmp_path: Path) -> None:
    assert "has no manifest.json, so it holds no results of winset that could be read back" in refused("hash", tmp_path)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of a small run of the real model."""
    folder = tmp_path_factory.mktemp("finished") / "tiny"
    result = winset(
        "run", TINY, *MESA, "--runs", "24", "--seed", "5", "--workers", "1", "--no-figures", "--out", folder
    )
    assert result.exit_code == 0, result.output
    assert "How 24 negotiations ended" in result.stdout
    assert result.stdout.endswith(f"Kept in {folder}; as a page to read: winset report {folder}\n")
    assert "24 negotiations at " in result.stderr
    return folder


def test_workers_and_chunks_do_not_show_in_the_hash(finished: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ("--runs", "24", "--seed", "5", "--workers", "2", "--chunk-size", "7", "--no-figures", "--out", out)
    assert winset("run", TINY, *MESA, *options).exit_code == 0
    assert winset("hash", out).stdout == winset("hash", finished).stdout
    assert len(list((out / "runs").iterdir())) == 4


def test_a_cluster_does_not_show_in_the_hash(finished: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ("--runs", "24", "--seed", "5", "--workers", "2", "--chunk-size", "5", "--no-figures", "--out", out)
    result = winset("run", TINY, *MESA, "--cluster", "local", *options)
    assert result.exit_code == 0, result.output
    assert winset("hash", f"file://{out}").stdout == winset("hash", finished).stdout


def test_a_cluster_that_does_not_answer_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    message = refused("run", TINY, *MESA, "--cluster", "nowhere", "--out", out)
    assert "no Dask scheduler answers at nowhere" in message
    assert not out.exists()


def test_the_notebook_door_gives_the_same_rows(finished: Path) -> None:
    result = api.run(TINY, runs=24, seed=5, engine="mesa", workers=1)
    assert result.digest == digest_of_run(finished)
    assert result.folder is None
    pd.testing.assert_frame_equal(result.runs, api.load_runs(finished))
    pd.testing.assert_frame_equal(result.trajectories, api.load_trajectories(finished))
    assert result.runs["run"].tolist() == list(range(24))
    assert isinstance(result.summary(), Summary)
    assert {"positions", "outcomes_by_round"} <= result.figures().keys()


def test_the_notebook_door_takes_files_configs_and_data_alike() -> None:
    loaded = load_config(TINY)
    results = [
        api.run(form, runs=2, sets=["us_treasury.ratification_margin=0.75"], engine="mesa")
        for form in (str(TINY), loaded)
    ]
    results.append(api.run(loaded.resolved() | {"us_treasury": {"ratification_margin": 0.75}}, runs=2, engine="mesa"))
    assert results[0].digest == results[1].digest
    assert results[0].digest != api.run(loaded, runs=2, engine="mesa").digest
    assert results[2].config.us_treasury.number("ratification_margin").support() == (0.75, 0.75)


def test_a_finished_run_is_refused_checked_or_replaced(finished: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(finished, folder)
    before = digest_of_run(folder)
    assert "replace it with --overwrite" in refused("run", TINY, "--out", folder)
    (folder / "runs" / "part-000001.parquet").unlink()
    again = winset("run", TINY, "--out", folder, "--resume", "--no-figures")
    assert "runs/part-000001.parquet is damaged or gone; its rows are computed again." in again.stderr
    assert digest_of_run(folder) == before
    assert "seed: 5 -> 6" in refused("run", TINY, "--seed", "6", "--out", folder, "--resume")
    assert winset("run", TINY, *MESA, "--runs", "10", "--no-figures", "--out", folder, "--overwrite").exit_code == 0
    assert digest_of_run(folder) != before


def test_a_run_draws_its_pictures_and_says_where(tmp_path: Path) -> None:
    result = winset("run", TINY, *MESA, "--runs", "12", "--workers", "1", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    lines = [line.removeprefix("Picture: ") for line in result.stdout.splitlines() if line.startswith("Picture: ")]
    assert lines
    assert {Path(line) for line in lines} == set((tmp_path / "out" / "figures").glob("*.png"))


def test_play_tells_the_run_of_the_tables(finished: Path) -> None:
    runs = api.load_runs(finished)
    deal = int(runs.loc[runs["outcome"] == "agreement", "run"].iloc[0])
    result = winset("play", TINY, "--seed", "5", "--run", str(deal))
    assert result.exit_code == 0, result.output
    assert f"Run {deal} of seed 5." in result.stdout
    last = int(runs["round"].iloc[deal])
    assert f"Round {last}, " in result.stdout
    assert f"Round {last + 1}, " not in result.stdout
    assert "The talks end in an agreement" in result.stdout
    assert api.play(TINY, seed=5, run=deal).text(100) == result.stdout


@pytest.mark.parametrize(("option", "value"), [("--run", "-1"), ("--seed", "-1")])
def test_play_refuses_numbers_that_make_no_sense(option: str, value: str) -> None:
    assert f"{option} is -1; it must be a whole number from 0" in refused("play", TINY, option, value)


def test_play_says_when_it_compiles_for_the_first_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.compiled.is_cold", lambda: True)
    assert winset("play", TINY).stderr == f"{COMPILING}\n"
    monkeypatch.setattr("sim.compiled.is_cold", lambda: False)
    assert winset("play", TINY).stderr == ""


@pytest.mark.parametrize(
    "option",
    [
        "us_treasury.consumer_weight=1e308",
        "agenda.other_purchases.high=1e308",
        "calendar.slip_days=1e9",
        "calendar.days_between_rounds=1e7",
    ],
)
def test_absurd_numbers_are_refused_with_their_place(option: str, tmp_path: Path) -> None:
    path, _, value = option.partition("=")
    assert f"error: --set {option}: {path}: must be " in refused("play", TINY, "--set", option)
    written = tmp_path / "absurd.yaml"
    *parents, key = path.split(".")
    lines = [f"extends: {TINY}", *("  " * depth + f"{part}:" for depth, part in enumerate(parents))]
    written.write_text("\n".join([*lines, "  " * len(parents) + f"{key}: {value}", ""]))
    place = f"{written}:{len(lines) + 1}:"
    assert place in winset("play", written).stderr.replace("\n", "")


@pytest.mark.parametrize(
    ("error", "told"),
    [(ArithmeticError("run 3: no payoff"), True), (TacticError("NaN"), True), (ZeroDivisionError("ours"), False),
     (ValueError("ours"), False)],
)  # fmt: skip
def test_what_a_rule_refuses_is_told_and_our_faults_are_not(
    error: Exception, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("experiments.api.play", fail)
    result = winset("play", TINY)
    assert (result.exit_code == 2) == told
    assert (result.stderr == f"error: {error}\n") == told
    assert (result.exception is error) != told


def test_a_factorial_prints_and_writes_its_cells(tmp_path: Path) -> None:
    switch = ("--switch", "margin=partner.ratification_margin=2")
    result = winset("factorial", TINY, "--runs", "6", "--seed", "2", *switch, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert "2 cells of the same 6 runs" in result.stdout
    assert pd.read_csv(tmp_path / "tables/cells.csv")["margin"].tolist() == [True, False]
    assert " factorial " in winset("--help").stdout


def test_a_factorial_has_standard_switches_and_refuses_bad_ones() -> None:
    assert winset("factorial", TINY, "--runs", "6").exit_code == 0
    assert "write name=path=value" in refused("factorial", TINY, "--switch", "margin")
    assert "--seed is -1" in refused("factorial", TINY, "--seed", "-1")


@pytest.mark.parametrize(
    "where", [(), pytest.param(("--cluster", "local"), marks=pytest.mark.long)], ids=["processes", "cluster"]
)
def test_ctrl_c_leaves_a_directory_to_go_on_with(tmp_path: Path, where: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "experiments.cli", "run", str(TINY), *MESA, "--runs", "20000", "--chunk-size", "5"]
    process = subprocess.Popen(
        [*command, "--workers", "2", "--out", str(tmp_path), *where],
        cwd=ROOT,
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )
    journal = tmp_path / "journal.jsonl"
    end = time.monotonic() + 120
    while not (journal.exists() and journal.read_text().count("\n") > 1):
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors.splitlines()[-1] == (
        f"interrupted; what was finished is kept in {tmp_path}. Go on with the same command and --resume."
    )
    assert "Traceback" not in errors
    wait_until_gone(process.pid)
    manifest = read_manifest(tmp_path)
    assert (manifest.status, len(manifest.parts) > 1) == ("running", True)
    assert "finish it with" in refused("hash", tmp_path)


def test_what_a_side_has_learnt_is_told_in_json() -> None:
    result = winset("play", TINY, "--set", "beliefs.us_treasury={kind: learnt, noise: 0.3}", "--json")
    assert result.exit_code == 0, result.output
    lessons = json.loads(result.stdout)["ending"]["lessons"]["us_treasury"]
    assert all(set(lesson) == {"issues", "multiplier"} for lesson in lessons)
    assert lessons


def test_the_version_is_told_with_the_digest_of_the_sources() -> None:
    result = winset("--version")
    assert result.exit_code == 0
    assert re.fullmatch(r"winset \d+\.\d+\.\d+\S* \(source files [0-9a-f]{32}\)\n", result.stdout)
