"""Scores of whole courses of talks against dated positions, each of which is known as an interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.statistics.score_errors import Score, scored
from experiments.statistics.scores import crps, energy_score, normalised

if TYPE_CHECKING:
    from sim.records import Floats


@dataclass(frozen=True, eq=False)
class TrajectoryScore:
    """How far courses of talks lie from dated positions, in units of the rows.

    Parameters
    ----------
    mean : Score
        Mean over the rows that have a score; unknown (NaN) if none has. Where few draws have a value its error is too
        large, for a batch in which none has does without the row.
    rows : numpy.ndarray
        Score of each row, unknown (NaN) where no draw has a value.
    present : numpy.ndarray
        Share of the draws, by weight, that have a value in each row; the row is scored on these alone.
    """

    mean: Score
    rows: Floats
    present: Floats


def trajectory_score(
    draws: Floats, low: Floats, high: Floats, unit: Floats | float = 1.0, weights: Floats | None = None
) -> TrajectoryScore:
    """Mean CRPS over the rows of dated positions; a draw inside [low, high] is as good as any other one there.

    Of a row it is the integral of (F(z) - 1{z >= y})^2 over all z outside of the interval, where it does not matter
    which y in the interval was the true one [Avati et al. 2020]: the CRPS of the distances of the draws from the
    interval. It is 0 if all draws are inside, and the common CRPS if low = high.

    Parameters
    ----------
    draws : numpy.ndarray
        Shape ``[draw, row]``, a row for each round, side and issue; NaN where the draw has no position.
    low, high : numpy.ndarray
        Shape ``[row]``, in the unit of the draws, either of them infinite where it is not known.
    unit : numpy.ndarray or float
        What counts as 1 in each row, in the unit of the draws: 0.01 for points of a rate. Rows of several units can be
        averaged only through it.
    weights : numpy.ndarray, optional
        Shape ``[draw]``; equal ones unless given.
    """
    distances = beyond(draws, low, high, unit)
    present = normalised(weights, len(draws)) @ ~np.isnan(distances)
    return TrajectoryScore(scored(_mean_over_rows, distances, weights), _by_row(distances, weights), present)


def _by_row(distances: Floats, weights: Floats | None) -> Floats:
    shares = normalised(weights, len(distances))
    rows = np.full(distances.shape[1], np.nan)
    for row, column in enumerate(distances.T):
        there = ~np.isnan(column)
        if shares[there].any():
            rows[row] = crps(column[there], 0.0, shares[there])
    return rows


def _mean_over_rows(distances: Floats, weights: Floats) -> float:
    rows = _by_row(distances, weights)
    known = rows[~np.isnan(rows)]
    return float(known.mean()) if known.size else math.nan


def trajectory_energy(
    draws: Floats, low: Floats, high: Floats, unit: Floats | float = 1.0, weights: Floats | None = None
) -> Score:
    """Energy score of all rows as one vector, in units of the rows; arguments as of :func:`trajectory_score`.

    Unlike the mean over rows it sees whether positions of different rounds go together as they should. Every draw needs
    a value in every row.
    """
    inside = np.zeros(len(low))
    return scored(
        lambda distances, shares: energy_score(distances, inside, shares), beyond(draws, low, high, unit), weights
    )


def beyond(draws: Floats, low: Floats, high: Floats, unit: Floats | float) -> Floats:
    """How far each draw lies above its interval, below it as a negative number, and 0 inside, in units of the row."""
    if draws.ndim != 2 or low.shape != draws.shape[1:] or high.shape != low.shape:
        raise ValueError(f"draws of shape {draws.shape} do not match bounds of shapes {low.shape} and {high.shape}")
    if not np.all(low <= high) or not np.all(np.asarray(unit) > 0):
        raise ValueError("every row needs low <= high and a unit above 0")
    distances: Floats = (draws - np.clip(draws, low, high)) / unit
    return distances
