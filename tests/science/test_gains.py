"""Gain over walking away: zero without a deal for everybody, and what a deal adds to walking away with one."""

from __future__ import annotations

import numpy as np
import pytest

from agents.tactics.registry import TACTICS
from experiments.config.load import load_config
from experiments.engine.agents import play as play_mesa
from experiments.engine.worlds import Seated, Worlds, gains
from sim.bargaining.outcomes import DEADLINE_LAPSED, OUTCOMES, THREAT_EXECUTED
from sim.engine.results import Ends, gains_of
from sim.records import Floats
from tests.tree import CONFIGS

WORLDS = 3_000

#: Standard errors of a mean: a chance of 6e-5 for each of the few means that are tested, with fixed seeds.
ERRORS = 4.0

#: Talks that go on to the last deadline, so that chance has the last word in every run.
PATIENT = ("protocol.stall_rounds=64", "protocol.walkout_rounds=64")
HOLDS = Seated("hardliner", {})


def _july(sets: tuple[str, ...] = (), count: int = WORLDS, name: str = "july_2025") -> Worlds:
    return Worlds.draw(load_config(CONFIGS / f"{name}.yaml", sets), count, 1)


def _is_zero_without_a_deal(ends: Ends) -> int:
    """Check every gain of some talks against its definition and return how many of them ended without a deal."""
    results, agents, gain = ends.results, ends.agents, gains_of(ends.results, ends.agents)
    without = results["dealt"] == 0
    assert (gain[without] == 0.0).all(), "exactly, for governments, firms and makers"
    np.testing.assert_array_equal(gain[~without, :2], (results["payoff"] - results["walk_away"])[~without])
    np.testing.assert_array_equal(gain[~without, 2:], (agents[..., 0] - agents[..., 1])[~without])
    assert (gain[~without, :2] > 0.0).all(), "a side signs for its margin over walking away"
    return int(without.sum())


def _mean_and_error(values: Floats) -> tuple[Floats, Floats]:
    return values.mean(axis=0), values.std(axis=0, ddof=1) / np.sqrt(len(values))


@pytest.mark.parametrize("tactic", TACTICS)
def test_a_hardliner_gains_nothing_from_talks_that_fail(tactic: str) -> None:
    worlds = _july(count=150)
    for us, partner in ((HOLDS, Seated(tactic, {})), (Seated(tactic, {}), HOLDS)):
        assert _is_zero_without_a_deal(worlds.play(us, partner)) > 0


def test_disjoint_red_lines_leave_everybody_with_no_gain() -> None:
    worlds = _july(count=300, name="japan_us_2025")
    pairs = [
        (Seated(us, {}), Seated(partner, {})) for us in ("conceder", "linear") for partner in ("conceder", "boulware")
    ]
    assert [_is_zero_without_a_deal(worlds.play(*pair)) for pair in pairs] == [300] * 4


def test_every_way_to_fail_is_met_and_brings_nobody_a_gain() -> None:
    met: set[str] = set()
    for sets in ((), PATIENT, ("calendar.round_limit=6", *PATIENT), ("us_treasury.ratification_margin=90",)):
        ends = _july(sets, 400).play(HOLDS, HOLDS)
        assert _is_zero_without_a_deal(ends) == 400
        met |= {str(OUTCOMES[place]) for place in ends.results["outcome"]}
    assert met == {"stall", "walkout", "threat_executed", "deadline_lapsed", "round_limit"}


def test_the_mesa_engine_counts_gains_by_the_same_rule() -> None:
    worlds = _july(PATIENT, 8)
    batch = worlds.seated(HOLDS, HOLDS)
    ends = play_mesa(worlds.config, batch, 1, trajectories=False, solutions=False)
    assert _is_zero_without_a_deal(ends) == 8
    np.testing.assert_array_equal(gains(ends), np.zeros((8, 2)))


def test_failed_talks_pay_on_average_what_walking_away_pays() -> None:
    """Zero is no convention: over all draws, talks without a deal pay p U_threat + (1 - p) U_sq, as for who walks away.

    Threat and status quo of a run are what the same run pays where the threat is sure to be executed or is empty. The
    payoff as settled less the walk-away of the last round, which might pass for a gain, misses zero by far: a spared
    deadline has moved the walk-away already, an executed one has not.
    """
    chance = "walk_away.execution_probability"
    worlds = _july(PATIENT)
    ends = worlds.play(HOLDS, HOLDS)
    assert set(ends.results["outcome"]) == {THREAT_EXECUTED, DEADLINE_LAPSED}
    threat, status_quo = (
        _july((*PATIENT, f"{chance}={value}")).play(HOLDS, HOLDS).results["payoff"] for value in (1, 0)
    )
    p = worlds.design[chance].to_numpy()[:, np.newaxis]
    mean, error = _mean_and_error(ends.results["payoff"] - (p * threat + (1.0 - p) * status_quo))
    assert (np.abs(mean) < ERRORS * error).all()
    naive, its_error = _mean_and_error(ends.results["payoff"] - ends.results["walk_away"])
    assert (np.abs(naive) > 2.0 * ERRORS * its_error).all(), "or this test would not tell them apart"
