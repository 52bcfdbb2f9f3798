"""Groups of correlated numbers and their matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.records import Floats

if TYPE_CHECKING:
    from experiments.config.model import Config

#: A matrix whose least eigenvalue is below this has no stable Cholesky factor.
_LEAST_EIGENVALUE = 1e-9


@dataclass(frozen=True, slots=True)
class CorrelationGroup:
    """Numbers tied together by correlations.

    Attributes
    ----------
    paths : tuple of str
        Their paths, in order of first appearance, so that a pair that is added at the end moves no earlier number.
    matrix : numpy.ndarray
        Correlations of their normal scores; pairs that are not given are 0.
    """

    paths: tuple[str, ...]
    matrix: Floats

    @property
    def is_valid(self) -> bool:
        """Whether the matrix is positive definite."""
        return bool(np.linalg.eigvalsh(self.matrix)[0] > _LEAST_EIGENVALUE)

    def factor(self) -> Floats:
        """Lower Cholesky factor of the matrix."""
        return np.asarray(np.linalg.cholesky(self.matrix), dtype=np.float64)


def correlation_groups(config: Config) -> list[CorrelationGroup]:
    """Connected groups of correlated numbers."""
    members: list[list[str]] = []
    for pair in config.correlations:
        touched = [group for group in members if set(group) & set(pair.between)]
        members = [group for group in members if group not in touched]
        members.append(list(dict.fromkeys([path for group in touched for path in group] + list(pair.between))))
    return [CorrelationGroup(tuple(paths), _matrix(config, paths)) for paths in members]


def _matrix(config: Config, paths: list[str]) -> Floats:
    matrix = np.eye(len(paths))
    for pair in config.correlations:
        if pair.between[0] in paths:
            i, j = (paths.index(path) for path in pair.between)
            matrix[i, j] = matrix[j, i] = pair.rho
    return matrix
