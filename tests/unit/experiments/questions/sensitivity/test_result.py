"""A sensitivity analysis is the same whether it was just played or is read back, in one go or after an interruption."""

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
from experiments.config.own_tactics import load_tactics
from experiments.errors import RunError
from experiments.figures.kit.style import png_bytes
from experiments.lab import evaluate as evaluating
from experiments.lab.inputs import config_inputs
from experiments.lab.models import TalksModel
from experiments.questions.sensitivity import analysis
from experiments.questions.sensitivity.result import SensitivityResult, read
from experiments.questions.sensitivity.sensitivity import sensitivity as play
from experiments.questions.sensitivity.text import effects_table
from experiments.store.directory import Directory
from experiments.store.manifest import Part
from experiments.store.reading import read_finished
from sim.records import Floats
from tests.own_tactics import IN_PYTHON, US, registry_kept, written
from tests.tree import CONFIGS, TINY

UNCERTAIN = ["walk_away.execution_probability={dist: uniform, low: 0, high: 1}"]


def _files(folder: Path) -> Mapping[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[SensitivityResult, Path]:
    """An analysis with its directory."""
    folder = tmp_path_factory.mktemp("kept") / "one"
    return play(load_config(TINY, UNCERTAIN), 3, out=folder, base=128, trajectories=4), folder


def test_it_is_the_same_played_read_back_and_without_a_directory(kept: tuple[SensitivityResult, Path]) -> None:
    made, folder = kept
    back = read(read_finished(folder))
    without = play(load_config(TINY, UNCERTAIN), 3, base=128, trajectories=4)
    assert (made.folder, back.folder, without.folder) == (str(folder), str(folder), None)
    for other in (back, without):
        assert list(other.tables) == list(made.tables)
        for name, table in made.tables.items():
            pd.testing.assert_frame_equal(other.tables[name], table)
        assert (other.text(), other.json()) == (made.text(), made.json())
        assert other.sample().rows == made.sample().rows
    assert made.sample().rows.num_rows == 256


def test_it_is_shown_in_one_line_in_a_notebook_and_as_json(kept: tuple[SensitivityResult, Path]) -> None:
    result, _ = kept
    first = result.deciding()[0]
    assert repr(result) == (
        f"<SensitivityResult: 788 negotiations of tiny, deal or no deal is decided most by {first}>"
    )
    shown = result._repr_html_()
    for row in effects_table(result, result.target).rows:
        assert all(f">{cell}<" in shown for cell in row)
    assert json.loads(result.json()) == result.plain()
    assert result.plain()["negotiations"] == result.negotiations == 128 * 6 + 4 * 5


def test_its_pictures_are_whole(kept: tuple[SensitivityResult, Path]) -> None:
    pictures = kept[0].figures()
    assert {name.partition(".")[0] for name in pictures} == {"sobol", "tornado", "morris"}
    for figure in pictures.values():
        with Image.open(io.BytesIO(png_bytes(figure))) as image:
            pixels = np.asarray(image.convert("L"))
        edges = (pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:])
        assert all((edge == 255).all() for edge in edges), "something is cut off"


class _KilledError(Exception):
    pass


def test_a_resumed_sensitivity_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config(TINY, UNCERTAIN)
    monkeypatch.setattr(analysis, "chunks_of", lambda rows: evaluating.chunks_of(rows, 64))
    record = Directory.record

    def dying(self: Directory, part: Part) -> None:
        if self.parts:
            raise _KilledError
        record(self, part)

    with monkeypatch.context() as patched:
        patched.setattr(Directory, "record", dying)
        with pytest.raises(_KilledError):
            play(config, out=tmp_path / "stopped", base=64, trajectories=8)
    assert (tmp_path / "stopped/runs/part-000000.parquet").exists()
    assert json.loads((tmp_path / "stopped/manifest.json").read_text())["status"] == "running"
    with pytest.raises(RunError, match=r"unfinished sensitivity \(64 negotiations are kept\); go on with --resume"):
        play(config, out=tmp_path / "stopped", base=64, trajectories=8)
    played: list[int] = []
    evaluate = TalksModel.evaluate

    def counted(self: TalksModel, points: Floats) -> pa.Table:
        played.append(len(points))
        return evaluate(self, points)

    monkeypatch.setattr(TalksModel, "evaluate", counted)
    play(config, out=tmp_path / "stopped", base=64, trajectories=8, resume=True)
    again = len(played)
    play(config, out=tmp_path / "whole", base=64, trajectories=8)
    assert len(played) - again == again + 1, "the stored chunk is not played again"
    assert _files(tmp_path / "stopped") == _files(tmp_path / "whole")


def test_ranges_add_fixed_parameters() -> None:
    config = load_config(TINY)
    names = {one.name for one in config_inputs(config, ranges=True)}
    result = play(config, ranges=True, base=16, trajectories=4)
    assert set(result.inputs) == names
    assert result.negotiations == 16 * (len(names) + 2) + 4 * (len(names) + 1)


def test_the_manifest_names_the_library_of_the_methods(kept: tuple[SensitivityResult, Path]) -> None:
    manifest = json.loads((kept[1] / "manifest.json").read_text())
    assert "SALib" in manifest["surroundings"]["packages"]
    assert manifest["settings"] == {"ranges": False, "base": 128, "trajectories": 4}
    assert manifest["seed"] == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([str(TINY), "--base", "100"], "power of two, for example 64 or 128"),
        ([str(TINY), "--base", "8"], "--base is 8"),
        ([str(TINY), "--trajectories", "3"], "--trajectories is 3"),
        ([str(TINY), "--seed", "-1"], "--seed is -1"),
        (["nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_bad_input_is_refused_before_there_is_a_directory(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["sensitivity", *arguments, "--out", str(tmp_path / "out")])
    assert done.exit_code == 2, done.output
    assert message in " ".join(done.output.split())
    assert "Traceback" not in done.output
    assert not (tmp_path / "out").exists()


def test_correlated_inputs_are_refused_before_there_is_a_directory(tmp_path: Path) -> None:
    pair = "{between: [walk_away.execution_probability, us_treasury.precedent_probability], rho: 0.5}"
    config = load_config(TINY, [*UNCERTAIN, f"correlations=[{pair}]"])
    with pytest.raises(RunError, match=r"tiny has correlated inputs, .* explore it without: --set correlations=\[\]\."):
        play(config, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_tactic_that_does_not_compile_is_refused_before_there_is_a_directory(tmp_path: Path) -> None:
    with registry_kept():
        load_tactics(written(tmp_path / "plain.py", IN_PYTHON))
        config = load_config(TINY, [*UNCERTAIN, f"{US}=plain"])
        with pytest.raises(RunError, match=r"tactic plain does not compile: .*; many thousand talks"):
            play(config, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.errors.find_spec", lambda _: None)
    with pytest.raises(RunError, match=r"pip install 'winset\[sensitivity\]'"):
        play(load_config(TINY))


def test_the_command_prints_the_blocks_or_json() -> None:
    arguments = ["sensitivity", str(CONFIGS / "tiny.yaml"), "--base", "32", "--trajectories", "4"]
    result = play(load_config(TINY), base=32, trajectories=4)
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(result.text())
    assert f"{result.negotiations} negotiations, " in done.stdout
    text = CliRunner().invoke(app, [*arguments, "--json"]).stdout
    assert json.loads(text) == json.loads(result.json())
    assert "NaN" not in text
