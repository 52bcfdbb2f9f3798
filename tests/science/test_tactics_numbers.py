"""Time-dependent tactics against Faratin, Sierra and Jennings (1998), section 4.1.

Their alpha is the share conceded. With k = 0.1 and half of the time gone the polynomial family concedes
k + (1 - k) (t / t_max)^(1 / beta) and the exponential family exp((1 - t / t_max)^beta ln k).
"""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.tactics.time_dependent import (
    exponential,
    exponential_concession,
    polynomial,
    polynomial_concession,
)
from sim.bargaining.offers import target_payoff
from sim.records import VIEW
from sim.row import new_row
from tests.support_talks import knobs_of

K, HALF = 0.1, 0.5

POLYNOMIAL = [(1.0, 0.55), (0.2, 0.128125), (5.0, 0.883496)]
EXPONENTIAL = [(1.0, 0.316228)]

#: The published numbers have six digits.
PUBLISHED = 5e-7

betas = st.floats(0.01, 100.0)
initials = st.floats(0.0001, 1.0)
times = st.floats(0.0, 1.0)


@pytest.mark.parametrize(("beta", "conceded"), POLYNOMIAL)
def test_polynomial_family_at_half_time(beta: float, conceded: float) -> None:
    assert polynomial_concession(HALF, K, beta) == pytest.approx(conceded, abs=PUBLISHED)


@pytest.mark.parametrize(("beta", "conceded"), EXPONENTIAL)
def test_exponential_family_at_half_time(beta: float, conceded: float) -> None:
    assert exponential_concession(HALF, K, beta) == pytest.approx(conceded, abs=PUBLISHED)
    assert exponential_concession(HALF, K, beta) == pytest.approx(math.sqrt(K), abs=1e-15)


@given(initial=initials, beta=betas)
def test_both_families_open_with_k_and_end_with_everything(initial: float, beta: float) -> None:
    for concession in (polynomial_concession, exponential_concession):
        assert concession(0.0, initial, beta) == pytest.approx(initial, rel=1e-12)
        assert concession(1.0, initial, beta) == pytest.approx(1.0, rel=1e-12)


@given(initial=initials, time=times)
def test_a_beta_below_one_concedes_later_than_one_above(initial: float, time: float) -> None:
    """Boulware below 1, conceder above 1: at every date the conceder has given at least as much."""
    shares = [polynomial_concession(time, initial, beta) for beta in (0.2, 1.0, 5.0)]
    assert shares == sorted(shares)


@given(initial=initials, time=times)
def test_a_beta_of_one_concedes_evenly(initial: float, time: float) -> None:
    assert polynomial_concession(time, initial, 1.0) == pytest.approx(initial + (1 - initial) * time)


@given(time=times, beta=betas, initial=initials)
def test_the_aspiration_is_what_is_not_conceded(time: float, beta: float, initial: float) -> None:
    view, knobs = new_row(VIEW), knobs_of(beta, initial)
    view.time = time
    assert polynomial(view, knobs) == 1.0 - polynomial_concession(time, initial, beta)
    assert exponential(view, knobs) == 1.0 - exponential_concession(time, initial, beta)


@pytest.mark.parametrize(("beta", "conceded"), POLYNOMIAL)
@pytest.mark.parametrize(("lowest", "highest"), [(0.0, 1.0), (10.0, 30.0), (-5.0, 250.0)])
def test_buyers_and_sellers_offer_what_the_paper_has_them_offer(
    beta: float, conceded: float, lowest: float, highest: float
) -> None:
    """Over one price the buyer offers min + alpha (max - min) and the seller max - alpha (max - min).

    In this model the target payoff does it, with the price as the seller's payoff and minus the price as the buyer's.
    """
    aspiration = 1.0 - polynomial_concession(HALF, K, beta)
    span = highest - lowest
    seller = target_payoff(lowest, highest, aspiration)
    buyer = -target_payoff(-highest, -lowest, aspiration)
    assert seller == pytest.approx(highest - conceded * span, abs=PUBLISHED * span)
    assert buyer == pytest.approx(lowest + conceded * span, abs=PUBLISHED * span)
