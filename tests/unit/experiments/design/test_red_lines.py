"""Red lines in records: which lines bind where, how they are released, and what is worth waiting for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.issues import CAR_TARIFF, CHIP_PURCHASES, MAX_RED_LINES
from tests.small_records import RUNS, built, event, line, small_config


def test_a_red_line_is_in_its_fields_and_the_unused_places_bind_nothing() -> None:
    record = built(small_config(red_lines=[line(at_least=0.1)]), 1).parameters[0, 0]
    assert record["line_count"] == 1
    assert (record["line_side"][0], record["line_issue"][0]) == (1, CAR_TARIFF)
    assert (record["line_low"][0], record["line_high"][0]) == (0.1, 0.2)
    assert record["line_when_issue"].tolist() == [-1] * MAX_RED_LINES
    assert record["line_issue"][1:].tolist() == [-1] * (MAX_RED_LINES - 1)
    assert np.isinf(record["line_low"][1:]).all()
    assert np.isinf(record["line_high"][1:]).all()


def test_a_line_that_is_not_real_is_left_out_and_the_next_moves_up() -> None:
    lines = [line(name="doubtful", firmness=0.3), line(name="sure", at_most=0.25)]
    records = built(small_config(red_lines=lines)).parameters[:, 0]
    assert (records["line_count"] == 2).mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.3 * 0.7 / RUNS))
    alone = records[records["line_count"] == 1]
    assert (alone["line_high"][:, 0] == 0.25).all()
    both = records[records["line_count"] == 2]
    assert (both["line_high"][:, :2] == [0.2, 0.25]).all()


def test_whether_a_line_is_real_does_not_hang_on_its_sampled_firmness() -> None:
    config = small_config(red_lines=[line(firmness={"dist": "uniform", "low": 0.0, "high": 1.0})])
    records = built(config).parameters[:, 0]
    assert records["line_count"].mean() == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / RUNS))


def test_a_dated_release_loosens_or_drops_the_bound_from_its_day_on() -> None:
    lines = [
        line(name="to", release={"date": "2025-06-10", "at_most": 0.25}),
        line(name="off", release={"date": "2025-06-20"}),
        line(name="one_end", at_least=0.1, release={"date": "2025-06-20", "at_most": 0.2}),
    ]
    batch = built(small_config(red_lines=lines), 1)
    assert batch.regime_days.tolist() == [0, 11, 21]
    record = batch.parameters[0]
    assert record["line_count"].tolist() == [3, 3, 2]
    assert record["line_high"][:, :3].tolist() == [[0.2, 0.2, 0.2], [0.25, 0.2, 0.2], [0.25, 0.2, np.inf]]
    assert record["line_low"][:, :3].tolist() == [[-np.inf, -np.inf, 0.1]] * 2 + [[-np.inf] * 3]
    assert record["line_when_issue"].max() == -1


def test_a_release_before_the_start_holds_from_the_first_day() -> None:
    batch = built(small_config(red_lines=[line(release={"date": "2025-05-01", "at_most": 0.25})]), 1)
    assert batch.regime_count == 1
    assert batch.parameters["line_high"][0, 0, 0] == 0.25
    assert batch.parameters["event_ahead"][0, 0] == 0


def test_a_release_on_another_issue_is_in_its_fields() -> None:
    release = {"when": {"issue": "chip_purchases", "at_least": 4}, "at_most": 0.25}
    record = built(small_config(red_lines=[line(release=release)]), 1).parameters[0, 0]
    assert record["line_high"][0] == 0.2
    assert record["line_when_issue"][0] == CHIP_PURCHASES
    assert (record["line_when_low"][0], record["line_when_high"][0]) == (4, np.inf)
    assert (record["line_released_low"][0], record["line_released_high"][0]) == (-np.inf, 0.25)


def test_a_price_is_in_its_fields_per_unit_of_the_issue() -> None:
    """0.3 per percentage point of a rate is 30 per unit of it; per billion of purchases it is what it says."""
    lines = [line(name="rate", price=0.3), line(name="stock", issue="chip_purchases", at_most=5, price=0.3), line()]
    record = built(small_config(red_lines=lines), 1).parameters[0, 0]
    assert record["line_count"] == 3
    assert record["line_priced"][:4].tolist() == [1, 1, 0, 0]
    assert record["line_price"][:4].tolist() == [30.0, 0.3, 0.0, 0.0]


def test_a_price_is_drawn_a_run() -> None:
    drawn = line(price={"dist": "uniform", "low": 0.1, "high": 0.2})
    prices = built(small_config(red_lines=[drawn])).parameters["line_price"][:, 0, 0]
    assert (prices >= 10.0).all()
    assert (prices <= 20.0).all()
    assert prices.mean() == pytest.approx(15.0, abs=4 * 10.0 / np.sqrt(12 * RUNS))


def test_a_dated_release_that_is_not_in_force_leaves_the_bound_and_may_be_waited_for() -> None:
    lines = [
        line(name="maybe", release={"date": "2025-06-10", "at_most": 0.25, "probability": 0.3}),
        line(name="never", release={"date": "2025-06-20", "at_most": 0.27, "probability": 0}),
    ]
    records = built(small_config(red_lines=lines)).parameters
    assert (records["line_high"][:, 0, :2] == [0.2, 0.2]).all()
    loosened = records["line_high"][:, 1, 0] == 0.25
    assert loosened.mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.3 * 0.7 / RUNS))
    assert (records["line_high"][~loosened, 1:, 0] == 0.2).all()
    assert (records["line_high"][loosened, 2, 0] == 0.25).all()
    assert (records["line_high"][:, :, 1] == 0.2).all()
    # Nobody knows before whether the first will come; that the second never does is known.
    assert (records["event_ahead"] == [1, 0, 0]).all()


def test_a_linkage_that_is_not_in_force_leaves_a_line_without_one() -> None:
    release = {"when": {"issue": "chip_purchases", "at_least": 4}, "at_most": 0.25}
    own = {"name": "other", "at_most": 0.22, "release": {"when": {"issue": "chip_purchases", "at_most": 3}}}
    config = small_config(red_lines=[line(release=release | {"probability": 0.4}), line(**own)])
    records = built(config).parameters[:, 0]
    linked = records["line_when_issue"][:, 0] == CHIP_PURCHASES
    assert linked.mean() == pytest.approx(0.4, abs=4 * np.sqrt(0.4 * 0.6 / RUNS))
    assert (records["line_count"] == 2).all()
    assert (records["line_high"][:, :2] == [0.2, 0.22]).all()
    for fields, runs in (((CHIP_PURCHASES, 4.0, np.inf, -np.inf, 0.25), linked),
                         ((-1, -np.inf, np.inf, -np.inf, np.inf), ~linked)):  # fmt: skip
        names = ("when_issue", "when_low", "when_high", "released_low", "released_high")
        for name, value in zip(names, fields, strict=True):
            assert (records[f"line_{name}"][runs, 0] == value).all(), name
    # The other line's linkage, which always holds, is untouched by that.
    assert (records["line_when_issue"][:, 1] == CHIP_PURCHASES).all()
    assert (records["line_when_high"][:, 1] == 3.0).all()


def test_events_draw_and_give_up_lines() -> None:
    events = [
        event("2025-06-10", "draw", probability=0.5, add_red_lines=[line(name="new", at_most=0.15)]),
        event("2025-06-20", "give_up", drop_red_lines=["line", "new"]),
    ]
    batch = built(small_config(red_lines=[line()], events=events))
    count = batch.parameters["line_count"]
    assert (count[:, 0] == 1).all()
    assert (count[:, 1] == 1 + batch.happened["draw"]).all()
    assert (count[:, 2] == 0).all()


def test_a_line_binds_only_while_its_issue_is_on_the_table() -> None:
    fund = line(issue="investment_fund", at_most=500)
    batch = built(small_config(red_lines=[fund], events=[event("2025-06-10", add_issues={"investment_fund": {}})]), 1)
    assert batch.parameters["line_count"][0].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("top", "ahead"),
    [
        ({"events": [event("2025-06-10", set={"walk_away.threat_car_tariff": 0.3})]}, [1, 0]),
        ({"events": [event("2025-06-10", add_issues={"investment_fund": {}})]}, [1, 0]),
        ({"events": [event("2025-06-10", drop_issues=["chip_purchases"], probability=0.01)]}, [1, 0]),
        ({"events": [event("2025-06-10", drop_issues=["chip_purchases"], probability=0)]}, [0, 0]),
        ({"events": [event("2025-06-10", add_red_lines=[line()])]}, [1, 0]),
        ({"events": [event("2025-06-10", set={"calendar.deadline": "2025-08-01"})]}, [0, 0]),
        ({"events": [event("2025-06-10", set={"us_treasury.ratification_margin": 1})]}, [0, 0]),
        ({"events": [event("2025-06-10", set={"walk_away.open_imports_share": 0.8})]}, [1, 0]),
        ({"red_lines": [line(release={"date": "2025-06-10"})]}, [1, 0]),
        ({"red_lines": [line(release={"date": "2025-06-10"}, firmness=0)]}, [0, 0]),
        (
            {
                "events": [
                    event("2025-06-10", "first", set={"walk_away.threat_car_tariff": 0.3}),
                    event("2025-06-20", "second", set={"economy.adjustment_speed": 0.3}),
                    event("2025-06-30", "third", set={"walk_away.court_survival": 0.3}),
                ]
            },
            [1, 1, 1, 0],
        ),
    ],
)
def test_only_changes_of_agenda_lines_or_threat_are_worth_waiting_for(top: dict[str, Any], ahead: list[int]) -> None:
    assert built(small_config(**top), 1).parameters["event_ahead"][0].tolist() == ahead
