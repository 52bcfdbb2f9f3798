"""The deal over the stated ranges of the uncertain parameters: who gains how often, and what drives it.

The published shares come from 5,000 draws of another generator. Two independent shares of n draws differ by less than
four times sqrt(2 q (1 - q) / n) except once in 16,000 cases, and so do two rank correlations with 1 / sqrt(n) in place
of the root; half a unit of the last printed digit comes on top.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from scipy.stats import spearmanr

from sim.economy.trade import CARS, MACHINERY, OTHER
from sim.records import Floats, Record
from tests.published_states import STATES, reduced_record, values

DRAWS = 5_000
DIGIT = 0.005

RANGES: Mapping[str, tuple[float, float]] = {
    "car_pass_through": (0.05, 0.90),
    "car_elasticity": (0.8, 5.0),
    "general_pass_through": (0.50, 1.0),
    "us_consumer_weight": (0.1, 1.0),
    "us_revenue_weight": (0.6, 1.4),
    "us_protected_rent_weight": (1.0, 2.0),
    "us_deficit_weight": (0.0, 0.15),
    "us_purchase_headline_weight": (0.5, 4.0),
    "us_fund_headline_weight": (0.5, 4.0),
    "us_fund_equity_belief": (0.02, 0.80),
    "partner_fund_equity_belief": (0.010, 0.100),
    "partner_guarantee_cost": (0.0005, 0.0100),
    "us_precedent_probability": (0.0, 0.7),
    "chips_additional": (0.1, 0.8),
    "purchases_additional_share": (0.1, 0.8),
    "chips_supplied": (0.0, 1.0),
    "partner_car_rent_weight": (1.0, 2.0),
    "partner_public_funds_cost": (1.0, 1.3),
}
#: Quantities of the reduced forms and of the sectors, which are no field of the record.
NOT_A_FIELD = ("car_pass_through", "car_elasticity", "general_pass_through", "chips_additional", "chips_supplied")
#: Car elasticity by which the other sectors' elasticities are scaled.
CENTRAL_CAR_ELASTICITY = 1.8

COMPARISONS = (("deal", "threat_august"), ("partner_seed", "threat_july"), ("us_seed", "threat_july"))


def set_draw(p: Record, base: Record, draw: Mapping[str, float]) -> None:
    for name, value in draw.items():
        if name not in NOT_A_FIELD:
            setattr(p, name, value)
    p.sector_elasticity = base.sector_elasticity * draw["car_elasticity"] / CENTRAL_CAR_ELASTICITY
    p.sector_elasticity[CARS] = draw["car_elasticity"]
    p.sector_pass_through[CARS] = draw["car_pass_through"]
    p.sector_pass_through[[MACHINERY, OTHER]] = draw["general_pass_through"]


@pytest.fixture(scope="module")
def draws() -> Floats:
    low, high = np.array(list(RANGES.values())).T
    return np.asarray(low + (high - low) * np.random.default_rng(7).random((DRAWS, len(RANGES))))


@pytest.fixture(scope="module")
def gains(draws: Floats) -> Floats:
    """Gains by draw, comparison and side."""
    out = np.empty((DRAWS, len(COMPARISONS), 2))
    p, base = reduced_record(), reduced_record()
    for i, row in enumerate(draws):
        draw = dict(zip(RANGES, row.tolist(), strict=True))
        set_draw(p, base, draw)
        pledge = {"additional": draw["chips_additional"], "supplied": draw["chips_supplied"]}
        payoffs = {state: values(p, STATES[state], **pledge) for pair in COMPARISONS for state in pair}
        for k, (state, over) in enumerate(COMPARISONS):
            out[i, k] = payoffs[state] - payoffs[over]
    return out


def sampling_slack(share: float) -> float:
    return DIGIT + 4.0 * math.sqrt(2.0 * share * (1.0 - share) / DRAWS)


@pytest.mark.parametrize(("comparison", "us", "partner"), [(0, 0.94, 0.94), (1, 0.01, 1.00), (2, 0.62, 1.00)])
def test_share_of_draws_in_which_a_side_gains(gains: Floats, comparison: int, us: float, partner: float) -> None:
    shares = (gains[:, comparison] > 0.0).mean(axis=0)
    assert shares[0] == pytest.approx(us, abs=sampling_slack(us))
    assert shares[1] == pytest.approx(partner, abs=sampling_slack(partner))


def test_share_of_draws_in_which_the_deal_dominates_the_threat(gains: Floats) -> None:
    both = (gains[:, 0] > 0.0).all(axis=1).mean()
    assert both == pytest.approx(0.89, abs=sampling_slack(0.89))


@pytest.mark.parametrize(
    ("comparison", "side", "correlations"),
    [
        (
            0,
            0,
            {
                "us_fund_equity_belief": 0.85,
                "us_fund_headline_weight": 0.24,
                "us_revenue_weight": -0.24,
                "us_precedent_probability": -0.22,
                "us_consumer_weight": 0.22,
            },
        ),
        (
            0,
            1,
            {
                "partner_guarantee_cost": -0.66,
                "car_elasticity": 0.50,
                "partner_car_rent_weight": 0.36,
                "partner_fund_equity_belief": -0.29,
                "car_pass_through": -0.22,
            },
        ),
        (1, 0, {"us_revenue_weight": -0.59, "us_consumer_weight": 0.54, "us_precedent_probability": -0.45}),
    ],
    ids=["US, deal", "Japan, deal", "US, Japan's seed position"],
)
def test_what_drives_the_gains(
    draws: Floats, gains: Floats, comparison: int, side: int, correlations: Mapping[str, float]
) -> None:
    names = list(RANGES)
    for name, correlation in correlations.items():
        measured = spearmanr(draws[:, names.index(name)], gains[:, comparison, side]).statistic
        assert measured == pytest.approx(correlation, abs=DIGIT + 4.0 * math.sqrt(2.0 / DRAWS)), name
