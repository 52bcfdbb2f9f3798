"""With the curved fund the bargaining solutions of the default model are interior, and near what was signed.

The curvature is centred on the agreed fund, so that this shows that the rules are put together as stated; it is no
evidence for them. Steps are 1.25 points of tariff, US$50bn of fund and five points of profit share; chips are either
nothing or Y1trn a year.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.bargaining.valuation import VALUATION, tabulate
from sim.economy.payoffs import effective_fund, guarantee_burden
from sim.issues import (
    CAR_TARIFF,
    CHIP_PURCHASES,
    FUND_PROFIT_SHARE,
    INVESTMENT_FUND,
    MATERIALS_SUPPORT,
    OTHER_PURCHASES,
    RECIPROCAL_TARIFF,
)
from sim.records import Floats, Record
from sim.row import new_row
from sim.solutions.points import nash
from tests.published_states import STATES, reduced_record, values
from tests.support import put_on_table, reduced_pledge

CHIPS = 6.94

#: Axes of the array of packages.
AXES = (CAR_TARIFF, RECIPROCAL_TARIFF, CHIP_PURCHASES, INVESTMENT_FUND, FUND_PROFIT_SHARE)


def july_record(**overrides: Any) -> Record:
    """The table's defaults, curved fund included, with the reduced chip pledge and the agenda of July 2025."""
    curved = {"fund_saturation": 400.0, "fund_guarantee_exponent": 1.5}
    p = reduced_record(**{**curved, "economy_deal_includes_mfn": 1.0, "economy_metals_tariff": 0.5, **overrides})
    put_on_table(p, CAR_TARIFF, 0.025, 0.275, 21)
    put_on_table(p, RECIPROCAL_TARIFF, 0.0, 0.25, 21)
    put_on_table(p, CHIP_PURCHASES, 0.0, CHIPS, 2)
    put_on_table(p, INVESTMENT_FUND, 0.0, 1000.0, 21)
    put_on_table(p, FUND_PROFIT_SHARE, 0.5, 0.9, 9)
    p.issue_off_value[OTHER_PURCHASES] = 12.7
    p.issue_off_value[MATERIALS_SUPPORT] = 1.0
    return p


def levels(p: Record, issue: int) -> Floats:
    return np.linspace(p.issue_low[issue], p.issue_high[issue], p.issue_levels[issue])


def package_payoffs(p: Record) -> Floats:
    """Payoffs of every package from the tables of the bargaining, axes as in AXES and the side last."""
    valuation = new_row(VALUATION)
    tabulate(p, np.array([reduced_pledge(0.0), reduced_pledge(CHIPS)]), valuation)
    sides = []
    for side in (0, 1):
        cars, general = valuation.single[side, CAR_TARIFF, :21], valuation.single[side, RECIPROCAL_TARIFF, :21]
        fixed = valuation.base[side] + valuation.single[side, MATERIALS_SUPPORT, 0]
        sides.append(
            fixed
            + cars[:, None, None, None, None]
            + general[:, None, None, None]
            + valuation.purchases[side, :2, 0, None, None]
            + valuation.fund[side, :21, :9]
        )
    return np.stack(sides, axis=-1)


def nash_package(car_floor: float, reciprocal_floor: float) -> tuple[list[float], Floats]:
    """Values of the Nash package over the axes, under US floors, and the gains over the threat of 1 August."""
    p = july_record()
    grids = [levels(p, issue) for issue in AXES]
    payoffs = package_payoffs(p)
    payoffs[grids[0] < car_floor - 1e-9] = -np.inf
    payoffs[:, grids[1] < reciprocal_floor - 1e-9] = -np.inf
    threat = values(reduced_record(), STATES["threat_august"])
    best = nash(payoffs.reshape(-1, 2), threat)
    index = np.unravel_index(best, payoffs.shape[:-1])
    return [float(grid[i]) for grid, i in zip(grids, index, strict=True)], payoffs[index] - threat


def test_nash_package_against_the_threat_of_1_august() -> None:
    """Cars 12.5, reciprocal 10, chips, US$650bn at 90/10; gains 7.2 and 5.9 to half a last digit."""
    package, gains = nash_package(0.0, 0.0)
    assert package == pytest.approx([0.125, 0.10, CHIPS, 650.0, 0.9])
    assert gains == pytest.approx([7.2, 5.9], abs=0.05)


def test_with_us_floors_of_fifteen_the_nash_package_is_the_deal() -> None:
    package, gains = nash_package(0.15, 0.15)
    assert package == pytest.approx([0.15, 0.15, 0.0, 550.0, 0.9])
    assert gains == pytest.approx([7.55, 5.16], abs=0.005)


def test_the_curved_and_the_linear_fund_agree_at_the_reference_fund() -> None:
    p = july_record()
    assert effective_fund(p, 550.0) == pytest.approx(550.0, rel=1e-12)
    assert guarantee_burden(p, 550.0) == pytest.approx(550.0, rel=1e-12)
    assert values(p, STATES["deal"]) == pytest.approx(values(reduced_record(), STATES["deal"]), abs=1e-9)


def test_the_fund_bends_against_both_sides() -> None:
    """Ever less for the US, ever dearer for Japan: without it the best funds are corners."""
    p = july_record()
    sizes = np.linspace(0.0, 1000.0, 41)
    assert (np.diff([effective_fund(p, float(size)) for size in sizes], 2) < 0.0).all()
    assert (np.diff([guarantee_burden(p, float(size)) for size in sizes], 2) > 0.0).all()
