"""The path of Lemke and Howson (1964) to an equilibrium of a game of two sides.

Nashpy has it too, but multiplies pivots without dividing again: beyond about ten pivots its floats overflow, and games
of 20 tactics take more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from experiments.questions.tournament.game import Game
    from sim.records import Floats

#: Pivots after which a path is given up; one on a game of 20 x 20 takes some dozens.
_MOST_PIVOTS: Final = 20_000
#: Entries of a tableau below which they are rounding; payoffs are scaled to lie between 1 and 2.
_ROUNDING: Final = 1e-11


def lemke_howson(game: Game, label: int) -> tuple[Floats, Floats] | None:
    """Follow the path on which `label` is dropped first, and return the mixtures of the US and the partner at its end.

    Ties of the ratio test are broken lexicographically, so that the path ends also in degenerate games [von Stengel
    2002]. None where rounding has led the path astray; the result is to be checked by its regrets.

    Parameters
    ----------
    game : Game
    label : int
        0 to m - 1 for the m choices of the US, m to m + n - 1 for the n choices of the partner.
    """
    m, n = game.us.shape
    us, partner = _positive(game.us), _positive(game.partner)
    # Of either polytope a row holds a basic variable: x and the slacks of the partner's replies, or y and those of the
    # US's.
    tableaus = [
        np.column_stack([partner.T, np.eye(n), np.ones(n)]),
        np.column_stack([np.eye(m), us, np.ones(m)]),
    ]
    bases = [np.arange(m, m + n), np.arange(m)]
    slacks = [np.arange(m, m + n), np.arange(m)]
    side, entering = (0 if label < m else 1), label
    for _ in range(_MOST_PIVOTS):
        row = _leaving_row(tableaus[side], entering, slacks[side])
        if row is None:
            return None
        leaving = int(bases[side][row])
        _pivot(tableaus[side], row, entering)
        bases[side][row] = entering
        if leaving == label:
            return _mixture(tableaus[0], bases[0], 0, m), _mixture(tableaus[1], bases[1], m, n)
        side, entering = 1 - side, leaving
    return None


def _positive(payoffs: Floats) -> Floats:
    """Payoffs between 1 and 2; neither shift nor scale moves an equilibrium."""
    span = float(np.ptp(payoffs)) or 1.0
    scaled: Floats = 1.0 + (payoffs - payoffs.min()) / span
    return scaled


def _leaving_row(tableau: Floats, entering: int, slacks: np.ndarray) -> int | None:
    """Row of the smallest ratio, of equal ones the first in lexicographic order."""
    rows = np.flatnonzero(tableau[:, entering] > _ROUNDING)
    for column in (-1, *slacks):
        if len(rows) < 2:
            break
        ratios = tableau[rows, column] / tableau[rows, entering]
        rows = rows[ratios <= ratios.min() + _ROUNDING]
    return int(rows[0]) if len(rows) else None


def _pivot(tableau: Floats, row: int, column: int) -> None:
    tableau[row] /= tableau[row, column]
    others = np.arange(len(tableau)) != row
    tableau[others] -= np.outer(tableau[others, column], tableau[row])


def _mixture(tableau: Floats, basis: np.ndarray, first: int, count: int) -> Floats:
    weights = np.zeros(count)
    for row, variable in enumerate(basis):
        if first <= variable < first + count:
            weights[variable - first] = max(0.0, tableau[row, -1])
    total = float(weights.sum())
    return weights / total if total > 0.0 else weights
