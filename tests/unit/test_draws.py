"""Keyed draws: the same for a run whatever surrounds it, independent between names, and uniform."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.draws import stream_key, uniforms

SEEDS = st.integers(0, 2**63 - 1)


@given(seed=SEEDS, first=st.integers(0, 200), count=st.integers(0, 50), width=st.integers(1, 7))
def test_a_chunk_equals_the_same_rows_of_the_whole(seed: int, first: int, count: int, width: int) -> None:
    whole = uniforms(seed, "coin", 0, first + count, width)
    assert np.array_equal(uniforms(seed, "coin", first, count, width), whole[first:])


def test_far_runs_are_reached_without_drawing_the_ones_before() -> None:
    first = 10**15
    assert np.array_equal(uniforms(1, "coin", first, 5)[2:], uniforms(1, "coin", first + 2, 3))


def test_values_are_pinned_across_platforms_and_versions() -> None:
    assert stream_key(1, "coin") == 0x742CFA92CA1F9BE048D33249EA83F816
    assert uniforms(1, "coin", 0, 3).ravel().tolist() == [0.5765252376073454, 0.9592245820449655, 0.9510235408275581]


def test_names_and_seeds_give_different_and_uncorrelated_streams() -> None:
    count = 20_000
    streams = [uniforms(seed, name, 0, count).ravel() for seed in (1, 2) for name in ("a", "b", "a.b")]
    correlation = np.corrcoef(streams)
    # Five standard errors of a sample correlation of independent draws.
    assert np.abs(correlation - np.eye(len(streams))).max() < 5 / np.sqrt(count)


def test_draws_are_uniform() -> None:
    from scipy.stats import kstest

    draws = uniforms(7, "uniformity", 0, 20_000, 5)
    assert kstest(draws.ravel(), "uniform").pvalue > 1e-3
    assert draws.min() > 0.0
    assert draws.max() < 1.0


@pytest.mark.parametrize(("first", "count", "width"), [(-1, 1, 1), (0, -1, 1), (0, 1, 0)])
def test_impossible_ranges_are_refused(first: int, count: int, width: int) -> None:
    with pytest.raises(ValueError, match="need first"):
        uniforms(1, "coin", first, count, width)
