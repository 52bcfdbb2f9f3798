"""Words as markup: escaped, with units at their numbers, and every path small behind what it means."""

from __future__ import annotations

import pytest

from experiments.config.load import load_config
from experiments.config.meanings import in_words, meanings_of
from experiments.config.numbers import provenance_of
from experiments.report.telling import Telling
from tests.tree import CONFIGS

TOLD = Telling({"walk_away.court_survival": "chance in court", "firms.Big Cloud.size": "size, Big Cloud"})
TIE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("walk_away.court_survival", 'Chance in court <code class="path">walk_away.court_survival</code>'),
        (
            "it rests on walk_away.court_survival.",
            'it rests on chance in court <code class="path">walk_away.court_survival</code>.',
        ),
        (
            "chance in court (walk_away.court_survival)",
            'chance in court (<code class="path">walk_away.court_survival</code>)',
        ),
        ("firms.Big Cloud.size", 'Size, Big Cloud <code class="path">firms.Big Cloud.size</code>'),
        ("calendar.round_limit=5", 'Round limit (calendar) <code class="path">calendar.round_limit=5</code>'),
        ("july_2025.yaml and e.g. manifest.json", "july_2025.yaml and e.g. manifest.json"),
        ("27.5 % or 3 points of US$ bn", f"27.5{TIE}% or 3{TIE}points of US${TIE}bn"),
        ("US$6.94 bn a year ± 0.3", f"US$6.94{TIE}bn a{TIE}year{TIE}±{TIE}0.3".replace(f"year{TIE}±", "year ±")),
        ("on 1 July 2025", f"on 1{TIE}July 2025"),
        ("5 percentages, 3 daysies", "5 percentages, 3 daysies"),
    ],
)  # fmt: skip
def test_a_text_becomes_markup(text: str, markup: str) -> None:
    assert TOLD(text) == markup


def test_a_meaning_is_said_once() -> None:
    assert TOLD("walk_away.court_survival or walk_away.court_survival").lower().count("chance in court") == 1


@pytest.mark.parametrize("name", ["july_2025", "tiny", "korea_example"])
def test_every_entry_of_a_config_has_a_meaning(name: str) -> None:
    config = load_config(CONFIGS / f"{name}.yaml")
    meanings = meanings_of(config)
    for entry in provenance_of(config):
        assert meanings[entry.path]
        assert entry.path not in meanings[entry.path]
        assert "_" not in meanings[entry.path].replace("us_cars", "")


def test_a_path_that_nothing_explains_is_told_in_its_words() -> None:
    assert in_words("calendar.round_limit") == "round limit (calendar)"
    assert in_words("acceptance.us_treasury.at") == "at (acceptance, the US)"
