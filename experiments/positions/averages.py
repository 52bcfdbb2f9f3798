"""The two averages of positions: the weighted mean and the weighted median."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from sim.records import Floats

#: Share of all weight that rounding may take from a half.
_ROUNDING: Final = 1e-12


def weighted_mean(positions: Floats, weights: Floats) -> Floats:
    """Mean of the positions, each by power times salience.

    ``sum c s x / sum c s``

    Parameters
    ----------
    positions : numpy.ndarray
        Position of each actor, ``[..., actor]``.
    weights : numpy.ndarray
        Power times salience, ``[..., actor]``, not all 0.

    Returns
    -------
    numpy.ndarray
        One mean for each set of actors.

    References
    ----------
    Stokman and Van Oosten 1994: the outcome that is expected of positions before any of them is exchanged.
    """
    mean: Floats = (weights * positions).sum(axis=-1) / weights.sum(axis=-1)
    return mean


def weighted_median(positions: Floats, weights: Floats) -> Floats:
    """Least position up to which at least half of all weight lies.

    Where exactly half lies on either side, this is the lower of both middle positions.

    Parameters
    ----------
    positions : numpy.ndarray
        Position of each actor, ``[..., actor]``.
    weights : numpy.ndarray
        Power times salience, ``[..., actor]``, not all 0.

    Returns
    -------
    numpy.ndarray
        One median for each set of actors.

    References
    ----------
    Black 1948: with single-peaked preferences no position beats it by a majority of weight.
    """
    everywhere, weight = np.broadcast_arrays(positions, weights)
    order = np.argsort(everywhere, axis=-1, kind="stable")
    cumulated = np.cumsum(np.take_along_axis(weight, order, axis=-1), axis=-1)
    total = cumulated[..., -1:]
    place = (cumulated >= (0.5 - _ROUNDING) * total).argmax(axis=-1)
    chosen = np.take_along_axis(order, place[..., None], axis=-1)
    median: Floats = np.take_along_axis(everywhere, chosen, axis=-1)[..., 0]
    return median
