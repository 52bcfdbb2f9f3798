"""Inputs of an exploration in words: whether what decides rests on an assumption alone is said."""

from __future__ import annotations

import pytest

from experiments.lab.known_inputs import KnownInput, support_words


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
