"""The trade block against closed forms of trade theory and against the published magnitudes of the 2025 tariffs.

Closed forms are met to the step of the grid on which the optimum is looked for, published figures to half a unit of
their last printed digit.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from experiments.record.record import read_record
from sim.economy.payoffs import MAX_TERMS, US_REVENUE, add_sector
from sim.economy.pledge import FLOW, PLEDGE_COLUMNS, SIGNED, booked_flow
from sim.economy.trade import (
    CARS,
    MACHINERY,
    METALS,
    OTHER,
    SECTOR_COUNT,
    consumer_surplus,
    exporter_price,
    exporter_rent,
    horizon_mean,
    import_value,
    income_loss_share,
    market,
    recorded_deficit,
    sector_rates,
    volume,
)
from sim.parameters.parameter import SECTORS
from sim.records import Floats, Record
from tests.support import YEN_PER_DOLLAR, default_record, published_record

GRID_STEP = 1e-3
TARIFF_GRID = np.arange(0.0, 3.0, GRID_STEP)

BEFORE, AFTER = 0.275, 0.15


def one_market(elasticity: float, pass_through: float, *, value: float = 100.0, mfn: float = 0.0) -> Record:
    """Record whose car sector is the market of a textbook: no weights but one on consumers and one on revenue."""
    p = published_record(
        us_consumer_weight=1.0, us_revenue_weight=1.0, us_protected_rent_weight=0.0, us_deficit_weight=0.0
    )
    p.sector_import_value[CARS] = value
    p.sector_mfn_rate[CARS] = mfn
    p.sector_elasticity[CARS] = elasticity
    p.sector_pass_through[CARS] = pass_through
    return p


def us_gain(p: Record, tariff: float) -> float:
    """What the car tariff is worth to the US, from the shipped payoff: surplus and revenue."""
    us, partner = np.zeros(MAX_TERMS), np.zeros(MAX_TERMS)
    add_sector(p, CARS, tariff, us, partner)
    return float(us.sum())


def best_tariff(gain: Callable[[float], float]) -> float:
    return float(TARIFF_GRID[np.argmax([gain(float(tariff)) for tariff in TARIFF_GRID])])


@pytest.mark.parametrize("mfn", [0.0, 0.025])
@pytest.mark.parametrize("elasticity", [1.5, 3.0])
@pytest.mark.parametrize(("supply", "optimum"), [(1.0, 1.0), (2.0, 0.5), (4.0, 0.25)])
def test_optimal_tariff_is_the_inverse_of_foreign_supply_elasticity(
    supply: float, optimum: float, elasticity: float, mfn: float
) -> None:
    """t* = 1 / omega [Johnson 1953], whatever the demand elasticity and the tariff at which the base year was seen."""
    p = one_market(elasticity, supply / (supply + elasticity), mfn=mfn)
    assert best_tariff(lambda tariff: us_gain(p, tariff)) == pytest.approx(optimum, abs=GRID_STEP)


@pytest.mark.parametrize(
    ("elasticity", "pass_through", "optimum"), [(2.5, 1.0, 0.6667), (2.5, 0.5, 1.3333), (4.0, 0.8, 0.4167)]
)
def test_revenue_maximising_tariff(elasticity: float, pass_through: float, optimum: float) -> None:
    """1 / (rho (eps - 1))."""
    p = one_market(elasticity, pass_through)
    p.us_consumer_weight = 0.0
    assert best_tariff(lambda tariff: us_gain(p, tariff)) == pytest.approx(optimum, abs=GRID_STEP)


def test_import_surge_of_a_tariff_cut() -> None:
    """M1 / M0 = ((1 + t1) / (1 + t0))^(-eps rho); six printed decimals."""
    p = one_market(2.5, 1.0)
    volumes = [volume(*market(p, CARS, tariff)[1:]) for tariff in (BEFORE, AFTER)]
    assert volumes[1] / volumes[0] == pytest.approx(1.294288, abs=5e-7)


def test_loss_converges_to_the_harberger_triangle_at_first_order() -> None:
    """The loss is eps t^2 V / 2, 1.0 at t = 0.1, times 1 + O(t): its log-log slope in t is 1 up to O(t) itself."""
    p = one_market(2.0, 1.0, value=100.0)
    tariffs = np.array([1e-2, 3e-3, 1e-3])
    triangle_at_a_tenth = np.array([-us_gain(p, float(tariff)) * (0.1 / tariff) ** 2 for tariff in tariffs])
    distance = np.abs(triangle_at_a_tenth - 1.0)
    slope = np.polyfit(np.log(tariffs), np.log(distance), 1)[0]
    assert distance[-1] < 2e-3
    assert slope == pytest.approx(1.0, abs=0.02)


def test_horizon_mean_is_the_mean_of_the_adjustment_path() -> None:
    """Trapezoids of 1e-4 years, whose error is of order 1e-9."""
    years = np.linspace(0.0, 3.5, 35_001)
    path = 3.0 - (3.0 - 0.9) * np.exp(-0.35 * years)
    assert horizon_mean(0.9, 3.0, 0.35, 3.5) == pytest.approx(np.trapezoid(path, years) / 3.5, abs=1e-8)


def test_blended_elasticities_and_pass_through() -> None:
    """Two printed decimals for every sector."""
    p = published_record()
    assert p.sector_elasticity == pytest.approx([1.79, 1.31, 2.35, 1.25, 1.52, 1.52], abs=0.005)
    assert p.sector_pass_through == pytest.approx([0.40, 0.67, 0.78, 0.91, 0.94, 1.0], abs=0.005)


def over_horizon(name: str) -> Record:
    """Record at one of the three horizons: short run, blend, long run."""
    p = published_record()
    if name != "blend":
        p.sector_elasticity = getattr(p, f"sector_elasticity_{name}")
        p.sector_pass_through = getattr(p, f"sector_pass_through_{name}")
    return p


def car_outcome(p: Record, tariff: float) -> dict[str, float]:
    us, partner = np.zeros(MAX_TERMS), np.zeros(MAX_TERMS)
    add_sector(p, CARS, tariff, us, partner)
    duty, price, spending = market(p, CARS, tariff)
    return {
        "price": exporter_price(duty, price) - 1.0,
        "volume": volume(price, spending) - 1.0,
        "exports": import_value(p, CARS, duty, spending),
        "revenue": float(us[US_REVENUE]) / p.us_revenue_weight,
        "consumers": consumer_surplus(p, CARS, price, spending),
        "rent": exporter_rent(p, CARS, duty, price, spending),
    }


@pytest.mark.parametrize(
    ("horizon", "tariff", "price", "volumes", "exports", "consumers", "rent"),
    [
        ("short_run", BEFORE, -0.178, -0.019, 32.23, -0.90, -7.19),
        ("short_run", AFTER, -0.098, -0.010, 35.69, -0.47, -4.00),
        ("blend", BEFORE, -0.123, -0.143, 30.03, -3.43, -5.66),
        ("blend", AFTER, -0.067, -0.078, 34.39, -1.84, -3.26),
        ("long_run", BEFORE, -0.043, -0.408, 22.68, -6.04, -5.09),
        ("long_run", AFTER, -0.023, -0.241, 29.66, -3.45, -3.10),
        ("blend", 0.025, 0.0, 0.0, 40.0, 0.0, 0.0),
    ],
)
def test_what_the_car_tariff_does_to_its_market(
    horizon: str, tariff: float, price: float, volumes: float, exports: float, consumers: float, rent: float
) -> None:
    outcome = car_outcome(over_horizon(horizon), tariff)
    assert outcome["price"] == pytest.approx(price, abs=5e-4)
    assert outcome["volume"] == pytest.approx(volumes, abs=5e-4)
    assert outcome["exports"] == pytest.approx(exports, abs=5e-3)
    assert outcome["consumers"] == pytest.approx(consumers, abs=5e-3)
    assert outcome["rent"] == pytest.approx(rent, abs=5e-3)


@pytest.mark.parametrize(
    ("horizon", "share", "exports", "revenue", "consumers", "rent", "joint"),
    [
        ("short_run", 0.108, 3.47, -3.51, 0.42, 3.19, 0.11),
        ("blend", 0.145, 4.36, -3.10, 1.59, 2.41, 0.90),
        ("long_run", 0.308, 6.98, -1.79, 2.60, 1.99, 2.79),
    ],
)
def test_what_the_cut_of_the_car_tariff_moves(
    horizon: str, share: float, exports: float, revenue: float, consumers: float, rent: float, joint: float
) -> None:
    """27.5 % to 15 %: close to a pure transfer in the short run, with a joint gain only later."""
    p = over_horizon(horizon)
    before, after = car_outcome(p, BEFORE), car_outcome(p, AFTER)
    change = {name: after[name] - before[name] for name in after}
    assert after["exports"] / before["exports"] - 1.0 == pytest.approx(share, abs=5e-4)
    assert change["exports"] == pytest.approx(exports, abs=5e-3)
    assert change["revenue"] == pytest.approx(revenue, abs=5e-3)
    assert change["consumers"] == pytest.approx(consumers, abs=5e-3)
    assert change["rent"] == pytest.approx(rent, abs=5e-3)
    assert change["revenue"] + change["consumers"] + change["rent"] == pytest.approx(joint, abs=5e-3)


def test_pass_through_that_the_border_price_implies() -> None:
    """The Bank of Japan's car export price fell by 19.4 %; pass-through .012 gives it to half a last digit."""
    duty, price, _ = market(one_market(0.9, 0.012, mfn=0.025), CARS, BEFORE)
    assert exporter_price(duty, price) - 1.0 == pytest.approx(-0.194, abs=5e-4)


def rates_of(p: Record, cars: float, reciprocal: float, metals: float, *, inclusive: bool = False) -> Floats:
    rates = np.zeros(SECTOR_COUNT)
    sector_rates(p, cars, reciprocal, metals, float(inclusive), rates)
    return rates


def import_values(p: Record, rates: Floats) -> Floats:
    values = np.zeros(SECTOR_COUNT)
    for s in range(SECTOR_COUNT):
        duty, _, spending = market(p, s, rates[s])
        values[s] = import_value(p, s, duty, spending)
    return values


def test_exports_of_april_to_september_2025_in_yen() -> None:
    """Cars -23.0 % against -22.7 % observed, all goods -14.8 % against -10.2 %; yen per dollar from memory."""
    p = over_horizon("short_run")
    yen = 146.0 / 152.7
    values = import_values(p, rates_of(p, BEFORE, 0.10, 0.375))
    assert values[CARS] / p.sector_import_value[CARS] * yen - 1.0 == pytest.approx(-0.230, abs=5e-4)
    assert values.sum() / p.sector_import_value.sum() * yen - 1.0 == pytest.approx(-0.148, abs=5e-4)


def test_value_added_lost_to_the_tariffs_of_april() -> None:
    """0.73 % of GDP at 24 % and the car tariff, inside the published 0.71 to 0.76 %."""
    p = published_record()
    loss = income_loss_share(p, rates_of(p, BEFORE, 0.24, 0.25))
    assert loss == pytest.approx(0.0073, abs=5e-5)


def test_duty_that_the_deal_saves() -> None:
    """Against the threat of 1 August: US$15.8bn a year at unchanged trade, 9.6 with responses."""
    responsive, static = published_record(), published_record(sector_elasticity=0.0, sector_pass_through=1.0)
    for p, saved in ((static, 15.8), (responsive, 9.6)):
        threat, deal = rates_of(p, BEFORE, 0.25, 0.5), rates_of(p, AFTER, 0.15, 0.5, inclusive=True)
        duty = [float(rates @ import_values(p, rates)) for rates in (threat, deal)]
        assert duty[0] - duty[1] == pytest.approx(saved, abs=0.05)


def test_sectors_are_the_sums_of_the_record() -> None:
    """Imports to the last digit; of MFN rates those of machinery and other goods, to a tenth of a point."""
    japan, p = read_record().case("Japan"), default_record()
    assert dict(zip(SECTORS, p.sector_import_value, strict=True)) == japan.imports
    for sector in (MACHINERY, OTHER):
        assert p.sector_mfn_rate[sector] == pytest.approx(japan.mfn_rates[SECTORS[sector]], abs=5e-4)


def test_import_values_sum_to_the_record_of_2024() -> None:
    p = published_record()
    mfn = np.array(p.sector_mfn_rate)
    assert import_values(p, mfn).sum() == pytest.approx(148.2, abs=1e-9)
    assert recorded_deficit(p, mfn, 0.0) == pytest.approx(68.5, abs=1e-9)


@pytest.mark.parametrize(
    ("additional", "booked", "share"), [(1.0, 1.0, 0.1013), (0.4, 1.0, 0.0405), (0.4, 0.15, 0.0061)]
)
def test_three_numbers_of_a_purchase_of_a_trillion_yen(additional: float, booked: float, share: float) -> None:
    """The headline would offset 10.13 % of the deficit; what is additional and booked as a US export far less."""
    p = published_record(chips_booked_share=booked)
    pledge = np.zeros(PLEDGE_COLUMNS)
    pledge[FLOW] = 1000.0 / YEN_PER_DOLLAR
    pledge[SIGNED] = additional
    mfn = np.array(p.sector_mfn_rate)
    cut = recorded_deficit(p, mfn, 0.0) - recorded_deficit(p, mfn, booked_flow(p, pledge))
    assert cut / recorded_deficit(p, mfn, 0.0) == pytest.approx(share, abs=5e-5)


def test_the_reciprocal_rate_is_stacked_on_mfn_or_includes_it() -> None:
    p = published_record()
    stacked, inclusive = rates_of(p, BEFORE, 0.15, 0.5), rates_of(p, BEFORE, 0.15, 0.5, inclusive=True)
    assert stacked[[MACHINERY, OTHER]] == pytest.approx([0.165, 0.17])
    assert inclusive[[MACHINERY, OTHER]] == pytest.approx([0.15, 0.15])
    assert stacked[METALS] == inclusive[METALS] == 0.5
    assert stacked[SECTORS.index("exempt")] == 0.0
    assert math.isclose(stacked[CARS], stacked[SECTORS.index("parts")])
