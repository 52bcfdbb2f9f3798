"""Players are read from text, refused where they are none, and bring the function that plays them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.tactics.registering import register, unregister
from agents.tactics.registry import TACTICS
from experiments.api import tournament
from experiments.engine.worlds import Worlds
from experiments.errors import RunError
from experiments.questions.tournament.players import (
    CellFunction,
    Player,
    TacticPlayer,
    cell_function,
    check_players,
    every_tactic,
    play_compiled,
    play_mesa,
    players_from,
)
from sim.engine.results import Ends
from tests.tournament_support import CARS


def test_players_are_read_with_their_knobs() -> None:
    players = players_from(["boulware,conceder{beta: 2, initial: 0.1}", " linear { beta: 1 } "])
    assert [player.label for player in players] == ["boulware", "conceder{beta: 2, initial: 0.1}", "linear"]
    assert players[1].knobs == {"beta": 2.0, "initial": 0.1}


def test_every_tactic_takes_part_by_default() -> None:
    assert [player.label for player in every_tactic()] == list(TACTICS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("boulwar", r"--players boulwar: there is no tactic 'boulwar'; did you mean boulware\?$"),
        ("boulware,,linear", "there is a comma too many"),
        ("boulware{gamma: 1}", "no knob gamma; its knobs: beta, initial"),
        ("hardliner{beta: 1}", "no knob beta; its knobs: none"),
        ("boulware{beta: 0}", "beta of tactic boulware must be between 0.01 and 100"),
        ("boulware{beta: fast}", "write knobs as boulware{knob: number, ...}"),
        ("boulware{beta: true}", "write knobs as"),
        ("boulware{beta: .nan}", "must be between"),
        ("boulware{beta}", "write knobs as"),
        ("boulware{beta: 1", "braces do not match"),
        ("boulware}", "braces do not match"),
        ("boulware{beta: [1}", "write knobs as"),
        ("boulware{beta: 1} x", "write knobs as"),
    ],
)
def test_text_that_names_no_player_is_refused(text: str, message: str) -> None:
    with pytest.raises(RunError, match=message):
        players_from([text])


def test_one_player_or_one_twice_is_no_tournament() -> None:
    with pytest.raises(RunError, match="from 2 to 100 players; got 1"):
        check_players(players_from(["boulware"]))
    # 0.2 is the default of beta, so that both are the same.
    with pytest.raises(RunError, match="--players: boulware is there twice"):
        check_players(players_from(["boulware,boulware{beta: 0.2}"]))


@dataclass(frozen=True)
class Guest:
    """A player of another kind: it sits down as the hardliner, and counts nothing."""

    label: str
    plays: CellFunction | None
    threads: bool = False

    def describe(self) -> dict[str, Any]:
        """Its name says all."""
        return {"kind": "guest", "label": self.label, "version": (1, 0)}


def play_guest(worlds: Worlds, us: Player, partner: Player, *, solutions: bool) -> Ends:
    """Play whoever is a guest as the hardliner."""
    seats = [player.seated if isinstance(player, TacticPlayer) else TacticPlayer("hardliner").seated
             for player in (us, partner)]  # fmt: skip
    return worlds.play(*seats, solutions=solutions)


def play_other(worlds: Worlds, us: Player, partner: Player, *, solutions: bool) -> Ends:
    """Another kind of guest."""
    return play_guest(worlds, us, partner, solutions=solutions)


def test_a_guest_brings_the_function_that_plays_its_pairs() -> None:
    guest: Player = Guest("guest", play_guest)
    tactic = TacticPlayer("linear")
    assert cell_function(tactic, tactic) is play_compiled
    assert cell_function(guest, tactic) is cell_function(tactic, guest) is cell_function(guest, guest) is play_guest
    with pytest.raises(RunError, match="guests of different kinds"):
        cell_function(guest, Guest("other", play_other))


def test_a_guest_is_ranked_like_every_other_player() -> None:
    guests: list[str | Player] = [Guest("stubborn guest", play_guest), "hardliner", "linear"]
    held = tournament(CARS, guests, worlds=20, draws=100, starts=5, workers=1)
    cells = held.cells.set_index(["us", "partner"])
    for other in ("linear", "hardliner"):
        for column in ("gain.us_treasury", "payoff.partner", "deals"):
            assert cells[column]["stubborn guest", other] == cells[column]["hardliner", other]


@pytest.fixture
def uncompilable() -> Iterator[str]:
    """A tactic of the user's own that Numba cannot compile and that plays as the linear one."""

    @register(name="stepwise", reads_offers=False, is_monotone=True)
    def stepwise(view: object, _knobs: object) -> float:
        return float({"now": 1.0 - 0.95 * view.time}["now"]) - 0.05 if repr(view) else 0.0  # type: ignore[attr-defined]  # `view` is a record

    yield "stepwise"
    unregister("stepwise")


def test_a_tournament_with_guests_goes_on(tmp_path: Path) -> None:
    guests: list[str | Player] = [Guest("guest", play_guest), "linear"]
    small: dict[str, Any] = {"worlds": 5, "draws": 100, "starts": 5, "workers": 1, "out": tmp_path}
    first = tournament(CARS, guests, **small)
    again = tournament(CARS, guests, resume=True, **small)
    assert first.cells.equals(again.cells)
    with pytest.raises(RunError, match=r"order: \['guest', 'linear'\] -> \['guest', 'boulware'\]"):
        tournament(CARS, [guests[0], "boulware"], resume=True, **small)


def test_a_tactic_that_does_not_compile_is_played_by_mesa(uncompilable: str) -> None:
    own = TacticPlayer(uncompilable)
    assert own.plays is play_mesa
    assert cell_function(TacticPlayer("linear"), own) is play_mesa
    assert "digest" in own.describe()
    # It says nothing of itself.
    assert own.describe()["summary"] == "the user's own tactic"
    assert own.describe()["reference"] == "the user's own tactic"
    held = tournament(CARS, [uncompilable, "linear"], worlds=5, draws=100, starts=5, workers=1)
    cells = held.cells.set_index(["us", "partner"])
    payoffs = cells["payoff.us_treasury"]
    np.testing.assert_allclose(payoffs[uncompilable, uncompilable], payoffs["linear", "linear"])
