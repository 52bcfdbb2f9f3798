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
from experiments.lab.seats import families
from experiments.lab.vary import widened
from experiments.questions.sensitivity.result import read
from experiments.questions.sensitivity.sensitivity import sensitivity as play
from experiments.questions.sensitivity.text import effects_table
from experiments.store.reading import read_finished
from tests.own_tactics import IN_PYTHON, US, registry_kept, written
from tests.pages import as_written
from tests.small_answers import SMALL, UNCERTAIN, SmallAnswers
from tests.tree import CONFIGS, TINY


def test_the_plain_sample_is_there_with_a_directory_and_without(answers: SmallAnswers) -> None:
    made = answers["sensitivity"].result
    without: Any = SMALL["sensitivity"].play()
    for other in (read(read_finished(answers["sensitivity"].folder)), without):
        assert other.sample().rows == made.sample().rows
    assert made.sample().rows.num_rows == 512


def test_it_is_shown_in_one_line_and_in_a_notebook(answers: SmallAnswers) -> None:
    result = answers["sensitivity"].result
    first = result.inputs[result.deciding()[0]].words
    assert repr(result) == (
        f"<SensitivityResult: 1,816 negotiations of tiny, deal or no deal is decided most by {first}; left out as "
        "fixed: 2 tactics, 138 fixed numbers with a plausible range and 8 fixed numbers without one>"
    )
    shown = as_written(result._repr_html_())
    for row in effects_table(result, result.target).rows:
        assert all(f"{cell}<" in shown for cell in row)
    assert result.plain()["negotiations"] == result.negotiations == 256 * 7 + 4 * 6


def test_what_the_config_fixes_is_varied_where_it_is_asked_for(tmp_path: Path) -> None:
    config = load_config(CONFIGS / "july_2025.yaml", ["calendar.round_limit=3"])
    asked = ("releases", "events")
    names = {one.name for one in config_inputs(widened(config, asked, ranges=True))}
    assert {
        "events.election.happens",
        "red_lines.us_cars.release.in_force",
        "events.election.set.partner.ratification_margin",
    } - names == set()
    out = tmp_path / "out"
    result = play(config, vary=asked, ranges=True, base=16, trajectories=4, out=out)
    assert set(result.inputs) == names
    assert result.negotiations == 16 * (len(names) + 2) + 4 * (len(names) + 1)
    settings = json.loads((out / "manifest.json").read_text())["settings"]
    assert settings == {"vary": ["events", "releases"], "tactics": [], "ranges": True, "base": 16, "trajectories": 4}
    assert "Varied: 195 numbers, who opens, 1 release (in force or not) and 3 events" in result.text(1_000)


def test_tactics_are_a_choice_that_is_kept_by_name(tmp_path: Path) -> None:
    config = load_config(TINY, ["calendar.round_limit=2"])
    result = play(config, vary=["tactics"], base=16, trajectories=4, out=tmp_path / "out")
    choices = ["tactics.us_treasury.name", "tactics.partner.name"]
    assert list(result.inputs)[-4:] == [*choices, "chance", "dummy"]
    back = read(read_finished(tmp_path / "out"))
    assert back.tactics == families()
    sample = back.sample()
    for path in choices:
        played = sample.rows.column(f"param.{path}").to_pylist()
        assert played == [families()[int(place)] for place in sample.values[path]]
        assert len(set(played)) > 10
    assert "Varied: 1 number, who opens and both tactics. Left out, as the config fixes" in back.text(1_000)
    # A tactic has no lowest and no highest.
    assert not set(choices) & set(back.swings["input"])
    assert set(choices) <= set(back.effects["input"])


def test_the_manifest_names_the_library_of_the_methods(answers: SmallAnswers) -> None:
    manifest = json.loads((answers["sensitivity"].folder / "manifest.json").read_text())
    assert "SALib" in manifest["surroundings"]["packages"]
    assert manifest["settings"] == {
        "vary": [], "tactics": [], "ranges": False, "base": 256, "trajectories": 4,
    }  # fmt: skip
    assert manifest["seed"] == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([str(TINY), "--base", "100"], "power of two, for example 64 or 128"),
        ([str(TINY), "--base", "8"], "--base is 8"),
        ([str(TINY), "--trajectories", "3"], "--trajectories is 3"),
        ([str(TINY), "--seed", "-1"], "--seed is -1"),
        (
            [str(TINY), "--vary", "event"],
            "--vary is event; it must be one of events, red_lines, releases, tactics, all",
        ),
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
