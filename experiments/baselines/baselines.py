"""Forecasts that any model has to beat: status quo, threat, stated positions, and deals of others.

Each is a rule from what is known of a case on one rate to a number, or to several that are equally likely. All rates
are fractions: 0.15 is 15 %, and 0.01 one point.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np

from experiments.baselines.similarity import EarlierDeal, Features, signed_before, squared_distance
from experiments.statistics.forecasts import Forecast, Laplace, WeightedDraws
from experiments.statistics.ties import SAME_VALUE

#: Mean absolute error that a baseline is given where fewer than two cases show its own, and the least one.
UNKNOWN_ERROR: Final = 0.04
LEAST_ERROR: Final = 0.01
#: Cases whose errors make a mean.
FEWEST_ERRORS: Final = 2

SHARE_OF_THREAT: Final = 0.6
ALWAYS: Final = 0.15


@dataclass(frozen=True)
class Stated:
    """What a side has said in public of a rate.

    Parameters
    ----------
    position : float, optional
        Rate that it asks for or offers, a fraction.
    power, salience : float, optional
        How much it can move the outcome and how much the rate matters to it, each on a scale of its own that both
        sides share.
    """

    position: float | None = None
    power: float | None = None
    salience: float | None = None


@dataclass(frozen=True)
class Situation:
    """What is known of a case on one rate at a date.

    Parameters
    ----------
    case : str
        Name of the case.
    as_of : datetime.date
        Date of the forecast.
    in_force : float, optional
        Rate that holds on the day that is forecast if there is no deal, a fraction.
    threat : float, optional
        Rate threatened, a fraction.
    us, partner : Stated
        Latest public positions.
    features : Features, optional
        Of the partner.
    """

    case: str
    as_of: date
    in_force: float | None = None
    threat: float | None = None
    us: Stated = field(default_factory=Stated)
    partner: Stated = field(default_factory=Stated)
    features: Features | None = None


@dataclass(frozen=True)
class Undefined:
    """A baseline says nothing of a case, and why."""

    reason: str


Rule = Callable[[Situation, Sequence[EarlierDeal]], tuple[float, ...] | Undefined]


@dataclass(frozen=True)
class Baseline:
    """A forecast without a model.

    Parameters
    ----------
    code, name : str
        As printed: ``B1`` and ``status quo, no deal``.
    chosen_after_the_fact : bool
        Whether it was chosen by someone who knew outcomes, which every table has to say.
    agrees : bool
        Whether it says that there is a deal.
    rule : callable
        From a situation and the deals of others signed before it to rates, each as likely; several of these are the
        forecast itself, a single one gets an error.
    is_point : bool
        Whether the rule gives a single rate.
    """

    code: str
    name: str
    chosen_after_the_fact: bool
    agrees: bool
    rule: Rule
    is_point: bool = True

    @property
    def mark(self) -> str:
        """Say what a table has to say of it; empty if nothing."""
        return "chosen after the fact" if self.chosen_after_the_fact else ""


@dataclass(frozen=True)
class BaselineForecast:
    """What a baseline says of a case.

    Parameters
    ----------
    baseline : Baseline
        The rule.
    forecast : Laplace, WeightedDraws or None
        Of the rate, as a fraction; none if undefined.
    undefined : str
        Why there is none; empty if there is one.
    errors : dict
        Absolute error of this baseline on each shared case with an earlier deal, a fraction; their mean is the scale of
        the Laplace distribution if there are two or more.
    """

    baseline: Baseline
    forecast: Forecast | None
    undefined: str
    errors: dict[str, float]


def baseline_forecasts(
    situation: Situation, deals: Sequence[EarlierDeal], shared: Mapping[str, Situation]
) -> tuple[BaselineForecast, ...]:
    """What each baseline says of a case, in the order of :data:`BASELINES`.

    Parameters
    ----------
    situation : Situation
        The case, at the date of the forecast.
    deals : sequence of EarlierDeal
        On the same rate. Later ones than the situation, and the case's own, are left out here.
    shared : mapping
        Situations of the cases whose deals may show how far a baseline errs, by name, each at a date before its deal.
        Only those with a deal before the date of the forecast are used.

    Raises
    ------
    ValueError
        If a situation of `shared` is not before its case's deal, or has another case's name.
    """
    return tuple(forecast_of(baseline, situation, deals, shared) for baseline in BASELINES)


def forecast_of(
    baseline: Baseline, situation: Situation, deals: Sequence[EarlierDeal], shared: Mapping[str, Situation]
) -> BaselineForecast:
    """What one baseline says of a case; arguments as of :func:`baseline_forecasts`."""
    rates = _rates(baseline, situation, deals)
    if isinstance(rates, Undefined):
        return BaselineForecast(baseline, None, rates.reason, {})
    if not baseline.is_point:
        return BaselineForecast(baseline, WeightedDraws(np.array(rates), is_sample=False), "", {})
    errors = _errors(baseline, situation, deals, shared)
    return BaselineForecast(baseline, Laplace(rates[0], laplace_scale([*errors.values()])), "", errors)


def laplace_scale(errors: Sequence[float]) -> float:
    """Mean of the absolute errors of at least two cases and no less than 0.01, otherwise 0.04 (fractions)."""
    if len(errors) < FEWEST_ERRORS:
        return UNKNOWN_ERROR
    return max(LEAST_ERROR, math.fsum(errors) / len(errors))


def _rates(baseline: Baseline, situation: Situation, deals: Sequence[EarlierDeal]) -> tuple[float, ...] | Undefined:
    return baseline.rule(situation, signed_before(deals, situation.as_of, situation.case))


def _errors(
    baseline: Baseline, situation: Situation, deals: Sequence[EarlierDeal], shared: Mapping[str, Situation]
) -> dict[str, float]:
    found = {}
    for deal in signed_before(deals, situation.as_of, situation.case):
        other = shared.get(deal.case)
        if other is None:
            continue
        if other.case != deal.case or other.as_of >= deal.signed:
            raise ValueError(
                f"the situation given for {deal.case} must be its own and before its deal of {deal.signed}, "
                f"got that of {other.case} on {other.as_of}"
            )
        rates = _rates(baseline, other, deals)
        if not isinstance(rates, Undefined):
            found[deal.case] = abs(rates[0] - deal.rate)
    return found


def _status_quo(situation: Situation, _deals: Sequence[EarlierDeal]) -> tuple[float, ...] | Undefined:
    return Undefined("no rate in force is given") if situation.in_force is None else (situation.in_force,)


def _threat(situation: Situation, _deals: Sequence[EarlierDeal]) -> tuple[float, ...] | Undefined:
    return Undefined("no threat is given") if situation.threat is None else (situation.threat,)


def _share_of_threat(situation: Situation, _deals: Sequence[EarlierDeal]) -> tuple[float, ...] | Undefined:
    if situation.threat is None:
        return Undefined("no threat is given")
    return (SHARE_OF_THREAT * situation.threat,)


def _always(_situation: Situation, _deals: Sequence[EarlierDeal]) -> tuple[float, ...]:
    return (ALWAYS,)


def _midpoint(situation: Situation, _deals: Sequence[EarlierDeal]) -> tuple[float, ...] | Undefined:
    us, partner = situation.us.position, situation.partner.position
    if us is None or partner is None:
        return _without_position(us, partner)
    return ((us + partner) / 2,)


def _weighted_mean(situation: Situation, _deals: Sequence[EarlierDeal]) -> tuple[float, ...] | Undefined:
    """Sum c s x / sum c s of power c, salience s and position x of both sides."""
    us, partner = situation.us, situation.partner
    if us.position is None or partner.position is None:
        return _without_position(us.position, partner.position)
    if us.power is None or us.salience is None or partner.power is None or partner.salience is None:
        return Undefined("power and salience are not given for both sides")
    ours, theirs = us.power * us.salience, partner.power * partner.salience
    if min(us.power, us.salience, partner.power, partner.salience) < 0 or ours + theirs == 0:
        return Undefined("power and salience must not be negative, and not 0 for both sides")
    return ((ours * us.position + theirs * partner.position) / (ours + theirs),)


def _without_position(us: float | None, partner: float | None) -> Undefined:
    silent = [name for name, position in (("the US", us), ("the partner", partner)) if position is None]
    return Undefined(f"no position of {' and '.join(silent)} is given")


def _newest(_situation: Situation, deals: Sequence[EarlierDeal]) -> tuple[float, ...] | Undefined:
    """Rate of the newest deal; of several of one day their mean."""
    if not deals:
        return _NO_DEAL
    last = max(deal.signed for deal in deals)
    rates = [deal.rate for deal in deals if deal.signed == last]
    return (math.fsum(rates) / len(rates),)


def _most_similar(situation: Situation, deals: Sequence[EarlierDeal]) -> tuple[float, ...] | Undefined:
    """Rate of the most similar case; of several equally similar ones that of the newest."""
    if not deals:
        return _NO_DEAL
    if situation.features is None:
        return Undefined("features of the case are not given")
    lacking = [deal.case for deal in deals if deal.features is None]
    if lacking:
        return Undefined(f"features of {', '.join(lacking)} are not given")
    distances = [squared_distance(situation.features, deal.features) for deal in deals if deal.features is not None]
    nearest = min(distances) + SAME_VALUE
    alike = [deal for deal, distance in zip(deals, distances, strict=True) if distance <= nearest]
    return _newest(situation, alike)


def _climatology(_situation: Situation, deals: Sequence[EarlierDeal]) -> tuple[float, ...] | Undefined:
    return tuple(deal.rate for deal in deals) if deals else _NO_DEAL


_NO_DEAL: Final = Undefined("no deal has been signed yet")

#: The baselines in the order in which they are printed.
BASELINES: Final = (
    Baseline("B1", "status quo, no deal", chosen_after_the_fact=False, agrees=False, rule=_status_quo),
    Baseline("B2", "deal at the threat", chosen_after_the_fact=False, agrees=True, rule=_threat),
    Baseline("B3", "0.6 of the threat", chosen_after_the_fact=True, agrees=True, rule=_share_of_threat),
    Baseline("B4", "always 15 %", chosen_after_the_fact=True, agrees=True, rule=_always),
    Baseline("B5", "midpoint of both stated positions", chosen_after_the_fact=False, agrees=True, rule=_midpoint),
    Baseline("B6", "mean by power and salience", chosen_after_the_fact=False, agrees=True, rule=_weighted_mean),
    Baseline("B7", "newest earlier deal", chosen_after_the_fact=False, agrees=True, rule=_newest),
    Baseline("B8", "deal of the most similar case", chosen_after_the_fact=False, agrees=True, rule=_most_similar),
    Baseline("B9", "earlier deals, each as likely", chosen_after_the_fact=False, agrees=True, rule=_climatology,
             is_point=False),
)  # fmt: skip
