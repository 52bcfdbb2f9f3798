"""What each family of tactics does with what it sees, in numbers worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from agents.tactics.registry import TACTICS
from experiments.config.load import load_config
from sim.issues import US
from sim.records import VIEW, Record
from sim.row import new_row
from tests.support_talks import knobs_of, talks
from tests.tree import CONFIGS


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


@pytest.mark.parametrize(
    ("gaps", "window", "asked"),
    [
        ((16.0, 8.0, 4.0), 2.0, 0.8 * 4 / 16),
        ((16.0, 16.0, 4.0), 2.0, 0.8 * 4 / 16),
        ((16.0, 16.0, 4.0), 1.0, 0.8 * 4 / 16),
        ((20.0, 15.0, 12.0, 9.0), 3.0, 0.8 * 9 / 20),
        ((20.0, 15.0, 12.0, 9.0), 2.0, 0.8 * 9 / 15),
        ((20.0, 15.0, 12.0, 9.0), 20.0, 0.8 * 9 / 20),
        ((20.0, 10.0, 15.0), 2.0, 0.8 * 15 / 20),
        ((20.0, 10.0, 25.0), 2.0, 0.8),
    ],
)
def test_averaged_tit_for_tat_multiplies_by_the_ratio_over_its_window(
    gaps: tuple[float, ...], window: float, asked: float
) -> None:
    """x(n + 1) = x(n - 1) x(n - 2 gamma) / x(n) [Faratin et al. 1998], in gaps, which fall as the other side concedes.

    No root is taken of the ratio: two halvings in a window of two are answered by a quarter, not by a half.
    """
    assert _asks("averaged_tit_for_tat", _view(*gaps), 0.1, window) == pytest.approx(asked, abs=1e-15)


@pytest.mark.parametrize("gaps", [(16.0, 8.0, 4.0), (10.0, 10.0, 10.0), (10.0, 7.0, 9.0), (9.0, 8.5)])
def test_averaged_tit_for_tat_with_a_window_of_one_is_the_relative_one(gaps: tuple[float, ...]) -> None:
    assert _asks("averaged_tit_for_tat", _view(*gaps), 0.1, 1.0) == _asks("tit_for_tat", _view(*gaps), 0.1, 1.0)


NICE = (0.1, 1.0, 0.85, 0.9)


def test_nice_tit_for_tat_has_the_numbers_of_its_source() -> None:
    """The program's bonus without discounting is 0.5 - 0.4; its times are those for more than 3,000 packages."""
    assert [knob.name for knob in TACTICS["nice_tit_for_tat"].knobs] == [
        "bonus_least",
        "bonus",
        "bonus_from",
        "bonus_full",
    ]
    assert tuple(knob.default for knob in TACTICS["nice_tit_for_tat"].knobs) == NICE


def test_nice_tit_for_tat_comes_as_far_towards_the_nash_point_as_the_other_side() -> None:
    """The Nash point is worth 0.6 of the range of 20, 8 short of the ideal; the other came from 16 to 12, half-way."""
    view = _view(16.0, 12.0, aspiration=1.0, nash_step=0.6)
    assert _asks("nice_tit_for_tat", view, 0.0, 1.0, 0.85, 0.9) == pytest.approx(1.0 - 0.5 * 0.4)


def test_nice_tit_for_tat_gives_a_tenth_of_what_is_left_with_every_reply() -> None:
    """Its first offer asks for everything; an offer that has not moved yet is answered by a tenth of the way of 0.4."""
    assert _asks("nice_tit_for_tat", _view(16.0, aspiration=1.0, nash_step=0.6, moves=0), *NICE) == 1.0
    assert _asks("nice_tit_for_tat", _view(16.0, aspiration=1.0, nash_step=0.6), *NICE) == pytest.approx(0.96)
    assert _asks("nice_tit_for_tat", _view(16.0, 12.0, aspiration=1.0, nash_step=0.6), *NICE) == pytest.approx(0.78)


@pytest.mark.parametrize(
    ("time", "knobs", "asked"),
    [
        (0.85, NICE, 0.8 - 0.1 * 0.2),
        (0.8525, NICE, 0.8 - 0.1 * 0.2),
        (0.87, NICE, 0.8 - 0.4 * 0.2),
        (0.9, NICE, 0.6),
        (1.0, NICE, 0.6),
        (0.87, (0.1, 0.5, 0.85, 0.9), 0.8 - 0.2 * 0.2),
        (0.9, (0.1, 1.0, 0.91, 0.96), 0.8 - 0.1 * 0.2),
        (0.93, (0.1, 1.0, 0.91, 0.96), 0.8 - 0.4 * 0.2),
        (0.96, (0.1, 1.0, 0.91, 0.96), 0.6),
        (0.85, (0.0, 1.0, 0.85, 0.9), 0.8),
    ],
)
def test_nice_tit_for_tat_gives_a_bonus_when_time_grows_short(
    time: float, knobs: tuple[float, ...], asked: float
) -> None:
    """20 (t - 0.85) of what is left to the Nash point, at least a tenth, all from 0.9 on; for few, from 0.91."""
    view = _view(16.0, 12.0, aspiration=1.0, nash_step=0.6, time=time)
    assert _asks("nice_tit_for_tat", view, *knobs) == pytest.approx(asked)


def test_nice_tit_for_tat_gives_its_whole_bonus_at_once_where_it_has_no_time_to_grow() -> None:
    view = _view(16.0, 12.0, aspiration=1.0, nash_step=0.6, time=0.96)
    assert _asks("nice_tit_for_tat", view, 0.1, 1.0, 0.95, 0.95) == pytest.approx(0.6)


def test_two_of_nice_tit_for_tat_close_a_tenth_of_the_gap_to_the_nash_point_with_each_reply() -> None:
    """Both split one cake of 20 with its Nash point in the middle: after n replies each asks for 0.5 + 0.5 * 0.9^n.

    A reply mirrors what the other side has given, which leaves its distance to the Nash point, and takes a tenth off.
    """
    asked = [1.0]
    for _ in range(5):
        gaps = [20.0 * ask for ask in asked]
        asked.append(_asks("nice_tit_for_tat", _view(*gaps, aspiration=asked[-1], nash_step=0.5), *NICE))
    assert asked == pytest.approx([1.0, 0.95, 0.905, 0.8645, 0.82805, 0.795245], abs=1e-12)


def test_resources_decide_what_is_conceded() -> None:
    """The share conceded is k + (1 - k) e^(-resource) [Faratin et al. 1998]: k = 0.1 and a resource of 1 give 0.431.

    That is 4 over a thread of 4 offers, whoever made them, and 4 times a quarter of the time.
    """
    conceded = 0.1 + 0.9 * math.exp(-1.0)
    assert _asks("resource_dependent", _view(1.0, 1.0), 4.0, 0.1) == pytest.approx(1.0 - conceded)
    assert _asks("resource_dependent", _view(1.0, 1.0, moves=1, offers=3), 4.0, 0.1) == pytest.approx(1.0 - conceded)
    assert _asks("resource_dependent", _view(), 4.0, 0.1) == 0.9
    assert _asks("deadline_dependent", _view(1.0, time=0.75), 4.0, 0.1) == pytest.approx(1.0 - conceded)
    assert _asks("deadline_dependent", _view(1.0, time=1.0), 4.0, 0.1) == 0.0


def test_blind_concessions() -> None:
    """The draw is 0.5; the fixed step stops at its floor and never climbs back to it."""
    assert _asks("fixed_step", _view(1.0), 0.05, 0.2) == pytest.approx(0.75)
    assert _asks("fixed_step", _view(1.0, aspiration=0.22), 0.05, 0.2) == 0.2
    assert _asks("fixed_step", _view(1.0, aspiration=0.1), 0.05, 0.2) == 0.1
    assert _asks("random_step", _view(1.0), 0.1) == pytest.approx(0.75)
    assert _asks("random_fade", _view(1.0)) == pytest.approx(0.4)


def test_jumps_come_at_their_time() -> None:
    assert [_asks("last_minute_jump", _view(time=t), 0.9, 1.0, 0.3) for t in (0.0, 0.89, 0.9, 1.0)] == [1, 1, 0.3, 0.3]
    asked = [_asks("anchor_then_jump", _view(1.0, time=t), 0.5, 0.6, 0.2) for t in (0.0, 0.49, 0.5, 0.75, 1.0)]
    assert asked == pytest.approx([1.0, 1.0, 0.6, 0.4, 0.2])
    assert _asks("anchor_then_jump", _view(1.0, time=1.0), 1.0, 0.6, 0.2) == pytest.approx(0.2), "jump and end at once"


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


IMITATORS = [
    ("tit_for_tat", (0.1, 1.0)),
    ("random_tit_for_tat", (0.1, 0.0)),
    ("averaged_tit_for_tat", (0.1, 3.0)),
    ("nice_tit_for_tat", (0.0, 1.0, 0.91, 0.96)),
]


@pytest.mark.parametrize(("name", "knobs"), IMITATORS)
def test_a_step_back_is_answered_by_none(name: str, knobs: tuple[float, ...]) -> None:
    """An opponent who retreats is given nothing for it, and takes nothing back."""
    assert _asks(name, _view(16.0, 18.0, nash_step=0.6), *knobs) == 0.8
    assert _asks(name, _view(16.0, 18.0, 20.0, nash_step=0.6), *knobs) == 0.8


@pytest.mark.parametrize(("name", "knobs"), IMITATORS)
def test_what_was_offered_before_the_last_event_is_nobodys_concession(name: str, knobs: tuple[float, ...]) -> None:
    """The gap fell from 24 to 16 with a change of the table; since then one offer was made, or two that fell to 10."""
    before = _view(24.0, 16.0, offers_since_event=1, nash_step=0.6)
    assert _asks(name, before, *knobs) == 0.8
    since = _asks(name, _view(24.0, 24.0, 16.0, 10.0, offers_since_event=2, nash_step=0.6), *knobs)
    alone = _asks(name, _view(16.0, 10.0, nash_step=0.6), *knobs)
    assert since == alone < 0.8
