"""What a side learns from single offers, and what it makes of it in its payoff tables."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.bargaining.calendar import TALK
from sim.bargaining.learning import (
    FREQUENCY,
    MIND,
    MODELS,
    chance_of_order,
    forget,
    learn,
    no_deal_levels,
    reweigh,
    take_stock,
)
from sim.bargaining.offers import SEAT
from sim.bargaining.valuation import GROUP_COUNT, VALUATION, group_value, tabulate
from sim.issues import CAR_TARIFF, MATERIALS_SUPPORT, PARTNER, RECIPROCAL_TARIFF, US
from sim.records import Record
from sim.row import new_row
from tests.support import default_record, put_defaults_on_table
from tests.support_talks import deliverable_pledges, draw_line, levels_of

BAYESIAN = MODELS.index("bayesian")

#: Groups of separable issues in the order of the tables.
CAR, RECIPROCAL, MATERIALS = 0, 1, 2

LEVELS = 5


def _party(model: int = BAYESIAN, **knobs: float) -> Record:
    """Parameters under which the US learns about Japan, with three issues on the table in five levels each."""
    p = default_record()
    put_defaults_on_table(p)
    for issue in (CAR_TARIFF, RECIPROCAL_TARIFF, MATERIALS_SUPPORT):
        p.issue_levels[issue] = LEVELS
    p.learner[US] = model
    first = knobs.get("rate", 0.1) if model == FREQUENCY else knobs.get("doubt", 0.5)
    p.learner_knobs[US] = first, knobs.get("blur", 0.1)
    p.round_limit, p.round_interval, p.deadline_day = 11, 1.0, 10.0
    return p


def _tables(slopes: dict[int, tuple[float, float]]) -> Record:
    """Payoffs that are linear in the level: by issue, what a level is worth to the US and to Japan."""
    tables = new_row(VALUATION)
    for issue, worth in slopes.items():
        for side in (US, PARTNER):
            tables.single[side, issue, :LEVELS] = worth[side] * np.arange(LEVELS)
    return tables


#: By the prior a level of each issue costs Japan what it brings the US.
EVEN = {CAR_TARIFF: (1.0, -1.0), RECIPROCAL_TARIFF: (1.0, -1.0), MATERIALS_SUPPORT: (1.0, -1.0)}


def _heard(p: Record, offers: list[dict[str, int]], *, opening: int = 0, **change: Any) -> Record:
    """What the US has learnt of Japan when it has heard these offers and itself asks for the highest levels."""
    tables = _tables(change.get("slopes", EVEN))
    mind, seat, other, talk = new_row(MIND), new_row(SEAT), new_row(SEAT), new_row(TALK)
    forget(mind)
    talk.common, talk.round, talk.deadline_day = change.get("common", 1), 1, 10.0
    seat.tabled = change.get("tabled", 1)
    seat.levels[:] = levels_of(s0=LEVELS - 1, s1=LEVELS - 1, s6=LEVELS - 1)
    for k, offer in enumerate(offers):
        other.history[k] = levels_of(**offer)
    other.offers, other.opening = len(offers), opening
    mind.span[:] = 1.0
    learn(p, talk, mind, tables, tables, US, seat, other)
    assert mind.heard == len(offers)
    return mind


@pytest.mark.parametrize("model", [FREQUENCY, BAYESIAN])
def test_what_is_kept_while_another_group_is_yielded_counts_for_more(model: int) -> None:
    """Japan gives way on the reciprocal tariff, where the US would have gained much more on the others by the prior."""
    slopes = {CAR_TARIFF: (9.0, -1.0), RECIPROCAL_TARIFF: (1.0, -1.0), MATERIALS_SUPPORT: (9.0, -1.0)}
    mind = _heard(_party(model), [{"s1": 0}, {"s1": 1}, {"s1": 2}], slopes=slopes)
    assert mind.weight[CAR] > 0.0
    assert mind.weight[MATERIALS] > 0.0
    assert mind.weight[CAR] > mind.weight[RECIPROCAL]
    assert mind.weight[RECIPROCAL] < 0.0 if model == BAYESIAN else mind.weight[RECIPROCAL] == 0.0


def test_an_order_that_fits_the_prior_teaches_the_bayesian_model_next_to_nothing() -> None:
    """Japan gives way where the US gains nine times as much per unit of Japan's loss."""
    slopes = {CAR_TARIFF: (1.0, -1.0), RECIPROCAL_TARIFF: (9.0, -1.0), MATERIALS_SUPPORT: (1.0, -1.0)}
    mind = _heard(_party(), [{"s1": 0}, {"s1": 1}, {"s1": 2}, {"s1": 3}], slopes=slopes)
    # A multiplier has to be off by e^2.2 before the order would be another; four standard deviations of the doubt.
    assert np.abs(mind.weight).max() < 0.01


def test_the_frequency_model_adds_its_rate_less_over_time() -> None:
    p = _party(FREQUENCY, rate=0.25)
    mind = _heard(p, [{}, {"s1": 1}, {"s1": 2}])
    assert mind.weight[CAR] == pytest.approx(2 * 0.25, rel=1e-12)  # heard in the first round: t = 0


@pytest.mark.parametrize("model", [FREQUENCY, BAYESIAN])
@pytest.mark.parametrize(
    ("offers", "change"),
    [
        ([{"s1": 1}], {}),  # nothing to compare with
        ([{"s1": 1}, {"s1": 1}], {}),  # nothing yielded
        ([{}, {"s0": 1, "s1": 1, "s6": 1}], {}),  # nothing kept
        ([{"s1": 2}, {"s1": 1}], {}),  # taken back
        ([{}, {"s1": 1}], {"opening": 1}),  # an event lies between the two
        ([{}, {"s1": 1}], {"common": 0}),  # red lines leave no common package
        ([{}, {"s1": 1}], {"tabled": 0}),  # the learner has asked for nothing yet
    ],
)
def test_offers_that_say_nothing_teach_nothing(
    model: int, offers: list[dict[str, int]], change: dict[str, Any]
) -> None:
    mind = _heard(_party(model), offers, **change)
    assert np.all(mind.weight == 0.0)
    assert np.all(mind.evidence == 0.0)


def test_what_red_lines_forbid_to_give_is_not_kept_by_choice() -> None:
    """Japan's line on cars leaves the other two groups to be compared, and the car tariff unread."""
    p = _party(FREQUENCY)
    draw_line(p, PARTNER, CAR_TARIFF, (-math.inf, 0.1))
    mind = _heard(p, [{}, {"s1": 1}])
    assert mind.weight[CAR] == 0.0
    assert mind.weight[MATERIALS] > 0.0


def test_without_doubt_the_prior_stays() -> None:
    slopes = {CAR_TARIFF: (9.0, -1.0), RECIPROCAL_TARIFF: (1.0, -1.0), MATERIALS_SUPPORT: (9.0, -1.0)}
    mind = _heard(_party(doubt=0.0), [{}, {"s1": 1}, {"s1": 2}], slopes=slopes)
    assert np.all(mind.weight == 0.0)


@given(
    lead=st.floats(-1e3, 1e3),
    more=st.floats(0.0, 10.0),
    blur=st.floats(0.01, 100.0),
)
def test_the_chance_of_an_order_rises_with_the_lead_and_stays_between_its_bounds(
    lead: float, more: float, blur: float
) -> None:
    chance = chance_of_order(lead, blur)
    assert 0.01 <= chance <= 0.99
    assert chance <= chance_of_order(lead + more, blur)


def _stocked(weights: Any) -> tuple[Record, Record, Record, Record]:
    p = _party()
    prior, believed, mind = new_row(VALUATION), new_row(VALUATION), new_row(MIND)
    tabulate(p, deliverable_pledges(), prior)
    forget(mind)
    mind.weight[:] = weights
    take_stock(p, mind, prior, PARTNER, believed)
    return p, prior, believed, mind


def test_beliefs_of_which_nothing_is_learnt_are_the_prior_to_the_last_bit() -> None:
    _, prior, believed, mind = _stocked(0.0)
    assert np.all(mind.multiplier == 1.0)
    assert believed.base[PARTNER] == prior.base[PARTNER]
    for table in ("single", "purchases", "fund"):
        assert np.array_equal(getattr(believed, table)[PARTNER], getattr(prior, table)[PARTNER])


@given(weights=st.lists(st.floats(-3.0, 3.0), min_size=GROUP_COUNT, max_size=GROUP_COUNT))
def test_no_deal_keeps_its_value_and_the_ranges_keep_their_sum(weights: list[float]) -> None:
    p, prior, believed, mind = _stocked(weights)
    for group in range(GROUP_COUNT):
        levels = no_deal_levels(p, group)
        assert group_value(believed, PARTNER, group, *levels) == group_value(prior, PARTNER, group, *levels)
    # Sums of eight ranges of order ten.
    assert (mind.multiplier * mind.span).sum() == pytest.approx(mind.span.sum(), rel=1e-12)


def test_a_multiplier_scales_differences_inside_its_group_only() -> None:
    weights = np.zeros(GROUP_COUNT)
    weights[CAR] = math.log(2.0)
    _, prior, believed, mind = _stocked(weights)
    steps = np.diff(prior.single[PARTNER, :, :LEVELS])
    expected = steps * mind.multiplier[RECIPROCAL]
    expected[CAR_TARIFF] = steps[CAR_TARIFF] * mind.multiplier[CAR]
    assert mind.multiplier[CAR] == pytest.approx(2.0 * mind.multiplier[RECIPROCAL], rel=1e-12)
    # Differences of payoffs of order ten, each rounded once more.
    assert np.allclose(np.diff(believed.single[PARTNER, :, :LEVELS]), expected, atol=1e-12)


def test_what_is_learnt_outlasts_new_tables() -> None:
    p, prior, believed, mind = _stocked(np.linspace(-1.0, 1.0, GROUP_COUNT))
    before = mind.multiplier.copy()
    take_stock(p, mind, prior, PARTNER, believed)
    reweigh(p, mind, prior, PARTNER, believed)
    assert np.array_equal(mind.multiplier, before)
