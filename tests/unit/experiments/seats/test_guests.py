"""Negotiators of NegMAS at our table: in either seat, bound by our rules, the same for a seed, clear when wrong."""

from __future__ import annotations

import importlib.metadata
import json
import random
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.engine.settlement import end_of
from experiments.engine.worlds import Worlds
from experiments.errors import RunError
from experiments.questions.tournament.guests import guest_players, play_pair
from experiments.questions.tournament.players import TacticPlayer
from experiments.seats.guest import GuestGovernment, GuestRandomState
from experiments.seats.names import guest_from, guests_from, seatable
from experiments.seats.negmas import INSTALL
from experiments.seats.playing import Decider, play, play_run
from experiments.seats.space import open_space
from experiments.seats.trials import as_data, guest_trials
from sim.bargaining.outcomes import Outcome, Reason
from sim.bargaining.red_lines import respects_red_lines
from sim.engine.model import NegotiationModel
from tests.tree import CONFIGS, TINY

#: Events, a slipping deadline, a red line that a linkage releases: all that makes a guest start afresh.
JULY = (CONFIGS / "july_2025.yaml", ["experiment.levels=3"])
#: A time-dependent, a behaviour-dependent, a learning one, one of the Genius family in Python, and one that draws.
FIVE = ("BoulwareTBNegotiator", "NaiveTitForTatNegotiator", "MiCRONegotiator", "GHardHeaded", "RandomNegotiator")


def _config(*sets: str) -> Config:
    return load_config(TINY, list(sets))


def _play(config: Config, us: str | None, partner: str | None, seed: int = 1, run: int = 0) -> NegotiationModel:
    deciders = (Decider.named(us, "--us"), Decider.named(partner, "--partner"))
    return play_run(config, seed, run, deciders)


def _guest(model: NegotiationModel, side: int) -> GuestGovernment:
    government = model.governments[side]
    assert isinstance(government, GuestGovernment)
    return government


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("name", FIVE)
def test_five_negotiators_play_a_shipped_config_to_a_named_end_from_both_seats(name: str, side: int) -> None:
    path, sets = JULY
    guest = f"negmas:{name}"
    model = _play(load_config(path, sets), guest if side == 0 else None, guest if side == 1 else None)
    assert model.outcome in set(Outcome)
    assert model.reason in set(Reason)
    own = _guest(model, side)
    assert own.seat.offers >= 1
    # Whatever it tabled since the last event lies inside the red lines, and the firms deliver it.
    assert own.may_sign(np.asarray(own.seat.levels))
    if model.deal is not None:
        for government in model.governments:
            assert respects_red_lines(model.p, government.side, model.deal.package)


def test_talks_with_guests_on_both_sides_are_a_story_like_any_others() -> None:
    text = play(TINY, us="negmas:ConcederTBNegotiator", partner="negmas:LinearTBNegotiator").text()
    assert "Round 1" in text
    assert "negmas:ConcederTBNegotiator" in text
    assert "opens" in text


def test_a_guest_repeats_itself_for_a_seed_and_not_for_another() -> None:
    config = _config("calendar.days_between_rounds=1", "calendar.round_limit=60", "agenda.car_tariff.levels=21")

    def offers(seed: int) -> list[list[int]]:
        model = _play(config, "negmas:RandomNegotiator", "hardliner", seed)
        seat = _guest(model, 0).seat
        return [[int(level) for level in seat.history[k]] for k in range(int(seat.offers))]

    random.seed(1)
    one = offers(3)
    random.seed(2)
    assert offers(3) == one
    assert offers(4) != one


def test_the_global_generators_stand_where_they_stood() -> None:
    random.seed(5)
    np.random.seed(5)  # noqa: NPY002 - the global generator is what is tested
    expected = random.random(), float(np.random.random())  # noqa: NPY002, S311 - as above
    random.seed(5)
    np.random.seed(5)  # noqa: NPY002 - as above
    state = GuestRandomState(1, 0, 0)
    with state.in_use():
        first = random.random()  # noqa: S311 - as above
    assert (random.random(), float(np.random.random())) == expected  # noqa: NPY002, S311 - as above
    with state.in_use():
        second = random.random()  # noqa: S311 - as above
    with GuestRandomState(1, 0, 0).in_use():
        assert [random.random(), random.random()] == [first, second]  # noqa: S311 - as above


def test_a_package_that_may_not_be_tabled_gives_way_to_one_that_gives_up_least() -> None:
    path, sets = JULY
    model = _play(load_config(path, sets), "negmas:ToughNegotiator", None)
    own = _guest(model, 0)
    assert own.replaced > 0, "the best package of the July grid holds chips that nobody delivers"
    space = open_space(model)
    payoffs, allowed = space.payoffs(model, 0), space.tableable(model, 0)
    best = np.unravel_index(int(np.argmax(payoffs)), space.shape)
    assert not allowed[best]
    # Nothing that may be tabled is worth as much as its best package, so that it tables the best that may be.
    assert float(own.path.own[0]) == pytest.approx(float(payoffs[allowed].max()), abs=1e-9)


def test_a_guest_that_ends_the_negotiation_walks_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from negmas.sao import AspirationNegotiator, ResponseType, SAOResponse

    def leave(self: object, state: object, dest: object = None) -> object:
        del self, dest
        step = state.step  # type: ignore[attr-defined]  # a state of NegMAS
        return SAOResponse(ResponseType.END_NEGOTIATION if step == 1 else ResponseType.REJECT_OFFER, (0, 0))

    monkeypatch.setattr(AspirationNegotiator, "__call__", leave)
    model = _play(_config(), "negmas:AspirationNegotiator", "hardliner")
    assert (model.outcome, model.round) == (Outcome.WALKOUT, 2)


def test_an_acceptance_below_the_reservation_comes_to_nothing() -> None:
    """Whoever accepts everything signs nothing that its government would not ratify."""
    model = _play(_config(), "negmas:NiceNegotiator", "hardliner")
    assert _guest(model, 0).refused > 0
    assert model.deal is None


def test_a_guest_that_fails_is_named_with_round_and_run() -> None:
    with pytest.raises(RunError, match=r"negmas:UtilBasedNegotiator for us_treasury failed in round \d of run 0"):
        _play(_config(), "negmas:UtilBasedNegotiator", "hardliner")


def test_guests_take_turns() -> None:
    with pytest.raises(RunError, match=r"takes turns; set protocol\.kind to alternating"):
        _play(_config("protocol.kind=simultaneous"), "negmas:BoulwareTBNegotiator", None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("negmas:AspirationNegotiater", "did you mean AspirationNegotiator"),
        ("negmas:", "write a guest as negmas:"),
        ("negmas:AgentK", "Java"),
        ("negmas:SorterNegotiator", "no negotiator that makes and answers offers"),
        ("negmas:AspirationNegotiator{cunning: 3}", "cannot be made"),
        ("negmas:AspirationNegotiator{cunning", "write settings as"),
        ("negmas:RangeMetaNegotiator", "cannot be made"),
    ],
)
def test_a_name_that_is_no_guest_is_refused(text: str, message: str) -> None:
    with pytest.raises(RunError, match=message):
        guest_from(text)


def test_guests_are_read_with_settings_and_by_path() -> None:
    one, two = guests_from(
        "negmas:AspirationNegotiator{aspiration_type: linear, max_aspiration: 0.9},negmas:negmas.sao.ToughNegotiator"
    )
    assert one.label == "negmas:AspirationNegotiator{aspiration_type: linear, max_aspiration: 0.9}"
    assert one.make() is not one.make()
    assert two.name == "negmas.sao.ToughNegotiator"


def test_a_grid_that_is_too_large_says_what_to_do() -> None:
    with pytest.raises(RunError, match=r"packages are on the table.*--levels"):
        _play(load_config(CONFIGS / "cars_on_the_table.yaml"), "negmas:BoulwareTBNegotiator", None)


def test_without_negmas_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        return None

    monkeypatch.setattr("experiments.seats.names.version", missing)
    for arguments in (["guests"], ["guests", str(TINY), "--us", "negmas:BoulwareTBNegotiator"]):
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 2
        assert INSTALL in " ".join(done.output.split())


def test_a_guest_fills_the_seam_of_the_tournament() -> None:
    config = _config()
    worlds = Worlds.draw(config, 3, 1)
    (guest,) = guest_players(["negmas:ConcederTBNegotiator"], config, 1)
    assert guest.describe() == {
        "kind": "negmas",
        "class": "ConcederTBNegotiator",
        "settings": {},
        "negmas": importlib.metadata.version("negmas"),
    }
    ends = play_pair(worlds, TacticPlayer("conceder"), guest, solutions=True)
    assert ends.results.shape == (3,)
    assert (ends.results["outcome"] >= 0).all()
    for run in range(3):
        model = _play(config, "conceder", "negmas:ConcederTBNegotiator", run=run)
        result, _ = end_of(model)
        for column in ("outcome", "payoff", "walk_away", "package"):
            assert np.array_equal(ends.results[column][run], result[column][0])


def test_the_trials_count_who_played_and_says_why_the_others_did_not() -> None:
    names = ["BoulwareTBNegotiator", "UtilBasedNegotiator", "NiceNegotiator"]
    data = as_data(list(guest_trials(_config(), 1, names=names)))
    assert (data["guests"], data["played"]) == (3, 2)
    assert [trial["failed"] is None for trial in data["trials"]] == [True, False, True]


def test_every_negotiator_without_java_is_on_the_list() -> None:
    """NegMAS 0.16 has 51 of them; a later one may have more."""
    names = seatable()
    assert len(names) >= 51
    assert {"AspirationNegotiator", "MiCRONegotiator", "HybridNegotiator", "GHardHeaded"} <= set(names)
    assert not any("Comparator" in name for name in names)


def test_a_tournament_seats_guests(tmp_path: Path) -> None:
    arguments = ["tournament", str(TINY), "--players", "boulware", "--guests", "negmas:ConcederTBNegotiator"]
    arguments += ["--worlds", "4", "--draws", "100", "--starts", "5", "--no-figures", "--out", str(tmp_path / "cup")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "negmas:ConcederTBNegotiator" in done.output
    wrong = CliRunner().invoke(app, [*arguments[:4], "--guests", "negmas:Nobody", "--out", str(tmp_path / "none")])
    assert wrong.exit_code == 2
    assert "no such negotiator" in wrong.output
    assert not (tmp_path / "none").exists()


def test_the_commands_list_and_play() -> None:
    names = json.loads(CliRunner().invoke(app, ["guests", "--json"]).output)
    assert "negmas:MiCRONegotiator" in names
    done = CliRunner().invoke(app, ["guests", str(TINY), "--partner", "negmas:ConcederTBNegotiator"])
    assert done.exit_code == 0
    assert "Round 1" in done.output
    nobody = CliRunner().invoke(app, ["guests", str(TINY)])
    assert nobody.exit_code == 2
    assert "--us or --partner" in nobody.output
