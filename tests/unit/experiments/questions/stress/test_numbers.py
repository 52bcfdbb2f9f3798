"""Scores, confirmation, tables and figures of the stress lab against numbers worked by hand."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle

from experiments.config.load import load_config
from experiments.engine.worlds import Seated
from experiments.errors import RunError
from experiments.lab.measures import Played, columns_of, usual_ends
from experiments.questions.advise.advise import Advice, regret_cells
from experiments.questions.advise.levers import AS_IT_IS, Setting
from experiments.questions.advise.regret_heat_map import regret_heat_map
from experiments.questions.advise.robust import criteria, cvar, regrets
from experiments.questions.exploit.exploit import _Search, exploit
from experiments.questions.stress.failure_map import _SHADES, failure_map
from experiments.questions.stress.findings import CONFIDENCE, Finding, candidates, confirm, distinct
from experiments.questions.stress.search_state import OUTCOME, REPLY, ROUND, SCORES, SearchState, summary_of
from sim.bargaining.outcomes import OUTCOMES, REASONS, Outcome, Reason
from sim.engine.results import RESULT, TRACK, Ends
from sim.records import Floats
from tests.tree import CONFIGS

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


def _hall(losses: Floats, searched: list[float], genes: list[float], rounds: list[float]) -> SearchState:
    answers = np.zeros((len(searched), REPLY + 1))
    answers[:, SCORES["gain"]] = searched
    answers[:, OUTCOME], answers[:, ROUND] = STALLED, rounds
    return cast(
        SearchState,
        SimpleNamespace(
            arena=_Arena(losses), seed=5, genes=np.array(genes)[:, None], answers=answers, negotiations=0,
            journal=SimpleNamespace(answer=lambda _, compute: compute()),
        ),
    )  # fmt: skip


def test_a_failure_is_confirmed_where_it_exceeds_the_bar_by_its_error() -> None:
    # Means 1.0 and sample deviations 2 / sqrt(3) and 0.2 / sqrt(3): standard errors 1 / sqrt(3) and 0.1 / sqrt(3).
    losses = np.array([[2.0, 0.0, 2.0, 0.0], [1.1, 0.9, 1.1, 0.9]])
    hall = _hall(losses, [0.9, 0.8], [0.1, 0.9], [1.0, 1.0])
    found = confirm(hall, "gain", 0.5, 4)
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
    assert cast(Any, hall.arena).seeds != [5]
    bar = 1.0 - CONFIDENCE * sure.error
    for shift, held in ((-1e-9, True), (1e-9, False)):
        (one,) = confirm(_hall(losses[1:], [0.9], [0.9], [1.0]), "gain", bar + shift, 4)
        assert one.confirmed is held


def test_the_worst_point_of_each_cell_is_a_candidate_from_the_bar_on() -> None:
    hall = _hall(
        np.zeros((1, 1)), [0.3, 0.7, 0.5, 0.9, 0.49], [0.1, 0.1, 0.9, 0.9, 0.1], [1.0, 1.9, 1.0, 2.9, 5.0]
    )  # fmt: skip
    # Two rounds a column. Cells: the first two share one, and so do the next two; the last is below the bar.
    assert list(candidates(hall, "gain", 0.5)) == [3, 1]
    assert list(candidates(hall, "gain", 0.49)) == [3, 1, 4]


def _finding(aim: str, score: float, way: tuple[str, str, str], *, confirmed: bool = True) -> Finding:
    opponent, outcome, reason = way
    return Finding(
        aim=cast(Any, aim), genes=np.zeros(1), searched=score, score=score, error=0.0, failing=1.0, opponent=opponent,
        outcome=outcome, reason=reason, round=1.0, cell=(0, 0), confirmed=confirmed, own=0.0, other=0.0, reply=-1,
        run=0, at_run={},
    )  # fmt: skip


def test_one_failure_is_kept_of_each_way() -> None:
    one, two = ("a", "stall", "x"), ("b", "stall", "x")
    found = [
        _finding("missed", 0.6, one), _finding("gain", 0.2, one), _finding("gain", 0.9, two, confirmed=False),
        _finding("gain", 0.7, one), _finding("gain", 0.3, two),
    ]  # fmt: skip
    assert [(kept.aim, kept.score, kept.opponent) for kept in distinct(found)] == [
        ("gain", 0.7, "a"), ("gain", 0.3, "b"), ("missed", 0.6, "a"),
    ]  # fmt: skip


def _patches(axes: Axes) -> list[Rectangle]:
    return [patch for patch in axes.patches if isinstance(patch, Rectangle)]


def test_the_map_of_failures_places_each_cell_at_its_opponent_ending_and_rounds() -> None:
    rows = [
        ("gain", "boulware", "stall", 1.0, 3.0, 0.4, True),
        ("gain", "boulware", "stall", 3.0, 5.0, 0.9, True),
        ("gain", "boulware", "stall", 3.0, 5.0, 0.7, True),  # a milder one of the same cell
        ("gain", "boulware", "walkout", 3.0, 5.0, 0.5, True),
        ("gain", "linear", "walkout", 5.0, 7.0, 1.4, False),
        ("missed", "linear", "stall", 3.0, 5.0, 0.66, True),
    ]
    names = ["aim", "opponent", "outcome", "round_from", "round_to", "score", "confirmed"]
    figure = failure_map(pd.DataFrame(rows, columns=names), "firm", "3 distinct failures")
    gain, missed = figure.axes[:2]
    expected = [(0, 2.5, 4.5, 0.9), (1, 2.5, 4.5, 0.5), (0, 0.5, 2.5, 0.4), (2, 4.5, 6.5, 1.4)]
    patches = _patches(gain)
    for patch, (row, left, right, _) in zip(patches, expected, strict=True):
        assert patch.get_bbox().extents == pytest.approx((left, row - 0.42, right, row + 0.42))
    assert [text.get_text() for text in gain.texts] == ["0.90", "0.50", "0.40", "1.40"]
    assert [text.get_position() for text in gain.texts] == [(3.5, 0), (3.5, 1), (1.5, 0), (5.5, 2)]
    # The darker the worse; hollow where it did not hold.
    assert to_hex(patches[0].get_facecolor()) == to_hex(_SHADES((0.9 - 0.4) / 1.0))
    assert to_hex(patches[1].get_facecolor()) == to_hex(_SHADES((0.5 - 0.4) / 1.0))
    assert to_hex(patches[2].get_facecolor()) == to_hex(_SHADES(0.0))
    assert tuple(patches[3].get_facecolor())[-1] == 0.0
    named = ["boulware · stall", "boulware · walk-out", "linear · walk-out"]
    assert [label.get_text() for label in gain.get_yticklabels()] == named
    assert gain.get_title(loc="left") == "Worse than walking away (loss, US$ bn a year)"
    assert missed.get_title(loc="left") == "Deals missed though a zone existed (share of draws)"
    assert [text.get_text() for text in missed.texts] == ["0.66"]
    assert missed.get_xlabel() == "Round in which the talks end"
    assert gain.get_xlim() == missed.get_xlim() == (0.5, 6.5)


def test_the_map_of_failures_leaves_out_rows_and_no_cell_of_those_it_shows() -> None:
    rows = [("gain", f"firm {k}", "stall", 1.0, 3.0, 9.0 - 0.5 * k, True) for k in range(14)]
    rows.append(("gain", "firm 3", "stall", 3.0, 5.0, 0.25, True))  # milder than those of the rows left out
    names = ["aim", "opponent", "outcome", "round_from", "round_to", "score", "confirmed"]
    figure = failure_map(pd.DataFrame(rows, columns=names), "firm", "15 distinct failures")
    axes = figure.axes[0]
    placed = [(text.get_text(), text.get_position()) for text in axes.texts]
    assert placed == [*((f"{9.0 - 0.5 * k:.2f}", (1.5, k)) for k in range(12)), ("0.25", (3.5, 3))]
    assert [label.get_text() for label in axes.get_yticklabels()] == [f"firm {k} · stall" for k in range(12)]
    assert "The 12 worst rows of each aim." in " ".join(text.get_text().replace("\n", " ") for text in figure.texts)


def test_the_heat_map_shows_the_regret_of_each_setting_against_each_reaction() -> None:
    settings, reactions = ("as it is", "tactics.us_treasury.beta=2", "x=3"), ("own", "linear")
    regret = [[0.5, 0.25], [0.125, 1.5], [0.75, 2.0]]
    cells = pd.DataFrame(
        [
            {"setting": setting, "reaction": reaction, "regret": regret[i][j], "gain": [2.0, 3.0, 1.0][i] - 0.1 * j,
             "is_reply": j == (1, 0, 0)[i]}
            for i, setting in enumerate(settings) for j, reaction in enumerate(reactions)
        ]
    )  # fmt: skip
    figure = regret_heat_map(cells, "us_treasury", "tiny")
    axes = figure.axes[0]
    (image,) = (one for one in axes.images if isinstance(one, AxesImage))
    # By own gain under the reply: 3.0, 1.9, 1.0.
    np.testing.assert_allclose(np.asarray(image.get_array()), [regret[1], regret[0], regret[2]])
    assert image.get_clim() == (0.0, 2.0)
    assert list(image.get_extent()) == [-0.5, 1.5, 2.5, -0.5]
    written = {text.get_position(): text.get_text() for text in axes.texts}
    assert written == {
        (0, 0): "0.12", (1, 0): "1.50", (0, 1): "0.50", (1, 1): "0.25", (0, 2): "0.75", (1, 2): "2.00",
    }  # fmt: skip
    framed = [(patch.get_x() + 0.47, patch.get_y() + 0.44) for patch in _patches(axes)]
    np.testing.assert_allclose(framed, [(0, 0), (1, 1), (0, 2)], atol=1e-12)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["beta = 2", "as it is", "x = 3"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["own", "linear"]
    assert figure.axes[1].get_ylabel() == "Mean regret, US$ bn a year"
    assert "US does best with beta = 2 once" in " ".join(figure.get_suptitle().split())


def _advice() -> Advice:
    """Two settings, two reactions, four worlds; the other side answers the first with the second and back."""
    own = np.array([[[1.0, 2, 3, 4], [2.0, 2, 5, 7]], [[0.0, 6, 4, 4], [9.0, 9, 9, 9]]])
    other = np.array([[[1.0, 1, 1, 1], [2.0, 2, 2, 2]], [[8.0, 8, 8, 8], [3.0, 3, 3, 3]]])
    terms = np.array([[0.25, -1.0, *[0.0] * 30], [0.75, 2.0, *[0.0] * 30]])
    wins = {name: np.array([0.3, 0.7]) for name in ("mean", "cvar", "satisficing", "max_regret")}
    means = np.array([[4.0, 3.0], [4.0, 4.5], [3.0, 5.0]])
    settings = (AS_IT_IS, Setting("knob", "2", ()))
    return Advice(
        0, settings, ("as in the config", "linear"), own, other, terms, np.array([0.5, 1.0]), 4.0, wins, means, 32, 1.0
    )


def test_the_table_of_settings_is_worked_out_under_the_other_sides_replies() -> None:
    advice = _advice()
    assert advice.replies == [1, 0]
    np.testing.assert_array_equal(advice.gains, [[2, 2, 5, 7], [0, 6, 4, 4]])
    first, second = advice.table().to_dict("records")
    # The best of each world is 2, 6, 5, 7.
    assert (first["mean"], second["mean"]) == (4.0, 3.5)
    assert (first["cvar"], second["cvar"]) == (2.0, 0.0)
    assert (first["satisficing"], second["satisficing"]) == (0.5, 0.75)
    assert (first["max_regret"], second["max_regret"]) == (4.0, 3.0)
    assert (first["mean_regret"], second["mean_regret"]) == (1.0, 1.5)
    assert (first["effect"], second["effect"]) == (0.0, -0.5)
    # Differences of the resampled means are -1, 0.5 and 2.
    assert second["effect_low"] == pytest.approx(np.quantile([-1, 0.5, 2], 0.025))
    assert second["effect_high"] == pytest.approx(np.quantile([-1, 0.5, 2], 0.975))
    assert (first["gain_other"], second["gain_other"]) == (2.0, 8.0)
    assert (first["deal_share"], second["deal_share"]) == (0.5, 1.0)
    assert (first["reaction"], second["reaction"]) == ("linear", "as in the config")
    assert [second[f"wins.{name}"] for name in advice.wins] == [0.7] * 4


def test_regret_of_a_cell_is_against_the_best_setting_under_the_same_reaction() -> None:
    cells = regret_cells(_advice()).set_index(["setting", "reaction"])
    expected = {
        # Best under the config's own tactic: 1, 6, 4, 4; under linear: 9, 9, 9, 9.
        ("as it is", "as in the config"): (2.5, 1.0, 1.25, False),
        ("as it is", "linear"): (4.0, 2.0, 5.0, True),
        ("knob=2", "as in the config"): (3.5, 8.0, 0.25, True),
        ("knob=2", "linear"): (9.0, 3.0, 0.0, False),
    }
    for key, (gain, gain_other, regret, is_reply) in expected.items():
        row = cells.loc[[key]].iloc[0]
        assert (row["gain"], row["gain_other"], row["regret"], row["is_reply"]) == (gain, gain_other, regret, is_reply)


def test_a_tail_holds_at_least_one_world_and_regret_takes_the_best_and_not_the_worst() -> None:
    gains = np.array([[1.0, 5.0], [3.0, 2.0]])
    np.testing.assert_array_equal(cvar(gains, 0.1), [1.0, 2.0])
    np.testing.assert_array_equal(regrets(gains), [[2, 0], [0, 3]])
    np.testing.assert_array_equal(criteria(gains, 3.0)["satisficing"], [0.5, 0.5])


def test_a_best_reply_is_picked_in_one_half_of_the_fresh_worlds_and_measured_in_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    search = object.__new__(_Search)
    search.names, search.worlds, search._fresh = ("hardliner",), 1, cast(Any, "fresh")
    monkeypatch.setattr(_Search, "_best", lambda _self, name, _target, _seat: Seated(name, {}))
    target = Seated("linear", {})
    # Gains of replier and tactic in four fresh worlds, and of self-play in the replier's seat.
    reply = np.array([[1.0, 10], [2.0, 20], [5.0, 30], [8.0, 50]])
    self_play = np.array([[0.5, 0.0], [0.5, 0], [1.0, 0], [3.0, 0]])

    def gain(_worlds: Any, one: Seated, _target: Seated, _seat: int) -> Floats:
        return self_play if one is target else reply

    monkeypatch.setattr("experiments.questions.exploit.exploit._gain", gain)
    gained, tactic, own, more, error, picking = search._answer(target, 0)[0][:6]
    assert (gained, tactic, own) == (6.5, 40.0, 2.0)
    # Differences 4 and 5: mean 4.5, sample deviation sqrt(1/2), standard error sqrt(1/2) / sqrt(2).
    assert (more, error) == (4.5, pytest.approx(0.5))
    assert picking == 1.0


def test_more_than_the_most_negotiations_are_refused(tmp_path: Path) -> None:
    """A search of a thousand million is played, one of a single negotiation more is not even begun."""
    with pytest.raises(RunError, match=r"--budget is 1,000,000,001; it must be at most 1,000,000,000\."):
        exploit(load_config(CONFIGS / "tiny.yaml"), ("linear",), 10**9 + 1, folder=tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
