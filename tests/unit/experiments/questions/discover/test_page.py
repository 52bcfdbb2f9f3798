"""The page of a discovery: what it says is in the tables, every text is text, and damage is refused."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.config.load import load_config
from experiments.questions.discover.answer import answer
from experiments.questions.discover.discover import discover as play
from experiments.questions.discover.page import _options
from experiments.questions.discover.result import read
from experiments.questions.discover.widget import discover_widget
from experiments.questions.reporting import write_report
from experiments.store.reading import read_finished
from experiments.store.seal import sealed
from tests.explorations_by_hand import discovery_by_hand
from tests.tree import CONFIGS

CARS = CONFIGS / "cars_on_the_table.yaml"
EVIL = "<script>alert(1)</script>"
LIMITS = "box,input,unit,low,high,quasi_p\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small directory, of a config whose title would be a script if it were not text."""
    place = tmp_path_factory.mktemp("explored") / "discover"
    play(load_config(CARS, (f"title={EVIL}", f"story={EVIL}")), runs=400, out=place)
    return place


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    write_report(folder, None, "light")
    return (folder / "report.html").read_text(encoding="utf-8")


def _answer(page: str) -> str:
    found = re.search(r'<p class="answer">(.*?)</p>', page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def test_a_page_answers_every_question_in_one_safe_file(page: str) -> None:
    assert re.findall(r'<section id="([\w-]+)"', page) == ["asked", "came-out", "sure", "limits", "again"]
    assert len(page.encode()) < 10_000_000
    assert EVIL not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    markup = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    addresses = re.findall(r'(?:src|href)="([^"]*)"', markup)
    assert all(address.startswith(("data:", "#")) for address in addresses)
    ids = re.findall(r' id="([^"]+)"', markup)
    assert len(set(ids)) == len(ids)
    assert page.count("<img ") >= 1
    assert 'class="told"' in page


def test_the_answer_is_in_the_tables(folder: Path, page: str) -> None:
    boxes = pd.read_csv(folder / "tables/boxes.csv")
    limits = pd.read_csv(folder / "tables/limits.csv")
    said = _answer(page)
    for column, words in (("density", "(density"), ("coverage", "(coverage")):
        share = f"{round(100 * boxes[column].iloc[0], 1):.1f}".removesuffix(".0")
        assert re.search(rf"{re.escape(share)} % of [\w ]+ {re.escape(words)}", said)
    assert all(f"({name})" in said for name in limits.loc[limits["box"] == 1, "input"] if name != "dummy")
    assert "rest" in said
    assert "assumption alone" in said  # the decisive input of this config has no source


def test_the_command_of_a_page_gives_the_same_tables(folder: Path, page: str, tmp_path: Path) -> None:
    saved = re.search(r'download="([\w.]+)" href="data:application/octet-stream;base64,([^"]+)"', page)
    command = re.search(r"<code>winset (.*?)</code>", page, re.DOTALL)
    assert saved is not None
    assert command is not None
    (tmp_path / saved[1]).write_bytes(base64.b64decode(saved[2]))
    words = shlex.split(html.unescape(command[1]))
    words[words.index(saved[1])] = str(tmp_path / saved[1])
    done = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "again")])
    assert done.exit_code == 0, done.output
    tables = sorted(path.name for path in (folder / "tables").iterdir())
    assert tables == ["boxes.csv", "limits.csv", "peeling.csv"]
    for name in tables:
        assert (tmp_path / "again/tables" / name).read_bytes() == (folder / "tables" / name).read_bytes()


def test_the_command_repeats_a_density_to_its_last_digit() -> None:
    usual = ("--target", "no_deal", "--runs", "40", "--seed", "17", "--boxes", "2")
    assert _options(discovery_by_hand().manifest) == usual
    assert _options(discovery_by_hand(0.123456789).manifest) == (*usual, "--density", "0.123456789")


def test_a_page_without_a_box_says_so(folder: Path) -> None:
    none = replace(read(read_finished(folder)), boxes=())
    assert "No box was found" in answer(none, {})
    widget, _ = discover_widget(none)
    assert "No box was found" in widget.markup


def _list(folder: Path, file: str) -> None:
    """Write the checksum of a table into the manifest, as if winset had written it."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    (stored,) = (one for one in manifest["files"] if one["file"] == file)
    stored["sha256"] = hashlib.sha256((folder / file).read_bytes()).hexdigest()
    path.write_text(sealed(manifest))


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("tables/boxes.csv", None, "tables/boxes.csv is damaged: it is gone"),
        ("tables/boxes.csv", "box,coverage,density,mass,rows,restricted\n1,x,1,1,1,1\n", "column coverage should hold"),
        ("tables/limits.csv", f"{LIMITS}1,none,,0,1,0\n", "limits.csv is damaged: the config has no input none"),
        ("tables/limits.csv", LIMITS, "limits.csv is damaged: box 1 restricts nothing"),
        ("tables/peeling.csv", "coverage,density\n", "peeling.csv is damaged: it lacks the column mass"),
        ("runs/part-000000.parquet", "torn", "part-000000.parquet is missing or damaged"),
    ],
)
def test_a_damaged_directory_is_refused_whole(
    file: str, content: str | None, message: str, folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("report.html"))
    (copy / file).unlink()
    if content is not None:
        (copy / file).write_text(content)
        if file.startswith("tables/"):
            _list(copy, file)
    done = CliRunner().invoke(app, ["report", str(copy)])
    assert done.exit_code == 2, done.output
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not (copy / "report.html").exists()


def test_a_target_and_a_config_of_another_discovery_are_refused(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    manifest = json.loads((copy / "manifest.json").read_text())
    uncertain = "walk_away.discount_rate={dist: uniform, low: 0.02, high: 0.06}"
    other = load_config(CARS, (f"title={EVIL}", f"story={EVIL}", uncertain))
    for change, message in (
        ({"settings": manifest["settings"] | {"target": "war"}}, "--target is war"),
        (
            {"config": other.resolved(), "config_digest": other.digest()},
            "runs is damaged: its rows lack the column param.walk_away.discount_rate",
        ),
    ):
        (copy / "manifest.json").write_text(sealed(manifest | change))
        done = CliRunner().invoke(app, ["report", str(copy)])
        assert done.exit_code == 2, done.output
        assert message in " ".join(done.stderr.split())
