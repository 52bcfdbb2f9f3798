"""Majorities of weight between positions: the one that beats every other, and the chain in which each may beat each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from sim.records import Floats

#: Share of the largest lead up to which a lead is rounding.
_ROUNDING: Final = 1e-12


def condorcet_winner(lead: Floats) -> int | None:
    """Option that beats every other one.

    Option a beats b where ``sum_k v_k(a, b) > 0``. Positions on a line can tie and cannot go round in a circle;
    preferences over several issues, or as a plain matrix, can.

    Parameters
    ----------
    lead : numpy.ndarray
        By how much each option leads over each other one, ``[option, option]``.

    Returns
    -------
    int or None
        Its place; None where every option ties with another or is beaten.

    References
    ----------
    Condorcet 1785; on a line Black 1948.
    """
    least = _ROUNDING * float(np.abs(lead).max(initial=0.0))
    beats = lead > least
    np.fill_diagonal(beats, val=True)
    winners = np.flatnonzero(beats.all(axis=1))
    return int(winners[0]) if len(winners) else None


def stationary_law(beats: Floats) -> Floats:
    """Long-run share of time that each option stands, where it stands until another one beats it.

    In each step one of the other options is proposed, each as likely, and takes the place of the one that stands with
    the probability that it beats it. Of any two at least one can beat the other, so that the law is unique.

    Parameters
    ----------
    beats : numpy.ndarray
        Probability that each option beats each other one, ``[option, option]``, as
        :func:`experiments.positions.contests.probability` gives it per pair.

    Returns
    -------
    numpy.ndarray
        Shares of the options, which sum to 1.

    References
    ----------
    Ferejohn, McKelvey and Packel 1984 on limiting distributions of majority rule.
    """
    count = len(beats)
    if count == 1:
        return np.ones(1)
    step = beats.T / (count - 1)
    np.fill_diagonal(step, 0.0)
    np.fill_diagonal(step, 1.0 - step.sum(axis=1))
    equations = np.vstack([step.T - np.eye(count), np.ones(count)])
    solved = np.maximum(np.linalg.lstsq(equations, np.append(np.zeros(count), 1.0), rcond=None)[0], 0.0)
    law: Floats = solved / solved.sum()
    return law
