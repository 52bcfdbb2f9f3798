"""Distributions: quantiles against their closed forms or scipy's, support, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from experiments.config.distributions import DISTRIBUTIONS, Fixed, Number, Quantity

READ: TypeAdapter[Quantity] = TypeAdapter(Number)
PROBABILITIES = np.array([1e-12, 1e-4, 0.01, 0.3, 0.501, 0.7, 0.99, 1 - 1e-4, 1 - 1e-12])


def _read(**keys: Any) -> Quantity:
    return READ.validate_python(keys)


CASES: list[tuple[dict[str, Any], Any, tuple[float, float]]] = [
    ({"dist": "uniform", "low": -1, "high": 3}, stats.uniform(-1, 4), (-1, 3)),
    ({"dist": "triangular", "low": 1, "mode": 2, "high": 5}, stats.triang(0.25, 1, 4), (1, 5)),
    ({"dist": "triangular", "low": 1, "mode": 1, "high": 5}, stats.triang(0.0, 1, 4), (1, 5)),
    ({"dist": "triangular", "low": 1, "mode": 5, "high": 5}, stats.triang(1.0, 1, 4), (1, 5)),
    ({"dist": "normal", "mean": 1, "sd": 2}, stats.norm(1, 2), (-math.inf, math.inf)),
    ({"dist": "normal", "mean": 1, "sd": 2, "low": 0}, stats.truncnorm(-0.5, math.inf, 1, 2), (0, math.inf)),
    ({"dist": "normal", "mean": 0, "sd": 1, "low": 4, "high": 5}, stats.truncnorm(4, 5), (4, 5)),
    ({"dist": "normal", "mean": 0, "sd": 1, "low": -5, "high": -4}, stats.truncnorm(-5, -4), (-5, -4)),
    ({"dist": "lognormal", "median": 2, "sigma": 0.5}, stats.lognorm(0.5, scale=2), (0, math.inf)),
    ({"dist": "beta", "a": 2, "b": 3}, stats.beta(2, 3), (0, 1)),
    ({"dist": "beta", "a": 0.5, "b": 0.5, "low": 2, "high": 6}, stats.beta(0.5, 0.5, 2, 4), (2, 6)),
    ({"dist": "discrete_uniform", "low": 2, "high": 5}, stats.randint(2, 6), (2, 5)),
]


@pytest.mark.parametrize(("keys", "reference", "support"), CASES)
def test_quantiles_and_support_are_those_of_scipy(
    keys: dict[str, Any], reference: Any, support: tuple[float, float]
) -> None:
    number = _read(**keys)
    # The relative tolerance is that of scipy's own root finding in the tails of a truncated normal.
    np.testing.assert_allclose(number.ppf(PROBABILITIES), reference.ppf(PROBABILITIES), rtol=1e-9, atol=1e-12)
    assert number.support() == support


def test_a_truncated_lognormal_is_the_exponential_of_a_truncated_normal() -> None:
    number = _read(dist="lognormal", median=2, sigma=0.5, low=1, high=4)
    scores = stats.truncnorm(math.log(0.5) / 0.5, math.log(2) / 0.5).ppf(PROBABILITIES)
    np.testing.assert_allclose(number.ppf(PROBABILITIES), 2 * np.exp(0.5 * scores), rtol=1e-9)


def test_a_choice_takes_its_values_by_weight_and_never_one_of_weight_zero() -> None:
    number = _read(dist="choice", values=[3, 1, 2], weights=[1, 3, 0])
    uniform = (np.arange(1000) + 0.5) / 1000
    values, counts = np.unique(number.ppf(uniform), return_counts=True)
    assert dict(zip(values.tolist(), counts.tolist(), strict=True)) == {1.0: 750, 3.0: 250}
    assert number.ppf(np.array([1 - 2**-53])) == [1.0]
    assert number.support() == (1, 3)


@given(
    keys=st.sampled_from([case[0] for case in CASES] + [{"dist": "choice", "values": [1, 2, 4]}]),
    uniform=st.lists(st.floats(2**-53, 1 - 2**-53), min_size=2, max_size=20),
)
def test_quantiles_rise_and_stay_inside_the_support(keys: dict[str, Any], uniform: list[float]) -> None:
    number = _read(**keys)
    values = number.ppf(np.sort(uniform))
    low, high = number.support()
    assert (np.diff(values) >= 0).all()
    assert ((low <= values) & (values <= high)).all()
    assert np.isfinite(values).all()


def test_every_distribution_is_tried_here() -> None:
    assert {case[0]["dist"] for case in CASES} | {"choice"} == set(DISTRIBUTIONS)


@pytest.mark.parametrize("raw", [3, 3.0, {"value": 3}])
def test_a_bare_number_is_a_fixed_value(raw: Any) -> None:
    number = READ.validate_python(raw)
    assert number == Fixed(value=3.0)
    assert not number.is_sampled
    assert number.support() == (3, 3)
    assert number.ppf(np.array([0.1, 0.9])).tolist() == [3, 3]
    assert READ.dump_python(number) == 3.0


@pytest.mark.parametrize("keys", [case[0] for case in CASES] + [{"value": 2.0}])
def test_dumped_numbers_read_back_with_their_source(keys: dict[str, Any]) -> None:
    number = _read(**keys, source="a paper", known_by="2025-05-28", confidence="low")
    dumped = READ.dump_python(number, mode="json")
    assert dumped["source"] == "a paper"
    assert READ.validate_python(dumped) == number


def test_text_names_the_distribution_and_its_numbers() -> None:
    assert _read(dist="uniform", low=0, high=0.25, source="s").text() == "uniform(low=0, high=0.25)"
    assert _read(dist="choice", values=[0, 1]).text() == "choice(values=[0, 1])"
    assert _read(dist="normal", mean=0, sd=1, low=-1).text() == "normal(mean=0, sd=1, low=-1)"
    assert _read(value=0.1).text() == "0.1"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"dist": "uniform", "low": 1, "high": 1}, "low must be below high, got low 1 and high 1"),
        ({"dist": "triangular", "low": 0, "mode": 2, "high": 1}, "mode must lie between low 0 and high 1, got 2"),
        ({"dist": "normal", "mean": 0, "sd": 0}, "greater than 0"),
        ({"dist": "normal", "mean": 0, "sd": 1, "low": 2, "high": 1}, "low must be below high"),
        ({"dist": "normal", "mean": 0, "sd": 1, "low": 9}, "almost no probability"),
        ({"dist": "normal", "mean": 0, "sd": 1, "high": -9}, "almost no probability"),
        ({"dist": "lognormal", "median": 0, "sigma": 1}, "greater than 0"),
        ({"dist": "lognormal", "median": 1, "sigma": 0.1, "low": 3}, "almost no probability"),
        ({"dist": "beta", "a": 0, "b": 1}, "greater than 0"),
        ({"dist": "choice", "values": []}, "at least 1 item"),
        ({"dist": "choice", "values": [1, 2], "weights": [1]}, "one weight a value, got 1 for 2 values"),
        ({"dist": "choice", "values": [1, 2], "weights": [0, 0]}, "positive, finite sum"),
        ({"dist": "choice", "values": [True]}, "valid number"),
        ({"dist": "discrete_uniform", "low": 0.5, "high": 2}, "valid integer"),
        ({"dist": "uniform", "low": math.nan, "high": 2}, "finite"),
        ({"dist": "uniform", "low": 0, "high": math.inf}, "finite"),
        ({"dist": "uniform", "low": "0", "high": 1}, "valid number"),
        ({"value": True}, "valid number"),
        ({"value": math.nan}, "finite"),
    ],
)
def test_impossible_numbers_are_refused(keys: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        _read(**keys)


@pytest.mark.parametrize("raw", [True, None, "1", [], {}, {"dist": "unifrom"}, {"low": 0, "high": 1}])
def test_what_is_no_number_is_refused(raw: Any) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python(raw)
