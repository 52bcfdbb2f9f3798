"""Switches are read and checked, and a factorial keeps them and the rows behind its cells."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from experiments.config.load import load_config
from experiments.errors import RunError
from experiments.questions.factorial.factorial import factorial as play
from experiments.questions.factorial.result import read
from experiments.questions.factorial.switches import parse_switches
from experiments.store.reading import read_finished
from tests.command_line import refused, winset
from tests.tree import TINY

MARGIN = "margin=partner.ratification_margin=2"
TWO = {"margin": ("partner.ratification_margin=2",), "weight": ("us_treasury.consumer_weight=0.1",)}


def test_switches_of_one_name_turn_off_together() -> None:
    found = parse_switches(["audience=us_treasury.audience_cost=0", MARGIN, "audience=partner.audience_cost=0"])
    assert found == {
        "audience": ("us_treasury.audience_cost=0", "partner.audience_cost=0"),
        "margin": ("partner.ratification_margin=2",),
    }
    tactic = "tactics.us_treasury={name: boulware, beta: 0.2}"
    assert parse_switches([f"tough={tactic}"]) == {"tough": (tactic,)}


@pytest.mark.parametrize("option", ["", "margin", "margin=", "margin=path", "margin=path=", "=path=1", "margin==1"])
def test_switches_of_another_form_are_refused(option: str) -> None:
    with pytest.raises(RunError, match="write name=path=value"):
        parse_switches([option])


@pytest.mark.parametrize("name", ["share", "high", "outcome.stall", "reason.x", "one x two"])
def test_names_that_the_tables_have_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=f"--switch {name}: give it another name, one that is not agreements, share"):
        play(load_config(TINY), {name: TWO["margin"]}, 2, 1, out=tmp_path / "out")
    assert [*tmp_path.iterdir()] == []


def test_the_command_prints_and_keeps_the_same_tables(tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    result = winset("factorial", TINY, "--runs", "10", "--seed", "1", "--switch", MARGIN, "--out", out)
    assert result.exit_code == 0, result.output
    played = play(load_config(TINY), parse_switches([MARGIN]), 10, 1)
    assert played.switches == ("margin",)
    pd.testing.assert_frame_equal(pd.read_csv(out / "tables/cells.csv"), played.cells)
    pd.testing.assert_frame_equal(pd.read_csv(out / "tables/effects.csv"), played.effects)
    assert "Factorial of tiny: 2 cells of the same 10 runs" in result.stdout
    assert "20 negotiations" in result.stderr
    assert f"Kept in {out}; as a page to read: winset report {out}" in result.stdout


def test_the_command_prints_json() -> None:
    result = winset("factorial", TINY, "--runs", "4", "--seed", "1", "--switch", MARGIN, "--json")
    assert json.loads(result.stdout) == play(load_config(TINY), parse_switches([MARGIN]), 4, 1).plain()


def test_the_command_takes_runs_seed_and_switches_from_the_config() -> None:
    result = winset("factorial", TINY, "--set", "experiment.runs=3", "--set", "experiment.seed=6", "--json")
    found = json.loads(result.stdout)
    assert (found["runs"], found["seed"]) == (3, 6)
    assert "threat" in found["switches"]
    assert "us_car_line" not in found["switches"]


def test_a_folder_that_cannot_be_made_is_refused_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    out = tmp_path / "file" / "out"
    assert "cannot write to" in refused("factorial", TINY, "--runs", "1000000", "--switch", MARGIN, "--out", out)


def test_a_config_without_any_of_the_rules_asks_for_switches() -> None:
    sets = ["walk_away.threat_reciprocal_tariff=0.1", "partner.audience_cost=0"]
    with pytest.raises(RunError, match="tiny has none of the rules that are turned off by default; name some"):
        play(load_config(TINY, sets), None, 2, 1)


def test_switches_and_the_rows_behind_the_cells_are_read_back(tmp_path: Path) -> None:
    played = play(load_config(TINY), TWO, 5, 3, out=tmp_path / "out", level=0.8)
    found = read_finished(tmp_path / "out", "factorial")
    back = read(found)
    assert played.plain() == back.plain()
    assert (back.switches, back.off, back.runs, back.level) == (("margin", "weight"), TWO, 5, 0.8)
    rows = found.rows().to_pandas()
    assert rows.groupby("cell")["run"].apply(list).to_dict() == {cell: [*range(5)] for cell in range(4)}
    deals = rows[rows["outcome"] == "agreement"].groupby("cell").size().reindex(range(4), fill_value=0)
    assert deals.tolist() == back.cells["agreements"].tolist()


def test_another_order_of_the_switches_is_another_question(tmp_path: Path) -> None:
    play(load_config(TINY), TWO, 2, 1, out=tmp_path / "out")
    with pytest.raises(RunError, match="was started with something else"):
        play(load_config(TINY), dict(reversed(TWO.items())), 2, 1, out=tmp_path / "out", resume=True)
