"""Inputs of an exploration in words: whether what decides rests on an assumption alone is said."""

from __future__ import annotations

import pytest

from experiments.config.load import load_config
from experiments.lab.known_inputs import KnownInput, each_tactic, known_inputs, support_words
from experiments.lab.vary import widened
from tests.tree import CONFIGS


@pytest.mark.parametrize(
    ("supports", "words"),
    [
        ({"a": "assumption"}, "Mind that a rests on the developers' assumption alone"),
        ({"a": "assumption", "b": "assumption"}, "Mind that all 2 numbers named here rest on"),
        ({"a": "high", "b": "assumption"}, "Mind that b rests on"),
        ({"a": "low"}, "Mind that the source of a bears the range badly"),
        ({"a": "high"}, "a does not rest on an assumption alone."),
        ({"a": "high", "b": "medium"}, "None of the numbers named here rests on an assumption alone."),
        ({"chance": ""}, ""),
    ],
)
def test_a_decisive_input_that_is_only_assumed_is_flagged(supports: dict[str, str], words: str) -> None:
    inputs = {name: KnownInput(name, "", "", "", "", support) for name, support in supports.items()}
    said = support_words(list(inputs), inputs)
    assert said == words if not words else words in said


def test_what_happens_or_not_is_known_by_its_clauses_and_the_source_of_its_chance() -> None:
    config = load_config(
        CONFIGS / "july_2025.yaml",
        ["events.election.probability={value: 0.3, source: a poll, confidence: medium}"],
    )
    found = known_inputs(widened(config, ["red_lines", "releases"], ranges=False))
    election = found["events.election.happens"]
    assert election == KnownInput(
        "events.election.happens", "event election, which happens or not", "flag", "0 or 1, with chance 0.3", "a poll",
        "medium", ("the event election does not happen", "the event election happens"),
    )  # fmt: skip
    assert election.words == "event election, which happens or not (events.election.happens)"
    line, release, opening = (
        found[path]
        for path in (
            "red_lines.japan_cars.is_real", "red_lines.us_cars.release.in_force", "protocol.first_mover.us_treasury",
        )
    )  # fmt: skip
    assert (line.meaning, line.states) == (
        "red line japan_cars of Japan, which is real or not",
        ("the red line japan_cars of Japan is not real", "the red line japan_cars of Japan is real"),
    )
    assert (line.values, line.source) == ("0 or 1, with chance 0.5", "own: as often as not, by --vary red_lines")
    assert (release.meaning, release.states) == (
        "release of the red line us_cars of the US, which is in force or not",
        ("the release of the red line us_cars of the US is not in force",
         "the release of the red line us_cars of the US is in force"),
    )  # fmt: skip
    assert release.source == "own: as often as not, by --vary releases"
    assert (opening.meaning, opening.states) == ("side that opens", ("Japan opens", "the US opens"))
    assert {line.support, release.support, opening.support} == {"assumption"}


def test_tactics_are_known_as_a_choice_and_one_by_one() -> None:
    config = load_config(CONFIGS / "july_2025.yaml")
    tactics = ("linear", "boulware")
    found = known_inputs(config, tactics=tactics, added=False)
    assert list(found)[-3:] == ["tactics.us_treasury.name", "tactics.partner.name", "dummy"]
    choice = found["tactics.partner.name"]
    assert (choice.meaning, choice.values) == ("tactic of Japan", "one of 2, evenly: linear or boulware")
    each = each_tactic(found, tactics)
    assert list(each)[-5:] == [
        "tactics.us_treasury.name=linear", "tactics.us_treasury.name=boulware", "tactics.partner.name=linear",
        "tactics.partner.name=boulware", "dummy",
    ]  # fmt: skip
    one = each["tactics.partner.name=boulware"]
    assert one.states == ("Japan does not play “boulware”", "Japan plays “boulware”")
    assert (one.values, one.unit, one.support) == ("1 in one of 2 runs, else 0", "flag", "assumption")
    assert each_tactic(found, ()) == found
