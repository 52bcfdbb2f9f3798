"""The page of a discovery: what it says is in the tables, every text is text, and damage is refused."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from experiments.config.load import load_config
from experiments.questions.discover.answer import answer
from experiments.questions.discover.discover import discover as play
from experiments.questions.discover.page import _options
from experiments.questions.discover.result import read
from experiments.questions.discover.widget import discover_widget
from experiments.store.reading import read_finished
from tests.explorations_by_hand import discovery_by_hand
from tests.pages import (
    EVIL_TEXTS,
    answer_on,
    check_damage_unreported,
    check_one_safe_file,
    check_repeated,
    check_unreported,
    copied,
    edit_manifest,
    page_in,
    sections_on,
)
from tests.tree import CONFIGS

CARS = CONFIGS / "cars_on_the_table.yaml"
LIMITS = "box,input,unit,low,high,quasi_p\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small directory, of a config whose title would be a script if it were not text."""
    place = tmp_path_factory.mktemp("explored") / "discover"
    play(load_config(CARS, EVIL_TEXTS), runs=400, out=place)
    return place


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return page_in(folder)


def test_a_page_answers_every_question_in_one_safe_file(page: str) -> None:
    assert sections_on(page) == ["came-out", "sure", "scenario", "limits", "again", "columns"]
    check_one_safe_file(page)


def test_the_answer_is_in_the_tables(folder: Path, page: str) -> None:
    boxes = pd.read_csv(folder / "tables/boxes.csv")
    limits = pd.read_csv(folder / "tables/limits.csv")
    said = answer_on(page)
    for column, words in (("density", "(density"), ("coverage", "(coverage")):
        share = f"{round(100 * boxes[column].iloc[0], 1):.1f}".removesuffix(".0")
        assert re.search(rf"{re.escape(share)} % of [\w ]+ {re.escape(words)}", said)
    assert all(f"({name})" in said for name in limits.loc[limits["box"] == 1, "input"] if name != "dummy")
    assert "rest" in said
    assert "assumption alone" in said  # the decisive input of this config has no source


def test_the_command_of_a_page_gives_the_same_tables(folder: Path, page: str, tmp_path: Path) -> None:
    check_repeated(page, folder, ["boxes.csv", "limits.csv", "peeling.csv"], tmp_path)


def test_the_command_of_a_page_varies_what_was_varied(tmp_path: Path) -> None:
    place = tmp_path / "varied"
    play(CARS, runs=300, boxes=1, vary=["all"], ranges=True, out=place)
    page = page_in(place)
    assert "1 event (happening or not) and both tactics" in answer_on(page)
    check_repeated(page, place, ["boxes.csv", "limits.csv", "peeling.csv"], tmp_path)


def test_the_command_repeats_a_density_to_its_last_digit() -> None:
    usual = ("--target", "no_deal", "--runs", "40", "--seed", "17", "--boxes", "2")
    assert _options(discovery_by_hand().manifest) == usual
    assert _options(discovery_by_hand(0.123456789).manifest) == (*usual, "--density", "0.123456789")


def test_a_page_without_a_box_says_so(folder: Path) -> None:
    none = replace(read(read_finished(folder)), boxes=())
    assert "No box was found" in answer(none, {}).text
    widget, _ = discover_widget(none)
    assert "No box was found" in widget.markup


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
    check_damage_unreported(folder, file, content, message, tmp_path)


def test_a_target_and_a_config_of_another_discovery_are_refused(folder: Path, tmp_path: Path) -> None:
    copy = copied(folder, tmp_path)
    manifest = json.loads((copy / "manifest.json").read_text())
    uncertain = "walk_away.discount_rate={dist: uniform, low: 0.02, high: 0.06}"
    other = load_config(CARS, (*EVIL_TEXTS, uncertain))
    for change, message in (
        ({"settings": manifest["settings"] | {"target": "war"}}, "--target is war"),
        (
            {"config": other.resolved(), "config_digest": other.digest()},
            "runs is damaged: its rows lack the column param.walk_away.discount_rate",
        ),
    ):
        edit_manifest(copy, **manifest | change)
        check_unreported(copy, message)
