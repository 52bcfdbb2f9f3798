"""The talks that other software is given are ours: the same payoffs, reservations and aspirations."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.bench.payoffs import PayoffLoops, on_threads
from experiments.bench.talks import opened, talks_of, why_not_additive
from experiments.config.load import load_config
from experiments.engine.cases import build_case
from experiments.errors import RunError
from sim.bargaining.valuation import package_value
from sim.issues import MAX_ISSUES
from tests.tree import CONFIGS

FIVE = CONFIGS / "bench_five_issues.yaml"
ROUNDS = ["calendar.round_limit=60"]


def test_a_payoff_is_the_sum_that_the_table_gives() -> None:
    config = load_config(FIVE, ROUNDS)
    case = build_case(config, 1, 3)
    model = opened(config, case)
    tabled = case.tabled(model.p)
    talks = talks_of(config, 1, 3)
    assert talks.issues == tuple(case.issue_names[issue] for issue in tabled)
    assert talks.packages == 11**5
    draws = np.random.default_rng(5)
    for _ in range(200):
        chosen = draws.integers(11, size=len(tabled))
        levels = np.zeros(MAX_ISSUES, np.int64)
        levels[tabled] = chosen
        for side in (0, 1):
            ours = package_value(model.valuation, side, levels)
            assert talks.sides[side].payoff([int(level) for level in chosen]) == pytest.approx(ours, abs=1e-9)


def test_the_benchmark_offers_the_same_payoffs_and_reservations_in_every_round() -> None:
    """Without this the talks of the first round would not be the ones that our engines play."""
    config = load_config(FIVE, ROUNDS)
    talks = talks_of(config, 1, 0)
    model = opened(config, build_case(config, 1, 0))
    table = model.valuation.single.copy()
    while model.running:
        model.step()
    assert model.round > 30
    assert np.array_equal(model.valuation.single, table)
    for side in (0, 1):
        assert model.governments[side].seat.reservation == pytest.approx(talks.sides[side].reservation, abs=1e-9)


def test_aspirations_are_those_of_the_tactics() -> None:
    config = load_config(FIVE, ROUNDS)
    us, partner = talks_of(config, 1, 0).sides
    assert us.exponent == pytest.approx(5.0)
    assert partner.exponent == 1.0
    assert us.opening == partner.opening == 0.95
    model = opened(config, build_case(config, 1, 0))
    for _ in range(20):
        model.step()
    time = (model.round - 1) / (model.round_of_deadline - 1)
    for side, government in zip((us, partner), model.governments, strict=True):
        assert government.seat.aspiration == pytest.approx(side.opening * (1.0 - time**side.exponent), abs=1e-9)


def test_talks_whose_payoffs_do_not_add_up_are_refused() -> None:
    config = load_config(CONFIGS / "bench.yaml")
    assert why_not_additive(config) == "the payoffs of chip_purchases and other_purchases do not add up"
    with pytest.raises(RunError, match="bench cannot be handed to other software"):
        talks_of(config, 1, 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("tactics.us_treasury={name: tit_for_tat}", "tactics.us_treasury.name is tit_for_tat"),
        ("events=[{name: e, date: 2025-06-05, set: {walk_away.threat_metals_tariff: 0.3}}]", "events or red lines"),
    ],
)
def test_what_has_no_counterpart_is_named(change: str, reason: str) -> None:
    found = why_not_additive(load_config(FIVE, [*ROUNDS, change]))
    assert found is not None
    assert reason in found


def test_the_loops_evaluate_the_payoffs_of_the_tables() -> None:
    """From the rules or from tables, in a compiled loop or from Python, on one thread or two: the same packages."""
    loops = PayoffLoops(load_config(FIVE, ROUNDS), 1)
    talks = talks_of(load_config(FIVE, ROUNDS), 1, 0)
    known = sum(side.payoff(levels) for levels in loops.tabled_levels[:40] for side in talks.sides)
    for task in loops.tasks().values():
        assert task(40) == pytest.approx(known, abs=1e-6)


def test_threads_share_the_count() -> None:
    shares: list[int] = []
    on_threads(shares.append, 2)(7)
    assert sorted(shares) == [3, 4]
