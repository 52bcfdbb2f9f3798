"""Rates on a day: signed, in force, executed, and set anew by an event."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from experiments.config.load import config_from
from experiments.engine.in_force import is_tabled_on, rates_on_day
from experiments.engine.worlds import Worlds
from sim.bargaining.outcomes import AGREEMENT, DEADLINE_LAPSED, THREAT_EXECUTED
from sim.engine.results import RESULT
from sim.issues import CAR_TARIFF, INVESTMENT_FUND, RECIPROCAL_TARIFF
from tests.support_talks import pie

pytestmark = pytest.mark.unit


def _worlds() -> Worlds:
    """Four runs: status quo 0.10 and 0.275, threats 0.24 and 0.3; from day 20 reciprocal ones of 0.12 and 0.3."""
    config = pie(
        {
            "walk_away": {
                "status_quo_reciprocal_tariff": 0.10,
                "status_quo_car_tariff": 0.275,
                "threat_reciprocal_tariff": 0.24,
                "threat_car_tariff": 0.3,
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
    for day, agreed, reciprocal, car in (
        (9.0, [0, 0, 0, 0], [0.10, 0.10, 0.10, 0.10], [0.275] * 4),
        (15.0, [1, 0, 0, 0], [0.15, 0.10, 0.10, 0.24], [0.125, 0.275, 0.275, 0.3]),
        # The event sets the rate anew, also where a threat has been carried out before.
        (20.0, [1, 0, 0, 0], [0.15, 0.12, 0.12, 0.12], [0.125, 0.275, 0.275, 0.3]),
        (25.0, [1, 0, 0, 0], [0.15, 0.12, 0.3, 0.12], [0.125, 0.275, 0.3, 0.3]),
        (30.0, [1, 0, 0, 1], [0.15, 0.12, 0.3, 0.2], [0.125, 0.275, 0.3, 0.175]),
    ):
        found = rates_on_day(batch, results, day)
        assert found.agreed.tolist() == [bool(one) for one in agreed], day
        assert found.reciprocal.tolist() == reciprocal, day
        assert found.car.tolist() == car, day


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
