"""Sobol's first and total effects: shares of an output's variance that an input explains alone, and with the others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.errors import need
from experiments.lab.designs import generator, plain_rows, salib_problem
from experiments.lab.inputs import DUMMY, Input
from experiments.statistics.intervals import Z_95
from sim.records import Floats

_RESAMPLES = 100


def sobol_effects(inputs: tuple[Input, ...], values: Floats, seed: int) -> pd.DataFrame:
    """First and total effects with 95 % intervals, by input.

    Estimators of Saltelli et al. 2010, as SALib codes them, intervals from a bootstrap over the base rows. The values
    must be finite and not all the same: SALib would answer zeros without a word.

    An inert input does not change any point, so these estimators give it exactly 0. The noise of the first effect is
    therefore read off the two independent halves of the design: the dummy's is the correlation of A and B, which is 0
    but for sampling error [Khorashadi Zadeh et al. 2017]. Its total effect is 0 by construction.

    Parameters
    ----------
    inputs : tuple of Input
        Inputs in the order of the design.
    values : array, shape [base (D + 2)]
        Output at the points of :func:`experiments.lab.designs.saltelli`.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        ``input, first, first_low, first_high, total, total_low, total_high``.
    """
    if not np.isfinite(values).all() or np.ptp(plain_rows(values, len(inputs))) == 0.0:
        raise ValueError("Sobol effects need finite values that are not all the same in the plain rows")
    need("SALib", "sensitivity")
    from SALib.analyze import sobol

    whole = int(generator(seed, "sobol").integers(1, 2**31))
    found = sobol.analyze(
        salib_problem(inputs), values.copy(), calc_second_order=False, num_resamples=_RESAMPLES, seed=whole
    )
    table = pd.DataFrame({"input": [one.name for one in inputs]})
    for column, key in (("first", "S1"), ("total", "ST")):
        table[column] = found[key]
        table[f"{column}_low"] = found[key] - found[f"{key}_conf"]
        table[f"{column}_high"] = found[key] + found[f"{key}_conf"]
    dummy = table["input"] == DUMMY
    noise = _correlation_of_halves(values, len(inputs))
    spread = Z_95 / np.sqrt(len(values) / (len(inputs) + 2))
    table.loc[dummy, ["first", "first_low", "first_high"]] = [noise, noise - spread, noise + spread]
    return table


def _correlation_of_halves(values: Floats, count: int) -> float:
    both = plain_rows(values, count)
    first, second = np.split(both - both.mean(), 2)
    return float(np.mean(first * second) / both.var())
