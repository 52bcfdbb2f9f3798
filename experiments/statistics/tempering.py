"""Sequential Monte Carlo for approximate Bayesian computation [Del Moral, Doucet and Jasra 2012].

Particles start as draws from the prior. Step by step the tolerance falls so far that the effective number of particles
is a given share of what it was; particles are resampled when it is too low, and each is moved by steps of Metropolis
and Hastings that leave the posterior at the present tolerance as it is. Moves of a step are repeated while few
particles have moved [Drovandi and Pettitt 2011], and the search ends before particles are copies of a few.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.statistics.scores import effective_number
from experiments.statistics.weighted import covariances, distinct_number, kernel_logs, resampled, weights_of_logs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.records import Floats, Integers

    Mask = NDArray[np.bool_]

#: Given scores, shape ``[particle, parameter]``, and the number of the first draw: squared distances and what else they
#: gave, as :class:`Particles` has them. What is not in the scores is drawn anew by number.
Simulate = Callable[["Floats", int], "tuple[Floats, Floats]"]
#: Uniform draws by the name of a stream, rows and columns; the same for the same arguments.
Uniforms = Callable[[str, int, int], "Floats"]

#: Share of the effective number of particles that the next tolerance leaves.
KEPT: Final = 0.9

#: Share of particles below which the effective number brings about a resampling.
RESAMPLED_BELOW: Final = 0.5

#: Share of accepted moves below which the search stops.
LEAST_ACCEPTED: Final = 0.015

#: Share of the weight that must have moved in a step before the tolerance falls on, and most moves in it.
MOVED: Final = 0.5
MOST_MOVES: Final = 5

#: Effective number of particles, copies of one counted as one, over that of all, below which the search stops.
LEAST_DISTINCT: Final = 0.1

#: Steps after which it stops in any case.
MOST_STEPS: Final = 200

#: Halvings of the interval in which the next tolerance lies.
_HALVINGS: Final = 60

#: Rise of a covariance's diagonal that lets it have a factor where particles agree.
_JITTER: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Particles:
    """Particles with what they gave.

    Attributes
    ----------
    scores : numpy.ndarray
        Normal scores of the parameters, independent and standard under the prior, shape ``[particle, parameter]``.
    squares : numpy.ndarray
        Squared distances to the data, shape ``[particle, case, repeat]``.
    said : numpy.ndarray
        What the particles gave besides, shape ``[particle, number]``; it goes with them.
    numbers : numpy.ndarray
        Number of the draw that gave each particle, shape ``[particle]``.
    weights : numpy.ndarray
        Shape ``[particle]``, summing to 1.
    """

    scores: Floats
    squares: Floats
    said: Floats
    numbers: Integers
    weights: Floats

    def taken(self, rows: Integers) -> Particles:
        """Particles in these rows, all of the same weight."""
        equal = np.full(len(rows), 1.0 / len(rows))
        return Particles(self.scores[rows], self.squares[rows], self.said[rows], self.numbers[rows], equal)

    def moved_to(self, other: Particles, there: Mask) -> Particles:
        """Particles that are those of `other` where marked, with the weights that they have."""

        def chosen(own: Any, moved: Any) -> Any:
            return np.where(there.reshape(-1, *(1,) * (own.ndim - 1)), moved, own)

        return Particles(
            chosen(self.scores, other.scores),
            chosen(self.squares, other.squares),
            chosen(self.said, other.said),
            chosen(self.numbers, other.numbers),
            self.weights,
        )

    @property
    def effective(self) -> float:
        """Effective number of particles."""
        return effective_number(self.weights, len(self.weights))

    @property
    def distinct(self) -> float:
        """Effective number of particles, copies of one counted as one."""
        return distinct_number(self.numbers, self.weights)


@dataclass(frozen=True, slots=True)
class Step:
    """What happened in a step.

    Attributes
    ----------
    tolerance : float
        Its tolerance.
    effective : float
        Effective number of particles before any resampling.
    resampled : bool
        Whether they were resampled.
    moves : int
        How often each was moved.
    accepted : float
        Share of the moves that were accepted, by weight.
    distinct : float
        Effective number after the moves, copies of one particle counted as one.
    """

    tolerance: float
    effective: float
    resampled: bool
    moves: int
    accepted: float
    distinct: float


@dataclass(frozen=True, slots=True, eq=False)
class Tempered:
    """Particles at the last tolerance.

    Attributes
    ----------
    particles : Particles
        The particles.
    steps : tuple of Step
        Steps that led to them.
    played : int
        How often all particles were played, the prior included.
    ended : str
        Why there are no further steps: ``tolerance`` (the least was reached), ``acceptance``, ``copies`` or ``steps``.
    """

    particles: Particles
    steps: tuple[Step, ...]
    played: int
    ended: str

    @property
    def tolerance(self) -> float:
        """Last tolerance; infinite without any step."""
        return self.steps[-1].tolerance if self.steps else math.inf


def next_tolerance(particles: Particles, tolerance: float, least: float, kept: float = KEPT) -> float:
    """Tolerance at which the effective number falls to `kept` of what it is, or `least` where it stays above.

    Weights change by the ratio of the kernel at the new tolerance to that at the old one.
    """
    wanted = kept * particles.effective
    if _effective_at(particles, tolerance, least) >= wanted:
        return least
    # In the inverse of the square, which starts at 0 for an infinite tolerance.
    low, high = tolerance**-2, least**-2
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if _effective_at(particles, tolerance, middle**-0.5) >= wanted:
            low = middle
        else:
            high = middle
    return float(high**-0.5)


def reweighted(particles: Particles, tolerance: float, new: float) -> Floats:
    """Weights at a new tolerance."""
    with np.errstate(divide="ignore"):
        logs = np.log(particles.weights)
    return weights_of_logs(logs + kernel_logs(particles.squares, new) - kernel_logs(particles.squares, tolerance))


def _effective_at(particles: Particles, tolerance: float, new: float) -> float:
    return effective_number(reweighted(particles, tolerance, new), len(particles.weights))


def temper(
    first: Particles,
    simulate: Simulate,
    uniforms: Uniforms,
    least: float,
    *,
    most_steps: int = MOST_STEPS,
    least_accepted: float = LEAST_ACCEPTED,
) -> Tempered:
    """Bring draws from the prior to the posterior at the least tolerance that moves still reach.

    Parameters
    ----------
    first : Particles
        Draws from the prior, equally weighted.
    simulate : callable
        Plays particles that are proposed; see :data:`Simulate`.
    uniforms : callable
        See :data:`Uniforms`.
    least : float
        Tolerance at which to stop.
    most_steps, least_accepted
        When to stop before that.
    """
    particles, tolerance, steps, played = first, math.inf, list[Step](), 1
    count = len(first.weights)
    while len(steps) < most_steps:
        name, new = f"step.{len(steps)}", next_tolerance(particles, tolerance, least)
        weighted = replace(particles, weights=reweighted(particles, tolerance, new))
        effective, again = weighted.effective, weighted.effective < RESAMPLED_BELOW * count
        if again:
            weighted = weighted.taken(
                resampled(weighted.weights, count, float(uniforms(f"{name}.resampled", 1, 1)[0, 0]))
            )
        before, shares = weighted.numbers, list[float]()
        while len(shares) < MOST_MOVES:
            at = f"{name}.{len(shares)}"
            weighted, accepted = _moved(weighted, new, simulate, uniforms, at, count * (played + len(shares)))
            shares.append(accepted)
            moved = float(weighted.weights[weighted.numbers != before].sum())
            if moved >= MOVED or accepted < least_accepted:
                break
        played += len(shares)
        if weighted.distinct < LEAST_DISTINCT * count and steps:
            # What was reached before is kept: at the new tolerance it would rest on copies of a few.
            return Tempered(particles, tuple(steps), played, "copies")
        particles, tolerance = weighted, new
        steps.append(Step(new, effective, again, len(shares), sum(shares) / len(shares), weighted.distinct))
        if min(shares) < least_accepted:
            return Tempered(particles, tuple(steps), played, "acceptance")
        if tolerance <= least:
            return Tempered(particles, tuple(steps), played, "tolerance")
    return Tempered(particles, tuple(steps), played, "steps")


def _moved(
    particles: Particles,
    tolerance: float,
    simulate: Simulate,
    uniforms: Uniforms,
    name: str,
    first: int,
) -> tuple[Particles, float]:
    """Particles after a random walk with 2.38^2 / d of their covariance, and the share of weight that moved."""
    from scipy.special import ndtri

    count, width = particles.scores.shape
    spread = covariances(particles.scores, particles.weights)
    factor = np.linalg.cholesky(spread * (2.38**2 / width) + _JITTER * np.eye(width))
    normal = ndtri(uniforms(f"{name}.proposed", count, width))
    proposed = particles.scores.copy()
    for i in range(width):
        for j in range(i + 1):
            proposed[:, i] += factor[i, j] * normal[:, j]
    squares, said = simulate(proposed, first)
    there = Particles(proposed, squares, said, first + np.arange(count), particles.weights)
    ratio = (
        0.5 * (particles.scores**2 - proposed**2).sum(axis=1)
        + kernel_logs(squares, tolerance)
        - kernel_logs(particles.squares, tolerance)
    )
    taken = np.log(uniforms(f"{name}.accepted", count, 1)[:, 0]) < ratio
    return particles.moved_to(there, taken), float(particles.weights[taken].sum())
