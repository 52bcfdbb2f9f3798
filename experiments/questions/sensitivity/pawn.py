"""PAWN: how far fixing an input moves the whole distribution of an output, from any sample of inputs and outputs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.lab.designs import generator
from experiments.lab.inputs import Input
from experiments.statistics.intervals import Z_95
from sim.records import Floats, Integers

SLICES = 10
_RESAMPLES = 50

#: Fewest rows from which conditional distributions are compared: 20 a slice.
LEAST_ROWS = 20 * SLICES


def pawn_effects(inputs: tuple[Input, ...], points: Floats, values: Floats, seed: int) -> pd.DataFrame:
    """PAWN index of every input with a 95 % bootstrap interval.

    Kolmogorov-Smirnov distance between the distribution of the output and that within a slice of an input, as the
    mean and the maximum over ten slices of equal probability [Pianosi and Wagener 2018]. It needs no variance and no
    special design, is right for outcomes that are yes or no, and can be conditioned: rows where the output is not
    defined are left out. It is never 0 in a sample; what the dummy gets is its noise.

    Parameters
    ----------
    inputs : tuple of Input
        Inputs in the order of the columns.
    points : array, shape [row, input]
        Where the rows lie in the unit cube.
    values : array, shape [row]
        The output, finite.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        ``input, mean, mean_low, mean_high, maximum``.
    """
    if not np.isfinite(values).all():
        raise ValueError("PAWN needs finite values; leave out the rows where the output is not defined")
    _, codes = np.unique(values, return_inverse=True)
    labels = np.stack([slices(column) for column in points.T])
    draws = generator(seed, "pawn")
    count = len(values)
    weights = np.ones((1 + _RESAMPLES, count))
    for resampled in weights[1:]:
        resampled[:] = np.bincount(draws.integers(count, size=count), minlength=count)
    distances = np.array([[_distances(label, codes, weight) for label in labels] for weight in weights])
    means = distances.mean(axis=2)
    # Resampling adds noise of its own to a distance, so its spread is of use and its level is not.
    half = Z_95 * means[1:].std(axis=0, ddof=1)
    return pd.DataFrame(
        {
            "input": [one.name for one in inputs],
            "mean": means[0],
            "mean_low": means[0] - half,
            "mean_high": means[0] + half,
            "maximum": distances[0].max(axis=1),
        }
    )


def slices(column: Floats) -> Integers:
    """Number of the slice of equal probability in which each row lies."""
    order = np.argsort(column, kind="stable")
    label = np.empty(len(column), dtype=np.int64)
    label[order] = np.arange(len(column)) * SLICES // len(column)
    return label


def parts_of(one: Input, column: Floats, values: Floats) -> Integers:
    """Number of the part of an input in which each row lies: its tenths, or of what happens or not, 0 and 1.

    Where all rows are alike in what happens, there is one part.
    """
    if one.role != "occurrence":
        return slices(column)
    return np.asarray(np.unique(values, return_inverse=True)[1], dtype=np.int64)


def _distances(label: Integers, codes: Integers, weight: Floats) -> Floats:
    """Kolmogorov-Smirnov distance of each slice; `codes` number the distinct values of the output in their order."""
    size = int(codes.max()) + 1
    counts = np.bincount(label * size + codes, weights=weight, minlength=SLICES * size).reshape(SLICES, size)
    cumulative = counts.cumsum(axis=1)
    whole = counts.sum(axis=0).cumsum()
    inside = cumulative / np.maximum(cumulative[:, -1:], 1e-12)
    distances: Floats = np.abs(inside - whole / whole[-1]).max(axis=1)
    return distances
