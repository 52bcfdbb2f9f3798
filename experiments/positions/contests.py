"""Contests between positions: who votes for which of two, by how much, and how likely that makes one of them to win."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from sim.records import Floats

#: How the votes of a contest become a probability.
Reading = Literal["all_pairs", "per_pair"]
READINGS: Final[tuple[Reading, ...]] = ("all_pairs", "per_pair")


def support(positions: Floats, weights: Floats, options: Floats, scale: float, risk: Floats | None = None) -> Floats:
    """Votes that each option gets against each other one, from those actors who prefer it.

    ``v_k(a, b) = c_k s_k [(|x_k - x_b| / R)^r_k - (|x_k - x_a| / R)^r_k]`` is the vote of actor k for a over b, and
    what is returned is ``sum_k max(0, v_k(a, b))``. Since ``v_k(b, a) = -v_k(a, b)``, all sums of votes follow from it.

    Parameters
    ----------
    positions : numpy.ndarray
        Position of each actor, ``[..., actor]``.
    weights : numpy.ndarray
        Power times salience, ``[..., actor]``.
    options : numpy.ndarray
        Positions that stand against each other, ``[..., option]``.
    scale : float
        The range R.
    risk : numpy.ndarray, optional
        Exponent of each actor, ``[..., actor]``, 1 unless given.

    Returns
    -------
    numpy.ndarray
        ``[..., option, option]``, the first against the second.

    References
    ----------
    Bueno de Mesquita 1994; equations as in Scholz, Calbert and Smith 2011.
    """
    distance = np.abs(positions[..., :, None] - options[..., None, :]) / scale
    if risk is not None:
        distance = distance ** risk[..., :, None]
    weight, distance = np.broadcast_arrays(weights[..., :, None], distance)
    total = np.zeros((*distance.shape[:-2], options.shape[-1], options.shape[-1]))
    # One actor after the other: the votes of all at once would take as much memory as there are actors.
    for actor in range(distance.shape[-2]):
        own = distance[..., actor, :]
        total += weight[..., actor, :, None] * np.maximum(own[..., None, :] - own[..., :, None], 0.0)
    return total


def margins(supported: Floats) -> Floats:
    """By how much each option leads over each other one: ``sum_k v_k(a, b)`` of what :func:`support` gives."""
    lead: Floats = supported - np.swapaxes(supported, -1, -2)
    return lead


def probability(supported: Floats, reading: Reading) -> Floats:
    """How likely each option wins against each other one, in one of two readings of the literature.

    ``per_pair`` divides the votes for an option by all votes of the same contest, a half each where nobody minds; then
    ``P(a, b) + P(b, a) = 1``. ``all_pairs`` divides by the votes of all contests together, ``sum_k sum_a sum_b
    |v_k(a, b)|``, so that what comes out is small and no probability; this is what a public re-implementation of
    Scholz, Calbert and Smith 2011 computes, and what reproduces their table.

    Parameters
    ----------
    supported : numpy.ndarray
        What :func:`support` gives, ``[..., option, option]``.
    reading : str
        ``all_pairs`` or ``per_pair``.
    """
    if reading == "all_pairs":
        whole = 2.0 * supported.sum(axis=(-1, -2), keepdims=True)
        nobody_minds = 0.0
    else:
        whole = supported + np.swapaxes(supported, -1, -2)
        nobody_minds = 0.5
    wins: Floats = np.divide(supported, whole, out=np.full_like(supported, nobody_minds), where=whole > 0.0)
    return wins
