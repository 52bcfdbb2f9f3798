"""Pages of sweeps and discoveries: what they say is in the tables, and every text is text."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shlex
import shutil
from pathlib import Path

import pandas as pd
import pytest
from experiments.lab.finished import Finished, read_finished
from typer.testing import CliRunner

from experiments.cli import app
from experiments.config.load import load_config
from experiments.lab.known_inputs import KnownInput, known_inputs, known_path, support_words
from experiments.questions.discover.command import discover
from experiments.questions.discover.discover import Discovery
from experiments.questions.discover.result import read_discovery
from experiments.questions.discover.widget import discover_widget
from experiments.questions.discover.words import discover_answer
from experiments.questions.reporting import write_report
from experiments.questions.sweep.command import leader_sweep, sweep
from experiments.questions.sweep.result import read_sweep
from experiments.questions.sweep.words import _crossings, sweep_answer
from experiments.statistics.intervals import wilson_interval
from experiments.store.manifest import read_any_manifest
from experiments.store.places import place_of
from experiments.store.seal import sealed
from tests.tree import CONFIGS

CARS = CONFIGS / "cars_on_the_table.yaml"
EVIL = "<script>alert(1)</script>"
TITLE = (f"title={EVIL}", f"story={EVIL}")
PRECEDENT = "us_treasury.precedent_probability"
KINDS = ("discover", "sweep", "map", "leader")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A small directory of every kind, of a config whose title would be a script if it were not text."""
    root = tmp_path_factory.mktemp("explored")
    cars = load_config(CARS, TITLE)
    discover(cars, runs=400, out=root / "discover")
    sweep(cars, [f"{PRECEDENT}=0:0.7:4"], runs=40, out=root / "sweep")
    over = [f"{PRECEDENT}=0:0.7:3", "protocol.kind=alternating,simultaneous"]
    sweep(cars, over, runs=20, out=root / "map")
    leader_sweep(cars, "partner", "car_tariff", points=3, runs=20, out=root / "leader")
    return {name: root / name for name in KINDS}


@pytest.fixture(scope="module")
def pages(folders: dict[str, Path]) -> dict[str, str]:
    for folder in folders.values():
        write_report(folder, None, "light")
    return {name: (folder / "report.html").read_text(encoding="utf-8") for name, folder in folders.items()}


def _found(folder: Path) -> Finished:
    place = place_of(folder)
    return read_finished(place, read_any_manifest(place))


def _answer(page: str) -> str:
    found = re.search(r'<p class="answer">(.*?)</p>', page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_answers_every_question_in_one_safe_file(kind: str, pages: dict[str, str]) -> None:
    page = pages[kind]
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


def test_the_answer_of_a_discovery_is_in_its_tables(folders: dict[str, Path], pages: dict[str, str]) -> None:
    boxes = pd.read_csv(folders["discover"] / "tables/boxes.csv")
    limits = pd.read_csv(folders["discover"] / "tables/limits.csv")
    answer = _answer(pages["discover"])
    for column, words in (("density", "(density"), ("coverage", "(coverage")):
        share = f"{round(100 * boxes[column].iloc[0], 1):.1f}".removesuffix(".0")
        assert re.search(rf"{re.escape(share)} % of [\w ]+ {re.escape(words)}", answer)
    assert all(f"({name})" in answer for name in limits.loc[limits["box"] == 1, "input"] if name != "dummy")
    assert "rest" in answer
    assert "assumption alone" in answer  # the decisive input of this config has no source


def test_a_discovery_read_back_is_the_one_that_was_made(folders: dict[str, Path]) -> None:
    made = discover(load_config(CARS, TITLE), runs=400)
    read = read_discovery(_found(folders["discover"]))
    pd.testing.assert_frame_equal(made.sample, read.sample)
    assert [box.limits for box in made.boxes] == [box.limits for box in read.boxes]
    assert discover_answer(made, known_inputs(load_config(CARS))) == discover_answer(read, known_inputs(_found(
        folders["discover"]).config))  # fmt: skip


def test_the_answer_of_a_sweep_is_in_its_tables(folders: dict[str, Path], pages: dict[str, str]) -> None:
    points = pd.read_csv(folders["sweep"] / "tables/points.csv")
    shares, values = points["share.agreement"], points[PRECEDENT]
    answer = _answer(pages["sweep"])
    first, last = (f"{round(100 * shares.iloc[at], 1):.1f}".removesuffix(".0") for at in (0, -1))
    assert f"goes from {first} % (95 % interval:" in answer
    assert f"to {last} % (95 % interval:" in answer
    above, below = points["share.agreement_low"] > 0.5, points["share.agreement_high"] < 0.5
    before = max(at for at in range(len(points)) if above[at])
    after = next(at for at in range(before, len(points)) if below[at])
    assert f"crosses one half between {values[before]:.6g} and {values[after]:.6g}" in answer


def test_a_share_that_wavers_about_one_half_crosses_nothing() -> None:
    runs = [24, 26, 24]
    low, high = zip(*(wilson_interval(count, 50) for count in runs), strict=True)
    shares = {
        "share.agreement": [count / 50 for count in runs],
        "share.agreement_low": low,
        "share.agreement_high": high,
    }
    assert _crossings(pd.DataFrame(shares)) == []
    sure = {"share.agreement_low": [0.6, 0.4, 0.2], "share.agreement_high": [0.8, 0.6, 0.4]}
    assert _crossings(pd.DataFrame(sure)) == [(0, 2)]


def test_a_map_shows_every_pair_and_a_leader_how_far_it_is_followed(pages: dict[str, str]) -> None:
    rows = re.findall(r'<th scope="row">(alternating|simultaneous)</th>', pages["map"])
    assert rows[:2] == ["alternating", "simultaneous"]
    assert "of 6 points" in _answer(pages["map"])
    assert "Does the settlement follow the opening of Japan?" in pages["leader"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_of_a_page_gives_the_same_tables(
    kind: str, folders: dict[str, Path], pages: dict[str, str], tmp_path: Path
) -> None:
    saved = re.search(r'download="([\w.]+)" href="data:application/octet-stream;base64,([^"]+)"', pages[kind])
    command = re.search(r"<code>winset (.*?)</code>", pages[kind], re.DOTALL)
    assert saved is not None
    assert command is not None
    (tmp_path / saved[1]).write_bytes(base64.b64decode(saved[2]))
    words = shlex.split(html.unescape(command[1]))
    words[words.index(saved[1])] = str(tmp_path / saved[1])
    result = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "again")])
    assert result.exit_code == 0, result.output
    for table in (folders[kind] / "tables").iterdir():
        assert (tmp_path / "again/tables" / table.name).read_bytes() == table.read_bytes()


def _list(folder: Path, file: str) -> None:
    """Write the checksum of a table into the manifest, as if winset had written it."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"][file] = hashlib.sha256((folder / file).read_bytes()).hexdigest()
    path.write_text(sealed(manifest))


def test_a_discovery_without_a_box_says_so(folders: dict[str, Path]) -> None:
    found = read_discovery(_found(folders["discover"]))
    none = Discovery(found.target, found.words, found.sample, (), found.units, found.share)
    assert "No box was found" in discover_answer(none, {})
    widget, _ = discover_widget(none)
    assert "No box was found" in widget.markup


def test_a_sweep_that_changes_nothing_says_so(folders: dict[str, Path]) -> None:
    found = _found(folders["sweep"])
    result, _, _ = read_sweep(found)
    moved = [known_path(found.config, PRECEDENT, "share", "0 to 0.7")]
    for end in ("", "_low", "_high"):
        result.points[f"share.agreement{end}"] = 0.25
    assert sweep_answer(result, moved).startswith("The share of deals is the same at every point: 25 %")


@pytest.mark.parametrize(
    ("supports", "words"),
    [
        ({"a": "assumption"}, "Mind that a rests on the developers' assumption alone"),
        ({"a": "assumption", "b": "assumption"}, "Mind that all 2 numbers named here rest on"),
        ({"a": "high", "b": "assumption"}, "Mind that b rests on"),
        ({"a": "low"}, "Mind that the source of a bears the range badly"),
        ({"a": "high"}, "a does not rest on an assumption alone."),
        ({"a": "high", "b": "medium"}, "None of the numbers named here rests on an assumption alone."),
        ({"chance": ""}, ""),
    ],
)
def test_a_decisive_input_that_is_only_assumed_is_flagged(supports: dict[str, str], words: str) -> None:
    inputs = {name: KnownInput(name, "", "", "", "", support) for name, support in supports.items()}
    said = support_words(list(inputs), inputs)
    assert said == words if not words else words in said


@pytest.mark.parametrize(
    ("kind", "file", "content", "message"),
    [
        ("discover", "tables/boxes.csv", "box,coverage,density,mass,rows\n1,x,1,1,1\n", "column coverage should hold"),
        ("discover", "tables/limits.csv", "box,input,unit,low,high,quasi_p\n1,none,,0,1,0\n", "has no input none"),
        ("sweep", "tables/points.csv", "", "points.csv is damaged"),
        ("leader", "tables/following.csv", None, "lacks its table tables/following.csv"),
    ],
)
def test_a_damaged_directory_is_refused_whole(
    kind: str, file: str, content: str | None, message: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folders[kind], copy, ignore=shutil.ignore_patterns("report.html"))
    (copy / file).unlink()
    if content is not None:
        (copy / file).write_text(content)
        if file in json.loads((copy / "manifest.json").read_text())["files"]:
            _list(copy, file)
    result = CliRunner().invoke(app, ["report", str(copy)])
    assert result.exit_code == 2, result.output
    assert message in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
    assert not (copy / "report.html").exists()


def test_an_unfinished_exploration_names_its_command(folders: dict[str, Path], tmp_path: Path) -> None:
    manifest = json.loads((folders["sweep"] / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"status": "running"}))
    result = CliRunner().invoke(app, ["report", str(tmp_path)])
    assert result.exit_code == 2
    assert "holds an unfinished sweep; finish it with winset sweep and --resume" in " ".join(result.stderr.split())
