"""The position with the largest product of gains, each to the power of its actor's weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from sim.records import Floats

#: Points of the grid over the range of an issue.
POINTS: Final = 1_001

#: Relative difference up to which two points of the grid are equally good.
_SAME: Final = 1e-12
#: What stands for the logarithm of nothing, so that a weight of 0 takes no part in it.
_NOTHING: Final = -1e6


def nash_product(
    positions: Floats, weights: Floats, low: float, high: float, disagreement: Floats | None = None
) -> Floats:
    """Position that maximises the weighted Nash product over a grid of 1,001 points.

    ``argmax_x sum c s ln(u_i(x) - u_i(d))`` with ``u_i(x) = 1 - |x - x_i| / R`` and ``R`` the range. Between two points
    that are equally good it is their middle.

    Parameters
    ----------
    positions : numpy.ndarray
        Position of each actor, ``[actor]``.
    weights : numpy.ndarray
        Power times salience, ``[..., actor]``; an actor without weight takes no part.
    low, high : float
        Ends of the range.
    disagreement : numpy.ndarray, optional
        What disagreement is worth to each actor, ``[actor]``, 0 unless given.

    Returns
    -------
    numpy.ndarray
        One position for each set of weights; NaN where none is worth more than disagreement to every actor with weight.

    References
    ----------
    Nash 1950; with weights Harsanyi and Selten 1972.
    """
    grid = np.linspace(low, high, POINTS)
    worth = 1.0 - np.abs(grid[:, None] - positions) / (high - low)
    gains = worth - (0.0 if disagreement is None else disagreement)
    logs = np.log(gains, out=np.full(gains.shape, _NOTHING), where=gains > 0.0)
    refused = ((weights > 0.0)[..., None, :] & (gains <= 0.0)).any(axis=-1)
    value = np.where(refused, -np.inf, (weights[..., None, :] * logs).sum(axis=-1))
    best = value.max(axis=-1, keepdims=True)
    is_best = np.isfinite(best) & (value >= best - _SAME * np.maximum(1.0, np.abs(best)))
    count = is_best.sum(axis=-1)
    chosen: Floats = np.divide(
        (is_best * grid).sum(axis=-1), count, out=np.full(count.shape, np.nan, dtype=np.float64), where=count > 0
    )
    return chosen
