"""The page on running many negotiations: every key of the JSON stands there, and what it shows runs as printed."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import winset
from experiments.questions.run.until import DEFAULT_MOST, LEAST_DEALS
from experiments.report.telling import Telling
from tests.command_line import winset as command
from tests.documented import table, text
from tests.tree import CONFIGS, ROOT

PAGE = "docs/run.md"
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", (ROOT / PAGE).read_text(encoding="utf-8"), flags=re.DOTALL)
COMMANDS = [line for kind, block in BLOCKS if kind == "sh" for line in block.splitlines()]
(POINTS,) = (block for kind, block in BLOCKS if not kind)
(EXAMPLE,) = (block for kind, block in BLOCKS if kind == "python")

#: Talks that end with and without a deal, so that no table of the summary is empty.
UNCERTAIN = ("us_treasury.consumer_weight={dist: uniform, low: 0.1, high: 1}",)


def _documented() -> dict[str, str]:
    """What each key of the JSON holds."""
    keys: dict[str, str] = {}
    for names, cells in table(PAGE, "key").items():
        keys |= dict.fromkeys(re.findall(r"`(\w+)`", names), cells["holds"])
    return keys


@pytest.fixture(scope="module")
def answer() -> dict[str, Any]:
    found = winset.run(CONFIGS / "tiny.yaml", 400, sets=UNCERTAIN)
    data: dict[str, Any] = json.loads(found.json())
    return data


def test_every_key_is_documented_and_no_other(answer: dict[str, Any]) -> None:
    assert sorted(_documented()) == sorted(answer)


def test_every_column_is_documented_and_no_other(answer: dict[str, Any]) -> None:
    quantiles = ["q05", "q25", "q50", "q75", "q95"]
    seen = set()
    for key, words in _documented().items():
        if match := re.match(r"rows `([^`]+)`", words):
            columns = match[1].replace("q05 … q95", ", ".join(quantiles)).split(", ")
            for row in answer[key]:
                assert list(row) == columns, key
                seen.add(key)
    # Of the others this answer has no row.
    assert {key for key, words in _documented().items() if words.startswith("rows")} - seen <= {"met"}
    parts = re.findall(r"`(\w+)`", _documented()["until"])
    assert set(parts) == {
        "measure", "half_width", "most", "unit", "level", "reached", "took", "found", "would_take", "looks", "null",
    }  # fmt: skip


def test_it_says_what_the_terminal_says(answer: dict[str, Any]) -> None:
    found = winset.run(CONFIGS / "tiny.yaml", 400, sets=UNCERTAIN)
    shown = " ".join(found.text(10_000).split())
    sentence, _, more = answer["answer"].partition(". ")
    assert f"{sentence}." in shown
    assert more
    # For programs a path stands alone; the terminal says what it means as well.
    assert " ".join(Telling(found.meanings).plain(more).split()) in shown
    assert answer["level"] == 0.95
    for row in (*answer["outcomes"], *answer["reasons"]):
        low, high = (f"{100 * row[end]:.1f}" for end in ("low", "high"))
        assert f"{row['count']:,} {100 * row['share']:.1f} % {low} to {high} %" in shown
    assert answer["units"] == {
        "package": {"car_tariff": "rate", "chip_purchases": "US$ bn"},
        "pledge": {
            "subsidy_rate": "rate", "subsidy_cost": "US$ bn a year", "chip_headline": "US$ bn",
            "chip_additional": "US$ bn a year", "chip_booked": "US$ bn a year", "chip_price": "ratio",
        },
        "gains": "US$ bn a year",
        "gaps": {"car_tariff": "rate", "chip_purchases": "US$ bn"},
        "differences": {
            "us_treasury.consumer_weight": "weight", "us_treasury.precedent_probability": "share",
        },
    }  # fmt: skip


def test_numbers_of_the_page_are_those_of_the_code() -> None:
    assert f"`--most`** ({DEFAULT_MOST:,} unless given)" in text(PAGE)
    assert f"A mean needs {LEAST_DEALS} deals." in text(PAGE)


def test_the_example_runs_as_printed(capsys: pytest.CaptureFixture[str]) -> None:
    exec(EXAMPLE, {"__name__": "__main__"})  # noqa: S102  to run it as printed is the test
    assert "param.us_treasury.consumer_weight" in capsys.readouterr().out


@pytest.mark.parametrize("line", [line for line in COMMANDS if "--design" in line])
def test_the_table_of_the_page_is_played_as_printed(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "points.csv").write_text(POINTS)
    done = command(*shlex.split(line)[1:], "--no-figures", "--no-solutions")
    assert done.exit_code == 0, done.stderr
    found = winset.load_runs(tmp_path / "out/points")
    rows = pd.read_csv(tmp_path / "points.csv")
    assert len(found) == 100 * len(rows)
    for path in rows:
        assert found[f"param.{path}"].tolist() == rows[path].tolist() * 100


@pytest.mark.long
def test_the_commands_of_the_page_run_in_its_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "points.csv").write_text(POINTS)
    for line in COMMANDS:
        done = command(*shlex.split(line)[1:], "--no-figures")
        assert done.exit_code == 0, f"{line}\n{done.stderr}"
    found = winset.load_result("out/cars")
    (said,) = (one for one in found.notes() if one.startswith("Asked for"))  # type: ignore[attr-defined]  # of a run
    assert said in text(PAGE).replace(" > ", " ")
    assert len(winset.load_runs("out/july")) == 5_000
