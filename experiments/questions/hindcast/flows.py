"""What the tariffs of a run do to a half year of exports: the trade block in the short run, before plants move."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.questions.hindcast.targets import HALF_YEAR
from sim.economy.trade import CARS, SECTOR_COUNT, import_value, market, sector_rates
from sim.row import rows

if TYPE_CHECKING:
    from experiments.design.records import Batch
    from experiments.engine.in_force import RatesOnDay
    from sim.records import Floats, Record

#: Yen per dollar on 28 May 2025 (CNA1) over the mean of April to September 2024 (from memory): no change from then on.
YEN: Final = 144.17 / 152.7


def export_changes(batch: Batch, agreed: RatesOnDay, day: date) -> tuple[Floats, Floats]:
    """Exports of the half year in yen over the year before, of cars and of all goods, shape ``[run]``.

    Until `day` the rates without a deal hold, from then on those of `agreed`; the elasticities and the pass-through are
    those of the first year, and trade before the tariffs is that of 2024.

    Parameters
    ----------
    batch : Batch
        Records of the negotiations.
    agreed : RatesOnDay
        Rates of each run on `day`.
    day : datetime.date
        Day from which they count.
    """
    first, last = HALF_YEAR
    share = min(1.0, max(0.0, ((last - day).days) / ((last - first).days + 1)))
    found = np.empty((len(batch.runs), 2))
    for place, p in enumerate(rows(batch.parameters[:, -1].copy())):
        p.sector_elasticity = p.sector_elasticity_short_run
        p.sector_pass_through = p.sector_pass_through_short_run
        car, reciprocal = p.walk_away_status_quo_car_tariff, p.walk_away_status_quo_reciprocal_tariff
        before = _values(p, car, reciprocal, p.economy_metals_tariff, is_inclusive=0.0)
        signed = p.economy_deal_includes_mfn if agreed.agreed[place] else 0.0
        on_day = agreed.car[place], agreed.reciprocal[place], agreed.metals[place]
        after = _values(p, *on_day, is_inclusive=signed)
        mean = (1 - share) * before + share * after
        base = np.array(p.sector_import_value)
        found[place] = mean[CARS] / base[CARS] * YEN - 1.0, mean.sum() / base.sum() * YEN - 1.0
    return found[:, 0], found[:, 1]


def _values(p: Record, car: float, reciprocal: float, metals: float, *, is_inclusive: float) -> Floats:
    """Import values by sector, US$ bn a year."""
    rates, values = np.zeros(SECTOR_COUNT), np.zeros(SECTOR_COUNT)
    sector_rates(p, car, reciprocal, metals, is_inclusive, rates)
    for sector in range(SECTOR_COUNT):
        duty, _, spending = market(p, sector, rates[sector])
        values[sector] = import_value(p, sector, duty, spending)
    return values
