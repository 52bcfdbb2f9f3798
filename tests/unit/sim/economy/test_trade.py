"""Prices, volumes, surplus and rents: identities, limits and the signs of a tariff."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.economy.trade import (
    CARS,
    EXEMPT,
    PARTS,
    SECTOR_COUNT,
    blend_horizon,
    consumer_surplus,
    diverted_rent,
    exporter_price,
    exporter_rent,
    horizon_mean,
    import_value,
    income_loss_share,
    lost_volume,
    market,
    reciprocal_rate,
    recorded_deficit,
    sector_rates,
    value_added,
    volume,
)
from sim.parameters.parameter import SECTORS
from sim.records import Record
from tests.strategies import records
from tests.support import default_record

SECTOR = st.integers(0, SECTOR_COUNT - 1)
TARIFF = st.floats(0.0, 1.0)


@given(p=records(), s=SECTOR, tariff=TARIFF)
def test_identities_of_a_market(p: Record, s: int, tariff: float) -> None:
    """P = T p and M = P^-eps, V = V0 p M; each side is a few roundings."""
    duty, price, spending = market(p, s, tariff)
    assert duty == pytest.approx((1 + tariff) / (1 + p.sector_mfn_rate[s]), rel=1e-14)
    assert exporter_price(duty, price) * duty == pytest.approx(price, rel=1e-14)
    assert exporter_price(duty, price) == pytest.approx(duty ** -(1 - p.sector_pass_through[s]), rel=1e-12)
    assert volume(price, spending) == pytest.approx(price ** -p.sector_elasticity[s], rel=1e-12)
    value = p.sector_import_value[s] * exporter_price(duty, price) * volume(price, spending)
    assert import_value(p, s, duty, spending) == pytest.approx(value, rel=1e-12)


@given(p=records(), s=SECTOR)
def test_the_mfn_rate_changes_nothing(p: Record, s: int) -> None:
    duty, price, spending = market(p, s, p.sector_mfn_rate[s])
    assert (duty, price, spending) == (1.0, 1.0, 1.0)
    assert import_value(p, s, duty, spending) == p.sector_import_value[s]
    assert consumer_surplus(p, s, price, spending) == 0.0
    # The margin is added and taken away again.
    assert exporter_rent(p, s, duty, price, spending) == pytest.approx(0.0, abs=1e-13)
    assert diverted_rent(p, s, price, spending) == 0.0
    assert lost_volume(p, s, price, spending) == 0.0
    assert value_added(p, s, p.sector_mfn_rate[s]) == 0.0


@given(p=records(), s=SECTOR, low=TARIFF, rise=st.floats(1e-3, 0.5))
def test_a_higher_tariff_hurts_buyers_and_exporters(p: Record, s: int, low: float, rise: float) -> None:
    low, high = p.sector_mfn_rate[s] + low, p.sector_mfn_rate[s] + low + rise
    below, above = market(p, s, low), market(p, s, high)
    assert consumer_surplus(p, s, *above[1:]) < consumer_surplus(p, s, *below[1:])
    assert import_value(p, s, above[0], above[2]) < import_value(p, s, below[0], below[2])
    assert lost_volume(p, s, *above[1:]) < lost_volume(p, s, *below[1:]) <= 0.0
    assert value_added(p, s, high) < value_added(p, s, low) <= 0.0
    assert exporter_price(*above[:2]) <= exporter_price(*below[:2])


@given(p=records(), s=SECTOR, rise=st.floats(1e-3, 0.5))
def test_a_tariff_takes_rent_from_exporters(p: Record, s: int, rise: float) -> None:
    assert exporter_rent(p, s, *market(p, s, p.sector_mfn_rate[s] + rise)) < 0.0


def test_a_rate_below_mfn_is_the_mirror_of_a_tariff() -> None:
    p = default_record()
    duty, price, spending = market(p, CARS, 0.0)
    assert duty < price < 1.0
    assert consumer_surplus(p, CARS, price, spending) > 0.0
    assert exporter_rent(p, CARS, duty, price, spending) > 0.0
    assert import_value(p, CARS, duty, spending) > p.sector_import_value[CARS]


def test_consumer_surplus_is_the_area_left_of_the_demand_curve() -> None:
    """Minus the integral of (1 + mfn) V0 P^-eps from 1 to P; trapezoids of 2e-5, whose error is of order 1e-10."""
    p = default_record()
    duty, price, spending = market(p, CARS, 0.5)
    prices = np.linspace(1.0, price, 20_001)
    area = np.trapezoid(1.025 * p.sector_import_value[CARS] * prices ** -p.sector_elasticity[CARS], prices)
    assert duty > price > 1.0
    assert consumer_surplus(p, CARS, price, spending) == pytest.approx(-area, rel=1e-8)


@pytest.mark.parametrize("gap", [-1e-4, -1e-6, -1e-8, 0.0, 1e-8, 1e-6, 1e-4])
def test_surplus_is_continuous_where_the_elasticity_is_one(gap: float) -> None:
    """Its limit is -(1 + mfn) V0 rho ln T; the distance is of the order of the gap, or of rounding over the gap."""
    p = default_record(sector_elasticity=1.0 + gap)
    duty, price, spending = market(p, CARS, 0.275)
    limit = -1.025 * p.sector_import_value[CARS] * p.sector_pass_through[CARS] * math.log(duty)
    assert consumer_surplus(p, CARS, price, spending) == pytest.approx(limit, rel=abs(gap) + 1e-9)


@given(p=records(), s=SECTOR, tariff=TARIFF)
def test_a_tariff_never_hurts_the_industry_that_it_shelters(p: Record, s: int, tariff: float) -> None:
    """At any elasticity; in proportion to the volume that imports lose, theta mu_d (1 + mfn) V0 (1 - M)."""
    p.economy_diversion_by_volume = 1.0
    _, price, spending = market(p, s, p.sector_mfn_rate[s] + tariff)
    rent = diverted_rent(p, s, price, spending)
    assert rent >= 0.0
    outlay = (1.0 + p.sector_mfn_rate[s]) * p.sector_import_value[s]
    lost = 1.0 - price ** -p.sector_elasticity[s]
    share = p.sector_diverted_share[s] * p.economy_diverted_margin
    assert rent == pytest.approx(share * outlay * lost, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("elasticity", "is_hurt"), [(0.6, True), (1.0, False), (2.5, False)])
def test_diverted_spending_falls_where_imports_are_inelastic(elasticity: float, is_hurt: bool) -> None:
    """The older form: buyers who hardly buy less spend more on imports. At 2.5 the new one is 5/3 of it near MFN."""
    by_volume = default_record(sector_elasticity=elasticity)
    by_spending = default_record(sector_elasticity=elasticity, economy_diversion_by_volume=0.0)
    _, price, spending = market(by_volume, CARS, 0.15)
    assert (diverted_rent(by_spending, CARS, price, spending) < 0.0) == is_hurt
    assert diverted_rent(by_volume, CARS, price, spending) > 0.0
    if elasticity == 2.5:
        _, price, spending = market(by_volume, CARS, 0.0251)
        ratio = diverted_rent(by_volume, CARS, price, spending) / diverted_rent(by_spending, CARS, price, spending)
        assert ratio == pytest.approx(2.5 / 1.5, abs=1e-3)


def test_pass_through_decides_who_pays() -> None:
    """At 1 the exporter's price stands still and buyers pay; at 0 buyers pay nothing and volumes stay."""
    full, none = default_record(sector_pass_through=1.0), default_record(sector_pass_through=0.0)
    duty, price, spending = market(full, CARS, 0.275)
    assert exporter_price(duty, price) == pytest.approx(1.0, rel=1e-15)
    duty, price, spending = market(none, CARS, 0.275)
    assert (price, spending) == (1.0, 1.0)
    assert consumer_surplus(none, CARS, price, spending) == 0.0
    rent = none.sector_import_value[CARS] * (1.0 / duty - 1.0)
    assert exporter_rent(none, CARS, duty, price, spending) == pytest.approx(rent, rel=1e-12)


@given(p=records(), s=SECTOR, tariff=TARIFF, factor=st.floats(0.1, 10.0))
def test_everything_grows_in_proportion_with_trade(p: Record, s: int, tariff: float, factor: float) -> None:
    def outcome() -> list[float]:
        duty, price, spending = market(p, s, tariff)
        return [
            import_value(p, s, duty, spending),
            consumer_surplus(p, s, price, spending),
            exporter_rent(p, s, duty, price, spending),
            diverted_rent(p, s, price, spending),
            lost_volume(p, s, price, spending),
            value_added(p, s, tariff),
        ]

    before = np.array(outcome())
    p.sector_import_value[s] *= factor
    assert np.array(outcome()) == pytest.approx(factor * before, rel=1e-9, abs=1e-12)


@given(start=st.floats(0.0, 5.0), end=st.floats(0.0, 5.0), speed=st.floats(1e-3, 10.0), years=st.floats(0.05, 100.0))
def test_horizon_mean_lies_between_short_and_long_run(start: float, end: float, speed: float, years: float) -> None:
    mean = horizon_mean(start, end, speed, years)
    assert min(start, end) - 1e-9 <= mean <= max(start, end) + 1e-9


def test_horizon_mean_tends_to_its_ends() -> None:
    """A small span moves it by half the span, a large one leaves the inverse of the span."""
    assert horizon_mean(0.9, 3.0, 0.001, 0.05) == pytest.approx(0.9, abs=2.1 * 0.001 * 0.05)
    assert horizon_mean(0.9, 3.0, 10.0, 100.0) == pytest.approx(3.0, abs=2.1 / 1000.0 + 1e-12)


def test_blend_fills_every_sector() -> None:
    p = default_record()
    p.sector_elasticity = 0.0
    p.sector_pass_through = 0.0
    blend_horizon(p)
    for s in range(SECTOR_COUNT):
        pair = p.sector_elasticity_short_run[s], p.sector_elasticity_long_run[s]
        assert p.sector_elasticity[s] == horizon_mean(*pair, p.economy_adjustment_speed, p.economy_horizon)
        pair = p.sector_pass_through_short_run[s], p.sector_pass_through_long_run[s]
        assert p.sector_pass_through[s] == horizon_mean(*pair, p.economy_adjustment_speed, p.economy_horizon)


@given(p=records(), reciprocal=st.floats(0.0, 0.5), inclusive=st.booleans())
def test_every_sector_gets_its_rate(p: Record, reciprocal: float, inclusive: bool) -> None:
    rates = np.full(SECTOR_COUNT, np.nan)
    sector_rates(p, 0.2, reciprocal, 0.4, float(inclusive), rates)
    sectors = (SECTORS.index("machinery"), SECTORS.index("other"))
    general = [reciprocal_rate(p, s, reciprocal, float(inclusive)) for s in sectors]
    assert rates.tolist() == [0.2, 0.2, 0.4, *general, p.sector_mfn_rate[EXEMPT]]


@given(p=records(), s=SECTOR, reciprocal=st.floats(0.0, 0.5))
def test_an_inclusive_rate_is_never_above_a_stacked_one(p: Record, s: int, reciprocal: float) -> None:
    assert p.sector_mfn_rate[s] <= reciprocal_rate(p, s, reciprocal, 1.0) <= reciprocal_rate(p, s, reciprocal, 0.0)


def test_booked_purchases_cut_the_recorded_deficit_one_for_one() -> None:
    p = default_record()
    rates = np.array(p.sector_mfn_rate)
    rates[[CARS, PARTS]] = 0.275
    without = recorded_deficit(p, rates, 0.0)
    assert without < 68.5
    assert recorded_deficit(p, rates, 7.0) == pytest.approx(without - 7.0, rel=1e-14)


def test_income_is_lost_by_tariffs_and_never_gained() -> None:
    p = default_record()
    mfn = np.array(p.sector_mfn_rate)
    assert income_loss_share(p, mfn) == 0.0
    assert income_loss_share(p, np.zeros(SECTOR_COUNT)) == 0.0
    losses = [income_loss_share(p, mfn + rise) for rise in (0.05, 0.1, 0.2)]
    assert 0.0 < losses[0] < losses[1] < losses[2] < 1.0
