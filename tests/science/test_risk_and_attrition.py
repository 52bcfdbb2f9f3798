"""Zeuthen's principle, the path stepper and the war of attrition against numbers worked by hand, on a unit pie.

The US gets x and Japan 1 - x: a share z from -0.5 to 0.5 is divided, and any deal brings 0.5 to both. Without a deal
both get nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from agents.tactics.attrition import giving_in_chance
from agents.tactics.registry import TACTICS
from experiments.config.load import config_from
from experiments.config.model import Config
from experiments.engine.worlds import Seated, Worlds
from sim.bargaining.prospects import gain_product, risk_limit
from sim.engine.model import NegotiationModel
from sim.issues import PARTNER, SIDES, US
from tests.support_talks import LAND, PIE, holds, laid_on, talks

#: Payoffs are sums of a few numbers near 1.
ROUNDING = 1e-12


def divided(levels: int, **sections: Any) -> Config:
    """Talks over one pie in so many levels, with no stall and a deadline far away."""
    tree = laid_on(
        PIE,
        {
            "protocol": {"stall_rounds": 120, "stall_tolerance": 0.0, "agreement_tolerance": 0.0},
            "calendar": {"deadline": "2027-12-01", "round_limit": 128},
        },
    )
    tree["agenda"] = {
        "share": {
            "unit": "pie", "low": -0.5, "high": 0.5, "levels": levels, "us_value": 1.0, "partner_value": -1.0,
            "wants_high": "us_treasury",
        },
        "surplus": {
            "unit": "pie", "low": 0.25, "high": 0.5, "levels": 2, "us_value": 1.0, "partner_value": 1.0,
            "wants_high": "us_treasury",
        },
    }  # fmt: skip
    return config_from(laid_on(tree, sections))


def us_share(model: NegotiationModel, side: int) -> float:
    """x of a side's standing offer."""
    return float(model.governments[side].seat.package[LAND]) + 0.5


def test_risk_limits_and_products_of_the_worked_case() -> None:
    """Offers x = 0.9 and x = 0.3: the risks are 0.6667 and 0.8571, and x = 0.7 has the product of x = 0.3, 0.21."""
    assert risk_limit(0.9, 0.3, 0.0) == pytest.approx(2 / 3, abs=ROUNDING)
    assert risk_limit(0.7, 0.1, 0.0) == pytest.approx(6 / 7, abs=ROUNDING)
    assert gain_product(0.7, 0.3, 0.0, 0.0) == pytest.approx(0.21, abs=ROUNDING)
    assert gain_product(0.3, 0.7, 0.0, 0.0) == pytest.approx(0.21, abs=ROUNDING)
    assert risk_limit(0.0, 0.5, 0.0) == 1.0


def _after_two_offers(levels: int, us: float, partner: float) -> NegotiationModel:
    """Talks in which the US asks for `us` and Japan leaves it `partner`, and both play Zeuthen from then on."""
    both = {side: {"name": "zeuthen"} for side in SIDES}
    model = talks(divided(levels, tactics=both), holds(us), holds(1.0 - partner))
    model.step()
    for government in model.governments:
        government.tactic = TACTICS["zeuthen"]  # type: ignore[attr-defined]  # of a Mesa government
    return model


def test_the_side_with_the_smaller_risk_concedes_just_enough() -> None:
    model = _after_two_offers(11, 0.9, 0.3)
    assert us_share(model, US) == pytest.approx(0.9, abs=ROUNDING)
    assert us_share(model, PARTNER) == pytest.approx(0.3, abs=ROUNDING)
    model.step()
    assert us_share(model, US) == pytest.approx(0.7, abs=ROUNDING)
    seen = model.governments[US].view  # type: ignore[attr-defined]  # of a Mesa government
    assert (seen.own_risk, seen.other_risk) == pytest.approx((2 / 3, 6 / 7), abs=ROUNDING)
    assert seen.risk_step == pytest.approx(0.7, abs=ROUNDING)
    assert seen.nash_step == pytest.approx(0.5, abs=ROUNDING)


@pytest.mark.parametrize("levels", [11, 21, 41])
@pytest.mark.parametrize(("us", "partner"), [(0.9, 0.3), (1.0, 0.0), (0.6, 0.0)])
def test_repeated_concessions_settle_at_the_nash_point(levels: int, us: float, partner: float) -> None:
    model = _after_two_offers(levels, us, partner)
    while model.running:
        model.step()
    assert model.deal is not None
    assert model.deal.package[LAND] + 0.5 == pytest.approx(0.5, abs=ROUNDING)


def test_the_nash_point_is_weighed_from_walk_away_and_not_from_the_reservation() -> None:
    """A ratification margin narrows the zone and leaves the disagreement point where it is."""
    config = divided(11, us_treasury={"ratification_margin": 0.3}, tactics={"us_treasury": {"name": "zeuthen"}})
    model = talks(config)
    model.step()
    seen = model.governments[US].view  # type: ignore[attr-defined]  # of a Mesa government
    assert seen.range == pytest.approx(0.7, abs=ROUNDING)
    assert seen.nash_step == pytest.approx((0.5 - 0.3) / 0.7, abs=1e-9)


def test_two_path_steppers_move_in_lockstep_to_the_middle() -> None:
    """Each concedes one package for each new offer of the other, so that both give up as much."""
    name = {"name": "path_stepper"}
    model = talks(divided(21, tactics={"us_treasury": name, "partner": name}, protocol={"kind": "simultaneous"}))
    rounds = 0
    while model.running:
        model.step()
        rounds += 1
        if model.deal is None:
            assert us_share(model, US) == pytest.approx(1.0 - 0.05 * (rounds - 1), abs=1e-9)
            assert us_share(model, PARTNER) == pytest.approx(0.05 * (rounds - 1), abs=1e-9)
    assert model.deal is not None
    assert model.deal.package[LAND] == pytest.approx(0.0, abs=1e-9)


def test_a_path_stepper_stays_where_the_other_side_stays() -> None:
    """It concedes once, in reply to the one offer that was new, and then never again."""
    name = {"name": "path_stepper"}
    model = talks(divided(21, tactics={"us_treasury": name}, protocol={"stall_rounds": 6}), partner=holds(1.0))
    while model.running:
        model.step()
    assert us_share(model, US) == pytest.approx(0.95, abs=1e-9)


WARS = 4000


def _lengths(cost: float) -> np.ndarray[Any, Any]:
    """Rounds that wars of attrition for a prize of 10 last, by the compiled engine."""
    player = Seated("war_of_attrition", {"cost": cost, "prize": 10.0})
    ends = Worlds.draw(divided(11, protocol={"kind": "simultaneous"}), WARS, 1).play(player, player)
    assert (ends.results["dealt"] == 1).all()
    return np.asarray(ends.results["round"], dtype=np.float64)


@pytest.mark.parametrize("cost", [0.5, 1.0, 2.0])
def test_a_war_of_attrition_lasts_half_the_prize_over_the_cost(cost: float) -> None:
    """V / (2 c) weeks: 10 for V = 10 and c = 0.5. It ends somewhere inside its last round.

    Two hazards of c / V a week in rounds of a week give 1 / (1 - exp(-2 c / V)) rounds, of which the last is begun and
    not finished; the time that has passed is an exponential variable. Tolerance: four standard errors of the mean.
    """
    hazard = 2.0 * cost / 10.0
    rounds = _lengths(cost)
    error = 4.0 * rounds.std() / np.sqrt(WARS)
    assert rounds.mean() == pytest.approx(1.0 / -np.expm1(-hazard), abs=error)
    # Mean of the time inside the last round of an exponential variable, which the count of rounds takes for a whole.
    unfinished = 1.0 / -np.expm1(-hazard) - 1.0 / hazard
    assert rounds.mean() - unfinished == pytest.approx(10.0 / (2.0 * cost), abs=error)


def test_the_hazard_of_the_worked_case() -> None:
    """c / V = 0.05 a week; the chance in a round of a week is 1 - exp(-0.05)."""
    assert -np.log1p(-giving_in_chance(0.5, 10.0)) == pytest.approx(0.05, rel=1e-12)
