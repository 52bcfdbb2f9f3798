"""The page of a sweep: what it says is in the tables, every text is text, and damage is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from experiments.config.load import load_config
from experiments.questions.sweep.answer import _crossings, answer, moved_inputs
from experiments.questions.sweep.result import read
from experiments.questions.sweep.sweep import leader_sweep as play_leader
from experiments.questions.sweep.sweep import sweep as play
from experiments.statistics.intervals import wilson_interval
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
from tests.tree import CONFIGS

CARS = CONFIGS / "cars_on_the_table.yaml"
PRECEDENT = "us_treasury.precedent_probability"
KINDS = ("sweep", "map", "leader")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A small directory of every kind, of a config whose title would be a script if it were not text."""
    root, cars = tmp_path_factory.mktemp("explored"), load_config(CARS, EVIL_TEXTS)
    play(cars, f"{PRECEDENT}=0:0.7:4", 40, out=root / "sweep")
    play(cars, [f"{PRECEDENT}=0:0.7:3", "protocol.kind=alternating,simultaneous"], 20, out=root / "map")
    play_leader(cars, "partner", "car_tariff", 3, 20, out=root / "leader")
    return {name: root / name for name in KINDS}


@pytest.fixture(scope="module")
def pages(folders: dict[str, Path]) -> dict[str, str]:
    return {name: page_in(folder) for name, folder in folders.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_answers_every_question_in_one_safe_file(kind: str, pages: dict[str, str]) -> None:
    page = pages[kind]
    assert sections_on(page) == ["came-out", "sure", "scenario", "limits", "again", "columns"]
    check_one_safe_file(page)
    result = "the same 40 worlds at each: 160 negotiations" if kind == "sweep" else "the same 20 worlds at each"
    assert result in page


def test_the_answer_of_a_sweep_is_in_its_tables(folders: dict[str, Path], pages: dict[str, str]) -> None:
    points = pd.read_csv(folders["sweep"] / "tables/points.csv")
    shares, values = points["share.agreement"], points[PRECEDENT]
    answer = answer_on(pages["sweep"])
    first, last = (f"{round(100 * shares.iloc[at], 1):.1f}".removesuffix(".0") for at in (0, -1))
    assert f"goes from {first} % (95 % interval:" in answer
    assert f"to {last} % (95 % interval:" in answer
    above, below = points["share.agreement_low"] > 0.5, points["share.agreement_high"] < 0.5
    before = max(at for at in range(len(points)) if above[at])
    after = next(at for at in range(before, len(points)) if below[at])
    assert f"crosses one half between {100 * values[before]:.6g} % and {100 * values[after]:.6g} %" in answer


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
    assert rows == ["alternating", "simultaneous"] * 2
    assert "of 6 points" in answer_on(pages["map"])
    assert "Does the settlement follow the opening of Japan?" in pages["leader"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_of_a_page_gives_the_same_tables(
    kind: str, folders: dict[str, Path], pages: dict[str, str], tmp_path: Path
) -> None:
    tables = [
        "changes.csv",
        "constraints.csv",
        *(["following.csv"] if kind == "leader" else []),
        "openings.csv",
        "points.csv",
    ]
    check_repeated(pages[kind], folders[kind], tables, tmp_path)


def test_a_sweep_that_changes_nothing_says_so(folders: dict[str, Path]) -> None:
    result = read(read_finished(folders["sweep"]))
    still = result.points.assign(**{f"share.agreement{end}": 0.25 for end in ("", "_low", "_high")})
    said = answer(replace(result, points=still), moved_inputs(result)).text
    assert said.startswith("The share of deals is the same at every point: 25 %")


@pytest.mark.parametrize(
    ("kind", "file", "content", "message"),
    [
        ("sweep", "tables/points.csv", "", "points.csv is damaged"),
        ("sweep", "tables/points.csv", None, "tables/points.csv is damaged: it is gone"),
        ("sweep", "tables/points.csv", "point,runs\n", "points.csv is damaged: it lacks the column share.agreement"),
        ("sweep", "tables/openings.csv", "point,side\n", "openings.csv is damaged: it lacks the column issue"),
        (
            "sweep",
            "tables/openings.csv",
            "point,side,issue,q05,q50,q95\n0,partner,car_tariff,x,1,2\n",
            "openings.csv is damaged: column q05 should hold numbers",
        ),
        ("leader", "tables/following.csv", None, "tables/following.csv is damaged: it is gone"),
        (
            "leader",
            "tables/following.csv",
            "issue,unit\n",
            "following.csv is damaged: it lacks the column opening_first",
        ),
    ],
)
def test_a_damaged_directory_is_refused_whole(
    kind: str, file: str, content: str | None, message: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    check_damage_unreported(folders[kind], file, content, message, tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda points: points.head(3), "it has 3 rows, which are not those of the axes"),
        (lambda points: points.drop(columns="gain.partner_low"), "it lacks the column gain.partner_low"),
        (lambda points: points.drop(columns="car_tariff.q95"), "it lacks the column car_tariff.q95"),
        (lambda points: points.drop(columns=PRECEDENT), f"it lacks the column {PRECEDENT}"),
    ],
)
def test_points_of_another_sweep_are_refused(
    change: Callable[[pd.DataFrame], pd.DataFrame], message: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    copy = copied(folders["sweep"], tmp_path)
    change(pd.read_csv(copy / "tables/points.csv")).to_csv(copy / "tables/points.csv", index=False)
    list_as_written(copy, "tables/points.csv")
    check_unreported(copy, f"points.csv is damaged: {message}")


def test_an_unfinished_sweep_names_its_command(folders: dict[str, Path], tmp_path: Path) -> None:
    copy = copied(folders["sweep"], tmp_path)
    edit_manifest(copy, status="running")
    check_unreported(copy, f"finish it with winset sweep --out {copy} --resume")
