"""The page of a sensitivity analysis: what it says is in the tables, every text is text, and damage is refused."""

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

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.config.load import load_config
from experiments.questions.reporting import write_report
from experiments.questions.sensitivity.answer import answer
from experiments.questions.sensitivity.result import SensitivityResult, read
from experiments.questions.sensitivity.sensitivity import sensitivity as play
from experiments.questions.sensitivity.widget import tenths
from experiments.store.reading import read_finished
from experiments.store.seal import sealed
from tests.tree import TINY

EVIL = "<script>alert(1)</script>"
UNCERTAIN = "walk_away.execution_probability={dist: uniform, low: 0, high: 1}"
COSTLY = "us_treasury.ratification_margin={dist: uniform, low: 0, high: 3}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small directory, of a config whose title would be a script if it were not text."""
    place = tmp_path_factory.mktemp("explored") / "sensitivity"
    play(load_config(TINY, (f"title={EVIL}", f"story={EVIL}", UNCERTAIN, COSTLY)), out=place, base=128, trajectories=8)
    return place


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    write_report(folder, None, "light")
    return (folder / "report.html").read_text(encoding="utf-8")


def _read(folder: Path) -> SensitivityResult:
    return read(read_finished(folder))


def _answer(page: str) -> str:
    found = re.search(r'<p class="answer">(.*?)</p>', page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def test_a_page_answers_every_question_in_one_safe_file(page: str) -> None:
    sections = ["asked", "came-out", "others", "sure", "limits", "again"]
    assert re.findall(r'<section id="([\w-]+)"', page) == sections
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
    effects = pd.read_csv(folder / "tables/effects.csv")
    outputs = pd.read_csv(folder / "tables/outputs.csv").set_index("output")
    target = _read(folder).target
    main = effects[(effects["output"] == target) & (effects["measure"] == "total")].set_index("input")
    strongest = main[main["rank"] == 1].iloc[0]
    text = _answer(page)
    share = f"{round(100 * float(outputs['mean'][target]), 1):.1f}".removesuffix(".0")
    assert f"Talks end in a deal in {share} % of 256 sampled worlds" in text
    assert f"({strongest.name})" in text.split("decides")[1].split(":")[0]
    ends = f"{100 * strongest['low']:.0f} to {100 * strongest['high']:.0f} %"
    assert f"{100 * strongest['value']:.0f} % of the variance (95 % interval: {ends})" in text
    assert "methods" in text


def test_tenths_of_an_input_are_those_of_the_swings(folder: Path) -> None:
    result = _read(folder)
    cells = tenths(result)["cells"][result.target]
    swings = result.swings[result.swings["output"] == result.target].set_index("input")
    assert set(cells) == set(swings.index) - {"chance"}
    for name, cell in cells.items():
        ends = [swings.loc[name, column] for column in ("at_low", "at_high")]
        # The page keeps five digits.
        assert np.allclose([cell["y"][0], cell["y"][-1]], [100 * float(end) for end in ends], rtol=1e-4)
        assert all(low <= mean <= high for low, mean, high in zip(cell["low"], cell["y"], cell["high"], strict=True))
        assert sum(cell["points"]) == 256


def test_the_command_of_a_page_gives_the_same_tables(folder: Path, page: str, tmp_path: Path) -> None:
    saved = re.search(r'download="([\w.]+)" href="data:application/octet-stream;base64,([^"]+)"', page)
    command = re.search(r"<code>winset (.*?)</code>", page, re.DOTALL)
    assert saved is not None
    assert command is not None
    (tmp_path / saved[1]).write_bytes(base64.b64decode(saved[2]))
    words = shlex.split(html.unescape(command[1]))
    words[words.index(saved[1])] = str(tmp_path / saved[1])
    result = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "again")])
    assert result.exit_code == 0, result.output
    tables = sorted(path.name for path in (folder / "tables").iterdir())
    assert tables == ["agreement.csv", "effects.csv", "notes.csv", "outputs.csv", "swings.csv"]
    for name in tables:
        assert (tmp_path / "again/tables" / name).read_bytes() == (folder / "tables" / name).read_bytes()


def _list(folder: Path, file: str) -> None:
    """Write the checksum of a table into the manifest, as if winset had written it."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    (stored,) = (one for one in manifest["files"] if one["file"] == file)
    stored["sha256"] = hashlib.sha256((folder / file).read_bytes()).hexdigest()
    path.write_text(sealed(manifest))


def test_a_page_on_which_nothing_varies_says_so(tmp_path: Path) -> None:
    sets = ("walk_away.discount_rate={dist: uniform, low: 0.02, high: 0.06}",)
    result = play(load_config(TINY, sets), out=tmp_path / "one", base=16, trajectories=4)
    for name, table in {
        "effects": result.effects.head(0), "swings": result.swings.head(0), "agreement": result.agreement.head(0),
        "outputs": result.outputs.assign(constant=True),
    }.items():  # fmt: skip
        table.to_csv(tmp_path / "one/tables" / f"{name}.csv", index=False)
        _list(tmp_path / "one", f"tables/{name}.csv")
    write_report(tmp_path / "one", None, "dark")
    page = (tmp_path / "one/report.html").read_text(encoding="utf-8")
    assert "Nothing varies over" in _answer(page)
    assert "no input decides anything" in _answer(page)
    assert "Nothing else varies either." in page


def test_a_target_without_clear_inputs_is_not_explained(folder: Path) -> None:
    result = _read(folder)
    unsure = replace(result, effects=result.effects.assign(low=-1.0))
    assert "No input stands out from the noise" in answer(unsure)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("tables/effects.csv", None, "tables/effects.csv is damaged: it is gone"),
        ("tables/effects.csv", "output,method\n", "effects.csv is damaged: it lacks the column input"),
        (
            "tables/effects.csv",
            "output,method,input,rank,measure,value,low,high\ndeal,sobol,a.b,1,total,1,0,2\n",
            "effects.csv is damaged: the config has no input a.b",
        ),
        ("tables/swings.csv", "input,unit\n", "swings.csv is damaged: it lacks the column low_input"),
        (
            "tables/agreement.csv",
            "output,first,second,rank_correlation,shared_top\ndeal,sobol,pawn,x,5\n",
            "agreement.csv is damaged: column rank_correlation should hold numbers",
        ),
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
    result = CliRunner().invoke(app, ["report", str(copy)])
    assert result.exit_code == 2, result.output
    assert message in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
    assert not (copy / "report.html").exists()


@pytest.mark.parametrize(
    ("key", "changes", "message"),
    [
        ("seed", 4, "its rows are not those of its design"),
        ("settings", {"base": 64}, "it has 944 rows, and its design 496"),
        ("settings", {"trajectories": 9}, "it has 944 rows, and its design 950"),
    ],
)
def test_rows_of_another_design_are_refused(
    key: str, changes: object, message: str, folder: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy", ignore=shutil.ignore_patterns("report.html")))
    manifest = json.loads((copy / "manifest.json").read_text())
    changed = manifest[key] | changes if isinstance(changes, dict) else changes
    (copy / "manifest.json").write_text(sealed(manifest | {key: changed}))
    done = CliRunner().invoke(app, ["report", str(copy)])
    assert done.exit_code == 2, done.output
    assert f"{copy}/runs is damaged: {message}" in " ".join(done.stderr.split())
    assert not (copy / "report.html").exists()
