"""What a case sees of those before it, run by run: reference rate, open imports, and what became of threats."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy import integrate, stats

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


def posterior(executed: int, spared: int, deadlines: int, most: float) -> float:
    """Chance that p is at most so much, from a uniform prior and the likelihood of each single deadline."""

    def likelihood(p: float) -> float:
        spares = (1.0 - p) ** (1.0 / deadlines)
        return float((1.0 - spares) ** executed * spares**spared)

    part, whole = (integrate.quad(likelihood, 0.0, end, epsabs=1e-13, epsrel=1e-12)[0] for end in (most, 1.0))
    return float(part / whole)


def test_threats_that_were_carried_out_are_believed_more() -> None:
    """Over both cases: no deadline, one of two carried out, the only one carried out, the only one not.

    In the template a threat has three deadlines.
    """
    prior = KOREA.number(EXECUTION)
    found = seen_by(KOREA, EARLIER, 1.0)[EXECUTION]
    assert found[0] == prior[0]
    assert posterior(1, 1, 3, found[1]) == pytest.approx(prior[1], abs=1e-9)
    assert posterior(1, 0, 3, found[2]) == pytest.approx(prior[2], abs=1e-9)
    assert found[3] == pytest.approx(stats.beta(1, 1 + 1 / 3).ppf(prior[3]))
    assert found[3] < prior[3] < 1
    assert found[2] > prior[2]


@pytest.mark.parametrize("deadlines", [1, 2, 3])
@pytest.mark.parametrize(("executed", "spared"), [(0, 1), (1, 0), (0, 3), (2, 1), (4, 9)])
def test_credibility_is_that_of_bayes(executed: int, spared: int, deadlines: int) -> None:
    """The posterior, integrated numerically, says of each draw that it is the quantile that it was."""
    draws = np.array([0.0, 0.001, 0.2, 0.5, 0.9, 1.0])
    found = credibility(draws, np.full(6, executed + spared), np.full(6, executed), deadlines)
    np.testing.assert_allclose([posterior(executed, spared, deadlines, one) for one in found], draws, atol=1e-9)
    if executed == 0:
        np.testing.assert_allclose(found, stats.beta(1, 1 + spared / deadlines).ppf(draws), atol=1e-12)
    if deadlines == 1:
        np.testing.assert_allclose(found, stats.beta(1 + executed, 1 + spared).ppf(draws), atol=1e-12)


def test_credibility_stays_where_nothing_was_due() -> None:
    draws = np.array([0.0, 0.3, 1.0])
    assert np.array_equal(credibility(draws, np.zeros(3, int), np.zeros(3, int), 3), draws)


def test_what_is_seen_of_threats_moves_beliefs_by_nothing_on_average() -> None:
    """Two earlier talks with one, two or three deadlines each, ended by an execution: the mean stays at a half."""
    draws = np.random.default_rng(3)
    runs, deadlines = 40_000, 3
    p, own = draws.random(runs), draws.random(runs)
    due, executed = np.zeros(runs, int), np.zeros(runs, int)
    for _ in range(2):
        standing = np.ones(runs, bool)
        for number in range(deadlines):
            standing &= draws.random(runs) < (0.5 if number else 1.0)  # a deal may come before a deadline
            hits = standing & (draws.random(runs) < 1.0 - (1.0 - p) ** (1.0 / deadlines))
            due += standing
            executed += hits
            standing &= ~hits
    found = credibility(own, due, executed, deadlines)
    error = found.std() / np.sqrt(runs)
    assert found.mean() == pytest.approx(0.5, abs=4.0 * error)
    # And those who are believed at so much carry out as many: the mean of p in each group is that of its beliefs.
    for seen in ((2, 0), (3, 1), (6, 0), (2, 2)):
        group = (due == seen[0]) & (executed == seen[1])
        assert group.sum() > 400
        assert found[group].mean() == pytest.approx(p[group].mean(), abs=4.0 * 0.5 / np.sqrt(group.sum()))


def test_a_chance_that_is_known_is_learnt_from_nobody() -> None:
    (known,) = members_of(
        ChainSpec(name="a", title="b", cases=("Korea",)), RECORD, RUNS, 5, [f"{EXECUTION}=0.4"],
        date(2025, 8, 1),
    )  # fmt: skip
    assert EXECUTION not in seen_by(known, EARLIER, 1.0)


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
