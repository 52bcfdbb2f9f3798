"""Deadlines that pictures mark are those of the talks: events move them before and after they slip, for sure or not."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from experiments import api
from experiments.config.load import config_from
from experiments.config.model import Config
from experiments.figures.kit.deadlines import Due, deadlines_due
from experiments.figures.kit.event_marks import event_marks
from tests.support_talks import PIE


def _event(name: str, on: str, deadline: str, probability: float = 1.0) -> dict[str, Any]:
    return {"name": name, "date": on, "probability": probability, "set": {"calendar.deadline": deadline}}


def _config(events: list[dict[str, Any]], **calendar: Any) -> Config:
    """Talks from 26 June 2025, every three days, in which nobody ever moves and the threat is never executed."""
    raw = copy.deepcopy(PIE)
    raw["calendar"] = {
        "start": "2025-06-26", "days_between_rounds": 3, "deadline": "2025-07-09", "slip_days": 30, "max_slips": 2,
        "round_limit": 60, **calendar,
    }  # fmt: skip
    raw["protocol"] |= {"stall_rounds": 100, "walkout_rounds": 100}
    raw["tactics"] = {"us_treasury": {"name": "hardliner"}, "partner": {"name": "hardliner"}}
    return config_from(raw | {"events": events}, "test")


#: A deadline on 9 July that slips to 8 August, unless an event of 20 July sets another one.
LATER = _event("later", "2025-07-20", "2025-09-01")


@pytest.mark.parametrize(
    ("events", "calendar"),
    [
        ([], {}),
        # After the first deadline has slipped, which takes its slips back.
        ([LATER], {}),
        # Before it.
        ([_event("letter", "2025-07-07", "2025-08-01"), _event("again", "2025-08-20", "2025-08-22")], {}),
        # To the day on which it is.
        ([_event("same", "2025-07-01", "2025-07-09")], {}),
        # To a day before the next round, and from then on once a round.
        ([_event("soon", "2025-07-20", "2025-07-21")], {"slip_days": 1}),
        # Two in one round, of which the second one counts.
        ([_event("one", "2025-07-04", "2025-09-01"), _event("two", "2025-07-05", "2025-07-09")], {}),
        # After the last one has lapsed.
        ([LATER], {"max_slips": 0}),
        ([LATER], {"slip_days": 10.5, "days_between_rounds": 2.5}),
        ([LATER], {"deadline": "2025-07-08", "slip_days": 1.5, "days_between_rounds": 1}),
    ],
)  # fmt: skip
def test_deadlines_are_those_of_the_talks(events: list[dict[str, Any]], calendar: dict[str, Any]) -> None:
    config = _config(events, **calendar)
    story = api.play(config).story
    *_, last = story.rounds
    assert (story.ending.outcome, len(story.rounds) < 60) == ("deadline_lapsed", True)
    played = [(one.number, one.deadline) for one in story.rounds if one.deadline_slipped or one is last]
    due = list(deadlines_due(config, last_round=60))
    assert [(one.place, one.day) for one in due] == played
    assert [one.is_last for one in due] == [False] * (len(due) - 1) + [True]
    assert all(one.is_sure for one in due)


def test_a_deadline_that_an_event_sets_in_the_round_in_which_it_slips_is_told_by_its_own_day() -> None:
    """It falls due at once: the round of 22 August is the first after the event."""
    config = _config([_event("letter", "2025-07-07", "2025-08-01"), _event("again", "2025-08-20", "2025-08-22")])
    told = {one.number: (one.deadline, one.deadline_slipped) for one in api.play(config).story.rounds}
    assert told[19] == (date(2025, 8, 31), False)
    assert told[20] == (date(2025, 8, 22), True)
    assert told[21] == (date(2025, 9, 21), False)


def test_an_event_after_a_slip_replaces_the_next_deadline_by_its_own() -> None:
    """9 July, and from 1 September on anew: 8 August is the deadline of no run."""
    found = list(deadlines_due(_config([LATER]), 60))
    assert [one.day for one in found] == [date(2025, 7, 9), date(2025, 9, 1), date(2025, 10, 1), date(2025, 10, 31)]


def test_deadlines_are_sure_up_to_the_round_in_which_an_uncertain_event_moves_them() -> None:
    config = _config([_event("later", "2025-07-20", "2025-09-01", 0.5)], max_slips=1)
    assert list(deadlines_due(config, 40)) == [
        Due(6, date(2025, 7, 9), is_last=False, is_sure=True),
        Due(16, date(2025, 8, 8), is_last=True, is_sure=False),
        Due(24, date(2025, 9, 1), is_last=False, is_sure=False),
        Due(34, date(2025, 10, 1), is_last=True, is_sure=False),
    ]
    runs = pd.DataFrame({"run": range(4), "outcome": "threat_executed", "round": [6, 16, 24, 24]})
    rows = [(number, date(2025, 6, 26) + timedelta(days=3 * (number - 1))) for number in range(1, 25)]
    marks = event_marks(config, runs, pd.DataFrame(rows, columns=["round", "date"]))
    assert list(marks.itertuples(index=False, name=None)) == [
        (6, "Deadline", "threat executed in 25 %, slipped in 75 % of runs"),
        (9, "Later", "deadline moved (in some runs)"),
        (16, "Deadline in some runs (8 August 2025)", "threat executed in 25 % of runs"),
        (24, "Deadline in some runs (1 September 2025)", "threat executed in 50 % of runs"),
    ]


def test_after_an_execution_no_deadline_falls_due_until_an_event_sets_one() -> None:
    """Of four runs two see the threat of 9 July executed, one that of 1 September; all three go on."""
    config = _config([LATER], max_slips=0, after_execution="continue")
    assert list(deadlines_due(config, 40)) == [
        Due(6, date(2025, 7, 9), is_last=True, is_sure=True),
        Due(24, date(2025, 9, 1), is_last=True, is_sure=True),
    ]
    slipping = _config([], max_slips=1, after_execution="continue")
    assert [one.is_sure for one in deadlines_due(slipping, 40)] == [True, False]
    runs = pd.DataFrame(
        {
            "run": range(4), "outcome": ["deadline_lapsed", "agreement", "deadline_lapsed", "round_limit"],
            "round": [6, 20, 24, 30], "executed_on": [None, date(2025, 7, 11), date(2025, 7, 11), date(2025, 9, 3)],
        }
    )  # fmt: skip
    rows = [(number, date(2025, 6, 26) + timedelta(days=3 * (number - 1))) for number in range(1, 31)]
    marks = event_marks(config, runs, pd.DataFrame(rows, columns=["round", "date"]))
    assert list(marks.itertuples(index=False, name=None)) == [
        (6, "Deadline", "threat executed in 50 %, lapsed in 25 % of runs"),
        (9, "Later", "deadline moved"),
        (24, "2nd deadline", "threat executed in 25 %, lapsed in 25 % of runs"),
    ]


@pytest.mark.parametrize(
    "event",
    [
        _event("never", "2025-07-20", "2025-09-01", 0.0),
        _event("too_late", "2025-10-20", "2025-12-01", 0.5),
        _event("no_change", "2025-07-07", "2025-07-09", 0.5),
    ],
)
def test_an_uncertain_event_that_moves_nothing_leaves_the_deadlines_sure(event: dict[str, Any]) -> None:
    assert list(deadlines_due(_config([event]), 60)) == list(deadlines_due(_config([]), 60))


def test_two_deadlines_that_may_fall_due_in_one_round_are_one_mark() -> None:
    maybe = _event("maybe", "2025-07-01", "2025-07-10", 0.5)
    assert list(deadlines_due(_config([maybe], max_slips=0), 60)) == [
        Due(6, date(2025, 7, 9), is_last=True, is_sure=False)
    ]
