"""The page of a stress test says what was found, tells it, and says so where nothing was found."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.config.load import load_config
from experiments.labels import number, percent
from experiments.questions.reporting import write_report
from experiments.questions.stress.result import StressOptions, StressResult
from experiments.questions.stress.stress import stress
from tests.tree import TINY

EVIL = "<script>alert(1)</script>"


def _page(folder: Path) -> tuple[str, str]:
    write_report(folder, None, "light")
    text = (folder / "report.html").read_text(encoding="utf-8")
    found = re.search(r'<p class="answer">(.*?)</p>', text, re.DOTALL)
    assert found is not None
    return text, unescape(found[1])


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, StressResult]:
    folder = tmp_path_factory.mktemp("stress")
    options = StressOptions("partner", budget=20_000, fresh=16, cases=2)
    return folder, stress(load_config(TINY, (f"title={EVIL}",)), options, folder)


def test_the_page_says_what_was_found(searched: tuple[Path, StressResult]) -> None:
    folder, result = searched
    text, answer = _page(folder)
    assert re.findall(r'<section id="([\w-]+)"', text) == ["asked", "came-out", "how", "against", "limits", "again"]
    assert EVIL not in text
    assert f"{result.searching:,} simulated negotiations" in answer
    assert f"{len(result.failures):,} distinct way" in answer
    regret, missed = (next(one for one in result.failures if one.aim == aim) for aim in ("regret", "missed"))
    gained = f"another tactic would have gained Japan US${number(regret.score)} bn a year more on average"
    assert f"Most regret: against “{regret.opponent}”, {gained}" in answer
    assert f"Most missed: against “{missed.opponent}”, {percent(missed.score)} of the talks end" in answer
    assert "a loss against walking away" not in answer, "which is searched for only when asked"


def test_each_case_is_told_and_ends_as_it_did(searched: tuple[Path, StressResult]) -> None:
    folder, result = searched
    text, _ = _page(folder)
    assert result.cases
    for case in result.cases.values():
        name = Path(case["file"]).stem
        assert f"{name}, round by round" in text
        assert f"winset play {name}.yaml" in text
    assert "it ended otherwise than in the search" not in text


def test_nothing_found_is_said_with_the_budget(tmp_path: Path) -> None:
    options = StressOptions(
        "us_treasury", aims=("gain",), thresholds=("gain=1000",), budget=2_000, fresh=16, with_map=False
    )
    stress(load_config(TINY), options, tmp_path / "none", original=TINY)
    text, answer = _page(tmp_path / "none")
    assert "Nothing was found within this budget" in answer
    assert "No failure was found, so that there is none to tell." in text


def test_a_case_that_was_changed_is_refused(searched: tuple[Path, StressResult]) -> None:
    folder, result = searched
    (folder / "report.html").unlink(missing_ok=True)
    path = folder / next(iter(result.cases.values()))["file"]
    before = path.read_bytes()
    try:
        path.write_bytes(before + b"# changed\n")
        outcome = CliRunner().invoke(app, ["report", str(folder)])
    finally:
        path.write_bytes(before)
    assert outcome.exit_code == 2
    assert "is damaged" in " ".join(outcome.stderr.split())
    assert not (folder / "report.html").exists()
