"""A sensitivity analysis keeps its plain sample, is said in a line, and refuses what it cannot explain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.config.load import load_config
from experiments.config.own_tactics import load_tactics
from experiments.errors import RunError
from experiments.lab.inputs import config_inputs
from experiments.questions.sensitivity.result import read
from experiments.questions.sensitivity.sensitivity import sensitivity as play
from experiments.questions.sensitivity.text import effects_table
from experiments.store.reading import read_finished
from tests.own_tactics import IN_PYTHON, US, registry_kept, written
from tests.small_answers import SMALL, UNCERTAIN, SmallAnswers
from tests.tree import TINY


def test_the_plain_sample_is_there_with_a_directory_and_without(answers: SmallAnswers) -> None:
    made = answers["sensitivity"].result
    without: Any = SMALL["sensitivity"].play()
    for other in (read(read_finished(answers["sensitivity"].folder)), without):
        assert other.sample().rows == made.sample().rows
    assert made.sample().rows.num_rows == 256


def test_it_is_shown_in_one_line_and_in_a_notebook(answers: SmallAnswers) -> None:
    result = answers["sensitivity"].result
    first = result.deciding()[0]
    assert repr(result) == (
        f"<SensitivityResult: 788 negotiations of tiny, deal or no deal is decided most by {first}>"
    )
    shown = result._repr_html_()
    for row in effects_table(result, result.target).rows:
        assert all(f">{cell}<" in shown for cell in row)
    assert result.plain()["negotiations"] == result.negotiations == 128 * 6 + 4 * 5


def test_ranges_add_fixed_parameters() -> None:
    config = load_config(TINY)
    names = {one.name for one in config_inputs(config, ranges=True)}
    result = play(config, ranges=True, base=16, trajectories=4)
    assert set(result.inputs) == names
    assert result.negotiations == 16 * (len(names) + 2) + 4 * (len(names) + 1)


def test_the_manifest_names_the_library_of_the_methods(answers: SmallAnswers) -> None:
    manifest = json.loads((answers["sensitivity"].folder / "manifest.json").read_text())
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
