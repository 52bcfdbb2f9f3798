"""From draws and the record to weights: prior draws, with regression adjustment, or sequential Monte Carlo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from experiments.questions.calibrate.simulation import differences, squared_distances
from experiments.statistics.adjustment import adjusted
from experiments.statistics.scores import effective_number
from experiments.statistics.tempering import Particles, Step, temper
from experiments.statistics.weighted import kernel_logs, weights_of_logs

if TYPE_CHECKING:
    from collections.abc import Callable

    from experiments.questions.calibrate.simulation import CaseTalks
    from sim.records import Floats, Integers

Method = Literal["weights", "regression", "smc"]

#: Tolerance that is aimed at: the range of a row is two standard deviations of the record around the model.
TOLERANCE: Final = 0.5

#: Share of the draws that must count in effect; with fewer the tolerance is raised.
KEPT: Final = 0.05

_HALVINGS: Final = 60

#: Largest tolerance, in widths; the tolerance is raised no further, for nearly all draws count alike long before.
WIDEST: Final = 1e3


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Draws with weights.

    Attributes
    ----------
    numbers : numpy.ndarray
        Number of each draw, shape ``[draw]``.
    scores : numpy.ndarray
        Normal scores of the parameters under the prior, shape ``[draw, parameter]``.
    weights : numpy.ndarray
        Shape ``[draw]``, summing to 1.
    values : list of numpy.ndarray
        What each draw says at the rows of each case, each of shape ``[draw, repeat, row]``.
    shares : list of numpy.ndarray
        Weight of each repeat of a draw in each case, shape ``[draw, repeat]``, summing to 1 over all.
    moved : numpy.ndarray or None
        Scores after regression adjustment; None where there were too few effective draws for it.
    tolerance : float
        Standard deviation of the kernel, in widths.
    steps : tuple of Step
        Steps of sequential Monte Carlo, or the one of weighting.
    played : int
        How often all draws were played in all.
    ended : str
        Why they ended: ``weights``, ``tolerance``, ``acceptance``, ``copies`` or ``steps``.
    """

    numbers: Integers
    scores: Floats
    weights: Floats
    values: list[Floats]
    shares: list[Floats]
    moved: Floats | None
    tolerance: float
    steps: tuple[Step, ...]
    played: int
    ended: str

    @property
    def effective(self) -> float:
        """Effective number of draws."""
        return effective_number(self.weights, len(self.weights))


def squares_of(cases: Sequence[CaseTalks], values: Sequence[Floats]) -> Floats:
    """Squared distances of draws, shape ``[draw, case, repeat]``."""
    found = np.empty((len(values[0]), len(cases), values[0].shape[1]))
    for place, (case, said) in enumerate(zip(cases, values, strict=True)):
        fitted = np.array([row.fitted for row in case.rows], dtype=bool)
        for repeat in range(said.shape[1]):
            off = differences(said[:, repeat], case.rows)
            found[:, place, repeat] = squared_distances(off[:, fitted])
    return found


def tolerance_for(squares: Floats, least: float, kept: float) -> float:
    """Least tolerance, not below `least`, at which the effective number of equally likely draws is `kept` of them."""

    def effective(tolerance: float) -> float:
        weights = weights_of_logs(kernel_logs(squares, tolerance))
        return effective_number(weights, len(weights))

    wanted = kept * len(squares)
    if effective(least) >= wanted:
        return least
    low, high = least, max(WIDEST, 2.0 * least)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if effective(middle) >= wanted else (middle, high)
    return high


def weighted(
    cases: Sequence[CaseTalks], scores: Floats, values: list[Floats], least: float, kept: float, *, widen: bool
) -> Fitted:
    """Weigh draws from the prior, and adjust them by regression.

    Parameters
    ----------
    cases : sequence of CaseTalks
        Whose rows they are compared with.
    scores : numpy.ndarray
        Normal scores of the draws, shape ``[draw, parameter]``.
    values : list of numpy.ndarray
        What they say, by case.
    least, kept : float
        Tolerance that is aimed at, and the share of the draws that must count in effect.
    widen : bool
        Whether the tolerance is raised until so many count.
    """
    squares = squares_of(cases, values)
    tolerance = tolerance_for(squares, least, kept) if widen else least
    weights = weights_of_logs(kernel_logs(squares, tolerance))
    effective = effective_number(weights, len(weights))
    step = Step(tolerance, effective, False, 0, 0.0, effective)
    return _fitted(cases, np.arange(len(scores)), scores, weights, values, squares, tolerance, (step,), 1, "weights")


def tempered(
    cases: Sequence[CaseTalks],
    scores: Floats,
    values: list[Floats],
    least: float,
    simulate: Callable[[Floats, int], list[Floats]],
    uniforms: Callable[[str, int, int], Floats],
    most_steps: int,
) -> Fitted:
    """Bring draws from the prior to the posterior by sequential Monte Carlo; the arguments are those of its parts."""
    count = len(scores)
    shapes = [said.shape[1:] for said in values]

    def flat(said: list[Floats]) -> Floats:
        return np.concatenate([one.reshape(len(one), -1) for one in said], axis=1)

    def played(proposed: Floats, first: int) -> tuple[Floats, Floats]:
        said = simulate(proposed, first)
        return squares_of(cases, said), flat(said)

    equal = np.full(count, 1.0 / count)
    start = Particles(scores, squares_of(cases, values), flat(values), np.arange(count), equal)
    found = temper(start, played, uniforms, least, most_steps=most_steps)
    last = found.particles
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
    said = [one.reshape(count, *shape) for one, shape in zip(np.split(last.said, ends, axis=1), shapes, strict=True)]
    return _fitted(
        cases,
        last.numbers,
        last.scores,
        last.weights,
        said,
        last.squares,
        found.tolerance,
        found.steps,
        found.played,
        found.ended,
    )


def _fitted(
    cases: Sequence[CaseTalks],
    numbers: Integers,
    scores: Floats,
    weights: Floats,
    values: list[Floats],
    squares: Floats,
    tolerance: float,
    steps: tuple[Step, ...],
    played: int,
    ended: str,
) -> Fitted:
    shares = [weights[:, np.newaxis] * _of_repeats(squares[:, place], tolerance) for place in range(len(cases))]
    statistics = []
    for case, said, share in zip(cases, values, shares, strict=True):
        of_draws = share.sum(axis=1, keepdims=True)
        inside = np.divide(share, of_draws, out=np.full(share.shape, 1.0 / share.shape[1]), where=of_draws > 0.0)
        off = np.stack([differences(said[:, one], case.rows) for one in range(said.shape[1])], axis=1)
        fitted = np.array([row.fitted for row in case.rows], dtype=bool)
        statistics.append((inside[:, :, np.newaxis] * off[:, :, fitted]).sum(axis=1))
    seen = np.concatenate(statistics, axis=1)
    moved = adjusted(scores, seen, np.zeros(seen.shape[1]), weights)
    return Fitted(numbers, scores, weights, values, shares, moved, tolerance, steps, played, ended)


def _of_repeats(squares: Floats, tolerance: float) -> Floats:
    """Share of each repeat in the kernel weight of its draw, shape ``[draw, repeat]``."""
    logs = -(squares - squares.min(axis=1, keepdims=True)) / (2.0 * tolerance**2)
    found: Floats = np.exp(logs)
    found /= found.sum(axis=1, keepdims=True)
    return found
