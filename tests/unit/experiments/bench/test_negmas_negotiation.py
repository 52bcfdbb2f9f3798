"""NegMAS is given our payoffs and plays to an end; skipped where it is not installed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from experiments.bench import negmas, negmas_negotiation
from experiments.bench.negmas import NegmasPayoffs, NegmasTask, why_not
from experiments.bench.talks import AdditiveTalks, talks_of
from experiments.config.load import load_config
from experiments.seats.negmas import INSTALL, version
from tests.tree import CONFIGS

#: Small enough for every set-up to sort all packages at once.
SMALL = ["calendar.round_limit=30", *(f"agenda.{name}.levels=4" for name in ("car_tariff", "reciprocal_tariff"))]
SMALL += [f"agenda.{name}.levels=3" for name in ("chip_purchases", "investment_fund", "materials_support")]

needs_negmas = pytest.mark.skipif(version() is None, reason=INSTALL)


@pytest.fixture(scope="module")
def talks() -> AdditiveTalks:
    return talks_of(load_config(CONFIGS / "bench_five_issues.yaml", SMALL), 1, 0)


@needs_negmas
@pytest.mark.parametrize("setup", negmas_negotiation.SETUPS, ids=lambda setup: setup.name)
def test_negmas_sees_our_payoffs(talks: AdditiveTalks, setup: negmas_negotiation.Setup) -> None:
    utilities = negmas_negotiation.payoffs(talks, setup)
    draws = np.random.default_rng(2)
    for _ in range(50):
        package = tuple(int(draws.integers(len(gains))) for gains in talks.sides[0].gains)
        for side, utility in zip(talks.sides, utilities, strict=True):
            assert float(utility(package)) == pytest.approx(side.payoff(package), abs=1e-9)
    for side, utility in zip(talks.sides, utilities, strict=True):
        assert float(utility.reserved_value) == side.reservation


def _negotiated(talks: AdditiveTalks, setup: negmas_negotiation.Setup) -> negmas_negotiation.End:
    utilities = negmas_negotiation.payoffs(talks, setup)
    return negmas_negotiation.bargain(talks, setup, utilities, negmas_negotiation.paths(utilities, setup))


@needs_negmas
@pytest.mark.parametrize("setup", negmas_negotiation.SETUPS, ids=lambda setup: setup.name)
def test_a_negotiation_ends_in_a_deal_that_both_would_sign_or_at_the_last_round(
    talks: AdditiveTalks, setup: negmas_negotiation.Setup
) -> None:
    end = _negotiated(talks, setup)
    if end.agreement is None:
        assert end.rounds == talks.rounds
    else:
        assert end.rounds <= talks.rounds
        for side in talks.sides:
            assert side.payoff(end.agreement) >= side.reservation - 1e-6


@needs_negmas
def test_an_exact_set_up_finds_a_deal_where_the_sides_want_the_same(talks: AdditiveTalks) -> None:
    """With the US payoff on both sides there is nothing to haggle over: its ideal is signed at once."""
    us = talks.sides[0]
    end = _negotiated(replace(talks, sides=(us, us)), negmas_negotiation.SETUPS[0])
    assert end.agreement is not None
    assert end.rounds <= 1
    best = us.base + sum(max(gains) for gains in us.gains)
    assert us.payoff(end.agreement) >= us.reservation + 0.95 * (best - us.reservation) - 1e-6


@needs_negmas
def test_a_task_times_its_parts_and_counts_its_ends(talks: AdditiveTalks) -> None:
    task = NegmasTask([talks, talks], negmas_negotiation.SETUPS[0])
    task(3)
    found = task.results()
    assert found["ends"]["runs"] == 2
    assert 1 <= found["ends"]["rounds"] <= talks.rounds
    assert found["seconds"]["paths"]["repetitions"] == found["seconds"]["bargaining"]["repetitions"] == 3
    assert found["seconds"]["bargaining"]["best"] > 0


@needs_negmas
def test_evaluations_add_up(talks: AdditiveTalks) -> None:
    packages = [(0, 0, 0, 0, 0), (3, 1, 2, 0, 1)]
    known = sum(side.payoff(package) for package in packages for side in talks.sides)
    assert NegmasPayoffs(talks, negmas_negotiation.SETUPS[0], packages)(2) == pytest.approx(known, abs=1e-9)


@needs_negmas
@pytest.mark.parametrize(
    ("name", "sets", "reason"),
    [
        ("bench", [], "too many for NegMAS to sort"),
        ("tiny", ["tactics.us_treasury={name: hardliner}"], "tactics.us_treasury.name is hardliner"),
        ("tiny", [], None),
    ],
)
def test_a_config_that_negmas_cannot_play_is_named(name: str, sets: list[str], reason: str | None) -> None:
    found = why_not(load_config(CONFIGS / f"{name}.yaml", sets))
    assert found is None if reason is None else reason in str(found)


def test_without_negmas_the_comparison_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(negmas, "version", lambda: None)
    assert why_not(load_config(CONFIGS / "tiny.yaml")) == INSTALL
