"""The page of a sensitivity analysis: what it says is in the tables, every text is text, and damage is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.config.load import load_config
from experiments.questions.reporting import write_report
from experiments.questions.sensitivity.answer import answer
from experiments.questions.sensitivity.result import SensitivityResult, read
from experiments.questions.sensitivity.sensitivity import sensitivity as play
from experiments.questions.sensitivity.widget import tenths
from experiments.store.reading import read_finished
from tests.pages import (
    EVIL_TEXTS,
    answer_on,
    check_damage_unreported,
    check_one_safe_file,
    check_repeated,
    check_unreported,
    copied,
    edit_manifest,
    list_as_written,
    page_in,
    sections_on,
)
from tests.tree import TINY

UNCERTAIN = "walk_away.execution_probability={dist: uniform, low: 0, high: 1}"
COSTLY = "us_treasury.ratification_margin={dist: uniform, low: 0, high: 3}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small directory, of a config whose title would be a script if it were not text."""
    place = tmp_path_factory.mktemp("explored") / "sensitivity"
    play(load_config(TINY, (*EVIL_TEXTS, UNCERTAIN, COSTLY)), out=place, base=128, trajectories=8)
    return place


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return page_in(folder)


def _read(folder: Path) -> SensitivityResult:
    return read(read_finished(folder))


def test_a_page_answers_every_question_in_one_safe_file(page: str) -> None:
    sections = ["came-out", "others", "sure", "scenario", "limits", "again", "columns"]
    assert sections_on(page) == sections
    check_one_safe_file(page)


def test_the_answer_is_in_the_tables(folder: Path, page: str) -> None:
    effects = pd.read_csv(folder / "tables/effects.csv")
    outputs = pd.read_csv(folder / "tables/outputs.csv").set_index("output")
    target = _read(folder).target
    main = effects[(effects["output"] == target) & (effects["measure"] == "total")].set_index("input")
    strongest = main[main["rank"] == 1].iloc[0]
    text = answer_on(page)
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
    tables = ["agreement.csv", "constraints.csv", "effects.csv", "notes.csv", "outputs.csv", "swings.csv"]
    check_repeated(page, folder, tables, tmp_path)


def test_a_page_on_which_nothing_varies_says_so(tmp_path: Path) -> None:
    sets = ("walk_away.discount_rate={dist: uniform, low: 0.02, high: 0.06}",)
    result = play(load_config(TINY, sets), out=tmp_path / "one", base=16, trajectories=4)
    for name, table in {
        "effects": result.effects.head(0), "swings": result.swings.head(0), "agreement": result.agreement.head(0),
        "outputs": result.outputs.assign(constant=True),
    }.items():  # fmt: skip
        table.to_csv(tmp_path / "one/tables" / f"{name}.csv", index=False)
        list_as_written(tmp_path / "one", f"tables/{name}.csv")
    write_report(tmp_path / "one", None, "dark")
    page = (tmp_path / "one/report.html").read_text(encoding="utf-8")
    assert "Nothing varies over" in answer_on(page)
    assert "no input decides anything" in answer_on(page)
    assert "Nothing else varies either." in page


def test_a_target_without_clear_inputs_is_not_explained(folder: Path) -> None:
    result = _read(folder)
    unsure = replace(result, effects=result.effects.assign(low=-1.0))
    assert "No input stands out from the noise" in answer(unsure).text


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
    check_damage_unreported(folder, file, content, message, tmp_path)


@pytest.mark.parametrize(
    ("key", "changes", "message"),
    [
        ("seed", 4, "its rows are not those of its design"),
        ("settings", {"base": 64}, "it has 1,080 rows, and its design 568"),
        ("settings", {"trajectories": 9}, "it has 1,080 rows, and its design 1,087"),
    ],
)
def test_rows_of_another_design_are_refused(
    key: str, changes: object, message: str, folder: Path, tmp_path: Path
) -> None:
    copy = copied(folder, tmp_path)
    before = json.loads((copy / "manifest.json").read_text())[key]
    edit_manifest(copy, **{key: before | changes if isinstance(changes, dict) else changes})
    check_unreported(copy, f"{copy}/runs is damaged: {message}")
