"""The told story says who heard what, why it answered so, and what each move cost and brought."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import StringIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from experiments.engine.settlement import Settlement
from experiments.story.narrative import Ending, Move, RoundStory, Story, StoryTurn
from experiments.story.text import Glossary, render
from experiments.terminal.letters import filled

OPENING = StoryTurn(
    side="us_treasury",
    action="opens",
    heard=None,
    own_next=9.0,
    aspiration=0.95,
    ideal=10.0,
    reservation=4.0,
    walk_away=3.5,
    held_by="tactic",
    may_sign=True,
    offer={"lng_contract": 5.0, "car_tariff": 0.275},
    moves=(),
)
MOVE = replace(
    OPENING,
    action="moves",
    heard=2.0,
    moves=(Move((("car_tariff", 0.275, 0.25),), -0.5, 1.25), Move((("lng_contract", 5.0, 6.0),), 0.001, -0.2)),
)
ROUND = RoundStory(
    number=1,
    date=date(2025, 5, 30),
    events=(),
    deadline=date(2025, 7, 9),
    deadline_slipped=False,
    subsidy_rate=0.0,
    subsidy_cost=0.0,
    chip_price=1.0,
    signed=(),
    holding_out=("Big", "Small"),
    turns=(OPENING,),
)
ENDING = Ending(
    outcome="stall",
    reason="tactics_hold",
    package=None,
    settlement=Settlement(
        {"us_treasury": 3.5, "partner": -8.0, "Big": -0.002},
        {"us_treasury": 3.5, "partner": -8.0, "Big": -0.001},
        np.zeros(1),
        48.0,
        dealt=False,
    ),
    ledger={
        "us_treasury": {"tariff_revenue": (12.0, 13.0), "consumers": (-7.0, -8.0), "precedent": (-1.0, -1.0)},
        "partner": {"car_exporters_rent": (-3.0, -6.0)},
    },
    gaps={"car_tariff": 0.1},
)
SIGNING = "US signs by ac_next, the default; Japan signs by ac_time (time 0.9), as the config says."
STORY = Story("A title", 4, 7, ("boulware", "tit_for_tat"), True, (ROUND,), ENDING, SIGNING)


def told(*turns: StoryTurn, story: Story = STORY, glossary: Glossary | None = None, width: int = 100) -> str:
    """Text of the story, with its line breaks turned into single spaces; `turns` replace those of its round."""
    if turns:
        story = replace(story, rounds=(replace(ROUND, turns=turns),))
    console = Console(width=width, color_system=None, force_terminal=False)
    with console.capture() as captured:
        render(story, console, glossary)
    assert max(map(len, captured.get().splitlines())) <= width
    return " ".join(captured.get().split())


def test_the_header_says_what_is_told() -> None:
    text = told()
    assert text.startswith("A title Run 4 of seed 7. US Treasury plays boulware, Japan's government plays tit for tat.")
    assert "leave packages that both may sign" in text
    assert "leave no package that both may sign" in told(story=replace(STORY, red_lines_common=False))
    assert "against a world with MFN tariffs only" in text


def test_an_opening_is_told_with_units_and_its_reason() -> None:
    text = told(glossary=Glossary(units={"lng_contract": "Mt a year"}))
    assert "Round 1, 30 May 2025; deadline 9 July 2025" in text
    assert "It offers car tariff 27.5 %, LNG contract 5.00 Mt a year." in text
    assert "asks for 95 % of the way from what it needs (4.00) to its best package (10.00): 9.00." in text


def test_a_move_is_told_with_its_price() -> None:
    text = told(MOVE)
    assert "US moves." in text
    assert "- car tariff 27.5 % -> 25 %: costs it 0.50, brings Japan 1.25" in text
    assert "- LNG contract 5.00 -> 6.00: all the same to it, costs Japan 0.20" in text


@pytest.mark.parametrize(
    ("turn", "answer"),
    [
        (MOVE, "Japan's offer is worth 2.00 to it: too little, for it needs 4.00; walking away is worth 3.50."),
        (replace(MOVE, heard=5.0), "worth 5.00 to it: as much as it needs (4.00), but it still asks for 9.00."),
        (replace(MOVE, may_sign=False), "Nor do red lines or the domestic table let it sign."),
        (replace(MOVE, may_sign=False, heard=5.0), "enough in itself, but red lines or the domestic table do not"),
        (replace(MOVE, side="partner", heard=9.5), "The US offer is worth 9.50 to it. "),
        (
            replace(MOVE, action="accepts", heard=9.5, moves=(), offer={}),
            "US accepts Japan's offer. Japan's offer is worth 9.50 to it: enough, for it needs 4.00 and would itself",
        ),
        (
            replace(MOVE, action="accepts", heard=5.0, moves=(), offer={}),
            "worth 5.00 to it: enough, for it needs 4.00, and its acceptance condition is now content with less than "
            "the 9.00 that it would itself ask for.",
        ),
    ],
)
def test_every_answer_has_a_reason(turn: StoryTurn, answer: str) -> None:
    assert answer in told(turn)


def test_what_decides_a_position_is_told() -> None:
    holds = replace(MOVE, action="holds", moves=())
    assert "US holds its offer." in told(holds)
    assert "It asks for 9.00 and gives no more, for Japan has asked for no more." in told(
        replace(holds, held_by="asked")
    )
    assert "It asks for 9.00 and gives no more, for that would be worth less to it than to sign what Japan" in told(
        replace(holds, held_by="offer")
    )
    hopeless = replace(holds, held_by="reservation", reservation=12.0)
    assert "Even its best package (10.00) is worth less to it than what it needs (12.00)" in told(hopeless)


def test_what_a_side_has_learnt_is_told_in_one_sentence() -> None:
    lessons = {"partner": {("car_tariff",): 1.25, ("chip_purchases", "other_purchases"): 0.5}}
    text = told(story=replace(STORY, ending=replace(ENDING, lessons=lessons)))
    assert (
        "Japan has come to believe that the issues count for the US so many times what it thought: car tariff 1.25, "
        "chip purchases and other purchases 0.50."
    ) in text
    assert "come to believe" not in told(story=STORY)


def test_news_is_told_once_and_when_it_changes() -> None:
    later = replace(
        ROUND,
        number=2,
        events=("letter",),
        deadline=date(2025, 8, 1),
        subsidy_rate=0.1,
        subsidy_cost=0.4,
        chip_price=1.05,
        signed=("Big",),
        holding_out=("Small",),
    )
    story = replace(STORY, rounds=(ROUND, later, replace(later, number=3, events=())))
    text = told(story=story, glossary=Glossary(events={"letter": "letter: the threat rises"}))
    assert text.count("Event: letter: the threat rises.") == 1
    assert text.count("The deadline is now 1 August 2025; it was 9 July 2025.") == 1
    home = "At home: a subsidy of 10 % costs Japan US$0.40 bn a year; signed: Big; holding out: Small; "
    assert text.count(home + "chips cost 5 % more than list price.") == 1


def test_a_threat_that_brinkmanship_raises_is_told_in_its_round() -> None:
    story = replace(STORY, rounds=(ROUND, replace(ROUND, number=2, raised_threat=(0.5, 0.6))))
    text = told(story=story)
    assert text.count("The threat grows") == 1
    told_in_round_two = text.partition("Round 2,")[2]
    assert "The threat grows: the chance that it is executed rises from 50 % to 60 %." in told_in_round_two


def test_a_slipped_deadline_is_told() -> None:
    slipped = replace(ROUND, deadline_slipped=True)
    story = replace(STORY, rounds=(slipped, replace(ROUND, number=2, deadline=date(2025, 8, 1))))
    assert "The deadline of 9 July 2025 has passed without execution and slipped." in told(story=story)


def test_an_executed_threat_after_which_talks_go_on_is_told_and_that_no_deadline_stands() -> None:
    executed = replace(ROUND, executed=True)
    free, again = replace(ROUND, number=2, deadline=None), replace(ROUND, number=3, deadline=date(2025, 8, 1))
    text = told(story=replace(STORY, rounds=(executed, free, again)))
    said = "The deadline of 9 July 2025 has passed and the threat was executed: its tariffs are now in force."
    assert text.count(said) == 1
    assert said in text.partition("Round 2, 30 May 2025; no deadline stands")[2].partition("Round 3,")[0]
    assert "The deadline is now 1 August 2025; none stood before." in text.partition("Round 3,")[2]


def test_a_deadline_that_an_event_sets_right_after_an_execution_is_told() -> None:
    executed, again = replace(ROUND, executed=True), replace(ROUND, number=2, deadline=date(2025, 8, 1))
    text = told(story=replace(STORY, rounds=(executed, again)))
    assert "its tariffs are now in force. The next deadline is 1 August 2025." in text


def test_without_a_deal_the_gap_is_shown() -> None:
    text = told(OPENING, replace(OPENING, side="partner", offer={"car_tariff": 0.175}))
    assert "The talks stall: neither side moves any more: a package would suit both sides, but their tactics" in text
    assert "Car tariff 27.5 % 17.5 % 10 points" in text


def test_gains_are_in_the_unit_that_fits_the_agent() -> None:
    settlement = Settlement(
        {"us_treasury": 3.5, "partner": -8.0, "Big": -0.002},
        {"us_treasury": 2.25, "partner": -9.0, "Big": -0.001}, np.zeros(1), 48.0, dealt=True,
    )  # fmt: skip
    text = told(story=replace(STORY, ending=replace(ENDING, settlement=settlement)))
    assert "US$ bn a year at the end walking away gain over it US Treasury 3.50 2.25 +1.25" in text
    assert "US$ m a year at the end walking away gain over it Big -2.00 -1.00 -1.00" in text
    assert "nobody gains" not in text


def test_without_a_deal_no_gain_is_told_and_why() -> None:
    text = told()
    assert "US$ m a year at the end walking away gain over it Big -2.00 -1.00 0.00" in text
    assert text.count("Without a deal nobody gains over walking away: who walks away meets the same deadlines.") == 2
    assert text.count("Walking away is valued before the last draw, the end after it.") == 2


def test_the_ledger_sums() -> None:
    text = told()
    assert "Tariff revenue 13.00 12.00 -1.00 Consumers -8.00 -7.00 +1.00 All other terms -1.00 -1.00 0.00" in text
    assert "Payoff 4.00 4.00 0.00" in text


def test_a_deal_is_told_with_its_package() -> None:
    deal = replace(ENDING, outcome="agreement", reason="partner_accepts", package={"car_tariff": 0.15}, gaps={})
    text = told(story=replace(STORY, ending=deal))
    assert "The talks end in an agreement: Japan accepts the US offer." in text
    assert "Agreed package value Car tariff 15 %" in text
    assert "US: the deal against the status quo" in text


@pytest.mark.parametrize("width", [24, 60])
def test_wide_letters_fit_the_terminal(width: int) -> None:
    """A letter of Japanese takes two columns of the screen, and a sentence of it has no blanks."""
    title = "日本とアメリカの関税交渉における自動車と半導体の取引についての長い題名 and more"
    shown = Console(file=StringIO(), width=width)
    render(replace(STORY, title=title), shown)
    assert isinstance(shown.file, StringIO)
    lines = shown.file.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= width
    assert "".join("".join(lines).split()).startswith("".join(title.split()))


@given(text=st.text("ab 日本-", max_size=60), width=st.integers(4, 30), indent=st.sampled_from(["", "  "]))
def test_a_paragraph_keeps_its_letters_and_its_width(text: str, width: int, indent: str) -> None:
    lines = filled(text, width, first=indent, rest=indent).split("\n")
    assert max(map(cell_len, lines)) <= width
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(line.startswith(indent) for line in lines)


def test_words_are_broken_only_where_a_line_is_too_short() -> None:
    assert filled("one two three", 8, first="- ", rest="  ").split("\n") == ["- one", "  two", "  three"]
    assert filled("a longword", 5).split("\n") == ["a", "longw", "ord"]


def test_it_fits_a_narrow_terminal() -> None:
    assert "US opens." in told(MOVE, OPENING, width=80)
