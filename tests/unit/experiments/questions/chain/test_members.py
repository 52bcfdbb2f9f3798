"""What a case sees of those before it, run by run: reference rate, open imports, and what became of threats."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy import stats

from experiments.baselines.similarity import reference_rate
from experiments.cases.known import KnownCase
from experiments.questions.chain.members import (
    CAR_RATE,
    EXECUTION,
    OPEN,
    RATE,
    WEIGHT,
    Member,
    Standing,
    credibility,
    members_of,
    seen_by,
)
from experiments.questions.chain.orders import by_strength, chain_orders, dated_order, stress_orders
from experiments.questions.chain.spec import ChainSpec
from tests.case_configs import RECORD

SPEC = ChainSpec(name="a", title="b", cases=("UK", "Japan", "Brazil", "Korea"))
RUNS = 4
UK, JAPAN, BRAZIL, KOREA = members_of(SPEC, RECORD, RUNS, 5, (), date(2025, 8, 1))


def played(
    agreed: list[int], rec: float, car: float, due: list[int] | None = None, executed: list[int] | None = None
) -> Standing:
    nothing = [0] * RUNS
    return Standing(
        np.array(agreed, dtype=bool), np.full(RUNS, rec), np.full(RUNS, car), np.array(due or nothing),
        np.array(executed or nothing),
    )  # fmt: skip


EARLIER = [
    (UK, played([1, 1, 0, 0], 0.08, 0.1, [0, 0, 1, 1], [0, 0, 1, 0])),
    (BRAZIL, played([1, 0, 1, 0], 0.3, 0.9, [0, 2, 0, 0], [0, 1, 0, 0])),
]


def reference(*deals: tuple[Member, float]) -> tuple[float, float]:
    """r* and the greatest weight for Korea over these deals and that of Vietnam, which is a fact."""
    facts = [(KnownCase.on(RECORD, "Vietnam").features(), 0.2)]
    own = [(member.known.features(), rate) for member, rate in deals]
    found = reference_rate(KOREA.known.features(), [*facts, *own], 1.0)
    assert found is not None
    return found.rate, found.closeness


def test_rates_are_weighed_by_likeness_over_the_deals_of_the_run() -> None:
    columns = seen_by(KOREA, EARLIER, 1.0)
    expected = [reference((UK, 0.08), (BRAZIL, 0.3)), reference((UK, 0.08)), reference((BRAZIL, 0.3)), reference()]
    np.testing.assert_allclose(columns[RATE], [rate for rate, _ in expected], atol=1e-6)
    np.testing.assert_allclose(columns[WEIGHT], [weight for _, weight in expected], atol=1e-6)


def test_cars_are_compared_with_deals_that_have_a_rate_on_cars() -> None:
    """Brazil has no cars on the table; in a run without a deal on cars the country rate stands in."""
    columns = seen_by(KOREA, EARLIER, 1.0)
    np.testing.assert_allclose(columns[CAR_RATE][:2], [0.1, 0.1])
    np.testing.assert_allclose(columns[CAR_RATE][2], columns[RATE][2])


def test_open_imports_fall_by_those_who_have_signed() -> None:
    imports = {one.case: one.machinery + one.other for one in RECORD.cases}
    others = sum(imports.values()) - imports["Korea"]
    signed = [("Vietnam", "UK", "Brazil"), ("Vietnam", "UK"), ("Vietnam", "Brazil"), ("Vietnam",)]
    expected = [1 - sum(imports[case] for case in run) / others for run in signed]
    np.testing.assert_allclose(seen_by(KOREA, EARLIER, 1.0)[OPEN], expected)


def test_threats_that_were_carried_out_are_believed_more() -> None:
    """Over both cases: no deadline, one of two carried out, the only one carried out, the only one not."""
    prior = KOREA.number(EXECUTION)
    found = seen_by(KOREA, EARLIER, 1.0)[EXECUTION]
    assert found[0] == prior[0]
    assert found[1] == pytest.approx(stats.beta(2, 2).ppf(prior[1]))
    assert found[2] == pytest.approx(stats.beta(2, 1).ppf(prior[2]))
    assert found[3] == pytest.approx(stats.beta(1, 2).ppf(prior[3]))
    assert found[3] < prior[3] < 1
    assert found[2] > prior[2]


def test_credibility_of_a_uniform_prior_has_the_mean_of_bayes() -> None:
    even = (np.arange(4_000) + 0.5) / 4_000
    found = credibility(even, np.full(4_000, 3), np.full(4_000, 2))
    # Midpoints of 4,000 equal parts leave the mean of Beta(3, 2) open by less than 1e-6.
    assert found.mean() == pytest.approx(3 / 5, abs=1e-6)
    assert np.array_equal(credibility(even, np.zeros(4_000, int), np.zeros(4_000, int)), even)


def test_nothing_is_seen_where_nothing_came_before() -> None:
    assert seen_by(KOREA, [], 1.0) == {}


def test_without_any_deal_what_the_config_says_stays() -> None:
    columns = seen_by(KOREA, [(UK, played([0] * RUNS, 0.1, 0.2))], 1.0)
    for path in (RATE, CAR_RATE, WEIGHT):
        assert np.array_equal(columns[path], KOREA.number(path))
    np.testing.assert_allclose(columns[OPEN], KOREA.number(OPEN))


def test_deadlines_fall_due_until_a_deal_an_execution_or_the_horizon() -> None:
    """Every run without a deal before the horizon saw the one deadline by then."""
    found = KOREA.play()
    assert set(found.due) <= {0, 1}
    assert (found.executed <= found.due).all()
    assert (found.due[~found.agreed] == 1).all()
    # A deal in the round of the deadline comes before it, and no other round is later.
    assert (found.due[found.agreed] == 0).all()


def test_more_deadlines_fall_due_by_a_later_day() -> None:
    (later,) = members_of(ChainSpec(name="a", title="b", cases=("UK",)), RECORD, 300, 5, (), date(2025, 12, 31))
    found = later.play()
    # 9 July and, 90 days on, 7 October, of which the first that is carried out is the last.
    assert set(found.due[~found.agreed]) == {1, 2}
    spared = ~found.agreed & (found.executed == 0)
    assert (found.due[spared] == 2).all()


def test_dated_cases_come_by_date_and_others_after_what_had_happened_by_their_day() -> None:
    members = (BRAZIL, JAPAN, UK, KOREA)
    assert dated_order(members) == (2, 1, 3)
    orders = chain_orders(members, 40, 5)
    assert len(orders) == 40
    for order in orders:
        assert [place for place in order if place != 0] == [2, 1, 3]
        assert order[0] == 2, "the deal of the UK came before the day of Brazil"
    assert {order.index(0) for order in orders} == {1, 2, 3}
    assert chain_orders(members[1:], 40, 5) == [(1, 0, 2)]


def test_few_cases_are_tried_in_all_orders_and_many_in_random_ones() -> None:
    assert len(stress_orders(4, 9, 5)) == 24
    many = stress_orders(7, 9, 5)
    assert len(many) == len(set(many)) == 9
    assert all(sorted(order) == list(range(7)) for order in many)
    assert many == stress_orders(7, 9, 5)
    assert many != stress_orders(7, 9, 6)


def test_the_largest_is_that_of_the_largest_gdp() -> None:
    assert [one.facts.gdp for one in (BRAZIL, JAPAN, UK, KOREA)] == [2180, 4030, 3640, 1870]
    assert by_strength((BRAZIL, JAPAN, UK, KOREA)) == (1, 2, 0, 3)
