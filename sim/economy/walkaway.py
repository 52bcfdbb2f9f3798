"""What a side has without a deal: the status quo until the deadline, then a threat that may be executed."""

from __future__ import annotations

import math
from typing import Final

from sim.compiled import rule
from sim.economy.ledger import no_deal_ledger, total
from sim.economy.trade import STACKED, sector_rates
from sim.issues import PARTNER, US
from sim.records import Floats, Record

DAYS_A_YEAR: Final = 365.25

#: Rows of the no-deal payoffs.
STATUS_QUO: Final = 0
THREAT: Final = 1


@rule
def court_chance(p: Record, survives: bool) -> float:
    """Chance that the courts leave the reciprocal tariff standing, or strike it down."""
    return float(p.walk_away_court_survival if survives else 1.0 - p.walk_away_court_survival)


@rule
def no_deal_rates(p: Record, row: int, survives: bool, rates: Floats) -> None:
    """Write every sector's total rate without a deal: status quo or threat, with or without the reciprocal tariff.

    Without a deal the reciprocal tariff is stacked on the MFN rate.
    """
    if row == THREAT:
        car, metals = p.walk_away_threat_car_tariff, p.walk_away_threat_metals_tariff
        reciprocal = p.walk_away_threat_reciprocal_tariff
    else:
        car, metals = p.walk_away_status_quo_car_tariff, p.economy_metals_tariff
        reciprocal = p.walk_away_status_quo_reciprocal_tariff
    sector_rates(p, car, reciprocal if survives else 0.0, metals, STACKED, rates)


@rule
def no_deal_payoffs(p: Record, rates: Floats, ledger: Floats, out: Floats) -> None:
    """Write both sides' payoffs at the status quo and under the executed threat into `out` (shape [2, 2]).

    Court risk by expectation: with chance 1 - p_legal the reciprocal tariff falls, at the status quo and under the
    threat alike. A signed deal carries it by `deal_court_exposure`. `rates` and `ledger` are scratch.
    """
    out[:, :] = 0.0
    for row in (STATUS_QUO, THREAT):
        for survives in (True, False):
            no_deal_rates(p, row, survives, rates)
            no_deal_ledger(p, rates, ledger)
            for side in (US, PARTNER):
                out[row, side] += court_chance(p, survives) * total(ledger[side])


@rule
def waiting_weight(p: Record, years: float) -> float:
    """w = (1 - e^(-r m)) / (1 - e^(-r H)): weight of the m years before the deadline; m / H where r is 0."""
    wait = min(max(years, 0.0), p.economy_horizon)
    rate = p.walk_away_discount_rate
    if rate <= 0.0:
        return float(wait / p.economy_horizon)
    return math.expm1(-rate * wait) / math.expm1(-rate * p.economy_horizon)


@rule
def execution_chance(p: Record, escalated: float) -> float:
    """p_exec: chance that the threat is executed, with what brinkmanship has added to it."""
    return float(min(1.0, p.walk_away_execution_probability + escalated))


@rule
def deadline_hazard(p: Record, escalated: float = 0.0) -> float:
    """Chance that one deadline is executed, 1 - (1 - p_exec)^(1 / (1 + slips)): p_exec is that of all together."""
    return 1.0 - math.pow(1.0 - execution_chance(p, escalated), 1.0 / (1.0 + p.max_slips))


@rule
def execution_left(p: Record, slips: int, escalated: float = 0.0) -> float:
    """Chance that the threat is still executed after so many deadlines have slipped; p_exec before the first."""
    left = max(0.0, (1.0 + p.max_slips - slips) / (1.0 + p.max_slips))
    return 1.0 - math.pow(1.0 - execution_chance(p, escalated), left)


@rule
def walk_away_payoff(
    p: Record, status_quo: float, threat: float, days_left: float, slips: int, escalated: float = 0.0
) -> float:
    """W = w U_sq + (1 - w)[p U_threat + (1 - p) U_sq]; adding a constant to a payoff adds it to W.

    p is :func:`execution_left`, so that without a deal a side gets W on average, unless
    brinkmanship raises the chance (`escalated`) later on.
    """
    weight = waiting_weight(p, days_left / DAYS_A_YEAR)
    return mean_without_deal(weight, execution_left(p, slips, escalated), status_quo, threat)


@rule
def mean_without_deal(weight: float, execution: float, status_quo: float, threat: float) -> float:
    """W from the weight w of the time before the deadline and the chance p that the threat is executed after it."""
    after = execution * threat + (1.0 - execution) * status_quo
    return weight * status_quo + (1.0 - weight) * after


@rule
def ratification_margin(p: Record, side: int) -> float:
    """Gain over walk-away that the side's domestic table asks for."""
    return float(p.us_ratification_margin if side == US else p.partner_ratification_margin)
