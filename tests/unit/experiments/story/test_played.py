"""One negotiation as frames and figures: the same numbers as its story, and the run of the tables."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from experiments.api import play, run
from experiments.errors import RunError
from experiments.seats.playing import play as play_guests
from tests.tree import CONFIGS

JULY = CONFIGS / "july_2025.yaml"


def test_turns_are_those_of_the_story() -> None:
    told = play(JULY, seed=3)
    turns = told.turns
    said = [(part.number, turn) for part in told.story.rounds for turn in part.turns]
    assert turns["round"].tolist() == [number for number, _ in said]
    assert turns["action"].tolist() == [turn.action for _, turn in said]
    for row, (_, turn) in zip(turns.to_dict("records"), said, strict=True):
        assert {name: row[name] for name in turn.offer} == turn.offer
        assert np.isnan(row["heard"]) == (turn.heard is None)
    accepted = turns[turns["action"] == "accepts"]
    assert accepted["car_tariff"].isna().all()


def test_payoffs_and_picture_are_those_of_the_tables() -> None:
    table = run(JULY, runs=3, seed=3).runs
    for place in range(3):
        told = play(JULY, seed=3, run=place)
        row = table.iloc[place]
        for side in ("us_treasury", "partner"):
            assert told.payoffs.loc[side, "payoff"] == row[f"payoff.{side}"]
            assert told.payoffs.loc[side, "gain"] == row[f"gain.{side}"]
    title = told.figures()["utility_plane"].get_suptitle()
    assert title.startswith("Run 2: ")


def test_the_deadlines_of_talks_that_go_on_after_an_execution_are_told_round_by_round() -> None:
    """The deadline of 11 June slips to 21 June, when its threat is executed; an event sets another one on 11 July."""
    sets = [
        "calendar.after_execution=continue", "calendar.deadline=2025-06-11", "calendar.max_slips=1",
        "calendar.round_limit=6", "protocol.stall_rounds=9", "protocol.walkout_rounds=9",
        "tactics={us_treasury: {name: hardliner}, partner: {name: hardliner}}", "walk_away.execution_probability=0.75",
        "events=[{name: again, date: 2025-07-11, set: {calendar.deadline: 2025-07-21}}]",
    ]  # fmt: skip
    told = next(
        found for found in (play(CONFIGS / "tiny.yaml", sets=sets, seed=1, run=run) for run in range(40))
        if len(found.story.rounds) > 4 and found.story.rounds[1].deadline_slipped and found.story.rounds[2].executed
    )  # fmt: skip
    rounds, first, slipped = told.story.rounds[:5], dt.date(2025, 6, 11), dt.date(2025, 6, 21)
    assert [part.deadline for part in rounds] == [first, first, slipped, None, dt.date(2025, 7, 21)]
    assert [part.executed for part in rounds] == [False, False, True, False, False]
    text = " ".join(told.text().split())
    said = "The deadline of 21 June 2025 has passed and the threat was executed: its tariffs are now in force."
    assert text.count(said) == 1
    assert "Round 4, 1 July 2025; no deadline stands" in text
    assert "The deadline is now 21 July 2025; none stood before." in text


def test_a_guest_s_talks_cannot_be_drawn_again() -> None:
    told = play_guests(CONFIGS / "tiny.yaml", us="negmas:ConcederTBNegotiator", partner="boulware")
    with pytest.raises(RunError, match="ConcederTBNegotiator"):
        told.figures()
    assert len(told.turns)
