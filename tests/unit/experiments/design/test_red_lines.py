"""Red lines in records: which lines bind where, how they are released, and what is worth waiting for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from experiments.config.load import config_from
from experiments.config.model import Config
from experiments.design.records import Batch, build_records
from experiments.design.sampling import design_table
from sim.issues import CAR_TARIFF, CHIP_PURCHASES, MAX_RED_LINES

RUNS = 400


def _config(**top: Any) -> Config:
    return config_from(
        {
            "name": "small",
            "title": "small",
            "calendar": {"start": "2025-05-30", "deadline": "2025-07-09"},
            "agenda": {"car_tariff": {}, "chip_purchases": {}},
            "tactics": {"us_treasury": {"name": "linear"}, "partner": {"name": "boulware"}},
            **top,
        }
    )


def _build(config: Config, runs: int = RUNS, first: int = 0) -> Batch:
    return build_records(config, design_table(config, runs, 3, first, total=RUNS), 3)


def _event(day: str, name: str = "e", **keys: Any) -> dict[str, Any]:
    return {"name": name, "date": day, **keys}


def _line(**keys: Any) -> dict[str, Any]:
    return {"name": "line", "side": "partner", "issue": "car_tariff", "at_most": 0.2, **keys}


def test_a_red_line_is_in_its_fields_and_the_unused_places_bind_nothing() -> None:
    record = _build(_config(red_lines=[_line(at_least=0.1)]), 1).parameters[0, 0]
    assert record["line_count"] == 1
    assert (record["line_side"][0], record["line_issue"][0]) == (1, CAR_TARIFF)
    assert (record["line_low"][0], record["line_high"][0]) == (0.1, 0.2)
    assert record["line_when_issue"].tolist() == [-1] * MAX_RED_LINES
    assert record["line_issue"][1:].tolist() == [-1] * (MAX_RED_LINES - 1)
    assert np.isinf(record["line_low"][1:]).all()
    assert np.isinf(record["line_high"][1:]).all()


def test_a_line_that_is_not_real_is_left_out_and_the_next_moves_up() -> None:
    lines = [_line(name="doubtful", firmness=0.3), _line(name="sure", at_most=0.25)]
    records = _build(_config(red_lines=lines)).parameters[:, 0]
    assert (records["line_count"] == 2).mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.3 * 0.7 / RUNS))
    alone = records[records["line_count"] == 1]
    assert (alone["line_high"][:, 0] == 0.25).all()
    both = records[records["line_count"] == 2]
    assert (both["line_high"][:, :2] == [0.2, 0.25]).all()


def test_whether_a_line_is_real_does_not_hang_on_its_sampled_firmness() -> None:
    config = _config(red_lines=[_line(firmness={"dist": "uniform", "low": 0.0, "high": 1.0})])
    records = _build(config).parameters[:, 0]
    assert records["line_count"].mean() == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / RUNS))


def test_a_dated_release_loosens_or_drops_the_bound_from_its_day_on() -> None:
    lines = [
        _line(name="to", release={"date": "2025-06-10", "at_most": 0.25}),
        _line(name="off", release={"date": "2025-06-20"}),
        _line(name="one_end", at_least=0.1, release={"date": "2025-06-20", "at_most": 0.2}),
    ]
    batch = _build(_config(red_lines=lines), 1)
    assert batch.regime_days.tolist() == [0, 11, 21]
    record = batch.parameters[0]
    assert record["line_count"].tolist() == [3, 3, 2]
    assert record["line_high"][:, :3].tolist() == [[0.2, 0.2, 0.2], [0.25, 0.2, 0.2], [0.25, 0.2, np.inf]]
    assert record["line_low"][:, :3].tolist() == [[-np.inf, -np.inf, 0.1]] * 2 + [[-np.inf] * 3]
    assert record["line_when_issue"].max() == -1


def test_a_release_before_the_start_holds_from_the_first_day() -> None:
    batch = _build(_config(red_lines=[_line(release={"date": "2025-05-01", "at_most": 0.25})]), 1)
    assert batch.regime_count == 1
    assert batch.parameters["line_high"][0, 0, 0] == 0.25
    assert batch.parameters["event_ahead"][0, 0] == 0


def test_a_release_on_another_issue_is_in_its_fields() -> None:
    release = {"when": {"issue": "chip_purchases", "at_least": 4}, "at_most": 0.25}
    record = _build(_config(red_lines=[_line(release=release)]), 1).parameters[0, 0]
    assert record["line_high"][0] == 0.2
    assert record["line_when_issue"][0] == CHIP_PURCHASES
    assert (record["line_when_low"][0], record["line_when_high"][0]) == (4, np.inf)
    assert (record["line_released_low"][0], record["line_released_high"][0]) == (-np.inf, 0.25)


def test_events_draw_and_give_up_lines() -> None:
    events = [
        _event("2025-06-10", "draw", probability=0.5, add_red_lines=[_line(name="new", at_most=0.15)]),
        _event("2025-06-20", "give_up", drop_red_lines=["line", "new"]),
    ]
    batch = _build(_config(red_lines=[_line()], events=events))
    count = batch.parameters["line_count"]
    assert (count[:, 0] == 1).all()
    assert (count[:, 1] == 1 + batch.happened["draw"]).all()
    assert (count[:, 2] == 0).all()


def test_a_line_binds_only_while_its_issue_is_on_the_table() -> None:
    fund = _line(issue="investment_fund", at_most=500)
    batch = _build(_config(red_lines=[fund], events=[_event("2025-06-10", add_issues={"investment_fund": {}})]), 1)
    assert batch.parameters["line_count"][0].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("top", "ahead"),
    [
        ({"events": [_event("2025-06-10", set={"walk_away.threat_car_tariff": 0.3})]}, [1, 0]),
        ({"events": [_event("2025-06-10", add_issues={"investment_fund": {}})]}, [1, 0]),
        ({"events": [_event("2025-06-10", drop_issues=["chip_purchases"], probability=0.01)]}, [1, 0]),
        ({"events": [_event("2025-06-10", drop_issues=["chip_purchases"], probability=0)]}, [0, 0]),
        ({"events": [_event("2025-06-10", add_red_lines=[_line()])]}, [1, 0]),
        ({"events": [_event("2025-06-10", set={"calendar.deadline": "2025-08-01"})]}, [0, 0]),
        ({"events": [_event("2025-06-10", set={"us_treasury.ratification_margin": 1})]}, [0, 0]),
        ({"red_lines": [_line(release={"date": "2025-06-10"})]}, [1, 0]),
        ({"red_lines": [_line(release={"date": "2025-06-10"}, firmness=0)]}, [0, 0]),
        (
            {
                "events": [
                    _event("2025-06-10", "first", set={"walk_away.threat_car_tariff": 0.3}),
                    _event("2025-06-20", "second", set={"economy.adjustment_speed": 0.3}),
                    _event("2025-06-30", "third", set={"walk_away.court_survival": 0.3}),
                ]
            },
            [1, 1, 1, 0],
        ),
    ],
)
def test_only_changes_of_agenda_lines_or_threat_are_worth_waiting_for(top: dict[str, Any], ahead: list[int]) -> None:
    assert _build(_config(**top), 1).parameters["event_ahead"][0].tolist() == ahead
