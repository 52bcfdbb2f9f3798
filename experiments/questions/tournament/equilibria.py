"""Nash equilibria of the game of tactics, each verified by its regrets, and how they stand in resampled worlds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.errors import need
from experiments.questions.tournament.game import UNPLAYED, Elimination, Game, pure_equilibria, undominated
from experiments.questions.tournament.lemke_howson import lemke_howson

if TYPE_CHECKING:
    from sim.records import Floats

#: Choices that a side may have left for all pairs of supports of one size to be tried; at 8 they are 12,869.
ENUMERATED: Final = 8
#: Choices that a side may have left for the vertices of the best replies to be enumerated, which is much slower.
_VERTICES: Final = 5
#: Difference of probabilities up to which two equilibria are one.
_SAME: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Equilibrium:
    """A pair of mixtures from which neither side gains by leaving.

    Attributes
    ----------
    us, partner : arrays
        Probabilities of the choices of either side.
    regrets : tuple of float
        What either side would gain by its best reply; 0 but for rounding.
    """

    us: Floats
    partner: Floats
    regrets: tuple[float, float]

    @property
    def supports(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Choices that either side makes with positive probability."""
        us, partner = (tuple(int(place) for place in np.flatnonzero(mixture)) for mixture in (self.us, self.partner))
        return us, partner

    @property
    def is_pure(self) -> bool:
        """Whether either side makes one choice."""
        return all(len(support) == 1 for support in self.supports)


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """What was found of a game.

    Attributes
    ----------
    equilibria : list of Equilibrium
        Pure ones first, then by their supports.
    rows, columns : int arrays
        Choices that iterated elimination of strictly dominated choices leaves to either side.
    eliminations : list of Elimination
        What it took away.
    complete : bool
        Whether all supports were tried, so that every equilibrium of a non-degenerate game is there: one in which no
        mixture has more best replies than it mixes choices.
    """

    equilibria: list[Equilibrium]
    rows: np.ndarray
    columns: np.ndarray
    eliminations: list[Elimination]
    complete: bool


def need_nashpy() -> None:
    """Refuse to start what could not be finished.

    Raises
    ------
    RunError
        When the extra is not installed.
    """
    need("nashpy", "tournament", "winset tournament")


def solve(game: Game) -> Solution:
    """Find equilibria: eliminate, enumerate pure ones and supports of a small rest, and follow all Lemke-Howson paths.

    Nothing counts that :meth:`experiments.questions.tournament.game.Game.is_equilibrium` does not confirm in the whole
    game.
    """
    rows, columns, gone = undominated(game)
    rest = game.part(rows, columns)
    complete = max(rest.us.shape) <= ENUMERATED
    found: list[Equilibrium] = []
    for x, y in _candidates(rest, complete=complete):
        us, partner = np.zeros(game.us.shape[0]), np.zeros(game.us.shape[1])
        us[rows], partner[columns] = _clean(x), _clean(y)
        if not game.is_equilibrium(us, partner) or any(_same(us, partner, other) for other in found):
            continue
        found.append(Equilibrium(us, partner, game.regrets(us, partner)))
    found.sort(key=lambda one: (not one.is_pure, one.supports))
    return Solution(found, rows, columns, gone, complete)


def _candidates(game: Game, *, complete: bool) -> Iterator[tuple[Floats, Floats]]:
    m, n = game.us.shape
    for row, column in pure_equilibria(game):
        yield np.eye(m)[row], np.eye(n)[column]
    if complete:
        yield from _by_supports(game)
    if max(m, n) <= _VERTICES and min(m, n) > 1:
        yield from _by_vertices(game)
    for label in range(m + n):
        pair = lemke_howson(game, label)
        if pair is not None:
            yield pair


def _by_supports(game: Game) -> Iterator[tuple[Floats, Floats]]:
    """Mixtures that make both sides indifferent, for all pairs of supports of one size [Nisan et al. 2007, alg. 3.4].

    Nashpy's enumeration compares payoffs without a tolerance and loses mixtures to rounding.
    """
    m, n = game.us.shape
    for size in range(2, min(m, n) + 1):
        for rows in combinations(range(m), size):
            for columns in combinations(range(n), size):
                y = mixture_on(game.us, rows, columns)
                x = None if y is None else mixture_on(game.partner.T, columns, rows)
                if x is not None and y is not None:
                    yield x, y


def _by_vertices(game: Game) -> Iterator[tuple[Floats, Floats]]:
    """Extreme equilibria by Nashpy, also of degenerate games, whose mixtures may differ in the size of support."""
    import nashpy
    from scipy.spatial import QhullError

    # Nashpy takes payoffs for positive or shifts them by their least; scaled, its tolerances mean the same in any unit.
    us, partner = (1.0 + (payoffs - payoffs.min()) / (np.ptp(payoffs) or 1.0) for payoffs in (game.us, game.partner))
    try:
        pairs = list(nashpy.Game(us, partner).vertex_enumeration())
    except QhullError:
        # Flat polytopes, as where a side's payoffs are all alike.
        return
    for x, y in pairs:
        yield np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def _clean(mixture: Floats) -> Floats:
    """Mixture without what is rounding."""
    kept = np.where(mixture > UNPLAYED, mixture, 0.0)
    total = float(kept.sum())
    return kept / total if total > 0.0 else kept


def _same(us: Floats, partner: Floats, other: Equilibrium) -> bool:
    return bool(max(np.abs(us - other.us).max(), np.abs(partner - other.partner).max()) <= _SAME)


def mixture_on(payoffs: Floats, rows: tuple[int, ...], columns: tuple[int, ...]) -> Floats | None:
    """Mixture over `columns` that leaves the side of the rows indifferent between `rows`; None if there is not one.

    Parameters
    ----------
    payoffs : array, shape [row, column]
        Payoffs of the side of the rows.
    rows, columns : tuple of int
        What each side mixes over, by place in `payoffs`; equally many, or there is no such mixture.
    """
    if len(rows) != len(columns):
        return None
    block = payoffs[np.ix_(rows, columns)]
    size = len(rows)
    system = np.zeros((size + 1, size + 1))
    system[:size, :size], system[:size, size], system[size, :size] = block, -1.0, 1.0
    try:
        weights = np.linalg.solve(system, np.append(np.zeros(size), 1.0))[:size]
    except np.linalg.LinAlgError:
        return None
    if not (np.isfinite(weights).all() and (weights > UNPLAYED).all()):
        return None
    mixture = np.zeros(payoffs.shape[1])
    mixture[list(columns)] = weights / weights.sum()
    return mixture


def survival(equilibrium: Equilibrium, samples: Floats) -> tuple[float, Floats]:
    """How an equilibrium stands in games of resampled worlds.

    Parameters
    ----------
    equilibrium : Equilibrium
        Of the game of all worlds.
    samples : array, shape [sample, us choice, partner choice, side]
        Mean payoffs over resampled worlds.

    Returns
    -------
    share : float
        Share of the samples that have an equilibrium on the same supports.
    regrets : array, shape [sample, side]
        Regrets of the equilibrium itself, its probabilities unchanged, in every sample.
    """
    rows, columns = equilibrium.supports
    survived, regrets = 0, np.empty((len(samples), 2))
    for place, payoffs in enumerate(samples):
        game = Game.of(payoffs)
        regrets[place] = game.regrets(equilibrium.us, equilibrium.partner)
        partner = mixture_on(game.us, rows, columns)
        us = mixture_on(game.partner.T, columns, rows)
        survived += us is not None and partner is not None and game.is_equilibrium(us, partner)
    return survived / len(samples), regrets
