"""Where several do equally well, all of them are named: best replies, advice and what resampled worlds say of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.questions.advise.page import _answer as advice_answer
from experiments.questions.advise.page import _recommended
from experiments.questions.advise.regret_heat_map import regret_heat_map
from experiments.questions.advise.robust import resampled
from experiments.questions.exploit.exploit import best_replies
from experiments.questions.exploit.page import _answer as exploit_answer
from experiments.questions.exploit.text import safe_words
from experiments.statistics.ties import best_places


def test_all_settings_that_differ_by_rounding_win() -> None:
    values = np.array([2.0, 3.0, 3.0 - 1e-12, -1.0])
    assert best_places(values) == [1, 2]
    assert best_places(-values, more=False) == [1, 2]
    assert best_places(values, more=False) == [3]


def test_settings_that_win_together_share_the_win() -> None:
    # The last two are the same in every world and better than the first one.
    gains = np.array([[0.0, 0.1, 0.2], [1.0, 1.5, 3.0], [1.0, 1.5, 3.0]])
    wins, _ = resampled(gains, 0.5, 1)
    for share in wins.values():
        assert share.tolist() == pytest.approx([0.0, 0.5, 0.5])


def _settings(*means: float) -> pd.DataFrame:
    """Settings with these mean gains; the first is the config as it is."""
    rows: list[dict[str, Any]] = []
    for place, mean in enumerate(means):
        rows.append({
            "lever": f"lever_{place}" if place else "", "value": str(place) if place else "", "reaction": "linear",
            "mean": mean, "cvar": mean - 1, "satisficing": 0.5, "max_regret": 1.0, "effect": mean - means[0],
            "effect_low": mean - 0.5, "effect_high": mean + 0.5,
            "wins.mean": 0.3 + place / 100, "wins.cvar": 0.2, "wins.satisficing": 0.25, "wins.max_regret": 0.25,
        })  # fmt: skip
    return pd.DataFrame(rows)


def test_the_page_of_an_advice_names_all_that_gain_most() -> None:
    told = advice_answer(_settings(1.0, 2.0, 1.5, 2.0), "us_treasury")
    assert told.endswith(
        "Of 3 settings that were tried, “lever 1 = 1” and “lever 3 = 3” gain most, and equally: US$1.00 bn a year more."
    )
    told = advice_answer(_settings(1.0, 2.0, 1.5), "us_treasury")
    assert "“lever 1 = 1” gains most: US$1.00 bn a year more (+1.50 to +2.50)." in told
    assert advice_answer(_settings(2.0, 2.0, 1.5), "us_treasury").endswith(
        "None of the 2 settings that were tried gains more on average."
    )
    assert advice_answer(_settings(2.0, 1.5), "us_treasury").endswith(
        "The only setting that was tried gains no more on average."
    )


def test_a_recommendation_names_all_that_do_equally_well() -> None:
    told = _recommended(_settings(1.0, 2.0, 1.5, 2.0), "us_treasury", "mean")
    assert (
        "“lever 1 = 1” or “lever 3 = 3” (best in 64 % of the resampled sets of worlds; they do equally well)." in told
    )
    told = _recommended(_settings(1.0, 2.0, 1.5), "us_treasury", "mean")
    assert told.endswith("“lever 1 = 1” (best in 31 % of the resampled sets of worlds; not sure, see the table).")


@pytest.mark.parametrize(
    ("gains", "title"),
    [
        ((1.0, 2.0, 2.0), "here: US does best with b = 1 and c = 1 once the other side reacts"),
        ((1.0, 2.0, 1.5), "here: US does best with b = 1 once the other side reacts"),
        ((2.0, 2.0, 1.5), "here: no lever beats US's present choice once the other side reacts"),
    ],
)
def test_the_map_of_regrets_names_all_that_do_best(gains: tuple[float, ...], title: str) -> None:
    cells = pd.DataFrame({
        "setting": ["as it is", "b=1", "c=1"], "reaction": ["linear"] * 3, "regret": [0.5, 0.25, 0.75], "gain": gains,
        "is_reply": [True] * 3,
    })  # fmt: skip
    assert " ".join(regret_heat_map(cells, "us_treasury", "here").get_suptitle().split()) == title


def _replies(picking: tuple[float, ...], taken: tuple[float, ...]) -> pd.DataFrame:
    """Replies of two families to two tactics from one seat."""
    return pd.DataFrame({
        "tactic": ["micro", "micro", "zeuthen", "zeuthen"], "seat": ["us_treasury"] * 4,
        "family": ["boulware", "linear"] * 2, "knobs": ["beta=2", ""] * 2, "gain": [4.0, 5.0, 6.0, 7.0],
        "self_play": [1.0, 2.0, 3.0, 4.0], "exploitability": taken, "error": [0.1] * 4, "picking": picking,
    })  # fmt: skip


def test_best_replies_count_those_that_are_as_good() -> None:
    best = best_replies(_replies((1.0, 3.0, 2.0, 2.0), (0.5, 0.25, 0.75, 0.5)))
    assert best["tactic"].tolist() == ["zeuthen", "micro"]
    assert best["family"].tolist() == ["boulware", "linear"]
    assert best["equal"].tolist() == [1, 0]


def test_the_page_of_best_replies_names_all_from_which_most_is_taken() -> None:
    told = exploit_answer(best_replies(_replies((1.0, 3.0, 2.0, 1.0), (0.5, 0.75, 0.75, 0.5))))
    assert "Most is taken in 2 cases alike, US$0.75 ± 0.20 bn a year: from “micro”: the US with “linear”; " in told
    assert told.endswith("from “zeuthen”: the US with “boulware” (beta 2).")
    told = exploit_answer(best_replies(_replies((1.0, 3.0, 2.0, 2.0), (0.5, 0.25, 0.75, 0.5))))
    assert (
        "Most is taken from “zeuthen”: the US with “boulware” (beta 2) and 1 other as good gets US$0.75 ± 0.20" in told
    )
    # Where nothing is taken beyond chance, nobody is named.
    for taken in ((0.0, 0.0, 0.0, 0.0), (0.15, 0.1, 0.19, 0.1)):
        best = best_replies(_replies((1.0, 3.0, 2.0, 2.0), taken))
        told = exploit_answer(best)
        assert "Most is taken" not in told
        assert told.endswith("In 2 of 2 cases no reply that was tried takes more beyond chance.")
        assert safe_words(best) == "In 2 of 2 cases no reply that was tried takes more beyond chance."
    # An error of 0.1 leaves what is more than 0.196.
    one = best_replies(_replies((1.0, 3.0, 2.0, 2.0), (0.1, 0.1, 0.2, 0.2)))
    assert safe_words(one).startswith("In 1 of 2 cases")
    assert safe_words(one.assign(exploitability=1.0)) == ""
