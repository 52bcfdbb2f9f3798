"""A factorial is printed and written as it was computed, and switches are read from the command line."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from experiments.errors import RunError
from experiments.questions.factorial.factorial import Factorial
from experiments.questions.factorial.text import factorial_command, parse_switches, render
from tests.tree import TINY

MARGIN = "margin=partner.ratification_margin=2"


def _result(failures: dict[str, list[float]] | None = None) -> Factorial:
    cells = {
        "car_line": [True, True, False, False],
        "threat": [True, False, True, False],
        "agreements": [0, 0, 25, 80],
        "share": [0.0, 0.0, 0.25, 0.8],
        "low": [0.0, 0.0, 0.18, 0.71],
        "high": [0.04, 0.04, 0.34, 0.87],
    }
    effects = {
        "term": ["car_line", "threat", "car_line x threat"],
        "order": [1, 1, 2],
        "effect": [-0.525, -0.275, 0.001],
        "low": [-0.6, -0.33, -0.1],
        "high": [-0.4, -0.2, 0.1],
    }
    return Factorial(
        "case", ("car_line", "threat"), 100, 0.95, pd.DataFrame(cells | (failures or {})), pd.DataFrame(effects)
    )


def _console() -> tuple[Console, io.StringIO]:
    text = io.StringIO()
    return Console(file=text, width=100), text


def test_printed_shares_are_those_of_the_cells() -> None:
    console, text = _console()
    render(_result(), console)
    lines = [" ".join(line.split()) for line in text.getvalue().splitlines()]
    assert "Factorial of case: 4 cells of the same 100 runs" in lines
    assert "Agreements: 0 % with every rule, 80 % with none of them" in lines
    assert "Car line 25 % 0 %" in lines
    assert "Threat 0 % 25 %" in lines
    assert "- on 25 % 18.0 to 34.0 % -" in lines
    assert "Car line -52.5 -60.0 to -40.0" in lines
    assert max(map(len, text.getvalue().splitlines())) <= 100


def test_the_obstacle_is_the_most_frequent_reason_however_talks_ended() -> None:
    failures = {
        "reason.agreement.us_accepts": [0.0, 0.0, 0.25, 0.8],
        "reason.stall.no_zone": [0.3, 0.0, 0.2, 0.0],
        "reason.threat_executed.no_zone": [0.3, 0.0, 0.2, 0.0],
        "reason.threat_executed.disjoint_red_lines": [0.4, 1.0, 0.35, 0.2],
    }
    console, text = _console()
    render(_result(failures), console)
    lines = [" ".join(line.split()) for line in text.getvalue().splitlines()]
    assert "on on 0 % 0.0 to 4.0 % no zone, 60 %" in lines
    assert "on - 0 % 0.0 to 4.0 % disjoint red lines, 100 %" in lines


def test_switches_of_one_name_turn_off_together() -> None:
    read = parse_switches(["audience=us_treasury.audience_cost=0", MARGIN, "audience=partner.audience_cost=0"])
    assert read == {
        "audience": ("us_treasury.audience_cost=0", "partner.audience_cost=0"),
        "margin": ("partner.ratification_margin=2",),
    }
    tactic = "tactics.us_treasury={name: boulware, beta: 0.2}"
    assert parse_switches([f"tough={tactic}"]) == {"tough": (tactic,)}


@pytest.mark.parametrize("option", ["", "margin", "margin=", "margin=path", "margin=path=", "=path=1", "margin==1"])
def test_switches_of_another_form_are_refused(option: str) -> None:
    with pytest.raises(RunError, match="write name=path=value"):
        parse_switches([option])


def test_the_command_prints_and_writes_the_same_tables(tmp_path: Path) -> None:
    (console, text), (errors, progress) = _console(), _console()
    out = tmp_path / "new" / "folder"
    result = factorial_command(TINY, 10, 1, out, [MARGIN], console=console, errors=errors)
    assert result.switches == ("margin",)
    pd.testing.assert_frame_equal(pd.read_csv(out / "cells.csv"), result.cells)
    pd.testing.assert_frame_equal(pd.read_csv(out / "effects.csv"), result.effects)
    assert "Factorial of tiny: 2 cells of the same 10 runs" in text.getvalue()
    assert "20 negotiations" in progress.getvalue()


def test_the_command_takes_runs_seed_and_switches_from_the_config() -> None:
    (console, text), (errors, _) = _console(), _console()
    factorial_command(TINY, None, None, None, sets=["experiment.runs=3"], console=console, errors=errors)
    assert "cells of the same 3 runs" in text.getvalue()
    assert "Threat" in text.getvalue()
    assert "US car line" not in text.getvalue()


def test_a_folder_that_cannot_be_made_is_told_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    console, text = _console()
    with pytest.raises(RunError, match="cannot write to"):
        factorial_command(TINY, 10**9, 1, tmp_path / "file" / "out", [MARGIN], console=console, errors=console)
    assert text.getvalue() == ""


def test_a_config_without_any_of_the_rules_asks_for_switches() -> None:
    console, _ = _console()
    sets = ["walk_away.threat_reciprocal_tariff=0.1", "partner.audience_cost=0"]
    with pytest.raises(RunError, match="tiny has none of the rules that are turned off by default; name some"):
        factorial_command(TINY, 2, 1, None, sets=sets, console=console, errors=console)
