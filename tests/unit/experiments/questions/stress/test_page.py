"""The page of a stress test says what was found, tells it, and says so where nothing was found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.config.load import load_config
from experiments.errors import RunError
from experiments.labels import number, percent
from experiments.questions.registry import read_result
from experiments.questions.stress.case_blocks import case_blocks, replayed_cases
from experiments.questions.stress.result import StressResult
from experiments.questions.stress.stress import stress as play
from experiments.store.seal import sealed
from tests.pages import EVIL, answer_on, page_in, sections_on
from tests.support_pictures import coloured_share
from tests.tree import TINY


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, StressResult]:
    folder = tmp_path_factory.mktemp("stress")
    config = load_config(TINY, (f"title={EVIL}",))
    return folder, play(config, "partner", budget=20_000, fresh=16, cases=2, out=folder)


def test_the_page_says_what_was_found(searched: tuple[Path, StressResult]) -> None:
    folder, result = searched
    text = page_in(folder)
    answer = answer_on(text)
    assert sections_on(text) == ["came-out", "how", "against", "scenario", "limits", "again", "columns"]
    assert EVIL not in text
    assert f"{result.searching:,} simulated negotiations" in answer
    assert f"{len(result.failures):,} distinct way" in answer
    regret, missed = (result.failures_of(aim)[0] for aim in ("regret", "missed"))
    gained = f"another tactic would have gained Japan US${number(regret.score)} bn a year more on average"
    assert f"ost regret: against “{regret.opponent.partition(',')[0]}”, {gained}" in answer
    assert (
        f"ost missed: against “{missed.opponent.partition(',')[0]}”, {percent(missed.score)} of the talks end" in answer
    )
    assert "a loss against walking away" not in answer, "which is searched for only when asked"


def test_each_case_is_told_and_ends_as_it_did(searched: tuple[Path, StressResult]) -> None:
    folder, result = searched
    text = page_in(folder)
    assert result.case_files
    for file in result.case_files:
        name = Path(file).stem
        assert f"{name}, round by round" in text
        assert f"winset play {name}.yaml" in text
    assert "it ended otherwise than in the search" not in text


@pytest.mark.parametrize("changed", [{"gain": 9.0}, {"gain_other": 9.0}, {"outcome": "cycle"}, {"round": 99}])
def test_the_page_says_of_a_case_that_it_ended_otherwise(
    changed: dict[str, Any], searched: tuple[Path, StressResult]
) -> None:
    first, *others = searched[1].failures
    assert first.case is not None
    other = replace(searched[1], failures=(replace(first, case=replace(first.case, **changed)), *others))
    cases = replayed_cases(other)
    assert [case.same for case in cases] == [False, *[True] * (len(cases) - 1)]
    said = [any("it ended otherwise than in the search" in str(block) for block in case_blocks(case, other, "light",
            pictured=False)) for case in cases]  # fmt: skip
    assert said == [True, *[False] * (len(cases) - 1)]


def test_nothing_found_is_said_with_the_budget(tmp_path: Path) -> None:
    play(
        TINY, "us_treasury", aims=("gain",), thresholds=("gain=1000",), budget=2_000, fresh=16,
        out=tmp_path / "none", with_map=False,
    )  # fmt: skip
    text = page_in(tmp_path / "none")
    answer = answer_on(text)
    assert "Nothing was found within this budget" in answer
    assert "No failure was found, so that there is none to play again." in text


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda m: m["results"].pop("points"), "its results lack points"),
        (lambda m: m["results"].pop("cases"), "its results lack cases"),
        (lambda m: m["settings"].pop("against"), "its settings lack against"),
        (
            lambda m: m["results"]["points"].update(envy=3),
            "its results say points.envy \"envy\", which should be 'gain', 'regret', 'missed' or 'exploited'",
        ),
        (lambda m: m["results"]["thresholds"].pop("missed"), "its results lack thresholds.missed"),
        (lambda m: m["results"]["cases"][0].pop("seed"), "its results lack cases.0.seed"),
        (lambda m: m["results"]["cases"][0].update(by=1), "its results have cases.0.by, which this version does not"),
        (lambda m: m["results"]["cases"][0].update(failure=999), "it has a case of failure 999 of "),
    ],
)
def test_a_manifest_that_does_not_say_enough_is_refused(
    change: Callable[[dict[str, Any]], object], why: str, searched: tuple[Path, StressResult], tmp_path: Path
) -> None:
    folder = shutil.copytree(searched[0], tmp_path / "copy")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    change(manifest)
    (folder / "manifest.json").write_text(sealed(manifest), encoding="utf-8")
    with pytest.raises(RunError, match=f"manifest.json has been edited or damaged: {why}"):
        read_result(folder)


def test_plot_draws_the_map_of_failures(searched: tuple[Path, StressResult], tmp_path: Path) -> None:
    words = ["plot", str(searched[0]), "--format", "svg", "--theme", "dark", "--out", str(tmp_path / "all")]
    assert CliRunner().invoke(app, words).exit_code == 0
    assert [path.name for path in (tmp_path / "all").iterdir()] == ["failure_map.svg"]
    words = ["plot", str(searched[0]), "--figure", "failure_map", "--out", str(tmp_path / "one")]
    assert CliRunner().invoke(app, words).exit_code == 0
    assert coloured_share(tmp_path / "one" / "failure_map.png") > 0.01
