"""A discovery is the same whether it was just played or is read back, in one go or after an interruption."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from PIL import Image
from typer.testing import CliRunner

from experiments.cli import app
from experiments.config.load import load_config
from experiments.engine.simulate import simulate
from experiments.engine.worlds import Worlds
from experiments.errors import RunError
from experiments.figures.kit.style import png_bytes
from experiments.lab import evaluate as evaluating
from experiments.lab.models import played
from experiments.questions.discover import discover as searching
from experiments.questions.discover.discover import discover as play
from experiments.questions.discover.result import DiscoverResult, read
from experiments.questions.discover.text import box_table, inputs_of, limit_table
from experiments.store.directory import Directory
from experiments.store.manifest import Part
from experiments.store.reading import read_finished
from tests.tree import CONFIGS, TINY

CARS = CONFIGS / "cars_on_the_table.yaml"
PRECEDENT = "us_treasury.precedent_probability"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[DiscoverResult, Path]:
    """A discovery with its directory."""
    folder = tmp_path_factory.mktemp("kept") / "one"
    return play(load_config(CARS), runs=400, seed=2, out=folder), folder


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> tuple[DiscoverResult, Path]:
    """A discovery without a box, with its directory."""
    folder = tmp_path_factory.mktemp("empty") / "one"
    return play(load_config(TINY), "low_gain.us_treasury", 120, density=1.0, out=folder), folder


@pytest.mark.parametrize("name", ["kept", "empty"])
def test_it_is_the_same_played_read_back_and_without_a_directory(name: str, request: pytest.FixtureRequest) -> None:
    made, folder = request.getfixturevalue(name)
    back = read(read_finished(folder))
    settings = made.manifest.settings
    without = play(made.config, settings["target"], settings["runs"], made.seed, density=settings["density"])
    assert (made.folder, back.folder, without.folder) == (str(folder), str(folder), None)
    assert bool(made.boxes) is (name == "kept")
    for other in (back, without):
        pd.testing.assert_frame_equal(other.sample, made.sample)
        assert [box.limits for box in other.boxes] == [box.limits for box in made.boxes]
        assert list(other.tables) == list(made.tables) == ["boxes", "limits", "peeling"]
        for table, frame in made.tables.items():
            pd.testing.assert_frame_equal(other.tables[table], frame)
        assert (other.words, other.units, other.share) == (made.words, made.units, made.share)
        assert (other.text(), other.json()) == (made.text(), made.json())


def test_it_is_shown_in_one_line_in_a_notebook_and_as_json(
    kept: tuple[DiscoverResult, Path], empty: tuple[DiscoverResult, Path]
) -> None:
    result = kept[0]
    (box,) = result.boxes
    share, coverage = (f"{round(100 * value, 1):g} %" for value in (result.share, box.coverage))
    assert repr(result) == (
        f"<DiscoverResult: talks fail in {share} of 400 negotiations of cars_on_the_table; 1 box with {coverage} of "
        "them>"
    )
    assert repr(empty[0]).endswith("of 120 negotiations of tiny; no box>")
    shown = result._repr_html_()
    for table in (box_table(result), limit_table(result, inputs_of(result))):
        assert all(f">{cell}<" in shown.replace("&lt;", "<") for row in table.rows for cell in row)
    told = json.loads(result.json())
    assert told["limits"][0]["high"] is None
    assert told | {"limits": result.plain()["limits"]} == result.plain()
    assert json.loads(empty[0].json()) == empty[0].plain()


def test_its_picture_is_whole(kept: tuple[DiscoverResult, Path], empty: tuple[DiscoverResult, Path]) -> None:
    for result in (kept[0], empty[0]):
        figures = result.figures()
        assert list(figures) == ["boxes"]
        with Image.open(io.BytesIO(png_bytes(figures["boxes"]))) as image:
            pixels = np.asarray(image.convert("L"))
        edges = (pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:])
        assert all((edge == 255).all() for edge in edges), "something is cut off"


def _files(folder: Path) -> Mapping[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


class _KilledError(Exception):
    pass


def test_a_resumed_discovery_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "chunks_of", lambda rows: evaluating.chunks_of(rows, 64))
    config, record = load_config(CARS), Directory.record

    def dying(self: Directory, part: Part) -> None:
        if self.parts:
            raise _KilledError
        record(self, part)

    with monkeypatch.context() as patched:
        patched.setattr(Directory, "record", dying)
        with pytest.raises(_KilledError):
            play(config, runs=150, boxes=1, out=tmp_path / "stopped")
    with pytest.raises(RunError, match=r"unfinished discover \(64 negotiations are kept\); go on with --resume"):
        play(config, runs=150, boxes=1, out=tmp_path / "stopped")
    counts: list[int] = []

    def counted(worlds: Worlds) -> pa.Table:
        counts.append(len(worlds))
        return played(worlds)

    monkeypatch.setattr(searching, "played", counted)
    play(config, runs=150, boxes=1, out=tmp_path / "stopped", resume=True)
    assert sorted(counts) == [22, 64], "the stored chunk is not played again"
    play(config, runs=150, boxes=1, out=tmp_path / "whole")
    assert {"manifest.json", "tables/boxes.csv", "tables/limits.csv", "tables/peeling.csv"} < {
        *_files(tmp_path / "whole")
    }
    assert _files(tmp_path / "stopped") == _files(tmp_path / "whole")


def test_the_manifest_names_the_library_of_the_method(kept: tuple[DiscoverResult, Path]) -> None:
    manifest = json.loads((kept[1] / "manifest.json").read_text())
    assert "ema-workbench" in manifest["surroundings"]["packages"]
    assert manifest["settings"] == {"target": "no_deal", "runs": 400, "boxes": 3, "density": None}
    assert manifest["seed"] == 2


def test_it_plays_the_runs_of_the_config_and_names_its_box(kept: tuple[DiscoverResult, Path]) -> None:
    result = kept[0]
    runs = simulate(load_config(CARS), 0, 400, 2, 400, trajectories=False, solutions=False).runs
    failed = np.asarray(runs.column("outcome").to_pylist()) != "agreement"
    np.testing.assert_array_equal(result.sample["case"], failed)
    np.testing.assert_array_equal(result.sample[PRECEDENT], runs.column(f"param.{PRECEDENT}").to_numpy())
    (box,) = result.boxes
    assert box.limits[0].input == PRECEDENT
    assert box.density > result.share


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.errors.find_spec", lambda _: None)
    with pytest.raises(RunError, match=r"pip install 'winset\[discovery\]'"):
        play(load_config(TINY))


def test_the_command_prints_the_blocks_or_json() -> None:
    arguments = ["discover", str(CARS), "--runs", "200", "--boxes", "1"]
    result = play(load_config(CARS), runs=200, boxes=1)
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(result.text())
    assert "200 negotiations, " in done.stdout
    told = CliRunner().invoke(app, [*arguments, "--json"]).stdout
    assert json.loads(told) == json.loads(result.json())
    assert "NaN" not in told
    assert "Infinity" not in told
