"""Tables of a calibration: parameters before and after, correlations, every row of the record, steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import ndtr

from experiments.config.meanings import units_of
from experiments.questions.calibrate.parameters import prior_values, values_at
from experiments.statistics.score_errors import batch_error
from experiments.statistics.scores import crps
from experiments.statistics.trajectories import beyond
from experiments.statistics.weighted import contraction, contraction_error, correlations, moments, quantiles

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config
    from experiments.questions.calibrate.fitting import Fitted
    from experiments.questions.calibrate.simulation import CaseTalks
    from experiments.questions.calibrate.targets import RecordedTarget
    from experiments.statistics.tempering import Step
    from sim.records import Floats

PARAMETERS: Final = (
    "path", "unit", "prior_mean", "prior_sd", "posterior_mean", "posterior_sd", "q05", "q50", "q95", "contraction",
    "error", "adjusted_mean", "adjusted_sd", "adjusted_contraction",
)  # fmt: skip
CORRELATIONS: Final = ("first", "second", "correlation")
STEPS: Final = ("step", "tolerance", "effective", "resampled", "moves", "accepted", "distinct")

_SUMMARY: Final = ("mean", "sd", "q05", "q50", "q95", "crps", "error")
ROWS: Final = (
    "case", "date", "known_by", "name", "unit", "low", "value", "high", "width", "open", "fitted", "known",
    *(f"prior_{name}" for name in _SUMMARY), *(f"posterior_{name}" for name in _SUMMARY),
)  # fmt: skip

#: Columns of text; all others hold numbers or truth values.
TEXTS: Final = ("path", "unit", "first", "second", "case", "date", "known_by", "name")

_LEVELS: Final = np.array([0.05, 0.5, 0.95])


def parameter_table(config: Config, paths: Sequence[str], fitted: Fitted) -> pd.DataFrame:
    """Prior and posterior of each parameter, in its own unit, weighted alone and adjusted by regression.

    The error of a contraction is its Monte Carlo standard error. Adjusted columns are empty where there were too few
    effective draws for an adjustment.
    """
    import pandas as pd

    from experiments.config.numbers import numbers

    units = units_of(config, [entry for entry in numbers(config) if entry.path in paths])
    prior_mean, prior_sd = moments(prior_values(config, paths))
    values = values_at(config, paths, ndtr(fitted.scores))
    mean, sd = moments(values, fitted.weights)
    missing = np.full(len(paths), np.nan)
    moved_mean, moved_sd = missing, missing
    if fitted.moved is not None:
        moved_mean, moved_sd = moments(values_at(config, paths, ndtr(fitted.moved)), fitted.weights)
    rows = []
    for place, path in enumerate(paths):
        low, middle, high = quantiles(values[:, place], _LEVELS, fitted.weights)
        rows.append(
            {
                "path": path,
                "unit": units[path],
                "prior_mean": prior_mean[place],
                "prior_sd": prior_sd[place],
                "posterior_mean": mean[place],
                "posterior_sd": sd[place],
                "q05": low,
                "q50": middle,
                "q95": high,
                "contraction": contraction(prior_sd, sd)[place],
                "error": contraction_error(values[:, place], fitted.weights, float(prior_sd[place])),
                "adjusted_mean": moved_mean[place],
                "adjusted_sd": moved_sd[place],
                "adjusted_contraction": contraction(prior_sd, moved_sd)[place],
            }
        )
    return pd.DataFrame(rows, columns=list(PARAMETERS))


def correlation_table(config: Config, paths: Sequence[str], fitted: Fitted) -> pd.DataFrame:
    """Posterior correlation of every two parameters; under the prior they are independent."""
    import pandas as pd

    found = correlations(values_at(config, paths, ndtr(fitted.scores)), fitted.weights)
    rows = [(paths[i], paths[j], found[i, j]) for i in range(len(paths)) for j in range(i + 1, len(paths))]
    return pd.DataFrame(rows, columns=list(CORRELATIONS))


def row_table(cases: Sequence[CaseTalks], before: Sequence[Floats], fitted: Fitted) -> pd.DataFrame:
    """What prior and posterior say at each row of the record, fitted or held out, and how well.

    The score is the CRPS of how far draws lie outside the row's range, in the unit of the row, with its Monte Carlo
    error. ``known`` is the weight of the draws that say something, such as all in which a side took a position.

    Parameters
    ----------
    cases : sequence of CaseTalks
        Cases with their rows.
    before : sequence of numpy.ndarray
        What draws from the prior say at the rows of each case, shape ``[draw, repeat, row]``.
    fitted : Fitted
        What weighted draws say.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for case, prior, said, shares in zip(cases, before, fitted.values, fitted.shares, strict=True):
        equal = np.ones(prior.shape[0] * prior.shape[1])
        for place, row in enumerate(case.rows):
            old, new = prior[:, :, place].ravel(), said[:, :, place].ravel()
            weights = shares.ravel()
            known = ~np.isnan(new)
            rows.append(
                {
                    "case": row.case,
                    "date": row.date.isoformat(),
                    "known_by": row.known_by.isoformat(),
                    "name": row.name,
                    "unit": row.unit,
                    "low": row.low,
                    "value": row.value,
                    "high": row.high,
                    "width": row.width,
                    "open": row.is_open,
                    "fitted": row.fitted,
                    "known": weights[known].sum() / weights.sum(),
                    **_summary("prior", row, old, equal),
                    **_summary("posterior", row, new, weights),
                }
            )
    return pd.DataFrame(rows, columns=list(ROWS))


def _summary(prefix: str, row: RecordedTarget, values: Floats, weights: Floats) -> dict[str, float]:
    known = ~np.isnan(values) & (weights > 0.0)
    if not known.any():
        return {f"{prefix}_{name}": np.nan for name in _SUMMARY}
    values, weights = values[known], weights[known]
    mean, sd = moments(values[:, np.newaxis], weights)
    low, middle, high = quantiles(values, _LEVELS, weights)
    score = _score_of(row)
    found = (mean[0], sd[0], low, middle, high, score(values, weights), batch_error(score, values, weights))
    return {f"{prefix}_{name}": float(one) for name, one in zip(_SUMMARY, found, strict=True)}


def _score_of(row: RecordedTarget) -> Callable[[Floats, Floats], float]:
    """CRPS of how far draws lie outside the range of a row, in its unit."""

    def score(draws: Floats, weights: Floats) -> float:
        high = np.array([max(row.high, draws.max())]) if row.is_open else np.array([row.high])
        outside = beyond(draws[:, np.newaxis], np.array([row.low]), high, 1.0)[:, 0]
        return crps(outside, 0.0, weights)

    return score


def step_table(steps: Sequence[Step]) -> pd.DataFrame:
    """Steps of sequential Monte Carlo, or the one of weighting."""
    import pandas as pd

    rows = [
        (number, one.tolerance, one.effective, one.resampled, one.moves, one.accepted, one.distinct)
        for number, one in enumerate(steps, start=1)
    ]
    return pd.DataFrame(rows, columns=list(STEPS))
