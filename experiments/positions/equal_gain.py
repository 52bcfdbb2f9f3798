"""The exchange of positions at equal gain: two actors each give way on the issue that matters less to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final, final

import numpy as np

from experiments.positions.averages import weighted_mean

if TYPE_CHECKING:
    from sim.records import Floats

#: Gain above which a trade is one, and relative difference up to which two gains are equal.
_NOTHING: Final = 1e-12
_SAME: Final = 1e-9

#: Sets of trades, finished or not, that are looked at where gains are equal.
MOST_STATES: Final = 20_000


@final
@dataclass(frozen=True, slots=True)
class Trade:
    """Two actors exchange positions on two issues, at the same gain to both.

    Attributes
    ----------
    giver, taker : int
        Who moves on the first issue, and who moves on the second.
    first, second : int
        Issue on which `giver` moves towards `taker`, and issue on which `taker` moves towards `giver`.
    first_shift, second_shift : float
        By how much the outcomes of both issues move.
    gain : float
        What each gains: movement of outcomes times salience.
    """

    giver: int
    taker: int
    first: int
    second: int
    first_shift: float
    second_shift: float
    gain: float

    @property
    def positions(self) -> frozenset[tuple[int, int]]:
        """What is exchanged, as pairs of actor and issue; each can be exchanged once a round."""
        return frozenset({(self.giver, self.first), (self.taker, self.second)})


@final
@dataclass(frozen=True, eq=False)
class EqualGain:
    """One round of exchanges.

    Attributes
    ----------
    before : numpy.ndarray
        Weighted mean of each issue at the start.
    outcome : numpy.ndarray
        Weighted mean of each issue after it, where trades of equal gain are made in the order of the actors.
    low, high : numpy.ndarray
        Least and largest outcome of each issue over the orders of trades of equal gain.
    trades : tuple of Trade
        Those that are made, best first.
    is_complete : bool
        Whether every order was looked at.
    """

    before: Floats
    outcome: Floats
    low: Floats
    high: Floats
    trades: tuple[Trade, ...]
    is_complete: bool


def possible_trades(positions: Floats, salience: Floats, power: Floats) -> list[Trade]:
    """Every trade that both sides gain from, best first and otherwise in the order of the actors.

    Actors i and j on opposite sides of the weighted mean on issues A and B trade shifts x and y of the outcomes, with
    ``y / x = (s_iA + s_jA) / (s_iB + s_jB)``, so that both gain ``s_iB y - s_iA x``. A shift is at most what moving
    whoever gives way to the other's position yields.

    Parameters
    ----------
    positions, salience, power : numpy.ndarray
        ``[issue, actor]``; NaN in `positions` where an actor has none.

    References
    ----------
    Stokman and Van Oosten 1994.
    """
    weights = np.where(np.isnan(positions), 0.0, power * salience)
    here = np.nan_to_num(positions)
    side = np.where(np.isnan(positions), 0.0, np.sign(_off_mean(here, weights)))
    found = [
        trade
        for i, j in combinations(range(positions.shape[1]), 2)
        for a, b in combinations(np.flatnonzero(side[:, i] * side[:, j] < 0.0).tolist(), 2)
        for trade in (_trade(here, salience, weights, i, j, a, b), _trade(here, salience, weights, i, j, b, a))
        if trade is not None
    ]
    return sorted(found, key=lambda trade: -trade.gain)


def _off_mean(positions: Floats, weights: Floats) -> Floats:
    """How far each position is from the weighted mean; what is rounding counts as nothing."""
    off: Floats = positions - weighted_mean(positions, weights)[:, None]
    return np.where(np.abs(off) > _SAME * np.ptp(positions, axis=1)[:, None], off, 0.0)


def _trade(positions: Floats, salience: Floats, weights: Floats, i: int, j: int, a: int, b: int) -> Trade | None:
    """Trade in which i gives way on a and j on b, if both gain by it."""
    total = weights.sum(axis=1)
    most_a = weights[a, i] * abs(positions[a, j] - positions[a, i]) / total[a]
    most_b = weights[b, j] * abs(positions[b, i] - positions[b, j]) / total[b]
    sum_a, sum_b = salience[a, i] + salience[a, j], salience[b, i] + salience[b, j]
    if min(most_a, most_b, sum_a, sum_b) <= 0.0:
        return None
    x = min(most_a, most_b * sum_b / sum_a)
    y = x * sum_a / sum_b
    gain = salience[b, i] * y - salience[a, i] * x
    if gain <= _NOTHING * (y + x):
        return None
    towards = np.sign(positions[a, j] - positions[a, i]), np.sign(positions[b, i] - positions[b, j])
    return Trade(i, j, a, b, float(towards[0] * x), float(towards[1] * y), float(gain))


def equal_gain(positions: Floats, salience: Floats, power: Floats) -> EqualGain:
    """Play one round of exchanges: the best trade first, each position traded once.

    Parameters
    ----------
    positions, salience, power : numpy.ndarray
        ``[issue, actor]``; NaN in `positions` where an actor has none.

    Returns
    -------
    EqualGain
        With the least and the largest outcome over the orders of trades that bring the same gain.

    References
    ----------
    Stokman and Van Oosten 1994.
    """
    weights = np.where(np.isnan(positions), 0.0, power * salience)
    before = weighted_mean(np.nan_to_num(positions), weights)
    trades = possible_trades(positions, salience, power)
    orders, is_complete = _orders(trades)
    every = before + np.array([_shift(made, len(before)) for made in orders])
    return EqualGain(before, every[0], every.min(axis=0), every.max(axis=0), orders[0], is_complete)


def after_exchange(positions: Floats, salience: Floats, power: Floats) -> Floats:
    """Outcome of each issue after one round of exchanges in the order of the actors, without its range over orders."""
    weights = np.where(np.isnan(positions), 0.0, power * salience)
    made: list[Trade] = []
    taken: set[tuple[int, int]] = set()
    for trade in possible_trades(positions, salience, power):
        if not trade.positions & taken:
            made.append(trade)
            taken |= trade.positions
    outcome: Floats = weighted_mean(np.nan_to_num(positions), weights) + _shift(made, len(positions))
    return outcome


def _shift(trades: Sequence[Trade], issues: int) -> Floats:
    moved = np.zeros(issues)
    for trade in trades:
        moved[trade.first] += trade.first_shift
        moved[trade.second] += trade.second_shift
    return moved


def _orders(trades: Sequence[Trade]) -> tuple[list[tuple[Trade, ...]], bool]:
    """Every set of trades that some order of those of equal gain leads to, and whether all orders were looked at.

    The first is the one in the order of the actors. What is left depends on the set of trades that are made, so that a
    set is gone on from once; a trade that excludes none of the same gain is made in every order.
    """
    found: list[tuple[Trade, ...]] = []
    waiting: list[tuple[tuple[Trade, ...], tuple[Trade, ...]]] = [((), tuple(trades))]
    seen: set[frozenset[Trade]] = set()
    while waiting and len(seen) < MOST_STATES:
        made, left = waiting.pop()
        if frozenset(made) in seen:
            continue
        seen.add(frozenset(made))
        if not left:
            found.append(made)
            continue
        tied = [trade for trade in left if trade.gain >= left[0].gain * (1.0 - _SAME)]
        free = [one for one in tied if all(one is other or not one.positions & other.positions for other in tied)]
        for trade in reversed(free[:1] or tied):
            waiting.append(((*made, trade), tuple(one for one in left if not one.positions & trade.positions)))
    return found, not waiting
