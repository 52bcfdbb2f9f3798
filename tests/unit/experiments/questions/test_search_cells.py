"""Every cell of best replies, advice and a stress test, on screen, page and in JSON, is the number of its place."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from experiments.questions.advise.advise import term_names
from experiments.questions.advise.page import _answer as advice_answer
from experiments.questions.advise.page import _levers, _price, _recommended, _settings
from experiments.questions.advise.robust import CRITERIA
from experiments.questions.advise.text import cost_lines, plain_advice, recommendation, render_advice
from experiments.questions.exploit.exploit import MOST_WORLDS, best_replies
from experiments.questions.exploit.page import _answer as exploit_answer
from experiments.questions.exploit.page import _asked as exploit_asked
from experiments.questions.exploit.page import _families, _table
from experiments.questions.exploit.text import plain_exploit, render_exploit
from experiments.questions.stress.page import _asked, _options
from experiments.questions.stress.page_tables import aims_table, baseline_table, failure_tables
from experiments.questions.stress.tables import plain_result
from experiments.questions.stress.text import came_of
from experiments.questions.stress.text import render as render_stress
from experiments.questions.stress.words import answer as stress_answer
from tests.made_up import headings, tables_of
from tests.searches_by_hand import advice_by_hand, config, replies_by_hand, stress_by_hand, stressed_by_hand

HERE = Path("here")


def _lines(show: Any) -> str:
    console = Console(width=100, color_system=None, force_terminal=False)
    with console.capture() as captured:
        show(console)
    return " ".join(captured.get().split())


def test_best_replies_on_the_screen() -> None:
    result = replies_by_hand()
    (found,) = tables_of(lambda console: render_exploit(result, HERE, console))
    assert headings(found) == ["Tactic", "Replier", "Best reply", "its gain", "self-play", "more", "+-"]
    # The most exploitable first; errors times 1.96.
    assert found.rows == [
        ("linear", "US", "boulware (initial=0.1, beta=0.5)", "3.15", "1.05", "+2.10", "0.49"),
        ("zeuthen", "Japan", "hardliner", "2.55", "1.66", "+0.89", "1.67"),
        ("zeuthen", "US", "boulware (initial=0.3, beta=0.9) and 1 other as good", "8.35", "7.75", "+0.60", "1.08"),
        ("linear", "Japan", "boulware (initial=0.2, beta=0.7)", "5.75", "5.95", "-0.20", "0.29"),
    ]
    told = _lines(lambda console: render_exploit(result, HERE, console))
    assert told.startswith("Best replies in 250 worlds, confirmed in 500 fresh ones; 123,456 negotiations, 12 s.")
    assert "at most" not in told


@pytest.mark.parametrize(("worlds", "said"), [(MOST_WORLDS - 1, False), (MOST_WORLDS, True)])
def test_a_search_that_uses_no_more_of_its_budget_says_so(worlds: int, said: bool) -> None:
    most = "A search takes 1,000 worlds at most; a larger budget is not used."
    result = replace(replies_by_hand(), worlds=worlds)
    assert (most in _lines(lambda console: render_exploit(result, HERE, console))) is said
    options = {"tactics": ["linear"], "budget": 10_000_000}
    search: Any = SimpleNamespace(
        manifest={"worlds": worlds, "fresh": 2 * worlds, "negotiations": 654_321, "seed": 21}, config=config(),
        option=options.__getitem__,
    )  # fmt: skip
    section = exploit_asked(search, best_replies(result.replies))
    told = " ".join(getattr(section.blocks[0], "lines"))  # noqa: B009  the union of blocks has no lines
    assert (most in told) is said
    assert f"{worlds:,} worlds; what a reply takes is read off in {2 * worlds:,} fresh worlds." in told
    assert "Budget: 10,000,000 negotiations, of which 654,321 were used." in told


def test_best_replies_on_the_page() -> None:
    replies = replies_by_hand().replies
    best = _table("Best", best_replies(replies))
    assert best.columns == ("Tactic", "Replier", "Best reply", "Takes more", "±", "Its gain", "Self-play")
    assert best.rows == (
        ("“linear”", "US", "“boulware” (initial 0.1, beta 0.5)", "+2.10", "0.49", "+3.15", "+1.05"),
        ("“zeuthen”", "Japan", "“hardliner”", "+0.89", "1.67", "+2.55", "+1.66"),
        ("“zeuthen”", "US", "“boulware” (initial 0.3, beta 0.9) and 1 other as good", "+0.60", "1.08", "+8.35",
         "+7.75"),
        ("“linear”", "Japan", "“boulware” (initial 0.2, beta 0.7)", "-0.20", "0.29", "+5.75", "+5.95"),
    )  # fmt: skip
    linear, zeuthen = _families(replies)
    assert linear.caption == "Every family against “linear”"
    assert [row[1:4] for row in linear.rows] == [
        ("US", "“boulware” (initial 0.1, beta 0.5)", "+2.10"), ("US", "“hardliner”", "+0.09"),
        ("Japan", "“boulware” (initial 0.2, beta 0.7)", "-0.20"), ("Japan", "“hardliner”", "-3.31"),
    ]  # fmt: skip
    assert [row[3] for row in zeuthen.rows] == ["+0.89", "+0.60", "+0.60", "+0.20"]
    assert exploit_answer(best_replies(replies)) == (
        "2 tactics met the best reply of every family from both seats. Most is taken from “linear”: the US with "
        "“boulware” (initial 0.1, beta 0.5) gets US$2.10 ± 0.49 bn a year more than the tactic earns there against "
        "itself. In 3 of 4 cases no reply that was tried takes more beyond chance."
    )


def test_best_replies_as_json() -> None:
    result = replies_by_hand()
    found = json.loads(json.dumps(plain_exploit(result)))
    assert (found["worlds"], found["fresh"], found["negotiations"]) == (250, 500, 123_456)
    assert found["replies"] == result.replies.to_dict("records")
    assert [(row["tactic"], row["seat"], row["gain_tactic"], row["equal"]) for row in found["best"]] == [
        ("linear", "us_treasury", 4.25, 0), ("zeuthen", "partner", 2.96, 0),
        ("zeuthen", "us_treasury", 9.45, 1), ("linear", "partner", 6.85, 0),
    ]  # fmt: skip


LEVERS = [("knob", "0.5", "2", "2.75", "+2.00", "-0.75"), ("budget", "6", "6", "0.25", "+0.25", "+0.25")]


def test_advice_on_the_screen() -> None:
    advice = advice_by_hand()
    levers, settings = tables_of(lambda console: render_advice(advice, HERE, console))
    assert headings(levers) == ["Lever", "best", "worst", "moves", "best", "worst"]
    # Means 2.5, 4.5, 1.75 and 2.75.
    assert levers.rows == LEVERS
    assert settings.title == "Best settings (floor 2.25)"
    assert headings(settings) == ["Setting", "Reply", "gain", "effect, 95 %", "CVaR", "at floor", "max regret"]
    # Differences of resampled means lie between 2.1 and 2.2, 0.21 and 0.45, -1 and -0.6.
    assert settings.rows == [
        ("knob = 0.5", "as in the config", "4.50", "+2.10 to +2.20", "2.00", "75 %", "0.25"),
        ("budget = 6", "linear", "2.75", "+0.22 to +0.44", "2.25", "100 %", "4.50"),
        ("as it is", "as in the config", "2.50", "0.00 to 0.00", "1.00", "50 %", "4.00"),
        ("knob = 2", "as in the config", "1.75", "-0.99 to -0.61", "0.50", "25 %", "4.00"),
    ]
    told = _lines(lambda console: render_advice(advice, HERE, console))
    assert told.startswith(
        "US as it is: gain over walking away 2.50 US$ bn a year when the other side replies as in the config; 32 "
        "negotiations, 3 s"
    )
    first, second = "tariff revenue", "consumers"
    assert cost_lines(advice) == [
        f"Knob = 0.5 changes a deal's terms by: {first} +0.75, {second} -0.50 (deals in 50 % of worlds, "
        "25 % as it is).",
        f"Budget = 6 changes a deal's terms by: {second} +0.38, {first} -0.25 (deals in 100 % of worlds, "
        "25 % as it is).",
    ]
    assert [recommendation(advice, name) for name in CRITERIA] == [
        "Highest mean gain: knob = 0.5 (best in 92 % of resampled worlds).",
        "Best mean of the worst 10 % of worlds (CVaR): budget = 6 (best in 87 % of resampled worlds; not sure, see the "
        "next best).",
        "Most worlds at or above the floor: budget = 6 (best in 61 % of resampled worlds; not sure, see the "
        "next best).",
        "Least largest regret: knob = 0.5 (best in 8 % of resampled worlds; not sure, see the next best).",
    ]


def test_advice_on_the_page() -> None:
    table = advice_by_hand().table()
    levers = _levers(table, "us_treasury")
    assert levers.columns == ("Lever", "Moves", "Best value", "Effect", "Worst value", "Effect")
    assert [(row[0], row[2], row[4], row[1], row[3], row[5]) for row in levers.rows] == LEVERS
    settings = _settings(table, "us_treasury", 1.0)
    assert levers.note.endswith("the config as it is included.")
    assert settings.note.endswith("what hindsight would have brought in the worst world.")
    many = pd.concat([table] * 5, ignore_index=True).assign(satisficing=1.0)
    note = _settings(many, "us_treasury", 0.0).note
    assert "  " not in note
    assert note.endswith(" to tell settings apart. The first 12 of 20.")
    assert settings.columns == (
        "Setting", "Reply", "Gain", "Effect", "Worst 10 %", "Satisfied", "Largest regret", "Deals",
    )  # fmt: skip
    assert settings.rows == (
        ("as it is", "as in the config", "+2.50", "0.00 to 0.00", "+1.00", "50 %", "4.00", "25 %"),
        ("knob = 0.5", "as in the config", "+4.50", "+2.10 to +2.20", "+2.00", "75 %", "0.25", "50 %"),
        ("budget = 6", "linear", "+2.75", "+0.22 to +0.44", "+2.25", "100 %", "4.50", "100 %"),
        ("knob = 2", "as in the config", "+1.75", "-0.99 to -0.61", "+0.50", "25 %", "4.00", "75 %"),
    )
    first, second = term_names(0)[:2]
    price = _price(table, [f"term.{name}" for name in term_names(0)], "us_treasury")
    assert price.columns == ("Term of the payoff", "knob = 0.5", "budget = 6", "knob = 2")
    assert [row[1:] for row in price.rows] == [
        ("+0.75", "-0.25", "+0.001"), ("-0.50", "+0.38", "+0.12"), ("50 %", "100 %", "75 %"),
    ]  # fmt: skip
    assert [row[0].lower().replace(" ", "_") for row in price.rows[:2]] == [first, second]
    assert _recommended(table, "us_treasury", "mean") == (
        "Highest mean gain: “knob = 0.5” (best in 92 % of the resampled sets of worlds)."
    )
    assert _recommended(table, "us_treasury", "max_regret").startswith(
        "Least largest regret: “knob = 0.5” (best in 8 %"
    )
    assert advice_answer(table, "us_treasury") == (
        "As it is, the US gains US$2.50 bn a year over walking away when the other side replies as well as it can (as "
        "in the config). Of 3 settings that were tried, “knob = 0.5” gains most: US$2.00 bn a year more (+2.10 to "
        "+2.20). It is best in 92 % of the resampled sets of worlds, so that this is clear."
    )


def test_a_floor_that_every_setting_meets_is_told_beside_the_shares() -> None:
    """Gains are 0 without a deal and above in one; a floor of 0 that some setting misses is told as any other."""
    advice = advice_by_hand()
    met = replace(advice, floor=0.0, own=np.abs(advice.own))
    missed = replace(advice, floor=0.0, own=advice.own - 5.0)
    note = "Every setting meets this floor in every world: without a deal the gain is 0"
    for one, is_told in ((met, True), (missed, False), (advice, False)):
        settings = tables_of(partial(render_advice, one, HERE))[1]
        assert settings.caption.startswith(note) == is_told
        assert (note in _settings(one.table(), "us_treasury", one.floor).note) == is_told


def test_advice_as_json() -> None:
    advice = advice_by_hand()
    found = json.loads(json.dumps(plain_advice(advice)))
    assert (found["side"], found["floor"], found["negotiations"]) == ("us_treasury", 2.25, 32)
    assert found["settings"] == advice.table().to_dict("records")
    assert found["levers"] == advice.levers().to_dict("records")
    assert found["recommended"] == {
        "mean": {"settings": ["knob=0.5"], "share_of_resamples": 0.92},
        "cvar": {"settings": ["budget=6"], "share_of_resamples": 0.87},
        "satisficing": {"settings": ["budget=6"], "share_of_resamples": 0.61},
        "max_regret": {"settings": ["knob=0.5"], "share_of_resamples": 0.08},
    }


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
