"""Rates on a day: signed, in force, executed, and set anew by an event."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from experiments.config.load import config_from
from experiments.engine.compiled import play
from experiments.engine.in_force import is_tabled_on, rates_on_day
from experiments.engine.worlds import Worlds
from sim.bargaining.outcomes import AGREEMENT, DEADLINE_LAPSED, THREAT_EXECUTED
from sim.engine.results import RESULT
from sim.issues import CAR_TARIFF, INVESTMENT_FUND, RECIPROCAL_TARIFF
from tests.support_talks import pie

pytestmark = pytest.mark.unit


def _worlds() -> Worlds:
    """Four runs: status quo 0.10 and 0.275, threats 0.24 and 0.3; from day 20 reciprocal ones of 0.12 and 0.3.

    Metals pay 0.25 and are threatened with 0.5.
    """
    config = pie(
        {
            "walk_away": {
                "status_quo_reciprocal_tariff": 0.10,
                "status_quo_car_tariff": 0.275,
                "threat_reciprocal_tariff": 0.24,
                "threat_car_tariff": 0.3,
                "threat_metals_tariff": 0.5,
            },
        }
    )
    start = config.calendar.start
    event = {
        "name": "order",
        "date": (start + timedelta(days=20)).isoformat(),
        "set": {"walk_away.status_quo_reciprocal_tariff": 0.12, "walk_away.threat_reciprocal_tariff": 0.3},
    }
    return Worlds.draw(config_from(config.resolved() | {"events": [event]}), 4, seed=1)


def test_rates_are_those_of_the_deal_the_threat_or_the_status_quo() -> None:
    batch = _worlds().batch
    results = np.zeros(4, RESULT)
    results["outcome"] = [AGREEMENT, DEADLINE_LAPSED, THREAT_EXECUTED, AGREEMENT]
    results["dealt"] = [1, 0, 0, 1]
    results["day"] = [10.0, 30.0, 25.0, 30.0]
    results["executions"] = [0, 0, 0, 1]
    results["executed_day"] = [0.0, 0.0, 0.0, 15.0]
    results["package"][:, RECIPROCAL_TARIFF] = [0.15, 0.0, 0.0, 0.2]
    results["package"][:, CAR_TARIFF] = [0.125, 0.0, 0.0, 0.175]
    low = 0.25
    for day, agreed, reciprocal, car, metals in (
        (9.0, [0, 0, 0, 0], [0.10, 0.10, 0.10, 0.10], [0.275] * 4, [low] * 4),
        (15.0, [1, 0, 0, 0], [0.15, 0.10, 0.10, 0.24], [0.125, 0.275, 0.275, 0.3], [low, low, low, 0.5]),
        # The event sets the rate anew, also where a threat has been carried out before.
        (20.0, [1, 0, 0, 0], [0.15, 0.12, 0.12, 0.12], [0.125, 0.275, 0.275, 0.3], [low, low, low, 0.5]),
        (25.0, [1, 0, 0, 0], [0.15, 0.12, 0.3, 0.12], [0.125, 0.275, 0.3, 0.3], [low, low, 0.5, 0.5]),
        (30.0, [1, 0, 0, 1], [0.15, 0.12, 0.3, 0.2], [0.125, 0.275, 0.3, 0.175], [low, low, 0.5, 0.5]),
    ):
        found = rates_on_day(batch, results, day)
        assert found.agreed.tolist() == [bool(one) for one in agreed], day
        assert found.reciprocal.tolist() == reciprocal, day
        assert found.car.tolist() == car, day
        assert found.metals.tolist() == metals, day


def test_a_second_threat_is_in_force_from_the_end_of_the_talks_on() -> None:
    """Once carried out while the talks went on, as they noted, and once as their end."""
    batch = _worlds().batch
    results = np.zeros(4, RESULT)
    results["outcome"] = [DEADLINE_LAPSED, THREAT_EXECUTED, DEADLINE_LAPSED, THREAT_EXECUTED]
    results["day"] = 30.0
    results["executions"] = [2, 1, 1, 0]
    results["executed_day"] = 10.0
    results["in_force"] = [[0.3, 0.3, 0.5], [0.3, 0.12, 0.5], [0.3, 0.12, 0.5], [0.275, 0.12, 0.25]]
    assert rates_on_day(batch, results, 15.0).reciprocal.tolist() == [0.24, 0.24, 0.24, 0.1]
    assert rates_on_day(batch, results, 25.0).reciprocal.tolist() == [0.12] * 4
    assert rates_on_day(batch, results, 30.0).reciprocal.tolist() == [0.3, 0.3, 0.12, 0.3]


def test_at_the_end_of_the_talks_they_are_those_that_the_engine_left() -> None:
    """Runs with no, one and two executions."""
    config = pie(
        {
            "calendar": {"deadline": "2025-06-22", "round_limit": 12, "after_execution": "continue"},
            "protocol": {"stall_rounds": 12, "walkout_rounds": 12},
            "walk_away": {
                "execution_probability": 0.5,
                "threat_reciprocal_tariff": 0.3,
                "threat_metals_tariff": 0.5,
            },
        },
        events=[
            {
                "name": "second",
                "date": "2025-07-06",
                "set": {"walk_away.threat_reciprocal_tariff": 0.35, "calendar.deadline": "2025-07-27"},
            }
        ],
        tactics={side: {"name": "hardliner"} for side in ("us_treasury", "partner")},
    )
    batch = Worlds.draw(config, 40, seed=3).batch
    results = play(config, batch, 3, trajectories=False, solutions=False).results
    assert set(results["executions"]) == {0, 1, 2}
    assert (results["dealt"] == 0).all()
    found = rates_on_day(batch, results, float(results["day"].max()))
    # A first deadline that is spared ends these talks, so that no run has the second threat alone.
    np.testing.assert_array_equal(found.reciprocal, np.array([0.1, 0.3, 0.35])[results["executions"]])
    np.testing.assert_array_equal(np.column_stack((found.car, found.reciprocal, found.metals)), results["in_force"])


def test_an_event_that_does_not_happen_sets_nothing() -> None:
    worlds = _worlds()
    data = worlds.config.resolved()
    data["events"][0]["probability"] = 0.0
    batch = Worlds.draw(config_from(data), 4, seed=1).batch
    results = np.zeros(4, RESULT)
    results["outcome"] = DEADLINE_LAPSED
    results["day"] = 30.0
    assert rates_on_day(batch, results, 30.0).reciprocal.tolist() == [0.10] * 4


def test_an_issue_is_on_the_table_from_its_event_on_unless_the_talks_are_over() -> None:
    """It comes on day 20 in the first three runs: a deal before, one after, and talks that go on; never in the last."""
    worlds = _worlds()
    data = worlds.config.resolved()
    data["events"][0] |= {"set": {}, "add_issues": {"investment_fund": {"low": 0, "high": 10, "levels": 3}}}
    batch = Worlds.draw(config_from(data), 4, seed=1).batch
    batch.parameters["issue_tabled"][3, :, INVESTMENT_FUND] = 0
    results = np.zeros(4, RESULT)
    results["day"] = [10.0, 30.0, 90.0, 30.0]
    results["regime"] = [0, 1, 1, 1]
    for day, tabled in (
        (9.0, [False] * 4),
        (19.0, [False] * 4),
        (20.0, [False, True, True, False]),
        (99.0, [False, True, True, False]),
    ):
        assert is_tabled_on(batch, results, INVESTMENT_FUND, day).tolist() == tabled, day
    first = batch.issues.index(next(iter(worlds.config.agenda)))
    assert is_tabled_on(batch, results, first, 9.0).all()
