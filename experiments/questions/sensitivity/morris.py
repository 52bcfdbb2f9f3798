"""Morris's elementary effects: the mean size of the change when one input alone takes a long step."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from experiments.errors import need
from experiments.lab.designs import MORRIS_LEVELS, Design, generator, salib_problem
from experiments.lab.inputs import Input
from sim.records import Floats

#: SALib divides by a step of its grid, whose levels lie from 0 to 1; ours are the middles of as many cells, so that
#: the same step of half the levels is shorter: 1/2 of the cumulative probability.
_PER_PROBABILITY: Final = MORRIS_LEVELS / (MORRIS_LEVELS - 1)


def morris_effects(inputs: tuple[Input, ...], design: Design, values: Floats, seed: int) -> pd.DataFrame:
    """Mean absolute, mean and spread of the elementary effects, by input.

    Morris 1991; mu* of Campolongo et al. 2007, as SALib codes them. An effect is in units of the output per unit of the
    input's cumulative probability, so that an output that rises evenly by 3 over the whole range of an input has an
    effect of 3. Chance and a choice have no order; their effect is twice the change when they are drawn anew. A spread
    as large as mu* says that the effect depends on the other inputs.

    Parameters
    ----------
    inputs : tuple of Input
        Inputs in the order of the design.
    design : Design
        Points of :func:`experiments.lab.designs.morris`.
    values : array, shape [point]
        Output at the points, finite.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        ``input, mu_star, mu_star_low, mu_star_high, mu, sigma``.
    """
    if not np.isfinite(values).all():
        raise ValueError("elementary effects need finite values")
    need("SALib", "sensitivity")
    from SALib.analyze import morris

    found = morris.analyze(
        salib_problem(inputs), design.grid, values, num_levels=MORRIS_LEVELS, seed=generator(seed, "morris.bootstrap")
    )
    mu_star, half, mu, sigma = (
        _PER_PROBABILITY * np.asarray(found[name], np.float64) for name in ("mu_star", "mu_star_conf", "mu", "sigma")
    )
    return pd.DataFrame(
        {
            "input": [one.name for one in inputs],
            "mu_star": mu_star,
            "mu_star_low": np.maximum(mu_star - half, 0.0),
            "mu_star_high": mu_star + half,
            "mu": mu,
            "sigma": sigma,
        }
    )
