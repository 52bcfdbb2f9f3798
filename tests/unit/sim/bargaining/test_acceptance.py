"""When a side signs: each acceptance condition on the unit pie, in both engines' one rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from experiments.config.sides import NUMBERS
from experiments.errors import ConfigError
from sim.bargaining.acceptance import CONDITIONS, accepts, best_in_window
from sim.bargaining.calendar import last_round
from sim.bargaining.outcomes import Outcome
from sim.engine.model import NegotiationModel
from sim.issues import PARTNER, US
from tests.support_talks import Script, follows, holds, laid_on, pie, record_of, talks


def _agreed(us: Script, partner: Script, **sections: Any) -> NegotiationModel:
    model = talks(pie(**laid_on({"protocol": {"stall_rounds": 20}}, sections)), us, partner)
    while model.running:
        model.step()
    return model


def _accepts(**choice: Any) -> dict[str, Any]:
    return {"partner": choice}


def test_the_schema_and_the_rule_know_the_same_conditions() -> None:
    assert list(NUMBERS.items()) == [(one.name, one.number) for one in CONDITIONS]


def test_ac_next_is_the_default() -> None:
    assert record_of(pie()).acceptance.tolist() == [0, 0]
    assert pie().acceptance.us_treasury.name is None


@pytest.mark.parametrize(("level", "deal"), [(0.0, 3), (0.45, 3), (0.55, 5), (1.0, None)])
def test_ac_const_signs_what_is_worth_its_level(level: float, deal: int | None) -> None:
    """The US offers Japan 5 of its 10 from round 3 and 10 at 0 from round 5 on; Japan itself asks for everything."""
    model = _agreed(follows(1.0, 1.0, 0.5, 0.5, 0.0), holds(1.0), acceptance=_accepts(name="ac_const", level=level))
    assert (model.round if model.deal is not None else None) == deal


@pytest.mark.parametrize(("time", "deal"), [(0.0, 3), (0.5, 5), (0.9, 9)])
def test_ac_time_signs_anything_acceptable_once_its_time_has_come(time: float, deal: int) -> None:
    """The deadline is round 9, so that half of the time has passed in round 5; before it, nothing is signed."""
    model = _agreed(follows(1.0, 1.0, 0.5), holds(1.0), acceptance=_accepts(name="ac_time", time=time))
    assert model.outcome is Outcome.AGREEMENT
    assert model.round == deal


def test_ac_combi_takes_the_best_of_a_window_as_long_as_the_time_left() -> None:
    """Before its time it is AC_next; after it, it signs an offer that none of the window has beaten."""
    acceptance = _accepts(name="ac_combi", time=0.5)
    model = _agreed(follows(1.0, 1.0, 0.5), holds(1.0), acceptance=acceptance)
    assert (model.outcome, model.round) == (Outcome.AGREEMENT, 5)
    early = _agreed(follows(1.0, 0.0), holds(0.0), acceptance=acceptance)
    assert early.round < 5


def _seen(offers: list[float]) -> tuple[NegotiationModel, Any, Any]:
    """Talks of ten rounds' worth of US offers that leave Japan what is given, whatever the path."""
    model = talks(pie(), holds(1.0), holds(1.0))
    model.step()
    us, partner = model.governments[US].seat, model.governments[PARTNER].seat
    for k, value in enumerate(offers):
        us.history[k] = 0
        us.history[k, 8] = int(value)
    us.offers = len(offers)
    return model, us, partner


@pytest.mark.parametrize(("round_", "best"), [(1, 9), (5, 9), (6, 5), (8, 4), (9, 4)])
def test_the_window_shrinks_with_the_time_left(round_: int, best: float) -> None:
    """Offers worth 1, 2, 9, 5, 3, 4 to Japan, deadline in round 9: so many rounds are left, so many offers count."""
    model, us, _ = _seen([1, 2, 9, 5, 3, 4])
    model.talk.round = round_
    left = last_round(model.p, model.talk) - round_
    worth = best_in_window(model.valuation, PARTNER, us, left) - model.governments[PARTNER].seat.status_quo
    assert worth == pytest.approx(best)


@pytest.mark.parametrize("name", [one.name for one in CONDITIONS])
def test_nothing_below_the_reservation_or_beyond_a_red_line_is_signed(name: str) -> None:
    model, us, partner = _seen([5.0])
    p = model.p
    p.acceptance[PARTNER], p.acceptance_number[PARTNER] = [one.name for one in CONDITIONS].index(name), 0.0
    us.tabled, us.value_to_other = 1, 5.0
    partner.reservation = 4.0
    us.signable[PARTNER] = 1
    assert accepts(p, model.talk, model.valuation, PARTNER, partner, us, 4.5)
    us.signable[PARTNER] = 0
    assert not accepts(p, model.talk, model.valuation, PARTNER, partner, us, 4.5)
    us.signable[PARTNER] = 1
    us.value_to_other = 3.9
    assert not accepts(p, model.talk, model.valuation, PARTNER, partner, us, 3.0)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"name": "ac_const"}, "name ac_const needs level, for example 0.8"),
        ({"name": "ac_time", "level": 0.5, "time": 0.5}, "level is used only with name ac_const"),
        ({"name": "ac_next", "time": 0.5}, "time is used only with name ac_time or ac_combi"),
        ({"name": "ac_combi", "time": 1.5}, "acceptance.partner.time"),
        ({"name": "ac_last"}, "acceptance.partner.name"),
    ],
)
def test_a_choice_that_is_none_is_refused(choice: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        pie(acceptance=_accepts(**choice))


def test_the_number_may_be_drawn() -> None:
    level = {"dist": "uniform", "low": 0.2, "high": 0.8}
    config = pie(acceptance=_accepts(name="ac_const", level=level))
    drawn = {float(record_of(config, run=run).acceptance_number[PARTNER]) for run in range(5)}
    assert len(drawn) == 5
    assert np.all([0.2 <= number <= 0.8 for number in drawn])


@pytest.mark.parametrize(
    ("opening", "left", "best"), [(0, 9, 9), (3, 9, 5), (4, 9, 4), (5, 9, 4), (6, 9, 4), (3, 1, 4)]
)
def test_the_window_does_not_reach_back_beyond_the_last_event(opening: int, left: int, best: float) -> None:
    """Offers worth 1, 2, 9, 5, 3, 4: those made before the event count only where nothing has been offered since."""
    model, us, _ = _seen([1, 2, 9, 5, 3, 4])
    us.opening = opening
    worth = best_in_window(model.valuation, PARTNER, us, left) - model.governments[PARTNER].seat.status_quo
    assert worth == pytest.approx(best)
