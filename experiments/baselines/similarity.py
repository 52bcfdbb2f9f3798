"""How alike two partners are, and what earlier deals with others say of the next one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from sim.records import Floats

#: Differences that count 1 each: of the logarithm of GDP a head, and of the share of cars.
LOG_GDP_UNIT: Final = 1.1
CAR_SHARE_UNIT: Final = 0.12


@dataclass(frozen=True)
class Features:
    """What of a partner decides whose deal is the most comparable one.

    Parameters
    ----------
    gdp_per_head : float
        In US$ thousand, above 0.
    car_share : float
        Cars, without parts, in what the US imports from the partner, a fraction.
    us_balance : float
        US exports to the partner less imports from it, in US$ bn a year; only its sign counts.
    """

    gdp_per_head: float
    car_share: float
    us_balance: float

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be."""
        if not (0 < self.gdp_per_head < math.inf and 0 <= self.car_share <= 1 and math.isfinite(self.us_balance)):
            raise ValueError(f"need GDP a head above 0, a share from 0 to 1 and a finite balance, got {self}")


@dataclass(frozen=True)
class EarlierDeal:
    """A deal on one rate.

    Parameters
    ----------
    case : str
        Name of the case.
    signed : datetime.date
        Day of the deal.
    rate : float
        Rate agreed, a fraction, with or without the MFN rate as in all that it is compared with.
    features : Features, optional
        Of the partner.
    """

    case: str
    signed: date
    rate: float
    features: Features | None = None


@dataclass(frozen=True)
class ReferenceRate:
    """Rate that a pattern of earlier deals suggests, a fraction, and the weight of the most similar one (0 to 1)."""

    rate: float
    closeness: float


def signed_before(deals: Sequence[EarlierDeal], day: date, case: str) -> tuple[EarlierDeal, ...]:
    """Deals of other cases that were signed before a day, the oldest first."""
    found = (deal for deal in deals if deal.signed < day and deal.case != case)
    return tuple(sorted(found, key=lambda deal: (deal.signed, deal.case)))


def squared_distance(one: Features, other: Features) -> float:
    """(D ln GDP a head / 1.1)^2 + (D car share / 0.12)^2 + (1 if the signs of the US balance differ), without unit."""
    wealth = (math.log(one.gdp_per_head) - math.log(other.gdp_per_head)) / LOG_GDP_UNIT
    cars = (one.car_share - other.car_share) / CAR_SHARE_UNIT
    return wealth**2 + cars**2 + (_sign(one.us_balance) != _sign(other.us_balance))


def reference_rate(
    features: Features, deals: Sequence[tuple[Features, float]], bandwidth: float
) -> ReferenceRate | None:
    """r* = sum_j w_j r_j / sum_j w_j with w_j = exp(-d_j^2 / 2 h^2), and max_j w_j; none without a deal.

    Parameters
    ----------
    features : Features
        Of the partner that has no deal yet.
    deals : sequence of (Features, float)
        Partners that have one, and the rate agreed, a fraction.
    bandwidth : float
        h, without unit, above 0: how far from a partner others still count.
    """
    if bandwidth <= 0:
        raise ValueError(f"need a bandwidth above 0, got {bandwidth}")
    if not deals:
        return None
    distances = np.array([squared_distance(features, other) for other, _ in deals])
    mean, closeness = reference_rates(distances[:, np.newaxis], np.array([[rate] for _, rate in deals]), bandwidth)
    return ReferenceRate(float(mean[0]), float(closeness[0]))


def reference_rates(distances: Floats, rates: Floats, bandwidth: float) -> tuple[Floats, Floats]:
    """r* and the greatest weight of each run, as :func:`reference_rate`; both 0 in a run without a deal.

    Parameters
    ----------
    distances : numpy.ndarray
        Squared distance of each deal, shape ``[deal, run]``; infinite in a run that does not have it.
    rates : numpy.ndarray
        Rates agreed, fractions, of the same shape.
    bandwidth : float
        h, without unit, above 0.
    """
    least = distances.min(axis=0)
    there = np.isfinite(least)
    least = np.where(there, least, 0.0)
    # Relative to the most similar one, for the weights themselves may all be too small for a number.
    relative = np.exp((least - distances) / (2.0 * bandwidth**2))
    mean = (relative * rates).sum(axis=0) / np.where(there, relative.sum(axis=0), 1.0)
    return mean, np.where(there, np.exp(-least / (2.0 * bandwidth**2)), 0.0)


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)
