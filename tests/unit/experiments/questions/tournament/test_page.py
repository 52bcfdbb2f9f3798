"""The page of a tournament says what its tables say, and refuses a directory that is damaged."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from experiments.api import tournament
from experiments.cli import app
from experiments.labels import percent
from experiments.questions.tournament.page import _options
from experiments.questions.tournament.page import page as page_of
from experiments.report.blocks import Commands
from experiments.store.seal import sealed
from tests.command_line import winset
from tests.pages import EVIL, answer_on, as_written, page_in, sections_on
from tests.tournament_by_hand import FAILED, A, B, analysis, result_by_hand
from tests.tournament_support import CARS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three tactics on a config with a name that would be a script if it were not text."""
    out = tmp_path_factory.mktemp("report") / "held"
    players = ["boulware", "conceder{beta: 2}", "tit_for_tat"]
    tournament(CARS, players, worlds=30, seed=5, sets=(f"title={EVIL}",), draws=100, starts=20, out=out)
    return out


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return page_in(folder)


def test_every_question_has_its_section(page: str) -> None:
    wanted = ["came-out", "how", "both", "against", "scenario", "limits", "again", "columns"]
    assert sections_on(page) == wanted
    assert len(page.encode()) < 10_000_000
    assert EVIL not in page


def test_the_answer_is_made_from_the_tables(page: str, folder: Path) -> None:
    answer = answer_on(page)
    players = pd.read_parquet(folder / "players.parquet")
    cells = pd.read_parquet(folder / "cells.parquet")
    assert f"270 simulated negotiations, of which {percent(cells['deals'].sum() / 270)} ended in a deal" in answer
    for seat, who in (("us_treasury", "As the US"), ("partner", "As Japan")):
        own = players[players["seat"] == seat]
        first = own.iloc[0]
        assert own["rank"].tolist() == [1, 2, 3], "on equal ranks the sentence is another"
        assert f"{who}, “{first['player']}” does best" in answer
        assert f"best in {percent(first['best_share'])} of the resampled tournaments" in answer


def test_every_pair_is_in_the_table(page: str, folder: Path) -> None:
    assert "Every pair (9)" in page
    table = page.partition("Every pair (9)")[2].partition("</table>")[0]
    shown = [
        [as_written(cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", line)]
        for line in table.split("<tr>")
        if "<td" in line
    ]
    cells = pd.read_parquet(folder / "cells.parquet")
    assert [(us, partner, deals) for us, partner, deals, *_ in shown] == [
        (row["us"], row["partner"], percent(row["deal_share"])) for _, row in cells.iterrows()
    ]


@pytest.mark.parametrize("name", ["cells.parquet", "players.parquet", "worlds.parquet", "equilibria.json"])
@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_a_damaged_directory_is_refused(name: str, damage: str, folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("report.html"))
    if damage == "gone":
        (copy / name).unlink()
    else:
        (copy / name).write_bytes((copy / name).read_bytes()[:-3])
    result = CliRunner().invoke(app, ["report", str(copy)])
    assert result.exit_code == 2, result.output
    assert name in result.stderr.replace("\n", "")
    assert not (copy / "report.html").exists()


def test_the_manifest_must_hold_its_settings(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    del manifest["settings"]["level"]
    (copy / "manifest.json").write_text(sealed(manifest))
    result = CliRunner().invoke(app, ["report", str(copy)])
    assert result.exit_code == 2
    assert "manifest.json has been edited or damaged: its settings lack level" in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("failed", "why"),
    [
        ([{"us": "boulware"}], "its results lack failed.0.partner."),
        (3, "its results say failed 3, which should be a valid array."),
    ],
)
def test_failed_pairs_that_are_none_are_refused(failed: object, why: str, folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["results"]["failed"] = failed
    (copy / "manifest.json").write_text(sealed(manifest))
    for verb in ("report", "hash"):
        result = CliRunner().invoke(app, [verb, str(copy)])
        assert result.exit_code == 2
        assert f"manifest.json has been edited or damaged: {why}" in " ".join(result.stderr.split())


def test_tables_of_another_number_of_worlds_are_refused(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["settings"]["worlds"] = 31
    (copy / "manifest.json").write_text(sealed(manifest))
    result = CliRunner().invoke(app, ["report", str(copy)])
    assert result.exit_code == 2
    assert "holds a tournament whose tables do not fit together" in " ".join(result.stderr.split())


def test_the_page_shows_what_the_screen_prints() -> None:
    """Every block of the answer once, beside pictures and what answers to a click."""
    for result in (result_by_hand(), result_by_hand((FAILED,)), result_by_hand(players=analysis().players.head(0))):
        made = page_of(result, "light")
        first, *rest = result.blocks()
        assert first == made.answer.shown(None)
        shown = [block for section in made.sections for block in section.blocks]
        assert rest
        assert [shown.count(block) for block in rest] == [1] * len(rest)


def test_the_command_on_the_page_plays_the_same_tournament() -> None:
    shown = [block for section in page_of(result_by_hand(), "light").sections for block in section.blocks]
    (commands,) = [block for block in shown if isinstance(block, Commands)]
    assert commands.lines == (
        "winset tournament cars_on_the_table.yaml --worlds 2 --seed 7 --players boulware,linear --alpha 0.75 "
        "--draws 400 --starts 20",
    )
    guest = {"negmas:MiCRONegotiator": {"kind": "negmas"}, B: {"kind": "tactic", "tactic": B, "knobs": {}}}
    settings = dict(result_by_hand().settings) | {
        "players": guest, "utility": "gain", "level": 0.9, "solutions": False, "alpha": 0.1, "draws": 1000,
        "starts": 500,
    }  # fmt: skip
    named = {A: "negmas:MiCRONegotiator", B: B}
    cells = analysis().cells.replace({"us": named, "partner": named})
    assert _options(result_by_hand(cells=cells, settings=settings)) == (
        "--worlds", "2", "--seed", "7", "--players", B, "--guests", "negmas:MiCRONegotiator", "--utility", "gain",
        "--level", "0.9", "--no-solutions",
    )  # fmt: skip


def test_its_pictures_are_drawn_by_name(folder: Path, tmp_path: Path) -> None:
    every = {"tournament_gains", "tournament_ranks", "tournament_times", "tournament_basins"}
    result = winset("plot", folder, "--format", "svg", "--theme", "dark", "--out", tmp_path / "all")
    assert result.exit_code == 0, result.output
    assert {path.name for path in (tmp_path / "all").iterdir()} == {f"{name}.svg" for name in every}
    assert winset("plot", folder, "--figure", "tournament_times", "--out", tmp_path / "one").exit_code == 0
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["tournament_times.png"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--figure", "positions"), "no such figure of winset tournament here; there are tournament_gains, tournament"),
        (("--run", "3"), "only the answer of winset run has pictures of one negotiation"),
    ],
)
def test_pictures_that_are_not_there_are_refused(
    options: tuple[str, ...], said: str, folder: Path, tmp_path: Path
) -> None:
    result = winset("plot", folder, *options, "--out", tmp_path / "never")
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert not (tmp_path / "never").exists()
