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
    ({"dist": "loguniform", "low": 0.5, "high": 8}, stats.loguniform(0.5, 8), (0.5, 8)),
    # Shapes 1 + 4/4 and 1 + 4 * 3/4.
    ({"dist": "pert", "low": 1, "mode": 2, "high": 5}, stats.beta(2, 4, 1, 4), (1, 5)),
    ({"dist": "pert", "low": 1, "mode": 5, "high": 5, "weight": 10}, stats.beta(11, 1, 1, 4), (1, 5)),
    ({"dist": "pert", "low": 1, "mode": 2, "high": 5, "weight": 0}, stats.uniform(1, 4), (1, 5)),
    # 0.3 * 0.7 / 0.01 - 1 = 20, of which 0.3 and 0.7.
    ({"dist": "beta", "mean": 0.3, "sd": 0.1}, stats.beta(6, 14), (0, 1)),
    ({"dist": "beta", "mean": 3.2, "sd": 0.4, "low": 2, "high": 6}, stats.beta(6, 14, 2, 4), (2, 6)),
    (
        {"dist": "lognormal", "quantiles": {"0.05": 1, "0.95": 20}},
        stats.lognorm(math.log(20) / (2 * stats.norm.ppf(0.95)), scale=math.sqrt(20)),
        (0, math.inf),
    ),
    (
        {"dist": "lognormal", "quantiles": {"0.5": 2, "0.975": 2 * math.exp(0.5 * stats.norm.ppf(0.975))}},
        stats.lognorm(0.5, scale=2),
        (0, math.inf),
    ),
    (
        {"dist": "discrete", "values": [4, 1, 2], "chances": [0.25, 0.7, 0.05]},
        stats.rv_discrete(values=([1, 2, 4], [0.7, 0.05, 0.25])),
        (1, 4),
    ),
]

#: A column of four rows as it is once its file was read.
COLUMN: dict[str, Any] = {
    "dist": "column", "file": "data.csv", "column": "x", "values": [-1, 2, 2, 7], "sha256": "0" * 64
}  # fmt: skip


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


def test_a_column_gives_the_value_that_a_share_of_its_rows_does_not_exceed() -> None:
    number = _read(**COLUMN)
    uniform = np.array([0.01, 0.25, 0.2501, 0.5, 0.75, 0.7501, 0.99])
    assert number.ppf(uniform).tolist() == [-1, -1, 2, 2, 2, 7, 7]
    assert number.ppf(uniform).tolist() == np.quantile(COLUMN["values"], uniform, method="inverted_cdf").tolist()
    assert number.support() == (-1, 7)
    assert number.text() == "column(x of data.csv: 4 values, -1 to 7)"


def test_a_value_without_a_chance_is_neither_drawn_nor_possible() -> None:
    number = _read(dist="discrete", values=[1, 2, 3, 4], chances=[0, 0.5, 0.5, 0])
    assert number.support() == (2, 3)
    # What is drawn evenly from 0 to below 1 may be 0 itself.
    assert number.ppf(np.array([0, 2**-53, 0.5, 0.5000001, 1 - 2**-53, 1])).tolist() == [2, 2, 2, 3, 3, 3]


@pytest.mark.parametrize(
    ("keys", "mean", "sd"),
    [
        # Shapes 1 + 4e9 and 1 + 6e9: variance of the beta distribution 0.4 * 0.6 / 1e10.
        ({"dist": "pert", "low": 0, "mode": 2, "high": 5, "weight": 1e10}, 2, 5 * math.sqrt(0.24e-10)),
        ({"dist": "beta", "a": 1e10, "b": 1e10}, 0.5, math.sqrt(0.25 / 2e10)),
    ],
)
def test_the_largest_shapes_still_have_the_quantiles_of_a_normal(keys: dict[str, Any], mean: float, sd: float) -> None:
    uniform = np.array([1e-6, 0.05, 0.5, 0.95, 1 - 1e-6])
    # A beta distribution of such shapes is a normal one but for its skewness, of the order of 1e-5.
    np.testing.assert_allclose((_read(**keys).ppf(uniform) - mean) / sd, stats.norm.ppf(uniform), atol=1e-4)


def test_quantiles_of_a_cut_lognormal_are_those_before_it_is_cut() -> None:
    whole = _read(dist="lognormal", quantiles={0.05: 1, 0.95: 20})
    cut = _read(dist="lognormal", quantiles={0.05: 1, 0.95: 20}, low=1, high=20)
    # The middle nine tenths, stretched over all probabilities.
    np.testing.assert_allclose(cut.ppf(np.array([0.1, 0.5, 0.9])), whole.ppf(np.array([0.14, 0.5, 0.86])), rtol=1e-9)
    assert cut.support() == (1, 20)


def test_probabilities_are_written_in_one_way() -> None:
    assert _read(dist="lognormal", quantiles={".050": 1, "9.5e-1": 20}) == _read(
        dist="lognormal", quantiles={0.05: 1, 0.95: 20}
    )


@given(
    keys=st.sampled_from([case[0] for case in CASES] + [{"dist": "choice", "values": [1, 2, 4]}, COLUMN]),
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
    assert {case[0]["dist"] for case in CASES} | {"choice", COLUMN["dist"]} == set(DISTRIBUTIONS)


@pytest.mark.parametrize("raw", [3, 3.0, {"value": 3}])
def test_a_bare_number_is_a_fixed_value(raw: Any) -> None:
    number = READ.validate_python(raw)
    assert number == Fixed(value=3.0)
    assert not number.is_sampled
    assert number.support() == (3, 3)
    assert number.ppf(np.array([0.1, 0.9])).tolist() == [3, 3]
    assert READ.dump_python(number) == 3.0


@pytest.mark.parametrize("keys", [case[0] for case in CASES] + [{"value": 2.0}, COLUMN])
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
    assert _read(dist="pert", low=0, mode=1, high=3).text() == "pert(low=0, mode=1, high=3, weight=4)"
    assert _read(dist="beta", mean=0.3, sd=0.1).text() == "beta(mean=0.3, sd=0.1, low=0, high=1)"
    lognormal = _read(dist="lognormal", quantiles={0.05: 1, 0.95: 20})
    assert lognormal.text() == "lognormal(quantiles={0.05: 1, 0.95: 20})"
    two = _read(dist="discrete", values=[1, 2], chances=[0.25, 0.75])
    assert two.text() == "discrete(values=[1, 2], chances=[0.25, 0.75])"
    many = _read(dist="discrete", values=[*range(200)], chances=[1 / 200] * 200)
    assert many.text() == "discrete(200 values with their chances, 0 to 199)"


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
        ({"dist": "loguniform", "low": 0, "high": 1}, "greater than 0"),
        ({"dist": "loguniform", "low": 2, "high": 1}, "low must be below high"),
        ({"dist": "pert", "low": 0, "mode": 2, "high": 1}, "mode must lie between low 0 and high 1, got 2"),
        ({"dist": "pert", "low": 1, "mode": 1, "high": 1}, "low must be below high"),
        ({"dist": "pert", "low": 0, "mode": 1, "high": 2, "weight": -1}, "greater than or equal to 0"),
        ({"dist": "pert", "low": 0, "mode": 1, "high": 2, "weight": 2e10}, "less than or equal to 1"),
        ({"dist": "beta", "a": 2e10, "b": 1}, "less than or equal to 1"),
        ({"dist": "beta", "a": 1, "b": 2e10}, "less than or equal to 1"),
        ({"dist": "beta", "mean": 0.3}, "either its shapes a and b, or its mean and sd"),
        ({"dist": "beta", "a": 1, "b": 1, "mean": 0.3, "sd": 0.1}, "either its shapes a and b, or its mean and sd"),
        ({"dist": "beta", "a": 1, "sd": 0.1}, "either its shapes a and b, or its mean and sd"),
        ({"dist": "beta", "mean": 6, "sd": 1, "low": 2, "high": 6}, "mean must lie between low 2 and high 6, got 6"),
        # A number between 2 and 6 with mean 3 is at most 2 in a quarter less of the runs: sqrt(1 * 3) = 1.732.
        ({"dist": "beta", "mean": 3, "sd": 1.8, "low": 2, "high": 6}, r"sd must be below 1.732, the most .* got 1.8"),
        ({"dist": "beta", "mean": 0.5, "sd": 1e-6}, "too small beside low 0 and high 1"),
        ({"dist": "lognormal"}, r"needs median and sigma, or quantiles such as"),
        ({"dist": "lognormal", "median": 2}, r"needs median and sigma, or quantiles such as"),
        ({"dist": "lognormal", "median": 2, "quantiles": {0.1: 1, 0.9: 2}}, "from which median and sigma follow"),
        ({"dist": "lognormal", "quantiles": {0.1: 1}}, "must be two, such as .* got 1"),
        ({"dist": "lognormal", "quantiles": {0.1: 1, 0.5: 2, 0.9: 3}}, "must be two, such as .* got 3"),
        ({"dist": "lognormal", "quantiles": {5: 1, 95: 2}}, "probabilities between 0 and 1, such as 0.05, got 5"),
        ({"dist": "lognormal", "quantiles": {"q05": 1, "q95": 2}}, "such as 0.05, got q05"),
        ({"dist": "lognormal", "quantiles": {0.05: 1, 0.0500000001: 20}}, "can be computed has 1 at 0.05 and 20 at"),
        ({"dist": "lognormal", "quantiles": {0.95: 1, 0.9500000001: 20}}, "quantiles that lie further apart"),
        ({"dist": "lognormal", "quantiles": {1e-300: 1, 2e-300: 1e300}}, "quantiles that lie further apart"),
        ({"dist": "lognormal", "quantiles": {0.1: 3, 0.9: 2}}, "must rise .* got 3 at 0.1 and 2 at 0.9"),
        ({"dist": "lognormal", "quantiles": {0.1: 0, 0.9: 2}}, "greater than 0"),
        ({"dist": "lognormal", "quantiles": {0.1: 1, 0.9: 9}, "high": 8}, "between low 0 and high 8, got 1 and 9"),
        ({"dist": "discrete", "values": [1, 2], "chances": [0.5, 0.4]}, "sum to 1, and sum to 0.9"),
        ({"dist": "discrete", "values": [1, 2], "chances": [1]}, "one chance a value, got 1 for 2 values"),
        ({"dist": "discrete", "values": [1, 1], "chances": [0.5, 0.5]}, "the value 1 twice"),
        ({"dist": "discrete", "values": [1, 2], "chances": [1.5, -0.5]}, "greater than or equal to 0"),
        ({**COLUMN, "values": [2, 1]}, "in rising order"),
        ({**COLUMN, "sha256": "abc"}, "match pattern"),
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
