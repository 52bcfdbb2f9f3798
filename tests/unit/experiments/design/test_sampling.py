"""The design table: independent of chunks and of other columns, with the right marginals and correlations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from experiments.config.load import config_from, load_config
from experiments.config.model import Config
from experiments.config.numbers import sampled_paths
from experiments.design.sampling import design_table
from experiments.errors import RunError
from tests.small_records import SMALL
from tests.tree import FULL

SAMPLINGS = ("monte_carlo", "latin_hypercube", "sobol")
UNIFORM = {"dist": "uniform", "low": 0.0, "high": 1.0}


def _config(sampling: str, *paths: str, **top: Any) -> Config:
    """Config whose us_treasury weights at `paths` are uniform between 0 and 1."""
    experiment = {"sampling": sampling, "runs": 500}
    return config_from({**SMALL, "us_treasury": dict.fromkeys(paths, UNIFORM), "experiment": experiment, **top})


@pytest.mark.parametrize("sampling", SAMPLINGS)
@settings(max_examples=20)
@given(first=st.integers(0, 400), count=st.integers(0, 100))
def test_a_chunk_equals_the_same_rows_of_the_whole(sampling: str, first: int, count: int) -> None:
    config = _config(sampling, "consumer_weight", "revenue_weight", correlations=CORRELATION)
    whole = design_table(config, 500, 3, total=500)
    pd.testing.assert_frame_equal(design_table(config, count, 3, first, total=500), whole[first : first + count])


CORRELATION = [{"between": ["us_treasury.consumer_weight", "us_treasury.revenue_weight"], "rho": 0.6}]


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_a_new_column_moves_no_other(sampling: str) -> None:
    before = load_config(FULL, [f"experiment.sampling={sampling}"])
    # One number in front of all others in canonical order, and one in the middle.
    after = load_config(
        FULL,
        [
            f"experiment.sampling={sampling}",
            "us_treasury.delivery_doubt={dist: uniform, low: 0, high: 1}",
            "economy.adjustment_speed={dist: uniform, low: 0.2, high: 0.5}",
        ],
    )
    assert len(sampled_paths(after)) == len(sampled_paths(before)) + 2
    tables = [design_table(config, 64, 5) for config in (before, after)]
    pd.testing.assert_frame_equal(tables[0], tables[1][tables[0].columns])


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_rows_are_indexed_by_run_and_columns_are_the_sampled_numbers(sampling: str) -> None:
    config = load_config(FULL, [f"experiment.sampling={sampling}"])
    table = design_table(config, 5, 1, first=10)
    assert table.index.tolist() == [10, 11, 12, 13, 14]
    assert table.index.name == "run"
    assert list(table.columns) == sampled_paths(config)
    assert (table.dtypes == np.float64).all()


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_seeds_differ(sampling: str) -> None:
    config = _config(sampling, "consumer_weight")
    assert (design_table(config, 50, 1) != design_table(config, 50, 2)).to_numpy().all()


def test_a_config_without_distributions_has_a_table_without_columns() -> None:
    for sampling in SAMPLINGS:
        table = design_table(_config(sampling), 4, 1)
        assert table.shape == (4, 0)
        assert table.index.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_marginals_are_uniform_and_columns_independent(sampling: str) -> None:
    config = _config(sampling, "consumer_weight", "revenue_weight", "protected_rent_weight")
    table = design_table(config, 2000, 11, total=2000).to_numpy()
    for column in table.T:
        assert stats.kstest(column, "uniform").pvalue > 1e-3
    # Four standard errors of a correlation of independent draws.
    assert np.abs(np.corrcoef(table.T) - np.eye(3)).max() < 4 / np.sqrt(2000)


def test_a_latin_hypercube_has_one_value_in_each_slice() -> None:
    table = design_table(_config("latin_hypercube", "consumer_weight", "revenue_weight"), 500, 2)
    for column in table.to_numpy().T:
        assert np.sort(np.floor(column * 500)).tolist() == list(range(500))


def test_a_latin_hypercube_must_know_how_many_runs_there_are() -> None:
    config = _config("latin_hypercube", "consumer_weight")
    with pytest.raises(RunError, match="run 500 is not among the 500 negotiations that the Latin hypercube"):
        design_table(config, 2, 1, first=499)
    assert len(design_table(config, 2, 1, first=499, total=501)) == 2


def test_sobol_points_fill_every_cell_evenly() -> None:
    table = design_table(_config("sobol", "consumer_weight", "revenue_weight"), 256, 4).to_numpy()
    for column in table.T:
        # A shifted net has one point in each of 256 cells up to the two cells that the shift cuts.
        counts = np.bincount(np.floor(column * 256).astype(int), minlength=256)
        assert counts.max() <= 2
        assert (counts == 0).sum() <= 1
    cells = np.floor(table * 4).astype(int)
    assert len({(int(x), int(y)) for x, y in cells}) == 16


def test_the_sobol_order_is_kept_in_the_resolved_config() -> None:
    config = load_config(FULL, ["experiment.sampling=sobol", "us_treasury.delivery_doubt={dist: beta, a: 2, b: 2}"])
    assert config.experiment.sobol_order[-1] == "us_treasury.delivery_doubt"
    again = config_from(config.resolved())
    pd.testing.assert_frame_equal(design_table(again, 8, 1), design_table(config, 8, 1))


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize("rho", [-0.8, 0.5])
def test_correlations_of_normal_scores_are_met(sampling: str, rho: float) -> None:
    pair = ["us_treasury.consumer_weight", "us_treasury.revenue_weight"]
    config = _config(
        sampling, "consumer_weight", "revenue_weight", "lobby_weight", correlations=[{"between": pair, "rho": rho}]
    )
    table = design_table(config, 4000, 9, total=4000)
    scores = stats.norm.ppf(table.to_numpy())
    found = np.corrcoef(scores.T)
    # Four standard errors, (1 - rho^2) / sqrt(n) each.
    assert found[0, 1] == pytest.approx(rho, abs=4 * (1 - rho**2) / np.sqrt(4000))
    assert abs(found[0, 2]) < 4 / np.sqrt(4000)
    for path in pair:
        assert stats.kstest(table[path], "uniform").pvalue > 1e-3


def test_a_correlation_at_the_end_moves_no_earlier_column() -> None:
    paths = ("consumer_weight", "revenue_weight", "lobby_weight")
    before = _config("monte_carlo", *paths, correlations=CORRELATION)
    longer = [*CORRELATION, {"between": ["us_treasury.consumer_weight", "us_treasury.lobby_weight"], "rho": 0.3}]
    after = _config("monte_carlo", *paths, correlations=longer)
    tables = [design_table(config, 100, 1) for config in (before, after)]
    first_two = list(tables[0].columns[:2])
    pd.testing.assert_frame_equal(tables[0][first_two], tables[1][first_two])


@pytest.mark.parametrize(("runs", "first"), [(-1, 0), (1, -1)])
def test_negative_ranges_are_refused(runs: int, first: int) -> None:
    with pytest.raises(ValueError, match="at least 0"):
        design_table(_config("monte_carlo", "consumer_weight"), runs, 1, first)


def test_sobol_points_are_those_of_scipy_with_each_dimension_shifted_by_a_number_of_its_own() -> None:
    from scipy.stats.qmc import Sobol

    config = _config("sobol", "consumer_weight", "revenue_weight", "lobby_weight")
    order = config.experiment.sobol_order
    plain = Sobol(3, scramble=False, bits=30).random(512)
    table = design_table(config, 512, 4)
    shifts = []
    for place, path in enumerate(order):
        away = (table[path].to_numpy() - plain[:, place]) % 1.0
        shifts.append(away[0])
        # Around the circle, so that 1 - 1e-17 is 0.
        assert np.abs((away - away[0] + 0.5) % 1.0 - 0.5).max() < 1e-12
    # No two dimensions share their shift.
    assert np.abs(np.subtract.outer(shifts, shifts) + np.eye(3)).min() > 0.01


@pytest.mark.parametrize("first", [1, 2, 1_023, 1_024, 70_001])
def test_a_far_sobol_point_is_the_one_that_walking_there_gives(first: int) -> None:
    from scipy.stats.qmc import Sobol

    config = _config("sobol", "consumer_weight", "revenue_weight")
    walked = Sobol(2, scramble=False, bits=30).fast_forward(first).random(5)
    start = design_table(config, 1, 4).to_numpy()[0]
    table = design_table(config, 5, 4, first=first).to_numpy()
    # The first point is the origin and holds the shifts alone; columns of the table and dimensions are in one order.
    assert config.experiment.sobol_order == tuple(design_table(config, 1, 4).columns)
    assert np.abs((table - walked - start + 0.5) % 1.0 - 0.5).max() < 1e-12


@pytest.mark.parametrize("sampling", ["latin_hypercube", "sobol"])
def test_a_chunk_of_a_huge_experiment_takes_the_memory_of_a_chunk(sampling: str) -> None:
    import tracemalloc

    config, total = _config(sampling, "consumer_weight", "revenue_weight"), 10**9
    design_table(config, 1, 3, total=total)
    tracemalloc.start()
    table = design_table(config, 1_000, 3, first=total - 1_000, total=total)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert table.index[-1] == total - 1
    # Some twenty arrays of 1,000 numbers; one of all the runs would take 8 GB.
    assert peak < 500_000
    if sampling == "latin_hypercube":
        slices = np.floor(table.to_numpy() * total)
        assert all(len(set(column)) == 1_000 for column in slices.T)
