"""Records, firms, packages and pledges for tests, built from the parameter table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.economy.chip_market import (
    CURVE_POINTS,
    reservation_subsidy,
    tabulate_curve,
    total_rent,
    value_scales,
    wanted_capacity,
)
from sim.economy.firm_payoffs import (
    MAKER_TERMS,
    WORLD,
    firm_no_deal,
    maker_no_deal,
    maker_terms,
    makers_market,
    set_no_deal_world,
)
from sim.economy.ledger import package_ledger, total
from sim.economy.payoffs import MAX_TERMS
from sim.economy.pledge import (
    COUNTED,
    COUNTED_PROFIT,
    FLOW,
    HEADLINE,
    OUTLAY,
    PLEDGE_COLUMNS,
    RENT,
    no_pledge,
    price_pledge,
    sign_pledges,
    supply_pledges,
)
from sim.economy.trade import SECTOR_COUNT, blend_horizon, new_markets, set_markets
from sim.issues import (
    CAR_TARIFF,
    CHIP_PURCHASES,
    FUND_PROFIT_SHARE,
    INVESTMENT_FUND,
    ISSUES,
    MATERIALS_SUPPORT,
    MAX_ISSUES,
    MAX_LEVELS,
    OTHER_PURCHASES,
    RECIPROCAL_TARIFF,
)
from sim.parameters.parameter import SECTORS, Parameter
from sim.parameters.table import TABLE
from sim.records import FIRM, MAKER, RECORD, Floats, Record, Table
from sim.row import Row, new_row

YEN_PER_DOLLAR = 144.17

#: Fields that :func:`blend_horizon` derives; given as an override they replace the blend.
_BLENDED = ("sector_elasticity", "sector_pass_through")

#: US imports from Japan and MFN rates by sector with which figures were published before the sums of 2024 were at hand.
PUBLISHED_SECTORS: Mapping[str, Any] = {
    "sector_import_value": np.array([40.0, 9.0, 2.5, 32.0, 49.7, 15.0]),
    "sector_mfn_rate": np.array([0.025, 0.025, 0.0, 0.015, 0.02, 0.0]),
}

#: The reduced forms of the pledge and the sectors, under which the published table of states was computed.
REDUCED_FORM: Mapping[str, Any] = {
    **PUBLISHED_SECTORS,
    "fund_saturation": 1e9,
    "fund_guarantee_exponent": 0.0,
    "us_audience_cost": 0.0,
    "partner_audience_cost": 0.0,
    "us_lobby_weight": 0.0,
    "economy_diversion_by_volume": 0.0,
    "walk_away_deal_court_exposure": 0.0,
}


def parameters(*groups: str) -> list[Parameter]:
    """Rows of the parameter table of some groups."""
    return [row for row in TABLE if row.group in groups]


def default_record(**overrides: Any) -> Record:
    """Record at the table's defaults with some fields replaced; only the reciprocal tariff is on the table.

    It has two levels, 0 and 1. What a deal says of it is certain in the published states, see :data:`REDUCED_FORM`.

    Elasticities and pass-through are blended over the horizon after the replacement, unless they are given themselves.
    """
    p = new_row(RECORD)
    for row in parameters("scalar"):
        setattr(p, row.field, row.default)
    for row in parameters("sector"):
        getattr(p, row.field)[SECTORS.index(row.section.removeprefix("sectors."))] = row.default
    p.issue_levels = 1
    p.issue_tabled[RECIPROCAL_TARIFF], p.issue_levels[RECIPROCAL_TARIFF] = 1, 2
    p.issue_high[RECIPROCAL_TARIFF] = 1.0
    p.line_when_issue = -1
    for field, value in overrides.items():
        setattr(p, field, value)
    blend_horizon(p)
    for field in _BLENDED:
        if field in overrides:
            setattr(p, field, overrides[field])
    return p


def published_record(**overrides: Any) -> Record:
    """:func:`default_record` with the sectors that published figures were made with."""
    return default_record(**{**PUBLISHED_SECTORS, **overrides})


def copy_of(p: Record) -> Record:
    """Independent copy of a record."""
    return Row(np.frombuffer(p.data, RECORD).copy())


def put_on_table(p: Record, issue: int, low: float, high: float, levels: int) -> None:
    """Put an issue on the table with a grid of values."""
    p.issue_tabled[issue] = 1
    p.issue_low[issue] = low
    p.issue_high[issue] = high
    p.issue_levels[issue] = levels


def put_defaults_on_table(p: Record) -> None:
    """Put every issue that the model prices on the table with its default grid."""
    for issue in ISSUES:
        put_on_table(p, issue.slot, issue.low, issue.high, issue.levels)


def _table(dtype: np.dtype[np.void], group: str, entries: Sequence[Mapping[str, float]]) -> Table:
    table = np.zeros(len(entries), dtype)
    for row in parameters(group):
        table[row.field] = row.default
    for i, entry in enumerate(entries):
        for field, value in entry.items():
            table[field][i] = value
    return table


def firms_of(*entries: Mapping[str, float]) -> Table:
    """Data-centre firms at the table's defaults with some fields replaced, one mapping for each."""
    return _table(FIRM, "firm", entries)


def makers_of(*entries: Mapping[str, float]) -> Table:
    """Chip makers at the table's defaults with some fields replaced, one mapping for each."""
    return _table(MAKER, "maker", entries)


#: GPU-type spending without subsidy of the seven firms, Y bn a year, and whether METI counts a firm as large.
SEVEN_FIRMS: tuple[tuple[str, float, bool], ...] = (
    ("SoftBank", 75.0, True),
    ("KDDI", 25.0, True),
    ("Sakura", 33.0, False),
    ("NTT", 20.0, True),
    ("Rakuten", 10.0, True),
    ("GMO", 3.0, True),
    ("Highreso and Rutilea", 9.0, False),
)


def seven_firms(**common: float) -> Table:
    """Make the seven firms, with `common` fields replaced in all of them."""
    return firms_of(*({"capex": yen / YEN_PER_DOLLAR, **common} for _, yen, _ in SEVEN_FIRMS))


def ample_makers() -> Table:
    """Make chip makers that ship more than the firms would buy at any pledge of the default grid."""
    return makers_of({"allocation": 20.0, "uncommitted_output": 20.0})


def package_of(
    car_tariff: float = 0.0,
    reciprocal_tariff: float = 0.0,
    *,
    chips: float = 0.0,
    other: float = 0.0,
    fund: float = 0.0,
    share: float = 0.0,
    support: float = 0.0,
) -> Floats:
    """Package of values; chip purchases are a stock."""
    package = np.zeros(MAX_ISSUES)
    package[CAR_TARIFF] = car_tariff
    package[RECIPROCAL_TARIFF] = reciprocal_tariff
    package[CHIP_PURCHASES] = chips
    package[OTHER_PURCHASES] = other
    package[INVESTMENT_FUND] = fund
    package[FUND_PROFIT_SHARE] = share
    package[MATERIALS_SUPPORT] = support
    return package


def reduced_pledge(flow: float, *, additional: float = 0.4, supplied: float = 0.5, subsidy: float = 1 / 3) -> Floats:
    """Pledge of a yearly flow by the reduced forms: fixed additionality, supply, subsidy and data-centre rent."""
    pledge = np.zeros(PLEDGE_COLUMNS)
    no_pledge(pledge)
    pledge[[FLOW, HEADLINE]] = flow
    pledge[COUNTED] = additional * flow
    pledge[COUNTED_PROFIT] = 0.72 * additional * supplied * flow
    pledge[OUTLAY] = subsidy * flow
    pledge[RENT] = 0.15 * flow
    return pledge


def reservations_of(p: Record, firms: Table, day: float = 0.0) -> Floats:
    """Lowest subsidy at which each firm signs on a day."""
    return np.array([reservation_subsidy(p, Row(firms[i : i + 1]), day) for i in range(len(firms))], np.float64)


def curve_of(p: Record, firms: Table) -> Floats:
    """Tabulate the purchase curve of the firms."""
    curve = np.zeros(CURVE_POINTS)
    tabulate_curve(p, firms, np.inf, curve)
    return curve


def grid_pledges(p: Record, firms: Table, makers: Table, day: float = 0.0) -> Floats:
    """Pledge at every level of the chip-purchase grid, shape [MAX_LEVELS, PLEDGE_COLUMNS]."""
    supplied, pledges = np.zeros((2, MAX_LEVELS, PLEDGE_COLUMNS))
    supply_pledges(p, firms, makers, np.zeros(CURVE_POINTS), supplied)
    sign_pledges(p, firms, reservations_of(p, firms, day), supplied, pledges)
    return pledges


def rent_of(p: Record, firms: Table, wanted_at: float, net: float) -> float:
    """Rent of all firms together on what they want at one net subsidy, paid at another."""
    return float(total_rent(p, *wanted_capacity(p, firms, value_scales(p, firms), wanted_at), net))


def priced_pledge(p: Record, firms: Table, makers: Table, flow: float, day: float = 0.0) -> Floats:
    """Pledge of a yearly flow by the domestic table."""
    pledge = np.zeros(PLEDGE_COLUMNS)
    price_pledge(p, firms, makers, curve_of(p, firms), reservations_of(p, firms, day), flow, pledge)
    return pledge


def ledger_of(p: Record, package: Floats, pledge: Floats | None = None) -> Floats:
    """Terms of both sides under a package, shape [2, MAX_TERMS]; no chip purchases unless a pledge is given."""
    ledger = np.zeros((2, MAX_TERMS))
    package_ledger(p, package, reduced_pledge(0.0) if pledge is None else pledge, np.zeros(SECTOR_COUNT), ledger)
    return ledger


def payoffs_of(p: Record, package: Floats, pledge: Floats | None = None) -> Floats:
    """Payoffs of the US and Japan under a package."""
    ledger = ledger_of(p, package, pledge)
    return np.array([total(ledger[0]), total(ledger[1])])


def maker_ledger(
    p: Record, maker: Record, makers: Table, firms: Table, pledge: Floats, rates: Floats, support: float
) -> Floats:
    """Terms of one chip maker among others, under a pledge and the sectors' tariffs."""
    faced, out = new_row(WORLD), np.zeros(len(MAKER_TERMS))
    markets = new_markets()
    set_markets(p, rates, markets)
    makers_market(p, makers, firms, pledge, markets, faced)
    maker_terms(p, maker, faced, support, out)
    return out


def worlds_of(p: Record, makers: Table, firms: Table) -> Table:
    """What firms and makers face without a deal, by row and by what the courts do."""
    worlds = np.zeros((2, 2), WORLD)
    set_no_deal_world(p, makers, firms, np.zeros(SECTOR_COUNT), np.zeros(PLEDGE_COLUMNS), worlds)
    return worlds


def firm_without_deal(p: Record, firm: Record, row: int) -> float:
    """Payoff of a firm without a deal, at the status quo or under the threat."""
    return float(firm_no_deal(p, firm, worlds_of(p, np.zeros(0, MAKER), np.zeros(0, FIRM))[row]))


def maker_without_deal(p: Record, maker: Record, makers: Table, firms: Table, row: int) -> float:
    """Payoff of a chip maker without a deal, at the status quo or under the threat."""
    return float(maker_no_deal(p, maker, worlds_of(p, makers, firms)[row], np.zeros(len(MAKER_TERMS))))
