"""The bargaining set: exactly the undominated packages that both sides' lines allow, and whether there are any."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.config.load import load_config
from experiments.design.records import build_records
from experiments.design.sampling import design_table
from experiments.engine.cases import cases, seat_agents
from sim.bargaining.red_lines import respects_red_lines
from sim.bargaining.valuation import VALUATION, package_value, package_values
from sim.bargaining.zone import has_zone, package_frontier
from sim.engine.model import NegotiationModel
from sim.issues import (
    CAR_TARIFF,
    CHIP_PURCHASES,
    FUND_PROFIT_SHARE,
    INVESTMENT_FUND,
    MATERIALS_SUPPORT,
    MAX_ISSUES,
    OTHER_PURCHASES,
    PARTNER,
    RECIPROCAL_TARIFF,
    US,
)
from sim.records import Floats, Record
from sim.row import new_row
from tests.support import default_record, put_on_table
from tests.support_talks import SHIPPED, deliverable_pledges, draw_line

ISSUES = (CAR_TARIFF, RECIPROCAL_TARIFF, CHIP_PURCHASES, OTHER_PURCHASES)
LEVELS = 3

#: Issues of the larger games, which fill every group of the tables but the further issues.
ALL_ISSUES = (*ISSUES, MATERIALS_SUPPORT, INVESTMENT_FUND, FUND_PROFIT_SHARE)

#: Runs of each shipped config whose tables are looked at, and the most points of each frontier that floors lie at.
RUNS, POINTS = 25, 12

#: No floor at all.
NO_FLOOR = np.array([-np.inf, -np.inf])

#: Multiples of an eighth add up without rounding.
eighths = st.integers(-40, 40).map(lambda k: k / 8)


@st.composite
def games(draw: st.DrawFn) -> tuple[Record, Record, int]:
    """Return four issues with any payoffs and up to three red lines, and how many levels of chips can be delivered."""
    p, valuation = default_record(), new_row(VALUATION)
    for issue in ISSUES:
        put_on_table(p, issue, 0.0, 1.0, LEVELS)
    for side in (US, PARTNER):
        for issue in ISSUES[:2]:
            valuation.single[side, issue, :LEVELS] = draw(st.lists(eighths, min_size=LEVELS, max_size=LEVELS))
        pairs = draw(st.lists(eighths, min_size=LEVELS**2, max_size=LEVELS**2))
        valuation.purchases[side, :LEVELS, :LEVELS] = np.reshape(pairs, (LEVELS, LEVELS))
    valuation.base = draw(st.tuples(eighths, eighths))
    for _ in range(draw(st.integers(0, 2))):
        draw_line(p, draw(st.sampled_from((US, PARTNER))), draw(st.sampled_from(ISSUES)), (0.5, math.inf))
    if draw(st.booleans()):
        draw_line(p, US, CAR_TARIFF, (1.0, math.inf), (OTHER_PURCHASES, (0.5, math.inf)), (0.5, math.inf))
    return p, valuation, draw(st.integers(1, LEVELS))


def _allowed(p: Record, valuation: Record, deliverable: int) -> list[tuple[float, float]]:
    """Payoffs of every package that both may sign, one by one."""
    found, levels, package = [], np.zeros(MAX_ISSUES, np.int64), np.zeros(MAX_ISSUES)
    for chosen in itertools.product(range(LEVELS), repeat=len(ISSUES)):
        levels[list(ISSUES)] = chosen
        package_values(p, levels, package)
        if levels[CHIP_PURCHASES] < deliverable and all(respects_red_lines(p, side, package) for side in (US, PARTNER)):
            found.append((package_value(valuation, US, levels), package_value(valuation, PARTNER, levels)))
    return found


def _undominated(payoffs: list[tuple[float, float]], floor: Floats) -> list[tuple[float, float]]:
    zone = {(us, partner) for us, partner in payoffs if us >= floor[US] and partner >= floor[PARTNER]}
    kept = [
        one for one in zone
        if not any(other != one and other[0] >= one[0] and other[1] >= one[1] for other in zone)
    ]  # fmt: skip
    return sorted(kept, reverse=True)


@settings(max_examples=60)
@given(game=games(), floor=st.tuples(eighths, eighths) | st.just((-math.inf, -math.inf)))
def test_the_frontier_holds_the_undominated_packages_above_the_floor(
    game: tuple[Record, Record, int], floor: tuple[float, float]
) -> None:
    p, valuation, deliverable = game
    points = package_frontier(p, deliverable_pledges(deliverable), valuation, np.array(floor))
    assert [tuple(point) for point in points.tolist()] == _undominated(
        _allowed(p, valuation, deliverable), np.array(floor)
    )


def test_without_a_common_package_the_frontier_is_empty() -> None:
    p, valuation = default_record(), new_row(VALUATION)
    put_on_table(p, CAR_TARIFF, 0.0, 1.0, LEVELS)
    draw_line(p, US, CAR_TARIFF, (1.0, math.inf))
    draw_line(p, PARTNER, CAR_TARIFF, (-math.inf, 0.5))
    assert package_frontier(p, deliverable_pledges(), valuation, np.array([-np.inf, -np.inf])).shape == (0, 2)


def _has_zone(p: Record, valuation: Record, pledges: Floats, floor: tuple[float, float]) -> bool:
    """Answer of the rule, which must be that of the frontier above the floors."""
    found = has_zone(p, pledges, valuation, *floor)
    assert found == (package_frontier(p, pledges, valuation, np.array(floor)).shape[0] > 0), floor
    return bool(found)


@settings(max_examples=300)
@given(
    game=games(),
    place=st.integers(0, 80),
    step=st.integers(0, 1),
    off=st.tuples(st.integers(-2, 2), st.integers(-2, 2)).map(lambda pair: (pair[0] / 8, pair[1] / 8)),
)
def test_there_is_a_zone_just_where_a_package_meets_both_floors(
    game: tuple[Record, Record, int], place: int, step: int, off: tuple[float, float]
) -> None:
    """Floors at a package of the frontier or between it and the next, where no supporting line tells, and around."""
    p, valuation, deliverable = game
    allowed = _allowed(p, valuation, deliverable)
    frontier = _undominated(allowed, NO_FLOOR) or [(0.0, 0.0)]
    one, next_one = frontier[place % len(frontier)], frontier[min(place % len(frontier) + step, len(frontier) - 1)]
    floor = (one[US] + off[US], next_one[PARTNER] + off[PARTNER])
    exact = any(us >= floor[US] and partner >= floor[PARTNER] for us, partner in allowed)
    assert _has_zone(p, valuation, deliverable_pledges(deliverable), floor) == exact


def _floors_around(points: Floats, step: float) -> list[tuple[float, float]]:
    """Floors just under and over the points of a frontier, at the inner and outer corners between two, and midway."""
    floors = []
    places = range(0, len(points) - 1, max(1, len(points) // POINTS))
    for one, after in ((points[place].tolist(), points[place + 1].tolist()) for place in places):
        for us, partner in (one, (one[US], after[PARTNER]), (after[US], one[PARTNER])):
            floors += [(us + off, partner + more) for off in (-step, step) for more in (-step, step)]
        floors.append(((one[US] + after[US]) / 2, (one[PARTNER] + after[PARTNER]) / 2))
    return floors


@pytest.mark.parametrize("seed", range(40))
def test_gaps_between_supporting_lines_hide_no_package(seed: int) -> None:
    """Large tables of random payoffs: most of the frontier lies below the lines that support it."""
    rng = np.random.default_rng(seed)
    p, valuation, levels = default_record(), new_row(VALUATION), 6
    for issue in ALL_ISSUES:
        put_on_table(p, issue, 0.0, 1.0, levels)
    valuation.single[:, list(ALL_ISSUES), :levels] = rng.normal(0.0, 3.0, (2, len(ALL_ISSUES), levels))
    for table in (valuation.purchases, valuation.fund):
        table[:, :levels, :levels] = rng.normal(0.0, 3.0, (2, levels, levels))
    valuation.base = rng.normal(0.0, 3.0, 2)
    if seed % 2:
        draw_line(p, PARTNER, CAR_TARIFF, (0.5, math.inf), (INVESTMENT_FUND, (0.5, math.inf)))
        draw_line(p, US, INVESTMENT_FUND, (-math.inf, 0.7))
    points = package_frontier(p, deliverable_pledges(), valuation, NO_FLOOR)
    answers = Counter(_has_zone(p, valuation, deliverable_pledges(), floor) for floor in _floors_around(points, 1e-7))
    assert min(answers[True], answers[False]) >= 20


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_zone_of_shipped_configs_is_exact(path: Path) -> None:
    """The tables of the first and of later rounds, at both sides' reservations and around the frontier.

    Red lines on cars are taken off: with them, some configs have no package that both sides allow.
    """
    config = load_config(path)
    lines = {line.name: 0.0 for line in config.red_lines if line.issue == "car_tariff"}
    config = load_config(path, [f"red_lines.{name}.firmness={chance}" for name, chance in lines.items()])
    batch = build_records(config, design_table(config, RUNS, 3, 0, RUNS), 3)
    answers: Counter[bool] = Counter()
    for case in cases(config, batch, 3):
        model = NegotiationModel(case, seat_agents(batch.tactics), collect=False, rng=1)
        for _ in range(1 + case.run % 5):
            if model.running:
                model.step()
        table = (model.p, model.valuation, model.pledges)
        _has_zone(*table, (float(model.cast.us.seat.reservation), float(model.cast.partner.seat.reservation)))
        points = package_frontier(model.p, model.pledges, model.valuation, NO_FLOOR)
        answers.update(_has_zone(*table, floor) for floor in _floors_around(points, 1e-6))
    assert min(answers[True], answers[False]) >= 4 * RUNS
