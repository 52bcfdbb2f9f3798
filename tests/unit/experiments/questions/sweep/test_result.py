"""A sweep keeps its axes and who leads, plays runs of the config at every point, and refuses what is no axis."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.config.load import load_config
from experiments.config.own_tactics import sources_of
from experiments.engine.simulate import simulate
from experiments.questions.sweep.axes import read_axis
from experiments.questions.sweep.result import read
from experiments.questions.sweep.sweep import leader_sweep as play_leader
from experiments.questions.sweep.sweep import sweep as play
from experiments.questions.sweep.text import maps, points_table
from experiments.store.reading import read_finished
from tests.own_tactics import registry_kept, written
from tests.pages import as_written
from tests.small_answers import CARS, SMALL, SmallAnswers
from tests.tree import TINY

DOOR = "from agents.tactics.registering import register\n"
KINDS = [name for name, small in SMALL.items() if small.command == "sweep"]


@pytest.mark.parametrize("kind", KINDS)
def test_axes_leader_and_units_are_read_back(kind: str, answers: SmallAnswers) -> None:
    result, back = answers[kind].result, read(read_finished(answers[kind].folder))
    assert (result.leader is None) is (not kind.startswith("leader"))
    assert (back.axes, back.leader, back.units) == (result.axes, result.leader, result.units)


def test_it_is_shown_in_one_line_and_in_a_notebook(answers: SmallAnswers) -> None:
    line, both = answers["sweep"].result, answers["sweep of two"].result
    shares = [f"{100 * share:g} %" for share in line.points["share.agreement"]]
    assert repr(line) == (
        "<SweepResult: 2 points of tiny over weight of US consumer surplus (us_treasury.consumer_weight), deals from "
        f"{shares[0]} to {shares[1]}>"
    )
    assert repr(both).startswith("<SweepResult: 6 points of tiny over whether sides take turns ")
    for result, tables in ((line, [points_table(line)]), (both, [*maps(both), points_table(both)])):
        shown = as_written(result._repr_html_())
        assert all(f"{cell}<" in shown for table in tables for row in table.rows for cell in row)
    assert (line.negotiations, both.negotiations) == (16, 48)


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("tactics.us_treasury", ["{name: linear}", "{name: conceder, beta: 2}"]),
        ("calendar.deadline", ["2025-07-01", "2025-08-01"]),
    ],
)
def test_values_that_are_no_numbers_stay_the_texts_that_were_given(
    path: str, values: list[str], tmp_path: Path
) -> None:
    result = play(load_config(TINY), f"{path}={','.join(values)}", 3, out=tmp_path / "out")
    assert list(result.points[path]) == values
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "out/tables/points.csv")[[path]], result.points[[path]])


def test_a_tactic_of_ones_own_that_is_swept_is_in_the_manifest(tmp_path: Path) -> None:
    text = f"{DOOR}\n@register\ndef mine(view, knobs):\n    '''Half.'''\n    return 1.0 - 0.5 * view.time\n"
    file = written(tmp_path / "mine.py", text)
    arguments = ["sweep", str(TINY), "--tactics", str(file), "--over", "tactics.us_treasury.name=linear,mine"]
    with registry_kept():
        done = CliRunner().invoke(app, [*arguments, "--runs", "3", "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert sources_of(load_config(TINY)) == ()
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert [tactic["name"] for tactic in manifest["tactics"]] == [file.name]


def test_points_of_a_sweep_are_runs_of_the_config_on_the_same_draws() -> None:
    result = play(load_config(CARS), ["partner.subsidy_budget=1,4"], 40, 3)
    for place, value in enumerate((1, 4)):
        config = load_config(CARS, [f"partner.subsidy_budget={value}"])
        runs = simulate(config, 0, 40, 3, 40, trajectories=False, solutions=False).runs.to_pandas()
        row = result.points.iloc[place]
        assert row["share.agreement"] == (runs["outcome"] == "agreement").mean()
        assert row["gain.us_treasury"] == pytest.approx(runs["gain.us_treasury"].mean(), abs=1e-12)
        assert row["car_tariff.q50"] == pytest.approx(runs["car_tariff"].median(), abs=1e-12)


def test_two_axes_and_names_can_be_swept() -> None:
    over = ["tactics.us_treasury.name=linear,conceder", "protocol.kind=alternating,simultaneous"]
    result = play(load_config(TINY), over, 10)
    assert list(result.points["tactics.us_treasury.name"]) == ["linear", "linear", "conceder", "conceder"]
    assert list(result.points["protocol.kind"]) == ["alternating", "simultaneous"] * 2
    assert result.negotiations == 40


def test_a_leader_moves_its_opening_from_end_to_end() -> None:
    result = play_leader(load_config(TINY), "us_treasury", points=3, runs=30)
    openings = result.openings[(result.openings["side"] == "us_treasury") & (result.openings["issue"] == "car_tariff")]
    assert list(result.points["tactics.us_treasury.initial"]) == [0.0, 0.5, 1.0]
    assert openings["q50"].is_monotonic_decreasing
    assert openings["q50"].iloc[0] == 0.275
    assert result.following is not None
    assert set(result.following["issue"]) == {"car_tariff", "chip_purchases"}


def test_a_leader_moves_its_public_position_over_the_range_of_an_issue() -> None:
    result = play_leader(load_config(CARS), "partner", "car_tariff", points=3, runs=30)
    assert list(result.points["red_lines.leader_position.at_most"]) == [0.025, 0.15, 0.275]
    deals = result.points["car_tariff.q95"].to_numpy()
    limits = result.points["red_lines.leader_position.at_most"].to_numpy()
    assert (np.isnan(deals) | (deals <= limits + 1e-12)).all()


def test_a_swept_tactic_has_its_own_knobs() -> None:
    axis = read_axis("tactics.us_treasury.name=boulware,conceder")
    assert axis.set_to("conceder").text == "tactics.us_treasury={name: conceder}"
    assert (
        read_axis("walk_away.execution_probability=0:1:3").set_to("0.5").text == "walk_away.execution_probability=0.5"
    )
    points = play(load_config(CARS), "tactics.us_treasury.name=boulware,conceder", runs=40).points
    assert points["gain.us_treasury"].nunique() == 2


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("a.b=0:1:3", ("0", "0.5", "1")),
        ("a.b = 0.1:0.3:3", ("0.1", "0.2", "0.3")),
        ("a=boulware, conceder", ("boulware", "conceder")),
        ("a={name: linear, beta: 2},{name: conceder}", ("{name: linear, beta: 2}", "{name: conceder}")),
        ("d=2025-07-01,2025-08-01", ("2025-07-01", "2025-08-01")),
    ],
)
def test_an_axis_is_read(option: str, values: tuple[str, ...]) -> None:
    assert read_axis(option).values == values


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give what is swept"),
        (["--over", "a"], "must read path=low:high:n"),
        (["--over", "a=1"], "at least two values"),
        (["--over", "a=1,1"], "stands there twice"),
        (["--over", "a=0:x:3"], "two different numbers"),
        (["--over", "a=0:1:1"], "from 2 to"),
        (["--over", "us_treasury.consumer_wait=0:1:3"], "consumer_wait"),
        (["--over", "us_treasury.consumer_weight=0,-3"], "us_treasury.consumer_weight"),
        (["--over", "seed=1,2", "--over", "seed=3,4"], "seed"),
        (["--over", "a=1,2", "--over", "b=1,2", "--over", "c=1,2"], "--over is given 3 times; give it once or twice"),
        (["--over", "calendar.round_limit=2,3", "--runs", "0"], "--runs is 0"),
        (["--over", "calendar.round_limit=2,3", "--seed", "-1"], "--seed is -1"),
        # What cannot be at a point is named with its place in the file.
        (["--over", "agenda.car_tariff.low=0.5,0.6"], "tiny.yaml:14:15: agenda.car_tariff: low must be below high"),
        (["--leader", "china"], "must be us_treasury or partner"),
        (["--leader", "us_treasury", "--points", "1"], "--points is 1"),
        (["--leader", "us_treasury", "--issue", "farm"], "on the table from the start"),
        (["--issue", "car_tariff"], "goes with --leader"),
        (["--leader", "us_treasury", "--set", "tactics.us_treasury={name: hardliner}"], "no knob"),
    ],
)
def test_bad_input_is_refused_before_there_is_a_directory(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["sweep", str(TINY), *arguments, "--out", str(tmp_path / "out")])
    assert done.exit_code == 2, done.output
    assert message in " ".join(done.output.split())
    assert "Traceback" not in done.output
    assert not (tmp_path / "out").exists()
