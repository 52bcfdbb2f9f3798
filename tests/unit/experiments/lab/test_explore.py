"""Sweeps, sensitivity and discovery: same bytes after an interruption, chance as an input, and refusals."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image
from typer.testing import CliRunner

from experiments.cli import app
from experiments.config.load import load_config
from experiments.config.numbers import numbers
from experiments.engine.simulate import simulate
from experiments.errors import RunError
from experiments.figures.kit.style import png_bytes
from experiments.lab import evaluate as evaluating
from experiments.lab.inputs import CHANCE, DUMMY, config_inputs, units_of
from experiments.lab.models import CHANCES, TalksModel
from experiments.questions.discover.command import discover
from experiments.questions.discover.discover import target_words, targets
from experiments.questions.sensitivity.command import sensitivity
from experiments.questions.sweep.axes import read_axis
from experiments.questions.sweep.command import leader_sweep, sweep
from experiments.store.plan import Chunk
from sim.issues import ISSUE_BY_NAME
from sim.records import Floats
from tests.tree import CONFIGS, TINY

CARS = CONFIGS / "cars_on_the_table.yaml"
UNCERTAIN = ["walk_away.execution_probability={dist: uniform, low: 0, high: 1}"]


def _files(folder: Path) -> Mapping[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


class _KilledError(Exception):
    pass


@pytest.fixture
def killed_after_a_chunk(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The second chunk that is to be stored finds the process dead."""
    from experiments.lab.directory import ExploreFolder

    record = ExploreFolder.record
    stored: list[Chunk] = []

    def dying(self: ExploreFolder, chunk: Chunk, table: pa.Table) -> None:
        if stored:
            raise _KilledError
        stored.append(chunk)
        record(self, chunk, table)

    monkeypatch.setattr(ExploreFolder, "record", dying)
    return monkeypatch


def test_a_resumed_sensitivity_gives_the_same_bytes(tmp_path: Path, killed_after_a_chunk: pytest.MonkeyPatch) -> None:
    config = load_config(TINY, UNCERTAIN)
    killed_after_a_chunk.setattr(evaluating, "CHUNK", 64)
    chunked = evaluating.chunks_of
    killed_after_a_chunk.setattr(
        "experiments.questions.sensitivity.sensitivity.chunks_of", lambda rows: chunked(rows, 64)
    )
    with pytest.raises(_KilledError):
        sensitivity(config, base=64, trajectories=8, out=tmp_path / "stopped")
    assert (tmp_path / "stopped/runs/part-000000.parquet").exists()
    assert json.loads((tmp_path / "stopped/manifest.json").read_text())["status"] == "running"
    killed_after_a_chunk.undo()
    killed_after_a_chunk.setattr(
        "experiments.questions.sensitivity.sensitivity.chunks_of", lambda rows: chunked(rows, 64)
    )
    with pytest.raises(RunError, match=r"unfinished sensitivity; go on with --resume"):
        sensitivity(config, base=64, trajectories=8, out=tmp_path / "stopped")
    played: list[int] = []
    evaluate = TalksModel.evaluate

    def counted(self: TalksModel, points: Floats) -> pa.Table:
        played.append(len(points))
        return evaluate(self, points)

    killed_after_a_chunk.setattr(TalksModel, "evaluate", counted)
    sensitivity(config, base=64, trajectories=8, out=tmp_path / "stopped", resume=True)
    again = len(played)
    sensitivity(config, base=64, trajectories=8, out=tmp_path / "whole")
    assert len(played) - again == again + 1, "the stored chunk is not played again"
    assert _files(tmp_path / "stopped") == _files(tmp_path / "whole")


def test_a_resumed_sweep_gives_the_same_bytes(tmp_path: Path, killed_after_a_chunk: pytest.MonkeyPatch) -> None:
    over = ["us_treasury.consumer_weight=0.5,1"]
    with pytest.raises(_KilledError):
        sweep(load_config(TINY), over, 30, out=tmp_path / "stopped")
    killed_after_a_chunk.undo()
    sweep(load_config(TINY), over, 30, out=tmp_path / "stopped", resume=True)
    sweep(load_config(TINY), over, 30, out=tmp_path / "whole")
    assert _files(tmp_path / "stopped") == _files(tmp_path / "whole")
    with pytest.raises(RunError, match="holds a finished sweep"):
        sweep(load_config(TINY), over, 30, out=tmp_path / "whole")
    with pytest.raises(RunError, match=r"runs: 30 -> 31"):
        sweep(load_config(TINY), over, 31, out=tmp_path / "whole", resume=True)
    sweep(load_config(TINY), over, 31, out=tmp_path / "whole", overwrite=True)
    assert json.loads((tmp_path / "whole/manifest.json").read_text())["negotiations"] == 62


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear all")
    with pytest.raises(RunError, match="holds no exploration"):
        sweep(load_config(TINY), ["us_treasury.consumer_weight=0.5,1"], 5, out=tmp_path, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_points_of_a_sweep_are_runs_of_the_config_on_the_same_draws() -> None:
    result = sweep(load_config(CARS), ["partner.subsidy_budget=1,4"], 40, 3)
    for place, value in enumerate((1, 4)):
        config = load_config(CARS, [f"partner.subsidy_budget={value}"])
        runs = simulate(config, 0, 40, 3, 40, trajectories=False, solutions=False).runs.to_pandas()
        row = result.points.iloc[place]
        assert row["share.agreement"] == (runs["outcome"] == "agreement").mean()
        assert row["gain.us_treasury"] == pytest.approx(runs["gain.us_treasury"].mean(), abs=1e-12)
        assert row["car_tariff.q50"] == pytest.approx(runs["car_tariff"].median(), abs=1e-12)


def test_two_axes_and_names_can_be_swept() -> None:
    result = sweep(
        load_config(TINY), ["tactics.us_treasury.name=linear,conceder", "protocol.kind=alternating,simultaneous"], 10
    )
    assert list(result.points["tactics.us_treasury.name"]) == ["linear", "linear", "conceder", "conceder"]
    assert list(result.points["protocol.kind"]) == ["alternating", "simultaneous"] * 2
    assert result.negotiations == 40


def test_a_leader_moves_its_opening_from_end_to_end() -> None:
    result, table = leader_sweep(load_config(TINY), "us_treasury", points=3, runs=30)
    openings = result.openings[(result.openings["side"] == "us_treasury") & (result.openings["issue"] == "car_tariff")]
    assert list(result.points["tactics.us_treasury.initial"]) == [0.0, 0.5, 1.0]
    assert openings["q50"].is_monotonic_decreasing
    assert openings["q50"].iloc[0] == 0.275
    assert set(table["issue"]) == {"car_tariff", "chip_purchases"}


def test_a_leader_moves_its_public_position_over_the_range_of_an_issue() -> None:
    result, _ = leader_sweep(load_config(CARS), "partner", "car_tariff", points=3, runs=30)
    assert list(result.points["red_lines.leader_position.at_most"]) == [0.025, 0.15, 0.275]
    deals = result.points["car_tariff.q95"].to_numpy()
    limits = result.points["red_lines.leader_position.at_most"].to_numpy()
    assert (np.isnan(deals) | (deals <= limits + 1e-12)).all()


def test_chance_is_a_run_of_the_seed() -> None:
    config = load_config(TINY)
    model = TalksModel(config, 4)
    names = [one.name for one in model.inputs]
    assert names == ["us_treasury.precedent_probability", CHANCE, DUMMY]
    runs = simulate(config, 0, 6, 4, 6, trajectories=False, solutions=False).runs
    drawn = runs.column("param.us_treasury.precedent_probability").to_numpy() / 0.2
    points = np.stack([drawn, (np.arange(6) + 0.5) / CHANCES, np.full(6, 0.5)], axis=1)
    order = [5, 0, 3, 3, 1]
    found = model.evaluate(points[order])
    assert found.column("run").to_pylist() == order
    for column in ("outcome", "round", "car_tariff"):
        values = runs.column(column).to_pylist()
        assert found.column(column).to_pylist() == [values[place] for place in order]
    moved = points.copy()
    moved[:, 2] = 0.9
    assert model.evaluate(moved).drop_columns(["param.dummy"]) == model.evaluate(points).drop_columns(["param.dummy"])


def test_ranges_add_fixed_parameters() -> None:
    config = load_config(TINY)
    names = {one.name for one in config_inputs(config, ranges=True)}
    assert "us_treasury.lobby_weight" in names
    assert names > {one.name for one in config_inputs(config)}
    flags = [one for one in config_inputs(config, ranges=True) if one.unit == "flag"]
    assert flags
    assert all(set(one.ppf(np.array([0.1, 0.4, 0.6, 0.9]))) == {0.0, 1.0} for one in flags)
    result = sensitivity(config, ranges=True, base=16, trajectories=4)
    assert result.evaluations == 16 * (len(names) + 2) + 4 * (len(names) + 1)


def test_discover_plays_the_runs_of_the_config_and_names_its_box() -> None:
    result = discover(load_config(CARS), runs=400, boxes=1, seed=2)
    runs = simulate(load_config(CARS), 0, 400, 2, 400, trajectories=False, solutions=False).runs
    failed = np.asarray(runs.column("outcome").to_pylist()) != "agreement"
    np.testing.assert_array_equal(result.sample["case"], failed)
    (box,) = result.boxes
    assert box.limits[0].input == "us_treasury.precedent_probability"
    assert box.density > result.share


def test_every_target_has_words() -> None:
    assert len({target_words(target) for target in targets()}) == len(targets())


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
        (["sweep", str(TINY)], "give what is swept"),
        (["sweep", str(TINY), "--over", "a"], "must read path=low:high:n"),
        (["sweep", str(TINY), "--over", "a=1"], "at least two values"),
        (["sweep", str(TINY), "--over", "a=1,1"], "stands there twice"),
        (["sweep", str(TINY), "--over", "a=0:x:3"], "two different numbers"),
        (["sweep", str(TINY), "--over", "a=0:1:1"], "from 2 to"),
        (["sweep", str(TINY), "--over", "us_treasury.consumer_wait=0:1:3"], "consumer_wait"),
        (["sweep", str(TINY), "--over", "us_treasury.consumer_weight=0,-3"], "us_treasury.consumer_weight"),
        (["sweep", str(TINY), "--over", "seed=1,2", "--over", "seed=3,4"], "seed"),
        (["sweep", str(TINY), "--over", "calendar.round_limit=2,3", "--runs", "0"], "--runs is 0"),
        (["sweep", str(TINY), "--leader", "china"], "must be us_treasury or partner"),
        (["sweep", str(TINY), "--leader", "us_treasury", "--issue", "farm"], "on the table from the start"),
        (["sweep", str(TINY), "--issue", "car_tariff"], "goes with --leader"),
        (["sweep", str(TINY), "--leader", "us_treasury", "--set", "tactics.us_treasury={name: hardliner}"], "no knob"),
        (["sensitivity", str(TINY), "--base", "100"], "power of two, for example 64 or 128"),
        (["sensitivity", str(TINY), "--seed", "-1"], "--seed is -1"),
        (["sensitivity", "nowhere.yaml"], "nowhere.yaml"),
        (["discover", str(TINY), "--target", "war"], "--target is war"),
        (["discover", str(TINY), "--target", "cycle", "--runs", "100"], "end in a cycle in 0 of 100 runs"),
        (["discover", str(TINY), "--density", "2"], "--density is 2"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_words(arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 2, done.output
    assert message in " ".join(done.output.split())
    assert "Traceback" not in done.output


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.errors.find_spec", lambda _: None)
    with pytest.raises(RunError, match=r"pip install 'winset\[sensitivity\]'"):
        sensitivity(load_config(TINY))
    with pytest.raises(RunError, match=r"pip install 'winset\[discovery\]'"):
        discover(load_config(TINY))


@pytest.mark.parametrize(
    "arguments",
    [
        ["sweep", str(TINY), "--over", "us_treasury.consumer_weight=0.5,1", "--runs", "10"],
        ["sweep", str(TINY), "--leader", "partner", "--points", "2", "--runs", "10"],
        ["sensitivity", str(TINY), "--base", "32", "--trajectories", "4"],
        ["discover", str(CARS), "--runs", "200", "--boxes", "1"],
    ],
)
def test_commands_print_tables_and_json(arguments: list[str]) -> None:
    text = CliRunner().invoke(app, arguments)
    assert text.exit_code == 0, text.output
    assert "negotiations in" in text.output
    told = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    assert told["negotiations"] > 0
    assert "NaN" not in json.dumps(told)


def test_the_door_for_notebooks_gives_frames_and_figures() -> None:
    from experiments.questions import explorations as api

    swept = api.sweep(str(TINY), "us_treasury.consumer_weight=0.5,1", runs=10)
    assert list(swept.points["runs"]) == [10, 10]
    assert set(api.figures(swept)) == {"sweep"}
    found = api.sensitivity(TINY, base=128, trajectories=4, sets=UNCERTAIN)
    pictures = api.figures(found)
    assert {name.partition(".")[0] for name in pictures} == {"sobol", "tornado", "morris"}
    for figure in (*pictures.values(), *api.figures(swept).values()):
        with Image.open(io.BytesIO(png_bytes(figure))) as image:
            pixels = np.asarray(image.convert("L"))
        edges = (pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:])
        assert all((edge == 255).all() for edge in edges), "something is cut off"
    assert set(found.effects["input"]) >= {"walk_away.execution_probability", "chance", "dummy"}


def test_a_swept_tactic_has_its_own_knobs() -> None:
    axis = read_axis("tactics.us_treasury.name=boulware,conceder")
    assert axis.set_to("conceder") == "tactics.us_treasury={name: conceder}"
    assert read_axis("walk_away.execution_probability=0:1:3").set_to("0.5") == "walk_away.execution_probability=0.5"
    points = sweep(load_config(CARS), ["tactics.us_treasury.name=boulware,conceder"], runs=40).points
    assert points["gain.us_treasury"].nunique() == 2


def test_the_condition_of_a_red_line_has_the_unit_of_its_own_issue() -> None:
    config = load_config(CONFIGS / "july_2025.yaml")
    units = units_of(config, numbers(config))
    assert units["red_lines.us_cars.release.when.at_least"] == ISSUE_BY_NAME["investment_fund"].unit == "US$ bn"
    assert units["red_lines.us_cars.release.at_least"] == "rate"
    assert units["us_treasury.consumer_weight"] == "weight"
