"""The pages of best replies and of advice say what their tables say, and every kind of directory has its pictures."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from experiments.api import tournament
from experiments.config.load import load_config
from experiments.labels import lever_label, number
from experiments.questions.advise.advise import advise
from experiments.questions.exploit.exploit import exploit
from experiments.questions.reporting import write_report
from experiments.questions.sweep.command import sweep
from tests.command_line import winset
from tests.tree import TINY

EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One finished directory of each kind, with a title that would be a script if it were not text."""
    root = tmp_path_factory.mktemp("choice")
    config = load_config(TINY, (f"title={EVIL}",))
    exploit(config, ("linear", "hardliner"), 24_000, 3, root / "exploit")
    advise(config, "partner", ("tactics.partner.beta=0.2,1,3",), worlds=30, folder=root / "advise")
    tournament(TINY, ["boulware", "conceder"], worlds=10, draws=100, starts=10, out=root / "tournament")
    sweep(config, ["us_treasury.precedent_probability=0:0.7:3"], runs=5, out=root / "sweep")
    return {path.name: path for path in root.iterdir()}


def page(folder: Path, theme: str = "light") -> tuple[str, str]:
    """Whole page, and the paragraph on top."""
    write_report(folder, None, "dark" if theme == "dark" else "light")
    text = (folder / "report.html").read_text(encoding="utf-8")
    found = re.search(r'<p class="answer">(.*?)</p>', text, re.DOTALL)
    assert found is not None
    return text, unescape(found[1])


def test_the_page_of_best_replies_names_the_most_exploitable(folders: dict[str, Path]) -> None:
    text, answer = page(folders["exploit"])
    assert re.findall(r'<section id="([\w-]+)"', text) == ["asked", "came-out", "limits", "again"]
    assert EVIL not in text
    replies = pd.read_parquet(folders["exploit"] / "exploit.parquet")
    chosen = pd.concat([part.nlargest(1, "picking") for _, part in replies.groupby(["tactic", "seat"])])
    most = chosen.sort_values("exploitability").iloc[-1]
    assert f"taken from “{most['tactic']}”" in answer
    assert f"US${number(most['exploitability'])} ± {number(1.96 * most['error'])} bn" in answer
    assert all(f"Every family against “{tactic}”" in text for tactic in ("linear", "hardliner"))


def test_the_page_of_advice_names_the_best_setting(folders: dict[str, Path]) -> None:
    text, answer = page(folders["advise"], "dark")
    wanted = ["asked", "came-out", "why", "limits", "again"]
    assert re.findall(r'<section id="([\w-]+)"', text) == wanted
    assert EVIL not in text
    settings = pd.read_parquet(folders["advise"] / "settings.parquet")
    place = int(settings["mean"].to_numpy().argmax())
    best = settings.iloc[place]
    assert f"gains US${number(settings['mean'].iloc[0])} bn a year over walking away" in answer
    if place:
        title = lever_label(f"{best['lever']}={best['value']}", "partner")
        assert f"“{title}” gains most: US${number(best['effect'])} bn" in answer
    else:
        assert "None of the 3 settings" in answer
    assert "--lever tactics.partner.beta=0.2,1,3" in unescape(text)


@pytest.mark.parametrize(
    ("kind", "figures"),
    [
        ("advise", {"regret_heat_map"}),
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
        ("advise", ("--run", "3"), "only a run has pictures of one negotiation"),
        ("exploit", (), "winset exploit, which has no pictures"),
    ],
)
def test_pictures_that_are_not_there_are_refused(
    kind: str, options: tuple[str, ...], told: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    result = winset("plot", folders[kind], *options, "--out", tmp_path / "never")
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())
    assert not (tmp_path / "never").exists()


@pytest.mark.parametrize(("kind", "file"), [("exploit", "exploit.parquet"), ("advise", "settings.parquet")])
def test_a_changed_table_is_refused(kind: str, file: str, folders: dict[str, Path], tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folders[kind], copy, ignore=shutil.ignore_patterns("report.html"))
    (copy / file).write_bytes((copy / file).read_bytes()[:-3])
    result = winset("report", copy)
    assert result.exit_code == 2
    assert file in result.stderr.replace("\n", "")
    assert not (copy / "report.html").exists()
