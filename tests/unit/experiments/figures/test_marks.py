"""Marks of events stand before their round, in rows where nothing crosses; what they say comes from the tables."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.config.load import load_config
from experiments.figures.commitments import commitments
from experiments.figures.concessions import concessions
from experiments.figures.kit.event_marks import _name, event_marks
from experiments.figures.kit.marks import placed_marks
from tests.synthetic_tables import talks
from tests.tree import CONFIGS


def _talks(last_rounds: list[int], outcomes: list[str], start: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    runs = pd.DataFrame({"run": range(len(last_rounds)), "outcome": outcomes, "round": last_rounds})
    rows = [
        (run, number, start + timedelta(days=3 * (number - 1)))
        for run, last in enumerate(last_rounds)
        for number in range(1, last + 1)
    ]
    return runs, pd.DataFrame(rows, columns=["run", "round", "date"])


def test_events_and_deadlines_stand_in_the_round_in_which_they_take_effect() -> None:
    config = load_config(CONFIGS / "july_2025.yaml")  # first round 26 June, one every three days
    runs, trajectories = _talks(
        [13, 13, 14, 11], ["threat_executed", "agreement", "stall", "agreement"], date(2025, 6, 26)
    )
    marks = event_marks(config, runs, trajectories)
    assert dict(zip(marks["name"], marks["round"], strict=True)) == {
        "Letter": 5, "Election": 9, "Fund": 10, "Deadline": 13,
    }  # fmt: skip
    told = marks.set_index("name")["detail"]
    assert told["Letter"] == "threat announced, deadline moved"
    assert told["Election"] == "ratification margin changed"
    assert told["Fund"] == "investment fund, fund profit share offered"
    # One run of four ended there by the threat, one went on, one agreed in that very round.
    assert told["Deadline"] == "threat executed in 25 %, slipped in 25 % of runs"


def test_an_event_after_the_talks_or_without_dates_has_no_mark() -> None:
    config = load_config(CONFIGS / "july_2025.yaml")
    runs, trajectories = _talks([4, 5], ["agreement", "agreement"], date(2025, 6, 26))
    assert list(event_marks(config, runs, trajectories)["name"]) == ["Letter"]
    assert event_marks(config, runs, trajectories.drop(columns="date")).empty


def test_a_deadline_that_an_uncertain_event_may_move_has_no_slips() -> None:
    config = load_config(CONFIGS / "july_2025.yaml", ["events.letter.probability=0.5"])
    runs, trajectories = _talks([14, 13], ["agreement", "threat_executed"], date(2025, 6, 26))
    marks = event_marks(config, runs, trajectories).set_index("name")
    assert marks.loc["Letter", "detail"] == "threat announced, deadline moved (in some runs)"
    several = marks[marks.index.str.startswith("Deadline")]
    assert list(several.index) == ["Deadline in some runs (9 July 2025)", "Deadline in some runs (1 August 2025)"]
    assert list(several["round"]) == [6, 13]
    assert list(several["detail"]) == ["threat executed in 0 % of runs", "threat executed in 50 % of runs"]


#: Last round and end of eight runs whose deadlines fall due in rounds 6, 16 and 26.
_EIGHT = (
    (6, "threat_executed"), (6, "agreement"), (6, "stall"), (16, "threat_executed"), (16, "walkout"),
    (26, "threat_executed"), (26, "deadline_lapsed"), (26, "deadline_lapsed"),
)  # fmt: skip


#: The rounds of these talks, and a deadline in the sixth.
_EVERY_THREE_DAYS = ("calendar.start=2025-06-26", "calendar.days_between_rounds=3", "calendar.deadline=2025-07-09")


def test_every_deadline_has_a_name_and_tells_slips_and_the_last_one_that_it_lapsed() -> None:
    sets = [*_EVERY_THREE_DAYS, "calendar.max_slips=2", "calendar.slip_days=30"]
    config = load_config(CONFIGS / "tiny.yaml", sets)  # 9 July, 8 August and 7 September
    runs, trajectories = _talks([last for last, _ in _EIGHT], [end for _, end in _EIGHT], date(2025, 6, 26))
    marks = event_marks(config, runs, trajectories)
    assert list(marks.itertuples(index=False, name=None)) == [
        # A stall in the round of the deadline comes after it has slipped; an agreement comes before.
        (6, "Deadline", "threat executed in 12.5 %, slipped in 75 % of runs"),
        (16, "2nd deadline", "threat executed in 12.5 %, slipped in 37.5 % of runs"),
        (26, "3rd deadline", "threat executed in 12.5 %, lapsed in 25 % of runs"),
    ]


def test_deadlines_that_lie_closer_than_rounds_fall_due_one_by_one() -> None:
    sets = [*_EVERY_THREE_DAYS, "calendar.max_slips=12", "calendar.slip_days=1"]
    config = load_config(CONFIGS / "tiny.yaml", sets)
    runs, trajectories = _talks([8, 7], ["agreement", "threat_executed"], date(2025, 6, 26))
    marks = event_marks(config, runs, trajectories)
    assert list(marks.itertuples(index=False, name=None)) == [
        (6, "Deadline", "threat executed in 0 %, slipped in 100 % of runs"),
        (7, "2nd deadline", "threat executed in 50 %, slipped in 50 % of runs"),
        (8, "3rd deadline", "it slipped in no run, and the threat was executed in none"),
    ]


@pytest.mark.parametrize(
    ("count", "name"),
    [(1, "Deadline"), (2, "2nd deadline"), (4, "4th deadline"), (11, "11th deadline"), (12, "12th deadline"),
     (21, "21st deadline"), (23, "23rd deadline"), (101, "101st deadline")],
)  # fmt: skip
def test_deadlines_are_counted_as_readers_count(count: int, name: str) -> None:
    assert _name(count) == name


def test_marks_of_one_name_carry_their_dates() -> None:
    event = "events=[{name: deadline, date: 2025-07-01, set: {us_treasury.consumer_weight: 0.5}}]"
    config = load_config(CONFIGS / "tiny.yaml", [event, *_EVERY_THREE_DAYS])
    runs, trajectories = _talks([7], ["agreement"], date(2025, 6, 26))
    names = list(event_marks(config, runs, trajectories)["name"])
    assert names == ["Deadline (1 July 2025)", "Deadline (9 July 2025)"]


@given(st.lists(st.tuples(st.integers(2, 20), st.text("abcde ", min_size=1, max_size=24)), max_size=6))
def test_no_name_meets_another_in_its_row(wanted: list[tuple[int, str]]) -> None:
    placed = placed_marks(pd.DataFrame([(*one, "") for one in wanted], columns=["round", "name", "detail"]), 20)
    assert len(placed) == len({number for number, _ in wanted})
    for place, one in enumerate(placed):
        assert not any(one.row == other.row and one.meets(other) for other in placed[:place])


def test_the_map_of_concessions_shows_its_marks() -> None:
    marks = pd.DataFrame([(3, "Letter", "threat announced"), (40, "Late", "")], columns=["round", "name", "detail"])
    figure = concessions(talks(40, 25)[1], marks)
    strip, us, partner, _ = figure.axes
    assert [text.get_text() for text in strip.texts] == ["Letter"]
    for panel in (us, partner):
        assert [np.asarray(line.get_xdata())[0] for line in panel.lines] == [2.5]
    assert figure.get_supxlabel() == "Letter: threat announced."


@pytest.mark.parametrize("pledge", [0.8, 1.05, 1.2])
def test_numbers_of_firms_keep_off_the_line_of_the_pledge(pledge: float) -> None:
    rows = [("big", 0.7, True), ("middle", 0.25, True), ("small", 0.06, True), ("tiny", 0.04, True)]
    figure = commitments(pd.DataFrame(rows, columns=["firm", "additional", "signed"]), pledge)
    axes = figure.axes[0]
    line = axes.transData.transform((pledge, 0.0))[0]
    for text in axes.texts:
        box = text.get_window_extent()
        assert not box.x0 < line < box.x1
        assert np.abs([box.x0 - line, box.x1 - line]).min() > 2.0  # pixels
