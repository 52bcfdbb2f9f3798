"""Replicator dynamics of two populations: tactics that do better than the average of their side spread.

dx_i/dt = x_i (f_i(y) - x f(y)) for the US and alike for the partner [Taylor and Jonker 1978; two populations: Taylor
1979]. The logarithms of the shares are followed, d ln x_i/dt = f_i - x f, which keeps shares positive, in steps of the
classical Runge-Kutta method.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.statistics.resampling import generator

if TYPE_CHECKING:
    from experiments.questions.tournament.game import Game
    from sim.records import Floats

#: Step and end of time, in units in which the larger range of payoffs of the two sides is 1.
STEP: Final = 0.5
END: Final = 5_000.0

#: Share below which a tactic has died out, and regret (same units as time) up to which the populations have settled.
EXTINCT: Final = 0.01
SETTLED: Final = 1e-4

#: Steps between two looks at whether all have settled.
_LOOK: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """Where the populations ended from every start.

    Attributes
    ----------
    us, partner : arrays, shape [start, choice]
        Shares at the end.
    settled : array of bool, shape [start]
        Whether no choice would do better than its population's average by more than 0.01 % of the range of payoffs;
        the others still move or go round.
    """

    us: Floats
    partner: Floats
    settled: np.ndarray

    def basins(self) -> list[tuple[tuple[int, ...], tuple[int, ...], bool, float]]:
        """Choices of either side that are left, whether settled, and the share of the starts; largest share first."""
        counts: dict[tuple[tuple[int, ...], tuple[int, ...], bool], int] = {}
        for us, partner, settled in zip(self.us, self.partner, self.settled, strict=True):
            alive = tuple(tuple(int(i) for i in np.flatnonzero(shares >= EXTINCT)) for shares in (us, partner))
            key = (alive[0], alive[1], bool(settled))
            counts[key] = counts.get(key, 0) + 1
        total = len(self.settled)
        ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
        return [(*key, count / total) for key, count in ordered]


def seeded_starts(game: Game, count: int, seed: int) -> tuple[Floats, Floats]:
    """Draw starting shares evenly from all mixtures of both sides; the first start is all choices alike."""
    source = generator(seed, "tournament.replicator")
    us, partner = (source.dirichlet(np.ones(size), size=count) for size in game.us.shape)
    us[0], partner[0] = 1.0 / us.shape[1], 1.0 / partner.shape[1]
    return us, partner


def replicator_flow(game: Game, us: Floats, partner: Floats, end: float = END) -> Flow:
    """Follow the populations from starts `us` and `partner`, shape ``[start, choice]``, until all settle or time ends.

    Time is measured so that the larger of the two sides' ranges of payoffs is 1; it is one unit for both, for the
    relative speed of the populations decides where a path leads.
    """
    scale = max(float(np.ptp(game.us)), float(np.ptp(game.partner))) or 1.0
    a, b = game.us.T / scale, game.partner / scale
    tiny = np.finfo(np.float64).tiny
    state = np.log(np.maximum(us, tiny)), np.log(np.maximum(partner, tiny))
    for step in range(round(end / STEP)):
        if step % _LOOK == 0 and _settled(state, a, b).all():
            break
        state = _step(state, a, b)
    return Flow(_shares(state[0]), _shares(state[1]), _settled(state, a, b))


Logs = tuple["Floats", "Floats"]


def _shares(logs: Floats) -> Floats:
    raised = np.exp(logs - logs.max(axis=1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _speed(logs: Logs, a: Floats, b: Floats) -> Logs:
    x, y = _shares(logs[0]), _shares(logs[1])
    us, partner = y @ a, x @ b
    return (
        us - (x * us).sum(axis=1, keepdims=True),
        partner - (y * partner).sum(axis=1, keepdims=True),
    )


def _step(logs: Logs, a: Floats, b: Floats) -> Logs:
    one = _speed(logs, a, b)
    two = _speed(_moved(logs, one, STEP / 2), a, b)
    three = _speed(_moved(logs, two, STEP / 2), a, b)
    four = _speed(_moved(logs, three, STEP), a, b)
    mean = tuple((k1 + 2 * k2 + 2 * k3 + k4) / 6 for k1, k2, k3, k4 in zip(one, two, three, four, strict=True))
    return _moved(logs, (mean[0], mean[1]), STEP)


def _moved(logs: Logs, speed: Logs, time: float) -> Logs:
    return logs[0] + time * speed[0], logs[1] + time * speed[1]


def _settled(logs: Logs, a: Floats, b: Floats) -> np.ndarray:
    us, partner = _speed(logs, a, b)
    settled: np.ndarray = (us.max(axis=1) <= SETTLED) & (partner.max(axis=1) <= SETTLED)
    return settled
