"""A game in which each of two sides chooses one of finitely many tactics, as arrays of payoffs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.records import Floats

    Integers = NDArray[np.int64]

#: Share of the range of a side's payoffs below which two of them are the same.
TOLERANCE: Final = 1e-9

#: Probability below which a tactic is not played.
UNPLAYED: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Game:
    """Payoffs of both sides for every pair of choices.

    Attributes
    ----------
    us, partner : arrays, shape [us choice, partner choice]
    """

    us: Floats
    partner: Floats

    @classmethod
    def of(cls, payoffs: Floats) -> Game:
        """Game of an array of shape ``[us choice, partner choice, side]``."""
        return cls(np.ascontiguousarray(payoffs[..., 0]), np.ascontiguousarray(payoffs[..., 1]))

    @property
    def tolerances(self) -> tuple[float, float]:
        """What counts as no difference for either side, in the units of the payoffs."""
        return TOLERANCE * float(np.ptp(self.us)), TOLERANCE * float(np.ptp(self.partner))

    def values(self, x: Floats, y: Floats) -> tuple[float, float]:
        """Expected payoffs when the US mixes by `x` and the partner by `y`."""
        return float(x @ self.us @ y), float(x @ self.partner @ y)

    def regrets(self, x: Floats, y: Floats) -> tuple[float, float]:
        """What either side would gain by its best reply; both 0 in a Nash equilibrium [Nash 1951]."""
        values = self.values(x, y)
        best = float((self.us @ y).max()), float((x @ self.partner).max())
        return max(0.0, best[0] - values[0]), max(0.0, best[1] - values[1])

    def is_equilibrium(self, x: Floats, y: Floats) -> bool:
        """Whether neither regret exceeds its tolerance."""
        return all(regret <= most for regret, most in zip(self.regrets(x, y), self.tolerances, strict=True))

    def part(self, rows: Integers, columns: Integers) -> Game:
        """Game of some choices only."""
        return Game(self.us[np.ix_(rows, columns)], self.partner[np.ix_(rows, columns)])


@dataclass(frozen=True, slots=True)
class Elimination:
    """A choice that no one should make, whatever the other side does.

    Attributes
    ----------
    round : int
        Round of the elimination, from 1.
    side : int
        0 for the US, 1 for the partner.
    choice : int
        Number of the choice.
    by : dict of int to float
        Choices that together do better, with their probabilities.
    """

    round: int
    side: int
    choice: int
    by: dict[int, float]


def undominated(game: Game) -> tuple[Integers, Integers, list[Elimination]]:
    """Eliminate strictly dominated choices until none is left, also those that only a mixture dominates.

    No equilibrium is lost by it, and its result depends on no order [Gilboa, Kalai and Zemel 1990].

    Returns
    -------
    rows, columns : int arrays
        Choices that are left to the US and to the partner.
    eliminations : list of Elimination
        What went, in order.
    """
    left: list[Integers] = [np.arange(size) for size in game.us.shape]
    gone: list[Elimination] = []
    number = 0
    while True:
        number += 1
        part = game.part(left[0], left[1])
        found: list[Elimination] = []
        for side, payoffs in enumerate((part.us, part.partner.T)):
            for place, by in _dominated(payoffs, game.tolerances[side]):
                mixture = {int(left[side][other]): weight for other, weight in by.items()}
                found.append(Elimination(number, side, int(left[side][place]), mixture))
        if not found:
            return left[0], left[1], gone
        gone += found
        left = [
            np.array([choice for choice in left[side] if choice not in {e.choice for e in found if e.side == side}])
            for side in (0, 1)
        ]


def _dominated(payoffs: Floats, tolerance: float) -> list[tuple[int, dict[int, float]]]:
    """Rows that another row or a mixture of rows exceeds by more than `tolerance` in every column."""
    margins = (payoffs[:, np.newaxis] - payoffs[np.newaxis]).min(axis=2)  # [better, row]
    found: list[tuple[int, dict[int, float]]] = []
    for row in range(len(payoffs)):
        better = int(margins[:, row].argmax())
        by = {better: 1.0} if margins[better, row] > tolerance else _dominating_mixture(payoffs, row, tolerance)
        if by:
            found.append((row, by))
    return found


def _dominating_mixture(payoffs: Floats, row: int, tolerance: float) -> dict[int, float]:
    """Mixture of rows that exceeds `row` by the largest margin in its worst column; empty if that is no more than 0."""
    from scipy.optimize import linprog

    rows, columns = payoffs.shape
    scale = float(np.ptp(payoffs)) or 1.0
    lead = (payoffs - payoffs[row]) / scale
    solved = linprog(
        np.append(np.zeros(rows), -1.0),
        A_ub=np.column_stack([-lead.T, np.ones(columns)]),
        b_ub=np.zeros(columns),
        A_eq=np.append(np.ones(rows), 0.0)[np.newaxis],
        b_eq=[1.0],
        bounds=[(0.0, 1.0)] * rows + [(None, None)],
        method="highs",
    )
    if not solved.success:
        return {}
    answer = np.asarray(solved.x, dtype=np.float64)[:rows]
    weights = np.where(answer > UNPLAYED, answer, 0.0)
    weights /= weights.sum()
    # Of the solver's answer only what holds exactly counts.
    if (weights @ lead).min() * scale <= max(tolerance, 1e-9 * scale):
        return {}
    return {int(place): float(weights[place]) for place in np.flatnonzero(weights)}


def pure_equilibria(game: Game) -> list[tuple[int, int]]:
    """Every pair of choices from which neither side gains by leaving, by exact enumeration."""
    stable = pure_equilibrium_mask(np.stack([game.us, game.partner], axis=-1)[np.newaxis])[0]
    return [(int(us), int(partner)) for us, partner in np.argwhere(stable)]


def pure_equilibrium_mask(payoffs: Floats) -> NDArray[np.bool_]:
    """Whether each pair of choices is an equilibrium, for many games at once.

    Parameters
    ----------
    payoffs : array, shape [game, us choice, partner choice, side]

    Returns
    -------
    array of bool, shape [game, us choice, partner choice]
    """
    tolerance = TOLERANCE * np.ptp(payoffs, axis=(1, 2))[:, np.newaxis, np.newaxis]
    us, partner = payoffs[..., 0], payoffs[..., 1]
    best_us = us >= us.max(axis=1, keepdims=True) - tolerance[..., 0]
    best_partner = partner >= partner.max(axis=2, keepdims=True) - tolerance[..., 1]
    both: NDArray[np.bool_] = best_us & best_partner
    return both
