"""Moments of drawn numbers are those of their closed forms, in every way of sampling."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from scipy import stats

from experiments.config.load import load_config
from experiments.design.sampling import design_table
from tests.tree import TINY

WEIGHT: Final = "us_treasury.consumer_weight"
BUDGET: Final = "partner.subsidy_budget"

_SPREAD: Final = math.log(9) / (2 * float(stats.norm.ppf(0.9)))
_ROWS: Final = (0.1, 0.4, 0.4, 0.9, 1.2)

#: A distribution with its mean and standard deviation, each from its closed form.
CASES: Final[dict[str, tuple[str, float, float]]] = {
    # Mean (a + 4 m + b) / 6, variance (mean - a) (b - mean) / 7 [Vose 2008].
    "pert": ("{dist: pert, low: 0.2, mode: 0.5, high: 1.4}", 0.6, math.sqrt(0.4 * 0.8 / 7)),
    # Mean (a + w m + b) / (w + 2), variance (mean - a) (b - mean) / (w + 3).
    "weighted": ("{dist: pert, low: 0.2, mode: 0.5, high: 1.4, weight: 8}", 0.56, math.sqrt(0.36 * 0.84 / 11)),
    # Mean (b - a) / ln(b / a), mean of squares (b^2 - a^2) / (2 ln(b / a)).
    "loguniform": (
        "{dist: loguniform, low: 0.1, high: 1.6}",
        1.5 / math.log(16),
        math.sqrt(2.55 / (2 * math.log(16)) - (1.5 / math.log(16)) ** 2),
    ),
    "beta": ("{dist: beta, mean: 0.7, sd: 0.2, low: 0.1, high: 1.5}", 0.7, 0.2),
    # Mean median exp(s^2 / 2), variance mean^2 (exp(s^2) - 1), with median 0.6 between 0.2 and 1.8.
    "lognormal": (
        "{dist: lognormal, quantiles: {0.1: 0.2, 0.9: 1.8}, high: 1000}",
        0.6 * math.exp(_SPREAD**2 / 2),
        0.6 * math.exp(_SPREAD**2 / 2) * math.sqrt(math.expm1(_SPREAD**2)),
    ),
    "discrete": ("{dist: discrete, values: [0.2, 1], chances: [0.75, 0.25]}", 0.4, 0.8 * math.sqrt(0.1875)),
    "column": ("{dist: column, file: FILE, column: share}", float(np.mean(_ROWS)), float(np.std(_ROWS))),
}


def _file(folder: Path) -> Path:
    path = folder / "shares.csv"
    path.write_text("year,share\n" + "".join(f"{2000 + place},{value}\n" for place, value in enumerate(_ROWS)))
    return path


def _drawn(sampling: str, folder: Path, number: str, *further: str, runs: int) -> Any:
    sets = (f"{WEIGHT}={number.replace('FILE', str(_file(folder)))}", f"experiment.sampling={sampling}", *further)
    return design_table(load_config(TINY, sets), runs, seed=5, total=runs)


@pytest.mark.parametrize("sampling", ["monte_carlo", "latin_hypercube", "sobol"])
@pytest.mark.parametrize("case", CASES)
def test_mean_and_standard_deviation_are_those_of_the_closed_form(sampling: str, case: str, tmp_path: Path) -> None:
    number, mean, sd = CASES[case]
    runs = 2**15
    drawn = _drawn(sampling, tmp_path, number, runs=runs)[WEIGHT].to_numpy()
    # Four standard errors of a plain sample; even samples come closer.
    assert drawn.mean() == pytest.approx(mean, abs=4 * sd / math.sqrt(runs))
    fourth = float(((drawn - mean) ** 4).mean())
    error = math.sqrt(max(fourth - sd**4, 0.0) / runs)
    assert drawn.var() == pytest.approx(sd**2, abs=4 * error + 1e-12)


@pytest.mark.parametrize("sampling", ["monte_carlo", "latin_hypercube", "sobol"])
@pytest.mark.parametrize("case", ["pert", "beta", "lognormal"])
def test_correlated_numbers_have_the_rank_correlation_of_a_gaussian_copula(
    sampling: str, case: str, tmp_path: Path
) -> None:
    further = (
        f"{BUDGET}={{dist: pert, low: 1, mode: 2, high: 5}}",
        f"correlations=[{{between: [{WEIGHT}, {BUDGET}], rho: 0.6}}]",
    )
    drawn = _drawn(sampling, tmp_path, CASES[case][0], *further, runs=2**14)
    found = stats.spearmanr(drawn[WEIGHT], drawn[BUDGET]).statistic
    # Spearman's rho of a Gaussian copula is 6/pi arcsin(rho/2); its standard error here is below 0.007.
    assert found == pytest.approx(6 / math.pi * math.asin(0.3), abs=0.025)
