"""Morris's elementary effects: the mean size of the change when one input alone takes a long step."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.explore.designs import MORRIS_LEVELS, Design, generator, salib_problem
from experiments.explore.extras import need
from experiments.explore.inputs import Input
from sim.records import Floats


def morris_effects(inputs: tuple[Input, ...], design: Design, values: Floats, seed: int) -> pd.DataFrame:
    """Mean absolute, mean and spread of the elementary effects, by input.

    Morris 1991; mu* of Campolongo et al. 2007, as SALib codes them. An effect is per unit of cumulative probability, in
    units of the output. A spread as large as mu* says that the effect depends on the other inputs.

    Parameters
    ----------
    inputs : tuple of Input
        Inputs in the order of the design.
    design : Design
        Points of :func:`experiments.explore.designs.morris`.
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
    mu_star, half = np.asarray(found["mu_star"], np.float64), np.asarray(found["mu_star_conf"], np.float64)
    return pd.DataFrame(
        {
            "input": [one.name for one in inputs],
            "mu_star": mu_star,
            "mu_star_low": np.maximum(mu_star - half, 0.0),
            "mu_star_high": mu_star + half,
            "mu": np.asarray(found["mu"], np.float64),
            "sigma": np.asarray(found["sigma"], np.float64),
        }
    )
