"""Distance between partners and the rate that earlier deals suggest: by hand, and the published case."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.baselines.similarity import (
    EarlierDeal,
    Features,
    reference_rate,
    reference_rates,
    signed_before,
    squared_distance,
)

FEATURES = st.builds(Features, st.floats(0.1, 200), st.floats(0, 1), st.floats(-500, 500))

#: GDP a head in US$ thousand, cars over all imports, exports less imports, of 2024.
JAPAN = Features(32, 41.7 / 151.3, 79.7 - 151.3)
UK = Features(53, 10.6 / 68.2, 80.0 - 68.2)
VIETNAM = Features(5, 0.1 / 141.4, 13.1 - 141.4)


def test_distance_by_hand() -> None:
    # ln 2 / 1.1, .3 / .12 = 2.5, and the balance has turned: each term by itself and together.
    here = Features(20, 0.1, -50)
    assert squared_distance(here, Features(40, 0.1, -1)) == pytest.approx((math.log(2) / 1.1) ** 2)
    assert squared_distance(here, Features(20, 0.4, -1)) == pytest.approx(6.25)
    assert squared_distance(here, Features(20, 0.1, 1)) == 1.0
    # A balance of 0 has neither sign.
    assert squared_distance(here, Features(20, 0.1, 0)) == 1.0
    assert squared_distance(Features(20, 0.1, 0), Features(20, 0.1, 1)) == 1.0
    assert squared_distance(here, Features(10, 0.4, 3)) == pytest.approx((math.log(2) / 1.1) ** 2 + 7.25)


@given(FEATURES, FEATURES)
def test_distance_is_the_same_from_both_ends_and_0_to_itself(one: Features, other: Features) -> None:
    assert squared_distance(one, other) == pytest.approx(squared_distance(other, one))
    assert squared_distance(one, other) >= 0
    assert squared_distance(one, one) == 0


def test_reference_rate_by_hand() -> None:
    # d^2 = 1 and 6.25 with h = 2: weights exp(-1 / 8) and exp(-6.25 / 8).
    here = Features(20, 0.1, -50)
    deals = [(Features(20, 0.1, 1), 0.10), (Features(20, 0.4, -1), 0.20)]
    near, far = math.exp(-1 / 8), math.exp(-6.25 / 8)
    found = reference_rate(here, deals, 2.0)
    assert found is not None
    assert found.rate == pytest.approx((near * 0.10 + far * 0.20) / (near + far))
    assert found.closeness == pytest.approx(near)


@pytest.mark.parametrize(("bandwidth", "rate"), [(0.3, 0.100), (2.0, 0.132)])
def test_reference_rate_of_japan_from_the_two_deals_before(bandwidth: float, rate: float) -> None:
    # From 10.0 to 13.2 over the range of the bandwidth.
    found = reference_rate(JAPAN, [(UK, 0.10), (VIETNAM, 0.20)], bandwidth)
    assert found is not None
    assert found.rate == pytest.approx(rate, abs=5e-4)


def test_reference_rate_is_defined_where_all_weights_are_too_small_for_a_number() -> None:
    found = reference_rate(JAPAN, [(UK, 0.10), (VIETNAM, 0.20)], 0.01)
    assert found is not None
    assert found.rate == pytest.approx(0.10)
    assert found.closeness == 0.0


def test_reference_rate_of_one_deal_is_its_rate_and_of_none_there_is_none() -> None:
    found = reference_rate(JAPAN, [(VIETNAM, 0.20)], 1.0)
    assert found is not None
    assert found.rate == pytest.approx(0.20)
    assert found.closeness == pytest.approx(math.exp(-squared_distance(JAPAN, VIETNAM) / 2))
    assert reference_rate(JAPAN, [], 1.0) is None


@given(FEATURES, st.lists(st.tuples(FEATURES, st.floats(0, 0.5)), min_size=1, max_size=6), st.floats(0.05, 5))
def test_reference_rate_lies_between_the_deals(
    here: Features, deals: list[tuple[Features, float]], bandwidth: float
) -> None:
    found = reference_rate(here, deals, bandwidth)
    assert found is not None
    rates = [rate for _, rate in deals]
    assert min(rates) - 1e-12 <= found.rate <= max(rates) + 1e-12
    assert 0 <= found.closeness <= 1


def test_deals_before_a_day_are_those_of_others_and_the_oldest_comes_first() -> None:
    deals = [
        EarlierDeal("b", date(2025, 7, 2), 0.20),
        EarlierDeal("c", date(2025, 7, 3), 0.30),
        EarlierDeal("a", date(2025, 7, 2), 0.15),
        EarlierDeal("d", date(2025, 5, 8), 0.10),
        EarlierDeal("here", date(2025, 5, 1), 0.05),
    ]
    assert [deal.case for deal in signed_before(deals, date(2025, 7, 3), "here")] == ["d", "a", "b"]
    assert signed_before(deals, date(2025, 5, 8), "here") == ()


def test_reference_rates_of_runs_are_those_of_the_deals_that_each_has() -> None:
    deals = [(UK, 0.10), (VIETNAM, 0.20)]
    distances = np.array([[squared_distance(JAPAN, other)] * 4 for other, _ in deals])
    distances[[0, 1, 0, 1], [1, 2, 3, 3]] = np.inf
    rates, closeness = reference_rates(distances, np.array([[0.10] * 4, [0.20] * 4]), 1.0)
    expected = [reference_rate(JAPAN, some, 1.0) for some in (deals, deals[1:], deals[:1])]
    assert [(one.rate, one.closeness) for one in expected if one is not None] == list(
        zip(rates, closeness, strict=True)
    )[:3]
    assert (rates[3], closeness[3]) == (0.0, 0.0)


@pytest.mark.parametrize("bandwidth", [0.0, -1.0])
def test_a_bandwidth_is_above_0(bandwidth: float) -> None:
    with pytest.raises(ValueError, match="bandwidth above 0"):
        reference_rate(JAPAN, [(UK, 0.10)], bandwidth)


@pytest.mark.parametrize("numbers", [(0.0, 0.1, 1.0), (10.0, 1.1, 1.0), (10.0, -0.1, 1.0), (10.0, 0.1, math.nan)])
def test_features_that_cannot_be_are_refused(numbers: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="GDP a head above 0"):
        Features(*numbers)
