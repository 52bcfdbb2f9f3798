"""The question from its door: what decides the answer, what is refused, and how the answer can be repeated."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

import winset
from experiments.errors import RunError
from experiments.positions.files import read_positions
from experiments.questions.registry import read_result
from tests.command_line import winset as command
from tests.positions_by_hand import table_by_hand
from tests.small_answers import SPENDING
from tests.tree import ROOT


def test_a_table_made_in_python_is_answered_as_well_as_a_file() -> None:
    made = winset.positions(read_positions(SPENDING), draws=3)
    assert made.json() == winset.positions(SPENDING, draws=3).json()
    assert winset.positions(table_by_hand(), draws=2).headline().startswith("by_hand, 3 actors on 2 issues")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rounds": 0}, "--rounds is 0; it must be a whole number from 1 to 1,000"),
        ({"draws": 0}, "--draws is 0; it must be a whole number from 1 to 100,000"),
        ({"compromise": "least"}, "--compromise is least; it must be least_movement or lowest."),
    ],
)
def test_a_wrong_option_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(RunError, match=re.escape(said)):
        winset.positions(SPENDING, **change)  # type: ignore[arg-type]  # what a notebook may hold


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (("--rounds", "3"), "rounds: 10 -> 3"),
        (("--draws", "4"), "draws: 3 -> 4"),
        (("--compromise", "lowest"), "compromise: least_movement -> lowest"),
        (("--seed", "2"), "seed: 1 -> 2"),
        (("--range", "defence=0:50"), "config issues.defence.high: 40.0 -> 50.0"),
        (("--salience-scale", "100"), "config notes:"),
    ],
)
def test_what_decides_the_answer_cannot_change_on_the_way(option: tuple[str, ...], told: str, tmp_path: Path) -> None:
    words = ("positions", SPENDING, "--draws", "3", "--no-figures", "--out", tmp_path / "out")
    assert command(*words).exit_code == 0
    found = command(*words, *option, "--resume")
    assert found.exit_code == 2
    assert told in " ".join(found.output.split())


def test_a_changed_position_is_named_on_resume(tmp_path: Path) -> None:
    file = tmp_path / "spending.csv"
    file.write_text(SPENDING.read_text())
    words = ("positions", file, "--draws", "3", "--no-figures", "--out", tmp_path / "out")
    assert command(*words).exit_code == 0
    file.write_text(SPENDING.read_text().replace("South,schools,2,30,1", "South,schools,3,30,1"))
    found = command(*words, "--resume")
    assert "config issues.schools.actors.South.position: 2.0 -> 3.0" in " ".join(found.output.split())


def test_the_page_gives_the_file_and_the_line_that_make_the_same_answer(tmp_path: Path) -> None:
    pytest.importorskip("jinja2", reason="pages need the extra report")
    first = tmp_path / "first"
    assert command("positions", SPENDING, "--draws", "3", "--no-figures", "--out", first).exit_code == 0
    assert command("report", first).exit_code == 0
    page = unescape((first / "report.html").read_text(encoding="utf-8"))
    (line,) = re.findall(r"winset positions .*?lowest|winset positions [^<]*least_movement", page)
    _, made = read_result(first)
    from experiments.positions.files import written

    again = tmp_path / "spending.csv"
    again.write_text("".join(f"{row}\n" for row in written(made.table)))  # type: ignore[attr-defined]  # of positions
    words = line.split()[1:]
    assert words[1] == "spending.csv"
    done = command(words[0], again, *words[2:], "--no-figures", "--out", tmp_path / "second")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "second/tables/noise.csv").read_bytes() == (first / "tables/noise.csv").read_bytes()
    assert (tmp_path / "second/tables/paths.csv").read_bytes() == (first / "tables/paths.csv").read_bytes()


def test_names_that_look_like_numbers_stay_names(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("actor,issue,position,salience,power\n007,1.0,10,50,1\nNA,1.0,90,50,1\n")
    result = winset.positions(tmp_path / "t.csv", draws=2)
    assert {*result.paths["actor"]} == {"007", "NA"}
    assert {*result.forecasts["issue"]} == {"1.0"}


def test_what_is_printed_says_where_the_shipped_table_comes_from() -> None:
    text = (ROOT / "configs" / "positions" / "emission_standards.csv").read_text(encoding="utf-8")
    assert "Bueno de Mesquita 1994" in text.splitlines()[1]
