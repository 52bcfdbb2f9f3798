"""What a tariff does: prices, volumes, duty, consumer surplus, rents and the recorded deficit, sector by sector.

Every function is relative to the world in which only most-favoured-nation (MFN) rates apply, in which T = 1. ``p`` is
the parameter record and ``s`` the index of a sector in :data:`sim.parameters.parameter.SECTORS`; rates are fractions
and money is US$ bn a year. ``rho``, the pass-through, is the share of the duty that reaches the buyer's price;
iso-elastic demand (elasticity ``epsilon``) and export supply (``omega``) give rho = omega / (omega + epsilon).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.compiled import rule
from sim.records import Floats, Record

CARS: Final = 0
PARTS: Final = 1
METALS: Final = 2
MACHINERY: Final = 3
OTHER: Final = 4
EXEMPT: Final = 5
SECTOR_COUNT: Final = 6

#: Columns of a table of markets: total rate, then what :func:`market` says of it.
RATE: Final = 0
DUTY: Final = 1
BUYERS_PRICE: Final = 2
SPENDING: Final = 3

#: A reciprocal tariff on top of the MFN rate.
STACKED: Final = 0.0


@rule
def horizon_mean(short_run: float, long_run: float, speed: float, horizon: float) -> float:
    """Mean over [0, H] of a value that moves from short run to long run, x_LR - (x_LR - x_SR)(1 - e^(-kH)) / (kH)."""
    span = speed * horizon
    return long_run - (long_run - short_run) * (1.0 - math.exp(-span)) / span


@rule
def blend_horizon(p: Record) -> None:
    """Fill the record's elasticity and pass-through of each sector with their means over the horizon."""
    for s in range(SECTOR_COUNT):
        p.sector_elasticity[s] = horizon_mean(
            p.sector_elasticity_short_run[s], p.sector_elasticity_long_run[s],
            p.economy_adjustment_speed, p.economy_horizon,
        )  # fmt: skip
        p.sector_pass_through[s] = horizon_mean(
            p.sector_pass_through_short_run[s], p.sector_pass_through_long_run[s],
            p.economy_adjustment_speed, p.economy_horizon,
        )  # fmt: skip


@rule
def reciprocal_rate(p: Record, s: int, reciprocal: float, inclusive: float) -> float:
    """Total rate of a sector under the reciprocal tariff.

    Stacked it comes on top of the MFN rate; inclusive (above 0.5) it is the larger of the two.
    """
    mfn = p.sector_mfn_rate[s]
    return float(max(mfn, reciprocal) if inclusive > 0.5 else mfn + reciprocal)


@rule
def market(p: Record, s: int, tariff: float) -> tuple[float, float, float]:
    """What a tariff does to a sector's market, from which everything else follows.

    Returns
    -------
    duty : float
        T = (1 + tau) / (1 + mfn).
    price : float
        P = T^rho, the buyer's price with duty over its MFN value. The exporter's price is p = P / T = T^-(1 - rho).
    spending : float
        P M = T^(rho (1 - epsilon)), buyers' spending over its MFN value. The volume is M = spending / price.
    """
    duty = (1.0 + tariff) / (1.0 + p.sector_mfn_rate[s])
    log_price = p.sector_pass_through[s] * math.log(duty)
    return duty, math.exp(log_price), math.exp((1.0 - p.sector_elasticity[s]) * log_price)


@rule
def exporter_price(duty: float, price: float) -> float:
    """p = T^-(1 - rho) = P / T, the f.o.b. price over its MFN value."""
    return price / duty


@rule
def volume(price: float, spending: float) -> float:
    """M = T^-(epsilon rho), the import volume over its MFN value."""
    return spending / price


@rule
def import_value(p: Record, s: int, duty: float, spending: float) -> float:
    """V = V0 p M = V0 (P M) / T, what the US pays the partner for the sector's goods before duty."""
    return float(p.sector_import_value[s] * spending / duty)


@rule
def consumer_surplus(p: Record, s: int, price: float, spending: float) -> float:
    """Change of US consumer surplus, (1 + mfn) V0 (T^(rho (1 - eps)) - 1) / (eps - 1); its limit where eps is 1."""
    outlay = (1.0 + p.sector_mfn_rate[s]) * p.sector_import_value[s]
    curvature = p.sector_elasticity[s] - 1.0
    if abs(curvature) < 1e-7:
        return float(-outlay * math.log(price))
    return float(outlay * (spending - 1.0) / curvature)


@rule
def exporter_rent(p: Record, s: int, duty: float, price: float, spending: float) -> float:
    """Change of the exporters' rent, V0 [p - (1 - mu)] M - V0 mu: constant cost, the markup absorbs the rest."""
    margin = p.sector_exporter_margin[s]
    kept = (exporter_price(duty, price) - (1.0 - margin)) * volume(price, spending)
    return float(p.sector_import_value[s] * (kept - margin))


@rule
def diverted_rent(p: Record, s: int, price: float, spending: float) -> float:
    """Rent of US producers from what is diverted to them, theta mu_d (1 + mfn) V0 (1 - M).

    What imports lose in volume is bought at home at the old price; above the MFN rate that is never negative. In the
    older form, (1 - P M), it is what buyers spend less on imports, which is negative where the elasticity is below 1.
    """
    outlay = (1.0 + p.sector_mfn_rate[s]) * p.sector_import_value[s]
    kept = volume(price, spending) if p.economy_diversion_by_volume > 0.5 else spending
    return float(p.sector_diverted_share[s] * p.economy_diverted_margin * outlay * (1.0 - kept))


@rule
def lost_volume(p: Record, s: int, price: float, spending: float) -> float:
    """Change of export volume at baseline prices, V0 (M - 1); negative under a tariff."""
    return float(p.sector_import_value[s] * (volume(price, spending) - 1.0))


@rule
def value_added(p: Record, s: int, tariff: float) -> float:
    """Change of value added in the partner: the price cut on what is still sold, and a share of the lost volume."""
    duty, price, spending = market(p, s, tariff)
    return value_added_in(p, s, duty, price, spending)


@rule
def value_added_in(p: Record, s: int, duty: float, price: float, spending: float) -> float:
    """Change of value added in the partner in a market that :func:`market` describes."""
    price_cut = p.sector_import_value[s] * (exporter_price(duty, price) - 1.0) * volume(price, spending)
    return float(price_cut + p.economy_lost_volume_value_added * lost_volume(p, s, price, spending))


@rule
def sector_rates(p: Record, car_tariff: float, reciprocal: float, metals: float, inclusive: float, out: Floats) -> None:
    """Write the total rate of every sector into `out` (shape [6]); cars and parts pay the car tariff."""
    out[CARS] = car_tariff
    out[PARTS] = car_tariff
    out[METALS] = metals
    for s in (MACHINERY, OTHER):
        out[s] = reciprocal_rate(p, s, reciprocal, inclusive)
    out[EXEMPT] = p.sector_mfn_rate[EXEMPT]


@rule
def recorded_deficit(p: Record, rates: Floats, booked_purchases: float) -> float:
    """B = sum V - X0 - purchases booked as US exports; the recorded US goods deficit with the partner."""
    imports = 0.0
    for s in range(SECTOR_COUNT):
        duty, _, spending = market(p, s, rates[s])
        imports += import_value(p, s, duty, spending)
    return float(imports - p.economy_us_exports_to_partner - booked_purchases)


@rule
def income_loss_share(p: Record, rates: Floats) -> float:
    """Share of the partner's GDP that the tariffs take, at least 0."""
    markets = new_markets()
    set_markets(p, rates, markets)
    return income_loss_in(p, markets)


@rule
def income_loss_in(p: Record, markets: Floats) -> float:
    """Share of the partner's GDP that the tariffs take in its markets, at least 0; see :func:`set_markets`."""
    change = 0.0
    for s in range(SECTOR_COUNT):
        change += value_added_in(p, s, markets[s, DUTY], markets[s, BUYERS_PRICE], markets[s, SPENDING])
    return float(max(0.0, -change / p.economy_partner_gdp))


@rule
def new_markets() -> Floats:
    """Make room for every sector's market, shape [SECTOR_COUNT, 4], with none in it."""
    markets = np.empty((SECTOR_COUNT, 4))
    markets[:, RATE] = math.nan
    return markets


@rule
def set_markets(p: Record, rates: Floats, markets: Floats) -> None:
    """Write every sector's market at its total rate, unless it stands there already from a call before."""
    for s in range(SECTOR_COUNT):
        if markets[s, RATE] != rates[s]:
            markets[s, RATE] = rates[s]
            markets[s, DUTY], markets[s, BUYERS_PRICE], markets[s, SPENDING] = market(p, s, rates[s])
