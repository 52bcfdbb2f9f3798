"""Red lines at a price: they forbid nothing, and cost their side price times distance, issue by issue."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.config.load import load_config
from experiments.engine.simulate import simulate
from sim.bargaining.red_lines import has_common_package, respects_red_lines, table_box
from sim.bargaining.valuation import VALUATION, package_value, package_values, tabulate
from sim.economy.payoffs import PARTNER_PRICED, US_PRICED
from sim.grid import level_count, level_value
from sim.issues import CAR_TARIFF, CHIP_PURCHASES, FIRST_FURTHER_ISSUE, ISSUES, MAX_ISSUES, PARTNER, US
from sim.records import Record
from sim.row import new_row
from tests.support import (
    default_record,
    grid_pledges,
    ledger_of,
    makers_of,
    package_of,
    payoffs_of,
    put_defaults_on_table,
    put_on_table,
    seven_firms,
)
from tests.support_talks import deliverable_pledges, draw_line, pie, talks
from tests.tree import CONFIGS

SLOTS = (*(issue.slot for issue in ISSUES), FIRST_FURTHER_ISSUE)
TERM = {US: US_PRICED, PARTNER: PARTNER_PRICED}


def full_table() -> Record:
    p = default_record(us_audience_cost=0.1)
    put_defaults_on_table(p)
    put_on_table(p, FIRST_FURTHER_ISSUE, 0.0, 10.0, 6)
    return p


def price_line(p: Record, side: int, issue: int, bounds: tuple[float, float], price: float) -> None:
    """Draw a line that can be crossed at a price per unit of the issue."""
    draw_line(p, side, issue, bounds)
    p.line_priced[p.line_count - 1] = 1
    p.line_price[p.line_count - 1] = price


@pytest.mark.parametrize("issue", SLOTS)
@given(side=st.sampled_from([US, PARTNER]), share=st.floats(0.1, 0.9), price=st.floats(0.0, 50.0), data=st.data())
def test_a_line_costs_its_side_price_times_distance(
    issue: int, side: int, share: float, price: float, data: st.DataObject
) -> None:
    """In the ledger and in the tables of all issues, those of the two pairs among them."""
    p, plain = full_table(), full_table()
    low, high = float(p.issue_low[issue]), float(p.issue_high[issue])
    bound = low + share * (high - low)
    is_floor = data.draw(st.booleans())
    price_line(p, side, issue, (bound, math.inf) if is_floor else (-math.inf, bound), price)
    pledges = grid_pledges(p, seven_firms(), makers_of({"allocation": 20.0, "uncommitted_output": 20.0}))
    tables = []
    for one in (p, plain):
        tables.append(new_row(VALUATION))
        tabulate(one, pledges, tables[-1])
    levels, package = np.zeros(MAX_ISSUES, np.int64), np.zeros(MAX_ISSUES)
    for slot in SLOTS:
        levels[slot] = data.draw(st.integers(0, level_count(p, slot) - 1))
    package_values(p, levels, package)
    value = level_value(p, issue, levels[issue])
    cost = price * max(0.0, bound - value if is_floor else value - bound)
    charged = ledger_of(p, package, pledges[levels[CHIP_PURCHASES]])
    assert charged[side, TERM[side]] == pytest.approx(-cost, abs=1e-9)
    assert charged[1 - side, TERM[1 - side]] == 0.0
    for party in (US, PARTNER):
        change = package_value(tables[0], party, levels) - package_value(tables[1], party, levels)
        assert change == pytest.approx(-cost if party == side else 0.0, abs=1e-9)


def test_a_line_at_a_price_narrows_no_box_and_forbids_no_signature() -> None:
    p, plain = full_table(), full_table()
    price_line(p, US, CAR_TARIFF, (0.275, math.inf), 1.0)
    price_line(p, PARTNER, CAR_TARIFF, (-math.inf, 0.1), 1.0)
    boxes = []
    for one in (p, plain):
        for side in (US, PARTNER):
            for common in (False, True):
                boxes.append(np.empty((2, MAX_ISSUES), np.int64))
                table_box(one, deliverable_pledges(), side, 0, common, boxes[-1])
    assert all((box == boxes[0]).all() for box in boxes)
    assert has_common_package(p, deliverable_pledges())
    for rate in (0.025, 0.15, 0.275):
        assert respects_red_lines(p, US, package_of(rate))
        assert respects_red_lines(p, PARTNER, package_of(rate))


def test_a_hard_line_beside_it_is_what_it_was() -> None:
    p, plain = full_table(), full_table()
    for one in (p, plain):
        draw_line(one, US, CAR_TARIFF, (0.15, math.inf))
    price_line(p, PARTNER, CAR_TARIFF, (-math.inf, 0.1), 2.0)
    boxes = []
    for one in (p, plain):
        boxes.append(np.empty((2, MAX_ISSUES), np.int64))
        table_box(one, deliverable_pledges(), US, 0, True, boxes[-1])
    assert (boxes[0] == boxes[1]).all()
    assert not respects_red_lines(p, US, package_of(0.1))
    assert payoffs_of(p, package_of(0.2))[US] == payoffs_of(plain, package_of(0.2))[US]


PRICED = {
    "name": "land_price", "side": "us_treasury", "issue": "land", "at_least": 6.0,
    "price": {"dist": "uniform", "low": 0.2, "high": 0.4},
}  # fmt: skip


def test_a_price_is_drawn_a_run_and_an_event_draws_and_drops_the_line() -> None:
    """Without the line before 15 June, with it until 29 June, and without it after."""
    config = pie(
        events=[
            {"name": "drawn", "date": "2025-06-15", "add_red_lines": [PRICED]},
            {"name": "dropped", "date": "2025-06-29", "drop_red_lines": ["land_price"]},
        ]
    )
    prices = set()
    for run in range(3):
        model = talks(config, lambda _view: 1.0, lambda _view: 1.0, run=run)
        found = []
        for _ in range(6):
            model.step()
            package = np.zeros(MAX_ISSUES)
            package[FIRST_FURTHER_ISSUE] = 2.0
            found.append(float(model.price_package(package)[1][US, US_PRICED]))
        assert found[0] == found[1] == found[4] == found[5] == 0.0
        assert found[2] == found[3]
        assert 0.8 <= -found[2] <= 1.6
        prices.add(found[2])
    assert len(prices) == 3


def test_a_price_on_a_rate_is_per_percentage_point() -> None:
    config = load_config(CONFIGS / "tiny.yaml", ["red_lines=[{name: a, side: us_treasury, issue: car_tariff, "
                                                 "at_least: 0.275, price: 0.3}]"])  # fmt: skip
    model = talks(config)
    model.step()
    package = np.array([level_value(model.p, issue, 0) for issue in range(MAX_ISSUES)])
    package[CAR_TARIFF] = 0.2
    assert model.price_package(package)[1][US, US_PRICED] == pytest.approx(-0.3 * 7.5, abs=1e-12)


def _cars(sets: list[str]) -> Any:
    config = load_config(CONFIGS / "july_2025.yaml", sets)
    runs = simulate(config, 0, 60, 1, 60, trajectories=False, solutions=False).runs.to_pandas()
    return runs.loc[runs["outcome"] == "agreement", "car_tariff"]


def test_the_dearer_a_line_the_less_of_it_is_given_up() -> None:
    """In July the US keeps cars at 27.5 % or lets them fall for a fund; at a price it goes on its own, and less far."""
    free, dear = ("red_lines.us_cars.release=~", "red_lines.us_cars.price={}")
    means = [float(_cars([free, dear.format(price)]).mean()) for price in (0, 0.2, 2)]
    assert means == sorted(means)
    assert means[0] < means[1] < means[2]


def test_a_price_of_nothing_is_no_line() -> None:
    free = _cars(["red_lines.us_cars.release=~", "red_lines.us_cars.price=0"])
    assert free.tolist() == _cars(["red_lines.us_cars=~"]).tolist()
