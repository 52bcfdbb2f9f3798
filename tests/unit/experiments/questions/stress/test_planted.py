"""A planted weakness is found, and where there is none nothing is found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.engine.worlds import Seated
from experiments.lab.arena import Arena
from experiments.lab.designs import sobol_points
from experiments.lab.space import space_of
from experiments.questions.stress.result import StressResult
from experiments.questions.stress.stress import stress as play
from sim.issues import US
from tests.own_tactics import known, steady
from tests.tree import TINY

#: A grid fine enough for concession patterns to differ, and a round more.
FINE = ("agenda.car_tariff.levels=26", "agenda.chip_purchases.levels=25", "calendar.days_between_rounds=5")

#: What counts as exploited in the tests below; without the hole the other side takes less than a tenth.
HALF = ("exploited=0.5",)


def gullible(view: Any, knobs: Any) -> float:  # noqa: ARG001  every tactic takes knobs
    """Ask for six tenths throughout, but give in once the other side's second offer moved in one particular way."""
    if view.offers >= 2 and view.gap[0] > 0.0:
        moved = (view.gap[0] - view.gap[1]) / view.gap[0]
        if 0.1 < moved < 0.17:
            return 0.0
    return 0.6


@pytest.fixture(scope="module", autouse=True)
def tactics() -> Iterator[None]:
    with known(gullible, steady):
        yield


@pytest.fixture(scope="module")
def fine() -> Config:
    return load_config(TINY, FINE)


def _attacked(config: Config, tactic: str, seed: int) -> StressResult:
    return play(
        config, "us_treasury", tactic, "opponent", ("exploited",), HALF, 8_000, draws=4, fresh=16, seed=seed,
        with_map=False,
    )  # fmt: skip


def test_the_hole_is_a_small_part_of_the_space(fine: Config) -> None:
    space = space_of(fine, US, Seated("gullible", {}), "opponent")
    played = Arena(space).play(sobol_points(4096, space.width, 3), 5, 4, replies=False)
    share = float((played.exploited.mean(axis=1) >= 0.5).mean())
    assert 0.005 <= share <= 0.03


@pytest.mark.parametrize("seed", range(1, 11))
def test_a_planted_weakness_is_found(fine: Config, seed: int) -> None:
    result = _attacked(fine, "gullible", seed)
    assert result.failures
    assert result.failures[0].score >= 0.5
    assert result.verdict().endswith(f"in {sum(result.points.values()):,} points, {result.searching:,} negotiations")


@pytest.mark.parametrize("seed", [1, 2])
def test_without_a_hole_nothing_is_found_and_the_budget_is_named(fine: Config, seed: int) -> None:
    result = _attacked(fine, "steady", seed)
    assert not result.failures
    assert (
        result.verdict() == f"nothing found in {result.points['exploited']:,} points, {result.searching:,} negotiations"
    )
    assert result.negotiations == result.searching == result.points["exploited"] * 4 >= 7_500
