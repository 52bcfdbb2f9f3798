"""Every cell of best replies and advice, on screen, page and in JSON, is the number of its place."""

from __future__ import annotations

import json
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
from tests.made_up import headings, tables_of
from tests.searches_by_hand import advice_by_hand, config, replies_by_hand

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
