"""Every kind of directory has its pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.api import tournament
from experiments.config.load import load_config
from experiments.questions.stress.result import StressOptions
from experiments.questions.stress.stress import stress
from experiments.questions.sweep.command import sweep
from tests.command_line import winset
from tests.tree import TINY

EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One finished directory of each kind, with a title that would be a script if it were not text."""
    root = tmp_path_factory.mktemp("choice")
    config = load_config(TINY, (f"title={EVIL}",))
    stress(config, StressOptions("partner", budget=20_000, fresh=16, cases=1), root / "stress")
    tournament(TINY, ["boulware", "conceder"], worlds=10, draws=100, starts=10, out=root / "tournament")
    sweep(config, ["us_treasury.precedent_probability=0:0.7:3"], runs=5, out=root / "sweep")
    return {path.name: path for path in root.iterdir()}


@pytest.mark.parametrize(
    ("kind", "figures"),
    [
        ("stress", {"failure_map"}),
        ("tournament", {"tournament_gains", "tournament_ranks", "tournament_times", "tournament_basins"}),
        ("sweep", {"sweep"}),
    ],
)
def test_every_kind_of_directory_has_its_pictures(
    kind: str, figures: set[str], folders: dict[str, Path], tmp_path: Path
) -> None:
    result = winset("plot", folders[kind], "--format", "svg", "--theme", "dark", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert {path.stem for path in tmp_path.iterdir()} == figures
    one = sorted(figures)[0]
    assert winset("plot", folders[kind], "--figure", one, "--out", tmp_path / "one").exit_code == 0
    assert [path.name for path in (tmp_path / "one").iterdir()] == [f"{one}.png"]


@pytest.mark.parametrize(
    ("kind", "options", "told"),
    [
        (
            "tournament",
            ("--figure", "positions"),
            "no such figure of winset tournament; there are all, tournament_gains",
        ),
    ],
)
def test_pictures_that_are_not_there_are_refused(
    kind: str, options: tuple[str, ...], told: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    result = winset("plot", folders[kind], *options, "--out", tmp_path / "never")
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())
    assert not (tmp_path / "never").exists()
