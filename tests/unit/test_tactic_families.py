"""What each family of tactics does with what it sees, in numbers worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from agents.tactics.registry import TACTICS
from experiments.config import load_config
from sim.issues import US
from sim.records import VIEW, Record
from sim.row import new_row
from tests.support_talks import CONFIGS, knobs_of, talks


def _view(*gaps: float, aspiration: float = 0.8, **fields: float) -> Record:
    view = new_row(VIEW)
    view.moves = view.round = len(gaps)
    view.offers = view.offers_since_event = len(gaps)
    view.gap[: len(gaps)] = gaps
    view.aspiration, view.range, view.draw = aspiration, 20.0, 0.5
    for name, value in fields.items():
        setattr(view, name, value)
    return view


def _asks(name: str, view: Record, *knobs: float) -> float:
    return float(TACTICS[name].aspiration(view, knobs_of(*knobs)))


def test_absolute_tit_for_tat_returns_the_money_and_a_random_bit() -> None:
    """The other side gave up 3 of a range of 20; the draw of 0.5 adds half of the noise."""
    assert _asks("random_tit_for_tat", _view(10.0, 7.0), 0.1, 0.0) == pytest.approx(0.8 - 0.15)
    assert _asks("random_tit_for_tat", _view(10.0, 7.0), 0.1, 0.04) == pytest.approx(0.8 - 0.15 - 0.02)
    assert _asks("random_tit_for_tat", _view(7.0, 10.0), 0.1, 0.0) == 0.8


def test_averaged_tit_for_tat_returns_the_mean_share_of_its_window() -> None:
    """Gaps of 16, 8, 4: a half each time; of 16, 16, 4: a half on average; a window of one sees the last alone."""
    assert _asks("averaged_tit_for_tat", _view(16.0, 8.0, 4.0), 0.1, 2.0) == pytest.approx(0.4)
    assert _asks("averaged_tit_for_tat", _view(16.0, 16.0, 4.0), 0.1, 2.0) == pytest.approx(0.4)
    assert _asks("averaged_tit_for_tat", _view(16.0, 16.0, 4.0), 0.1, 1.0) == pytest.approx(0.2)
    assert _asks("averaged_tit_for_tat", _view(16.0, 8.0, 4.0), 0.1, 1.0) == pytest.approx(
        _asks("tit_for_tat", _view(16.0, 8.0, 4.0), 0.1, 1.0)
    )


def test_nice_tit_for_tat_comes_as_far_towards_the_nash_point_as_the_other_side() -> None:
    """The Nash point is worth 0.6 of the range of 20, 8 short of the ideal; the other came from 16 to 12, half-way."""
    view = _view(16.0, 12.0, aspiration=1.0, nash_step=0.6)
    assert _asks("nice_tit_for_tat", view, 0.5, 0.8) == pytest.approx(1.0 - 0.5 * 0.4)
    view.time = 0.9
    assert _asks("nice_tit_for_tat", view, 0.5, 0.8) == pytest.approx(0.8 - 0.5 * 0.5 * (0.8 - 0.6))


def test_resources_decide_what_is_conceded() -> None:
    """The share conceded is k + (1 - k) e^(-resource) [Faratin et al. 1998]: k = 0.1 and a resource of 1 give 0.431."""
    conceded = 0.1 + 0.9 * math.exp(-1.0)
    assert _asks("resource_dependent", _view(1.0, 1.0), 4.0, 0.1) == pytest.approx(1.0 - conceded)
    assert _asks("deadline_dependent", _view(1.0, time=0.75), 4.0, 0.1) == pytest.approx(1.0 - conceded)
    assert _asks("deadline_dependent", _view(1.0, time=1.0), 4.0, 0.1) == 0.0


def test_jumps_come_at_their_time() -> None:
    assert [_asks("last_minute_jump", _view(time=t), 0.9, 1.0, 0.3) for t in (0.0, 0.89, 0.9, 1.0)] == [1, 1, 0.3, 0.3]
    asked = [_asks("anchor_then_jump", _view(1.0, time=t), 0.5, 0.6, 0.2) for t in (0.0, 0.49, 0.5, 0.75, 1.0)]
    assert asked == pytest.approx([1.0, 1.0, 0.6, 0.4, 0.2])


def test_graduated_reciprocation_goes_on_only_when_answered() -> None:
    """Three slices unasked; then it stops where the other stands, and goes on where it has moved."""
    assert _asks("graduated_reciprocation", _view(9.0, 9.0, 9.0), 0.05, 0.5, 3.0) == pytest.approx(0.75)
    assert _asks("graduated_reciprocation", _view(9.0, 9.0, 9.0, 9.0), 0.05, 0.5, 3.0) == 0.8
    answered = 0.8 * (1.0 - 0.5 / 3.0) - 0.05
    assert _asks("graduated_reciprocation", _view(9.0, 9.0, 9.0, 6.0), 0.05, 0.5, 3.0) == pytest.approx(answered)


def test_issue_by_issue_finishes_a_group_before_the_next_and_gives_less_on_the_way() -> None:
    """Both paths begin at the same ideal; at any own payoff the other one gives Japan at least as much."""
    paths = {}
    for name in ("linear", "issue_by_issue"):
        config = load_config(CONFIGS / "cars_on_the_table.yaml", [f"tactics.us_treasury={{name: {name}}}"])
        model = talks(config)
        model.step()
        path = model.governments[US].path_to(-math.inf)
        paths[name] = path.levels[: path.count].copy(), path.own[: path.count].copy(), path.other[: path.count].copy()
    (_, own, other), (levels, own_by_issue, other_by_issue) = paths["linear"], paths["issue_by_issue"]
    assert own_by_issue[0] == own[0]
    reached = np.interp(own_by_issue, own[::-1], other[::-1])
    assert (other_by_issue <= reached + 1e-6).all()
    assert (other_by_issue < reached - 0.01).any()
    moved = [np.flatnonzero(step) for step in np.diff(levels, axis=0)]
    order = [int(step[0]) for step in moved if step.size == 1]
    visits = [issue for k, issue in enumerate(order) if k == 0 or order[k - 1] != issue]
    separable = [issue for issue in visits if issue < 2]
    assert len(separable) == len(set(separable))
