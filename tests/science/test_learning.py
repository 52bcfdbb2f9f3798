"""Whether a side that learns comes to know the other side's payoffs, on talks in which both sides yield step by step.

The case is known: five issues, no red line, no event, a path of many steps, and the other side trades off without
error. Beliefs are compared with the truth by the correlation r of payoffs over random packages of the grid: what a
side needs in order to trade off well is the shape of the other's payoffs, and a common factor does not matter.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from experiments.config.load import load_config
from experiments.design.records import build_records
from experiments.design.sampling import design_table
from experiments.engine.cases import cases, seat_agents
from sim.bargaining.valuation import package_value
from sim.engine.model import NegotiationModel
from sim.grid import level_count
from sim.issues import MAX_ISSUES, PARTNER, SIDES, US
from sim.records import Floats, Record
from tests.documented import faults, table
from tests.support_talks import SHIPPED

CONFIG = next(path for path in SHIPPED if path.stem == "bench_five_issues")
RUNS = 50
SEED = 5
PACKAGES = 150


def _values(model: NegotiationModel, tables: Record, side: int) -> Floats:
    """Payoffs of a side in random packages of the grid, by some tables."""
    counts = np.array([level_count(model.p, issue) for issue in range(MAX_ISSUES)])
    shares = np.random.default_rng(SEED).random((PACKAGES, MAX_ISSUES))
    packages = (shares * counts).astype(np.int64)
    return np.array([package_value(tables, side, package) for package in packages])


def _error(model: NegotiationModel, side: int, rounds: int | None = None) -> float:
    """1 - r of what a side believes after so many rounds (after all of them if not given)."""
    while model.running and (rounds is None or model.round < rounds):
        model.step()
    believed = _values(model, model.governments[side].believed, 1 - side)
    return 1.0 - float(np.corrcoef(_values(model, model.valuation, 1 - side), believed)[0, 1])


@cache
def _errors(side: int, tactic: str, belief: str) -> Floats:
    """1 - r of a side's first belief and of its last, shape [run, 2]; the other side knows what it is about."""
    sets = (f"beliefs.{SIDES[side]}={{{belief}}}", f"tactics.{SIDES[1 - side]}={{name: {tactic}}}")
    config = load_config(CONFIG, (*sets, f"tactics.{SIDES[side]}={{name: linear}}"))
    batch = build_records(config, design_table(config, RUNS, SEED), SEED)
    errors = []
    for case in cases(config, batch, SEED):
        model = NegotiationModel(case, seat_agents(batch.tactics), collect=False, rng=case.run)
        errors.append((_error(model, side, rounds=1), _error(model, side)))
    return np.array(errors)


#: Share of the draws in which beliefs must come nearer to the truth. What learns nothing is at a half: by chance it
#: would pass here in one of thirty tries with 50 draws, and in one of five hundred with 200.
LEARNS = 0.62
LEARNS_TOGETHER = 0.60

FAR = "kind: learnt, noise: 1.0"


def _share_nearer(errors: Floats) -> float:
    before, after = errors.T
    print(f"1 - r {before.mean():.3f} -> {after.mean():.3f}, nearer in {(after < before).mean():.0%}")
    assert after.mean() < before.mean()
    return float((after < before).mean())


@pytest.mark.parametrize("tactic", ["linear", "boulware"])
@pytest.mark.parametrize("side", [US, PARTNER])
def test_the_bayesian_model_learns_from_a_prior_far_from_the_truth(side: int, tactic: str) -> None:
    """Each weight is first misjudged by a factor of e or so, and talks of a hundred rounds bring beliefs nearer."""
    assert _share_nearer(_errors(side, tactic, f"{FAR}, model: bayesian")) > LEARNS


@pytest.mark.parametrize("side", [US, PARTNER])
def test_the_bayesian_model_also_learns_from_a_prior_that_is_half_as_far(side: int) -> None:
    assert _share_nearer(_errors(side, "linear", "kind: learnt, noise: 0.5, model: bayesian")) > LEARNS


def test_the_frequency_model_learns_from_a_prior_far_from_the_truth() -> None:
    """It is the cruder one: its mean error falls in all four talks, its share is held over them together."""
    talks = [(side, tactic) for side in (US, PARTNER) for tactic in ("linear", "boulware")]
    shares = [_share_nearer(_errors(side, tactic, f"{FAR}, model: frequency")) for side, tactic in talks]
    assert np.mean(shares) > LEARNS_TOGETHER


@pytest.mark.parametrize("model", ["bayesian", "frequency"])
@pytest.mark.parametrize("side", [US, PARTNER])
def test_a_true_prior_stays_near_the_truth(side: int, model: str) -> None:
    """A side that doubts what is true is led astray a little; without doubt, or at rate 0, not at all.

    The bound is a quarter of the error of a prior with noise 0.5 in the mean of both sides, which is about 0.02 here.
    """
    before, after = _errors(side, "linear", f"kind: learnt, noise: 0.0, model: {model}").T
    assert before == pytest.approx(0.0, abs=1e-12)
    assert after.mean() < HARM[model]


HARM = {"bayesian": 0.005, "frequency": 0.005}


@pytest.mark.parametrize("belief", ["model: bayesian, doubt: 0", "model: frequency, rate: 0"])
def test_who_does_not_doubt_does_not_learn(belief: str) -> None:
    before, after = _errors(PARTNER, "linear", f"kind: learnt, noise: 0.5, {belief}").T
    assert np.array_equal(before, after)


@pytest.mark.long
def test_the_table_of_learning_says_how_far_beliefs_come() -> None:
    rows = table("docs/model/beliefs.md", "who learns, from whom")
    talks = {
        "US, from a linear Japan": (US, "linear"),
        "US, from a Boulware Japan": (US, "boulware"),
        "Japan, from a linear US": (PARTNER, "linear"),
        "Japan, from a Boulware US": (PARTNER, "boulware"),
    }
    assert [*rows] == [*talks]
    wrong = {}
    for row, (side, tactic) in talks.items():
        computed: dict[str, tuple[str, list[float]]] = {"noise": ("#", [1.0])}
        for column, model, nearer in (
            ("Bayesian", "bayesian", "nearer in"),
            ("frequency", "frequency", "again: nearer in"),
        ):
            before, after = _errors(side, tactic, f"{FAR}, model: {model}").T
            computed[column] = ("# to #", [float(before.mean()), float(after.mean())])
            computed[nearer] = ("# %", [100.0 * float((after < before).mean())])
        if bad := faults({name: rows[row][name] for name in computed}, computed):
            wrong[row] = bad
    assert wrong == {}
