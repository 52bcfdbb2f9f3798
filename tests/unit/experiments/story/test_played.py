"""One negotiation as frames and figures: the same numbers as its story, and the run of the tables."""

from __future__ import annotations

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


def test_a_guest_s_talks_cannot_be_drawn_again() -> None:
    told = play_guests(CONFIGS / "tiny.yaml", us="negmas:ConcederTBNegotiator", partner="boulware")
    with pytest.raises(RunError, match="ConcederTBNegotiator"):
        told.figures()
    assert len(told.turns)
