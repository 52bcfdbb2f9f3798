"""The acceptance condition that a tactic is published with: it follows the tactic, and a config's own comes first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from agents.tactics.registering import register, unregister
from experiments.catalogue import tactic_rows
from experiments.config.explain import explanation
from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.config.signing import signs_by
from experiments.engine.cases import ConfiguredNegotiation
from experiments.engine.worlds import Seated, Worlds
from experiments.story.narrative import narrate
from sim.bargaining.acceptance import AC_COMBI, AC_CONST, AC_NEXT
from sim.bargaining.outcomes import Outcome
from sim.issues import PARTNER, SIDES, US
from tests.tree import CONFIGS

NICE = Seated("nice_tit_for_tat", {})
LINEAR = Seated("linear", {})
BROUGHT = "which comes with nice_tit_for_tat, as the config names none"
CONST = "acceptance.partner={name: ac_const, level: 0.6}"


def tiny(us: str, partner: str, *sets: str) -> Config:
    """Load the smallest config with these tactics in their seats."""
    tactics = f"tactics={{us_treasury: {{name: {us}}}, partner: {{name: {partner}}}}}"
    return load_config(CONFIGS / "tiny.yaml", [tactics, *sets])


def _signs(record: Any) -> list[tuple[int, float]]:
    return [(int(record["acceptance"][side]), float(record["acceptance_number"][side])) for side in (US, PARTNER)]


def _drawn(config: Config) -> list[tuple[int, float]]:
    return _signs(Worlds.draw(config, 1, 1).batch.parameters[0, 0])


def test_a_tactic_brings_its_condition_where_the_config_sets_none() -> None:
    assert _drawn(tiny("nice_tit_for_tat", "linear")) == [(AC_COMBI, 0.98), (AC_NEXT, 0.0)]
    assert _drawn(tiny("linear", "nice_tit_for_tat", CONST)) == [(AC_NEXT, 0.0), (AC_CONST, 0.6)]


def test_a_condition_follows_its_tactic_into_another_seat_and_goes_with_it() -> None:
    """A tournament, a search and best replies seat tactics in drawn worlds, whatever the config's tactics brought."""
    worlds = Worlds.draw(tiny("nice_tit_for_tat", "linear"), 3, 1)
    swapped = worlds.seated(LINEAR, NICE).parameters
    assert {tuple(_signs(record)) for record in swapped.ravel()} == {((AC_NEXT, 0.0), (AC_COMBI, 0.98))}
    stays = worlds.seated(None, NICE).parameters
    assert {tuple(_signs(record)) for record in stays.ravel()} == {((AC_COMBI, 0.98), (AC_COMBI, 0.98))}


def test_a_condition_of_the_config_stays_whoever_is_seated() -> None:
    worlds = Worlds.draw(tiny("linear", "linear", CONST), 3, 1)
    seated = worlds.seated(NICE, NICE).parameters
    assert {tuple(_signs(record)) for record in seated.ravel()} == {((AC_COMBI, 0.98), (AC_CONST, 0.6))}


def test_a_resolved_config_still_leaves_the_choice_to_the_tactic() -> None:
    """Cases of a stress test extend the resolved config and change the tactic; its condition must come along."""
    from experiments.config.load import config_from

    again = config_from(tiny("nice_tit_for_tat", "linear").resolved())
    assert again.acceptance.us_treasury.name is None
    assert again == tiny("nice_tit_for_tat", "linear")


def test_nice_tit_for_tat_agrees_with_itself() -> None:
    """Both close a tenth of the way to the Nash point with every reply and at last all; without bonus neither moves."""
    worlds = Worlds.draw(tiny("linear", "linear"), 200, 1)
    still = Seated("nice_tit_for_tat", {"bonus_least": 0.0, "bonus": 0.0})
    tenth = Seated("nice_tit_for_tat", {"bonus": 0.1})
    dealt = [int(np.count_nonzero(worlds.play(one, one).results["dealt"])) for one in (NICE, tenth, still)]
    assert dealt == [200, 63, 0]
    model = ConfiguredNegotiation(config=tiny("nice_tit_for_tat", "nice_tit_for_tat"), run=0, collect=False)
    while model.running:
        model.step()
    assert (model.outcome, model.round) == (Outcome.AGREEMENT, 4)


def test_late_signing_makes_deals_that_ac_next_misses() -> None:
    """With half of the bonus both stop short of each other; the one who is asked last signs what it needs."""
    half = Seated("nice_tit_for_tat", {"bonus": 0.5})
    late = Worlds.draw(load_config(CONFIGS / "july_2025.yaml"), 100, 1).play(half, half)
    both = "acceptance={us_treasury: {name: ac_next}, partner: {name: ac_next}}"
    early = Worlds.draw(load_config(CONFIGS / "july_2025.yaml", [both]), 100, 1).play(half, half)
    assert late.results["dealt"].sum() > early.results["dealt"].sum()


@pytest.mark.parametrize(
    ("sets", "side", "words"),
    [
        ((), "us_treasury", f"signs by ac_combi (time 0.98), {BROUGHT}"),
        ((), "partner", "signs by ac_next, the default"),
        ((CONST,), "partner", "signs by ac_const (level 0.6), as the config says"),
    ],
)
def test_check_and_play_tell_which_condition_is_in_force_and_why(sets: tuple[str, ...], side: str, words: str) -> None:
    config = tiny("nice_tit_for_tat", "linear", *sets)
    place = SIDES.index(side)
    (seats,) = [lines for heading, lines in explanation(config) if heading == "At the table"]
    assert words in seats[place]
    assert words in narrate(config, 1).signing.rstrip(".").split("; ")[place]


def test_the_list_of_tactics_tells_which_condition_one_brings() -> None:
    brought = {row["tactic"]: row["signs_by"] for row in tactic_rows() if row["signs_by"]}
    assert brought == {"nice_tit_for_tat": {"condition": "ac_combi", "time": 0.98}}


@pytest.mark.parametrize(
    ("signing", "held"), [(("ac_const", 0.7), (AC_CONST, 0.7)), (("ac_next",), (AC_NEXT, 0.0)), (None, (AC_NEXT, 0.0))]
)
def test_a_tactic_of_ones_own_may_bring_a_condition(signing: tuple[str, float] | None, held: tuple[int, float]) -> None:
    @register(signing=signing)
    def stubborn(view: Any, knobs: Any) -> float:
        return float(1.0 + 0.0 * view.time * len(knobs))

    try:
        assert _drawn(tiny("stubborn", "linear"))[US] == held
    finally:
        unregister("stubborn")


def test_what_is_said_to_be_in_force_is_what_the_rules_read() -> None:
    config = tiny("nice_tit_for_tat", "linear", CONST)
    said = [signs_by(config, side, getattr(config.tactics, side).name) for side in SIDES]
    assert [one.condition for one in said] == ["ac_combi", "ac_const"]
    assert _drawn(config) == [(AC_COMBI, 0.98), (AC_CONST, 0.6)]
