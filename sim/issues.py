"""The issues that can be on the table, and the two sides that bargain over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

SideName = Literal["us_treasury", "partner"]

US: Final = 0
PARTNER: Final = 1
SIDES: tuple[SideName, SideName] = ("us_treasury", "partner")

#: Name of each side in the streams of draws; fixed, so that what a side is called redraws nothing.
SIDE_STREAMS: tuple[str, str] = ("us_treasury", "japan_government")

#: Prefix of each side's columns in the output tables.
SIDE_PREFIX: tuple[str, str] = ("us", "partner")

CAR_TARIFF: Final = 0
RECIPROCAL_TARIFF: Final = 1
CHIP_PURCHASES: Final = 2
OTHER_PURCHASES: Final = 3
INVESTMENT_FUND: Final = 4
FUND_PROFIT_SHARE: Final = 5
MATERIALS_SUPPORT: Final = 6
FIRST_FURTHER_ISSUE: Final = 7
MAX_ISSUES: Final = 10
MAX_LEVELS: Final = 61
MAX_RED_LINES: Final = 12
MAX_LINKAGES: Final = 2


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue that the model prices. The US wants it high and the partner wants it low.

    Attributes
    ----------
    slot : int
        Position in every package vector.
    name, unit : str
        Name in configs and tables, and unit of its values.
    low, high, levels : float, float, int
        Default grid of values: `levels` equal steps from `low` to `high`, both included.
    limits : tuple of float
        Values that the payoffs admit.
    doc : str
        What a value means.
    """

    slot: int
    name: str
    unit: str
    low: float
    high: float
    levels: int
    limits: tuple[float, float]
    doc: str


#: No value on the table is larger, so that no payoff can overflow.
LARGEST_VALUE: Final = 1e6

ISSUES: tuple[Issue, ...] = (
    Issue(CAR_TARIFF, "car_tariff", "rate", 0.025, 0.275, 21, (0.0, 5.0), "Total tariff on cars and parts."),
    Issue(
        RECIPROCAL_TARIFF, "reciprocal_tariff", "rate", 0.0, 0.24, 25, (0.0, 5.0),
        "Country-specific tariff on other goods, stacked on MFN or inclusive of it by config.",
    ),
    Issue(
        CHIP_PURCHASES, "chip_purchases", "US$ bn", 0.0, 13.88, 21, (0.0, LARGEST_VALUE),
        "Headline stock of US chips beyond what the firms would buy anyway.",
    ),
    Issue(
        OTHER_PURCHASES, "other_purchases", "US$ bn a year", 0.0, 12.0, 21, (0.0, LARGEST_VALUE),
        "Farm goods, aircraft, energy and defence.",
    ),
    Issue(
        INVESTMENT_FUND, "investment_fund", "US$ bn", 0.0, 700.0, 29, (0.0, LARGEST_VALUE),
        "Headline stock of equity, loans and guarantees.",
    ),
    Issue(FUND_PROFIT_SHARE, "fund_profit_share", "share", 0.5, 0.9, 9, (0.0, 1.0), "Share of fund profit to the US."),
    Issue(MATERIALS_SUPPORT, "materials_support", "share", 0.0, 1.0, 11, (0.0, 1.0), "Wafer and chemical supply."),
)

ISSUE_BY_NAME: dict[str, Issue] = {issue.name: issue for issue in ISSUES}
