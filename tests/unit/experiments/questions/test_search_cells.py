"""Every cell of a stress test, on screen, page and in JSON, is the number of its place."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from experiments.questions.stress.page import _asked, _options
from experiments.questions.stress.page_tables import aims_table, baseline_table, failure_tables
from experiments.questions.stress.tables import plain_result
from experiments.questions.stress.text import came_of
from experiments.questions.stress.text import render as render_stress
from experiments.questions.stress.words import answer as stress_answer
from tests.made_up import headings, tables_of
from tests.searches_by_hand import config, stress_by_hand, stressed_by_hand

HERE = Path("here")


def _lines(show: Any) -> str:
    console = Console(width=100, color_system=None, force_terminal=False)
    with console.capture() as captured:
        show(console)
    return " ".join(captured.get().split())


def test_a_stress_test_on_the_screen() -> None:
    result = stress_by_hand()
    regret, missed = tables_of(lambda console: render_stress(result, None, console))
    assert regret.title == "Regret against the best reply (US$ bn a year), 48 points"
    assert headings(regret) == [
        "Opponent", "Talks end", "round", "date", "score", "fails", "gain", "other's", "case",
    ]  # fmt: skip
    dates = [str(config().calendar.date_of(last)) for last in (5.25, 2.75, 6.5)]
    assert len(set(dates)) == 3
    first, second = regret.rows
    assert first[0] == "boulware, beta=0.1, initial=0.75"
    assert first[1:] == (
        "stall (tactics_hold)",
        "5.2",
        dates[0],
        "1.875 +- 0.125",
        "73.4 %",
        "0.38",
        "2.62",
        "regret_1",
    )
    assert second == (
        "hardliner", "walk-out (no_zone)", "2.8", dates[1], "0.625 +- 0.062", "54.6 %", "-0.12", "1.38", "-",
    )  # fmt: skip
    assert missed.title.endswith("(share of draws), 1,480 points")
    assert missed.rows[0][0].startswith("tit_for_tat, ")
    assert missed.rows[0][1:] == (
        "stall (tactics_hold)", "6.5", dates[2], "0.812 +- 0.048", "81.2 %", "0.88", "4.38", "missed_1",
    )  # fmt: skip
    told = _lines(lambda console: render_stress(result, HERE, console))
    assert "for Japan in tiny: 3 distinct failures in 3,048 points, 9,000 negotiations" in told
    assert (
        "4 candidates: 3 distinct failures, 0 that held but fail as a worse one does (same opponent, ending and "
        "reason), 1 that did not hold on fresh draws, in 2,500 more negotiations; 7 s."
    ) in told
    assert "regret >= 0.5 (US$ bn a year); missed >= 0.6 (share of draws); exploited >= 0.95" in told
    assert "takes (share of the surplus): nothing found in 1,520 points." in told
    assert "winset play here/cases/regret_1.yaml winset play here/cases/missed_1.yaml --run 5" in told


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((24, 0, 21), "24 candidates: 21 distinct failures, 3 that held but fail as a worse one does"),
        ((9, 2, 1), "9 candidates: 1 distinct failure, 6 that held but fail as a worse one does"),
        ((1, 1, 0), "1 candidate: 0 distinct failures, 0 that held but fail as a worse one does"),
        ((0, 0, 0), "No candidates to be confirmed on fresh draws"),
    ],
)
def test_what_became_of_candidates_adds_up(counts: tuple[int, int, int], told: str) -> None:
    said = came_of(*counts)
    assert said.startswith(told)
    if counts[0]:
        whole, *parts = (int(number) for number in re.findall(r"\d+", said))
        assert whole == sum(parts) == counts[0]


def test_a_stress_test_as_table_and_json() -> None:
    result = stress_by_hand()
    limit, bins = config().calendar.round_limit, result.space.round_bins
    first, second, third, last = result.map.to_dict("records")
    numbers = ("searched", "score", "error", "failing", "gain", "gain_other", "round", "run")
    assert [first[name] for name in numbers] == [
        1.905, 1.875, 0.125, 0.734, 0.375, 2.625, 5.25, 5,
    ]  # fmt: skip
    assert (first["round_from"], first["round_to"]) == (1 + 2 * limit / bins, 1 + 3 * limit / bins)
    names = ("aim", "opponent", "outcome", "reason", "confirmed")
    assert [tuple(row[name] for name in names) for row in (second, third)] == [
        ("regret", "hardliner", "walkout", "no_zone", True), ("regret", "hardliner", "stall", "no_zone", False),
    ]  # fmt: skip
    assert last["knobs"].startswith("tit_for_tat,")
    found = json.loads(json.dumps(plain_result(result)))
    whole = ("side", "negotiations_of_search", "negotiations", "candidates", "dropped")
    assert [found[name] for name in whole] == ["partner", 9_000, 11_500, 4, 1]
    assert found["thresholds"]["missed"] == {"value": 0.6, "unit": "share of draws"}
    assert found["points"] == {"regret": 48, "missed": 1_480, "exploited": 1_520}
    worst, _, missed = found["failures"]
    assert [worst[name] for name in ("score", "standard_error", "failing_share", "round", "gain", "gain_other")] == [
        1.875, 0.125, 0.734, 5.25, 0.375, 2.625,
    ]  # fmt: skip
    assert missed["case"] == result.cases[2]
    assert found["failures"][1]["case"] is None


def test_a_stress_test_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    found = stressed_by_hand()
    aims = aims_table(found)
    assert aims.columns == (
        "What hurts", "Counts from", "Settings", "Candidates", "Dropped", "Alike", "Ways to fail",
        "Worst",
    )  # fmt: skip
    # Standard errors times 1.96.
    assert aims.rows == (
        ("Another tactic would have done better", "US$0.50 bn a year", "48", "3", "1", "0", "2", "1.88 ± 0.24"),
        ("Deals missed", "60 %", "1,480", "1", "0", "0", "1", "81.2 % ± 9.4 %"),
        ("The other side takes the surplus", "95 %", "1,520", "0", "0", "0", "nothing found", "-"),
    )
    # Two more that held in a way of the first.
    more = pd.concat([found.map, found.map.head(1), found.map.head(1)], ignore_index=True)
    assert aims_table(replace(found, map=more)).rows[0][3:7] == ("5", "1", "2", "2")
    regret, missed = failure_tables(found)
    assert regret.columns == (
        "Opponent", "Talks end", "Round", "Date", "Score", "Fails in", "Japan gain", "US gain", "Case",
    )  # fmt: skip
    dates = [str(config().calendar.date_of(last)) for last in (5.25, 2.75, 6.5)]
    assert [row[1:] for row in (*regret.rows, *missed.rows)] == [
        ("stall (tactics hold)", "5.25", dates[0], "1.88", "73.4 %", "+0.38", "+2.62", "regret_1"),
        ("walk-out (no zone)", "2.75", dates[1], "0.62", "54.6 %", "-0.12", "+1.38", "-"),
        ("stall (tactics hold)", "6.50", dates[2], "81.2 %", "81.2 %", "+0.88", "+4.38", "missed_1"),
    ]
    assert [row[0].split(" (")[0] for row in (*regret.rows, *missed.rows)] == [
        "“boulware”", "“hardliner”", "“tit_for_tat”",
    ]  # fmt: skip
    calm = {"regret": -0.25, "missed": 0.125, "exploited": 0.375}
    monkeypatch.setattr("experiments.questions.stress.page_tables._unattacked", lambda _found: calm)
    usual = baseline_table(found)
    assert usual is not None
    assert usual.columns == ("What hurts", "Not attacked", "Counts from", "Worst", "Unit")
    assert [row[1:] for row in usual.rows] == [
        ("-0.25", "0.50", "1.88", "US$ bn a year"), ("12.5 %", "60 %", "81.2 %", "share of draws"),
        ("37.5 %", "95 %", "-", "share of the surplus"),
    ]  # fmt: skip


def test_a_stress_test_in_words() -> None:
    found = stressed_by_hand()
    assert stress_answer(found) == (
        "3,048 settings of the other side's tactic with its knobs were tried against “boulware” (beta 0.2) as Japan, "
        "in 9,000 simulated negotiations, to find the worst. 3 distinct ways to fail held on fresh draws. Most regret: "
        "against “boulware”, another tactic would have gained Japan US$1.88 bn a year more on average (the talks "
        "stall: neither side moves any more). Most missed: against “tit_for_tat”, 81.2 % of the talks end without a "
        "deal though one would have suited both (the talks stall: neither side moves any more). Nothing was found "
        "within this budget of: a surplus that goes to the other side (1,520 settings)."
    )
    told = " ".join(getattr(_asked(found).blocks[0], "lines"))  # noqa: B009  the union of blocks has no lines
    for part in (
        "regret against a better tactic from US$0.50 bn a year; missed deals from 60 %;",
        "Budget: 10,000 negotiations for the search, of which 9,000 were used; every setting meets the same 8 draws of "
        "chance. Seed 21.",
        "holds on 64 fresh draws by more than 2.3 standard errors: 2,500 negotiations more.",
    ):
        assert part in told
    assert " ".join(_options(found)) == (
        "--side partner --seed 21 --tactic boulware,beta=0.2 --against opponent --budget 10000 --draws 8 "
        "--fresh 64 --cases 1 --aim regret --aim missed --aim exploited --threshold missed=0.6"
    )
    none = replace(found, result={**found.result, "failures": []})
    assert "Nothing was found within this budget" in stress_answer(none)
