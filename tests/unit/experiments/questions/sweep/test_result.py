"""A sweep is the same whether it was just played or is read back, in one go or after an interruption."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from experiments.cli import app
from experiments.config.load import load_config
from experiments.config.own_tactics import sources_of
from experiments.engine.simulate import simulate
from experiments.errors import RunError
from experiments.figures.kit.style import png_bytes
from experiments.questions.sweep.axes import read_axis
from experiments.questions.sweep.result import SweepResult, read
from experiments.questions.sweep.sweep import leader_sweep as play_leader
from experiments.questions.sweep.sweep import sweep as play
from experiments.questions.sweep.text import maps, points_table
from experiments.store.directory import Directory
from experiments.store.manifest import Part
from experiments.store.reading import read_finished
from tests.own_tactics import registry_kept, written
from tests.tree import CONFIGS, TINY

CARS = CONFIGS / "cars_on_the_table.yaml"
WEIGHT = "us_treasury.consumer_weight=0.5,1"
DOOR = "from agents.tactics.registering import register\n"
KINDS = ("line", "map", "names", "leader", "position")


def _play(kind: str, out: Path | None) -> SweepResult:
    if kind == "leader":
        return play_leader(load_config(TINY), "us_treasury", points=3, runs=8, seed=4, out=out)
    if kind == "position":
        return play_leader(load_config(CARS), "partner", "car_tariff", points=3, runs=8, out=out)
    over = {
        "line": [WEIGHT],
        "map": ["protocol.kind=alternating,simultaneous", "us_treasury.consumer_weight=0.5:1:3"],
        "names": ["tactics.us_treasury.name=linear,hardliner"],
    }
    return play(load_config(TINY), over[kind], 8, 4, out=out)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[SweepResult, Path]]:
    """A small sweep of every kind with its directory."""
    root = tmp_path_factory.mktemp("swept")
    return {kind: (_play(kind, root / kind), root / kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_the_same_played_read_back_and_without_a_directory(
    kind: str, made: dict[str, tuple[SweepResult, Path]]
) -> None:
    result, folder = made[kind]
    back, without = read(read_finished(folder)), _play(kind, None)
    assert (result.folder, back.folder, without.folder) == (str(folder), str(folder), None)
    assert (result.leader is None) is (kind not in ("leader", "position"))
    for other in (back, without):
        assert list(other.tables) == list(result.tables)
        for name, table in result.tables.items():
            pd.testing.assert_frame_equal(other.tables[name], table)
        assert (other.axes, other.leader, other.units) == (result.axes, result.leader, result.units)
        assert (other.text(), other.json()) == (result.text(), result.json())


def test_it_is_shown_in_one_line_in_a_notebook_and_as_json(made: dict[str, tuple[SweepResult, Path]]) -> None:
    line, both = made["line"][0], made["map"][0]
    shares = [f"{100 * share:g} %" for share in line.points["share.agreement"]]
    assert repr(line) == (
        f"<SweepResult: 2 points of tiny over us_treasury.consumer_weight, deals from {shares[0]} to {shares[1]}>"
    )
    assert repr(both).startswith("<SweepResult: 6 points of tiny over protocol.kind and us_treasury.consumer_weight, ")
    for result, tables in ((line, [points_table(line)]), (both, [*maps(both), points_table(both)])):
        shown = result._repr_html_()
        assert "\n" not in repr(result)
        assert all(f">{cell}<" in shown for table in tables for row in table.rows for cell in row)
        assert json.loads(result.json()) == result.plain()
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


def test_its_pictures_are_whole(made: dict[str, tuple[SweepResult, Path]], tmp_path: Path) -> None:
    names = {"line": ["sweep"], "map": ["phase_diagram"], "leader": ["sweep", "leader"]}
    for kind, wanted in names.items():
        figures = made[kind][0].figures()
        assert list(figures) == wanted
        for figure in figures.values():
            with Image.open(io.BytesIO(png_bytes(figure))) as image:
                pixels = np.asarray(image.convert("L"))
            edges = (pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:])
            assert all((edge == 255).all() for edge in edges), "something is cut off"
    saved = made["leader"][0].save_figures(tmp_path)
    assert saved == [f"{tmp_path}/figures/{name}.png" for name in ("sweep", "leader")]


def _files(folder: Path) -> Mapping[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


class _KilledError(Exception):
    pass


def test_a_resumed_sweep_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = Directory.record

    def dying(self: Directory, part: Part) -> None:
        if self.parts:
            raise _KilledError
        record(self, part)

    config = load_config(TINY)
    with monkeypatch.context() as patched:
        patched.setattr(Directory, "record", dying)
        with pytest.raises(_KilledError):
            play(config, [WEIGHT], 30, out=tmp_path / "stopped")
    with pytest.raises(RunError, match=r"unfinished sweep \(30 negotiations are kept\); go on with --resume"):
        play(config, [WEIGHT], 30, out=tmp_path / "stopped")
    play(config, [WEIGHT], 30, out=tmp_path / "stopped", resume=True)
    play(config, [WEIGHT], 30, out=tmp_path / "whole")
    assert {"manifest.json", "tables/points.csv", "tables/openings.csv"} < {*_files(tmp_path / "whole")}
    assert _files(tmp_path / "stopped") == _files(tmp_path / "whole")
    with pytest.raises(RunError, match="holds a finished sweep"):
        play(config, [WEIGHT], 30, out=tmp_path / "whole")
    with pytest.raises(RunError, match=r"runs: 30 -> 31"):
        play(config, [WEIGHT], 31, out=tmp_path / "whole", resume=True)
    play(config, [WEIGHT], 31, out=tmp_path / "whole", overwrite=True)
    assert json.loads((tmp_path / "whole/manifest.json").read_text())["settings"]["runs"] == 31


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
    assert axis.set_to("conceder") == "tactics.us_treasury={name: conceder}"
    assert read_axis("walk_away.execution_probability=0:1:3").set_to("0.5") == "walk_away.execution_probability=0.5"
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


@pytest.mark.parametrize(
    "arguments", [["--over", WEIGHT, "--runs", "10"], ["--leader", "partner", "--points", "2", "--runs", "10"]]
)
def test_the_command_prints_the_blocks_or_json(arguments: list[str]) -> None:
    config = load_config(TINY)
    result = play(config, [WEIGHT], 10) if "--over" in arguments else play_leader(config, "partner", None, 2, 10)
    done = CliRunner().invoke(app, ["sweep", str(TINY), *arguments])
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(result.text())
    assert "20 negotiations, " in done.stdout
    told = CliRunner().invoke(app, ["sweep", str(TINY), *arguments, "--json"]).stdout
    assert json.loads(told) == json.loads(result.json())
    assert "NaN" not in told
