"""Scores, candidates, confirmation and distinct failures against numbers worked by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from experiments.lab.measures import Played, columns_of, usual_ends
from experiments.questions.stress.failures import distinct
from experiments.questions.stress.findings import CONFIDENCE, candidates, confirm
from experiments.questions.stress.search_state import OUTCOME, REPLY, ROUND, SCORES, SearchState, summary_of
from sim.bargaining.outcomes import OUTCOMES, REASONS, Outcome, Reason
from sim.engine.results import RESULT, TRACK, Ends
from sim.records import Floats

AGREED = OUTCOMES.index(Outcome.AGREEMENT)
STALLED = OUTCOMES.index(Outcome.STALL)
HOLD = REASONS.index(Reason.TACTICS_HOLD)
NO_ZONE = next(place for place, reason in enumerate(REASONS) if "zone" in reason.value)


def _ends() -> Ends:
    """Three ends: a deal that splits a surplus of 4 as 1 to 3, talks that missed a deal, and talks without a zone."""
    results = np.zeros(3, RESULT)
    results["dealt"] = [1, 0, 0]
    results["payoff"] = [[2.0, 5.0], [-0.5, 0.25], [0.0, 0.0]]
    results["walk_away"] = [[0.5, 1.0], [0.5, 1.25], [-1.0, -2.0]]
    results["reservation"] = [[1.0, 2.0], [0.5, 1.25], [0.0, 0.0]]
    results["outcome"] = [AGREED, STALLED, STALLED]
    results["reason"] = [0, HOLD, NO_ZONE]
    results["round"] = [3, 7, 9]
    return Ends(results, np.zeros((3, 0, 2)), np.zeros((0, 0), TRACK))


@pytest.mark.parametrize(("side", "taken"), [(0, 0.75), (1, 0.25)])
def test_what_is_kept_of_a_negotiation(side: int, taken: float) -> None:
    own, other, missed, exploited, outcome, reason, last = columns_of(_ends(), side).T
    gain = np.array([[1.5, 4.0], [0.0, 0.0], [0.0, 0.0]])
    np.testing.assert_allclose(own, gain[:, side])
    np.testing.assert_allclose(other, gain[:, 1 - side])
    np.testing.assert_array_equal(missed, [0, 1, 0])
    # The other side's part of what is above both reservations; nothing without a deal.
    np.testing.assert_allclose(exploited, [taken, 0, 0])
    np.testing.assert_array_equal(outcome, [AGREED, STALLED, STALLED])
    np.testing.assert_array_equal(reason, [0, HOLD, NO_ZONE])
    np.testing.assert_array_equal(last, [3, 7, 9])


def test_a_surplus_that_is_next_to_nothing_is_not_divided() -> None:
    ends = _ends()
    ends.results["payoff"][0] = [1.004, 2.005]
    assert columns_of(ends, 0)[0, 3] == 0.0
    ends.results["payoff"][0] = [0.5, 2.5]
    assert columns_of(ends, 0)[0, 3] == 1.0


def _played(scores: Floats, outcome: Floats | None = None) -> Played:
    """Points with these losses; the other columns differ everywhere."""
    shape = scores.shape
    count = np.arange(scores.size, dtype=np.float64).reshape(shape)
    ends = np.full(shape, float(STALLED)) if outcome is None else outcome
    return Played(
        own=-scores, other=100 + count, missed=200 + count, exploited=300 + count, outcome=ends,
        reason=np.full(shape, float(HOLD)), round=1 + count, best=400 + count, reply=np.arange(shape[0], dtype=float),
    )  # fmt: skip


def test_each_aim_has_its_own_score() -> None:
    played = _played(np.array([[1.0, 2.0], [3.0, 4.0]]))
    np.testing.assert_allclose(played.scores("gain"), [[1, 2], [3, 4]])
    np.testing.assert_allclose(played.scores("regret"), [[401, 403], [405, 407]])
    np.testing.assert_allclose(played.scores("missed"), [[200, 201], [202, 203]])
    np.testing.assert_allclose(played.scores("exploited"), [[300, 301], [302, 303]])
    summary = summary_of(played, np.ones((2, 2)))
    np.testing.assert_allclose(
        summary[:, [SCORES[name] for name in ("gain", "regret", "missed", "exploited")]],
        [[1.5, 402, 200.5, 300.5], [3.5, 406, 202.5, 302.5]],
    )
    np.testing.assert_allclose(summary[:, ROUND], [1.5, 3.5])
    np.testing.assert_allclose(summary[:, REPLY], [0, 1])


def test_the_usual_end_is_that_of_the_draws_that_fail() -> None:
    outcome = np.array([[AGREED, AGREED, STALLED], [AGREED, AGREED, STALLED]], dtype=float)
    played = _played(np.zeros((2, 3)), outcome)
    ends, reasons = usual_ends(played, np.array([[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]))
    assert list(ends) == [STALLED, AGREED]
    assert list(reasons) == [HOLD, HOLD]


class _Arena:
    """Gives each point the losses on fresh draws that the test has set."""

    def __init__(self, losses: Floats) -> None:
        self.losses = losses
        config = SimpleNamespace(calendar=SimpleNamespace(round_limit=8))
        self.space = SimpleNamespace(
            config=config, round_bins=4, opponents=("first", "second"), width=1,
            family=lambda genes: (genes[:, 0] * 2).astype(int),
        )  # fmt: skip
        self.seeds: list[int] = []

    def cost(self, *, replies: bool) -> int:
        return 1

    def play(self, genes: Floats, seed: int, draws: int, *, replies: bool, chosen: Any = None) -> Played:
        self.seeds.append(seed)
        assert draws == self.losses.shape[1]
        return _played(self.losses[: len(genes)])


def _state(losses: Floats, searched: list[float], genes: list[float], rounds: list[float]) -> SearchState:
    answers = np.zeros((len(searched), REPLY + 1))
    answers[:, SCORES["gain"]] = searched
    answers[:, OUTCOME], answers[:, ROUND] = STALLED, rounds
    return cast(
        SearchState,
        SimpleNamespace(
            arena=_Arena(losses), seed=5, genes=np.array(genes)[:, None], answers=answers, negotiations=0,
            batches=SimpleNamespace(answer=lambda _, compute: compute()),
        ),
    )  # fmt: skip


def test_a_failure_is_confirmed_where_it_exceeds_the_bar_by_its_error() -> None:
    # Means 1.0 and sample deviations 2 / sqrt(3) and 0.2 / sqrt(3): standard errors 1 / sqrt(3) and 0.1 / sqrt(3).
    losses = np.array([[2.0, 0.0, 2.0, 0.0], [1.1, 0.9, 1.1, 0.9]])
    state = _state(losses, [0.9, 0.8], [0.1, 0.9], [1.0, 1.0])
    found = confirm(state, "gain", 0.5, 4)
    assert [one.opponent for one in found] == ["first", "second"]
    unsure, sure = found
    assert [unsure.score, sure.score] == pytest.approx([1.0, 1.0])
    assert unsure.error == pytest.approx(1 / np.sqrt(3))
    assert sure.error == pytest.approx(0.1 / np.sqrt(3))
    # 1 - 2.326 x 0.577 is below the bar of 0.5, 1 - 2.326 x 0.058 above it.
    assert (unsure.confirmed, sure.confirmed) == (False, True)
    assert (unsure.failing, sure.failing) == (0.5, 1.0)
    assert (unsure.searched, sure.searched) == (0.9, 0.8)
    assert [unsure.own, sure.own] == pytest.approx([-1.0, -1.0])
    assert (unsure.other, sure.other) == (101.5, 105.5)
    assert (unsure.round, sure.round) == (2.5, 6.5)
    assert [one.cell for one in found] == [(STALLED, 0), (len(OUTCOMES) + STALLED, 2)]
    assert unsure.at_run == {"run": 0, "outcome": "stall", "reason": "tactics_hold", "round": 1, "gain": -2.0,
                             "gain_other": 100.0, "score": 2.0}  # fmt: skip
    # The draws that confirm are none of those of the search.
    assert cast(Any, state.arena).seeds != [5]
    bar = 1.0 - CONFIDENCE * sure.error
    for shift, held in ((-1e-9, True), (1e-9, False)):
        (one,) = confirm(_state(losses[1:], [0.9], [0.9], [1.0]), "gain", bar + shift, 4)
        assert one.confirmed is held


def test_the_worst_point_of_each_cell_is_a_candidate_from_the_bar_on() -> None:
    state = _state(
        np.zeros((1, 1)), [0.3, 0.7, 0.5, 0.9, 0.49], [0.1, 0.1, 0.9, 0.9, 0.1], [1.0, 1.9, 1.0, 2.9, 5.0]
    )  # fmt: skip
    # Two rounds a column. Cells: the first two share one, and so do the next two; the last is below the bar.
    assert list(candidates(state, "gain", 0.5)) == [3, 1]
    assert list(candidates(state, "gain", 0.49)) == [3, 1, 4]


def test_one_failure_is_kept_of_each_way() -> None:
    one, two, three, four = ("a", "stall", "x"), ("b", "stall", "x"), ("a", "walkout", "x"), ("a", "stall", "y")
    rows = [
        ("missed", 0.6, *one, True), ("gain", 0.2, *one, True), ("gain", 0.9, *two, False), ("gain", 0.7, *one, True),
        ("gain", 0.3, *two, True), ("gain", 0.1, *three, True), ("gain", 0.05, *four, True), ("gain", 0.7, *one, True),
    ]  # fmt: skip
    kept = distinct(pd.DataFrame(rows, columns=["aim", "score", "opponent", "outcome", "reason", "confirmed"]))
    # The aims in their own order, the worst of each first; of two that are as bad, the one that was found first.
    assert list(kept.index) == [3, 4, 5, 6, 0]
