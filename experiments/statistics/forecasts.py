"""Forecasts of a number, as draws or as a Laplace distribution, and all scores of one of them with their errors."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np

from experiments.statistics.bins import RATE_BINS, Bins, smoothed_event
from experiments.statistics.score_errors import Score, batch_error, scored
from experiments.statistics.scores import (
    brier_score,
    crps,
    crps_of_laplace,
    event_log_score,
    log_score,
    normalised,
    ranked_probability_score,
)
from experiments.statistics.ties import SAME_VALUE
from sim.draws import uniforms

if TYPE_CHECKING:
    from sim.records import Floats


class Forecast(Protocol):
    """A forecast of one number; of a rate as a fraction, 0.15 for 15 %."""

    def crps(self, outcome: float) -> float:
        """Continuous ranked probability score, in the unit of the number."""

    def shares(self, bins: Bins) -> Floats:
        """Give what the forecast says of each bin; may be 0."""

    def probabilities(self, bins: Bins) -> Floats:
        """Probability of each bin of which a log score is taken; never 0."""

    def below_and_upto(self, value: float) -> tuple[float, float]:
        """P(X < value) and P(X <= value)."""

    def error(self, score: Callable[[Forecast], float]) -> float:
        """Monte Carlo error of a score of this forecast."""


@dataclass(frozen=True, eq=False)
class WeightedDraws:
    """A forecast given by draws.

    Parameters
    ----------
    values : numpy.ndarray
        Shape ``[draw]``, finite, in the order in which they were drawn.
    weights : numpy.ndarray, optional
        Shape ``[draw]``, of any positive sum; equal ones unless given.
    is_sample : bool
        Whether another seed would give other draws. Values that are all there are, such as earlier deals, have no
        Monte Carlo error.
    """

    values: Floats
    weights: Floats | None = None
    is_sample: bool = True

    def __post_init__(self) -> None:
        """Refuse what is no forecast."""
        normalised(self.weights, len(self.values))
        if self.values.ndim != 1 or not np.isfinite(self.values).all():
            raise ValueError("draws must be one finite number each")

    def crps(self, outcome: float) -> float:
        """Continuous ranked probability score, in the unit of the draws."""
        return crps(self.values, outcome, self.weights)

    def shares(self, bins: Bins) -> Floats:
        """Share of the draws in each bin, by weight."""
        return bins.shares(self.values, self.weights)

    def probabilities(self, bins: Bins) -> Floats:
        """Probability of each bin, (k + 1/2) / (n + bins / 2)."""
        return bins.probabilities(self.values, self.weights)

    def below_and_upto(self, value: float) -> tuple[float, float]:
        """P(X < value) and P(X <= value); draws that differ from the value by rounding are equal to it."""
        weights = normalised(self.weights, len(self.values))
        below = float(weights[self.values < value - SAME_VALUE].sum())
        above = float(weights[self.values > value + SAME_VALUE].sum())
        return below, max(below, 1 - above)

    def error(self, score: Callable[[Forecast], float]) -> float:
        """Standard error by batch means, 0 if the draws are no sample."""
        if not self.is_sample:
            return 0.0
        return batch_error(lambda values, weights: score(WeightedDraws(values, weights)), self.values, self.weights)


@dataclass(frozen=True)
class Laplace:
    """A forecast of the density exp(-|x - centre| / scale) / (2 scale).

    Parameters
    ----------
    centre, scale : float
        In the unit of the number; the scale is the mean absolute error that is expected, above 0.
    """

    centre: float
    scale: float

    def __post_init__(self) -> None:
        """Refuse what is no distribution."""
        if not (math.isfinite(self.centre) and 0 < self.scale < math.inf):
            raise ValueError(f"need a finite centre and a scale above 0, got {self.centre} and {self.scale}")

    def cumulated(self, value: float) -> float:
        """P(X <= value)."""
        return self._tail(value) if value < self.centre else 1 - self._tail(value)

    def crps(self, outcome: float) -> float:
        """Continuous ranked probability score, in the unit of the number."""
        return crps_of_laplace(self.centre, self.scale, outcome)

    def between(self, low: float, high: float) -> float:
        """P(low < X <= high), exact in both tails; either end may be infinite."""
        if low >= self.centre:
            return self._tail(low) - self._tail(high)
        if high <= self.centre:
            return self._tail(high) - self._tail(low)
        return 1 - self._tail(low) - self._tail(high)

    def _tail(self, value: float) -> float:
        """Probability of what lies beyond a value as seen from the centre."""
        return math.exp(-abs(value - self.centre) / self.scale) / 2

    def shares(self, bins: Bins) -> Floats:
        """Probability of each bin."""
        return np.array([self.between(low, high) for low, high in pairwise((-math.inf, *bins.edges, math.inf))])

    def probabilities(self, bins: Bins) -> Floats:
        """Probability of each bin; nothing needs to be added to it."""
        return self.shares(bins)

    def below_and_upto(self, value: float) -> tuple[float, float]:
        """P(X < value) and P(X <= value), which are the same."""
        return self.cumulated(value), self.cumulated(value)

    def error(self, score: Callable[[Forecast], float]) -> float:
        """Give 0: a closed form has no Monte Carlo error."""
        return 0.0


def centre_of(forecast: Forecast) -> float:
    """Median of a forecast whose draws, if any, are equally likely."""
    if isinstance(forecast, Laplace):
        return forecast.centre
    if isinstance(forecast, WeightedDraws) and forecast.weights is None:
        return float(np.median(forecast.values))
    raise TypeError(f"a {type(forecast).__name__} has no median that is known here")


@dataclass(frozen=True)
class NumberScores:
    """Scores of a forecast of one number.

    Parameters
    ----------
    crps : Score
        In the unit of the number: of rates a fraction, 0.01 for one point.
    log : Score
        -ln of the probability of the bin that happened, in nats.
    ranked : Score
        Ranked probability score over the bins, from 0 to bins - 1.
    bin : int
        Place of the bin that happened.
    probability : float
        What the forecast gave that bin.
    """

    crps: Score
    log: Score
    ranked: Score
    bin: int
    probability: float


def number_scores(forecast: Forecast, outcome: float, bins: Bins = RATE_BINS) -> NumberScores:
    """Score a forecast of one number.

    Parameters
    ----------
    forecast : Forecast
        Draws, or a Laplace distribution.
    outcome : float
        What happened, in the unit of the forecast and of the edges of `bins`.
    bins : Bins
        Ordered bins of the log and the ranked score.
    """
    place = bins.place(outcome)

    def with_error(score: Callable[[Forecast], float]) -> Score:
        return Score(score(forecast), forecast.error(score))

    return NumberScores(
        crps=with_error(lambda given: given.crps(outcome)),
        log=with_error(lambda given: log_score(float(given.probabilities(bins)[place]))),
        ranked=with_error(lambda given: ranked_probability_score(given.shares(bins), place)),
        bin=place,
        probability=float(forecast.probabilities(bins)[place]),
    )


@dataclass(frozen=True)
class EventScores:
    """Scores of the probability of an event.

    Parameters
    ----------
    probability : float
        Share of the draws in which it happened, by weight.
    brier : Score
        (p - y)^2 of this share.
    log : Score
        In nats, of (k + 1/2) / (n + 1), so that it is finite.
    """

    probability: float
    brier: Score
    log: Score


def event_scores(draws: Floats, *, happened: bool, weights: Floats | None = None) -> EventScores:
    """Score the probability of an event.

    Parameters
    ----------
    draws : numpy.ndarray
        Shape ``[draw]``, 1 where the event happened and 0 where it did not.
    happened : bool
        Whether it did in fact.
    weights : numpy.ndarray, optional
        Shape ``[draw]``, of any positive sum; equal ones unless given.
    """
    if not np.isin(draws, (0, 1)).all():
        raise ValueError("an event has happened in a draw (1) or not (0)")

    def log(values: Floats, shares: Floats) -> float:
        return event_log_score(smoothed_event(values, shares), happened=happened)

    return EventScores(
        probability=float(normalised(weights, len(draws)) @ draws),
        brier=scored(lambda values, shares: brier_score(float(shares @ values), happened=happened), draws, weights),
        log=scored(log, draws, weights),
    )


def probability_transform(forecast: Forecast, outcome: float, seed: int, name: str) -> float:
    """Randomised probability integral transform, P(X < y) + U P(X = y), from 0 to 1.

    Over cases it is uniform if the forecasts are calibrated, with atoms too [Czado, Gneiting and Held 2009].

    Parameters
    ----------
    forecast : Forecast
        Draws, or a distribution.
    outcome : float
        What happened, in the unit of the forecast.
    seed : int
        Seed of the experiment.
    name : str
        Which case and number this is of; with the seed it keys U, so that a value does not move from call to call.
    """
    below, upto = forecast.below_and_upto(outcome)
    return below + float(uniforms(seed, f"score.pit.{name}", 0, 1)[0, 0]) * (upto - below)
