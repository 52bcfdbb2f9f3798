"""The compiled engine against the Mesa engine: every outcome, payoff and position of every round, to the last bit."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.tactics.registry import TACTICS
from experiments.config.load import config_from, load_config
from sim.bargaining.acceptance import CONDITIONS
from sim.issues import SIDES
from tests.sizes import sized
from tests.support_engines import played_by_both
from tests.support_talks import SHIPPED
from tests.talks_strategies import START, configs

#: Runs of each shipped config and of each variant of it.
RUNS = sized(10, 40)

#: Beliefs that are learnt, from a prior far enough from the truth that paths change on the way.
LEARNT = ("learnt, noise: 0.5, model: bayesian", "learnt, noise: 0.5, model: frequency")

#: Runs of each tactic and of each acceptance condition.
RUNS_OF_A_TACTIC = sized(8, 12)

#: Generated configs; each is played with its own two runs.
GENERATED = sized(250, 500)


@pytest.mark.parametrize("beliefs", ["exact", "noisy, noise: 0.3", *LEARNT])
@pytest.mark.parametrize("protocol", ["alternating", "simultaneous"])
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_both_engines_play_a_shipped_config_alike(path: Any, protocol: str, beliefs: str) -> None:
    sets = [f"beliefs.{side}={{kind: {beliefs}}}" for side in SIDES]
    config = load_config(path, (f"protocol.kind={protocol}", *sets))
    played_by_both(config, RUNS, solutions=protocol == "alternating" and beliefs == "exact")


#: Rules that are off by default, and one that is on, switched the other way.
SWITCHES = {
    "courts": ["walk_away.deal_court_exposure=0.3"],
    "reference": ["us_treasury.reference_loss=0.5", "partner.reference_loss=0.5", "reference.reciprocal_rate=0.15"],
    "forward": ["us_treasury.forward_precedent=0.3", "walk_away.open_imports_share=0.8"],
    "price": ["red_lines.us_cars={price: 0.2}", "red_lines.us_cars.release=~", "red_lines.japan_farm.price=0.5"],
    "diversion": ["economy.diversion_by_volume=0"],
    "materials": ["partner.materials_cost_share=0.4"],
    "continue": [
        "calendar.after_execution=continue", "walk_away.execution_probability=0.9", "calendar.round_limit=30",
        "tactics.us_treasury={name: hardliner}",
    ],
}  # fmt: skip


@pytest.mark.parametrize("beliefs", ["exact", *LEARNT])
@pytest.mark.parametrize("switch", SWITCHES)
def test_both_engines_play_a_switched_rule_alike(switch: str, beliefs: str) -> None:
    """With solutions; and the switch does something."""
    sets = [f"beliefs.{side}={{kind: {beliefs}}}" for side in SIDES]
    plain = played_by_both(load_config(_shipped("july_2025"), sets), RUNS_OF_A_TACTIC, solutions=True)
    switched = played_by_both(load_config(_shipped("july_2025"), [*SWITCHES[switch], *sets]), RUNS_OF_A_TACTIC,
                              solutions=True)  # fmt: skip
    payoffs = [name for name in plain.runs.column_names if name.startswith("payoff.")]
    assert any(not plain.runs[name].equals(switched.runs[name]) for name in payoffs)
    assert ((switched.runs["executions"].to_numpy() > 0).any()) == (switch == "continue")


def _shipped(name: str) -> Any:
    return next(path for path in SHIPPED if path.stem == name)


@pytest.mark.parametrize("tactic", TACTICS)
def test_both_engines_play_a_tactic_alike(tactic: str) -> None:
    """On either seat, with exact and with noisy beliefs, which a tactic that looks ahead goes by."""
    for side, name, beliefs in (
        ("us_treasury", "cars_on_the_table", "noisy, noise: 0.3"),
        ("partner", "july_2025", "exact"),
    ):
        sets = (f"tactics.{side}={{name: {tactic}}}", f"beliefs.{side}={{kind: {beliefs}}}")
        played_by_both(load_config(_shipped(name), sets), RUNS_OF_A_TACTIC)


@pytest.mark.parametrize("protocol", ["alternating", "simultaneous"])
@pytest.mark.parametrize(
    "condition", ["ac_const, level: 0.4", "ac_time, time: 0.5", "ac_combi, time: 0.3"], ids=lambda text: text[:8]
)
def test_both_engines_sign_by_an_acceptance_condition_alike(condition: str, protocol: str) -> None:
    sets = [f"acceptance.{side}={{name: {condition}}}" for side in SIDES]
    sets += [f"protocol.kind={protocol}", "tactics.us_treasury={name: random_step}"]
    played_by_both(load_config(_shipped("cars_on_the_table"), sets), RUNS_OF_A_TACTIC)


def test_both_engines_play_generated_configs_alike() -> None:
    """The generated ones must have met what there is to meet, else their number would say nothing."""
    met: Counter[str] = Counter()

    @settings(
        max_examples=GENERATED,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(tree=configs(round_limit=40), executed=st.integers(0, 3))
    def play(tree: dict[str, Any], executed: int) -> None:
        if executed == 0:
            # A threat carried out early, after which there is time left for a deal.
            tree["calendar"] |= {
                "deadline": str(START + timedelta(days=3)),
                "max_slips": 0,
                "after_execution": "continue",
            }
            tree["walk_away"] = tree.get("walk_away", {}) | {"execution_probability": 1.0}
        tables = played_by_both(config_from(tree), 2)
        met.update(tables.runs["outcome"].to_pylist())
        met.update(tables.runs["reason"].to_pylist())
        met.update([f"protocol {tree['protocol']['kind']}"])
        met.update(f"tactic {tree['tactics'][side]['name']}" for side in SIDES)
        met.update(f"accepts by {tree['acceptance'][side]['name']}" for side in SIDES)
        met.update(f"beliefs {tree['beliefs'][side]['kind']}" for side in SIDES)
        met.update(f"model {tree['beliefs'][side].get('model')}" for side in SIDES)
        met["event"] += bool(tree["events"])
        met["red line"] += bool(tree["red_lines"])
        met["red line at a price"] += any("price" in line for line in tree["red_lines"])
        executions = tables.runs["executions"].to_numpy()
        met["execution before the end"] += int((executions > 0).sum())
        met["deal after an execution"] += int(
            ((executions > 0) & (tables.runs["outcome"].to_numpy() == "agreement")).sum()
        )
        met["release by date"] += any("date" in line.get("release", {}) for line in tree["red_lines"])
        met["release by issue"] += any("when" in line.get("release", {}) for line in tree["red_lines"])
        met["positions"] += tables.trajectories.num_rows if tables.trajectories is not None else 0
        met["configs"] += 1

    play()
    print(dict(sorted(met.items())))
    assert met["configs"] >= GENERATED
    assert not [what for what in _EXPECTED if not met[what]]


_EXPECTED = (
    *("agreement", "stall", "threat_executed", "deadline_lapsed", "walkout", "round_limit"),
    *("us_accepts", "partner_accepts", "positions_met", "no_zone", "tactics_hold", "disjoint_red_lines"),
    *("protocol alternating", "protocol simultaneous", "beliefs exact", "beliefs noisy", "beliefs learnt"),
    *("model bayesian", "model frequency"),
    *(f"tactic {name}" for name in TACTICS),
    *(f"accepts by {condition.name}" for condition in CONDITIONS),
    *("event", "red line", "red line at a price", "release by date", "release by issue"),
    *("execution before the end", "deal after an execution"),
)
