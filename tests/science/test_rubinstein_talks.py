"""Rubinstein's split in winset's own talks: two players who know each other's patience, in both engines.

The talks have no discounting of their own. Each player therefore puts its patience into what it says: as the first to
speak it asks for the share that leaves the other its discounted continuation, and an offer it weighs against its own
next demand at its present value.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pytest

from agents.tactics.registry import TACTICS
from experiments.api import register
from experiments.config.model import Config
from experiments.engine.simulate import simulate
from sim.records import Floats, Record
from sim.solutions.rubinstein import rubinstein_by_rates, rubinstein_limit
from tests.support_talks import pie

#: Yearly rates of the US and Japan, and times between offers in years.
RATES: Final = (0.1, 0.3)
PERIODS: Final = (0.8, 0.4, 0.2, 0.1)

#: Shares of the US on the grid, in steps of 1/1500: finer where the splits of all periods lie.
LOW, HIGH, LEVELS = 0.745, 0.785, 61
STEP: Final = (HIGH - LOW) / (LEVELS - 1)

#: Land is the US share of a pie of 1, and signing at all brings Japan the whole pie, of which it cedes the land.
SHARES: dict[str, Any] = {
    "agenda": {
        "land": {"low": LOW, "high": HIGH, "levels": LEVELS, "us_value": 1.0, "partner_value": -1.0},
        "sea": {"low": 0.0, "high": 1.0, "levels": 2, "us_value": 0.0, "partner_value": 1.0},
    },
    "red_lines": [{"name": "sea", "side": "partner", "issue": "sea", "at_least": 1.0}],
}


def patient(view: Record, knobs: Floats) -> float:
    """Ask for what leaves the other its continuation; answer by the present value of the own next demand."""
    own_discount, other_discount, ideal, step = knobs[0], knobs[1], knobs[2], knobs[3]
    own, other = 1.0, 1.0
    for _ in range(2000):
        own = 1.0 - other_discount * other
        other = 1.0 - own_discount * own
    aspiration: float = own_discount * own / ideal
    if view.offers == 0:
        aspiration = (own - step) / ideal
    return aspiration


@pytest.fixture(autouse=True)
def players() -> Iterator[None]:
    """Register the players' tactic for the time of a test."""
    before = dict(TACTICS)
    factor = (0.9, 0.0, 1.0, "worth of a share one round later")
    register(
        patient,
        knobs={
            "own": factor,
            "other": factor,
            "ideal": (1.0, 0.0, 1.0, "share at an aspiration of 1"),
            "step": (0.0, 0.0, 1.0, "share by which the grid may round a demand up"),
        },
    )
    yield
    TACTICS.clear()
    TACTICS.update(before)


def talks_between(period: float) -> Config:
    us, partner = (math.exp(-rate * period) for rate in RATES)
    return pie(
        SHARES,
        protocol={"first_mover": "us_treasury"},
        tactics={
            "us_treasury": {"name": "patient", "own": us, "other": partner, "ideal": HIGH, "step": STEP},
            "partner": {"name": "patient", "own": partner, "other": us, "ideal": 1.0 - LOW, "step": STEP},
        },
    )


def share_of_the_us(period: float, engine: Any) -> float:
    config = talks_between(period)
    run = simulate(config, 0, 1, 1, 1, trajectories=False, solutions=False, engine=engine).runs.to_pylist()[0]
    assert (run["outcome"], run["round"]) == ("agreement", 1)
    share: float = run["land"]
    return share


@pytest.mark.parametrize("engine", ["compiled", "mesa"])
def test_the_talks_end_at_once_with_rubinsteins_split(engine: Any) -> None:
    for period in PERIODS:
        # A demand is rounded down to the grid, so that the other has at least its continuation.
        split = rubinstein_by_rates(*RATES, period)
        assert split - STEP <= share_of_the_us(period, engine) <= split + 1e-9


def test_the_split_of_the_talks_nears_its_limit_in_proportion_to_the_time_between_offers() -> None:
    """Slope r1 r2 / (2 (r1 + r2)) = .0375 a year, but for the step of the grid and the bend of .00125 t^2."""
    gaps = [share_of_the_us(period, "compiled") - rubinstein_limit(*RATES) for period in PERIODS]
    slope = np.polyfit(PERIODS, gaps, 1)[0]
    assert slope == pytest.approx(0.0375, abs=STEP / (max(PERIODS) - min(PERIODS)) + 0.00125)
    assert (np.diff(gaps) < 0.0).all()
    assert abs(gaps[-1]) < 0.0375 * PERIODS[-1] + STEP
