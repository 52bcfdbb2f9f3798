"""Every sentence and cell of an advice is the number of its place, in the terminal, on the page and in JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.labels import side
from experiments.questions.advise.levers import AS_IT_IS, Setting
from experiments.questions.advise.page import options, page
from experiments.questions.advise.result import AdviseResult
from experiments.questions.advise.robust import CRITERIA, resampled
from experiments.questions.advise.tables import term_names
from experiments.questions.advise.text import (
    answer,
    costs,
    levers_table,
    price_table,
    recommendation,
    settings_table,
    trials,
)
from experiments.questions.advise.trials import Trials, replies_of
from experiments.report.blocks import Answer, Listing, Picture, Table, Words
from experiments.report.terminal import print_blocks
from tests.choices_by_hand import advice_by_hand, advice_of, trials_by_hand
from tests.made_up import headings, tables_of
from tests.pages import as_written

NOISE = 3e-13
SEAT = "us_treasury"

ANSWER = (
    "Of 3 settings that were tried, “knob = 0.5” gains the US most: US$2.00 bn a year more (95 % interval: +2.10 to "
    "+2.20). As it is, the US gains US$2.50 bn a year over walking away when the other side replies as well as it can "
    "(as in the config). The best is best in 92 % of the resampled sets of worlds, so that this is clear."
)
RECOMMENDED = (
    "Highest mean gain: “knob = 0.5” (best in 92 % of the resampled sets of worlds).",
    "Best mean of the worst 10 % of worlds (CVaR): “budget = 6” (best in 87 % of the resampled sets of worlds; not "
    "sure, see the table).",
    "Most worlds at or above the floor: “budget = 6” (best in 61 % of the resampled sets of worlds; not sure, see the "
    "table).",
    "Least largest regret: “knob = 0.5” (best in 8 % of the resampled sets of worlds; not sure, see the table).",
)

#: Means 2.5, 4.5, 1.75 and 2.75.
LEVER_COLUMNS = ("Lever", "Moves", "Best value", "Effect", "Worst value", "Effect", "What it is")
LEVERS = (("knob", "2.75", "0.5", "+2.00", "2", "-0.75", "-"),
          ("budget", "0.25", "6", "+0.25", "6", "+0.25", "-"))  # fmt: skip

#: Differences of resampled means lie between 2.1 and 2.2, 0.21 and 0.45, -1 and -0.6.
SETTING_COLUMNS = ("Setting", "Reply", "Gain", "Effect", "Worst 10 %", "Satisfied", "Largest regret", "Deals")
SETTINGS = (
    ("as it is", "as in the config", "+2.50", "0.00 to 0.00", "+1.00", "50 %", "4.00", "25 %"),
    ("knob = 0.5", "as in the config", "+4.50", "+2.10 to +2.20", "+2.00", "75 %", "0.25", "50 %"),
    ("budget = 6", "linear", "+2.75", "+0.22 to +0.44", "+2.25", "100 %", "4.50", "100 %"),
    ("knob = 2", "as in the config", "+1.75", "-0.99 to -0.61", "+0.50", "25 %", "4.00", "75 %"),
)

COSTS = (
    "Knob = 0.5 changes a deal's terms by: tariff revenue +0.75, consumers -0.50 (deals in 50 % of worlds, "
    "25 % as it is).",
    "Budget = 6 changes a deal's terms by: consumers +0.38, tariff revenue -0.25 (deals in 100 % of worlds, "
    "25 % as it is).",
)

PRICE_COLUMNS = ("Term of the payoff", "knob = 0.5", "budget = 6", "knob = 2")
PRICES = (
    ("Tariff revenue", "+0.75", "-0.25", "+0.001"),
    ("Consumers", "-0.50", "+0.38", "+0.12"),
    ("Share of worlds with a deal", "50 %", "100 %", "75 %"),
)


def test_the_answer_what_was_tried_and_the_tables_are_the_blocks() -> None:
    assert term_names(0)[:2] == ("tariff_revenue", "consumers")
    words, tried, recommended, levers, settings, cost, price = advice_by_hand().blocks()
    assert isinstance(words, Answer)
    assert words.text == ANSWER
    assert words.numbers[0].label == "Gained more by knob = 0.5"
    assert words.numbers[0].value == "US$2.00 bn a year"
    assert words.numbers[0].interval == "95 %: US$2.10 to 2.20 bn a year"
    assert isinstance(tried, Listing)
    assert tried.lines == (
        "Advised: the US, with 2 levers and 3 settings of them beside the config as it is.",
        "Every setting meets 2 tactics of the other side in the same 4 worlds: 32 negotiations. It is judged by the "
        "tactic that is best for the other side on average.",
        "A world counts as satisfactory from a gain of US$2.25 bn a year. Seed 21.",
    )
    assert recommended == Words(RECOMMENDED)
    assert isinstance(levers, Table)
    assert (levers.columns, levers.rows) == (LEVER_COLUMNS, LEVERS)
    assert levers.numeric == {1, 3, 5}
    assert levers.note.endswith("the config as it is included.")
    assert isinstance(settings, Table)
    assert (settings.columns, settings.rows) == (SETTING_COLUMNS, SETTINGS)
    assert settings.numeric == {2, 3, 4, 5, 6, 7}
    assert settings.note.startswith("Money in US$ bn a year.")
    assert settings.note.endswith("what hindsight would have brought more in the worst world.")
    assert cost == Listing("What the best values of the strongest levers change, US$ bn a year", COSTS)
    assert isinstance(price, Table)
    assert (price.columns, price.rows) == (PRICE_COLUMNS, PRICES)
    assert price.numeric == {1, 2, 3}
    assert price.note.startswith("US$ bn a year: change of each term's mean over the worlds with a deal")
    assert price.note.endswith("As it is, 25 % of the worlds end in a deal.")


def test_the_terminal_prints_the_blocks() -> None:
    result = advice_by_hand()
    _, *printed = tables_of(lambda console: print_blocks(result.blocks(), console))
    assert [tuple(headings(one)) for one in printed] == [LEVER_COLUMNS, SETTING_COLUMNS, PRICE_COLUMNS]
    assert [tuple(one.rows) for one in printed] == [LEVERS, SETTINGS, PRICES]
    told = " ".join(result.text().split())
    assert told.startswith(ANSWER.partition(" As it is")[0])
    assert "so that this is clear. The advice Advised: the US, with 2 levers" in told
    for sentence in (*RECOMMENDED, *COSTS):
        assert sentence in told


def test_the_page_shows_the_same_blocks_with_the_map_of_regrets() -> None:
    result = advice_by_hand()
    shown = page(result, "light")
    assert shown.title == "What the US could change, once the other side reacts"
    assert shown.answer.shown(None) == result.blocks()[0]
    sections = {section.name: section.blocks for section in shown.sections}
    assert [*sections] == ["came-out", "why", "scenario", "limits", "again"]
    _, tried, *came_out, cost, price = result.blocks()
    assert sections["scenario"][0] == tried
    assert sections["came-out"] == tuple(came_out)
    picture = shown.answer.picture
    assert isinstance(picture, Picture)
    assert picture.title == "tiny: US does best with knob = 0.5 once the other side reacts: US$2.00 bn a year more"
    assert sections["why"] == (cost, price)
    assert " ".join(options(result)) == (
        "--side us_treasury --lever knob=0.5,2 --lever budget=6 --reaction linear --worlds 4 --floor 2.25 --seed 21"
    )


def test_settings_of_one_lever_are_of_it() -> None:
    made = advice_by_hand()
    tried = trials(replace(made, settings=made.settings[made.settings["lever"].isin(["", "knob"])]))
    assert tried.lines[0] == "Advised: the US, with 1 lever and 2 settings of it beside the config as it is."


def test_of_many_settings_and_levers_the_first_are_shown_and_counted() -> None:
    table = advice_by_hand().settings
    many = pd.concat([table] * 5, ignore_index=True).assign(satisficing=1.0)
    note = settings_table(many, SEAT, 0.0).note
    assert "  " not in note
    assert note.endswith(" to tell settings apart. The first 12 of 20.")
    levers = levers_table(pd.concat([table.head(1), *(table.tail(1).assign(lever=f"n{k}") for k in range(13))]), SEAT)
    assert len(levers.rows) == 12
    assert levers.note.endswith("the config as it is included. The first 12 of 13.")


def test_a_floor_that_every_setting_meets_is_told_beside_the_shares() -> None:
    """Gains are 0 without a deal and above in one; a floor of 0 that some setting misses is told as any other."""
    trials = trials_by_hand()
    met = replace(trials, floor=0.0, own=np.abs(trials.own))
    missed = replace(trials, floor=0.0, own=trials.own - 5.0)
    note = "Every setting meets this floor in every world: without a deal the gain is 0"
    for one, is_told in ((met, True), (missed, False), (trials, False)):
        result = advice_of(one)
        assert (note in settings_table(result.settings, SEAT, one.floor).note) == is_told
        assert (note in " ".join(result.text().split())) == is_told


def test_a_floor_below_zero_is_an_amount_below_zero() -> None:
    result = advice_of(replace(trials_by_hand(), floor=-1.5))
    assert "from a gain of -US$1.50 bn a year." in " ".join(result.text().split())


@pytest.mark.parametrize("place", [0, 1])
def test_without_deals_on_one_side_no_terms_are_compared(place: int) -> None:
    """Neither of the config as it is nor of the best setting is anything said that no deal has shown."""
    trials = trials_by_hand()
    terms, deals = trials.terms.copy(), trials.deals.copy()
    terms[place], deals[place] = np.nan, 0.0
    settings = advice_of(replace(trials, terms=terms, deals=deals)).settings
    shares = ("50 % of worlds, 0 %", "0 % of worlds, 25 %")[place]
    assert costs(settings, SEAT).lines[0] == f"Knob = 0.5: no terms to compare (deals in {shares} as it is)."
    rows = {row[0]: row[1] for row in price_table(settings, SEAT).rows}
    assert rows.get("Tariff revenue", "-") == "-"


def test_advice_as_json() -> None:
    result = advice_by_hand()
    found = json.loads(result.json())
    assert found == result.plain()
    assert (found["side"], found["floor"], found["negotiations"]) == ("us_treasury", 2.25, 32)
    assert (found["config"], found["seed"], found["worlds"]) == ("tiny", 21, 4)
    assert found["settings"] == result.settings.to_dict("records")
    assert found["levers"] == result.levers().to_dict("records")
    assert found["regret"] == result.regret.to_dict("records")
    assert found["recommended"] == {
        "mean": {"settings": ["knob=0.5"], "share_of_resamples": 0.92},
        "cvar": {"settings": ["budget=6"], "share_of_resamples": 0.87},
        "satisficing": {"settings": ["budget=6"], "share_of_resamples": 0.61},
        "max_regret": {"settings": ["knob=0.5"], "share_of_resamples": 0.08},
    }


def test_what_is_missing_is_null_in_json() -> None:
    trials = trials_by_hand()
    terms = trials.terms.copy()
    terms[0] = np.nan
    first, second, *_ = json.loads(advice_of(replace(trials, terms=terms)).json())["settings"]
    assert first["term.consumers"] is None
    assert second["term.consumers"] == 4.5


def test_the_tables_hold_what_was_played() -> None:
    """Gains, regrets and terms by hand, each in the column of its name."""
    result = advice_by_hand()
    settings = result.settings
    assert settings["lever"].tolist() == ["", "knob", "knob", "budget"]
    assert settings["value"].tolist() == ["", "0.5", "2", "6"]
    assert settings["gain_other"].tolist() == [1.25, 2.25, 3.25, 4.25]
    # From the best of each world, under the replies: 2.25, 3, 5, 8.
    assert settings["mean_regret"].tolist() == [2.0625, 0.0625, 2.8125, 1.8125]
    assert settings["effect"].tolist() == [0.0, 2.0, -0.75, 0.25]
    assert settings["term.tariff_revenue"].tolist() == [1.0, 1.75, 1.001, 0.75]
    assert [settings[f"wins.{name}"].iloc[3] for name in CRITERIA] == [0.02, 0.87, 0.61, 0.76]
    regret = result.regret
    assert regret["setting"].tolist() == [
        title for title in ("as it is", "knob=0.5", "knob=2", "budget=6") for _ in range(2)
    ]  # fmt: skip
    assert regret["reaction"].tolist() == ["as in the config", "linear"] * 4
    assert regret["gain"].tolist() == [2.5, 9.0, 4.5, 9.0, 1.75, 9.0, 9.0, 2.75]
    assert regret["gain_other"].tolist() == [1.25, 1.0, 2.25, 1.0, 3.25, 1.0, 1.0, 4.25]
    assert regret["regret"].tolist() == [6.5, 0.0, 4.5, 0.0, 7.25, 0.0, 0.0, 6.25]
    assert regret["is_reply"].tolist() == [True, False, True, False, True, False, False, True]


def test_a_notebook_shows_one_line_and_the_blocks() -> None:
    result = advice_by_hand()
    assert repr(result) == (
        "<AdviseResult: 3 settings of the US in tiny, of which “knob = 0.5” gains most: US$2.00 bn a year more>"
    )
    assert repr(_advice(np.array([[2.0, 2.0], [1.0, 1.0]]))) == (
        "<AdviseResult: 1 setting of the US in tiny, none of which gains more than the config as it is>"
    )
    html = as_written(result._repr_html_())
    assert all(cell in html for row in (*LEVERS, *SETTINGS, *PRICES) for cell in row)
    assert list(result.tables) == ["settings", "levers", "regret"]


def _advice(own: np.ndarray) -> AdviseResult:
    """Advice of settings that all meet one reaction; `own` has a row a setting and a column a world."""
    count = len(own)
    wins, means = resampled(own, 0.0, 1)
    terms = np.zeros((count, len(term_names(0))))
    settings = (AS_IT_IS, *(Setting("lever", str(place), ()) for place in range(1, count)))
    return advice_of(Trials(
        0, settings, ("as in the config",), own[:, np.newaxis], -own[:, np.newaxis], terms, np.ones(count), 0.0, wins,
        means,
    ))  # fmt: skip


def test_values_of_a_lever_that_do_equally_well_are_told_together() -> None:
    worlds = np.linspace(1, 2, 25)
    advice = _advice(np.stack([worlds, worlds + 1, worlds + 1 + NOISE, worlds + 1 - NOISE]))
    levers = advice.levers().iloc[0]
    assert levers["best"] == levers["worst"] == "1 and 2 others alike"
    assert levers["span"] == pytest.approx(1.0)
    assert costs(advice.settings, SEAT).lines == (
        "Lever = 1 changes a deal's terms by: nothing (deals in 100 % of worlds, 100 % as it is).",
    )
    for name in CRITERIA:
        # Gains are all above the floor, which no setting reaches more often than another.
        shares = [0.25] * 4 if name == "satisficing" else [0.0, 1 / 3, 1 / 3, 1 / 3]
        np.testing.assert_allclose(advice.settings[f"wins.{name}"], shares, atol=1e-9)
        titles, share = advice.recommended(name)
        assert len(titles) == (4 if name == "satisficing" else 3)
        assert share == pytest.approx(1.0)


def test_the_first_of_equal_reactions_answers() -> None:
    other = np.array([[[1.0, 2.0], [1.0 + NOISE, 2.0], [0.0, 1.0]], [[0.0, 0.0], [0.0, 1.0], [0.5, 0.5 + NOISE]]])
    assert replies_of(other) == [0, 1]


def _settings(*means: float) -> pd.DataFrame:
    """Settings with these mean gains; the first is the config as it is."""
    rows: list[dict[str, Any]] = []
    for place, mean in enumerate(means):
        rows.append({
            "lever": f"lever_{place}" if place else "", "value": str(place) if place else "", "reaction": "linear",
            "mean": mean, "cvar": mean - 1, "satisficing": 0.5, "max_regret": 1.0, "effect": mean - means[0],
            "effect_low": mean - 0.5, "effect_high": mean + 0.5,
            "deal_share": 0.5,
            "wins.mean": 0.3 + place / 100, "wins.cvar": 0.2, "wins.satisficing": 0.25, "wins.max_regret": 0.25,
        })  # fmt: skip
    return pd.DataFrame(rows)


def test_the_answer_names_all_that_gain_most() -> None:
    told = answer(_settings(1.0, 2.0, 1.5, 2.0), SEAT).sentence
    assert told.endswith(
        "Of 3 settings that were tried, “lever 1 = 1” and “lever 3 = 3” gain most, and equally: US$1.00 bn a year more."
    )
    told = answer(_settings(1.0, 2.0, 1.5), SEAT).text
    assert f"“lever 1 = 1” gains {side(SEAT)} most: US$1.00 bn a year more (95 % interval: +1.50 to +2.50)." in told
    assert answer(_settings(2.0, 2.0, 1.5), SEAT).sentence.endswith(
        "None of the 2 settings that were tried gains more on average."
    )
    assert answer(_settings(2.0, 1.5), SEAT).sentence.endswith(
        "The only setting that was tried gains no more on average."
    )


def test_a_recommendation_names_all_that_do_equally_well() -> None:
    told = recommendation(_settings(1.0, 2.0, 1.5, 2.0), SEAT, "mean")
    assert (
        "“lever 1 = 1” or “lever 3 = 3” (best in 64 % of the resampled sets of worlds; they do equally well)." in told
    )
    told = recommendation(_settings(1.0, 2.0, 1.5), SEAT, "mean")
    assert told.endswith("“lever 1 = 1” (best in 31 % of the resampled sets of worlds; not sure, see the table).")
