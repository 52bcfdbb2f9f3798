"""The design table: one row for each negotiation, one column for each sampled number.

Every column depends only on the seed, its own path and the run, so that chunks can be drawn apart and a new column
moves no other. Correlated columns also depend on those that stand before them in their group.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from experiments.config.correlations import correlation_groups
from experiments.config.numbers import numbers
from experiments.errors import RunError
from experiments.statistics.permutation import permuted
from sim.draws import uniforms
from sim.records import Floats

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config
    from experiments.design.given import GivenDesign
    from experiments.statistics.permutation import Words

#: Cumulative probabilities stay this far from 0 and 1, so that every quantile is finite.
_EDGE = 2.0**-53

#: Bits of a Sobol sequence; it repeats after two to this power points.
_SOBOL_BITS = 30


def design_table(
    config: Config, runs: int, seed: int, first: int = 0, total: int | None = None, given: GivenDesign | None = None
) -> pd.DataFrame:
    """Draw the sampled numbers of the negotiations ``first`` to ``first + runs - 1``.

    Parameters
    ----------
    config : Config
        Says which numbers are sampled, from what, and how.
    runs, first : int
        Number of rows, and the run of the first one.
    seed : int
        Seed of the experiment.
    total : int, optional
        Number of negotiations of the whole experiment, of which these are a part; a Latin hypercube divides each
        number's range into that many slices. The config's number of runs unless given; other samplings ignore it.
        Time and memory do not depend on it.
    given : GivenDesign, optional
        Values that stand in place of those drawn; nothing else moves.

    Raises
    ------
    experiments.errors.RunError
        If a run lies beyond those of a Latin hypercube.

    Returns
    -------
    pandas.DataFrame
        Index ``run``; one column for each sampled number, named by its path, in canonical order, then what happens or
        not as `given` says.
    """
    import pandas as pd

    if runs < 0 or first < 0:
        raise ValueError(f"runs and first must be at least 0, got {runs} and {first}")
    sampled = {entry.path: entry for entry in numbers(config) if entry.number.is_sampled}
    streams = {path: entry.stream for path, entry in sampled.items()}
    probabilities = _probabilities(config, streams, runs, seed, first, total)
    correlate(config, probabilities)
    columns = {path: sampled[path].number.ppf(probability) for path, probability in probabilities.items()}
    if given is not None:
        columns |= dict(zip(given.paths, given.of_runs(first, runs).T, strict=True))
    return pd.DataFrame(columns, index=pd.RangeIndex(first, first + runs, name="run"), dtype=np.float64)


def _probabilities(
    config: Config, streams: Mapping[str, str], runs: int, seed: int, first: int, total: int | None
) -> dict[str, Floats]:
    """Independent cumulative probabilities by path, each from its stream."""
    match config.experiment.sampling:
        case "monte_carlo":
            return {path: uniforms(seed, f"design.{key}", first, runs).ravel() for path, key in streams.items()}
        case "sobol":
            return _sobol(config.experiment.sobol_order, streams, runs, seed, first)
        case "latin_hypercube":
            whole = config.experiment.runs if total is None else total
            if first + runs > whole:
                raise RunError(
                    f"run {first + runs - 1} is not among the {whole:,} negotiations that the Latin hypercube slices "
                    "ranges: ask for a lower run, or set experiment.runs higher."
                )
            return {path: _slices(seed, key, whole, first, runs) for path, key in streams.items()}


def _sobol(order: tuple[str, ...], streams: Mapping[str, str], runs: int, seed: int, first: int) -> dict[str, Floats]:
    """Sobol points, each dimension moved around the unit circle by a random shift of its own.

    The shift keeps the points evenly spread and takes the first one away from the origin. Scrambling would do so too,
    but its draws depend on the number of dimensions.
    """
    if not streams or not runs:
        return {path: np.empty(runs) for path in streams}
    directions = _directions(len(order))
    places = np.arange(first, first + runs, dtype=np.uint64)
    gray = places ^ (places >> np.uint64(1))
    moved = {}
    for path, key in streams.items():
        words = np.zeros(runs, dtype=np.uint64)
        for bit, direction in enumerate(directions[order.index(path)]):
            words ^= np.where((gray >> np.uint64(bit)) & np.uint64(1), direction, np.uint64(0))
        shift = uniforms(seed, f"sobol.{key}", 0, 1)[0, 0]
        moved[path] = np.clip((words * 2.0**-_SOBOL_BITS + shift) % 1.0, _EDGE, 1 - _EDGE)
    return moved


@lru_cache(maxsize=8)
def _directions(dimensions: int) -> Words:
    """Direction numbers of Joe and Kuo, shape ``[dimension, bit]``.

    A point is the exclusive or of those that belong to the bits of its number in Gray code. SciPy walks through all
    points before the one that is asked for, and lends its direction numbers under no public name.
    """
    from scipy.stats.qmc import Sobol

    engine = Sobol(dimensions, scramble=False, bits=_SOBOL_BITS)
    found: Words = engine._sv.astype(np.uint64)  # type: ignore[attr-defined]  # no public name, see above
    found.flags.writeable = False
    return found


def _slices(seed: int, stream: str, total: int, first: int, runs: int) -> Floats:
    """One probability in each of `total` equal slices of the unit interval, in random order."""
    order = permuted(seed, f"slices.{stream}", total, first, runs)
    within = uniforms(seed, f"within.{stream}", first, runs).ravel()
    return np.clip((order + within) / total, _EDGE, 1 - _EDGE)


def correlate(config: Config, probabilities: dict[str, Floats]) -> None:
    """Give each correlated group the normal scores of a Gaussian copula, and the numbers of a posterior one draw."""
    from scipy.special import ndtr, ndtri

    for group in correlation_groups(config):
        scores = np.stack([ndtri(probabilities[path]) for path in group.paths])
        # Row by row, because a matrix product may round differently with another number of runs.
        for path, weights in zip(group.paths, group.factor(), strict=True):
            mixed = np.zeros(scores.shape[1])
            for weight, score in zip(weights, scores, strict=True):
                mixed += weight * score
            probabilities[path] = np.clip(ndtr(mixed), _EDGE, 1 - _EDGE)
    if config.posterior is not None:
        # Values of one probability stand in one row of the posterior.
        first, *others = config.posterior.paths
        probabilities.update(dict.fromkeys(others, probabilities[first]))
