"""What each tactic does at the table: holding out, giving early, answering in kind, not moving at all."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.tactics.behaviour_dependent import relative_tit_for_tat
from agents.tactics.hardliner import hardliner
from agents.tactics.registry import TACTICS
from sim.bargaining.outcomes import Outcome
from sim.bargaining.valuation import package_value
from sim.issues import PARTNER, US
from sim.records import VIEW, Record
from sim.row import new_row
from tests.support_talks import follows, holds, knobs_of, pie, played, tabled, talks

FACING_A_WALL = {"stall_rounds": 60}


def _choice(name: str, **knobs: float) -> dict[str, Any]:
    return {"us_treasury": {"name": name, **knobs}}


def _aspirations(name: str, rounds: int = 9, **knobs: float) -> list[float]:
    """Aspirations of the US with this tactic against a side that never moves; the deadline is in round 9."""
    model = talks(pie(tactics=_choice(name, **knobs), protocol=FACING_A_WALL), None, holds(1.0))
    seen = []
    for _ in range(rounds):
        model.step()
        seen.append(float(model.cast.us.seat.aspiration))
    return seen


@pytest.mark.parametrize("name", ["boulware", "linear", "conceder", "exponential"])
def test_a_time_dependent_tactic_opens_near_its_ideal_and_settles_at_the_deadline(name: str) -> None:
    aspirations = _aspirations(name, initial=0.2)
    assert aspirations[0] == pytest.approx(0.8)
    assert aspirations[-1] == pytest.approx(0.0, abs=1e-12)
    assert all(later < sooner for sooner, later in itertools.pairwise(aspirations))


def test_a_linear_side_gives_the_same_every_round() -> None:
    aspirations = _aspirations("linear", initial=0.0)
    assert aspirations == pytest.approx([1 - k / 8 for k in range(9)])


def test_a_boulware_side_gives_late_and_a_conceder_early() -> None:
    boulware, linear, conceder = (_aspirations(name, initial=0.0) for name in ("boulware", "linear", "conceder"))
    for late, even, early in zip(boulware[1:-1], linear[1:-1], conceder[1:-1], strict=True):
        assert late > even > early
    assert boulware[4] > 0.95
    assert conceder[4] < 0.25


def test_time_dependent_sides_agree_and_the_tougher_one_gets_more() -> None:
    both = {"us_treasury": {"name": "boulware"}, "partner": {"name": "conceder"}}
    model = played(pie(tactics=both))
    assert model.outcome is Outcome.AGREEMENT
    payoffs = [float(government.seat.payoff - government.seat.walk_away) for government in model.governments]
    assert payoffs[US] > payoffs[PARTNER]


def test_a_hardliner_never_moves() -> None:
    assert _aspirations("hardliner") == [1.0] * 9
    assert hardliner(new_row(VIEW), knobs_of()) == 1.0


def _view(*gaps: float, moves: int, aspiration: float) -> Record:
    view = new_row(VIEW)
    view.moves, view.aspiration = moves, aspiration
    view.offers = view.offers_since_event = len(gaps)
    view.gap[: len(gaps)] = gaps
    return view


def test_tit_for_tat_opens_at_its_ideal_and_concedes_once_unasked() -> None:
    knobs = knobs_of(0.1, 1.0)
    assert relative_tit_for_tat(_view(moves=0, aspiration=1.0), knobs) == 1.0
    assert relative_tit_for_tat(_view(10.0, moves=1, aspiration=1.0), knobs) == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("gaps", "reciprocity", "aspiration"),
    [
        ((10.0, 8.0), 1.0, 0.9 * 0.8),
        ((20.0, 10.0, 8.0), 1.0, 0.9 * 0.8),
        ((10.0, 8.0), 0.5, 0.9 * 0.9),
        ((10.0, 8.0), 0.0, 0.9),
        ((10.0, 10.0), 1.0, 0.9),
        ((10.0, 12.0), 1.0, 0.9),
        ((10.0, 0.0), 1.0, 0.0),
        ((10.0, -2.0), 1.0, 0.0),
        ((0.0, -2.0), 1.0, 0.9),
        ((10.0,), 1.0, 0.9),
        ((), 1.0, 0.9),
    ],
)
def test_tit_for_tat_returns_the_share_by_which_the_last_offer_closed_the_gap(
    gaps: tuple[float, ...], reciprocity: float, aspiration: float
) -> None:
    view = _view(*gaps, moves=3, aspiration=0.9)
    assert relative_tit_for_tat(view, knobs_of(0.1, reciprocity)) == pytest.approx(aspiration)


@given(before=st.floats(0.1, 100), share=st.floats(0, 1), scale=st.floats(0.01, 100))
def test_tit_for_tat_answers_shares_and_not_dollars(before: float, share: float, scale: float) -> None:
    """The same concession in another currency is answered the same."""
    knobs = knobs_of(0.1, 1.0)
    one = relative_tit_for_tat(_view(before, before * share, moves=3, aspiration=0.7), knobs)
    other = relative_tit_for_tat(_view(before * scale, before * scale * share, moves=3, aspiration=0.7), knobs)
    assert one == pytest.approx(other, abs=1e-9)


def test_two_sides_that_play_tit_for_tat_need_the_unasked_concession_to_start() -> None:
    def both(opening: float) -> dict[str, Any]:
        choice = {"name": "tit_for_tat", "opening": opening}
        return {"us_treasury": choice, "partner": choice}

    frozen = played(pie(tactics=both(0.0)))
    assert frozen.outcome is Outcome.STALL
    assert tabled(frozen, US) == {"land": 10.0, "sea": 0.0}
    thawed = played(pie(tactics=both(0.2)))
    assert thawed.outcome is Outcome.AGREEMENT


def test_tit_for_tat_stands_still_against_a_hardliner_after_its_opening() -> None:
    assert _aspirations("tit_for_tat", opening=0.2) == pytest.approx([1.0] + [0.8] * 8)


def test_tit_for_tat_answers_a_real_concession_at_the_table() -> None:
    """Japan's offers are worth -5, -5 and 0 to the US over its walk-away, whose ideal is worth 10: a third closed."""
    model = talks(
        pie(tactics=_choice("tit_for_tat", opening=0.1), protocol=FACING_A_WALL), None, follows(1.0, 1.0, 0.75)
    )
    aspirations = []
    for _ in range(4):
        model.step()
        aspirations.append(float(model.cast.us.seat.aspiration))
    assert tabled(model, PARTNER) == {"land": 5.0, "sea": 10.0}
    assert aspirations == pytest.approx([1.0, 0.9, 0.9, 0.9 * (1 - 5 / 15)])


#: Cars are worth half as much from round 4 on, and with them the distance of every offer from the US ideal.
FADING = {"name": "fading", "date": "2025-06-20", "set": {"sectors.cars.import_value": 20.0}}


def _against_a_wall(**changes: Any) -> tuple[list[float], list[float]]:
    """Aspirations of a US that answers in kind, and how far Japan's one offer is from its ideal, round by round."""
    config = pie(
        agenda={"car_tariff": {"levels": 11}}, tactics=_choice("tit_for_tat", opening=0.2), protocol=FACING_A_WALL,
        us_treasury={"consumer_weight": 0.1, "precedent_probability": 0.0}, **changes,
    )  # fmt: skip
    model = talks(config, None, holds(1.0))
    aspirations, gaps = [], []
    for _ in range(8):
        model.step()
        us = model.cast.us
        aspirations.append(float(us.seat.aspiration))
        gaps.append(float(us.seat.ideal - package_value(model.valuation, US, model.cast.partner.seat.levels)))
    return aspirations, gaps


def test_tit_for_tat_does_not_take_an_event_for_a_concession() -> None:
    """At old payoffs a part of the gap would seem closed; the other side has not moved, and nor does this one."""
    aspirations, _ = _against_a_wall()
    assert aspirations == pytest.approx([1.0] + [0.8] * 7)
    aspirations, gaps = _against_a_wall(events=[FADING])
    assert gaps[3] < 0.95 * gaps[2], "the event must look like a concession to a side that forgets to value again"
    assert aspirations == pytest.approx([1.0] + [0.8] * 7)


def test_tit_for_tat_compares_offers_of_one_regime_only() -> None:
    """An offer that an event has moved to another grid is not the other side's doing."""
    view = _view(10.0, 8.0, moves=3, aspiration=0.9)
    view.offers_since_event = 1
    assert relative_tit_for_tat(view, knobs_of(0.1, 1.0)) == 0.9
    view.offers_since_event = 2
    assert relative_tit_for_tat(view, knobs_of(0.1, 1.0)) < 0.9


@pytest.mark.parametrize("name", sorted(TACTICS))
@settings(max_examples=10)
@given(asked=st.integers(0, 10))
def test_no_tactic_gives_more_than_it_was_asked_for(name: str, asked: int) -> None:
    """Japan asks for a package in round 1 and keeps to it; the US never tables one that is better for Japan."""
    model = talks(
        pie(tactics=_choice(name), protocol={"first_mover": "partner", "stall_rounds": 60}),
        None,
        holds(0.5 + asked / 20),
    )
    demanded = None
    while model.running and model.round < 12:
        model.step()
        partner = tabled(model, PARTNER)
        demanded = partner["sea"] - 0.5 * partner["land"]
        if model.cast.us.seat.tabled:
            us = tabled(model, US)
            own_value = us["land"] - 0.5 * us["sea"]
            given_to_partner = us["sea"] - 0.5 * us["land"]
            # One level of land or sea more may be needed to reach what was asked for.
            assert given_to_partner <= demanded + 1.0 or own_value >= 10.0 - 1e-9
