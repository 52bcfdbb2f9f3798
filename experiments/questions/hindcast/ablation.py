"""What a forecast loses or gains when one part is taken away, run by run on the same draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.questions.hindcast.variants import WHOLE, Ablation
from experiments.statistics.bins import RATE_BINS
from experiments.statistics.score_errors import batch_error
from experiments.statistics.scores import crps

if TYPE_CHECKING:
    import pandas as pd

    from experiments.questions.hindcast.targets import Target
    from sim.records import Floats

#: What is measured, in the order of the columns of its table, and its unit.
MEASURES: Final = {
    "deals": "%",
    "car_tariff.mean": "%",
    "reciprocal_tariff.mean": "%",
    "car_tariff.bin": "%",
    "reciprocal_tariff.bin": "%",
    "car_tariff.crps": "points",
    "reciprocal_tariff.crps": "points",
}

Measure = Callable[["Floats", "Floats"], float]


def ablation_rows(
    as_of: str, variants: Sequence[Ablation], draws: Mapping[str, pd.DataFrame], targets: Mapping[str, Target]
) -> Iterator[dict[str, Any]]:
    """Every measure of every variant, and its difference from the whole forecast with its Monte Carlo error.

    Parameters
    ----------
    as_of : str
        Date of the forecast.
    variants : sequence of Ablation
        The forecast itself first.
    draws : mapping
        Draws of each variant by name, the same runs in the same order.
    targets : mapping
        Targets by name; measures of a rate are left out where it is no target.
    """
    whole = draws[WHOLE]
    for variant in variants:
        own = draws[variant.name]
        for name in MEASURES:
            column, _, kind = name.partition(".")
            target = targets.get(column)
            if kind and target is None:
                continue
            measure = _measure(kind, target)
            pairs = np.column_stack([one[column if kind else "deal_by"].to_numpy(np.float64) for one in (own, whole)])
            equal = np.full(len(pairs), 1 / len(pairs))
            value, before = (measure(pairs[:, place], equal) for place in (0, 1))
            error = batch_error(partial(_difference, measure), pairs)
            yield {
                "as_of": as_of, "variant": variant.name, "words": variant.words, "measure": name, "value": value,
                "change": value - before, "error": 0.0 if variant.name == WHOLE else error,
            }  # fmt: skip


def _difference(measure: Measure, pairs: Floats, shares: Floats) -> float:
    """Measure of the first column less that of the second."""
    return measure(pairs[:, 0], shares) - measure(pairs[:, 1], shares)


def _measure(kind: str, target: Target | None) -> Measure:
    if target is not None and kind == "crps":
        return lambda values, shares: crps(values, target.observed, shares)
    if target is not None and kind == "bin":
        place = RATE_BINS.place(target.observed)
        return lambda values, shares: float(RATE_BINS.shares(values, shares)[place])
    return lambda values, shares: float(shares @ values)
