"""Regression adjustment of accepted draws [Beaumont, Zhang and Balding 2002]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.statistics.scores import effective_number, normalised

if TYPE_CHECKING:
    from sim.records import Floats

#: Effective draws that are needed for each slope; with fewer, a regression fits chance.
DRAWS_A_SLOPE: Final = 5

#: A direction in which the statistics vary less than this, relative to the one in which they vary most, has no slope.
_LEAST: Final = 1e-5

#: Standard deviations between the draws and what was seen, in a direction, beyond which it has no slope either.
FARTHEST: Final = 3.0


def adjusted(scores: Floats, statistics: Floats, observed: Floats, weights: Floats) -> Floats | None:
    """Draws moved to where they would lie had their statistics been those observed: z* = z - (s - s_obs) b.

    b are the slopes of a weighted least-squares fit of each score on the principal directions of the statistics, with
    an intercept. A direction in which draws with weight do not vary has none; nor has one in which what was seen lies
    more than :data:`FARTHEST` standard deviations from them, where a line would be drawn far beyond what the model can
    say and the adjustment of a model that cannot meet the data runs away [Frazier, Robert and Rousseau 2020].

    Parameters
    ----------
    scores : numpy.ndarray
        Parameters on a scale without bounds, such as normal scores of the prior, shape ``[draw, parameter]``.
    statistics, observed : numpy.ndarray
        What the draws gave, shape ``[draw, statistic]``, and what was seen, shape ``[statistic]``, in units that make
        their sizes comparable.
    weights : numpy.ndarray
        Of the draws.

    Returns
    -------
    numpy.ndarray or None
        Adjusted scores, shape ``[draw, parameter]``; None where there are fewer than :data:`DRAWS_A_SLOPE` effective
        draws for each slope.
    """
    shares = normalised(weights, len(scores))
    off = statistics - observed
    centred = off - shares @ off
    spread, columns = np.linalg.eigh((shares[:, np.newaxis] * centred).T @ centred)
    sizes, directions = np.sqrt(np.maximum(spread, 0.0)), columns.T
    # Sizes are standard deviations, since shares sum to 1.
    away = np.abs(directions @ (shares @ off))
    kept = (sizes > _LEAST * sizes.max(initial=0.0)) & (away <= FARTHEST * sizes)
    # Equal weights come to their number up to rounding.
    if effective_number(weights, len(scores)) < DRAWS_A_SLOPE * (1 + int(kept.sum())) - 1e-9:
        return None
    # In the directions that vary, the fit is one of independent columns.
    turned = centred @ directions[kept].T
    slopes = (turned * shares[:, np.newaxis]).T @ (scores - shares @ scores) / (sizes[kept] ** 2)[:, np.newaxis]
    moved: Floats = scores - (off @ directions[kept].T) @ slopes
    return moved
