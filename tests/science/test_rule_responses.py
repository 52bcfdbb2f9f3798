"""How deals answer to each rule that a config can switch or weigh, over paired draws."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.engine.simulate import simulate
from sim.issues import PARTNER, RECIPROCAL_TARIFF, US
from sim.parameters.parameter import SECTORS
from sim.parameters.table import TABLE
from sim.records import Floats, Record
from tests.strategies import packages, records
from tests.support import ledger_of, payoffs_of
from tests.support_talks import pie
from tests.tree import CONFIGS

RUNS: Final = 200

#: A rate at which July's two sides are not by themselves.
REFERENCE: Final = 0.18


def _runs(config: Config) -> pd.DataFrame:
    found: pd.DataFrame = simulate(
        config, 0, RUNS, config.experiment.seed, RUNS, trajectories=False, solutions=False
    ).runs.to_pandas()
    return found


def _july(*sets: str) -> pd.DataFrame:
    return _runs(load_config(CONFIGS / "july_2025.yaml", list(sets)))


def _deals(runs: pd.DataFrame) -> pd.Series:
    return runs["outcome"] == "agreement"


@given(p=records(), package=packages(), low=st.floats(0.0, 1.0), high=st.floats(0.0, 1.0))
def test_the_more_of_the_courts_risk_stays_the_more_a_signed_rate_is_worth_to_the_partner(
    p: Record, package: Floats, low: float, high: float
) -> None:
    """And the less duty it brings, in proportion to the chance that the rate stands."""
    p.walk_away_court_survival, p.economy_deal_includes_mfn = 0.4, 0.0
    revenue, worth = [], []
    for exposure in sorted((low, high)):
        p.walk_away_deal_court_exposure = exposure
        revenue.append(float(ledger_of(p, package)[US, 0]))
        worth.append(float(payoffs_of(p, package)[PARTNER]))
    assert worth[0] <= worth[1] + 1e-9
    struck = package.copy()
    struck[RECIPROCAL_TARIFF] = 0.0
    bare = float(ledger_of(p, struck)[US, 0])
    kept = [1.0 - 0.6 * exposure for exposure in sorted((low, high))]
    assert (revenue[0] - bare) * kept[1] == pytest.approx((revenue[1] - bare) * kept[0], abs=1e-9)


def test_the_more_of_the_courts_risk_stays_the_more_often_july_ends_in_a_deal() -> None:
    """Japan gives up less by signing; 1 is the default."""
    shares = [float(_deals(_july(f"walk_away.deal_court_exposure={e}")).mean()) for e in (0, 0.5, 1)]
    assert shares == sorted(shares)
    assert shares[0] < shares[-1]
    assert _deals(_july()).mean() == shares[-1]


def test_the_more_earlier_deals_weigh_the_nearer_are_julys_rates_to_theirs() -> None:
    distances = []
    for k in (0.0, 0.2, 0.5, 1.5):
        runs = _july(
            f"us_treasury.reference_loss={k}", f"partner.reference_loss={k}",
            f"reference.reciprocal_rate={REFERENCE}", "reference.car_rate=0.15",
        )  # fmt: skip
        distances.append(float((runs.loc[_deals(runs), "reciprocal_tariff"] - REFERENCE).abs().mean()))
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] < 0.5 * distances[0]


def test_without_comparable_deals_no_loss_is_weighed() -> None:
    """`reference: none` gives the rows of no losses at all, bit for bit."""
    losses = ("us_treasury.reference_loss=1", "partner.reference_loss=1", "reference=none")
    pd.testing.assert_frame_equal(_july(*losses), _july())


def test_the_dearer_a_precedent_for_others_the_higher_are_julys_reciprocal_rates() -> None:
    rates = []
    for k in (0.0, 0.3, 0.7):
        runs = _july(f"us_treasury.forward_precedent={k}")
        rates.append(float(runs.loc[_deals(runs), "reciprocal_tariff"].mean()))
    assert rates == sorted(rates)
    assert rates[0] < rates[-1]


def _scaled(by: float, precedent: float) -> Config:
    """Rates against land and sea, with every amount of money multiplied."""
    defaults = {row.path: row.default for row in TABLE}
    worth = {"land": ("us_value", "partner_value"), "sea": ("us_value", "partner_value")}
    sold = {"land": (0.3, -0.15), "sea": (-0.15, 0.3)}
    values = {name: {key: by * sold[name][k] for k, key in enumerate(keys)} for name, keys in worth.items()}
    drawn = {"dist": "uniform", "low": 0.0, "high": 1.0}
    return pie(
        agenda={
            "car_tariff": {"low": 0.025, "high": 0.275, "levels": 11},
            "reciprocal_tariff": {"low": 0.0, "high": 0.24, "levels": 13},
            **values,
        },
        sectors={name: {"import_value": by * defaults[f"sectors.{name}.import_value"]} for name in SECTORS},
        us_treasury={
            "ratification_margin": by * 0.5, "precedent_imports": by * defaults["us_treasury.precedent_imports"],
            "precedent_probability": drawn, "forward_precedent": precedent,
        },
        partner={"ratification_margin": by * 1.5},
        walk_away={"execution_probability": drawn, "court_survival": 0.6},
        firms=[], chip_makers=[],
    )  # fmt: skip


def test_a_precedent_for_others_bears_on_a_small_partner_as_on_a_large_one() -> None:
    """An eighth of all money changes no outcome, no date and no term, for the loss is one per dollar of trade."""
    large, small, without = (_runs(_scaled(*how)) for how in ((1.0, 0.1), (0.125, 0.1), (1.0, 0.0)))
    for name in ("outcome", "round", "car_tariff", "reciprocal_tariff", "land", "sea"):
        assert small[name].equals(large[name])
    assert small["gain.partner"].to_numpy() == pytest.approx(large["gain.partner"].to_numpy() / 8.0, abs=1e-12)
    assert 0.0 < _deals(small).mean() < _deals(without).mean()


CONTINUES: Final = "calendar.after_execution=continue"


@pytest.mark.parametrize("config", ["july_2025", "cars_on_the_table", "korea_example"])
def test_talks_that_may_go_on_are_the_same_until_a_threat_is_carried_out(config: str) -> None:
    """Deals come on top: no run that ended otherwise moves, and those that went on sign later than the threat."""
    ends, goes_on = (_runs(load_config(CONFIGS / f"{config}.yaml", sets)) for sets in ([], [CONTINUES]))
    executed = (ends["outcome"] == "threat_executed").to_numpy()
    if config != "july_2025":
        assert executed.any()
    pd.testing.assert_frame_equal(ends[~executed], goes_on[~executed])
    went_on: Any = goes_on[executed]
    assert (went_on["executions"] >= (went_on["outcome"] != "threat_executed")).all()
    later = went_on[went_on["executions"] > 0]
    assert (later["round"] > ends.loc[later.index, "round"]).all()
    assert (later["executed_on"] == ends.loc[later.index, "date"]).all()
    assert _deals(goes_on).sum() >= _deals(ends).sum()


def test_what_a_rule_costs_is_not_in_what_nobody_signs() -> None:
    """Reference, precedent and the price of a line leave every walk-away where it is."""
    plain = _july()
    weighed = _july(
        "us_treasury.reference_loss=1", "partner.reference_loss=1", "us_treasury.forward_precedent=0.5",
        "red_lines.japan_farm.price=0.5",
    )  # fmt: skip
    for side in ("us_treasury", "partner"):
        same = plain["round"] == weighed["round"]
        assert same.any()
        pd.testing.assert_series_equal(plain.loc[same, f"walk_away.{side}"], weighed.loc[same, f"walk_away.{side}"])
