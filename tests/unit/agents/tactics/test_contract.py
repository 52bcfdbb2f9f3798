"""What every tactic of the registry promises; a new entry inherits all of it."""

from __future__ import annotations

import importlib
import inspect
import itertools
import math
import pkgutil
from collections.abc import Iterable

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import agents.tactics
from agents.own_rules.compiling import ASPIRATION, SIGNATURE, CompiledTactic
from agents.tactics.registry import TACTICS
from agents.tactics.tactic import Tactic
from experiments.errors import ConfigError
from sim.bargaining.offers import clip_aspiration, target_payoff
from sim.engine.model import NegotiationModel
from sim.records import BROUGHT, KNOBS, MAX_ROUNDS, VIEW, Floats, Record
from sim.row import Row, new_row
from tests.support_talks import knobs_of, pie, talks


def _each(tactics: Iterable[Tactic]) -> pytest.MarkDecorator:
    chosen = list(tactics)
    return pytest.mark.parametrize("tactic", chosen, ids=[tactic.name for tactic in chosen])


every_tactic = _each(TACTICS.values())
every_offer_blind_tactic = _each(tactic for tactic in TACTICS.values() if not tactic.reads_offers)
every_settled_tactic = _each(tactic for tactic in TACTICS.values() if not tactic.is_random)
every_monotone_tactic = _each(tactic for tactic in TACTICS.values() if tactic.is_monotone)
FEW = settings(max_examples=20)

shares = st.floats(0.0, 1.0)
#: What an offer falls short of the own ideal; below 0 if it is better than the ideal was thought to be.
gaps = st.floats(-50.0, 200.0)


def copy_of(view: Record) -> Record:
    return Row(np.frombuffer(view.data, VIEW).copy())


@st.composite
def views(draw: st.DrawFn) -> Record:
    """Return what a side may see: any round, any time, any offers."""
    view = new_row(VIEW)
    view.round = draw(st.integers(1, MAX_ROUNDS))
    view.time = draw(shares)
    view.moves = draw(st.integers(0, int(view.round)))
    view.aspiration = draw(shares)
    view.draw = draw(st.floats(0.0, 1.0, exclude_min=True, exclude_max=True))
    offers = draw(st.lists(gaps, max_size=5))
    view.offers = len(offers)
    view.offers_since_event = draw(st.integers(0, len(offers)))
    view.gap[: len(offers)] = offers
    view.range = draw(st.floats(-10.0, 100.0))
    view.distinct = draw(st.integers(0, len(offers)))
    view.own_distinct = draw(st.integers(0, int(view.moves)))
    view.next_step, view.risk_step = view.aspiration * draw(shares), view.aspiration * draw(shares)
    view.own_risk, view.other_risk, view.nash_step = draw(shares), draw(shares), draw(shares)
    return view


@st.composite
def knobs_for(draw: st.DrawFn, tactic: Tactic) -> Floats:
    """Return knobs inside their limits; often at a limit."""
    values = [
        draw(st.sampled_from([knob.low, knob.default, knob.high]) | st.floats(knob.low, knob.high))
        for knob in tactic.knobs
    ]
    return knobs_of(*values)


def corner_knobs(tactic: Tactic) -> list[Floats]:
    """Every combination of lowest and highest knobs, and the defaults."""
    corners = itertools.product(*((knob.low, knob.high) for knob in tactic.knobs))
    return [knobs_of(*(knob.default for knob in tactic.knobs)), *(knobs_of(*corner) for corner in corners)]


@every_tactic
@FEW
@given(data=st.data())
def test_an_aspiration_is_a_finite_share(tactic: Tactic, data: st.DataObject) -> None:
    aspiration = tactic.aspiration(data.draw(views()), data.draw(knobs_for(tactic)))
    assert math.isfinite(aspiration)
    assert 0.0 <= aspiration <= 1.0


@every_tactic
def test_knobs_at_their_limits_give_shares_at_every_time(tactic: Tactic) -> None:
    view = new_row(VIEW)
    for knobs in corner_knobs(tactic):
        for moves, time, aspiration in itertools.product((0, 1, 5), (0.0, 0.5, 1.0), (0.0, 0.5, 1.0)):
            view.moves, view.time, view.aspiration = moves, time, aspiration
            view.offers = view.offers_since_event = 2
            view.range = moves * 10.0
            view.own_risk, view.risk_step = time, aspiration / 2.0
            view.nash_step = 1.0 - time
            for view.gap[0], view.gap[1] in itertools.product((-1.0, 0.0, 1e-300, 1e6), repeat=2):
                assert 0.0 <= tactic.aspiration(view, knobs) <= 1.0


@every_tactic
def test_ranges_and_gaps_next_to_nothing_overflow_no_quotient(tactic: Tactic) -> None:
    """In Python, where an overflow warns; the share is that of compiled code."""
    plain = getattr(tactic.aspiration, "py_func", tactic.aspiration)
    view, least = new_row(VIEW), math.ulp(0.0)
    view.round, view.time, view.moves, view.aspiration, view.draw = 5, 0.5, 5, 0.75, 0.25
    view.offers = view.offers_since_event = view.distinct = view.own_distinct = 2
    for view.range, view.nash_step in itertools.product((least, 10.0), (0.0, 0.5, 1.0)):
        for view.gap[0], view.gap[1] in itertools.product((-50.0, 0.0, least, 200.0), repeat=2):
            for knobs in corner_knobs(tactic):
                aspiration = plain(view, knobs)
                assert 0.0 <= aspiration <= 1.0
                assert aspiration == tactic.aspiration(view, knobs)


@every_tactic
@FEW
@given(data=st.data())
def test_the_same_view_gives_the_same_aspiration_and_is_left_alone(tactic: Tactic, data: st.DataObject) -> None:
    view, knobs = data.draw(views()), data.draw(knobs_for(tactic))
    seen, tuned = bytes(view.data), knobs.tobytes()
    first = tactic.aspiration(view, knobs)
    assert tactic.aspiration(copy_of(view), knobs.copy()) == first
    assert (bytes(view.data), knobs.tobytes()) == (seen, tuned)


@every_tactic
@FEW
@given(data=st.data())
def test_compiled_and_plain_python_agree_to_the_last_bit(tactic: Tactic, data: st.DataObject) -> None:
    view, knobs = data.draw(views()), data.draw(knobs_for(tactic))
    plain = getattr(tactic.aspiration, "py_func", tactic.aspiration)
    assert plain(view, knobs) == tactic.aspiration(view, knobs)


@numba.njit(numba.float64(ASPIRATION, *SIGNATURE.args), error_model="numpy")  # type: ignore[untyped-decorator]  # Numba ships no types
def _as_an_engine_calls_it(aspiration: object, view: Record, knobs: Floats) -> float:
    return aspiration(view, knobs)  # type: ignore[operator, no-any-return]  # a function to Numba


@every_tactic
@FEW
@given(data=st.data())
def test_compiled_code_takes_it_as_a_value_and_gets_the_same(tactic: Tactic, data: st.DataObject) -> None:
    view, knobs = data.draw(views()), data.draw(knobs_for(tactic))
    code = tactic.machine_code()
    assert isinstance(code, CompiledTactic)
    assert _as_an_engine_calls_it(code.function, view, knobs) == tactic.aspiration(view, knobs)


def test_one_compiled_taker_serves_every_tactic() -> None:
    for tactic in TACTICS.values():
        code = tactic.machine_code()
        assert isinstance(code, CompiledTactic)
        _as_an_engine_calls_it(code.function, new_row(VIEW), corner_knobs(tactic)[0])
    assert len(_as_an_engine_calls_it.signatures) == 1


@every_offer_blind_tactic
@FEW
@given(data=st.data())
def test_a_tactic_that_does_not_read_offers_cannot_tell_them_apart(tactic: Tactic, data: st.DataObject) -> None:
    view, knobs = data.draw(views()), data.draw(knobs_for(tactic))
    other = copy_of(view)
    gap = data.draw(st.lists(gaps, max_size=5))
    other.offers = other.offers_since_event = len(gap)
    other.gap[: len(gap)] = gap
    other.distinct, other.own_risk, other.other_risk = len(gap), data.draw(shares), data.draw(shares)
    other.risk_step = other.aspiration * data.draw(shares)
    assert tactic.aspiration(view, knobs) == tactic.aspiration(other, knobs)


@every_settled_tactic
@FEW
@given(data=st.data())
def test_a_tactic_that_is_not_random_does_not_look_at_its_draw(tactic: Tactic, data: st.DataObject) -> None:
    view, knobs = data.draw(views()), data.draw(knobs_for(tactic))
    other = copy_of(view)
    other.draw = data.draw(st.floats(0.0, 1.0, exclude_min=True, exclude_max=True))
    assert tactic.aspiration(view, knobs) == tactic.aspiration(other, knobs)


def _ahead(view: Record, rng: np.random.Generator) -> None:
    """Fill what lies ahead on the path at random."""
    view.next_step, view.risk_step = view.aspiration * rng.random(2)
    view.nash_step, view.own_risk, view.other_risk = rng.random(3)
    view.distinct, view.own_distinct = rng.integers(1, 9, 2)


def _tells_apart(tactic: Tactic, what: str) -> bool:
    """Whether some pair of views that differ in offers, draw or path alone gives two aspirations, at default knobs."""
    rng = np.random.default_rng(1)
    knobs = corner_knobs(tactic)[0]
    view = new_row(VIEW)
    for _ in range(200):
        view.round, view.moves, view.offers, view.offers_since_event = 9, 8, 8, 8
        view.time, view.aspiration, view.draw = rng.random(3)
        view.gap[:8] = np.sort(rng.random(8) * 10)[::-1]
        view.range = 10.0
        _ahead(view, rng)
        other = copy_of(view)
        if what == "offers":
            other.gap[:8] = np.sort(rng.random(8) * 10)[::-1]
            other.offers = other.offers_since_event = rng.integers(2, 9)
            other.distinct, other.own_risk, other.other_risk = rng.integers(1, 9), *rng.random(2)
        elif what == "path":
            _ahead(other, rng)
        else:
            other.draw = rng.random()
        if tactic.aspiration(view, knobs) != tactic.aspiration(other, knobs):
            return True
    return False


@every_tactic
def test_the_traits_are_claimed_exactly_where_they_hold(tactic: Tactic) -> None:
    assert _tells_apart(tactic, "offers") == tactic.reads_offers
    assert _tells_apart(tactic, "path") == tactic.reads_path
    assert _tells_apart(tactic, "draw") == tactic.is_random


@every_monotone_tactic
@FEW
@given(data=st.data())
def test_a_monotone_tactic_never_asks_for_more_as_time_passes(tactic: Tactic, data: st.DataObject) -> None:
    """The other side repeats its last offer; each aspiration is the next view's last one, without any clamp."""
    knobs = data.draw(knobs_for(tactic))
    offer = data.draw(gaps)
    dates = sorted(data.draw(st.lists(shares, min_size=2, max_size=10)))
    view = new_row(VIEW)
    view.aspiration, view.draw = 1.0, data.draw(st.floats(0.0, 1.0, exclude_min=True, exclude_max=True))
    view.range, view.nash_step = data.draw(st.floats(-10.0, 100.0)), data.draw(shares)
    view.own_risk, view.other_risk = data.draw(shares), data.draw(shares)
    for moves, time in enumerate(dates):
        view.round, view.moves, view.time = moves + 1, moves, time
        view.own_distinct, view.distinct = min(moves, 1), min(moves, 1)
        view.next_step = view.risk_step = 0.9 * view.aspiration
        aspiration = tactic.aspiration(view, knobs)
        assert aspiration <= view.aspiration + 1e-12
        view.aspiration = aspiration
        view.gap[moves] = offer
        view.offers = view.offers_since_event = moves + 1


@every_tactic
@FEW
@given(data=st.data(), reservation=st.floats(-100, 100), gain=st.floats(0, 100))
def test_no_target_lies_below_the_reservation(
    tactic: Tactic, data: st.DataObject, reservation: float, gain: float
) -> None:
    view, knobs = data.draw(views()), data.draw(knobs_for(tactic))
    aspiration = clip_aspiration(tactic.aspiration(view, knobs), view.aspiration)
    assert target_payoff(reservation, reservation + gain, aspiration) >= reservation - 1e-9


def _play(us: dict[str, object], partner: dict[str, object], kind: str) -> NegotiationModel:
    config = pie(
        tactics={"us_treasury": us, "partner": partner},
        protocol={"kind": kind},
        us_treasury={"ratification_margin": 2.0},
        partner={"ratification_margin": 1.0},
    )
    model = talks(config)
    while model.running:
        model.step()
        for government in model.governments:
            seat = government.seat
            assert seat.tabled == 0 or seat.payoff >= seat.reservation - 1e-9
            assert 0.0 <= seat.aspiration <= 1.0
    return model


@pytest.mark.parametrize("kind", ["alternating", "simultaneous"])
@every_tactic
def test_no_tactic_tables_less_than_its_reservation_against_any_other(tactic: Tactic, kind: str) -> None:
    for rival in TACTICS:
        _play({"name": tactic.name}, {"name": rival}, kind)


@every_tactic
def test_talks_end_with_knobs_at_every_limit(tactic: Tactic) -> None:
    names = [knob.name for knob in tactic.knobs]
    for knobs in corner_knobs(tactic):
        choice = {"name": tactic.name, **dict(zip(names, knobs.tolist(), strict=False))}
        assert _play(choice, {"name": "linear"}, "alternating").outcome is not None


@every_tactic
def test_what_it_brings_is_a_field_of_the_record_with_a_number_or_a_knob(tactic: Tactic) -> None:
    fields, knobs = dict(BROUGHT), [knob.name for knob in tactic.knobs]
    for field, source in tactic.brings:
        assert field in fields
        assert source in knobs if isinstance(source, str) else math.isfinite(source)


@every_tactic
def test_knobs_are_named_once_fit_and_have_a_default_inside_their_limits(tactic: Tactic) -> None:
    names = [knob.name for knob in tactic.knobs]
    assert len(set(names)) == len(names) <= KNOBS
    for knob in tactic.knobs:
        assert knob.low <= knob.default <= knob.high
        assert math.isfinite(knob.low)
        assert math.isfinite(knob.high)
        assert knob.doc


@every_tactic
def test_a_config_may_name_it_with_its_knobs_and_nothing_beyond_their_limits(tactic: Tactic) -> None:
    choice = {"name": tactic.name, **{knob.name: knob.default for knob in tactic.knobs}}
    config = pie(tactics={"us_treasury": choice})
    assert config.tactics.us_treasury.name == tactic.name
    for knob in tactic.knobs:
        with pytest.raises(ConfigError, match=f"tactics.us_treasury.{knob.name}"):
            pie(tactics={"us_treasury": choice | {knob.name: knob.high + 1.0}})
    with pytest.raises(ConfigError, match="no knob of this name"):
        pie(tactics={"us_treasury": choice | {"courage": 1.0}})


@every_tactic
def test_it_says_what_it_does_and_where_it_comes_from(tactic: Tactic) -> None:
    assert tactic.summary
    assert tactic.reference
    assert tactic.aspiration.__doc__
    assert TACTICS[tactic.name] is tactic


def test_every_rule_of_a_family_is_in_the_registry() -> None:
    """A rule ``(view, knobs)`` in a family's file that no entry names would be a tactic that nobody can choose."""
    registered = {id(tactic.aspiration) for tactic in TACTICS.values()}
    for module in pkgutil.iter_modules(agents.tactics.__path__):
        if module.name == "registry":
            continue
        family = importlib.import_module(f"agents.tactics.{module.name}")
        for name, rule in vars(family).items():
            plain = getattr(rule, "py_func", None)
            if plain is not None and plain.__module__ == family.__name__:
                takes_a_view = list(inspect.signature(plain).parameters) == ["view", "knobs"]
                assert not takes_a_view or id(rule) in registered, name


@settings(max_examples=20)
@given(view=views())
def test_boulware_linear_and_conceder_differ_in_their_default_knob_alone(view: Record) -> None:
    names = ("boulware", "linear", "conceder")
    assert len({id(TACTICS[name].aspiration) for name in names}) == 1
    toughness = [TACTICS[name].aspiration(view, corner_knobs(TACTICS[name])[0]) for name in names]
    assert toughness == sorted(toughness, reverse=True)
